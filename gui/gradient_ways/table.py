"""The table of the ways to a gradient: a row a way, and a button that trains with it.

It shows what it is given and says what the user wants; it computes nothing.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.explain.gradient_ways import GradientWays
from gui.gradient_ways.words import (
    HEAD_TIPS,
    HEADS,
    IDEAS,
    NAMES,
    UNKNOWN,
    cells,
    idea,
    row_in_words,
)
from gui.icons import icon, icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes
from gui.widgets.paragraph import Paragraph

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
WIDTHS = (0, 104, 60, 76, 70, 76, 64)
USE, IN_USE = "Train with this", "In use"
LIVE = "Takes effect at the next step and can be undone."


class WaysTable(QWidget):
    """A row a way, backpropagation first.

    Signals:
        chosen: the source that the user wants to train with.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show the names and no numbers."""
        super().__init__(parent)
        self.setAccessibleName("Ways to a gradient")
        self._ways: GradientWays | None = None
        self._current = ""
        self._grid = QGridLayout(self)
        self._names: dict[str, QLabel] = {}
        self._ideas: dict[str, Paragraph] = {}
        self._cells: dict[str, list[QLabel]] = {}
        self.buttons: dict[str, QPushButton] = {}
        for column, (head, tip) in enumerate(zip(HEADS, HEAD_TIPS, strict=True)):
            label = with_role(QLabel(head), "caption")
            label.setToolTip(tip)
            label.setAlignment(RIGHT if column else Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(label, 0, column)
        for number, source in enumerate(NAMES):
            self._add_row(1 + 2 * number, source)
        self._grid.setColumnStretch(0, 1)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_ways(self, ways: GradientWays) -> None:
        """Show what was measured."""
        self._ways = ways
        for way in ways.ways:
            for label, text in zip(self._cells[way.source], cells(way, ways), strict=True):
                label.setText(text)
            self._ideas[way.source].set_words(idea(way, ways))
            self._names[way.source].setAccessibleDescription(row_in_words(way, ways))
        self._show_buttons()

    def show_current(self, source: str) -> None:
        """Mark the way that the run takes."""
        if source != self._current:
            self._current = source
            self._show_buttons()

    def text_of(self, source: str) -> tuple[str, ...]:
        """Return the cells of a row."""
        return tuple(label.text() for label in self._cells[source])

    def _add_row(self, line: int, source: str) -> None:
        rule = with_role(QFrame(), "rule")
        rule.setFixedHeight(1)
        self._grid.addWidget(rule, line, 0, 1, len(HEADS) + 1)
        name, words = with_role(QLabel(NAMES[source]), "emphasis"), Paragraph("caption")
        words.set_words(IDEAS[source])
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addWidget(name)
        column.addWidget(words)
        self._grid.addLayout(column, line + 1, 0)
        self._names[source], self._ideas[source] = name, words
        self._cells[source] = [QLabel(UNKNOWN) for _ in HEADS[1:]]
        for place, label in enumerate(self._cells[source], start=1):
            label.setAlignment(RIGHT)
            self._grid.addWidget(label, line + 1, place)
        button = QPushButton(USE)
        # Return in a field of the window means the number alone.
        button.setAutoDefault(False)
        button.setAccessibleName(f"Train with {NAMES[source].lower()}")
        button.clicked.connect(partial(self.chosen.emit, source))
        self._grid.addWidget(button, line + 1, len(HEADS), Qt.AlignmentFlag.AlignVCenter)
        self.buttons[source] = button

    def _show_buttons(self) -> None:
        for source, button in self.buttons.items():
            refusal = "" if self._ways is None else self._ways.way(source).refusal
            is_current = source == self._current
            button.setEnabled(not (is_current or refusal))
            button.setText(IN_USE if is_current else USE)
            with_role(button, "live" if is_current else "")
            button.setToolTip(refusal or f"{button.accessibleName()}. {LIVE}")
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(scaled(12))
        self._grid.setVerticalSpacing(scaled(7))
        for column, pixels in enumerate(WIDTHS):
            self._grid.setColumnMinimumWidth(column, scaled(pixels))
        for source, button in self.buttons.items():
            button.setMinimumWidth(scaled(112))
            button.setIcon(_tick() if source == self._current else icon("bolt", "text3", 12))


def _tick() -> QIcon:
    """Return a tick that is not greyed on a button which cannot be pressed again."""
    pixmap = icon_pixmap("ok", current_theme().color("ok"), scaled(12))
    tick = QIcon(pixmap)
    tick.addPixmap(pixmap, QIcon.Mode.Disabled)
    return tick
