"""The colours of an op's values, the same in the list, the formula and the numbers."""

from __future__ import annotations

from PySide6.QtGui import QColor

from core.training.snapshot import OpInfo
from gui.theme import current_theme
from gui.trace.formula_painter import Ink

KEY = (("accent", "written"), ("opA", "weights read"), ("opB", "error read"))


def op_ink(op: OpInfo) -> Ink:
    """Return the colour for each value's name: written, weights read, error read, the rest."""
    theme = current_theme()

    def ink(name: str) -> QColor:
        if name in op.writes:
            return theme.accent
        if name not in op.reads:
            return theme.text
        if name == "parameters" or name[0] in "Wb":
            return theme.opA
        return theme.opB if name in ("gradient", "update") or name[0] == "d" else theme.text

    return ink


def plain_ink(color: QColor) -> Ink:
    """Return ``color`` for every name."""
    return lambda name: color
