"""One line of mathematics as a program's text, set with italic letters and lowered indices.

``da1 = W2ᵀ dz2`` becomes runs of one style each, which can be measured and painted. Fractions and
matrices are beyond it: every formula of a worksheet fits on one line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from gui.fonts import build_math_font

SCRIPT_SHARE = 0.70
# In font sizes, upwards.
RAISED, LOWERED = 0.36, -0.20
HAT_TOP, HAT_HALF_WIDTH, HAT_RISE = 0.70, 0.15, 0.13
HAT = "\u0302"

_LETTER = "A-Za-zα-ωΔθ"
_TOKEN = re.compile(
    r"(?P<d>d)(?=[WbzashrxLγβ](?![a-z]))"
    rf"|(?P<word>[a-z]{{2,}})(?P<word_index>\d+(?:…\d+)?)?"
    rf"|(?P<letter>[{_LETTER}]{HAT}?)(?P<index>\d+)?"
    r"|(?P<raised>[ᵀᵗ²])(?P<raised_index>\d+)?|(?P<lowered>[₁₂])|(?P<space> +)"
    r"|(?P<rest>.)",
    re.DOTALL,
)
_PLAIN = {"ᵀ": "T", "ᵗ": "t", "²": "2", "₁": "1", "₂": "2"}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style.

    Attributes:
        text: the characters.
        italic: whether they are a variable.
        level: 1 raised, 0 on the line, −1 lowered.
        hat: whether a circumflex stands above.
    """

    text: str
    italic: bool = False
    level: int = 0
    hat: bool = False


@lru_cache(maxsize=1024)
def runs_of(text: str) -> tuple[Run, ...]:
    """Return the runs of a formula as the program writes it."""
    runs: list[Run] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFD", text)):
        found = match.group
        if found("letter"):
            letter = found("letter")
            italic = letter[0] not in "Δ"
            runs.append(Run(letter[0], italic, hat=letter.endswith(HAT)))
        elif found("raised") or found("lowered"):
            sign = found("raised") or found("lowered")
            runs.append(Run(_PLAIN[sign], sign == "ᵗ", 1 if found("raised") else -1))
        else:
            runs.append(Run(found("d") or found("word") or found("space") or found("rest")))
        if index := found("index") or found("word_index") or found("raised_index"):
            runs.append(Run(index, level=-1))
    return tuple(runs)


def formula_width(text: str, size: float) -> float:
    """Return how wide a formula is at font size ``size``."""
    return sum(_advance(run, size) for run in runs_of(text))


def paint_formula(painter: QPainter, at: QPointF, text: str, size: float) -> float:
    """Paint a formula with its base line from ``at`` on, in the painter's pen; return its width."""
    x = at.x()
    for run in runs_of(text):
        font = _font(run, size)
        painter.setFont(font)
        rise = (RAISED if run.level > 0 else LOWERED if run.level < 0 else 0.0) * size
        painter.drawText(QPointF(x, at.y() - rise), run.text)
        advance = QFontMetricsF(font).horizontalAdvance(run.text)
        if run.hat:
            _paint_hat(painter, QPointF(x + 0.55 * advance, at.y() - HAT_TOP * size), size)
        x += _advance(run, size)
    return x - at.x()


def _paint_hat(painter: QPainter, top: QPointF, size: float) -> None:
    half, rise = HAT_HALF_WIDTH * size, HAT_RISE * size
    painter.drawPolyline([top + QPointF(-half, rise), top, top + QPointF(half, rise)])


def _advance(run: Run, size: float) -> float:
    return QFontMetricsF(_font(run, size)).horizontalAdvance(run.text)


def _font(run: Run, size: float) -> QFont:
    share = SCRIPT_SHARE if run.level else 1.0
    return build_math_font(round(size * share), italic=run.italic)
