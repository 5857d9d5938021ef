"""Choices that do not fit: what would make them fit is offered, and done only when accepted.

What fits and what would make it fit comes from core; a change that only the run could refuse, as
one to a data file, is weighed then. One offer at most is open; it goes with the
next change of the run, whatever that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core import ExperimentSpec, Snapshot
from core.errors import UserError
from core.training.consequences import consequence
from core.training.misfits import Fit, accepted, dataset_of, fitting_change
from gui.actions import allow, make_action
from gui.panels.status_bar import StatusBar
from gui.session import Session

NOTHING = "nothing is offered"


class FitOffers(QObject):
    """Sends changes to a session, or offers what would make them fit.

    Attributes:
        action: accepts the offer; off while there is none.

    Signals:
        noted: one line about what has changed along with a choice.
        refused: one line about a choice that nothing would make fit.
    """

    noted = Signal(str)
    refused = Signal(str)

    def __init__(self, session: Session, status: StatusBar, window: QWidget) -> None:
        """Send to ``session`` and offer in ``status``."""
        super().__init__(window)
        self._session = session
        self._status = status
        self._fit: Fit | None = None
        self._spec: ExperimentSpec | None = None
        self._said = ""
        self.action = make_action(
            window,
            "Make it fit",
            "Accept what the status bar offers for a choice that does not fit.",
            "Ctrl+E",
            self.accept,
        )
        allow(self.action, False, NOTHING)
        status.offer.set_action(self.action)
        status.offer.accepted.connect(self.accept)
        status.offer.declined.connect(self.withdraw)
        status.offer_ended.connect(self._forget)
        session.change_refused.connect(self.weigh)

    def request(self, changes: Mapping[str, Any]) -> None:
        """Send ``changes`` where they fit, else offer what would make them fit."""
        snapshot = self._session.snapshot
        if snapshot is None:
            return
        spec = self._session.spec
        dataset = dataset_of(snapshot.spec, snapshot.dataset, spec)
        try:
            accepted(spec, dataset, changes)
        except UserError as error:
            self.weigh(dict(changes), str(error))
        else:
            self.send(changes)

    def send(self, changes: Mapping[str, Any], gesture: str = "") -> None:
        """Send ``changes`` and say what changes along with them."""
        before = self._session.spec
        self.withdraw()
        self._status.drop_message(self._said)
        self._session.change(changes, gesture)
        self._said = consequence(before, self._session.spec)
        if self._said:
            self.noted.emit(self._said)

    @Slot(dict, str)
    def weigh(self, changes: dict[str, Any], reason: str) -> None:
        """Offer what would make ``changes`` fit, which do not for ``reason``; else say that."""
        snapshot = self._session.snapshot
        spec = self._session.spec
        self.withdraw()
        fit = None
        if snapshot is not None:
            dataset = dataset_of(snapshot.spec, snapshot.dataset, spec)
            fit = fitting_change(spec, dataset, changes)
        if fit is None:
            self.refused.emit(reason)
            return
        self._fit, self._spec = fit, spec
        allow(self.action, True, "")
        self._status.show_offer(fit.sentence, fit.proposal)

    @Slot()
    def accept(self) -> None:
        """Change what was chosen together with what makes it fit, as one change."""
        if self._fit is not None:
            self.send(self._fit.changes)

    @Slot()
    def withdraw(self) -> None:
        """Offer nothing any more."""
        self._status.end_offer()

    @Slot()
    def _forget(self) -> None:
        self._fit = self._spec = None
        allow(self.action, False, NOTHING)

    def follow(self, snapshot: Snapshot) -> None:
        """Withdraw an offer that was made for other settings than those of ``snapshot``."""
        if self._fit is not None and snapshot.spec != self._spec:
            self.withdraw()
