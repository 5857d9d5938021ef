"""The window: panels in their places, commands to the session, snapshots to the panels.

It holds no state of the run: what it shows is the latest snapshot, and what the user asks for goes
to the session as a command whose effect comes back as a snapshot.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSettings, QSize, Qt, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from core import Snapshot, Trainer
from core.training.commands import Failure
from gui.data_files import DataFiles
from gui.dropping import FileDrops
from gui.exporting import Exportable
from gui.exports import Exports
from gui.fit_offers import FitOffers
from gui.frame_clock import FrameClock
from gui.help_menu import HelpMenu
from gui.layer_requests import LayerRequests
from gui.menu import build_menu, close_menu
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
from gui.places.keeping import WindowKeeper
from gui.places.menus import open_panel_menu
from gui.places.scrolling import scrollable
from gui.places.workspace import Situation, Workspace
from gui.preferences import PreferenceKeeper
from gui.recent_files import RecentFiles
from gui.remembered import ChoiceKeeper, choices_of
from gui.session import Session
from gui.slow_motion import SlowMotion
from gui.spec_files import SpecFiles
from gui.step_mode import StepMode
from gui.theme import undressed
from gui.threshold_keeper import ThresholdKeeper
from gui.tool_windows import ToolWindows
from gui.tour.guide import Tour
from gui.undo_actions import UndoActions
from gui.wiring import connect_panels

DEFAULT_SIZE = QSize(1280, 800)
MINIMUM_SIZE = QSize(1120, 700)
# From this many hidden layers on the rows of the gradients need more height.
DEEP = 6


class MainWindow(QMainWindow):
    """The window of one session.

    Attributes:
        session, clock: the run and the pace of the window.
        files, data, drops, recent: the spec on disk, data files, what is dropped, what was opened.
        offers, layers: what makes a choice fit; what the diagram asks for of layers.
        exports: pictures and numbers for use elsewhere.
        steps, slow_motion: what is there while a step is taken apart.
        changes: what can be undone and done again.
        preferences, limits: what the user chose for good of the look and of the warnings.
        workspace: where the panels are.
        tools: the windows that open over this one.
        help, tour: what explains the window.
        transport, controls, network, loss, gradients, right, confusion, status: the panels.
    """

    @undressed()
    def __init__(self, trainer: Trainer, settings: QSettings | None = None) -> None:
        """Make the panels and start the thread that owns ``trainer`` from now on.

        What the user arranges is kept in ``settings``, and nowhere without them.
        """
        super().__init__()
        self.preferences = PreferenceKeeper(settings, self)
        self.transport = TransportBar()
        self.controls = ControlsPanel()
        self.network = NetworkPanel()
        self.loss = LossPanel()
        self.gradients = GradientsPanel()
        self.right = RightColumn()
        self.confusion = ConfusionPanel()
        self.status = StatusBar()
        self.failure = FailureBar()
        self.workspace = Workspace()
        for name, placed in (
            ("controls", self.controls),
            ("network", self.network),
            ("right", self.right),
            ("loss", self.loss),
            ("gradients", self.gradients),
            ("confusion", self.confusion),
        ):
            self.workspace.add(name, placed)
        self.transport.play.setDefault(True)
        central = QWidget()
        central.setObjectName("central")
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.failure)
        column.addWidget(scrollable(self.workspace), 1)
        column.addWidget(self.status)
        self.setCentralWidget(central)
        self.setMinimumSize(MINIMUM_SIZE)
        self.resize(DEFAULT_SIZE)

        self._schedule = PanelSchedule()
        heavy: tuple[tuple[Panel, float], ...] = (
            (self.network, 15),
            (self.gradients, 10),
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
        self.steps = StepMode(self.session, self.right.trace, self.workspace)
        for name, panel_of_step in self.steps.panels().items():
            self.workspace.add(name, panel_of_step)
        self.limits = ThresholdKeeper(settings, self.session, self)
        self.tools = ToolWindows(self.session, self, self.exports, self.preferences, self.limits)
        self.data = DataFiles(self.session, self)
        self.recent = RecentFiles(settings, self.files, self.data, self)
        self.drops = FileDrops(self)
        self.offers = FitOffers(self.session, self.status, self)
        self.layers = LayerRequests(self.session, self.offers)
        self.changes = UndoActions(self.session, self)
        self.slow_motion = SlowMotion(self.steps.sentence, self)
        for panel in (self.steps.stage, self.steps.waterfall, self.steps.ledger):
            self._schedule.add(panel, 10)
        self._offer_exports()
        self.clock = FrameClock(self.session, self)
        menu = build_menu(self)
        self.tour = Tour(self)
        self.help = HelpMenu(self, menu, self.tour)
        close_menu(menu, self)
        self.transport.set_menu(menu)
        self.right.show_keys(menu)
        self._connect()
        self.keeper = WindowKeeper(settings, self)
        ChoiceKeeper(settings, choices_of(self), self)

    # ------------------------------------------------------------------ commands

    @Slot()
    def toggle_run(self) -> None:
        """Play while paused, pause while running."""
        if self._snapshot is not None and self._snapshot.state == "running":
            self.session.pause()
        else:
            self.session.play()

    def show_tab(self, tab: str) -> None:
        """Show "output", "trace" or "warnings", also where the right column was hidden."""
        self.workspace.set_shown("right", True)
        self.right.select_tab(tab)

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
        self.offers.follow(snapshot)
        # Painted now, not in 5 ms when training has the interpreter.
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.UpdateRequest))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bubble of the tour at its place."""
        super().resizeEvent(event)
        self.tour.follow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the thread; the window closes at once."""
        self.keeper.keep()
        self.slow_motion.stop()
        self.tools.close()
        self.workspace.put_away()
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
        is_planar, is_deep, has_confusion = self._arrangement or (True, False, False)
        mode = self.right.mode
        if mode == "samples" and not has_confusion:
            mode = "tall"
        has_confusion &= not is_planar
        self.workspace.fit(Situation(mode, is_deep, has_confusion, self.steps.is_active))

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
        connect_panels(self)
        self.clock.frame.connect(self.show_snapshot)
        self.slow_motion.op_due.connect(self._step_slowly)
        self.steps.changed.connect(self._change_mode)
        self.steps.section_requested.connect(self._go_to_controls)
        self.controls.change_requested.connect(self._change)
        self.right.output.sample_chosen.connect(self._look_at_row)
        self.right.samples.sample_chosen.connect(self._look_at_row)
        self.right.trace.sample_requested.connect(self._look_at_sample)
        self.right.tab_selected.connect(self._lay_out)
        self.status.findings_clicked.connect(self._show_warnings)
        self.workspace.menu_requested.connect(self._open_panel_menu)
        self.session.failed.connect(self._report_failure)
        self.files.saved.connect(self._set_title)
        network, warnings = self.network, self.right.warnings
        for noted in (self.session.noted, self.offers.noted, self.files.saved):
            noted.connect(self._note)
        for teller in (self.tools, self.exports, self.data, self.changes, warnings):
            teller.done.connect(self._note)
        wishers = (self.session, self.controls, network, self.offers, self.files)
        tools = (self.tools, self.exports, self.data, self.steps, self.drops)
        for source in (*wishers, *tools):
            source.refused.connect(self._refuse)
        # Not for the canvas' children: Space has to press the buttons among them.
        run_key = QShortcut(QKeySequence(Qt.Key.Key_Space), network.canvas)
        run_key.setContext(Qt.ShortcutContext.WidgetShortcut)
        run_key.activated.connect(self.toggle_run)

    @Slot(str)
    def _go_to_controls(self, section: str) -> None:
        self.workspace.set_shown("controls", True)
        self.controls.go_to(section)

    @Slot()
    def _show_warnings(self) -> None:
        self.workspace.set_shown("right", True)
        self.right.show_warnings()

    @Slot(str, QPoint)
    def _open_panel_menu(self, name: str, place: QPoint) -> None:
        open_panel_menu(self.workspace, name).popup(place)

    @Slot(dict)
    def _change(self, changes: dict[str, Any]) -> None:
        self.offers.send(changes, self.controls.gesture)

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
