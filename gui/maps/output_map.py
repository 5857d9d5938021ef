"""The output over the input square: heat map, decision boundary and samples in one picture.

``OutputMap`` paints and answers the pointer and the keyboard; what lies above it (choice of points,
words for data without a map) is the panel's. The picture, the boundary and the layer of points are
kept until what they show changes, so that a repaint is three calls.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from core.data.dataset import DOMAIN
from core.training.snapshot import Snapshot
from gui.coordinates import path_of
from gui.exporting import pixel_ratio
from gui.help.gestures import how_to
from gui.maps.areas import area_pixels, deepest_places, paint_area_names, predicted_areas
from gui.maps.axes import paint_axes
from gui.maps.contours import Segments
from gui.maps.key import class_name, paint_map_key
from gui.maps.picture import as_picture, map_borders, map_image, shows_classes
from gui.maps.point_tool import Stroke
from gui.maps.points import PointSet, class_count, marker_radius, points_layer, points_of
from gui.numbers import MINUS, format_value
from gui.theme import current_theme, mix, scaled, themes
from gui.widgets.painting import paint_focus_ring

LEFT, RIGHT, TOP = 28, 16, 2
TICK_ROW, KEY_ROW, KEY_WIDTH = 20, 34, 290
BOUNDARY_WIDTH = 1.6
CLICK_DISTANCE = 9
STROKE_DISTANCE = 14
ARROW_STEP = 0.25
RETURN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ERASE_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
EDIT_KEYS = RETURN_KEYS + ERASE_KEYS


class OutputMap(QWidget):
    """The painted map.

    Signals:
        sample_chosen: split and row of the point that the user clicked or chose by Return.
        pointed: what is read at the pointer, as text; empty when it leaves.
        edit_wanted: x1 and x2 of a place where a point is to be added, whether points are to be
            erased there instead, and the stroke it belongs to.
    """

    sample_chosen = Signal(str, int)
    edit_wanted = Signal(float, float, bool, str)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing until the first snapshot."""
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._choice = "train"
        self._image = QImage()
        self._borders: Segments | None = None
        self._lines = QPainterPath()
        self._points: PointSet | None = None
        self._layer: QPixmap | None = None
        self._pointer: QPointF | None = None
        self._cross: QPointF | None = None
        self._is_edited = False
        self._is_discretized = False
        self._names: dict[int, tuple[float, float]] = {}
        self._stroke: Stroke | None = None
        self._strokes = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Output map")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        themes.changed.connect(self._on_theme_changed)

    def show_snapshot(self, new: Snapshot) -> None:
        """Show ``new``, which must have maps; only what differs is made anew."""
        old, self._snapshot = self._snapshot, new
        if old is None or old.dataset is not new.dataset or old.targets is not new.targets:
            self._show_points()
        if old is None or old.maps is not new.maps or old.spec is not new.spec:
            self._render()
        if old is None or (old.probe.split, old.probe.row) != (new.probe.split, new.probe.row):
            self.update()
        self._announce()

    def set_points(self, choice: str) -> None:
        """Show the points of "train", "test" or "both"."""
        self._choice = choice
        self._show_points()

    def set_edited(self, is_edited: bool) -> None:
        """Let clicks edit points instead of choosing them."""
        self._is_edited, self._stroke = is_edited, None
        shape = Qt.CursorShape.CrossCursor if is_edited else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def set_discretized(self, is_discretized: bool) -> None:
        """Show which class is predicted where instead of outputs in shades."""
        self._is_discretized = is_discretized
        self._render()
        self._announce()

    def reach(self) -> float:
        """Return how far a click reaches, in units of the inputs."""
        return CLICK_DISTANCE * 2 * DOMAIN / self.square().width()

    def shown_points(self) -> PointSet | None:
        """Return the points in the picture."""
        return self._points

    def square(self) -> QRectF:
        """Return where the square [-6, 6]² lies in the widget."""
        left, right, top = scaled(LEFT), scaled(RIGHT), scaled(TOP)
        width = self.width() - left - right
        height = self.height() - top - scaled(TICK_ROW) - scaled(KEY_ROW)
        side = max(1, min(width, height))
        return QRectF(left + (width - side) / 2, top, side, side)

    def sizeHint(self) -> QSize:
        """Return the size in the window's smallest layout."""
        return QSize(scaled(356), scaled(368))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which points can still be told apart."""
        return QSize(scaled(180), scaled(190))

    # ------------------------------------------------------------------ what is kept

    def _show_points(self) -> None:
        if self._snapshot is not None:
            self._points = points_of(self._snapshot, self._choice)
            self._layer = None
            self.update()

    def _render(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or snapshot.maps is None:
            return
        outputs = snapshot.maps.output
        if self._shows_areas(snapshot):
            areas = predicted_areas(outputs, snapshot)
            self._image = as_picture(area_pixels(areas, class_count(snapshot), current_theme()))
            self._names = deepest_places(areas)
        else:
            self._image = map_image(outputs, snapshot, current_theme())
            self._names = {}
        self._borders = map_borders(outputs, snapshot)
        self._place_borders()
        self.update()

    def _shows_areas(self, snapshot: Snapshot) -> bool:
        return self._is_discretized and snapshot.task == "classification"

    def _place_borders(self) -> None:
        if self._borders is not None:
            square = self.square()
            placed = self._borders * square.width()
            placed[:, ::2] += square.left()
            placed[:, 1::2] += square.top()
            self._lines = path_of(placed)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._layer = None
        self._render()
        self.updateGeometry()

    # ------------------------------------------------------------------ painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the boundary and the points anew."""
        super().resizeEvent(event)
        self._layer = None
        self._place_borders()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kept picture, the boundary, the points, the axes and the key."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        square, ratio = self.square(), pixel_ratio(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(square, self._image)
        shows_areas = self._shows_areas(snapshot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(square)
        theme = current_theme()
        # Opaque and square-ended: the pieces overlap, and neither gaps nor dots may show.
        color = mix(theme.panel, theme.text, 0.85)
        painter.setPen(QPen(color, BOUNDARY_WIDTH, c=Qt.PenCapStyle.SquareCap))
        painter.drawPath(self._lines)
        if self._points is not None:
            if self._layer is None or self._layer.devicePixelRatioF() != ratio:
                self._layer = points_layer(self._points, square.width(), ratio)
            painter.drawPixmap(square.topLeft(), self._layer)
            self._paint_probe(painter, square, snapshot)
        paint_area_names(painter, square, snapshot, self._names)
        painter.setClipping(False)
        paint_axes(painter, square)
        self._paint_cross(painter, square)
        top = square.bottom() + scaled(TICK_ROW) + scaled(4)
        # A small square leaves too little room for the key: then it is wider.
        width = min(max(square.width(), scaled(KEY_WIDTH)), self.width() - 2 * scaled(RIGHT))
        row = QRectF(square.center().x() - width / 2, top, width, scaled(KEY_ROW))
        paint_map_key(painter, row, snapshot, ratio, discretized=shows_areas)
        if self.hasFocus():
            paint_focus_ring(painter, square.adjusted(-3, -3, 3, 3), scaled(4))

    def _paint_probe(self, painter: QPainter, square: QRectF, snapshot: Snapshot) -> None:
        """Ring the sample that other panels look at."""
        points, probe = self._points, snapshot.probe
        if points is None:
            return
        for index in (points.row == probe.row).nonzero()[0]:
            if points.split[index] == probe.split:
                radius = marker_radius(square.width()) + scaled(4)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(current_theme().accent, 2))
                painter.drawEllipse(self._place(square, index), radius, radius)

    def _place(self, square: QRectF, index: int) -> QPointF:
        assert self._points is not None
        x, y = float(self._points.x[index]), float(self._points.y[index])
        return square.topLeft() + QPointF(x, y) * square.width()

    def _paint_cross(self, painter: QPainter, square: QRectF) -> None:
        """Mark the place that the arrow keys have reached."""
        if self._cross is None:
            return
        theme = current_theme()
        x = square.left() + (self._cross.x() + DOMAIN) / (2 * DOMAIN) * square.width()
        y = square.bottom() - (self._cross.y() + DOMAIN) / (2 * DOMAIN) * square.height()
        arm = scaled(7)
        cross = [QLineF(x - arm, y, x + arm, y), QLineF(x, y - arm, x, y + arm)]
        for color, width in ((theme.panel, 4.0), (theme.accent, 2.0)):
            painter.setPen(QPen(color, width))
            painter.drawLines(cross)

    # ------------------------------------------------------------------ pointer and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the map at the pointer; a stroke goes on."""
        self._pointer = self._coordinates(event.position())
        self._announce()
        self._draw(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        self._pointer = None
        self._announce()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point under the pointer, or begin to add and erase."""
        place = self._coordinates(event.position())
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if self._is_edited and event.button() in buttons:
            self._strokes += 1
            erases = event.button() == Qt.MouseButton.RightButton
            self._stroke = Stroke(self._strokes, erases)
            self._draw(event.position())
        elif event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._choose_near(place, CLICK_DISTANCE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a stroke."""
        self._stroke = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cross with the arrows (Shift: four steps at once); Return chooses a point.

        While points are edited Return adds one there and Delete erases.
        """
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        if event.key() in moves:
            dx, dy = moves[Qt.Key(event.key())]
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            step = ARROW_STEP * (4 if shift else 1)
            start = self._cross or QPointF(0, 0)
            x = min(max(start.x() + dx * step, -DOMAIN), DOMAIN)
            y = min(max(start.y() + dy * step, -DOMAIN), DOMAIN)
            self._cross = QPointF(x, y)
            self._announce()
            self.update()
        elif self._is_edited and self._cross is not None and event.key() in EDIT_KEYS:
            erases = event.key() in ERASE_KEYS
            self.edit_wanted.emit(self._cross.x(), self._cross.y(), erases, "")
        elif event.key() in RETURN_KEYS and self._cross is not None:
            self._choose_near(self._cross, self.square().width())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Put the cross in the middle when the keyboard arrives."""
        super().focusInEvent(event)
        self._cross = QPointF(0, 0)
        self._announce()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the cross away."""
        super().focusOutEvent(event)
        self._cross = None
        self._announce()

    def _draw(self, position: QPointF) -> None:
        """Add or erase where a stroke has got to."""
        place, stroke = self._coordinates(position), self._stroke
        if stroke is not None and place is not None and stroke.takes(position, STROKE_DISTANCE):
            self.edit_wanted.emit(place.x(), place.y(), stroke.erases, stroke.gesture)

    def _coordinates(self, position: QPointF) -> QPointF | None:
        """Return x1, x2 at a place in the widget, or None outside the square."""
        square = self.square()
        if not square.contains(position):
            return None
        share = (position - square.topLeft()) / square.width()
        return QPointF((2 * share.x() - 1) * DOMAIN, (1 - 2 * share.y()) * DOMAIN)

    def _choose_near(self, place: QPointF, reach: float) -> None:
        if self._points is None:
            return
        x, y = (place.x() + DOMAIN) / (2 * DOMAIN), (DOMAIN - place.y()) / (2 * DOMAIN)
        index, distance = self._points.nearest(x, y)
        if index >= 0 and distance * self.square().width() <= reach:
            self.sample_chosen.emit(self._points.split[index], int(self._points.row[index]))

    def _announce(self) -> None:
        place = self._pointer or self._cross
        self.pointed.emit("" if place is None else self._reading(place))

    def _reading(self, place: QPointF) -> str:
        snapshot = self._snapshot
        if snapshot is None or snapshot.maps is None:
            return ""
        outputs = snapshot.maps.output
        size = outputs.shape[1]
        column = min(int((place.x() + DOMAIN) / (2 * DOMAIN) * size), size - 1)
        row = min(int((DOMAIN - place.y()) / (2 * DOMAIN) * size), size - 1)
        values = outputs[:, row, column]
        where = f"x₁ {_fixed(place.x())}   x₂ {_fixed(place.y())}"
        if not shows_classes(snapshot):
            words = f"{where}   output {format_value(float(values[0]))}"
            if not self._shows_areas(snapshot) or not np.isfinite(values[0]):
                return words
            predicted = int(predicted_areas(values[:, None, None], snapshot)[0, 0])
            return f"{words}, {class_name(snapshot, predicted)}"
        winner = int(values.argmax())
        name = class_name(snapshot, winner)
        return f"{where}   {name} {format_value(float(values[winner]), 3)}"


def _fixed(coordinate: float) -> str:
    """Write a coordinate with two decimals, so that the line keeps its width."""
    return f"{coordinate:.2f}".replace("-", MINUS)
