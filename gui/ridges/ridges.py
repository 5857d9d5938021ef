"""The sizes of gradients, weights, activations or updates: a ridge a layer on one logarithmic axis.

A row, the earliest layer on top, holds its name, its ridge, its counts, its RMS and what else there
is to say of it, so that no eye has to look up a legend. All that is text is kept as a picture
(``table``) and renewed at reading speed; ridges are drawn anew with every new histogram.
"""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.diagnosis.histograms import Quantity
from core.training.snapshot import Snapshot
from gui.coordinates import polygon_of
from gui.exporting import is_exporting
from gui.findings import SpotChoice, spot_of
from gui.ridges.decade_axis import DecadeAxis, fitted_axis
from gui.ridges.quantities import entries_of, known_layers, words_of
from gui.ridges.rows import RidgeGeometry, Side, layer_sentence, ridge_geometry
from gui.ridges.side import side_sentence
from gui.ridges.table import (
    has_trial_profile,
    layer_colors,
    paint_table,
    paint_trial_dot,
)
from gui.theme import current_theme, scaled, themes, ui_font

PIXELS_PER_POINT, FEWEST_POINTS, MOST_POINTS = 3.5, 48, 160
# A layer of which nothing lies on the axis stays flat.
SMALLEST_PEAK = 1e-3
LINE_WIDTH = 1.6
WASH = 0.55
FILL = {"dark": 0.38, "light": 0.30, "high_contrast": 0.38}
MOST_TICKS = 110
TICK_LENGTH = 4
DOT_RADIUS = 3.2
SECONDS_BETWEEN_NUMBERS = 0.1
SIDES: dict[Quantity, Side] = {
    "gradients": "history",
    "weights": "nothing",
    "activations": "facts",
    "updates": "facts",
}


class Ridges(QWidget):
    """The painted rows of all layers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show empty axes."""
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._choice = SpotChoice()
        # Each quantity has an axis of its own, which is there again when it is looked at again.
        self._axes: dict[Quantity, DecadeAxis | None] = {}
        self._table: QPixmap | None = None
        self._numbers_at = 0.0
        self._shapes: list[tuple[QPolygonF, list[QLineF]]] | None = None
        self._smoothing: tuple[tuple[DecadeAxis, int], NDArray[np.float64]] | None = None
        self.setAccessibleName("Sizes of gradients by layer")
        themes.changed.connect(self._renew)

    def show_snapshot(self, new: Snapshot) -> None:
        """Show the gradients of ``new``; the axis begins anew with a new run or other layers."""
        old, self._snapshot = self._snapshot, new
        anew = old is None or old.structure != new.structure or new.step < old.step
        quantity = new.histograms.quantity
        if anew:
            self._axes.clear()
        elif old is not None and old.histograms is new.histograms and _same_words(old, new):
            return
        held = self._axes.get(quantity)
        fitted = fitted_axis(held, new.histograms, _trial_decades(new))
        self._axes[quantity] = fitted
        if old is None or old.histograms.quantity != quantity:
            anew = True
            self.setAccessibleName(f"Sizes of {quantity} by layer")
        rested = time.monotonic() - self._numbers_at >= SECONDS_BETWEEN_NUMBERS
        words_changed = old is None or not _same_words(old, new)
        if (
            anew
            or held != self._axes[quantity]
            or words_changed
            or rested
            or new.state != "running"
        ):
            self._table = None
        self._shapes = None
        self.update()

    def choose_spot(self, choice: SpotChoice) -> None:
        """Mark the layers of another finding."""
        self._choice = choice
        self._renew()

    @property
    def axis(self) -> DecadeAxis:
        """The axis on show."""
        shown = self._snapshot
        held = None if shown is None else self._axes.get(shown.histograms.quantity)
        return held or DecadeAxis()

    def geometry_of_rows(self) -> RidgeGeometry:
        """Return where everything stands."""
        shown = self._snapshot
        if shown is None:
            return ridge_geometry(self.width(), self.height(), 0)
        side = SIDES[shown.histograms.quantity]
        return ridge_geometry(self.width(), self.height(), shown.layout.layer_count, side)

    def is_empty(self) -> bool:
        """Whether nothing of what is to be shown has been computed."""
        return self._snapshot is None or not any(known_layers(self._snapshot))

    def sizeHint(self) -> QSize:
        """Return the size in the window's smallest layout."""
        return QSize(scaled(600), scaled(230))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which ridges can still be told apart."""
        return QSize(scaled(340), scaled(130))

    # ------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kept table, then ridges, ticks and dots."""
        geometry = self.geometry_of_rows()
        painter = QPainter(self)
        if is_exporting():
            self._paint_table(painter, geometry)
        else:
            painter.drawPixmap(0, 0, self._current_table(geometry))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_empty():
            self._paint_message(painter, geometry)
        elif self._snapshot is not None:
            self._paint_ridges(painter, geometry, self._snapshot)
            self._paint_dots(painter, geometry, self._snapshot)
            self._paint_trial(painter, geometry, self._snapshot)

    def _current_table(self, geometry: RidgeGeometry) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._table is None or self._table.devicePixelRatioF() != ratio:
            self._table = QPixmap(self.size() * ratio)
            self._table.setDevicePixelRatio(ratio)
            self._table.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._table)
            self._paint_table(painter, geometry)
            painter.end()
            self._numbers_at = time.monotonic()
        return self._table

    def _paint_table(self, painter: QPainter, geometry: RidgeGeometry) -> None:
        shown = None if self.is_empty() else self._snapshot
        findings = self._snapshot.findings if self._snapshot else ()
        spot = spot_of(findings, self._choice)
        paint_table(painter, geometry, self.axis, shown, spot)

    def _paint_ridges(self, painter: QPainter, geometry: RidgeGeometry, snapshot: Snapshot) -> None:
        theme = current_theme()
        colors = layer_colors(theme, snapshot.layout.layer_count)
        if self._shapes is None:
            self._shapes = self._make_shapes(geometry, snapshot)
        ground = theme.panel
        for row, layer in enumerate(geometry.layers):
            color = colors[layer - 1]
            shape, ticks = self._shapes[row]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_washed(ground, color, FILL[theme.name]))
            painter.drawPolygon(shape)
            painter.setPen(QPen(color, LINE_WIDTH))
            painter.drawPolyline(shape)
            if ticks:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setPen(QPen(color, 1))
                painter.drawLines(ticks)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _make_shapes(
        self, geometry: RidgeGeometry, snapshot: Snapshot
    ) -> list[tuple[QPolygonF, list[QLineF]]]:
        """Return of each row the ridge, closed along the base line, and the ticks below it."""
        points = min(max(int(geometry.width / PIXELS_PER_POINT), FEWEST_POINTS), MOST_POINTS)
        if self._smoothing is None or self._smoothing[0] != (self.axis, points):
            self._smoothing = (self.axis, points), self.axis.density_matrix(points)
        counts = snapshot.histograms.counts[[layer - 1 for layer in geometry.layers]]
        densities = counts @ self._smoothing[1].T
        across = np.linspace(geometry.left, geometry.right, points)
        xs = np.concatenate([[geometry.left], across, [geometry.right]])
        shapes = []
        for row, layer in enumerate(geometry.layers):
            base = geometry.base(row)
            scale = geometry.peak / max(float(densities[row].max()), SMALLEST_PEAK)
            ys = np.concatenate([[base], base - densities[row] * scale, [base]])
            shapes.append((polygon_of(xs, ys), self._make_ticks(geometry, base, snapshot, layer)))
        return shapes

    def _make_ticks(
        self, geometry: RidgeGeometry, base: float, snapshot: Snapshot, layer: int
    ) -> list[QLineF]:
        values = entries_of(snapshot, layer)
        if values is None or values.size > MOST_TICKS:
            return []
        sizes = np.abs(values[np.isfinite(values) & (values != 0)], dtype=np.float64)
        xs = geometry.left + self.axis.share(np.log10(sizes)) * geometry.width
        top, bottom = base + 1, base + 1 + scaled(TICK_LENGTH)
        within = xs[(xs >= geometry.left) & (xs <= geometry.right)]
        return [QLineF(x, top, x, bottom) for x in within.tolist()]

    def _paint_dots(self, painter: QPainter, geometry: RidgeGeometry, snapshot: Snapshot) -> None:
        theme = current_theme()
        dots = self._dots(geometry, snapshot.histograms.rms)
        painter.setPen(QPen(theme.text, 1))
        painter.drawPolyline(QPolygonF(dots))
        painter.setPen(QPen(theme.panel, 1.2))
        painter.setBrush(theme.text)
        radius = scaled(DOT_RADIUS)
        for dot in dots:
            painter.drawEllipse(dot, radius, radius)

    def _paint_trial(self, painter: QPainter, geometry: RidgeGeometry, snapshot: Snapshot) -> None:
        """Paint the gradients of a ghost run beside those of the run."""
        if snapshot.trial is None or not has_trial_profile(snapshot):
            return
        dots = self._dots(geometry, snapshot.trial.gradient_rms)
        pen = QPen(current_theme().ok, LINE_WIDTH)
        pen.setStyle(Qt.PenStyle.DashDotLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(dots))
        for dot in dots:
            paint_trial_dot(painter, dot)

    def _dots(self, geometry: RidgeGeometry, rms: NDArray[np.floating]) -> list[QPointF]:
        """Return where the RMS (L,) of the layers with a row stand, but for 0 and NaN."""
        dots = []
        for row, layer in enumerate(geometry.layers):
            size = float(rms[layer - 1])
            if math.isfinite(size) and size > 0:
                share = self.axis.share(math.log10(size))
                dots.append(QPointF(geometry.x(min(max(share, 0.0), 1.0)), geometry.base(row)))
        return dots

    def _paint_message(self, painter: QPainter, geometry: RidgeGeometry) -> None:
        theme = current_theme()
        area = QRectF(geometry.left, geometry.top, geometry.width, geometry.bottom - geometry.top)
        centered = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setFont(ui_font(12))
        message = words_of(self._snapshot).empty
        box = painter.boundingRect(area, centered, message)
        painter.fillRect(box.adjusted(-6, -2, 6, 2), theme.panel)
        painter.setPen(theme.text3)
        painter.drawText(area, centered, message)

    # ------------------------------------------------------------------ reading

    def sentence_at(self, y: float) -> str:
        """Return what the row at height ``y`` says, in words; empty between rows."""
        row = self.geometry_of_rows().row_at(y)
        if row is None or self._snapshot is None or self.is_empty():
            return ""
        layer = self.geometry_of_rows().layers[row]
        return row_sentence(self._snapshot, layer)

    def event(self, event: QEvent) -> bool:
        """Answer a resting pointer with the row's sentence."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            lines = [self.sentence_at(event.pos().y()), words_of(self._snapshot).rule]
            QToolTip.showText(event.globalPos(), "\n".join(filter(None, lines)), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        self._table = None
        self._shapes = None
        self.update()


def row_sentence(snapshot: Snapshot, layer: int) -> str:
    """Say in words all that the row of ``layer`` shows."""
    sentences = [layer_sentence(snapshot, layer)]
    if known_layers(snapshot)[layer - 1]:
        sentences.append(side_sentence(snapshot, layer))
    return ", ".join(filter(None, sentences))


def _same_words(old: Snapshot, new: Snapshot) -> bool:
    """Whether what is said of the layers, and how often, stays the same."""
    same_trial = old.trial is new.trial
    return same_trial and old.findings == new.findings and old.state == new.state


def _trial_decades(snapshot: Snapshot) -> list[float]:
    """Return the logarithms of a trial's RMS, for which the axis has to have room."""
    if snapshot.trial is None or not has_trial_profile(snapshot):
        return []
    rms = snapshot.trial.gradient_rms
    return [math.log10(size) for size in rms.tolist() if math.isfinite(size) and size > 0]


def _washed(ground: QColor, color: QColor, share: float) -> QColor:
    """Return one translucent colour that looks as ``color`` laid over a wash of ``ground``."""
    alpha = 1 - (1 - WASH) * (1 - share)
    over, under = share / alpha, (1 - share) * WASH / alpha
    return QColor.fromRgbF(
        over * color.redF() + under * ground.redF(),
        over * color.greenF() + under * ground.greenF(),
        over * color.blueF() + under * ground.blueF(),
        alpha,
    )
