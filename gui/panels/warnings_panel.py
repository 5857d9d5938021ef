"""The card "Warnings": what has been found wrong, by which measurement, and what cures it.

One card for every finding that stands alone; what it explains is told there. Information, such as a
plateau, has a quiet card at the end. The first card is open, the others are folded to their bands.
Nothing here opens by itself: the panel waits until it is asked for.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from core.diagnosis.findings import Finding, Remedy
from core.training.snapshot import Snapshot
from gui.controls.column_scroll import ColumnScroll
from gui.findings import (
    FindingKey,
    SpotChoice,
    gravest,
    key_of,
    open_warnings,
    spot_finding,
    with_information,
)
from gui.snapshot_card import SnapshotCard
from gui.theme import scaled, themes
from gui.warnings import words
from gui.warnings.card import WarningCard
from gui.warnings.cure_row import CureRow, CureState
from gui.warnings.log import FindingLog
from gui.widgets.paragraph import Paragraph

# What a card takes at most in the smallest usual window; of more height the history gets some.
HEIGHT_OF_A_CARD, MOST_EXTRA = 702, 80
NOTHING = "No warnings: nothing has been found wrong"


class WarningsPanel(SnapshotCard):
    """The findings of a run.

    Attributes:
        cards: one for every cause, in order.
        log: every finding of the run.
        other_trial: a trial that belongs to none of the cards, or None.

    Signals:
        try_requested: the kind of a finding, a remedy, and whether to begin at step 0.
        apply_requested: the kind of a finding and a remedy.
        trial_ended: whether the ghost takes the run's place.
        spot_chosen: a SpotChoice: which finding the diagram and the gradients point out.
        done: one line about a cure that has been applied.
    """

    try_requested = Signal(str, object, bool)
    apply_requested = Signal(str, object)
    trial_ended = Signal(bool)
    spot_chosen = Signal(object)
    done = Signal(str)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Warnings")
        self.cards: list[WarningCard] = []
        self.other_trial: CureRow | None = None
        self._choice = SpotChoice()
        # What came of cures that did not help, for as long as their finding is open.
        self._failed: dict[FindingKey, dict[str, str]] = {}
        self._cards_column = QVBoxLayout()
        self._empty = Paragraph("caption")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.log = FindingLog()
        contents = QWidget()
        contents.setObjectName("contents")
        self._column = QVBoxLayout(contents)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._cards_column)
        # Margins of their own lose labels where a style sheet dresses them.
        self._empty_row = QVBoxLayout()
        self._empty_row.addWidget(self._empty)
        self._column.addLayout(self._empty_row, 1)
        self._column.addStretch(0)
        self.body.addWidget(ColumnScroll(contents), 1)
        self.body.addWidget(self.log)
        themes.changed.connect(self._place)
        self._place()

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the findings of ``new``; a card that is there already stays as it is."""
        if old is None or old.findings is not new.findings:
            self._fit_cards(new)
            self.log.show_findings(new.findings)
            self._empty.set_words("" if self.cards else NOTHING)
        self._remember_failure(new)
        self._show_other_trial(new)
        self._show_run(new)

    def describe(self, shown: Snapshot) -> str:
        """Return all cards in words."""
        if not self.cards:
            return f"{NOTHING}. {words.log_counts(shown.findings)}"
        sentences = []
        for root, companions in with_information(shown.findings):
            sentences.append(f"{words.title(root)}, {words.since(root)}: {root.message}")
            if root.evidence.quantity:
                sentences.append(words.comparison(root.evidence) + ".")
            if companions:
                sentences.append(words.also(companions) + ".")
            cures = [f"{cure.title} ({words.cure_rate(cure)})" for cure in root.remedies]
            sentences += [f"Cures: {', '.join(cures)}."] if cures else []
        return " ".join(sentences)

    # ------------------------------------------------------------------ cards

    def _fit_cards(self, new: Snapshot) -> None:
        """Make cards for new findings and drop those of findings that have passed."""
        groups = with_information(new.findings)
        kept = {card.key: card for card in self.cards}
        cards: list[WarningCard] = []
        for root, companions in groups:
            card = kept.pop(key_of(root), None)
            is_new = card is None
            card = card or self._make_card(root)
            card.show_finding(root, companions)
            if is_new and not cards and gravest([root, *companions]) == "error":
                card.set_open(True)
            cards.append(card)
        focused = QApplication.focusWidget()
        for card in kept.values():
            if focused is not None and card.isAncestorOf(focused):
                # Left to Qt, the focus would go to the window's first button.
                self.log.toggle.setFocus()
            # Hidden at once: the window is painted before what is to be deleted is gone.
            card.hide()
            self._cards_column.removeWidget(card)
            card.deleteLater()
        for place, card in enumerate(cards):
            self._cards_column.insertWidget(place, card)
            # Shown at once: left to Qt, what is new is shown and laid out frames later.
            card.show()
            card.band.set_foldable(len(cards) > 1)
        has_changed = [card.key for card in cards] != [card.key for card in self.cards]
        self.cards = cards
        self._fit_sparklines()
        if cards and (len(cards) == 1 or (has_changed and not any(c.is_open() for c in cards))):
            cards[0].set_open(True)

    def _make_card(self, finding: Finding) -> WarningCard:
        card = WarningCard(finding)
        card.try_requested.connect(self._on_try)
        card.apply_requested.connect(self._on_apply)
        card.trial_ended.connect(self._on_end)
        card.show_requested.connect(self._on_show)
        return card

    def _show_run(self, new: Snapshot) -> None:
        pointed_out = spot_finding(new.findings, self._choice)
        for card in self.cards:
            card.show_run(
                new,
                shown=pointed_out is not None and key_of(pointed_out) == card.key,
                failed=self._failed.get(card.key, {}),
            )

    def _remember_failure(self, new: Snapshot) -> None:
        keys = {card.key for card in self.cards}
        self._failed = {key: told for key, told in self._failed.items() if key in keys}
        trial = new.trial
        if trial is None or trial.report is None or trial.report.helped:
            return
        for card in self.cards:
            if card.owns_trial(trial):
                told = self._failed.setdefault(card.key, {})
                told[trial.remedy.title] = trial.report.sentence

    def _show_other_trial(self, new: Snapshot) -> None:
        """Show a trial whose finding has passed meanwhile, so that it can still be ended."""
        trial = new.trial
        is_homeless = trial is not None and not any(c.owns_trial(trial) for c in self.cards)
        row = self.other_trial
        if row is not None and (trial is None or not is_homeless or row.remedy != trial.remedy):
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
            row = self.other_trial = None
        if trial is None or not is_homeless:
            return
        if row is None:
            row = self.other_trial = CureRow(trial.remedy)
            row.trial_ended.connect(self._on_end)
            self._column.insertWidget(0, row)
            row.show()
        row.show_state(CureState(trial))

    # ------------------------------------------------------------------ what the user does

    @Slot(object, object, bool)
    def _on_try(self, finding: Finding, remedy: Remedy, from_start: bool) -> None:
        self.try_requested.emit(finding.kind, remedy, from_start)

    @Slot(object, object)
    def _on_apply(self, finding: Finding, remedy: Remedy) -> None:
        self.apply_requested.emit(finding.kind, remedy)
        self._tell_applied(remedy)

    @Slot(bool)
    def _on_end(self, applies: bool) -> None:
        trial = self._shown.trial if self._shown is not None else None
        self.trial_ended.emit(applies)
        if applies and trial is not None:
            self._tell_applied(trial.remedy)

    def _tell_applied(self, remedy: Remedy) -> None:
        self.done.emit(f"Applied: {remedy.title}. Ctrl+Z takes it back.")

    @Slot(object)
    def _on_show(self, finding: Finding) -> None:
        """Point ``finding`` out, or nothing of what is open where it is pointed out already."""
        if self._shown is None:
            return
        pointed_out = spot_finding(self._shown.findings, self._choice)
        if pointed_out is not None and key_of(pointed_out) == key_of(finding):
            keys = {key_of(each) for each in open_warnings(self._shown.findings)}
            self._choice = SpotChoice(None, self._choice.hidden | keys)
        else:
            self._choice = SpotChoice(key_of(finding), self._choice.hidden)
        self.spot_chosen.emit(self._choice)
        self._show_run(self._shown)

    @Slot()
    def _place(self) -> None:
        self._cards_column.setSpacing(scaled(2))
        self._empty_row.setContentsMargins(scaled(16), 0, scaled(16), 0)
        self._fit_sparklines()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the histories a share of new height."""
        super().resizeEvent(event)
        self._fit_sparklines()

    def _fit_sparklines(self) -> None:
        spare = max(0, self.height() - scaled(HEIGHT_OF_A_CARD))
        for card in self.cards:
            card.sparkline.set_extra_height(min(spare // 4, scaled(MOST_EXTRA)))
