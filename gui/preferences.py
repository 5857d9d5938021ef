"""What the user chose for good: theme, text, font, motion; read at start and kept at once.

Without settings nothing is read or kept, and the choices last as long as the program. A value that
is damaged is told in the log and replaced by the default.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast, get_args

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from gui.motion import MotionPreference, apply_motion, motions
from gui.theme import ThemePreference, apply_theme, themes

logger = logging.getLogger("nablascope")

# Sizes of the text in percent that menu and dialog offer; any in between can stand in a file.
TEXT_SIZES = (100, 110, 125, 150, 175, 200)
THEME_WORDS: dict[str, str] = {
    "system": "As the system",
    "dark": "Dark",
    "light": "Light",
    "high_contrast": "High contrast",
}
MOTION_WORDS: dict[str, str] = {
    "system": "As the system",
    "reduced": "Reduced",
    "full": "Full",
}


@dataclass(frozen=True)
class Preferences:
    """The choices, with their defaults.

    Attributes:
        theme: "system" follows the desktop, also while the window is open.
        text_percent: 100 to 200; every size in the window goes with it.
        system_font: whether the desktop's font stands in for Inter.
        motion: where it is reduced, nothing travels, fades or blinks.
    """

    theme: ThemePreference = "system"
    text_percent: int = 100
    system_font: bool = False
    motion: MotionPreference = "system"


def read_preferences(settings: QSettings) -> Preferences:
    """Return what is kept in ``settings``, defaults where nothing of use is."""
    found: dict[str, Any] = {}
    for field in fields(Preferences):
        key = f"preferences/{field.name}"
        if not settings.contains(key):
            continue
        text = str(settings.value(key))
        value = _read(field.name, text)
        if value is None:
            logger.warning("%s: %r is left aside for the default", key, text)
        else:
            found[field.name] = value
    return Preferences(**found)


def put_on(application: QApplication, preferences: Preferences) -> None:
    """Dress ``application`` as ``preferences`` say."""
    apply_theme(
        application,
        preferences.theme,
        font_scale=preferences.text_percent / 100,
        system_font=preferences.system_font,
    )
    apply_motion(application, preferences.motion)


class PreferenceKeeper(QObject):
    """Holds the preferences, applies changes and keeps them.

    Attributes:
        current: the preferences.

    Signals:
        changed: there are others now, and they are applied.
    """

    changed = Signal()

    def __init__(self, settings: QSettings | None, parent: QObject) -> None:
        """Begin with what is on, which is what ``settings`` held at start."""
        super().__init__(parent)
        self._settings = settings
        percent = round(100 * themes.font_scale)
        self.current = Preferences(
            themes.preference, percent, themes.system_font, motions.preference
        )

    def change(self, **changes: Any) -> None:
        """Change fields of the preferences, and the look of the program with them."""
        wanted = replace(self.current, **changes)
        if wanted == self.current:
            return
        self.current = wanted
        if self._settings is not None:
            for key, value in asdict(wanted).items():
                self._settings.setValue(f"preferences/{key}", str(value))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        put_on(application, wanted)
        self.changed.emit()

    def set_theme(self, theme: str) -> None:
        """Choose one of THEME_WORDS."""
        self.change(theme=theme)

    def set_motion(self, motion: str) -> None:
        """Choose one of MOTION_WORDS."""
        self.change(motion=motion)

    def resize_text(self, steps: int) -> None:
        """Make the text larger by so many sizes of TEXT_SIZES, or smaller; 0: back to 100 %."""
        if steps == 0:
            self.change(text_percent=100)
            return
        now = self.current.text_percent
        others = [size for size in TEXT_SIZES if (size > now if steps > 0 else size < now)]
        if others:
            self.change(text_percent=others[0] if steps > 0 else others[-1])

    def reset(self) -> None:
        """Return to the defaults."""
        self.change(**asdict(Preferences()))


def _read(name: str, text: str) -> object:
    """Return the value of a field, None where ``text`` is none."""
    if name == "theme":
        return cast(ThemePreference, text) if text in get_args(ThemePreference) else None
    if name == "motion":
        return cast(MotionPreference, text) if text in get_args(MotionPreference) else None
    if name == "system_font":
        return {"True": True, "False": False}.get(text)
    is_number = text.isascii() and text.isdecimal()
    return int(text) if is_number and 100 <= int(text[:9]) <= 200 else None
