"""What the dialog of a data file says of it, of its columns, and of what will be made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.data.build import tested_rows
from core.data.loading import Choice, Column, Plan, TextTable
from gui.controls.names import LOSSES
from gui.diagram.names import activation_name
from gui.numbers import counted, format_count, format_setting

ROLES = {"input": "Input", "target": "Target", "out": "Left out"}
TASKS = {"classification": "Classification", "regression": "Regression"}
MISSING = {"refuse": "Refuse", "fill": "Fill in", "drop": "Leave rows out"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SHOWN_CLASSES = 6


def facts(table: TextTable) -> str:
    """Return how large the table is and how it is written."""
    dialect = table.dialect
    parts = [
        f"{counted(table.row_count, 'row')}, {counted(len(table.columns), 'column')}, "
        f"separated by {_DELIMITERS[dialect.delimiter]}"
    ]
    if dialect.decimal == ",":
        parts.append("decimal comma")
    if table.encoding == "Windows-1252":
        parts.append("not UTF-8: read as Windows-1252")
    elif table.encoding != "UTF-8":
        parts.append(table.encoding)
    return "; ".join(parts)


def column_words(column: Column) -> str:
    """Return what a column holds: ``number``, ``text, 3 kinds, 2 missing``."""
    if column.kind == "empty":
        return "empty"
    if column.kind == "text":
        words = (
            f"text, {counted(len(column.texts), 'kind')}" if column.texts else "text, many kinds"
        )
    elif column.is_constant:
        words = f"always {format_setting(float(column.levels[0]))}"
    else:
        words = "number"
    gaps = column.missing_count
    return f"{words}, {format_count(gaps)} missing" if gaps else words


def column_hint(table: TextTable, column: Column) -> str:
    """Return where a column of texts begins to be one, else nothing."""
    if column.first_text is None:
        return ""
    row, cell = column.first_text
    return f"The first cell that is no number is in line {table.lines[row]:,}: {cell}"


def plan_words(plan: Plan, choice: Choice, test_fraction: float) -> str:
    """Return what will be made: ``4 inputs → 6 after one-hot, 3 classes, 120 + 30 rows``."""
    inputs = counted(len(plan.features), "input")
    if plan.width != len(plan.features):
        inputs += f" → {format_count(plan.width)} after one-hot"
    made = "standardized numbers to fit" if choice.standardize else "numbers to fit"
    if plan.class_names:
        names = ", ".join(plan.class_names[:_SHOWN_CLASSES])
        more = ", …" if len(plan.class_names) > _SHOWN_CLASSES else ""
        made = f"{format_count(len(plan.class_names))} classes ({names}{more})"
    tested = tested_rows(plan.row_count, test_fraction)
    trained = plan.row_count - tested
    return f"{inputs}, {made}, {format_count(trained)} training + {format_count(tested)} test rows"


def gap_words(plan: Plan, missing: str) -> str:
    """Return what becomes of missing values, or nothing where there are none."""
    if not plan.gaps:
        return ""
    if missing == "drop":
        return f"{counted(plan.left_out, 'row')} with missing values left out."
    return (
        f"{counted(plan.gaps, 'missing value')} filled in with the training rows' mean or most "
        "frequent text."
    )


def change_words(changes: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Return which output layer and loss come with the data, and that a run begins."""
    parts = []
    output = changes["network"]["layers"][-1]
    former = before["network"]["layers"][-1]
    if (output["units"], output["activation"]) != (former["units"], former["activation"]):
        words = f"{counted(output['units'], 'unit')} ({activation_name(output['activation'])})"
        parts.append(f"the output layer becomes {words}")
    loss = changes.get("training", {}).get("loss", before["training"]["loss"])
    if loss != before["training"]["loss"]:
        parts.append(f"the loss {'' if parts else 'becomes '}{LOSSES[loss]}")
    if not parts:
        return "Output layer and loss stay. The run begins anew."
    words = ", ".join(parts)
    return f"{words[:1].upper()}{words[1:]}. The run begins anew."
