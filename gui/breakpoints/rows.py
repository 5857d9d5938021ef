"""The list of breakpoints: what is always on, then one row for each that was set.

Rows stay when their breakpoints change, so that the focus stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.diagnosis.breakpoints import Breakpoint, describe, fits
from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes
from gui.widgets.check_box import CheckBox
from gui.widgets.icon_button import IconButton

ROW_PIXELS = 28
MARGIN_PIXELS = 10
TICK_PIXELS = 16
FRAME_PIXELS = 6
ALWAYS = "A number is not finite"
ALWAYS_WHY = "Training always halts before a number that is not finite reaches the weights"


class RowCheckBox(CheckBox):
    """A check box whose focus frame leaves some room behind the words."""

    def sizeHint(self) -> QSize:
        """Return the usual size and that room."""
        return super().sizeHint() + QSize(scaled(FRAME_PIXELS), 0)


class BreakpointRow(QWidget):
    """A check box with the words of one breakpoint, a note, and a button that removes it.

    Attributes:
        check: whether it is on.
        remove: the button.

    Signals:
        toggled: the row's index and whether it is now on.
        removed: the row's index.
    """

    toggled = Signal(int, bool)
    removed = Signal(int)

    def __init__(self, index: int) -> None:
        """Make the row at ``index``, empty yet."""
        super().__init__()
        self._index = index
        self.check = RowCheckBox()
        self._note = with_role(QLabel(), "caption")
        self.remove = IconButton("x", "", size=24, icon_size=14)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.check)
        self._layout.addStretch(1)
        self._layout.addWidget(self._note)
        self._layout.addWidget(self.remove)
        self.check.clicked.connect(self._on_clicked)
        self.remove.clicked.connect(self._on_removed)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_breakpoint(self, words: str, note: str, *, enabled: bool) -> None:
        """Show one breakpoint without a signal."""
        self.check.setText(words)
        self.check.setChecked(enabled)
        self.check.setAccessibleDescription(note)
        self._note.setText(note)
        self.remove.set_words(f"Remove breakpoint: {words}")

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        self.toggled.emit(self._index, checked)

    @Slot()
    def _on_removed(self) -> None:
        self.removed.emit(self._index)

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(scaled(ROW_PIXELS))
        self._layout.setSpacing(scaled(8))


class AlwaysOnRow(QWidget):
    """The row of what cannot be switched off: a tick without a box."""

    def __init__(self) -> None:
        """Make it."""
        super().__init__()
        self.setToolTip(ALWAYS_WHY)
        self._tick = QLabel()
        words = with_role(QLabel(ALWAYS), "facts")
        words.setAccessibleDescription(f"Always on. {ALWAYS_WHY}.")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._tick)
        self._layout.addWidget(words)
        self._layout.addStretch(1)
        self._layout.addWidget(with_role(QLabel("always on"), "caption"))
        themes.changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        side = scaled(TICK_PIXELS)
        color = current_theme().text2
        self._tick.setPixmap(icon_pixmap("ok", color, side, self.devicePixelRatioF()))
        self.setFixedHeight(scaled(ROW_PIXELS))
        # As far in, and as far apart, as the ticks and words of the check boxes beneath.
        self._layout.setContentsMargins(scaled(2), 0, 0, 0)
        self._layout.setSpacing(scaled(7))


class BreakpointRows(QWidget):
    """All rows.

    Attributes:
        rows: one for each breakpoint that was set, in order.

    Signals:
        changed: the breakpoints as the user wants them.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing but what is always on."""
        super().__init__(parent)
        self.setObjectName("contents")
        self.rows: list[BreakpointRow] = []
        self._breakpoints: tuple[Breakpoint, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(AlwaysOnRow())
        self._column.addStretch(1)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_breakpoints(
        self, breakpoints: tuple[Breakpoint, ...], layer_names: Sequence[str]
    ) -> None:
        """Show these, with the network's layers by name."""
        self._breakpoints = breakpoints
        while len(self.rows) < len(breakpoints):
            self._append_row()
        while len(self.rows) > len(breakpoints):
            self._drop_row()
        for row, breakpoint in zip(self.rows, breakpoints, strict=True):
            words = describe(breakpoint, layer_names)
            note = "" if fits(breakpoint, len(layer_names)) else "no such layer"
            row.show_breakpoint(words[:1].upper() + words[1:], note, enabled=breakpoint.enabled)

    def _append_row(self) -> None:
        row = BreakpointRow(len(self.rows))
        row.toggled.connect(self._on_toggled)
        row.removed.connect(self._on_removed)
        self.rows.append(row)
        self._column.insertWidget(len(self.rows), row)
        # Left to the layout it would appear later: too late to be scrolled to.
        row.show()

    def _drop_row(self) -> None:
        row = self.rows.pop()
        if row.check.hasFocus() or row.remove.hasFocus():
            if self.rows:
                self.rows[-1].remove.setFocus()
            else:
                self.focusNextChild()
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    @Slot(int, bool)
    def _on_toggled(self, index: int, enabled: bool) -> None:
        changed = list(self._breakpoints)
        changed[index] = replace(changed[index], enabled=enabled)
        self.changed.emit(tuple(changed))

    @Slot()
    def _restyle(self) -> None:
        # The scroll bar lies over this margin.
        self._column.setContentsMargins(0, 0, scaled(MARGIN_PIXELS), 0)

    @Slot(int)
    def _on_removed(self, index: int) -> None:
        self.changed.emit(self._breakpoints[:index] + self._breakpoints[index + 1 :])
