"""Weights or gradients over the run as a widget: a strip a layer, a column a moment.

Pointing at a moment, or walking to it with the arrow keys, tells which one is meant; its numbers
are shown elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from core.training.distributions import Distributions, LayerColumns, Recorded
from gui.diagram.names import layer_name
from gui.distributions.axes import Scale, StripAxis, strip_axes
from gui.distributions.geometry import ChartGeometry, chart_geometry
from gui.distributions.paint import (
    paint_frame,
    paint_key,
    paint_pointer,
    paint_quantiles,
    paint_steps,
    paint_zero,
    shade_colors,
    shade_image,
)
from gui.distributions.words import EMPTY, in_words, known_columns, moment_words, place_words
from gui.help.gestures import how_to
from gui.ridges.table import layer_colors
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.painting import paint_focus_ring

SMALLEST, USUAL = (720, 330), (860, 440)
ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ALONG = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class Place(NamedTuple):
    """What is pointed at: a layer (from 1), a moment, and the value where a pointer is."""

    layer: int
    column: int
    value: float | None = None


class DistributionChart(QWidget):
    """The painted strips.

    Signals:
        pointed: the ``Place`` under the pointer or the focus, or None.
    """

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no strips yet."""
        super().__init__(parent)
        self.setAccessibleName("Distributions over the run")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._found: Distributions | None = None
        self._quantity: Recorded = "weights"
        self._scale: Scale = "value"
        self._columns: list[LayerColumns] = []
        self._axes: tuple[StripAxis, ...] = ()
        self._images: list[QImage] | None = None
        self._place: Place | None = None
        themes.changed.connect(self._renew)

    def show_found(self, found: Distributions, quantity: Recorded, scale: Scale) -> None:
        """Show ``quantity`` of ``found`` on an axis of its values or sizes."""
        old, self._found = self._found, found
        self._quantity, self._scale = quantity, scale
        layers = [found.of_layer(quantity, row + 1) for row in range(len(found.sizes))]
        self._columns = [layer.sizes() if scale == "size" else layer for layer in layers]
        self._axes = strip_axes(self._columns, scale)
        place = self._place
        if place is not None and (
            old is None or len(old.sizes) != len(found.sizes) or place.column >= len(found.steps)
        ):
            self._point(None)
        self._describe()
        self._renew()

    def place(self) -> Place | None:
        """Return what is pointed at."""
        return self._place

    def geometry_of_parts(self) -> ChartGeometry | None:
        """Return where everything stands; None while there is nothing to show."""
        found = self._found
        if found is None or not len(known_columns(found, self._quantity)):
            return None
        return chart_geometry(self.width(), self.height(), found)

    def sizeHint(self) -> QSize:
        """Return the size in the window as it opens."""
        return QSize(*map(scaled, USUAL))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which four layers are legible."""
        return QSize(*map(scaled, SMALLEST))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint strips, lines and words."""
        theme, found, geometry = current_theme(), self._found, self.geometry_of_parts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if found is None or geometry is None:
            painter.setFont(ui_font(12))
            painter.setPen(theme.text3)
            words = EMPTY[self._quantity]
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, words)
        else:
            colors = layer_colors(theme, len(found.sizes))
            if self._images is None:
                self._images = self._make_images(found, geometry)
            for row, layer in enumerate(geometry.layers):
                strip, axis = geometry.strips[row], self._axes[layer - 1]
                columns = self._columns[layer - 1]
                painter.drawImage(strip, self._images[row])
                paint_zero(painter, axis, strip, theme)
                paint_quantiles(painter, columns, axis, geometry, strip, theme)
                name = layer_name(layer, len(found.sizes))
                paint_frame(painter, axis, strip, name, colors[layer - 1], theme)
            paint_steps(painter, geometry, theme)
            paint_key(painter, geometry, len(found.sizes), theme)
            if self._place is not None and self._place.layer in geometry.layers:
                row = geometry.layers.index(self._place.layer)
                paint_pointer(painter, geometry, row, self._place.column, theme)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), scaled(4))

    def _make_images(self, found: Distributions, geometry: ChartGeometry) -> list[QImage]:
        theme = current_theme()
        colors = layer_colors(theme, len(found.sizes))
        return [
            shade_image(
                self._columns[layer - 1],
                self._axes[layer - 1],
                geometry,
                strip,
                shade_colors(theme.panel, colors[layer - 1]),
            )
            for layer, strip in zip(geometry.layers, geometry.strips, strict=True)
        ]

    # ------------------------------------------------------------------ pointer and keys

    def place_at(self, point: QPointF) -> Place | None:
        """Return what is at ``point``."""
        geometry = self.geometry_of_parts()
        row = None if geometry is None else geometry.strip_at(point)
        if geometry is None or row is None:
            return None
        column = geometry.column_at(point.x())
        if column is None:
            return None
        strip, layer = geometry.strips[row], geometry.layers[row]
        share = (strip.bottom() - point.y()) / strip.height()
        return Place(layer, column, self._axes[layer - 1].value(share))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find the moment under the pointer."""
        self._point(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was pointed at."""
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from moment to moment and from layer to layer."""
        key, geometry = Qt.Key(event.key()), self.geometry_of_parts()
        if geometry is None or self._found is None or key not in (*ACROSS, *ALONG):
            super().keyPressEvent(event)
            return
        columns = known_columns(self._found, self._quantity).tolist()
        if self._place is None:
            self._point(Place(geometry.layers[0], columns[-1]))
            return
        layer, column, _ = self._place
        row, at = geometry.layers.index(layer), max(column, columns[0]) - columns[0]
        row = min(max(row + ALONG.get(key, 0), 0), len(geometry.layers) - 1)
        at = min(max(at + ACROSS.get(key, 0), 0), len(columns) - 1)
        self._point(Place(geometry.layers[row], columns[at]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        super().focusOutEvent(event)
        self._point(None)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        self._images = None
        self.update()

    def _point(self, place: Place | None) -> None:
        if place != self._place:
            self._place = place
            self._describe()
            self.pointed.emit(place)
            self.update()

    def _describe(self) -> None:
        found, place = self._found, self._place
        if found is None:
            return
        if place is None:
            words = in_words(found, self._quantity)
        else:
            moment = moment_words(found, self._quantity, place.layer, place.column)
            words = f"{place_words(found, place.layer, place.column)}: {moment}"
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
