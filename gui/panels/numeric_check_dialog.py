"""The dialog of the gradient check: whether backpropagation agrees with differences of the loss.

It stays open beside the window. It shows the checks it is given and says which ones the user
wants; it does not know who computes them.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.explain.numeric_check import STEP_SIZE, GradientCheck
from gui.numeric_check.band import VerdictBand
from gui.numeric_check.curve import CurvePlot
from gui.numeric_check.table import EntryTable
from gui.numeric_check.words import (
    CURVE_SENTENCE,
    circumstances,
    curve_sentence,
    layers_line,
    precision_line,
)
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.typography import in_print

SIZE_PIXELS = (900, 560)
EDGE_PIXELS = 16
EMPTY_TITLE = "Error of the difference against its step"


class NumericCheckDialog(QDialog):
    """Verdict on top, below it the table of derivatives and the error curve of one of them.

    Attributes:
        band: the verdict.
        table: the derivatives.
        plot: the error curve of the chosen row.
        again: the button "Check again".

    Signals:
        check_requested: the user wants the gradient checked again.
        curve_requested: the user wants to see the curve of this parameter, an index into all.
            One wish at a time: the next comes when ``show_check`` has answered the last.
    """

    check_requested = Signal()
    curve_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no check yet; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Gradient check")
        self._check: GradientCheck | None = None
        self._awaited: int | None = None
        self.band = VerdictBand()
        self.table = EntryTable()
        self.plot = CurvePlot()
        self.again = QPushButton("Check again")
        self.again.setToolTip("Check again: compare the gradient of the batch at hand")
        self._curve_title = with_role(QLabel(EMPTY_TITLE), "title")
        self._curve_sentence = with_role(QLabel(CURVE_SENTENCE), "facts")
        self._curve_sentence.setWordWrap(True)
        self._circumstances = with_role(QLabel(), "facts")
        self._layers = with_role(QLabel(), "facts")
        self._precision = with_role(QLabel(), "facts")
        self._build()
        self.again.clicked.connect(self._on_again)
        self.table.chosen.connect(self._on_chosen)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())

    def show_check(self, check: GradientCheck) -> None:
        """Show ``check`` and its curve; the row of the curve becomes the chosen one.

        Where the user has chosen another row meanwhile, that stays chosen and is asked for.
        """
        wanted = self.table.chosen_index()
        moved_on = self._awaited is not None and wanted not in (None, self._awaited)
        self._check, self._awaited = check, None
        self.band.show_check(check)
        self.table.show_check(check)
        self.plot.show_curve(check.curve, check.h)
        self._curve_title.setText(f"{EMPTY_TITLE}, {in_print(check.curve.name)}")
        self._curve_sentence.setText(curve_sentence(check))
        self._circumstances.setText(circumstances(check))
        self._layers.setText(layers_line(check))
        self._precision.setText(precision_line(check))
        self._precision.setVisible(bool(self._precision.text()))
        known = {entry.index for entry in check.entries}
        if moved_on and wanted in known and wanted is not None and wanted != check.curve.index:
            self.table.choose(wanted)
            self._on_chosen(wanted)
        else:
            self.table.choose(check.curve.index)

    def check(self) -> GradientCheck | None:
        """Return what is shown."""
        return self._check

    def sizeHint(self) -> QSize:
        """Return the size at which everything has its room."""
        return QSize(*map(scaled, SIZE_PIXELS))

    @Slot()
    def _on_again(self) -> None:
        self._awaited = None
        self.check_requested.emit()

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        if self._check is None or self._awaited is not None:
            return
        if index != self._check.curve.index:
            self._awaited = index
            self.curve_requested.emit(index)

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.band)
        self._halves = QHBoxLayout()
        self._column.addLayout(self._halves, 1)
        self._halves.addWidget(self.table)
        self._right = QVBoxLayout()
        self._halves.addLayout(self._right, 1)
        self._right.addWidget(self._curve_title)
        self._right.addWidget(self.plot, 1)
        self._right.addWidget(self._curve_sentence)
        foot = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._circumstances)
        words.addWidget(self._layers)
        words.addWidget(self._precision)
        self._precision.hide()
        foot.addLayout(words, 1)
        foot.addWidget(self.again, 0, Qt.AlignmentFlag.AlignBottom)
        self._column.addLayout(foot)
        self.plot.show_curve(None, STEP_SIZE)

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, scaled(12))
        self._column.setSpacing(scaled(12))
        self._halves.setSpacing(scaled(16))
        self._right.setSpacing(scaled(6))
