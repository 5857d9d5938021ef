"""A thin bar of a share, such as how many runs a remedy has cured or how far a trial is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import current_theme, scaled

WIDTH, HEIGHT = 64, 8


class RateBar(QWidget):
    """A share of 0 to 1; the words beside it say what of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing."""
        super().__init__(parent)
        self._share, self._token = 0.0, "ok"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def share(self) -> float:
        """Return what is shown."""
        return self._share

    def set_share(self, share: float, token: str) -> None:
        """Fill ``share`` of the bar with the colour ``token``."""
        if (share, token) != (self._share, self._token):
            self._share, self._token = share, token
            self.update()

    def sizeHint(self) -> QSize:
        """Return the bar's size."""
        return QSize(scaled(WIDTH), scaled(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Leave its room to the words beside it where they need it."""
        return QSize(0, scaled(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the whole and its filled part."""
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(theme.grid if theme.name == "high_contrast" else theme.strong)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        # Clipped, so that a short part keeps the round end of the whole.
        painter.setClipRect(QRectF(0, 0, self.width() * self._share, self.height()))
        painter.setBrush(theme.color(self._token))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
