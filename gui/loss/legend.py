"""The legend of the loss plot: a sample of each line beside its name."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.loss.drawing import DASHES, SMOOTH_BATCH_WIDTH
from gui.theme import current_theme, scaled, themes, ui_font

# Sample, gap after it, and gap before the next entry; where there is little room the latter.
ROOMY, TIGHT = (21, 6, 12), (12, 4, 8)
TOKENS = {"train": "text", "test": "accent", "batch": "text3"}


class LossLegend(QWidget):
    """A sample of each line beside its name."""

    def __init__(self) -> None:
        """Name the training curve alone."""
        super().__init__()
        self._names: tuple[str, ...] = ("train",)
        themes.changed.connect(self.updateGeometry)

    def set_names(self, names: tuple[str, ...]) -> None:
        """Name these curves, of train, test and batch."""
        self._names = names
        self.updateGeometry()
        self.update()

    def names(self) -> tuple[str, ...]:
        """Return the curves that are named."""
        return self._names

    def sizeHint(self) -> QSize:
        """Return the room for all entries in one row."""
        return QSize(round(self._width(ROOMY)) + 2, scaled(20))

    def minimumSizeHint(self) -> QSize:
        """Hold no card wide: below some width another legend stands in for this one."""
        return QSize(0, scaled(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line samples and names."""
        self.paint_into(QPainter(self), QRectF(self.rect()))

    def paint_into(self, painter: QPainter, box: QRectF) -> None:
        """Paint the same at the right end of ``box``."""
        theme = current_theme()
        spacing = ROOMY if self._width(ROOMY) <= box.width() else TIGHT
        sample, gap, between = (scaled(length) for length in spacing)
        painter.setFont(ui_font(12))
        metrics = QFontMetricsF(ui_font(12))
        x, middle = box.right() - self._width(spacing), int(box.center().y())
        for name in self._names:
            pen = QPen(theme.color(TOKENS[name]), SMOOTH_BATCH_WIDTH if name == "batch" else 2.0)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if name == "test":
                pen.setDashPattern(DASHES)
            painter.setPen(pen)
            painter.drawLine(QLineF(x, middle, x + sample, middle))
            x += sample + gap
            painter.setPen(theme.text2)
            baseline = middle + metrics.capHeight() / 2
            painter.drawText(round(x), round(baseline), name)
            x += metrics.horizontalAdvance(name) + between

    def _width(self, spacing: tuple[int, int, int]) -> float:
        sample, gap, between = (scaled(length) for length in spacing)
        metrics = QFontMetricsF(ui_font(12))
        words = sum(metrics.horizontalAdvance(name) for name in self._names)
        count = len(self._names)
        return words + (sample + gap) * count + between * (count - 1)
