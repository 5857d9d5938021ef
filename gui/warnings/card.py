"""One warning: what was measured, why it is so, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.diagnosis.findings import Finding, Remedy
from core.training.snapshot import Snapshot, TrialView
from gui.findings import FindingKey, gravest, has_place, key_of
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.warnings import words
from gui.warnings.band import CardBand
from gui.warnings.companions import Companions
from gui.warnings.cure_row import CureRow, CureState
from gui.warnings.evidence_bar import EvidenceBar
from gui.warnings.more_cures import MoreCures
from gui.warnings.sparkline import Sparkline
from gui.widgets.paragraph import Paragraph

SECTION_GAP = 7
SHOW = "Outline it in the diagram and mark it in the gradients"
SHOWN = "It is outlined in the diagram and marked in the gradients; press to take that away"


class WarningCard(QWidget):
    """A finding with those that it explains.

    Attributes:
        band, bar, sparkline, companions, show_me: the parts.
        cures: the rows of the remedies, the best first.
        more: folds the lesser ones of many.

    Signals:
        toggled: the user opened or folded the card.
        try_requested: the finding, a remedy, and whether to begin at step 0.
        apply_requested: the finding and a remedy.
        trial_ended: whether the ghost takes the run's place.
        show_requested: the finding to point out, or no longer.
    """

    toggled = Signal(bool)
    try_requested = Signal(object, object, bool)
    apply_requested = Signal(object, object)
    trial_ended = Signal(bool)
    show_requested = Signal(object)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        """Make a folded card about ``finding``."""
        super().__init__(parent)
        self.finding = finding
        self.setAccessibleName(words.title(finding))
        self.band = CardBand()
        self.bar, self.sparkline = EvidenceBar(), Sparkline()
        self.companions = Companions()
        self.show_me = with_role(QPushButton("Show me"), "toggle")
        self.show_me.setCheckable(True)
        self.show_me.setAccessibleName(f"Show me: {words.title(finding)}")
        self.cures: list[CureRow] = []
        self.more = MoreCures()
        self._remedies: tuple[Remedy, ...] = ()
        self._quantity = Paragraph("facts")
        self._why = Paragraph("facts")
        self._cures_title = with_role(QLabel(), "emphasis")
        self._not_offered, self._source = Paragraph("facts"), Paragraph("caption")
        self._body = QWidget()
        self._build()
        self._body.hide()
        self.band.toggled.connect(self._body.setVisible)
        self.band.toggled.connect(self.toggled)
        self.show_me.clicked.connect(self._on_show)
        themes.changed.connect(self._restyle)
        self._restyle()

    @property
    def key(self) -> FindingKey:
        """Return which finding this is about."""
        return key_of(self.finding)

    def is_open(self) -> bool:
        """Return whether all of it is shown."""
        return self.band.toggle.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Show all of it, or its band alone."""
        self.band.toggle.setChecked(is_open)

    def show_finding(self, finding: Finding, companions: Sequence[Finding]) -> None:
        """Say what has been found, and what else there is because of it."""
        self.finding = finding
        evidence = finding.evidence
        self.band.show_finding(finding, gravest([finding, *companions]))
        self.companions.show_findings(companions)
        self._quantity.set_words(evidence.quantity)
        self.bar.setVisible(bool(evidence.quantity))
        self.bar.show_evidence(evidence, finding.severity)
        self._why.set_words(words.why(evidence))
        self._why_title.setVisible(bool(evidence.why))
        self._not_offered.set_words(words.not_offered(evidence))
        self._source.set_words(words.source(evidence))
        self.show_me.setVisible(has_place(finding))
        if finding.remedies != self._remedies:
            self._make_cures(finding.remedies)

    def show_run(self, snapshot: Snapshot, *, shown: bool, failed: Mapping[str, str]) -> None:
        """Show where the run and a trial of it stand.

        ``shown`` tells whether the finding is pointed out, ``failed`` what came of the cures that
        did not help, by their titles.
        """
        history = snapshot.histories.get(self.finding.evidence.series)
        has_history = history is not None and len(history.values) > 0
        self.sparkline.setVisible(has_history)
        if history is not None and has_history:
            self.sparkline.show_history(self.finding, history, snapshot.step)
        self.show_me.setChecked(shown)
        self.show_me.setToolTip(SHOWN if shown else SHOW)
        self._show_cures(snapshot.trial, failed)

    def owns_trial(self, trial: TrialView | None) -> bool:
        """Return whether ``trial`` is about one of the cures on the card."""
        if trial is None or trial.kind != self.finding.kind:
            return False
        return any(row.remedy.title == trial.remedy.title for row in self.cures)

    def _show_cures(self, trial: TrialView | None, failed: Mapping[str, str]) -> None:
        is_first = True
        for row in self.cures:
            title = row.remedy.title
            is_own = self.owns_trial(trial) and trial is not None and trial.remedy.title == title
            withdrawn = "" if is_own else failed.get(title, "")
            is_offered = not is_own and not withdrawn
            state = CureState(
                trial if is_own else None,
                withdrawn,
                is_busy=trial is not None and trial.report is None,
                # While a trial waits for a decision, that is the button to press.
                is_first=is_first and is_offered and trial is None,
            )
            row.show_state(state)
            if is_own or (is_first and is_offered):
                self.more.unfold_for(row)
            is_first = is_first and not is_offered

    def _make_cures(self, remedies: tuple[Remedy, ...]) -> None:
        for row in self.cures:
            # Hidden at once: the window is painted before what is to be deleted is gone.
            row.hide()
            self._cures_column.removeWidget(row)
            row.deleteLater()
        self._remedies = remedies
        self.cures = [CureRow(remedy) for remedy in remedies]
        for row in self.cures:
            row.try_requested.connect(self._on_try)
            row.apply_requested.connect(self._on_apply)
            row.trial_ended.connect(self.trial_ended)
            self._cures_column.addWidget(row)
            row.show()
        # Below the title and the best.
        self._cures_column.insertWidget(1 + self.more.take(self.cures), self.more)
        # The best stands first; "Recommended settings", on every card, is always measured.
        is_measured = bool(remedies and remedies[0].tried)
        self._cures_title.setText("Cures that were measured to work" if is_measured else "Cures")
        self._cures_title.setVisible(bool(remedies))

    @Slot(object, bool)
    def _on_try(self, remedy: Remedy, from_start: bool) -> None:
        self.try_requested.emit(self.finding, remedy, from_start)

    @Slot(object)
    def _on_apply(self, remedy: Remedy) -> None:
        self.apply_requested.emit(self.finding, remedy)

    @Slot()
    def _on_show(self) -> None:
        self.show_requested.emit(self.finding)

    # ------------------------------------------------------------------ looks

    def _build(self) -> None:
        self._why_title = with_role(QLabel("Why is that"), "emphasis")
        self._why_column, self._cures_column = QVBoxLayout(), QVBoxLayout()
        self._why_column.addWidget(self._why_title)
        self._why_column.addWidget(self._why)
        self._cures_column.addWidget(self._cures_title)
        self._cures_column.addWidget(self.more)
        self._measured = QVBoxLayout()
        quantity_row = QHBoxLayout()
        quantity_row.addWidget(self._quantity, 1)
        quantity_row.addWidget(self.show_me)
        self._measured.addLayout(quantity_row)
        self._measured.addWidget(self.bar)
        self._contents = QVBoxLayout(self._body)
        self._contents.addWidget(self.companions)
        self._contents.addLayout(self._measured)
        self._contents.addWidget(self.sparkline)
        self._contents.addLayout(self._why_column)
        self._contents.addLayout(self._cures_column)
        self._contents.addWidget(self._not_offered)
        self._contents.addWidget(self._source)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.band)
        column.addWidget(self._body)

    @Slot()
    def _restyle(self) -> None:
        self._contents.setContentsMargins(scaled(16), scaled(7), scaled(16), scaled(6))
        self._contents.setSpacing(scaled(SECTION_GAP))
        self._measured.setSpacing(scaled(3))
        self._why_column.setSpacing(scaled(2))
        self._cures_column.setSpacing(scaled(4))
