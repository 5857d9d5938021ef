"""The window: panels in their places, commands to the session, snapshots to the panels.

It holds no state of the run: what it shows is the latest snapshot, and what the user asks for goes
to the session as a command whose effect comes back as a snapshot.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QMainWindow, QVBoxLayout, QWidget

from core import ExperimentSpec, Snapshot, Trainer, UserError
from core.presets import load_preset
from core.training.commands import Failure
from core.training.layer_changes import change_hidden_count, change_units, insert_layer
from gui.arrangement import arrange
from gui.frame_clock import FrameClock
from gui.menu import build_menu
from gui.panel_schedule import Panel, PanelSchedule
from gui.panels.confusion_panel import ConfusionPanel
from gui.panels.controls_panel import ControlsPanel
from gui.panels.gradients_panel import GradientsPanel
from gui.panels.loss_panel import LossPanel
from gui.panels.network_panel import NetworkPanel
from gui.panels.right_column import RightColumn
from gui.panels.status_bar import StatusBar
from gui.panels.transport_bar import TransportBar
from gui.session import Session
from gui.theme import themes

DEFAULT_SIZE = QSize(1280, 800)
MINIMUM_SIZE = QSize(1120, 700)
# From this many hidden layers on the rows of the gradients need more height.
DEEP = 6
SPEC_FILTER = "Specifications (*.toml *.json)"


class MainWindow(QMainWindow):
    """The window of one session.

    Attributes:
        session, clock: the run and the pace of the window.
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
        column.addWidget(self._body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(central)
        self.setMinimumSize(MINIMUM_SIZE)
        self.resize(DEFAULT_SIZE)

        self._path: Path | None = None
        self._path_before: Path | None = None
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
        for panel in (self.transport, self.controls, self.status):
            self._schedule.add(panel, 10, is_heavy=False)
        self.session = Session(trainer, self)
        self.clock = FrameClock(self.session, self)
        self.transport.set_menu(build_menu(self))
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

    @Slot()
    def open_file(self) -> None:
        """Ask for a specification and start anew with it."""
        name, _ = QFileDialog.getOpenFileName(self, "Open", self._folder(), SPEC_FILTER)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Start anew with the specification in ``path``; a bad file changes nothing."""
        try:
            spec = ExperimentSpec.load(path)
        except UserError as error:
            self._refuse(str(error))
            return
        self._load(spec, path)

    def open_preset(self, key: str) -> None:
        """Start anew with a preset."""
        self._load(load_preset(key), None)

    @Slot()
    def save_file(self) -> None:
        """Save the specification where it came from, or ask."""
        if self._path is None:
            self.save_file_as()
        else:
            self.save_path(self._path)

    @Slot()
    def save_file_as(self) -> None:
        """Ask where to save the specification."""
        suggested = str(Path(self._folder()) / "network.toml")
        name, _ = QFileDialog.getSaveFileName(self, "Save as", suggested, SPEC_FILTER)
        if name:
            path = Path(name)
            self.save_path(path if path.suffix else path.with_suffix(".toml"))

    def save_path(self, path: Path) -> None:
        """Save the specification of the latest snapshot to ``path``."""
        if self._snapshot is None:
            return
        try:
            self._snapshot.spec.save(path)
        except UserError as error:
            self._refuse(str(error))
            return
        self._path = path
        self._set_title(self._snapshot)
        self.status.show_message(f"Saved to {path}", "note")

    def _load(self, spec: ExperimentSpec, path: Path | None) -> None:
        self._path_before, self._path = self._path, path
        self.session.load(spec)

    @Slot()
    def _keep_path(self) -> None:
        """Save goes on to the file of the run that stayed."""
        self._path = self._path_before

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
        self._set_title(snapshot)
        self.status.set_fps(self.clock.frames_per_second)
        self._schedule.show(snapshot)
        # Painted now, not in 5 ms when training has the interpreter.
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.UpdateRequest))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the panels out anew."""
        super().resizeEvent(event)
        self._lay_out()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the thread; the window closes at once."""
        self.clock.stop()
        self.session.close()
        super().closeEvent(event)

    _arrangement: tuple[bool, bool, bool] | None = None

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
        size = self._body.size()
        places = arrange(size.width(), size.height(), mode, deep=is_deep, scale=themes.font_scale)
        for name, panel in self._placed.items():
            if name in places:
                panel.setGeometry(places[name])
            panel.setVisible(name in places)

    def _set_title(self, snapshot: Snapshot) -> None:
        name = self._path.name if self._path else snapshot.spec.name or snapshot.dataset.name
        title = f"{name} — Nablascope"
        if title != self.windowTitle():
            self.setWindowTitle(title)

    # ------------------------------------------------------------------ connections

    def _connect(self) -> None:
        session, transport, network = self.session, self.transport, self.network
        self.clock.frame.connect(self.show_snapshot)
        transport.play_requested.connect(session.play)
        transport.pause_requested.connect(session.pause)
        transport.step_requested.connect(session.step)
        transport.reset_requested.connect(session.reset)
        transport.speed_requested.connect(session.set_speed)
        self.controls.change_requested.connect(session.change)
        self.controls.refused.connect(self._refuse)
        network.units_requested.connect(self._change_units)
        network.layer_insert_requested.connect(self._insert_layer)
        network.layer_count_requested.connect(self._change_hidden_count)
        self.right.output.sample_chosen.connect(self._look_at_row)
        self.right.samples.sample_chosen.connect(self._look_at_row)
        self.right.trace.sample_requested.connect(self._look_at_sample)
        self.right.tab_selected.connect(self._lay_out)
        session.noted.connect(self._note)
        session.refused.connect(self._refuse)
        session.load_refused.connect(self._keep_path)
        session.failed.connect(self._report_failure)
        # Not for the canvas' children: Space has to press the buttons among them.
        run_key = QShortcut(QKeySequence(Qt.Key.Key_Space), network.canvas)
        run_key.setContext(Qt.ShortcutContext.WidgetShortcut)
        run_key.activated.connect(self.toggle_run)

    @Slot(int, int)
    def _change_units(self, layer: int, units: int) -> None:
        self.session.change(change_units(self.session.spec, layer - 1, units))

    @Slot(int)
    def _insert_layer(self, after: int) -> None:
        self.session.change(insert_layer(self.session.spec, after))

    @Slot(int)
    def _change_hidden_count(self, count: int) -> None:
        self.session.change(change_hidden_count(self.session.spec, count))

    @Slot(str, int)
    def _look_at_row(self, split: str, row: int) -> None:
        self.session.look_at_row("test" if split == "test" else "train", row)

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
        where = f"step {failure.step}, op {failure.op}"
        message = f"{failure.type} in {where}: {failure.message}. Reset starts the run again."
        self.status.show_message(message, "failed")

    def _folder(self) -> str:
        return str(self._path.parent if self._path else Path.home())
