"""From a file to its text: what is too large or no text is refused before it is taken in.

UTF-8 is the rule, with or without a byte order mark. A file that is none is read as Windows-1252,
which old spreadsheets write; which of them it was is handed on, so that it can be said.
"""

from __future__ import annotations

import codecs
import io
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from core.errors import DataError

MOST_BYTES = 128 * 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


@dataclass(frozen=True, eq=False)
class Text:
    """The bytes of a file and how they are written; the text itself is made piece by piece.

    Attributes:
        raw: all bytes.
        codec: what decodes them.
        encoding: what that is called.
    """

    raw: bytes
    codec: str
    encoding: str

    def open(self) -> TextIO:
        """Return a stream of the text from its beginning, line ends as they are."""
        # Windows-1252 gives no meaning to five bytes: question marks in a diamond stand for them.
        stream = io.BytesIO(self.raw)
        return io.TextIOWrapper(stream, self.codec, errors="replace", newline="")


def read_text(path: Path) -> Text:
    """Return the text of the file.

    Raises:
        DataError: it cannot be read, is larger than ``MOST_BYTES``, or no text.
    """
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise DataError(f"{path}: is no file; name a text table such as rows.csv")
        if facts.st_size > MOST_BYTES:
            size, most = facts.st_size / 2**20, MOST_BYTES // 2**20
            raise DataError(f"{path}: has {size:,.0f} MB, more than the {most} MB that are read")
        raw = path.read_bytes()
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None
    except ValueError:
        raise DataError(f"{str(path)!r}: is no name of a file") from None
    codec, encoding = _encoding_of(raw, path)
    return Text(raw, codec, encoding)


def _encoding_of(raw: bytes, path: Path) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            if not _is(raw, codec):
                raise DataError(f"{path}: begins like {name} but is not; save it anew")
            return codec, name
    if b"\0" in raw:
        raise DataError(f"{path}: is no text; save the table as CSV first")
    return ("utf-8", "UTF-8") if _is(raw, "utf-8") else ("cp1252", "Windows-1252")


def _is(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
