"""The dialog in which breakpoints are listed, switched, removed and added.

It stays open beside the window. It shows the breakpoints it is told and says which ones the user
wants; it does not know who watches for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QLayout, QVBoxLayout, QWidget

from core.diagnosis.breakpoints import Breakpoint
from gui.breakpoints.form import BreakpointForm
from gui.breakpoints.rows import MARGIN_PIXELS, ROW_PIXELS, BreakpointRows
from gui.controls.column_scroll import ColumnScroll
from gui.stylesheet import with_role
from gui.theme import scaled, themes

EXPLANATION = "Training pauses before the update of the step in which one of these happens."
KNOWN_ALREADY = "This breakpoint is in the list already."
FORM_PIXELS = 480
EDGE_PIXELS = 16
# More rows than these scroll.
MOST_ROWS = 9


class BreakpointsDialog(QDialog):
    """The list of breakpoints over the form that adds one.

    Attributes:
        rows: the list.
        form: the form.

    Signals:
        breakpoints_changed: all breakpoints as the user now wants them, a tuple.
    """

    breakpoints_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no breakpoints yet; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Breakpoints")
        self._shown: tuple[Breakpoint, ...] = ()
        self._layer_names: tuple[str, ...] = ()
        self.rows = BreakpointRows()
        self.form = BreakpointForm()
        self._scroll = ColumnScroll(self.rows)
        self._column = QVBoxLayout(self)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        self._beside_bar = QVBoxLayout()
        explanation = with_role(QLabel(EXPLANATION), "facts")
        self._column.addWidget(explanation)
        self._column.addWidget(self._scroll)
        self._column.addLayout(self._beside_bar)
        self._beside_bar.addWidget(with_role(QFrame(), "rule"))
        self._beside_bar.addWidget(with_role(QLabel("Add a breakpoint"), "emphasis"))
        self._beside_bar.addWidget(self.form)
        self.rows.changed.connect(self._take)
        self.form.made.connect(self._on_made)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._order_tabs()

    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """Return what is shown."""
        return self._shown

    def show_breakpoints(
        self, breakpoints: tuple[Breakpoint, ...], layer_names: Sequence[str]
    ) -> None:
        """Show these; ``layer_names`` are the network's layers, the output layer last.

        What stands in the form stays. Breakpoints of kind non_finite get no row of their own:
        what they watch for is always on.
        """
        if (breakpoints, tuple(layer_names)) == (self._shown, self._layer_names):
            return
        self._shown = tuple(breakpoints)
        self._layer_names = tuple(layer_names)
        self.form.set_layers(self._layer_names)
        listed = tuple(b for b in self._shown if b.kind != "non_finite")
        self.rows.show_breakpoints(listed, self._layer_names)
        self._fit()
        self._order_tabs()

    @Slot(object)
    def _take(self, listed: tuple[Breakpoint, ...]) -> None:
        unlisted = tuple(b for b in self._shown if b.kind == "non_finite")
        self.show_breakpoints(unlisted + listed, self._layer_names)
        self.breakpoints_changed.emit(self._shown)

    @Slot(object)
    def _on_made(self, made: Breakpoint) -> None:
        listed = tuple(b for b in self._shown if b.kind != "non_finite")
        if made in (replace(known, enabled=True) for known in listed):
            self.form.say(KNOWN_ALREADY)
            return
        self._take((*listed, made))
        self.rows.adjustSize()
        self._scroll.ensureWidgetVisible(self.rows.rows[-1])

    def _fit(self) -> None:
        rows = min(len(self.rows.rows) + 1, MOST_ROWS)
        self._scroll.setFixedHeight(rows * scaled(ROW_PIXELS))

    def _order_tabs(self) -> None:
        """Go through the rows first: those that were made late would come last."""
        stops: list[QWidget] = []
        for row in self.rows.rows:
            stops += [row.check, row.remove]
        for first, second in pairwise([*stops, *self.form.stops()]):
            self.setTabOrder(first, second)

    @Slot()
    def _restyle(self) -> None:
        edge, margin = scaled(EDGE_PIXELS), scaled(MARGIN_PIXELS)
        self._column.setContentsMargins(edge, edge, edge - margin, scaled(10))
        self._column.setSpacing(scaled(8))
        self._beside_bar.setContentsMargins(0, 0, margin, 0)
        self._beside_bar.setSpacing(scaled(8))
        self.form.setFixedWidth(scaled(FORM_PIXELS))
        self._fit()
