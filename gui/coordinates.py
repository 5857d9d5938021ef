"""Coordinates in NumPy arrays as Qt's geometry.

A QPointF or QLineF for every point takes longer to make than Qt takes to paint it.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pyqtgraph import functions
from PySide6.QtGui import QPainterPath, QPolygonF

Coordinates = NDArray[np.floating[Any]]


def polygon_of(x: Coordinates, y: Coordinates) -> QPolygonF:
    """Return the points (n,) at ``x`` and ``y``, for a line through them or an area."""
    return cast(QPolygonF, functions.arrayToQPolygonF(x, y))


def path_of(segments: Coordinates) -> QPainterPath:
    """Return a path of separate ``segments`` (n, 4): x1, y1, x2, y2."""
    x, y = segments[:, ::2].ravel(), segments[:, 1::2].ravel()
    return cast(QPainterPath, functions.arrayToQPath(x, y, connect="pairs"))
