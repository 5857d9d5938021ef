"""Paints edges: one batch of lines per sign and step, weak ones first, kept as a picture per gap.

Colours are opaque mixtures with the panel, so that crossing edges do not add up. A gap between two
columns is painted again only when a step in it changed; otherwise its picture is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui.diagram.curves import Curves
from gui.diagram.geometry import Column
from gui.diagram.strength import NON_FINITE, STEPS, Steps
from gui.exporting import wants_vectors
from gui.theme import Theme, mix

FADED = 0.22
DEEP_WIDTH = 0.6
SPILL = 4


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """What edges look like apart from their steps.

    Attributes:
        theme: the theme that is on.
        thin: whether the network is deep, which draws all edges thinner.
        scale: the user's scale of lengths.
    """

    theme: Theme
    thin: bool
    scale: float

    def width(self, step: int) -> float:
        """Return the width of an edge of ``step`` (its sign does not matter)."""
        share = min(abs(step), STEPS) / STEPS
        return (0.6 + 3.9 * share) * (DEEP_WIDTH if self.thin else 1.0) * self.scale

    def pen(self, step: int, *, faded: bool) -> QPen:
        """Return the pen of ``step``; faded edges step back behind a hovered unit's."""
        theme = self.theme
        if step == NON_FINITE:
            color: QColor = theme.err
            width = self.width(2)
        else:
            share = 0.20 + 0.74 * abs(step) / STEPS
            if theme.name == "high_contrast":
                share = max(0.5, share)
            color = mix(theme.panel, theme.posg if step > 0 else theme.negg, share)
            width = self.width(step)
        if faded:
            color = mix(theme.panel, color, FADED)
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen


@dataclass(eq=False, slots=True)
class Gap:
    """The edges between two neighbouring columns.

    Attributes:
        left, right: the columns.
        curves: their geometry.
        steps: (n_to, n_from) what is drawn, 0 for edges that are not.
    """

    left: Column
    right: Column
    curves: Curves
    steps: Steps
    _picture: QPixmap | None = None
    _key: tuple[object, ...] = ()
    _drawn: Steps = field(default_factory=lambda: np.zeros(0, np.int8))

    @property
    def is_outdated(self) -> bool:
        """Return whether the picture shows other steps than those of now."""
        return not np.array_equal(self._drawn, self.steps)

    def paint(
        self,
        painter: QPainter,
        look: EdgeLook,
        bright: NDArray[np.bool_] | None,
        ratio: float,
    ) -> None:
        """Draw the edges; those not in ``bright`` (n_to, n_from) are faded, None fades none.

        The steps are those of the last ``renew``, or of now where the look has changed since.
        """
        if wants_vectors():
            self._draw_all(painter, look, bright)
            return
        picture = self._picture
        if picture is None or _key(look, bright, ratio) != self._key:
            picture = self.renew(look, bright, ratio)
        painter.drawPixmap(self._area().topLeft(), picture)

    def renew(self, look: EdgeLook, bright: NDArray[np.bool_] | None, ratio: float) -> QPixmap:
        """Paint the picture of the steps of now and return it."""
        self._picture = picture = self._render(look, bright, ratio)
        self._key, self._drawn = _key(look, bright, ratio), self.steps
        return picture

    def non_finite(self) -> int:
        """Return how many of the drawn values are not finite."""
        return int(np.count_nonzero(self.steps == NON_FINITE))

    def label_point(self) -> QPointF:
        """Return where a word about the whole gap stands."""
        return QPointF((self.left.right + self.right.edge_left) / 2, self._area().top() + 14)

    def _area(self) -> QRectF:
        y = self.curves.points[..., 1]
        spill = SPILL * self.curves.scale
        top = np.floor(y.min() - spill)
        left = np.floor(self.left.right - spill)
        right = np.ceil(self.right.edge_left + spill)
        return QRectF(left, top, right - left, np.ceil(y.max() + spill) - top)

    def _render(self, look: EdgeLook, bright: NDArray[np.bool_] | None, ratio: float) -> QPixmap:
        area = self._area()
        size = QSize(round(area.width() * ratio), round(area.height() * ratio))
        picture = QPixmap(size)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-area.topLeft())
        self._draw_all(painter, look, bright)
        painter.end()
        return picture

    def _draw_all(
        self, painter: QPainter, look: EdgeLook, bright: NDArray[np.bool_] | None
    ) -> None:
        everything = np.ones(self.steps.shape, bool)
        if bright is not None:
            self._draw(painter, look, ~bright, faded=True)
        self._draw(painter, look, everything if bright is None else bright, faded=False)

    def _draw(
        self, painter: QPainter, look: EdgeLook, which: NDArray[np.bool_], *, faded: bool
    ) -> None:
        buckets: dict[int, list[QLineF]] = {}
        shown = which & (self.steps != 0)
        for to, source in np.argwhere(shown).tolist():
            step = int(self.steps[to, source])
            dashed = step < 0 or step == NON_FINITE
            lines = self.curves.lines(to, source, dashed=dashed)
            buckets.setdefault(step, []).extend(lines)
        for step in sorted(buckets, key=abs):
            painter.setPen(look.pen(step, faded=faded))
            painter.drawLines(buckets[step])


def _key(look: EdgeLook, bright: NDArray[np.bool_] | None, ratio: float) -> tuple[object, ...]:
    """Return what a picture depends on beside the steps."""
    return look, None if bright is None else bright.tobytes(), ratio
