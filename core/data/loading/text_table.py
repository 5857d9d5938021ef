"""A text table of a user, read whole: one ``Column`` for each of its columns.

Lines that do not have as many cells as the first one are refused, never filled up or cut. What has
been read is kept for the next time, as long as the file is the same: a preview, the run made of it
and its Reset read the file once.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.loading.columns import Column, ColumnReader
from core.data.loading.decode import Text, read_text
from core.data.loading.dialect import Dialect, sniff
from core.errors import DataError

MOST_ROWS = 1_000_000
MOST_COLUMNS = 4096
HEAD_ROWS = 50
# About 5 ms of reading, more for very wide tables: every column costs something in every chunk.
CHUNK_CELLS = 10_000
FEWEST_CHUNK_ROWS = 50

Key = tuple[str, int, int, bool | None]
# The table that was read last.
_kept: dict[Key | None, TextTable] = {}
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, eq=False)
class TextTable:
    """All columns of one file.

    Attributes:
        path: the file, as it was named.
        encoding: how its text was written.
        dialect: how its cells were told apart.
        columns: what they hold.
        lines: (N,) the line of the file in which each row begins, counted from 1.
        head: the first rows as they are written.
    """

    path: str
    encoding: str
    dialect: Dialect
    columns: tuple[Column, ...]
    lines: NDArray[np.int64]
    head: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """Return the file's name without its folder."""
        return Path(self.path).name

    @property
    def row_count(self) -> int:
        """Return N."""
        return len(self.lines)

    def column(self, name: str) -> Column | None:
        """Return the column called ``name``, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def place(self, row: int, column: str) -> str:
        """Return the words for a cell: ``rows.csv: line 5, column "age"``."""
        return f'{self.path}: line {self.lines[row]}, column "{column}"'


def read_table(
    path: str | Path, header: bool | None = None, breathe: Callable[[], None] | None = None
) -> TextTable:
    """Return the table in ``path``.

    ``header`` says whether the first line holds names; None: that is told from the lines. The
    reading calls ``breathe`` a few hundred times a second, so that other threads can go on.

    Raises:
        DataError: the file cannot be read, or is no table; the line names file, line and column.
    """
    file = Path(os.path.expanduser(path))
    key = _key(file, header)
    known = _kept.get(key)
    if known is not None:
        return replace(known, path=str(path))
    text = read_text(file)
    table = _parse(str(path), text, header, breathe or _nothing)
    if key is not None:
        _kept.clear()
        _kept[key] = table
    return table


def _key(file: Path, header: bool | None) -> Key | None:
    """Return what differs where the table would: place, time, size, and how it is read."""
    try:
        facts = file.stat()
    except (OSError, ValueError):
        return None
    return os.path.abspath(file), facts.st_mtime_ns, facts.st_size, header


def _nothing() -> None:
    """Breathe not at all."""


def _parse(path: str, text: Text, header: bool | None, breathe: Callable[[], None]) -> TextTable:
    breathe()
    dialect = sniff(text.open(), header)
    rows = _Rows(path, text, dialect)
    readers = [ColumnReader(dialect.decimal) for _ in rows.names]
    lines, head = _read(rows, readers, breathe)
    if any(reader.turned for reader in readers):
        readers = [ColumnReader(dialect.decimal, is_text=reader.is_text) for reader in readers]
        _read(rows, readers, breathe)
    columns = tuple(r.finish(name) for r, name in zip(readers, rows.names, strict=True))
    return TextTable(path, text.encoding, dialect, columns, lines, head)


def _read(
    rows: _Rows, readers: list[ColumnReader], breathe: Callable[[], None]
) -> tuple[NDArray[np.int64], tuple[tuple[str, ...], ...]]:
    """Hand every cell to the reader of its column; return the lines of the rows and the first."""
    lines: list[int] = []
    head: tuple[tuple[str, ...], ...] = ()
    for chunk, numbers in rows:
        if len(lines) + len(chunk) > MOST_ROWS:
            raise DataError(f"{rows.path}: has more than {MOST_ROWS:,} rows; take a part of them")
        cells = list(zip(*chunk, strict=True))
        for reader, column in zip(readers, cells, strict=True):
            reader.add(column)
        head += tuple(tuple(row) for row in chunk[: HEAD_ROWS - len(head)])
        lines += numbers
        breathe()
    if not lines:
        raise DataError(f"{rows.path}: has a line of names, but no rows below it")
    return np.array(lines), head


class _Rows:
    """The rows of a text, a chunk at a time; may be gone through again.

    Attributes:
        path: the file they come from.
        names: of the columns.
    """

    def __init__(self, path: str, text: Text, dialect: Dialect) -> None:
        self.path = path
        self._text = text
        self._dialect = dialect
        self._width = CHUNK_CELLS
        first, self._first_line = self._first()
        self._width = len(first)
        if self._width < 2:
            raise DataError(
                f"{path}: line {self._first_line}: found one column, expected at least two, "
                "separated by commas, semicolons, tabs or bars"
            )
        if self._width > MOST_COLUMNS:
            raise DataError(f"{path}: has {self._width:,} columns, more than {MOST_COLUMNS:,}")
        self.names = _names(first if dialect.has_header else [""] * self._width)

    def __iter__(self) -> Iterator[tuple[list[list[str]], list[int]]]:
        """Yield rows of equal length and the lines they begin in; the header is left out."""
        is_first = self._dialect.has_header
        for rows, lines in self._raw():
            filled = [i for i, row in enumerate(rows) if _is_filled(row)]
            if len(filled) < len(rows):
                rows, lines = [rows[i] for i in filled], [lines[i] for i in filled]
            if is_first and rows:
                rows, lines, is_first = rows[1:], lines[1:], False
            for row, line in zip(rows, lines, strict=True):
                if len(row) != self._width:
                    raise DataError(self._ragged(len(row), line))
            if rows:
                yield rows, lines

    def _first(self) -> tuple[list[str], int]:
        for rows, lines in self._raw():
            for row, line in zip(rows, lines, strict=True):
                if _is_filled(row):
                    return row, line
        raise DataError(f"{self.path}: is empty; expected a line of names and lines of values")

    def _raw(self) -> Iterator[tuple[list[list[str]], list[int]]]:
        """Yield what the reader yields, and the line in which each row begins."""
        reader = csv.reader(self._text.open(), delimiter=self._dialect.delimiter, strict=True)
        done, count = 0, max(FEWEST_CHUNK_ROWS, CHUNK_CELLS // self._width)
        while True:
            rows: list[list[str]] = []
            try:
                rows.extend(islice(reader, count))
            except csv.Error as error:
                raise DataError(self._broken(rows, done, error)) from None
            if not rows:
                return
            lines = list(range(done + 1, done + 1 + len(rows)))
            if reader.line_num - done != len(rows):
                lines = _beginnings(rows, done)
            done = reader.line_num
            yield rows, lines

    def _ragged(self, width: int, line: int) -> str:
        """Put in words that a row has another number of cells than the first."""
        cells = "1 cell" if width == 1 else f"{width} cells"
        counted = f"the line has {cells}, line {self._first_line} has {self._width}"
        if width < self._width:
            return (
                f'{self.path}: line {line}, column {width + 1} ("{self.names[width]}"): missing; '
                f"{counted}"
            )
        return f"{self.path}: line {line}, column {self._width + 1}: one too many; {counted}"

    def _broken(self, rows: list[list[str]], done: int, error: csv.Error) -> str:
        line = _beginnings([*rows, []], done)[-1]
        if "field larger" in str(error):
            return f"{self.path}: line {line}: a cell is too long; is a quotation mark not closed?"
        return f"{self.path}: line {line}: a quotation mark is out of place or not closed"


def _beginnings(rows: list[list[str]], done: int) -> list[int]:
    """Return the line in which each row begins: cells in quotation marks may hold line breaks."""
    lines = []
    line = done + 1
    for row in rows:
        lines.append(line)
        line += 1 + sum(len(_BREAK.findall(cell)) for cell in row)
    return lines


def _is_filled(row: list[str]) -> bool:
    """Return whether there is anything in the row: spreadsheets leave lines of commas behind."""
    return bool(row) and bool(row[0].strip() or "".join(row).strip())


def _names(first: list[str]) -> tuple[str, ...]:
    """Return a name for each column: none is empty and none comes twice."""
    # In the order of the columns, as a dict keeps it.
    names: dict[str, None] = {}
    for index, cell in enumerate(first):
        name = wanted = " ".join(cell.split()) or f"column {index + 1}"
        number = 2
        while name in names:
            name, number = f"{wanted} {number}", number + 1
        names[name] = None
    return tuple(names)
