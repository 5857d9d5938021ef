"""One column of a text table: numbers, or texts of a few kinds, with what is missing.

Cells come in chunks. A column is one of numbers as long as every cell is a number or missing; a
single other cell makes it one of texts, and which cell that was is remembered, because it may be a
slip of the pen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from core.data.arrays import FloatArray
from core.data.loading.dialect import MISSING, is_number

# More different texts than these are names or remarks, which a network can learn nothing from.
MOST_TEXTS = 1000
# The squares of larger numbers overflow: they have no deviation, and nothing can be learnt of them.
LARGEST = 1e150

Kind = Literal["number", "text", "empty"]


@dataclass(frozen=True, eq=False)
class Column:
    """What one column holds.

    Attributes:
        name: from the header, or "column 3".
        kind: "number", "text", or "empty" where every cell is missing.
        values: (N,) numbers, or indices into ``texts``; NaN where a cell is missing.
        texts: the different texts in alphabetical order; none where there are too many.
        text_count: how many there are; counting ends above ``MOST_TEXTS``.
        first_text: row and cell of the first one that is no number, or None.
    """

    name: str
    kind: Kind
    values: FloatArray
    texts: tuple[str, ...] = ()
    text_count: int = 0
    first_text: tuple[int, str] | None = None

    @cached_property
    def missing_count(self) -> int:
        """Return how many cells are missing."""
        return int(np.isnan(self.values).sum())

    @cached_property
    def levels(self) -> FloatArray:
        """Return the different values in rising order."""
        return np.unique(self.values[~np.isnan(self.values)])

    @cached_property
    def is_constant(self) -> bool:
        """Return whether no two values differ."""
        if self.kind == "text":
            return self.text_count == 1
        return self.kind == "number" and bool(np.nanmin(self.values) == np.nanmax(self.values))


class ColumnReader:
    """Takes the cells of one column, chunk by chunk.

    Attributes:
        turned: numbers were read before the first text, so their texts are not known: read again.
        is_text: whether it is a column of texts; set before a second reading.
    """

    def __init__(self, decimal: str, *, is_text: bool = False) -> None:
        """Begin without cells."""
        self.turned = False
        self.is_text = is_text
        self._decimal = decimal
        self._chunks: list[FloatArray] = []
        self._count = 0
        self._codes: dict[str, int] = {}
        self._first_text: tuple[int, str] | None = None

    def add(self, cells: Sequence[str]) -> None:
        """Take the next cells."""
        if self.is_text and self._first_text is None:
            self._first_text = self._find_text(cells)
        if not self.is_text:
            numbers = numbers_of(cells, self._decimal)
            if numbers is None:
                self.is_text = True
                self._first_text = self._find_text(cells)
                self.turned = any(not np.isnan(chunk).all() for chunk in self._chunks)
            else:
                self._chunks.append(numbers)
        if self.is_text:
            self._chunks.append(self._coded(cells))
        self._count += len(cells)

    def finish(self, name: str) -> Column:
        """Return the column of all cells taken."""
        values = np.concatenate(self._chunks) if self._chunks else np.empty(0)
        if np.isnan(values).all():
            return Column(name, "empty", _locked(values))
        if not self.is_text:
            return Column(name, "number", _locked(values))
        count = len(self._codes)
        if count > MOST_TEXTS:
            return Column(name, "text", _locked(values), (), count, self._first_text)
        texts = sorted(self._codes)
        place = np.empty(count)
        place[[self._codes[text] for text in texts]] = np.arange(count)
        known = ~np.isnan(values)
        values[known] = place[values[known].astype(np.intp)]
        return Column(name, "text", _locked(values), tuple(texts), count, self._first_text)

    def _coded(self, cells: Sequence[str]) -> FloatArray:
        """Return the index of each text in the order of their first occurrence."""
        codes = self._codes
        coded: list[float] = []
        for cell in cells:
            text = cell.strip()
            if text in MISSING:
                coded.append(np.nan)
            elif len(codes) > MOST_TEXTS:
                coded.append(0.0)
            else:
                coded.append(codes.setdefault(text, len(codes)))
        return np.array(coded, dtype=np.float64)

    def _find_text(self, cells: Sequence[str]) -> tuple[int, str] | None:
        if numbers_of(cells, self._decimal) is not None:
            return None
        for index, cell in enumerate(cells):
            if cell.strip() not in MISSING and numbers_of((cell,), self._decimal) is None:
                return self._count + index, " ".join(cell.split())
        return None


def numbers_of(cells: Sequence[str], decimal: str) -> FloatArray | None:
    """Return the numbers (N,) that ``cells`` are, NaN where one is missing; None for texts."""
    if decimal == ",":
        if any("." in cell for cell in cells):
            return None
        cells = [cell.replace(",", ".") for cell in cells]
    try:
        values = np.array(cells, dtype=np.float64)
    except ValueError:
        filled = ["nan" if cell.strip() in MISSING else cell for cell in cells]
        try:
            values = np.array(filled, dtype=np.float64)
        except ValueError:
            return None
    if (np.abs(values) <= LARGEST).all() and not any("_" in cell for cell in cells):
        return values
    # Python also takes "inf", "infinity", "NAN" and "1_000" for numbers; people do not.
    is_fine = all(is_number(cell, ".") or cell.strip() in MISSING for cell in cells)
    return values if is_fine and not (np.abs(values) > LARGEST).any() else None


def _locked(values: FloatArray) -> FloatArray:
    values.setflags(write=False)
    return values
