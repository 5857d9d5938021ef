"""Step mode: the window while one training step is taken apart.

It holds the panels that are there only then, ties them and the trace together (what is pointed at
in one lights up in all), and knows when the mode begins and ends: it begins with a step by op,
layer or pass, or where a run stops in mid-step, and ends when training runs.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.explain.reading import read_op
from core.explain.reference import Reference
from core.explain.sentences import sentence
from core.training.shares import FIRST_PLACE
from core.training.snapshot import Snapshot
from gui.panels.controls_rail import ControlsRail
from gui.panels.ledger_panel import LedgerPanel
from gui.panels.stage_panel import StagePanel
from gui.panels.trace_panel import TracePanel
from gui.panels.waterfall_panel import WaterfallPanel, place_of
from gui.session import Session

FIRST_PARAMETER = Reference("W1", (0, 0))


class StepMode(QObject):
    """The panels of step mode and what passes between them.

    Attributes:
        is_active: whether the window shows them.
        stage, waterfall, ledger, rail: the panels.

    Signals:
        changed: the mode has begun or ended.
        section_requested: "data", "network" or "training": the controls that are wanted.
        refused: one line about what was typed and is no value.
    """

    changed = Signal()
    section_requested = Signal(str)
    refused = Signal(str)

    def __init__(self, session: Session, trace: TracePanel, parent: QWidget) -> None:
        """Make the panels as children of ``parent``; the mode is off."""
        super().__init__(parent)
        self.is_active = False
        self.stage = StagePanel()
        self.waterfall = WaterfallPanel()
        self.ledger = LedgerPanel()
        self.rail = ControlsRail()
        self._session = session
        self._trace = trace
        self._before: tuple[bool, int, int] | None = None
        self._was_halted = False
        self._origin: int | None = None
        self._parameter = FIRST_PARAMETER
        self._looked_at = FIRST_PLACE
        self._structure = -1
        for panel in self.panels().values():
            panel.setParent(parent)
            panel.hide()
        self._connect()

    def panels(self) -> dict[str, QWidget]:
        """Return the panels by their names in the arrangement."""
        return {
            "rail": self.rail,
            "stage": self.stage,
            "waterfall": self.waterfall,
            "ledger": self.ledger,
        }

    def follow(self, snapshot: Snapshot) -> None:
        """Begin or end the mode as the run asks for it."""
        place = snapshot.in_step, snapshot.step, snapshot.trace.position
        moved = place != self._before
        self._before = place
        if snapshot.structure != self._structure:
            self._structure = snapshot.structure
            self._select_parameter(FIRST_PARAMETER)
        self.stage.set_alone(snapshot.alone is not None)
        has_halted = snapshot.halted is not None
        if snapshot.state == "running" or (self._was_halted and not has_halted):
            # Who resets a halted run wants the controls, to mend it.
            self.set_active(False)
        elif snapshot.in_step and moved:
            self.set_active(True)
        self._origin = snapshot.halted_at if has_halted and not self._was_halted else None
        self._was_halted = has_halted

    def point_out(self) -> None:
        """Open the trace at the op that has just written a number that is not finite.

        To be called once the panels hold the snapshot.
        """
        if self._origin is not None:
            self._trace.show_op(self._origin)
            self._origin = None

    def sentence(self) -> str:
        """Return what there is to read of the op that was run last."""
        snapshot = self._session.snapshot
        if snapshot is None or snapshot.trace.position == 0:
            return ""
        place = snapshot.trace.position - 1
        return sentence(read_op(snapshot, place, self._parameter, self._trace.hidden))

    def set_active(self, is_active: bool) -> None:
        """Begin or end the mode."""
        if is_active != self.is_active:
            self.is_active = is_active
            self.changed.emit()

    @Slot()
    def toggle(self) -> None:
        """Begin the mode, or end it."""
        self.set_active(not self.is_active)

    def _connect(self) -> None:
        stage, trace = self.stage, self._trace
        for panel in (stage, trace, self.waterfall, self.ledger):
            panel.value_pointed.connect(self._point_at)
        for source in (stage, self.ledger):
            source.parameter_selected.connect(self._select_parameter)
        self.ledger.value_entered.connect(self._set_parameter)
        self.ledger.refused.connect(self.refused)
        trace.op_selected.connect(self._show_op)
        trace.op_activated.connect(self._session.go_to_op)
        trace.hidden_changed.connect(self._hide_values)
        stage.op_requested.connect(self._session.go_to_op)
        for chooser in (stage, self.waterfall):
            chooser.sample_requested.connect(self._session.look_at_sample)
        stage.alone_requested.connect(self._isolate)
        self.rail.expand_requested.connect(self._leave)
        self.rail.section_requested.connect(self._leave)
        self.rail.section_requested.connect(self.section_requested)

    @Slot(object)
    def _point_at(self, reference: Reference | None) -> None:
        for panel in (self.stage, self._trace, self.waterfall, self.ledger):
            if panel is not self.sender():
                panel.point_at(reference)

    @Slot(object)
    def _select_parameter(self, reference: Reference) -> None:
        self._parameter = reference
        for panel in (self.stage, self._trace, self.waterfall, self.ledger):
            panel.select_parameter(reference)
        place = place_of(reference)
        if place != self._looked_at:
            self._looked_at = place
            self._session.look_at_parameter(place)

    @Slot(object, float)
    def _set_parameter(self, reference: Reference, value: float) -> None:
        self._session.set_parameter(place_of(reference), value)

    @Slot(int)
    def _show_op(self, place: int) -> None:
        self.stage.show_op(place)
        self.waterfall.show_op(place)
        self.ledger.show_op(place)

    @Slot(object)
    def _hide_values(self, names: frozenset[str]) -> None:
        for panel in (self.stage, self.waterfall, self.ledger):
            panel.set_hidden(names)

    @Slot(bool)
    def _isolate(self, alone: bool) -> None:
        snapshot = self._session.snapshot
        if snapshot is not None:
            trace = snapshot.trace
            self._session.isolate(int(trace.rows[trace.sample]) if alone else None)

    @Slot()
    def _leave(self) -> None:
        self.set_active(False)
