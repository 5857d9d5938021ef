"""The pictures of the data sets, painted from the sets themselves.

Classes of points are dots in their colours; surfaces and the checkerboard are cells coloured by the
mean of the points in them; digits are shown by one of them. The bundled sets with many features
are shown by two that part the classes well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from core.data import Dataset, build_dataset
from core.spec import DataSpec
from gui.icons import icon_pixmap
from gui.theme import Theme, mix

Draw = Callable[[QPainter, QRectF, Theme], None]
Pixels = NDArray[np.uint8]

DOT_RADIUS = 1.5
# How many points a picture of 31 pixels bears.
DOTS = {"spiral": 56, "iris": 36, "wine": 36, "breast_cancer": 36}
USUAL_DOTS = 44
NOISES = {"gaussians": 0.1}
CELLS = {"checkerboard": 8, "plane": 8, "bumps": 8, "sine": 10}
CELL_SAMPLES = 4000
FEATURE_PAIRS = {"iris": (2, 3), "wine": (6, 9), "breast_cancer": (20, 27)}
DIGIT = 3


def thumbnail(kind: str) -> Draw:
    """Return what paints the picture of the data set ``kind``; a page for given rows and files.

    "open" is a plus sign, for data that are still to come.
    """
    if kind in ("inline", "file"):
        return partial(_draw_icon, "file")
    if kind == "open":
        return partial(_draw_icon, "plus")
    if kind in CELLS:
        return partial(_draw_cells, kind)
    return _draw_digit if kind == "digits" else partial(_draw_dots, kind)


def _draw_dots(kind: str, painter: QPainter, square: QRectF, theme: Theme) -> None:
    places, classes = _dots(kind)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = DOT_RADIUS * square.width() / 31
    inner = square.adjusted(radius, radius, -radius, -radius)
    for (x, y), index in zip(places.tolist(), classes.tolist(), strict=True):
        painter.setBrush(theme.classes[index])
        centre = QPointF(inner.left() + x * inner.width(), inner.bottom() - y * inner.height())
        painter.drawEllipse(centre, radius, radius)


def _draw_cells(kind: str, painter: QPainter, square: QRectF, theme: Theme) -> None:
    share = _cells(kind)
    if kind == "checkerboard":
        low, high = (_rgb(color) for color in theme.classes[:2])
        pixels = np.where(share[..., None] > 0, high, low).astype(np.uint8)
    else:
        pixels = theme.heat_lut()[np.rint(127 + 127 * share).astype(np.intp)]
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=kind != "checkerboard")
    painter.drawImage(square, _image(pixels))


def _draw_digit(painter: QPainter, square: QRectF, theme: Theme) -> None:
    ground = theme.raised if theme.is_dark else QColor("#FFFFFF")
    greys = np.array([_rgb(mix(ground, theme.text, level / 16)) for level in range(17)], np.uint8)
    painter.drawImage(square, _image(greys[_digit()]))


def _draw_icon(name: str, painter: QPainter, square: QRectF, theme: Theme) -> None:
    side = round(square.width() / 2)
    page = icon_pixmap(name, theme.text2, side, painter.device().devicePixelRatioF())
    painter.drawPixmap(square.center() - QPointF(side / 2, side / 2), page)


@cache
def _dots(kind: str) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return places in the unit square (n, 2), y up, and the class of each (n,)."""
    count = DOTS.get(kind, USUAL_DOTS)
    dataset = _dataset(kind, count)
    assert dataset.raw_inputs is not None
    chosen = np.linspace(0, len(dataset.inputs) - 1, count).astype(np.intp)
    classes = dataset.targets[chosen, 0].astype(np.intp)
    places = dataset.raw_inputs[chosen][:, FEATURE_PAIRS.get(kind, (0, 1))]
    low, high = places.min(axis=0), places.max(axis=0)
    span = high - low if kind in FEATURE_PAIRS else (high - low).max()
    return (places - (low + high) / 2) / span + 0.5, classes


@cache
def _cells(kind: str) -> NDArray[np.float64]:
    """Return the mean target of each cell, the topmost row first, scaled to -1..1."""
    size = CELLS[kind]
    dataset = _dataset(kind, CELL_SAMPLES)
    assert dataset.points is not None
    targets = dataset.targets[:, 0]
    if dataset.task == "classification":
        targets = 2 * targets - 1
    reach = np.abs(dataset.points).max() + 1e-9
    column, row = ((dataset.points / reach + 1) / 2 * size).astype(np.intp).T
    sums, counts = np.zeros((size, size)), np.zeros((size, size))
    np.add.at(sums, (size - 1 - row, column), targets)
    np.add.at(counts, (size - 1 - row, column), 1)
    means = sums / np.maximum(counts, 1)
    shares: NDArray[np.float64] = means / np.abs(means).max()
    return shares


@cache
def _digit() -> NDArray[np.intp]:
    """Return the first of the digits that is a ``DIGIT`` as grey levels 0 to 16."""
    dataset = _dataset("digits", USUAL_DOTS)
    assert dataset.raw_inputs is not None
    assert dataset.image_shape is not None
    row = int(np.argmax(dataset.targets[:, 0] == DIGIT))
    levels: NDArray[np.intp] = dataset.raw_inputs[row].reshape(dataset.image_shape).astype(np.intp)
    return levels


def _dataset(kind: str, samples: int) -> Dataset:
    blank = DataSpec(kind="circle", samples=samples, test_fraction=0.0)
    return build_dataset(replace(blank, kind=kind, noise=NOISES.get(kind, 0.02)), seed=0)


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


def _image(pixels: Pixels) -> QImage:
    height, width, _ = pixels.shape
    packed = np.ascontiguousarray(pixels)
    return QImage(packed.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
