"""The window "Ways to a gradient": what each way costs and brings, and a button that takes it.

It stays open beside the main window. It shows the comparisons that it is given and says what the
user wants; it does not know who measures.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core import Snapshot
from core.explain.gradient_ways import GradientWays
from core.spec_rules import FORWARD_FORWARD
from gui.gradient_ways.table import WaysTable
from gui.gradient_ways.words import (
    EMPTY,
    MEASURING,
    circumstances,
    estimate_note,
    headline,
    local_note,
)
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.number_field import NumberField
from gui.widgets.paragraph import Paragraph

SIZE_PIXELS = (900, 520)
EDGE_PIXELS, FIELD_PIXELS = 16, 64
MOST_CANDIDATES, SMALLEST_SIGMA, LARGEST_SIGMA = 10_000, 1e-6, 10.0


class GradientWaysDialog(QDialog):
    """One sentence on top, below it the table, at the foot the numbers of the random ways.

    Attributes:
        sentence: what the comparison comes to.
        table: the ways.
        local_note: what forward-forward recognizes; empty for other runs.
        population, sigma: how many candidates are tried, and how far from the parameters.
        again: the button "Measure again".

    Signals:
        measure_requested: the ways are to be measured; the next wish comes after ``show_ways``.
        change_requested: changes of the specification that the user wants.
        refused: one line about a typed number that was not taken.
    """

    measure_requested = Signal()
    change_requested = Signal(dict)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no numbers yet; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Ways to a gradient")
        self._ways: GradientWays | None = None
        self._is_waiting = False
        self.sentence = Paragraph("headline", EMPTY)
        self.table = WaysTable()
        self.population = NumberField(2, MOST_CANDIDATES, name="Candidates n", whole=True)
        self.population.setToolTip("Candidates n: how many a random way tries in one step")
        self.sigma = NumberField(SMALLEST_SIGMA, LARGEST_SIGMA, name="Distance σ")
        self.sigma.setToolTip("Distance σ: how far from the parameters the candidates lie")
        self.again = QPushButton("Measure again")
        self.again.setAutoDefault(False)
        self.again.setToolTip("Measure again: compare the ways for the batch at hand")
        self._circumstances = with_role(QLabel(), "facts")
        self._note = Paragraph("caption")
        self._note.set_words("")
        self.local_note = Paragraph("sentence")
        self.local_note.set_words("")
        self._build()
        self._connect()
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())

    def show_ways(self, ways: GradientWays) -> None:
        """Show what was measured."""
        self._ways, self._is_waiting = ways, False
        self.sentence.set_words(headline(ways))
        self.table.show_ways(ways)
        self.table.show_current(ways.current)
        self._circumstances.setText(circumstances(ways))
        self._note.set_words(estimate_note(ways))
        self.local_note.set_words(local_note(ways))

    def show_run(self, snapshot: Snapshot) -> None:
        """Mark the way that the run takes; ask anew where the numbers are those of another."""
        training = snapshot.spec.training
        self.table.show_current(training.gradient_source)
        self.population.set_value(training.population)
        self.sigma.set_value(training.sigma)
        if snapshot.state == "failed":
            self._is_waiting = False
            return
        ways = self._ways
        if ways is not None:
            is_local = training.gradient_source == FORWARD_FORWARD
            shown = ways.parameter_count, ways.population, ways.sigma, ways.recognized is not None
            if shown != (snapshot.layout.size, training.population, training.sigma, is_local):
                self.measure()

    def ways(self) -> GradientWays | None:
        """Return what is shown."""
        return self._ways

    @Slot()
    def measure(self) -> None:
        """Ask for a comparison, unless one is on its way."""
        if not self._is_waiting:
            self._is_waiting = True
            if self._ways is None:
                self.sentence.set_words(MEASURING)
            self.measure_requested.emit()

    def sizeHint(self) -> QSize:
        """Return the size at which everything has its room."""
        return QSize(*map(scaled, SIZE_PIXELS))

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.table)
        self._column.addWidget(self._note)
        self._column.addWidget(self.local_note)
        self._column.addStretch(1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._circumstances)
        self._foot.addStretch(1)
        for words, field in (("Candidates n", self.population), ("Distance σ", self.sigma)):
            label = QLabel(words)
            label.setBuddy(field)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._foot.addWidget(label)
            self._foot.addWidget(field)
        self._foot.addWidget(self.again)
        self._column.addLayout(self._foot)

    def _connect(self) -> None:
        self.table.chosen.connect(self._on_chosen)
        self.again.clicked.connect(self.measure)
        self.population.value_changed.connect(self._on_population)
        self.sigma.value_changed.connect(self._on_sigma)
        for field in (self.population, self.sigma):
            field.refused.connect(self.refused)

    @Slot(str)
    def _on_chosen(self, source: str) -> None:
        self.change_requested.emit({"training": {"gradient_source": source}})

    @Slot(float)
    def _on_population(self, value: float) -> None:
        self.change_requested.emit({"training": {"population": round(value)}})

    @Slot(float)
    def _on_sigma(self, value: float) -> None:
        self.change_requested.emit({"training": {"sigma": value}})

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, scaled(12))
        self._column.setSpacing(scaled(12))
        self._foot.setSpacing(scaled(8))
        for field in (self.population, self.sigma):
            field.setFixedWidth(scaled(FIELD_PIXELS))
