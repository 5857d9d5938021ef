"""The program of a step as rows of a list: phases that fold, and their ops.

Finished phases fold; the phase at hand is open, and so is the next one where the next op begins it.
What the user folds or opens stays so until another phase is at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.explain.parameter_order import in_listed_order
from core.network.parameters import Floats
from core.training.snapshot import OpInfo, Snapshot, Trace
from gui.numbers import counted
from gui.trace.words import PHASE_TITLES, entries, phase_result, symbol

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole
SPOKEN = 40


class Mark(IntEnum):
    """Where an op or a phase stands."""

    DONE = 0
    NOW = 1
    NEXT = 2
    TO_COME = 3


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One row.

    Attributes:
        phase: the phase that it is or belongs to.
        first, count: the ops of the phase; for an op its place in the program, and 0.
    """

    phase: str
    first: int
    count: int

    @property
    def is_phase(self) -> bool:
        """Return whether this row heads a phase."""
        return self.count > 0


class TraceModel(QAbstractListModel):
    """Rows of the trace in a snapshot."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Make an empty model."""
        super().__init__(parent)
        self.snapshot: Snapshot | None = None
        self.hidden: frozenset[str] = frozenset()
        self._phases: list[TraceRow] = []
        self._open: set[str] = set()
        self._at_hand: set[str] | None = None
        self._rows: list[TraceRow] = []

    def show_snapshot(self, new: Snapshot) -> None:
        """Show ``new``; rows are made anew only where they differ."""
        old, self.snapshot = self.snapshot, new
        if old is None or old.trace.ops != new.trace.ops:
            self._phases = _phases(new.trace)
            self._at_hand = None
        at_hand = _at_hand(new.trace)
        if at_hand != self._at_hand:
            self._at_hand = at_hand
            self._open = set(at_hand)
            self._lay_out()
        elif self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def row(self, index: int) -> TraceRow:
        """Return row ``index``."""
        return self._rows[index]

    def is_open(self, phase: str) -> bool:
        """Return whether the ops of ``phase`` are shown."""
        return phase in self._open

    def set_open(self, phase: str, opened: bool) -> None:
        """Show or fold the ops of ``phase``."""
        if opened != (phase in self._open):
            self._open ^= {phase}
            self._lay_out()

    def row_of_op(self, place: int) -> int | None:
        """Return the row of the op at ``place`` in the program, None where it is folded."""
        for index, row in enumerate(self._rows):
            if not row.is_phase and row.first == place:
                return index
        return None

    def row_of_phase(self, phase: str) -> int:
        """Return the row that heads ``phase``."""
        return next(i for i, r in enumerate(self._rows) if r.is_phase and r.phase == phase)

    def op(self, place: int) -> OpInfo:
        """Return the op at ``place`` in the program."""
        assert self.snapshot is not None
        return self.snapshot.trace.ops[place]

    def mark(self, place: int) -> Mark:
        """Return where the op at ``place`` stands."""
        assert self.snapshot is not None
        trace = self.snapshot.trace
        if place >= trace.position:
            return Mark.NEXT if place == trace.position else Mark.TO_COME
        # The last step of a run has no op at hand; a step by hand ends at its last op.
        if place == trace.position - 1 and (trace.holds_start or not trace.completed):
            return Mark.NOW
        return Mark.DONE

    def written(self, place: int) -> Floats | None:
        """Return the first value that the op at ``place`` wrote, None before it has run."""
        assert self.snapshot is not None
        if self.mark(place) > Mark.NOW or self.hides(place):
            return None
        op, snapshot = self.op(place), self.snapshot
        value = snapshot.trace.values.get(op.writes[0])
        if op.phase == "update" and value is not None:
            return in_listed_order(snapshot.layout, value)
        return value

    def hides(self, place: int) -> bool:
        """Return whether what the op at ``place`` wrote is to be guessed first."""
        return self.mark(place) == Mark.NOW and self.op(place).writes[0] in self.hidden

    def set_hidden(self, names: frozenset[str]) -> None:
        """Leave out the values called ``names``."""
        if names != self.hidden:
            self.hidden = names
            if self._rows:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def phase_facts(self, row: TraceRow) -> str:
        """Return how far a phase is, or what it has brought."""
        assert self.snapshot is not None
        done = self.snapshot.trace.position - row.first
        if done >= row.count and not self.hides(row.first + row.count - 1):
            return phase_result(row.phase, self.snapshot, row.count)
        if done > 0:
            return f"{min(done, row.count)} of {row.count}"
        return counted(row.count, "op")

    # ------------------------------------------------------------------ Qt's side

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of rows; they have no children."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's text, or the row itself under ``ROW_ROLE``."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._in_words(row)
        return None

    def _in_words(self, row: TraceRow) -> str:
        if row.is_phase:
            folded = "open" if row.phase in self._open else "folded"
            return f"{PHASE_TITLES[row.phase]}, {self.phase_facts(row)}, {folded}"
        op, mark = self.op(row.first), self.mark(row.first)
        words = mark.name.lower().replace("_", " ")
        value = self.written(row.first)
        if self.hides(row.first):
            words += ", its value is hidden"
        if value is None:
            return f"{op.formula}, {words}"
        numbers = entries(value, lambda text: len(text) <= SPOKEN)
        return f"{op.formula}, {words}: {symbol(op.writes[0])} is {numbers}"

    def _lay_out(self) -> None:
        self.beginResetModel()
        self._rows = []
        for phase in self._phases:
            self._rows.append(phase)
            if phase.phase in self._open:
                places = range(phase.first, phase.first + phase.count)
                self._rows += [TraceRow(phase.phase, place, 0) for place in places]
        self.endResetModel()


def _phases(trace: Trace) -> list[TraceRow]:
    rows = []
    first = 0
    for phase, group in groupby(trace.ops, key=lambda op: op.phase):
        count = len(list(group))
        rows.append(TraceRow(phase, first, count))
        first += count
    return rows


def _at_hand(trace: Trace) -> set[str]:
    """Return the phases of the op last run and of the next; all at a start, none of a run."""
    if trace.completed:
        return {trace.ops[-1].phase} if trace.holds_start else set()
    if trace.position == 0:
        return {op.phase for op in trace.ops}
    return {op.phase for op in trace.ops[trace.position - 1 : trace.position + 1]}
