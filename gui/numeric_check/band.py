"""The band that says how a check has ended: icon, words and colour, all three."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.explain.numeric_check import GradientCheck, Verdict
from gui.icons import icon_pixmap
from gui.numeric_check.words import headline, icon_and_colors, outcome, worst_sentence
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes

ICON_PIXELS = 20
EDGE_PIXELS = 3
RADIUS = 6
EMPTY_HEADLINE = "Nothing checked yet"
EMPTY_SENTENCE = "Backpropagation's derivatives are compared with differences of the loss."


class VerdictBand(QWidget):
    """The badge and the sentence that names the worst entry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say that nothing has been checked."""
        super().__init__(parent)
        self._verdict: Verdict | None = None
        self._icon = QLabel()
        self.headline = with_role(QLabel(EMPTY_HEADLINE), "headline")
        self.sentence = with_role(QLabel(EMPTY_SENTENCE), "sentence")
        self.sentence.setWordWrap(True)
        self._grid = QGridLayout(self)
        self._grid.addWidget(self._icon, 0, 0)
        self._grid.addWidget(self.headline, 0, 1)
        self._grid.addWidget(self.sentence, 1, 1)
        self._grid.setColumnStretch(1, 1)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_check(self, check: GradientCheck) -> None:
        """Say how ``check`` has ended."""
        self._verdict = outcome(check)
        self.headline.setText(headline(check))
        self.sentence.setText(worst_sentence(check))
        self.setAccessibleName(headline(check))
        self.setAccessibleDescription(worst_sentence(check))
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the soft fill and the edge in the colour of the outcome."""
        theme = current_theme()
        fill, edge = theme.raised, theme.strong
        if self._verdict is not None:
            _, token, soft = icon_and_colors(self._verdict)
            fill, edge = theme.color(soft), theme.color(token)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, radius = QRectF(self.rect()), scaled(RADIUS)
        painter.setPen(edge if theme.name == "high_contrast" else fill)
        painter.setBrush(fill)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setClipRect(QRectF(0, 0, scaled(EDGE_PIXELS), area.height()))
        painter.setPen(edge)
        painter.setBrush(edge)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    @Slot()
    def _restyle(self) -> None:
        self._grid.setContentsMargins(scaled(14), scaled(10), scaled(14), scaled(10))
        self._grid.setHorizontalSpacing(scaled(10))
        self._grid.setVerticalSpacing(scaled(4))
        self._icon.setVisible(self._verdict is not None)
        if self._verdict is not None:
            name, token, _ = icon_and_colors(self._verdict)
            color = current_theme().color(token)
            self._icon.setPixmap(icon_pixmap(name, color, scaled(ICON_PIXELS)))
        self.update()
