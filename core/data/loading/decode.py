"""From a file to its text: what is too large or no text is refused before it is taken in.

UTF-8 is the rule, with or without a byte order mark. A file that is none is read as Windows-1252,
which old spreadsheets write; which of them it was is handed on, so that it can be said.
"""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

from core.errors import DataError

MOST_BYTES = 128 * 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def read_text(path: Path) -> tuple[str, str]:
    """Return the text of the file and the name of its encoding.

    Raises:
        DataError: it cannot be read, is larger than ``MOST_BYTES``, empty, or no text.
    """
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise DataError(f"{path}: is no file; name a text table such as rows.csv")
        if facts.st_size > MOST_BYTES:
            size, most = facts.st_size / 2**20, MOST_BYTES // 2**20
            raise DataError(f"{path}: has {size:,.0f} MB, more than the {most} MB that are read")
        raw = path.read_bytes()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise DataError(f"{path}: {reason or error}") from None
    text, encoding = _decoded(raw, path)
    if not text or text.isspace():
        raise DataError(f"{path}: is empty; expected a line of names and lines of values")
    return text, encoding


def _decoded(raw: bytes, path: Path) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(codec), name
            except UnicodeDecodeError:
                raise DataError(f"{path}: begins like {name} but is not; save it anew") from None
    if b"\0" in raw:
        raise DataError(f"{path}: is no text; save the table as CSV first")
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        # The few bytes without a meaning there become question marks in a diamond.
        return raw.decode("cp1252", errors="replace"), "Windows-1252"
