"""The bar at the window's foot: the state, where the run stands, news, and whether all is well.

News stay until they have been readable for some seconds and the run goes on in another way; that
something was refused, only until the next change. An open finding has its sentence there while
there is no news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from time import monotonic
from typing import Literal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from core.diagnosis.findings import Finding
from core.explain.notation import written
from core.training.snapshot import OpInfo, Snapshot
from gui.description import Pace
from gui.diagram.names import subscript
from gui.findings import KIND_WORDS, SHORT_MESSAGES, open_warnings, with_companions
from gui.numbers import format_count
from gui.status.line import Badge, NewsLabel, StateLabel
from gui.status.offer import OfferLine
from gui.stylesheet import with_role
from gui.theme import scaled, themes

News = Literal["note", "refused", "failed"]

HEIGHT_PIXELS = 28
SECONDS_OF_NEWS = 8.0
LOOKS: dict[News, tuple[str, str]] = {
    "note": ("text", ""),
    "refused": ("warn", "warn"),
    "failed": ("err", "x"),
}

PASSES = ("forward", "backward", "update")
UNTOUCHED = "nothing has been updated yet"


class StatusBar(QFrame):
    """One line about the run.

    Attributes:
        state: dot and word.
        place: where the run stands, or how fast it is.
        frames: frames a second.
        news: a line of news, else the sentence of the first open finding.
        offer: in place of the news, what would make a choice fit.
        badge: how many warnings there are; a click asks for them.

    Signals:
        findings_clicked: the user wants to see the findings.
        offer_ended: the offer is no longer on show.
    """

    findings_clicked = Signal()
    offer_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty bar."""
        super().__init__(parent)
        with_role(self, "footer")
        self.setAccessibleName("Status")
        self.state = StateLabel()
        self.place = with_role(QLabel(), "facts")
        self.place.setAccessibleName("Where the run stands")
        self.frames = with_role(QLabel(), "facts")
        self.frames.setAccessibleName("Frames per second")
        self.news = NewsLabel()
        self.offer = OfferLine()
        self.timeline = with_role(QLabel(), "facts")
        self.timeline.setAccessibleName("Timeline")
        self.timeline.setToolTip("What the run remembers, so that you can go back in it")
        self.precision = with_role(QLabel(), "facts")
        self.precision.setAccessibleName("Precision")
        self.seed = with_role(QLabel(), "facts")
        self.seed.setAccessibleName("Seed")
        self.badge = Badge()
        self._layout = QHBoxLayout(self)
        for widget in (self.state, self.place, self.frames):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.news, 1)
        self._layout.addWidget(self.offer, 1)
        self._layout.addWidget(self.timeline)
        self._layout.addWidget(self.precision)
        self._layout.addWidget(self.seed)
        self._layout.addWidget(self.badge)
        self.frames.hide()
        self._has_frames = False
        self.badge.clicked.connect(self.findings_clicked)
        self._shown: Snapshot | None = None
        self._finding: Finding | None = None
        self._pace = Pace()
        self._news: tuple[str, News] | None = None
        self._news_at = 0.0
        self._news_moment: tuple[object, ...] = ()
        self._news_changes: tuple[object, ...] = ()
        themes.changed.connect(self._restyle)
        self._restyle()
        self._show_findings((), None)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show where the run stands."""
        previous, self._shown = self._shown, new
        self.state.set_state(*_state(new))
        if self._pace.is_due(new) or previous is None or previous.state != new.state:
            self.place.setText(_place(new))
        self.timeline.setVisible(new.in_step and self.offer.isHidden())
        self.timeline.setText(f"Timeline {_megabytes(new.timeline_bytes)}")
        self.precision.setText(new.spec.network.dtype)
        self.seed.setText(f"seed {new.spec.seed}")
        if previous is None or previous.findings is not new.findings:
            self._show_findings(new.findings, new.halted)
        if self._is_old_news(new):
            self._news = None
        self._show_news()

    def set_fps(self, frames_per_second: float) -> None:
        """Show the frame rate; nothing where it is 0."""
        self._has_frames = frames_per_second > 0
        self.frames.setVisible(self._has_frames and self.offer.isHidden())
        text = f"{format_count(frames_per_second)} fps"
        if text != self.frames.text():
            self.frames.setText(text)

    def show_message(self, text: str, kind: News = "note") -> None:
        """Show one line of news; an offer goes."""
        self.end_offer()
        self._news = (text, kind)
        self._news_at = monotonic()
        self._news_moment = _moment(self._shown)
        self._news_changes = _changes(self._shown)
        self._show_news()

    def _is_old_news(self, snapshot: Snapshot) -> bool:
        """Tell whether the line of news is no longer about what ``snapshot`` shows."""
        if self._news and self._news[1] == "refused" and _changes(snapshot) != self._news_changes:
            return True
        is_read = monotonic() - self._news_at >= SECONDS_OF_NEWS
        return is_read and _moment(snapshot) != self._news_moment

    def drop_message(self, text: str) -> None:
        """Say ``text`` no longer, if that is still the news."""
        if self._news is not None and self._news[0] == text:
            self._news = None
            self._show_news()

    def show_offer(self, sentence: str, proposal: str) -> None:
        """Offer ``proposal`` for the reason ``sentence``; what is less urgent makes room."""
        self.offer.show_offer(sentence, proposal)
        self._make_room()

    def end_offer(self) -> None:
        """Show news again."""
        if not self.offer.isHidden():
            self.offer.hide()
            self._make_room()
            self.offer_ended.emit()

    def _make_room(self) -> None:
        is_free = self.offer.isHidden()
        for widget in (self.news, self.place, self.precision, self.seed):
            widget.setVisible(is_free)
        self.frames.setVisible(is_free and self._has_frames)
        in_step = self._shown is not None and self._shown.in_step
        self.timeline.setVisible(is_free and in_step)

    def _show_findings(self, findings: Sequence[Finding], halted: Finding | None) -> None:
        """Name what stopped the run, else what heads the list of warnings."""
        found = open_warnings(findings)
        errors = [finding for finding in found if finding.severity == "error"]
        warnings = [finding for finding in found if finding.severity == "warning"]
        roots = [root for root, _ in with_companions(findings)]
        self._finding = next(iter([halted, *roots] if halted in found else roots), None)
        if self._finding is None:
            self.badge.set_badge("No warnings", "ok", "ok", "Nothing has been found wrong")
            return
        counts = [_count(len(errors), "error"), _count(len(warnings), "warning")]
        words = ", ".join(count for count in counts if count)
        kind = KIND_WORDS[self._finding.kind]
        token, icon = ("err", "x") if errors else ("warn", "warn")
        self.badge.set_badge(f"{words}: {kind}", token, icon, self._finding.message)

    def _show_news(self) -> None:
        finding = self._finding
        text, kind = self._news or (finding.message if finding else "", None)
        short = SHORT_MESSAGES[finding.kind] if finding and text == finding.message else ""
        look = LOOKS[kind] if kind else ("text2", "")
        self.news.set_line(text, *look, short=short)

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(scaled(HEIGHT_PIXELS))
        self._layout.setContentsMargins(scaled(16), 0, scaled(10), 0)
        self._layout.setSpacing(scaled(18))


def _state(snapshot: Snapshot) -> tuple[str, str]:
    """Return the word for the state and the token of its colour."""
    if snapshot.state == "failed":
        return "Failed", "err"
    if snapshot.state == "running":
        return "Training", "ok"
    if snapshot.halted is not None:
        return "Halted", "err"
    return ("Stepping", "accent") if snapshot.in_step else ("Paused", "text3")


def _place(snapshot: Snapshot) -> str:
    """Return where the run stands, in a few words."""
    if snapshot.state == "running":
        rate, trial = snapshot.steps_per_second, snapshot.trial
        if rate < 1 and trial is not None and trial.report is None:
            return f"a trial, at its step {format_count(trial.steps_done)}"
        return f"{format_count(rate)} steps/s"
    if snapshot.state == "failed":
        return "reset to go on"
    if snapshot.in_step:
        trace = snapshot.trace
        op = trace.ops[trace.position - 1]
        words = _op_in_words(op)
        return f"{words}; {UNTOUCHED}" if not snapshot.step and op.phase != "update" else words
    return "between two steps" if snapshot.step else UNTOUCHED


def _megabytes(size: int) -> str:
    """Return a size as people write it, rounded up."""
    return f"{format_count(max(1, -(-size // 2**20)))} MB"


def _op_in_words(op: OpInfo) -> str:
    """Return the pass and what the op wrote, such as ``backward pass, dz₂``."""
    place = f"{op.phase} pass" if op.phase in PASSES else op.phase
    if op.name == op.phase:
        return place
    name = re.sub(r"\d+", lambda digits: subscript(int(digits[0])), written(op.name))
    return f"{place}, {name}"


def _moment(snapshot: Snapshot | None) -> tuple[object, ...]:
    """Return what has to change before a line of news is old."""
    if snapshot is None:
        return ()
    return snapshot.state, snapshot.in_step, snapshot.spec


def _changes(snapshot: Snapshot | None) -> tuple[object, ...]:
    """Return what differs as soon as a change was made, taken back or made again."""
    return () if snapshot is None else (snapshot.undo, snapshot.redo, snapshot.spec)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
