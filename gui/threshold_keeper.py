"""The user's thresholds of the warnings: read at start, kept at once, and told to the run.

Only what differs from the measured ones is kept, so that later measurements reach everyone else.
What cannot be used is told in the log and the measured one stands in. Without settings nothing is
read or kept.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QSettings, Signal

from core import UserError
from core.diagnosis.thresholds import MEASURED, THRESHOLDS, Thresholds
from gui.session import Session

logger = logging.getLogger("nablascope")

GROUP = "thresholds"


class ThresholdKeeper(QObject):
    """Holds the thresholds, changes and keeps them.

    Attributes:
        current: the thresholds in force.

    Signals:
        changed: there are others now.
    """

    changed = Signal()

    def __init__(self, settings: QSettings | None, session: Session, parent: QObject) -> None:
        """Begin with what ``settings`` hold; ``session`` is told of it and of every change."""
        super().__init__(parent)
        self._settings = settings
        self._session = session
        self.current = MEASURED if settings is None else _read(settings)
        if self.current != MEASURED:
            session.set_thresholds(self.current)

    def change(self, name: str, value: float) -> None:
        """Set one threshold.

        Raises:
            UserError: there is none called so, or the value is outside its range.
        """
        self._set(self.current.with_value(name, value))

    def reset(self) -> None:
        """Return to the measured thresholds."""
        self._set(MEASURED)

    def own(self) -> list[str]:
        """Return the names of those that are not the measured ones."""
        names = (each.name for each in THRESHOLDS)
        return [name for name in names if getattr(self.current, name) != getattr(MEASURED, name)]

    def _set(self, thresholds: Thresholds) -> None:
        if thresholds == self.current:
            return
        self.current = thresholds
        if self._settings is not None:
            self._settings.remove(GROUP)
            for name in self.own():
                self._settings.setValue(f"{GROUP}/{name}", repr(getattr(thresholds, name)))
        self._session.set_thresholds(thresholds)
        self.changed.emit()


def _read(settings: QSettings) -> Thresholds:
    """Return what is kept, the measured one for each that is of no use."""
    thresholds = MEASURED
    settings.beginGroup(GROUP)
    kept = {key: str(settings.value(key)) for key in settings.childKeys()}
    settings.endGroup()
    for name, text in kept.items():
        try:
            thresholds = thresholds.with_value(name, float(text))
        except UserError as error:
            logger.warning("%s: left aside for the measured one", error)
        except ValueError:
            logger.warning("%s/%s: %r is left aside for the measured one", GROUP, name, text)
    return thresholds
