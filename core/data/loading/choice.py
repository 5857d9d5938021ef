"""Which columns of a table a network learns from: checked, counted, and made into rows.

Inputs that are texts are one-hot encoded: one input for each different text, in alphabetical order.
The target is one of classes, in alphabetical or rising order, or one of numbers as they are. Where
values are missing the table is refused, they are filled in, or their rows are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.arrays import FloatArray, IndexArray
from core.data.loading.columns import MOST_TEXTS, Column
from core.data.loading.dialect import is_number
from core.data.loading.text_table import TextTable
from core.data.table import Table
from core.errors import DataError
from core.spec_rules import physical_memory

MOST_CLASSES = 100
MOST_INPUT_TEXTS = 100
MOST_INPUTS = 4096
# Of every number: as read, split, standardized, checked, and laid out in batches.
COPIES, BYTES = 6, 8
# Among so few rows all may differ in a text that is no name.
FEW_ROWS = 10
# Numbers to fit that spread less, or are larger in the root mean square, are standardized.
LOWEST_DEVIATION, LARGEST_SIZE = 0.1, 20.0
_NOT_FINITE = ("inf", "infinity")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,' ])\d{3}(\1\d{3})*([.,]\d+)?")
# A target of whole numbers is taken for classes up to so many different ones.
USUAL_CLASSES = 10
_TARGET_NAMES = ("target", "class", "label", "y", "output", "species")
_NUMBER_NAMES = ("id", "index", "row", "no", "no.", "nr", "nr.", "#", "column 1")

Split = Callable[[int], tuple[IndexArray, IndexArray]]


@dataclass(frozen=True)
class Choice:
    """What is made of a table.

    Attributes:
        target: the column to be answered.
        features: the columns that are inputs; None: all others that hold more than one value.
        task: "classification" or "regression"; None: the former for texts.
        missing: "refuse", "fill" (mean or most frequent text of the training rows) or "drop".
        standardize: whether numbers to fit are standardized; has no meaning for classes.
    """

    target: str
    features: tuple[str, ...] | None = None
    task: str | None = None
    missing: str = "refuse"
    standardize: bool = False


@dataclass(frozen=True)
class Plan:
    """What a choice amounts to.

    Attributes:
        task: what is learnt.
        features: the columns that are inputs.
        width: how many inputs the network gets of them.
        class_names: of a classification.
        row_count: how many rows are used.
        gaps: how many values are missing in the columns chosen, over all rows.
        left_out: how many rows are not used because of them.
    """

    task: str
    features: tuple[str, ...]
    width: int
    class_names: tuple[str, ...]
    row_count: int
    gaps: int
    left_out: int


def propose(table: TextTable) -> Choice:
    """Return what is probably meant: the last column is the target unless another is called so.

    Row numbers, names, and what is empty or constant are no inputs. Values that are missing are
    filled in, but where it is the target's their rows are left out.
    """
    able = [c for c in table.columns if _is_telling(table, c)] or list(table.columns)
    called = [c for c in able if c.name.casefold() in _TARGET_NAMES]
    target = (called or able)[-1]
    features = tuple(c.name for c in able if c is not target)
    has_gaps = any(c.missing_count for c in able)
    missing = "drop" if target.missing_count else "fill" if has_gaps else "refuse"
    task = usual_task(target)
    return Choice(target.name, features, task, missing, usual_scale(target))


def usual_task(target: Column) -> str:
    """Return the task that is usual for a column: few whole numbers are classes."""
    if target.kind == "text":
        return "classification"
    levels = target.levels
    is_few = len(levels) <= min(USUAL_CLASSES, max(2, len(target.values) // 2))
    is_whole = bool((levels == np.floor(levels)).all())
    return "classification" if is_few and is_whole else "regression"


def usual_scale(target: Column) -> bool:
    """Return whether numbers to fit are too large, small or far off for the usual learning rates.

    A network begins with outputs of about 1; the loss of larger targets goes with their square.
    """
    if target.kind != "number" or target.is_constant:
        return False
    values = target.values[~np.isnan(target.values)]
    with np.errstate(over="ignore"):
        deviation, size = float(values.std()), float(np.sqrt(np.mean(values**2)))
    return deviation < LOWEST_DEVIATION or size > LARGEST_SIZE


def plan_rows(table: TextTable, choice: Choice) -> Plan:
    """Return what ``choice`` amounts to.

    Raises:
        DataError: columns that do not exist or cannot be used, or values that are missing; the
            line names file, line and column.
    """
    if not choice.target:
        raise DataError(f"{table.path}: no column is the target; choose one")
    target = _found(table, choice.target, "target")
    features = _features(table, choice)
    if not features:
        raise DataError(f"{table.path}: no column is an input; choose at least one")
    inputs = [_found(table, name, "features") for name in features]
    if target in inputs:
        raise DataError(f'{table.path}: column "{target.name}": is the target and an input as well')
    task = choice.task or ("classification" if target.kind == "text" else "regression")
    for column in (*inputs, target):
        _check_numbers(table, column)
    for column in inputs:
        _check_input(table, column)
    class_names = _class_names(table, target) if task == "classification" else ()
    if task == "regression" and target.kind == "text":
        raise DataError(
            f"{_first_text(table, target)}; regression needs numbers, classification takes texts"
        )
    width = sum(len(column.texts) or 1 for column in inputs)
    if width > MOST_INPUTS:
        raise DataError(f"{table.path}: would be {width:,} inputs, more than {MOST_INPUTS:,}")
    needed = COPIES * table.row_count * (width + max(1, len(class_names))) * BYTES
    if needed > physical_memory() // 4:
        raise DataError(
            f"{table.path}: {table.row_count:,} rows of {width:,} inputs would need about "
            f"{needed / 2**30:.1f} GiB, more than a quarter of this machine's memory"
        )
    used = _used_rows(table, [*inputs, target], choice.missing, target)
    count = int(used.sum())
    gaps = sum(column.missing_count for column in (*inputs, target))
    return Plan(task, features, width, class_names, count, gaps, table.row_count - count)


def rows_of(table: TextTable, choice: Choice, split: Split) -> Table:
    """Return the rows that ``choice`` makes of the table; ``split`` tells which of N train.

    Raises:
        DataError: as ``plan_rows``.
    """
    plan = plan_rows(table, choice)
    target = _found(table, choice.target, "target")
    inputs = [_found(table, name, "features") for name in plan.features]
    used = _used_rows(table, [*inputs, target], choice.missing, target)
    train, _ = split(plan.row_count)
    blocks, names = [], []
    for column in inputs:
        values = _filled(column, column.values[used], train)
        if column.kind == "text":
            blocks.append((values[:, None] == np.arange(len(column.texts))).astype(np.float64))
            names += [f"{column.name}={_in_line(text)}" for text in column.texts]
        else:
            blocks.append(values[:, None])
            names.append(column.name)
    targets = target.values[used]
    if plan.task == "classification" and target.kind == "number":
        targets = np.searchsorted(target.levels, targets).astype(np.float64)
    return Table(
        np.hstack(blocks),
        targets[:, None],
        name=table.name,
        task=plan.task,
        feature_names=tuple(names),
        class_names=plan.class_names,
        target_name=target.name,
    )


def _is_telling(table: TextTable, column: Column) -> bool:
    """Return whether a network could learn from the column: not a name, nor a row's number."""
    if column.kind == "empty" or column.is_constant:
        return False
    if _what_spoils(table, column):
        # Refused with its place, rather than left out in silence.
        return True
    if column.kind == "text":
        known = len(column.values) - column.missing_count
        return 0 < len(column.texts) <= min(MOST_INPUT_TEXTS, max(known // 2, FEW_ROWS))
    counts = bool((np.diff(column.values) == 1).all())
    return not (counts and column.name.casefold() in _NUMBER_NAMES)


def _what_spoils(table: TextTable, column: Column) -> str:
    """Return what is wrong with the first cell that is no number though it is meant for one."""
    if column.first_text is None:
        return ""
    cell = column.first_text[1]
    if is_number(cell, table.dialect.decimal) or cell.lstrip("+-").lower() in _NOT_FINITE:
        return f"{cell} is too large for a number; mend the cell or leave the column out"
    if _THOUSANDS.fullmatch(cell):
        return f"{cell} has separators of thousands; save the table without them"
    return ""


def _check_numbers(table: TextTable, column: Column) -> None:
    if column.first_text is not None and (why := _what_spoils(table, column)):
        raise DataError(f"{table.place(column.first_text[0], column.name)}: {why}")


def _features(table: TextTable, choice: Choice) -> tuple[str, ...]:
    if choice.features is not None:
        return choice.features
    others = [c for c in table.columns if c.name != choice.target]
    return tuple(c.name for c in others if c.kind != "empty" and not c.is_constant)


def _found(table: TextTable, name: str, key: str) -> Column:
    column = table.column(name)
    if column is None:
        names = ", ".join(f'"{each.name}"' for each in table.columns[:12])
        more = ", ..." if len(table.columns) > 12 else ""
        raise DataError(
            f'{table.path}: data.{key}: there is no column "{name}", only {names}{more}'
        )
    if column.kind == "empty":
        raise DataError(f'{table.path}: column "{name}": is empty; leave it out')
    return column


def _check_input(table: TextTable, column: Column) -> None:
    if column.kind == "text" and not 0 < len(column.texts) <= MOST_INPUT_TEXTS:
        count = f"{column.text_count:,}" if column.texts else f"more than {MOST_TEXTS:,}"
        raise DataError(
            f"{_first_text(table, column)}; as texts there are {count} different ones, "
            f"at most {MOST_INPUT_TEXTS} can be inputs: mend the cell or leave the column out"
        )


def _class_names(table: TextTable, target: Column) -> tuple[str, ...]:
    count = target.text_count if target.kind == "text" else len(target.levels)
    place = f'{table.path}: column "{target.name}"'
    if count > MOST_CLASSES:
        raise DataError(
            f"{place}: has more than {MOST_CLASSES} different values, too many classes; "
            'numbers can be fitted with data.task = "regression"'
        )
    if count < 2:
        raise DataError(f"{place}: holds one class only; expected at least two")
    if target.kind == "text":
        return tuple(_in_line(text) for text in target.texts)
    return tuple(f"{level:.12g}" for level in target.levels)


def _in_line(text: str) -> str:
    return " ".join(text.split())


def _first_text(table: TextTable, column: Column) -> str:
    """Return the place of the first cell that is no number, and what is there."""
    assert column.first_text is not None
    row, cell = column.first_text
    shown = cell if len(cell) <= 30 else cell[:29] + "…"
    return f'{table.place(row, column.name)}: expected a number, got "{shown}"'


def _used_rows(
    table: TextTable, columns: list[Column], missing: str, target: Column
) -> NDArray[np.bool_]:
    """Return which rows (N,) are used; refuse what may not be missing."""
    used = np.ones(table.row_count, bool)
    refused = columns if missing == "refuse" else [target] if missing == "fill" else []
    for column in columns:
        if column.missing_count and missing == "drop":
            used &= ~np.isnan(column.values)
    first = [(int(np.isnan(c.values).argmax()), c) for c in refused if c.missing_count]
    if first:
        row, column = min(first, key=lambda found: found[0])
        way = 'leave such rows out (data.missing = "drop")'
        if missing == "refuse":
            way += ' or fill in the mean or most frequent text ("fill")'
        raise DataError(f"{table.place(row, column.name)}: the value is missing; {way}")
    if not used.any():
        raise DataError(f"{table.path}: no row has all values; leave a column out")
    return used


def _filled(column: Column, values: FloatArray, train: IndexArray) -> FloatArray:
    """Return ``values`` (N,) with what is missing put in, as the training rows have it."""
    gaps = np.isnan(values)
    if not gaps.any():
        return values
    known = values[train][~gaps[train]]
    if not known.size:
        known = values[~gaps]
    if column.kind == "text":
        # The first of those that are equally frequent.
        usual = float(np.bincount(known.astype(np.intp)).argmax())
    else:
        usual = float(known.mean())
    return np.where(gaps, usual, values)
