"""The colours of an op's values, the same in the list, the formula and the numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor

from core.explain.roles import role_by_name
from core.training.snapshot import OpInfo
from gui.theme import current_theme

Ink = Callable[[str], QColor]

KEY = (
    ("accent", "written now"),
    ("opA", "weights read"),
    ("opB", "error read"),
    ("text", "values read"),
)
# Names under which boxes draw what is no value: entries of matrices, captions, weak signs.
ENTRY, CAPTION, WEAK = "#", "±", "~"
_TOKENS = {"written": "accent", "weights": "opA", "error": "opB", "input": "text"}
_MARKS = {"": "text", ENTRY: "text", CAPTION: "text3", WEAK: "text2"}


def op_ink(op: OpInfo) -> Ink:
    """Return the colour for each value's name: written, weights read, error read, the rest."""
    theme = current_theme()

    def ink(name: str) -> QColor:
        if name in _MARKS:
            return theme.color(_MARKS[name])
        return theme.color(_TOKENS["written" if name in op.writes else role_by_name(name)])

    return ink


def plain_ink(color: QColor) -> Ink:
    """Return ``color`` for every name."""
    return lambda name: color
