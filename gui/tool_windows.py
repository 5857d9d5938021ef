"""The windows that open over the main one: breakpoints, what is measured of the step, sheets.

Each is made when first asked for and shows what the session answers. What has to be computed is
asked of the trainer on its own thread and comes back as an answer.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from core import FileError, Snapshot
from core.diagnosis.breakpoints import Breakpoint
from core.diagnosis.corridor import Corridor
from core.explain.checkpointing import CheckpointAccount, account_checkpoints
from core.explain.gradient_ways import GradientWays, compare_ways
from core.explain.numeric_check import GradientCheck, check_gradient
from core.explain.signal_corridor import Rows, signal_corridor
from core.explain.worksheet import Worksheet, worksheet_question
from core.training.distributions import Distributions, recorded_distributions
from gui.diagram.names import layer_name
from gui.exporting import Exportable
from gui.exports import Exports
from gui.panels.breakpoints_dialog import BreakpointsDialog
from gui.panels.checkpointing_dialog import CheckpointingDialog
from gui.panels.corridor_dialog import CorridorDialog
from gui.panels.distributions_dialog import DistributionsDialog
from gui.panels.gradient_ways_dialog import GradientWaysDialog
from gui.panels.numeric_check_dialog import NumericCheckDialog
from gui.panels.preferences_dialog import PreferencesDialog
from gui.preferences import PreferenceKeeper
from gui.run_feed import Question, RunFeed
from gui.saving import with_its_suffix
from gui.session import Session
from gui.threshold_keeper import ThresholdKeeper
from gui.worksheet.pages import save_worksheet

CHECK, WAYS, WORKSHEET = "gradient check", "gradient ways", "worksheet"
CHECKPOINTS, CORRIDOR, DISTRIBUTIONS = "checkpointing", "signal corridor", "distributions"


class ToolWindows(QObject):
    """Opens the windows and ties them to the session.

    Signals:
        refused: one line about what could not be done.
        done: one line about what was.
    """

    refused = Signal(str)
    done = Signal(str)

    def __init__(
        self,
        session: Session,
        window: QWidget,
        exports: Exports,
        keeper: PreferenceKeeper,
        thresholds: ThresholdKeeper,
    ) -> None:
        """Serve ``session``; everything opens over ``window``, charts offer their ``exports``."""
        super().__init__(window)
        self._session = session
        self._exports = exports
        self._keeper, self._thresholds = keeper, thresholds
        self._window = window
        self.breakpoints: BreakpointsDialog | None = None
        self.check: NumericCheckDialog | None = None
        self.ways: GradientWaysDialog | None = None
        self.checkpointing: CheckpointingDialog | None = None
        self.corridor: CorridorDialog | None = None
        self.distributions: DistributionsDialog | None = None
        self.preferences: PreferencesDialog | None = None
        # Those that keep up with the run, by the tag of their answers.
        self._feeds: dict[str, RunFeed] = {}
        self._path: Path | None = None
        self._is_solved = False
        session.answered.connect(self._take_answer)

    def follow(self, snapshot: Snapshot) -> None:
        """Show what is open the state of ``snapshot``."""
        if self.breakpoints is not None and self.breakpoints.isVisible():
            self.breakpoints.show_breakpoints(snapshot.breakpoints, _layer_names(snapshot))
        if self.ways is not None and self.ways.isVisible():
            self.ways.show_run(snapshot)
        if self.checkpointing is not None and self.checkpointing.isVisible():
            self.checkpointing.show_run(snapshot)
        for feed in self._feeds.values():
            feed.ask_if_due()

    def close(self) -> None:
        """Close what is open: a window left over would keep the program alive."""
        windows = (
            self.breakpoints,
            self.check,
            self.ways,
            self.checkpointing,
            self.corridor,
            self.distributions,
            self.preferences,
        )
        for window in windows:
            if window is not None:
                window.close()

    @Slot()
    def open_breakpoints(self) -> None:
        """Open the list of breakpoints."""
        if self.breakpoints is None:
            self.breakpoints = BreakpointsDialog(self._window)
            self.breakpoints.breakpoints_changed.connect(self._set_breakpoints)
        snapshot = self._session.snapshot
        if snapshot is not None:
            self.breakpoints.show_breakpoints(snapshot.breakpoints, _layer_names(snapshot))
        _bring_up(self.breakpoints)

    @Slot()
    def open_check(self) -> None:
        """Check the gradient of the batch at hand and show what comes of it."""
        if self.check is None:
            self.check = NumericCheckDialog(self._window)
            self._exports.offer(Exportable(self.check.plot, "Gradient check"), self.check)
            self.check.check_requested.connect(self._ask_for_check)
            self.check.curve_requested.connect(self._ask_for_curve)
        self._ask_for_check()

    @Slot()
    def open_ways(self) -> None:
        """Open the comparison of the ways to a gradient and have them measured."""
        if self.ways is None:
            self.ways = GradientWaysDialog(self._window)
            self.ways.measure_requested.connect(self._ask_for_ways)
            self.ways.change_requested.connect(self._session.change)
            self.ways.refused.connect(self.refused)
        if self._session.snapshot is not None:
            self.ways.show_run(self._session.snapshot)
        self.ways.measure()
        _bring_up(self.ways)

    @Slot()
    def open_checkpointing(self) -> None:
        """Open the account of gradient checkpointing and have it reckoned."""
        if self.checkpointing is None:
            self.checkpointing = CheckpointingDialog(self._window)
            self._exports.offer(Exportable(self.checkpointing.chart, "Gradient checkpointing"))
            self.checkpointing.account_requested.connect(self._ask_for_account)
        self.checkpointing.reckon()
        _bring_up(self.checkpointing)

    @Slot()
    def open_corridor(self) -> None:
        """Open the window of the signals, which keeps up with the run while it can be seen."""
        if self.corridor is None:
            self.corridor = CorridorDialog(self._window)
            self._exports.offer(Exportable(self.corridor.chart, "Signal corridor"))
            rows = self.corridor.chosen_rows
            feed = RunFeed(self._session, self.corridor, CORRIDOR, _corridor_question, rows)
            self.corridor.rows_changed.connect(feed.ask_if_due)
            self._feeds[CORRIDOR] = feed
        _bring_up(self.corridor)
        self._feeds[CORRIDOR].ask_if_due()

    @Slot()
    def open_distributions(self) -> None:
        """Open the window of weights and gradients over the run, which keeps up with it."""
        if self.distributions is None:
            self.distributions = window = DistributionsDialog(self._window)
            self._exports.offer(Exportable(window.chart, "Weights over time"))
            self._feeds[DISTRIBUTIONS] = RunFeed(
                self._session, window, DISTRIBUTIONS, lambda _: recorded_distributions
            )
        _bring_up(self.distributions)
        self._feeds[DISTRIBUTIONS].ask_if_due()

    @Slot()
    def open_preferences(self) -> None:
        """Open the preferences."""
        self._open_preferences("look")

    @Slot()
    def open_thresholds(self) -> None:
        """Open the preferences at the page about the warnings."""
        self._open_preferences("warnings")

    def _open_preferences(self, page: str) -> None:
        if self.preferences is None:
            self.preferences = PreferencesDialog(self._keeper, self._thresholds, self._window)
        self.preferences.show_page(page)
        _bring_up(self.preferences)

    def save_worksheet(self, solved: bool) -> None:
        """Ask where to print the step of the sample in view, blank or with its numbers."""
        kind = "solution" if solved else "worksheet"
        suggested = str(Path(self._exports.folder()) / f"{kind}.pdf")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save", suggested, "PDF (*.pdf)")
        if not name:
            return
        self._exports.begin_in(Path(name).parent)
        try:
            self._path = with_its_suffix(name, ".pdf")
        except FileError as error:
            self.refused.emit(str(error))
            return
        self._is_solved = solved
        self._session.ask(worksheet_question, WORKSHEET)

    @Slot()
    def _ask_for_check(self) -> None:
        self._session.ask(check_gradient, CHECK)

    @Slot(int)
    def _ask_for_curve(self, index: int) -> None:
        self._session.ask(partial(check_gradient, curve_of=index), CHECK)

    @Slot()
    def _ask_for_ways(self) -> None:
        self._session.ask(compare_ways, WAYS)

    @Slot()
    def _ask_for_account(self) -> None:
        self._session.ask(account_checkpoints, CHECKPOINTS)

    @Slot(str, object)
    def _take_answer(self, tag: str, answer: object) -> None:
        if tag in self._feeds:
            self._feeds[tag].note_answer()
        if tag == CHECK and isinstance(answer, GradientCheck) and self.check is not None:
            self.check.show_check(answer)
            _bring_up(self.check)
        elif tag == WAYS and isinstance(answer, GradientWays) and self.ways is not None:
            self.ways.show_ways(answer)
        elif tag == CHECKPOINTS and isinstance(answer, CheckpointAccount):
            if self.checkpointing is not None:
                self.checkpointing.show_account(answer)
        elif tag == CORRIDOR and isinstance(answer, Corridor) and self.corridor is not None:
            self.corridor.show_corridor(answer)
        elif isinstance(answer, Distributions) and self.distributions is not None:
            self.distributions.show_found(answer)
        elif tag == WORKSHEET and isinstance(answer, Worksheet) and self._path is not None:
            try:
                save_worksheet(answer, self._path, self._is_solved)
            except FileError as error:
                self.refused.emit(str(error))
                return
            self.done.emit(f"Saved to {self._path}")

    @Slot(object)
    def _set_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        self._session.set_breakpoints(breakpoints)


def _corridor_question(rows: str) -> Question:
    return partial(signal_corridor, rows=cast("Rows", rows))


def _bring_up(window: QDialog) -> None:
    """Show ``window``, at most as large as the main one, which fits the screen."""
    if not window.isVisible():
        owner = window.parentWidget()
        if owner is not None:
            window.resize(window.size().boundedTo(owner.size()))
        window.show()
        window.raise_()
        window.activateWindow()


def _layer_names(snapshot: Snapshot) -> list[str]:
    count = snapshot.layout.layer_count
    return [layer_name(layer, count) for layer in range(1, count + 1)]
