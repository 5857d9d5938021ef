"""Sets formulas in one line with the bundled mathematical fonts.

Layouts are kept per formula and size, in the order in which they are drawn; painting is one call a
piece. Fractions and matrices are not set here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.fonts import build_math_font
from gui.theme import scaled
from gui.trace.formula_text import Piece, pieces_of

SCRIPT_SIZE = 0.68
LOWER, RAISE = 0.20, 0.38
SPACE = 0.27
SMALLEST = 8

Ink = Callable[[str], QColor]


@dataclass(frozen=True, slots=True)
class _Placed:
    x: float
    y: float
    text: str
    font: QFont
    name: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A formula with every piece in its place, the origin at the left end of the base line.

    Attributes:
        width: of the whole formula.
        ascent, descent: above and below the base line, scripts included.
    """

    width: float
    ascent: float
    descent: float
    _placed: tuple[_Placed, ...]
    _hats: tuple[tuple[float, float], ...]
    _size: int

    def paint(self, painter: QPainter, origin: QPointF, ink: Ink) -> None:
        """Draw at ``origin``; ``ink`` gives the colour of a value's name, or of "" for the rest."""
        painter.save()
        for piece in self._placed:
            painter.setFont(piece.font)
            painter.setPen(ink(piece.name))
            painter.drawText(origin + QPointF(piece.x, piece.y), piece.text)
        if self._hats:
            painter.setPen(QPen(ink(""), max(1.0, self._size / 16)))
            painter.drawLines([line for hat in self._hats for line in self._hat(origin, *hat)])
        painter.restore()

    def _hat(self, origin: QPointF, x: float, top: float) -> tuple[QLineF, QLineF]:
        reach, rise = self._size * 0.15, self._size * 0.16
        peak = origin + QPointF(x, top - rise)
        return (
            QLineF(peak + QPointF(-reach, rise * 0.8), peak),
            QLineF(peak, peak + QPointF(reach, rise * 0.8)),
        )


def largest_layout(formula: str, sizes: tuple[int, ...], width: float) -> Layout:
    """Return ``formula`` at the first of ``sizes`` (falling) that fits ``width``, else the last."""
    layouts = (formula_layout(formula, size) for size in sizes)
    fitting = (layout for layout in layouts if layout.width <= width)
    return next(fitting, formula_layout(formula, sizes[-1]))


def formula_layout(formula: str, pixels: float) -> Layout:
    """Return ``formula`` set at ``pixels`` of 100 %."""
    return _layout(formula, scaled(pixels))


@lru_cache(maxsize=2048)
def _layout(formula: str, size: int) -> Layout:
    placed: list[_Placed] = []
    hats: list[tuple[float, float]] = []
    x, lowered_from, ascent, descent = 0.0, 0.0, 0.0, 0.0
    previous = Piece(" ")
    for piece in pieces_of(formula):
        if piece.text.isspace():
            x += SPACE * size * len(piece.text)
            previous = piece
            continue
        pixels = max(SMALLEST, round(size * SCRIPT_SIZE)) if piece.script else size
        font, metrics = _face(pixels, piece.italic)
        # A raised piece stands above the lowered one before it, as in W₂ᵀ.
        stacked = piece.script == 1 and previous.script == -1
        left = lowered_from if stacked else x
        y = {0: 0.0, -1: LOWER * size, 1: -RAISE * size}[piece.script]
        placed.append(_Placed(left, y, piece.text, font, piece.name))
        advance = metrics.horizontalAdvance(piece.text)
        if piece.hat:
            hats.append((left + advance * 0.58, -metrics.xHeight() - 0.06 * size))
        lowered_from = left
        x = max(x, left + advance)
        ascent = max(ascent, metrics.ascent() - y)
        descent = max(descent, metrics.descent() + y)
        previous = piece
    return Layout(x, ascent, descent, tuple(placed), tuple(hats), size)


@lru_cache(maxsize=64)
def _face(pixels: int, italic: bool) -> tuple[QFont, QFontMetricsF]:
    font = build_math_font(pixels, italic=italic)
    return font, QFontMetricsF(font)
