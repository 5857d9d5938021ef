"""Whether anything in the window moves: as the desktop wants it, or as the user does.

What moves asks ``is_motion_wanted`` when it begins, and is at its end at once where the answer is
no. Qt's own effects (menus and tooltips that fade, the text cursor that blinks) follow as well.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QStyle

MotionPreference = Literal["system", "reduced", "full"]

EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
)


class MotionBroker(QObject):
    """Holds the preference and tells when it changes.

    Attributes:
        preference: what was asked for; "system" follows the desktop.

    Signals:
        changed: there is another preference, and it is on.
    """

    changed = Signal()

    def __init__(self) -> None:
        """Follow the desktop."""
        super().__init__()
        self.preference: MotionPreference = "system"
        self._desktop: tuple[list[bool], int] | None = None

    def apply(self, application: QApplication, preference: MotionPreference) -> None:
        """See ``apply_motion``."""
        if preference == self.preference:
            return
        if self._desktop is None:
            effects = [application.isEffectEnabled(effect) for effect in EFFECTS]
            self._desktop = effects, application.cursorFlashTime()
        effects, flash_time = self._desktop
        is_reduced = preference == "reduced"
        for effect, is_on in zip(EFFECTS, effects, strict=True):
            application.setEffectEnabled(effect, is_on and not is_reduced)
        application.setCursorFlashTime(0 if is_reduced else flash_time)
        self.preference = preference
        self.changed.emit()


motions = MotionBroker()


def apply_motion(application: QApplication, preference: MotionPreference) -> None:
    """Let things move or not; emits ``motions.changed`` where that is another preference."""
    motions.apply(application, preference)


def is_motion_wanted() -> bool:
    """Return whether what can move is to move."""
    if motions.preference != "system":
        return motions.preference == "full"
    return _moves_on_the_desktop()


def _moves_on_the_desktop() -> bool:
    # The style asks the desktop.
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
