"""The samples of a two-input set as markers on the output map: which are shown, and where.

A ``PointSet`` is plain arrays in the order of the rows; the layer of stamped markers is drawn
once and kept by its owner until data, size or theme change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from core.data import class_indices
from core.data.dataset import DOMAIN
from core.training.snapshot import Snapshot
from gui.maps.markers import class_marker, stamp, value_marker
from gui.maps.picture import output_scale, scale_steps
from gui.theme import current_theme

RADIUS = 3.1
SMALL_RADIUS = 2.4
SMALL_MAP = 200


@dataclass(frozen=True, eq=False)
class PointSet:
    """Points of the square, in the order in which they are drawn.

    Attributes:
        split: "train" or "test" of each point.
        row: (N,) its row in that split.
        x, y: (N,) position in the map's picture, 0 to 1, y down.
        kind: (N,) class, or the step of the colour scale for regression.
        classes: how many classes there are; 0 for regression.
        hollow: (N,) whether it is marked apart, as test points beside training points are.
    """

    split: tuple[str, ...]
    row: NDArray[np.intp]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    kind: NDArray[np.intp]
    classes: int
    hollow: NDArray[np.bool_]

    def nearest(self, x: float, y: float) -> tuple[int, float]:
        """Return the point nearest to (x, y) and its distance; (-1, inf) if there are none."""
        if not len(self.row):
            return -1, float("inf")
        distance = np.hypot(self.x - x, self.y - y)
        index = int(distance.argmin())
        return index, float(distance[index])


def points_of(snapshot: Snapshot, choice: str) -> PointSet:
    """Return the points of ``choice``: "train", "test" or "both"; none for other data."""
    data = snapshot.dataset
    splits = ("train", "test") if choice == "both" else (choice,)
    found = {"train": (data.points, snapshot.targets)}
    if data.test_points is not None and snapshot.test_targets is not None:
        found["test"] = (data.test_points, snapshot.test_targets)
    names: list[str] = []
    rows, places, kinds, hollow = [], [], [], []
    for split in splits:
        points, targets = found.get(split, (None, snapshot.targets))
        if points is None:
            continue
        names += [split] * len(points)
        rows.append(np.arange(len(points)))
        places.append(points)
        hollow.append(np.full(len(points), choice == "both" and split == "test"))
        if snapshot.task == "classification":
            kinds.append(class_indices(targets))
        else:
            kinds.append(scale_steps(targets[:, 0], output_scale(snapshot)))
    place = np.concatenate([np.empty((0, 2)), *places])
    return PointSet(
        tuple(names),
        np.concatenate([np.empty(0, np.intp), *rows]),
        (place[:, 0] + DOMAIN) / (2 * DOMAIN),
        (DOMAIN - place[:, 1]) / (2 * DOMAIN),
        np.concatenate([np.empty(0, np.intp), *kinds]),
        class_count(snapshot),
        np.concatenate([np.empty(0, np.bool_), *hollow]),
    )


def class_count(snapshot: Snapshot) -> int:
    """Return how many classes the targets tell apart, 0 for regression."""
    return max(2, snapshot.targets.shape[1]) if snapshot.task == "classification" else 0


def points_layer(points: PointSet, side: float, ratio: float) -> QPixmap:
    """Return a transparent picture of all ``points`` on a map ``side`` logical pixels wide."""
    layer = QPixmap(round(side * ratio), round(side * ratio))
    layer.setDevicePixelRatio(ratio)
    layer.fill(Qt.GlobalColor.transparent)
    radius = marker_radius(side)
    kinds, which = np.unique(points.kind * 2 + points.hollow, return_inverse=True)
    markers = [_marker(points.classes, int(k) // 2, radius, ratio, k % 2 == 1) for k in kinds]
    painter = QPainter(layer)
    painter.setClipRect(QRectF(0, 0, side, side))
    stamp(painter, points.x * side, points.y * side, markers, which)
    painter.end()
    return layer


def marker_radius(side: float) -> float:
    """Return the radius of markers on a map ``side`` wide."""
    return SMALL_RADIUS if side < SMALL_MAP else RADIUS


def _marker(classes: int, kind: int, radius: float, ratio: float, hollow: bool) -> QPixmap:
    if classes:
        return class_marker(kind, classes, radius, ratio, hollow)
    color = QColor(*current_theme().heat_lut()[kind].tolist())
    return value_marker(color, radius, ratio, hollow)
