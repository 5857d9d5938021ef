"""The look of the application: which theme is on, at which scale, and who hears of a change.

``apply_theme`` is the one place that sets style, palette, style sheet, font and pyqtgraph's
options. What paints itself reads ``current_theme()`` while painting (Qt repaints everything after
a change) and listens to ``themes.changed`` only to drop cached pictures or to restyle plots.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication

from gui.fonts import Weight, build_math_font, build_ui_font
from gui.palette import THEME_NAMES, Theme, ThemeName, class_shape, mix, theme_named
from gui.stylesheet import style_sheet

__all__ = [
    "THEME_NAMES",
    "Theme",
    "ThemeName",
    "ThemePreference",
    "apply_theme",
    "class_shape",
    "current_theme",
    "math_font",
    "mix",
    "scaled",
    "themes",
    "ui_font",
    "undressed",
]

ThemePreference = Literal["system", "dark", "light", "high_contrast"]

BODY_PIXELS = 12
FONT_SCALES = (1.0, 2.0)


class ThemeBroker(QObject):
    """Holds the theme that is on and tells when it changes.

    Attributes:
        theme: the theme that is on.
        preference: what was asked for; "system" follows the desktop's scheme.
        font_scale: 1.0 to 2.0; every size in the window is multiplied by it.
        system_font: whether the desktop's font stands in for Inter.

    Signals:
        changed: theme, scale or font changed; style sheet and palette are already on.
    """

    changed = Signal()

    def __init__(self) -> None:
        """Start with the dark theme at 100 %, before any application exists."""
        super().__init__()
        self.theme: Theme = theme_named("dark")
        self.preference: ThemePreference = "dark"
        self.font_scale = 1.0
        self.system_font = False
        self._application: QApplication | None = None
        self._system_family = ""

    def apply(
        self,
        application: QApplication,
        preference: ThemePreference,
        font_scale: float,
        *,
        system_font: bool,
    ) -> None:
        """Put a theme on ``application``; see ``apply_theme``."""
        is_new = self._application is not application
        if is_new:
            self._adopt(application)
        former = self.theme, self.font_scale, self.system_font
        self.preference = preference
        self.theme = theme_named(_resolve(application, preference))
        self.font_scale = min(max(font_scale, FONT_SCALES[0]), FONT_SCALES[1])
        self.system_font = system_font
        if not is_new and former == (self.theme, self.font_scale, self.system_font):
            return
        pg.setConfigOptions(
            imageAxisOrder="row-major",
            segmentedLineMode="on",
            antialias=True,
            background=self.theme.panel,
            foreground=self.theme.text2,
        )
        # Putting a sheet on takes a third of the time that exchanging one for another takes.
        application.setStyleSheet("")
        application.setFont(self.ui_font(BODY_PIXELS))
        application.setPalette(_palette(self.theme))
        application.setStyleSheet(style_sheet(self.theme, self.font_scale, self.ui_font))
        self.changed.emit()

    def ui_font(self, pixels: float, weight: Weight = 400) -> QFont:
        """See the function of the same name."""
        family = self._system_family if self.system_font else None
        return build_ui_font(self.scaled(pixels), weight, family=family)

    def scaled(self, pixels: float) -> int:
        """See the function of the same name."""
        return round(pixels * self.font_scale)

    def _adopt(self, application: QApplication) -> None:
        self._application = application
        self._system_family = application.font().family()
        application.setStyle("Fusion")
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)

    @Slot()
    def _follow_system(self) -> None:
        if self.preference == "system" and self._application is not None:
            self.apply(self._application, "system", self.font_scale, system_font=self.system_font)


themes = ThemeBroker()


def apply_theme(
    application: QApplication,
    preference: ThemePreference = "system",
    *,
    font_scale: float = 1.0,
    system_font: bool = False,
) -> None:
    """Set style, palette, style sheet, font and pyqtgraph's options; emits ``themes.changed``.

    What is on already is not put on again.

    Takes some 0.2 s with a window open, so it is for start and for a change of preference.
    ``font_scale`` is clipped to 1.0..2.0.
    """
    themes.apply(application, preference, font_scale, system_font=system_font)


@contextmanager
def undressed() -> Iterator[None]:
    """Take the style sheet off while a window is built, and put it on once at the end.

    With it on, Qt dresses a widget and all below it anew whenever it gets another parent; in a
    window that is put together from the leaves up that is most of the work. Other windows are
    dressed anew as well, so this is for large windows only.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("a window needs an application")
    sheet = application.styleSheet()
    application.setStyleSheet("")
    try:
        yield
    finally:
        application.setStyleSheet(sheet)


def current_theme() -> Theme:
    """Return the theme that is on."""
    return themes.theme


def ui_font(pixels: float, weight: Weight = 400) -> QFont:
    """Return the window's font at ``pixels`` of 100 %, scaled, with figures of one width."""
    return themes.ui_font(pixels, weight)


def math_font(pixels: float, *, italic: bool = False) -> QFont:
    """Return the font of formulas at ``pixels`` of 100 %, scaled; variables are italic."""
    return build_math_font(scaled(pixels), italic=italic)


def scaled(pixels: float) -> int:
    """Return a length of the design, given at 100 %, at the user's scale."""
    return themes.scaled(pixels)


def _resolve(application: QApplication, preference: ThemePreference) -> ThemeName:
    if preference != "system":
        return preference
    hints = application.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "high_contrast"
    return "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for color_role, color in {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.raised,
        role.AlternateBase: theme.hover,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.err,
        role.PlaceholderText: theme.text3,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_ink,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.raised,
        role.Mid: theme.line,
        role.Dark: theme.strong,
        role.Shadow: theme.bg,
    }.items():
        palette.setColor(color_role, color)
    for color_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, color_role, theme.text3)
    return palette
