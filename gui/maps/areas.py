"""The map in flat areas: which class is predicted where, without how surely.

Each class's deepest place, farthest from any boundary, carries its name, so that areas are not
told apart by colour alone. Nothing here decides what is predicted: that rule is core's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from core.data import predicted_classes
from core.training.snapshot import Snapshot
from gui.maps.key import class_name
from gui.maps.picture import Colors, Outputs, class_color, color_ramp, packed
from gui.theme import Theme, current_theme, scaled, ui_font

NOWHERE = -1
# Of a class that is predicted in a few cells only no name is written.
LEAST_DEPTH = 0.035


def predicted_areas(outputs: Outputs, snapshot: Snapshot) -> NDArray[np.intp]:
    """Return (H, W) the predicted class of every cell, ``NOWHERE`` where outputs are not finite."""
    count, height, width = outputs.shape
    activation = snapshot.spec.network.layers[-1].activation
    classes = predicted_classes(outputs.reshape(count, -1).T, activation).reshape(height, width)
    return np.where(np.isfinite(outputs).all(axis=0), classes, NOWHERE)


def area_pixels(areas: NDArray[np.intp], count: int, theme: Theme) -> Colors:
    """Return (H, W) packed pixels: one colour for each of ``count`` classes, else the panel's."""
    share = 0.60 if theme.name == "light" else 0.68
    colors = [packed(color_ramp(theme.panel, theme.panel, np.zeros(1)))]
    for index in range(count):
        color = class_color(theme, index, count)
        colors.append(packed(color_ramp(theme.panel, color, np.array([share]))))
    pixels: Colors = np.concatenate(colors)[areas + 1]
    return pixels


def deepest_places(areas: NDArray[np.intp]) -> dict[int, tuple[float, float]]:
    """Return by class the place (x, y), in shares of the square, that lies deepest in its area."""
    found: dict[int, tuple[float, float]] = {}
    least = max(1, round(LEAST_DEPTH * len(areas)))
    for index in np.unique(areas[areas != NOWHERE]).tolist():
        # Cells outside the square count as another class: names stay clear of the edge.
        left = np.pad(areas == index, 1)
        depth = np.zeros(left.shape, np.intp)
        while left.any():
            depth += left
            inner = left[1:-1, 1:-1] & left[:-2, 1:-1] & left[2:, 1:-1]
            left = np.pad(inner & left[1:-1, :-2] & left[1:-1, 2:], 1)
        deepest = int(depth.max())
        if deepest >= least:
            rows, columns = np.nonzero(depth[1:-1, 1:-1] == deepest)
            middle = len(rows) // 2
            size = len(areas)
            found[index] = ((columns[middle] + 0.5) / size, (rows[middle] + 0.5) / size)
    return found


def paint_area_names(
    painter: QPainter, square: QRectF, snapshot: Snapshot, places: dict[int, tuple[float, float]]
) -> None:
    """Write the names of the classes at ``places``, with a halo that parts them from points."""
    theme = current_theme()
    font = ui_font(12, 600)
    metrics = QFontMetricsF(font)
    for index, (x, y) in places.items():
        words = class_name(snapshot, index)
        width = metrics.horizontalAdvance(words)
        center = square.topLeft() + QPointF(x, y) * square.width()
        left = max(square.left() + 3, min(center.x() - width / 2, square.right() - width - 3))
        path = QPainterPath()
        path.addText(left, center.y() + metrics.capHeight() / 2, font, words)
        painter.strokePath(path, QPen(theme.panel, scaled(4), j=Qt.PenJoinStyle.RoundJoin))
        painter.fillPath(path, theme.text)
