"""Checked conversion of rows of numbers into arrays.

Whatever comes from a user (nested lists of a specification, arrays handed to ``Dataset``) becomes a
float64 matrix with one row a sample here, or is refused with one line that names the first row at
fault. What the numbers mean is decided elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import DataError

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]
AnyFloatArray = NDArray[np.floating[Any]]


def as_inputs(values: ArrayLike, place: str, columns: int | None = None) -> FloatArray:
    """Return ``values`` as a read-only (N, D) copy; ``columns`` is the D expected, if known.

    Raises:
        DataError: not a matrix of finite numbers; the line begins with ``place`` and the row.
    """
    return _checked(_array(values, place), place, columns)


def as_targets(values: ArrayLike, place: str, columns: int | None = None) -> FloatArray:
    """Return ``values`` as a read-only (N, K) copy, like ``as_inputs``; (N,) becomes one column."""
    array = _array(values, place)
    return _checked(array[:, None] if array.ndim == 1 else array, place, columns)


def _checked(array: FloatArray, place: str, columns: int | None) -> FloatArray:
    if array.ndim != 2:
        raise DataError(f"{place}: expected one row of numbers a sample, got shape {array.shape}")
    if 0 in array.shape:
        raise DataError(f"{place}: expected at least one row with one number, got none")
    if columns is not None and array.shape[1] != columns:
        raise DataError(_wrong_length(f"{place}[0]", columns, array.shape[1]))
    finite = np.isfinite(array)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        found = array[row, column]
        raise DataError(f"{place}[{row}][{column}]: expected a finite number, got {found}")
    array.setflags(write=False)
    return array


def _array(values: ArrayLike, place: str) -> FloatArray:
    try:
        return np.array(values, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        raise DataError(_first_fault(values, place)) from None


def _first_fault(values: Any, place: str) -> str:
    """Name the first row that keeps ``values`` from being a matrix."""
    expected: int | None = None
    for index, row in enumerate(values):
        try:
            numbers = np.array(row, dtype=np.float64)
        except (ValueError, TypeError, OverflowError):
            return f"{place}[{index}]: expected numbers only"
        length = len(numbers) if numbers.ndim else 0
        if expected is None:
            expected = length
        elif length != expected:
            return _wrong_length(f"{place}[{index}]", expected, length)
    return f"{place}: expected one row of numbers a sample"


def _wrong_length(place: str, expected: int, found: int) -> str:
    """Put a row's wrong length in words; length 0 stands for a bare number."""
    if not expected:
        return f"{place}: expected a number like the rows before it, got a list"
    got = found if found else "a single one without brackets"
    return f"{place}: expected {expected} number{'s' if expected > 1 else ''}, got {got}"
