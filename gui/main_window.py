"""The window: panels in their places, commands to the session, snapshots to the panels.

It holds no state of the run: what it shows is the latest snapshot, and what the user asks for goes
to the session as a command whose effect comes back as a snapshot.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from core import Snapshot, Trainer
from core.training.commands import Failure
from core.training.layer_changes import (
    change_activation,
    change_hidden_count,
    change_units,
    insert_layer,
    remove_layer,
)
from gui.arrangement import arrange, arrange_step
from gui.data_files import DataFiles
from gui.dropping import dropped_file, has_files
from gui.exporting import Exportable
from gui.exports import Exports
from gui.frame_clock import FrameClock
from gui.help_menu import HelpMenu
from gui.menu import build_menu
from gui.panel_schedule import Panel, PanelSchedule
from gui.panels.confusion_panel import ConfusionPanel
from gui.panels.controls_panel import ControlsPanel
from gui.panels.failure_bar import FailureBar
from gui.panels.gradients_panel import GradientsPanel
from gui.panels.loss_panel import LossPanel
from gui.panels.network_panel import NetworkPanel
from gui.panels.right_column import RightColumn
from gui.panels.status_bar import StatusBar
from gui.panels.transport_bar import TransportBar
from gui.session import Session
from gui.slow_motion import SlowMotion
from gui.spec_files import SpecFiles
from gui.step_mode import StepMode
from gui.theme import themes
from gui.tool_windows import ToolWindows
from gui.tour.guide import Tour
from gui.undo_actions import UndoActions

DEFAULT_SIZE = QSize(1280, 800)
MINIMUM_SIZE = QSize(1120, 700)
# From this many hidden layers on the rows of the gradients need more height.
DEEP = 6


class MainWindow(QMainWindow):
    """The window of one session.

    Attributes:
        session, clock: the run and the pace of the window.
        files, data: the specification on disk, and data files.
        exports: pictures and numbers for use elsewhere.
        steps, slow_motion: what is there while a step is taken apart.
        changes: what can be undone and done again.
        tools: the windows that open over this one.
        help, tour: what explains the window.
        transport, controls, network, loss, gradients, right, confusion, status: the panels.
    """

    def __init__(self, trainer: Trainer) -> None:
        """Make the panels and start the thread that owns ``trainer`` from now on."""
        super().__init__()
        self.transport = TransportBar()
        self.controls = ControlsPanel()
        self.network = NetworkPanel()
        self.loss = LossPanel()
        self.gradients = GradientsPanel()
        self.right = RightColumn()
        self.confusion = ConfusionPanel()
        self.status = StatusBar()
        self.failure = FailureBar()
        self._body = QWidget()
        self._placed: dict[str, QWidget] = {
            "controls": self.controls,
            "network": self.network,
            "right": self.right,
            "loss": self.loss,
            "gradients": self.gradients,
            "confusion": self.confusion,
        }
        for placed in self._placed.values():
            placed.setParent(self._body)
        self.transport.play.setDefault(True)
        central = QWidget()
        central.setObjectName("central")
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.failure)
        column.addWidget(self._body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(central)
        self.setAcceptDrops(True)
        self.setMinimumSize(MINIMUM_SIZE)
        self.resize(DEFAULT_SIZE)

        self._schedule = PanelSchedule()
        heavy: tuple[tuple[Panel, float], ...] = (
            (self.network, 15),
            (self.gradients, 15),
            (self.loss, 10),
            (self.right.output, 10),
            (self.right.samples, 5),
            (self.right.trace, 10),
            (self.confusion, 5),
        )
        for panel, frames_per_second in heavy:
            self._schedule.add(panel, frames_per_second)
        light = (self.transport, self.controls, self.status, self.right, self.right.warnings)
        for panel in light:
            self._schedule.add(panel, 10, is_heavy=False)
        self.session = Session(trainer, self)
        self.files = SpecFiles(self.session, self)
        self.exports = Exports(self.session, self)
        self.data = DataFiles(self.session, self)
        self.steps = StepMode(self.session, self.right.trace, self._body)
        self.tools = ToolWindows(self.session, self, self.exports)
        self.changes = UndoActions(self.session, self)
        self.slow_motion = SlowMotion(self.steps.sentence, self)
        for panel in (self.steps.stage, self.steps.waterfall, self.steps.ledger):
            self._schedule.add(panel, 10)
        self._offer_exports()
        self.clock = FrameClock(self.session, self)
        menu = build_menu(self)
        self.tour = Tour(self)
        self.help = HelpMenu(self, menu, self.tour)
        self.transport.set_menu(menu)
        self.right.show_keys(menu)
        self._connect()
        themes.changed.connect(self._lay_out)

    # ------------------------------------------------------------------ commands

    @Slot()
    def toggle_run(self) -> None:
        """Play while paused, pause while running."""
        if self._snapshot is not None and self._snapshot.state == "running":
            self.session.pause()
        else:
            self.session.play()

    # ------------------------------------------------------------------ showing

    @property
    def _snapshot(self) -> Snapshot | None:
        return self.session.snapshot

    def show_now(self) -> None:
        """Wait for the first snapshot and show it: for pictures of the window."""
        while self.session.snapshot is None:
            self.clock.tick()

    @Slot(object)
    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Hand ``snapshot`` to the panels and fit the arrangement to what it holds."""
        arrangement = self._arrangement_of(snapshot)
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self.right.fit(snapshot)
            self._lay_out()
        self._fit_granularity(snapshot)
        self._set_title()
        if snapshot.state != "failed":
            self.failure.hide()
        self.status.set_fps(self.clock.frames_per_second)
        self.steps.follow(snapshot)
        self._schedule.show(snapshot)
        self.steps.point_out()
        self.slow_motion.follow(snapshot)
        self.tools.follow(snapshot)
        self.changes.follow(snapshot)
        # Painted now, not in 5 ms when training has the interpreter.
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.UpdateRequest))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the panels out anew."""
        super().resizeEvent(event)
        self._lay_out()
        self.tour.follow()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files: what they are is said when they are dropped."""
        if has_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a table or a specification; anything else leaves all as it is."""
        kind, path, refusal = dropped_file(event.mimeData())
        event.acceptProposedAction()
        if path is None:
            self._refuse(refusal)
        elif kind == "data":
            self.data.open_path(path)
        else:
            self.files.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the thread; the window closes at once."""
        self.slow_motion.stop()
        self.tools.close()
        self.data.close()
        self.help.close()
        self.clock.stop()
        self.session.close()
        super().closeEvent(event)

    _arrangement: tuple[bool, bool, bool] | None = None
    _is_single = False

    def _arrangement_of(self, snapshot: Snapshot) -> tuple[bool, bool, bool]:
        is_planar = snapshot.dataset.domain is not None
        is_deep = snapshot.layout.layer_count - 1 >= DEEP
        return is_planar, is_deep, snapshot.predictions.confusion is not None

    @Slot()
    def _lay_out(self) -> None:
        _, is_deep, has_confusion = self._arrangement or (True, False, False)
        mode = self.right.mode
        if mode == "samples" and not has_confusion:
            mode = "tall"
        width, height = self._body.width(), self._body.height()
        if self.steps.is_active:
            places = arrange_step(width, height, scale=themes.font_scale)
        else:
            places = arrange(width, height, mode, deep=is_deep, scale=themes.font_scale)
        for name, panel in {**self._placed, **self.steps.panels()}.items():
            if name in places:
                panel.setGeometry(places[name])
            panel.setVisible(name in places)

    @Slot()
    def _set_title(self) -> None:
        title = f"{self.files.title()} — Nablascope"
        if title != self.windowTitle():
            self.setWindowTitle(title)

    @Slot()
    def _change_mode(self) -> None:
        """Show the panels of step mode, or those of training."""
        if self.steps.is_active:
            self.right.select_tab("trace")
        self._lay_out()

    def _fit_granularity(self, snapshot: Snapshot) -> None:
        """Step by ops where there is a single sample: it is there to be taken apart."""
        is_single = len(snapshot.dataset.inputs) == 1
        if is_single != self._is_single:
            self._is_single = is_single
            self.transport.set_granularity("op" if is_single else "batch")

    def _offer_exports(self) -> None:
        exports = self.exports
        exports.offer(Exportable(self.network.canvas, "Network"))
        self.loss.add_actions(exports.add(self.loss.exportable()))
        self.gradients.add_actions(exports.add(self.gradients.exportable()))
        exports.offer(Exportable(self.right.output.map, "Output map"))
        exports.offer(Exportable(self.confusion.matrix, "Confusion matrix"))
        exports.offer(Exportable(self.steps.stage.canvas, "Stage"))
        exports.offer(Exportable(self.steps.waterfall.chart, "Waterfall"))

    # ------------------------------------------------------------------ connections

    def _connect(self) -> None:
        session, transport, network = self.session, self.transport, self.network
        self.clock.frame.connect(self.show_snapshot)
        transport.play_requested.connect(session.play)
        transport.pause_requested.connect(session.pause)
        transport.step_requested.connect(session.step)
        transport.back_requested.connect(session.step_back)
        for asked in (
            transport.play_requested,
            transport.pause_requested,
            transport.step_requested,
            transport.back_requested,
            transport.reset_requested,
        ):
            asked.connect(self.slow_motion.stop)
        transport.slow_motion_requested.connect(self.slow_motion.set_on)
        self.slow_motion.changed.connect(transport.slow.setChecked)
        self.slow_motion.op_due.connect(self._step_slowly)
        self.steps.changed.connect(self._change_mode)
        self.steps.section_requested.connect(self.controls.go_to)
        transport.reset_requested.connect(session.reset)
        transport.speed_requested.connect(session.set_speed)
        self.controls.change_requested.connect(self._change)
        self.controls.refused.connect(self._refuse)
        network.units_requested.connect(self._change_units)
        network.layer_insert_requested.connect(self._insert_layer)
        network.layer_count_requested.connect(self._change_hidden_count)
        network.layer_removal_requested.connect(self._remove_layer)
        network.activation_requested.connect(self._change_activation)
        network.parameter_requested.connect(session.set_parameter)
        network.refused.connect(self._refuse)
        self.right.output.sample_chosen.connect(self._look_at_row)
        self.right.output.edit_requested.connect(session.edit_points)
        self.right.samples.sample_chosen.connect(self._look_at_row)
        self.right.samples.saliency_wanted.connect(session.look_at_saliency)
        self.right.trace.sample_requested.connect(self._look_at_sample)
        self.right.tab_selected.connect(self._lay_out)
        warnings = self.right.warnings
        warnings.try_requested.connect(session.try_remedy)
        warnings.apply_requested.connect(session.cure)
        warnings.trial_ended.connect(session.end_trial)
        warnings.spot_chosen.connect(network.choose_spot)
        warnings.spot_chosen.connect(self.gradients.choose_spot)
        self.gradients.quantity_requested.connect(session.look_at_quantity)
        self.status.findings_clicked.connect(self.right.show_warnings)
        session.noted.connect(self._note)
        session.refused.connect(self._refuse)
        for source in (self.files, self.tools, self.exports, self.data, self.steps):
            source.refused.connect(self._refuse)
        for source in (self.tools, self.exports, self.data):
            source.done.connect(self._note)
        self.controls.data.own_data_requested.connect(self.data.open_file)
        self.controls.data.columns_requested.connect(self.data.open_present)
        self.files.saved.connect(self._note)
        self.files.saved.connect(self._set_title)
        session.failed.connect(self._report_failure)
        self.failure.reset_requested.connect(session.reset)
        # Not for the canvas' children: Space has to press the buttons among them.
        run_key = QShortcut(QKeySequence(Qt.Key.Key_Space), network.canvas)
        run_key.setContext(Qt.ShortcutContext.WidgetShortcut)
        run_key.activated.connect(self.toggle_run)

    @Slot(dict)
    def _change(self, changes: dict[str, Any]) -> None:
        self.session.change(changes, self.controls.gesture)

    @Slot(int, int)
    def _change_units(self, layer: int, units: int) -> None:
        self.session.change(change_units(self.session.spec, layer - 1, units))

    @Slot(int)
    def _insert_layer(self, after: int) -> None:
        self.session.change(insert_layer(self.session.spec, after))

    @Slot(int)
    def _remove_layer(self, layer: int) -> None:
        self.session.change(remove_layer(self.session.spec, layer - 1))

    @Slot(int, str)
    def _change_activation(self, layer: int, activation: str) -> None:
        self.session.change(change_activation(self.session.spec, layer - 1, activation))

    @Slot(int)
    def _change_hidden_count(self, count: int) -> None:
        self.session.change(change_hidden_count(self.session.spec, count))

    @Slot(str, int)
    def _look_at_row(self, split: str, row: int) -> None:
        """Look at a row of the data, and at its place in the batch where it is there."""
        self.session.look_at_row("test" if split == "test" else "train", row)
        if self._snapshot is None or split == "test":
            return
        places = np.flatnonzero(self._snapshot.trace.rows == row)
        if places.size:
            self.session.look_at_sample(int(places[0]))

    @Slot()
    def _step_slowly(self) -> None:
        self.session.step("op")

    @Slot(int)
    def _look_at_sample(self, sample: int) -> None:
        self.session.look_at_sample(sample)

    @Slot(str)
    def _note(self, message: str) -> None:
        self.status.show_message(message, "note")

    @Slot(str)
    def _refuse(self, message: str) -> None:
        self.status.show_message(message, "refused")

    @Slot(object)
    def _report_failure(self, failure: Failure) -> None:
        self.failure.show_failure(failure)
        self.status.show_message(f"{self.failure.text()}. Reset starts the run again.", "failed")
