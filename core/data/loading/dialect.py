"""How a text table is written, told from its first lines: separator, decimal mark, header.

Nothing here is certain; what is found is shown to the user, and the header can be set by hand. The
standard library's own sniffer is not used: it takes letters for separators.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

DELIMITERS = (",", ";", "\t", "|")
MISSING = frozenset(("", "NA", "N/A", "NaN", "nan", "?"))
SAMPLE_CHARACTERS = 2**18
SAMPLE_ROWS = 200

_POINT = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_COMMA = re.compile(r"\s*[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?\s*")

Rows = list[list[str]]


@dataclass(frozen=True)
class Dialect:
    """How the cells of a table are told apart and numbers are written.

    Attributes:
        delimiter: what parts the cells of a line.
        decimal: "." or ",".
        has_header: whether the first line holds the names of the columns.
    """

    delimiter: str
    decimal: str
    has_header: bool


def sniff(text: TextIO, header: bool | None = None) -> Dialect:
    """Return how ``text`` is written; ``header`` says whether its first line holds names."""
    sample = text.read(SAMPLE_CHARACTERS)
    if len(sample) == SAMPLE_CHARACTERS:
        # Half a line would look like a ragged one.
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    delimiter, rows = max(
        ((each, _rows(sample, each)) for each in DELIMITERS), key=lambda found: _merit(*found)
    )
    decimal = "." if delimiter == "," else _decimal(rows)
    return Dialect(delimiter, decimal, _has_header(rows, decimal) if header is None else header)


def is_number(cell: str, decimal: str) -> bool:
    """Return whether ``cell`` is written as a number with that decimal mark."""
    return (_COMMA if decimal == "," else _POINT).fullmatch(cell) is not None


def _rows(sample: str, delimiter: str) -> Rows:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        return [row for row in islice(reader, SAMPLE_ROWS) if row]
    except csv.Error:
        return []


def _merit(delimiter: str, rows: Rows) -> tuple[float, float, int]:
    """Return how well a separator fits: lines alike first, then cells that look like values."""
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0, 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width == 1:
        return 0.0, 0.0, 0
    cells = [cell for row in rows for cell in row]
    clean = sum(is_number(c, ".") or is_number(c, ",") or c.strip() in MISSING for c in cells)
    # In "1,5;2,5" the comma parts every line alike, but leaves "5;2", which is no value.
    mixed = sum(any(d in c for d in DELIMITERS if d not in (delimiter, ",")) for c in cells)
    return count / len(rows), (clean - mixed) / len(cells), width


def _decimal(rows: Rows) -> str:
    """Return a comma where some numbers are written with one and none with a point."""
    cells = [cell for row in rows for cell in row]
    has_comma = any("," in cell and is_number(cell, ",") for cell in cells)
    has_point = any("." in cell and is_number(cell, ".") for cell in cells)
    return "," if has_comma and not has_point else "."


def _has_header(rows: Rows, decimal: str) -> bool:
    """Return whether the first row names the columns: no numbers in it, but below it.

    Where all is text, a name is a word that does not come again in its column.
    """
    if not rows:
        return False
    first, rest = rows[0], rows[1:]
    if any(is_number(cell, decimal) for cell in first) or not any(map(str.strip, first)):
        return False
    if any(is_number(cell, decimal) for row in rest for cell in row):
        return True
    columns = zip(*(row for row in rest if len(row) == len(first)), strict=True)
    return all(name not in column for name, column in zip(first, columns, strict=False))
