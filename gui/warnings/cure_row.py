"""One cure on a card: how often it has worked, what it changes, and what came of trying it.

While it is tried the row shows how far the trial is, then what it came to. A cure that did not
help stays on the card, withdrawn, so that nobody tries it twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from core.diagnosis.findings import Remedy
from core.training.snapshot import TrialView
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.warnings import words
from gui.warnings.rate_bar import RateBar
from gui.widgets.fold_toggle import FoldToggle
from gui.widgets.icon_button import IconButton
from gui.widgets.paragraph import Paragraph

HELPED, FAILED = "Tried: helped", "Tried: did not help"


@dataclass(frozen=True, slots=True, eq=False)
class CureState:
    """What is going on with a cure.

    Attributes:
        trial: while it is being tried, or has been and waits for a decision.
        withdrawn: what came of it where it did not help; empty else.
        is_busy: whether another cure is being tried.
        is_first: whether it is the first that is still offered.
    """

    trial: TrialView | None = None
    withdrawn: str = ""
    is_busy: bool = False
    is_first: bool = False

    def is_same(self, other: CureState | None) -> bool:
        """Return whether nothing has changed since ``other``."""
        return (
            other is not None
            and self.trial is other.trial
            and self.withdrawn == other.withdrawn
            and (self.is_busy, self.is_first) == (other.is_busy, other.is_first)
        )

    @property
    def has_failed(self) -> bool:
        """Return whether it was tried and did not help."""
        report = self.trial.report if self.trial else None
        return bool(self.withdrawn) or (report is not None and not report.helped)


class CureRow(QFrame):
    """A remedy with its buttons.

    Attributes:
        remedy: what it offers.
        details: unfolds what it changes and why.
        try_it, begin: begins a trial; the second chooses where from.
        apply, discard: make the change, or end the trial without it.

    Signals:
        try_requested: the remedy, and whether to begin at step 0.
        apply_requested: the remedy, without a trial.
        trial_ended: whether the ghost takes the run's place.
    """

    try_requested = Signal(object, bool)
    apply_requested = Signal(object)
    trial_ended = Signal(bool)

    def __init__(self, remedy: Remedy, parent: QWidget | None = None) -> None:
        """Offer ``remedy``."""
        super().__init__(parent)
        with_role(self, "cure")
        self.remedy = remedy
        self._state: CureState | None = None
        lines = words.remedy_details(remedy)
        self.details = FoldToggle(f"what {remedy.title} changes")
        self._title = Paragraph("emphasis", remedy.title)
        self._bar = RateBar()
        self._rate = with_role(QLabel(), "facts")
        self._report = Paragraph("facts")
        self._more = Paragraph("facts", "\n".join(lines))
        self.apply = QPushButton("Apply")
        self.try_it = QPushButton("Try it")
        self.begin = IconButton("down", f"Where to begin trying {remedy.title}", icon_size=14)
        self.discard = QPushButton("Discard")
        self._menu = self._make_menu()
        self._lay_out()
        self._more.hide()
        self.setAccessibleName(remedy.title)
        self.setToolTip("\n".join(lines))
        self.details.toggled.connect(self._more.setVisible)
        self.try_it.clicked.connect(self._try_from_start)
        self.begin.clicked.connect(self._open_menu)
        self.apply.clicked.connect(self._on_apply)
        self.discard.clicked.connect(self._on_discard)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.show_state(CureState())

    def report(self) -> str:
        """Return what came of trying it; empty before."""
        return self._report.text()

    def rate(self) -> str:
        """Return the words beside the bar."""
        return self._rate.text()

    def show_state(self, state: CureState) -> None:
        """Show what is going on with the cure."""
        if state.is_same(self._state):
            return
        self._state = state
        trial = state.trial
        report = trial.report if trial is not None else None
        is_offered = trial is None and not state.withdrawn
        self._show_bar(state)
        self._report.set_words(_report_words(state))
        with_role(self._title, "withdrawn" if state.has_failed else "emphasis")
        self.apply.setVisible(is_offered or (report is not None and report.helped))
        self.try_it.setVisible(is_offered)
        self.begin.setVisible(is_offered and not self.remedy.restarts)
        self.discard.setVisible(trial is not None)
        for button in (self.try_it, self.begin):
            button.setEnabled(not state.is_busy)
        self._name_buttons(is_running=trial is not None and report is None)
        with_role(self.try_it, "primary" if state.is_first else "")
        with_role(self.apply, "primary" if report is not None else "")

    def _show_bar(self, state: CureState) -> None:
        trial, remedy = state.trial, self.remedy
        if trial is not None and trial.report is None:
            done = trial.steps_done / max(1, trial.steps_planned)
            self._bar.set_share(min(1.0, done), "accent")
            self._rate.setText(words.progress(trial))
            self._rate.setToolTip(words.beginning(trial))
        else:
            self._bar.set_share(remedy.cured / max(1, remedy.tried), "ok")
            self._rate.setText(words.cure_rate(remedy))
            self._rate.setToolTip(remedy.tried_on)
        has_bar = trial is not None or remedy.tried > 0
        self._bar.setVisible(has_bar and not state.has_failed)

    def _name_buttons(self, *, is_running: bool) -> None:
        title, trial = self.remedy.title, self._state.trial if self._state else None
        self.discard.setText("Stop" if is_running else "Discard")
        begins = "from step 0" if self.remedy.restarts else "without losing what is learned"
        tips = {
            self.try_it: "Train a second run with it beside this one, from the start",
            self.apply: "Let the trial take the run's place"
            if trial is not None
            else f"Change the run, {begins}; Ctrl+Z takes it back",
            self.discard: "End the trial; the run stays as it is",
        }
        for button, tip in tips.items():
            button.setAccessibleName(f"{button.text()}: {title}")
            button.setToolTip(tip)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction("Try it from the start", self._try_from_start)
        menu.addAction("Try it from here", self._try_from_here)
        return menu

    @Slot()
    def _open_menu(self) -> None:
        self._menu.popup(self.begin.mapToGlobal(QPoint(0, self.begin.height())))

    @Slot()
    def _try_from_start(self) -> None:
        self.try_requested.emit(self.remedy, True)

    @Slot()
    def _try_from_here(self) -> None:
        self.try_requested.emit(self.remedy, False)

    @Slot()
    def _on_apply(self) -> None:
        if self._state is not None and self._state.trial is not None:
            self.trial_ended.emit(True)
        else:
            self.apply_requested.emit(self.remedy)

    @Slot()
    def _on_discard(self) -> None:
        self.trial_ended.emit(False)

    # ------------------------------------------------------------------ looks

    def _lay_out(self) -> None:
        self._rate_row = QHBoxLayout()
        self._rate_row.addWidget(self._bar)
        # All the room there is: a longer number is painted before it is laid out.
        self._rate_row.addWidget(self._rate, 1)
        self._texts = QVBoxLayout()
        self._texts.addWidget(self._title)
        self._texts.addLayout(self._rate_row)
        self._top = QHBoxLayout()
        self._top.addWidget(self.details)
        self._top.addLayout(self._texts, 1)
        for button in (self.discard, self.apply, self.try_it, self.begin):
            self._top.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._below = QVBoxLayout()
        self._below.addWidget(self._report)
        self._below.addWidget(self._more)
        self._column.addLayout(self._below)

    @Slot()
    def _restyle(self) -> None:
        self._rate_row.setSpacing(scaled(8))
        self._texts.setSpacing(scaled(1))
        self._top.setSpacing(scaled(6))
        self._column.setSpacing(scaled(6))
        self._column.setContentsMargins(scaled(4), scaled(3), scaled(10), scaled(3))
        self._below.setSpacing(scaled(6))
        self._below.setContentsMargins(scaled(24 + 6), 0, 0, 0)


def _report_words(state: CureState) -> str:
    if state.withdrawn:
        return f"{FAILED}. {state.withdrawn}"
    report = state.trial.report if state.trial is not None else None
    if report is None:
        return ""
    return f"{HELPED if report.helped else FAILED}. {report.sentence}"
