"""The card "Parameters": every weight and bias with its gradient and its change in this step."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from core.explain.reference import Reference
from core.training.snapshot import Snapshot
from gui.ledger.cells import Cells
from gui.ledger.parameter_table import ParameterTable
from gui.numbers import format_count
from gui.snapshot_card import SnapshotCard
from gui.theme import scaled, themes

MOST_SPOKEN = 12


class LedgerPanel(SnapshotCard):
    """The table of parameters.

    Attributes:
        table: the table.

    Signals:
        parameter_selected: the Reference of the row that the user has chosen.
        value_pointed: the Reference of the row under the pointer, or None.
        value_entered: the Reference of a weight or bias and the value that was typed for it.
        refused: one line about what was typed and is no value.
    """

    parameter_selected = Signal(object)
    value_pointed = Signal(object)
    value_entered = Signal(object, float)
    refused = Signal(str)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Parameters")
        self._place: int | None = None
        self._hidden: frozenset[str] = frozenset()
        self.table = ParameterTable()
        self.body.addWidget(self.table, 1)
        self.table.chosen.connect(self._on_chosen)
        self.table.pointed.connect(self.value_pointed)
        self.table.value_entered.connect(self.value_entered)
        self.table.refused.connect(self.refused)
        themes.changed.connect(self._place_table)
        self._place_table()

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the parameters of ``new``."""
        if old is not None and old.trace.position != new.trace.position:
            self._place = None
        self.set_facts(format_count(new.layout.size))
        self._show()

    def show_op(self, place: int) -> None:
        """Light what the op at ``place`` wrote; -1: nothing."""
        self._place = place
        self._show_anew()

    def select_parameter(self, reference: Reference) -> None:
        """Choose the row of a weight or bias, without a signal."""
        self.table.choose(reference)
        self._describe_anew()

    def point_at(self, reference: Reference | None) -> None:
        """Tint the row of what another view points at."""
        self.table.point_at(reference)

    def set_hidden(self, names: frozenset[str]) -> None:
        """Show the values called so as unknown although they exist."""
        if names != self._hidden:
            self._hidden = names
            self._show_anew()

    def describe(self, shown: Snapshot) -> str:
        """Return the chosen row and the first ones as text."""
        cells, size, chosen = self.table.cells, shown.layout.size, self.table.chosen_row()
        if cells is None:
            return ""
        words = [cells.in_words(row) for row in range(min(size, MOST_SPOKEN))]
        if chosen is not None:
            words.insert(0, f"Chosen is {cells.in_words(chosen)}")
        if size > MOST_SPOKEN:
            words.append(f"and {format_count(size - MOST_SPOKEN)} more")
        return ". ".join(words) + "."

    def _show(self) -> None:
        shown = self._shown
        if shown is not None:
            place = shown.trace.position - 1 if self._place is None else self._place
            self.table.show_cells(Cells(shown, place, self._hidden))

    def _show_anew(self) -> None:
        self._show()
        self._describe_anew()

    @Slot(object)
    def _on_chosen(self, parameter: Reference) -> None:
        self._describe_anew()
        self.parameter_selected.emit(parameter)

    def _describe_anew(self) -> None:
        if self._shown is not None:
            self.setAccessibleDescription(self.describe(self._shown))

    @Slot()
    def _place_table(self) -> None:
        self.body.setContentsMargins(scaled(6), 0, scaled(6), scaled(1))
