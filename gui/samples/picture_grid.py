"""Samples that are pictures: a grid of them, each over its predicted class and confidence."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen

from gui.maps.picture import Colors, color_ramp, packed
from gui.numbers import format_count
from gui.samples.facts import confidence, is_wrong, raw_rows, verdict
from gui.samples.page import SamplePage
from gui.theme import Theme, current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

MARGIN, GAP = 13, 8
CAPTION, ROW_GAP = 16, 10
FEWEST_COLUMNS = 5
WIDEST_PITCH = 88
GREYS = 256


class PictureGrid(SamplePage):
    """The grid. Pictures grow with the room until another column fits."""

    def column_count(self) -> int:
        """Return the number of columns."""
        return max(FEWEST_COLUMNS, int(self._room() // scaled(WIDEST_PITCH)))

    def capacity(self) -> int:
        """Return how many pictures fit."""
        row = self._side() + scaled(CAPTION + ROW_GAP)
        rows = int((self.height() + scaled(ROW_GAP)) // row)
        return max(1, rows) * self.column_count()

    def cell_rect(self, index: int) -> QRectF:
        """Return picture and caption of the page's sample ``index``."""
        line, column = divmod(index, self.column_count())
        side = self._side()
        left = scaled(MARGIN) + column * (side + scaled(GAP))
        top = scaled(3) + line * (side + scaled(CAPTION + ROW_GAP))
        return QRectF(left, top, side, side + scaled(CAPTION))

    def describe(self, row: int) -> str:
        """Return predicted class, confidence and, where wrong, the truth."""
        assert self.snapshot is not None
        share = confidence(self.snapshot, row)
        words = f"row {format_count(row + 1)}: {verdict(self.snapshot, row)}"
        return f"{words}, {share}" if share else words

    def prepare(self) -> None:
        """Make the pictures of the page's rows."""
        assert self.snapshot is not None
        shape = self.snapshot.dataset.image_shape
        assert shape is not None
        raw = raw_rows(self.snapshot)
        low, high = float(raw.min()), float(raw.max())
        theme = current_theme()
        ground = theme.raised if theme.is_dark else QColor("#FFFFFF")
        colors = packed(color_ramp(ground, theme.text, np.linspace(0.0, 1.0, GREYS)))
        share = (raw[self.rows] - low) / max(high - low, 1e-12)
        steps = np.rint(share * (GREYS - 1)).astype(np.intp)
        self._images = [_image(row, shape) for row in colors[steps]]

    def _room(self) -> float:
        return self.width() - 2 * scaled(MARGIN) + scaled(GAP)

    def _side(self) -> float:
        return self._room() // self.column_count() - scaled(GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures and what was predicted."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong, plain = ui_font(11, 600), ui_font(11)
        strong_metrics, plain_metrics = QFontMetricsF(strong), QFontMetricsF(plain)
        space = scaled(4)
        for index, row in enumerate(self.rows.tolist()):
            cell = self.cell_rect(index)
            picture = QRectF(cell.left(), cell.top(), cell.width(), cell.width())
            wrong, chosen = is_wrong(snapshot.predictions, row), row == self.selected
            painter.drawImage(picture, self._images[index])
            self._paint_frame(painter, picture, wrong, chosen, theme)
            words, share = verdict(snapshot, row), confidence(snapshot, row)
            width = strong_metrics.horizontalAdvance(words)
            share_width = space + plain_metrics.horizontalAdvance(share)
            if width + share_width > cell.width() + scaled(GAP - 3):
                share, share_width = "", 0.0
            total = width + (share_width if share else 0)
            left = cell.center().x() - total / 2
            line = picture.bottom() + scaled(4) + strong_metrics.ascent()
            painter.setFont(strong)
            painter.setPen(theme.err if wrong else theme.text)
            painter.drawText(QPointF(left, line), words)
            painter.setFont(plain)
            painter.setPen(theme.text2)
            painter.drawText(QPointF(left + width + space, line), share)

    def _paint_frame(
        self, painter: QPainter, picture: QRectF, wrong: bool, chosen: bool, theme: Theme
    ) -> None:
        """Frame a picture: red where wrong, accent round it where chosen."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if wrong:
            painter.setPen(QPen(theme.err, 2))
            painter.drawRoundedRect(picture.adjusted(-1, -1, 1, 1), 3, 3)
        elif not chosen:
            painter.setPen(QPen(theme.line, 1))
            painter.drawRoundedRect(picture.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2)
        if chosen:
            out = 3 if wrong else 1
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(picture.adjusted(-out, -out, out, out), 4, 4)
            if self.hasFocus():
                paint_focus_ring(painter, picture.adjusted(-6, -6, 6, 6), 6)


def _image(pixels: Colors, shape: tuple[int, int]) -> QImage:
    height, width = shape
    data = np.ascontiguousarray(pixels).data
    return QImage(data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
