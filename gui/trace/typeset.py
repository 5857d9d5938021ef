"""Sets formula trees into boxes: text, scripts, fractions, roots, brackets, hats.

Letters and signs come from the mathematical fonts, numbers put in from the window's own at 80 %,
where digits stand in columns. In a line of numbers signs are the window's too. Matrices are set
elsewhere and handed in as a function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, pi

from PySide6.QtGui import QFont, QFontMetricsF

from core.explain.notation import (
    Bar,
    Fence,
    Fraction,
    Hat,
    Node,
    Number,
    Root,
    Row,
    Script,
    Slot,
    Text,
    Value,
)
from core.explain.reference import Reference
from gui.fonts import Weight, build_math_font
from gui.theme import scaled, themes, ui_font
from gui.trace.boxes import Box, Glyphs, Stroke, beside, overlay
from gui.trace.figures import format_operand

ASCENT, DESCENT = 0.70, 0.22
# Where the bar of a fraction runs, above the base line.
AXIS = 0.26
SPACE = 0.27
SCRIPT_SIZE, LOWER, RAISE = 0.68, 0.20, 0.38
FRACTION_SIZE, FRACTION_GAP = 0.88, 0.14
NUMBER_SIZE = 0.8
# No text is smaller, indices neither.
SMALLEST = 11
# Up to so many times the height of a letter brackets are signs of the font.
FLAT = 1.4
# Signs that the window's font lacks.
MATH_ONLY = frozenset("⊙∇")

SlotSetter = Callable[[Slot, "Style"], Box]
NumberWriter = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Style:
    """How a tree is set.

    Attributes:
        size: of letters, in pixels.
        numbers: of numbers put in, in pixels at 100 %.
        weight: of those numbers.
        in_line: whether signs are set as the numbers are.
        space: the width of a space as a share of the size.
        set_slot: sets matrices.
        write: puts numbers into words.
    """

    size: float
    numbers: float
    weight: Weight = 400
    in_line: bool = False
    space: float = SPACE
    set_slot: SlotSetter | None = None
    write: NumberWriter = format_operand

    def resized(self, factor: float) -> Style:
        """Return the style of a part that is set smaller."""
        smaller = max(scaled(SMALLEST), self.size * factor)
        return replace(self, size=smaller, numbers=max(float(SMALLEST), self.numbers * factor))


def formula_style(pixels: float, set_slot: SlotSetter | None = None, space: float = SPACE) -> Style:
    """Return the style of a formula at ``pixels`` of 100 %."""
    return Style(scaled(pixels), pixels * NUMBER_SIZE, space=space, set_slot=set_slot)


def line_style(pixels: float, weight: Weight = 600) -> Style:
    """Return the style of a line of numbers at ``pixels`` of 100 %."""
    return Style(scaled(pixels) * 1.16, pixels, weight, in_line=True)


def set_formula(node: Node, style: Style) -> Box:
    """Return a formula without numbers set in ``style``; it is kept, for it comes again."""
    return _kept_formula(node, style, themes.font_scale)


@lru_cache(maxsize=1024)
def _kept_formula(node: Node, style: Style, font_scale: float) -> Box:
    return set_node(node, style)


def set_node(node: Node, style: Style) -> Box:
    """Return ``node`` set in ``style``."""
    match node:
        case Text(text, italic):
            return _text(text, style, italic=italic)
        case Value(name, body):
            return set_node(body, style).named(name).with_area(Reference(name), "symbol")
        case Number():
            return set_number(node, style)
        case Slot():
            assert style.set_slot is not None
            return style.set_slot(node, style)
        case Script():
            return _script(node, style)
        case Hat(body):
            return _hat(set_node(body, style), style)
        case Bar(body):
            return _bar(set_node(body, style), style)
        case Fraction(top, bottom):
            return _fraction(top, bottom, style)
        case Root(body):
            return _root(set_node(body, style), style)
        case Fence(body):
            return _fence(set_node(body, style), style)
        case Row(parts):
            return beside([set_node(part, style) for part in parts])


def set_number(number: Number, style: Style, name: str = "") -> Box:
    """Return a number set in ``style``; it belongs to its value, or to ``name``."""
    font = ui_font(style.numbers, style.weight)
    text = "?" if number.value is None else style.write(number.value)
    owner = name or (number.reference.name if number.reference else "")
    box = _glyphs(text, font, style, owner)
    return box.with_area(number.reference, "number") if number.reference else box


def spaces(count: float, style: Style) -> Box:
    """Return white space."""
    return Box(width=count * style.space * style.size)


def _text(text: str, style: Style, *, italic: bool) -> Box:
    bare = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    if not bare:
        return spaces(len(text), style)
    after = len(text) - before - len(bare)
    if style.in_line and not italic and not MATH_ONLY.intersection(bare):
        box = _glyphs(bare, ui_font(style.numbers), style)
    else:
        box = _glyphs(bare, _math_face(round(style.size), italic), style)
    return beside([spaces(before, style), box, spaces(after, style)])


def _glyphs(text: str, font: QFont, style: Style, name: str = "") -> Box:
    width = _advance(text, font)
    return Box(
        width, ASCENT * style.size, DESCENT * style.size, (Glyphs(0.0, 0.0, text, font, name),)
    )


def _script(node: Script, style: Style) -> Box:
    base, small = set_node(node.base, style), style.resized(SCRIPT_SIZE)
    parts, width = [base], base.width
    for body, is_raised in ((node.lowered, False), (node.raised, True)):
        if body is None:
            continue
        box = set_node(body, small)
        # Something tall wears its exponent at its shoulder.
        rise = max(RAISE * style.size, base.ascent - 0.42 * style.size)
        drop = max(LOWER * style.size, base.descent - 0.08 * style.size)
        parts.append(box.moved(base.width, -rise if is_raised else drop))
        width = max(width, base.width + box.width)
    return overlay(parts, width + 0.03 * style.size)


def _fraction(top: Node, bottom: Node, style: Style) -> Box:
    inner = style.resized(FRACTION_SIZE)
    over, under = set_node(top, inner), set_node(bottom, inner)
    pad, axis, gap = 0.10 * style.size, AXIS * style.size, FRACTION_GAP * style.size
    width = max(over.width, under.width) + 2 * pad
    thick = max(1.0, style.size / 20)
    bar = Box(width, axis, -axis, strokes=(Stroke(((0.0, -axis), (width, -axis)), thick),))
    return overlay(
        [
            bar,
            over.moved((width - over.width) / 2, -axis - gap - over.descent),
            under.moved((width - under.width) / 2, -axis + gap + under.ascent),
        ],
        width,
    )


def _hat(body: Box, style: Style) -> Box:
    middle, reach, rise = body.width * 0.56, style.size * 0.15, style.size * 0.14
    top = -0.52 * style.size
    points = ((middle - reach, top), (middle, top - rise), (middle + reach, top))
    hat = Box(body.width, -top + rise, 0.0, strokes=(Stroke(points, max(1.0, style.size / 18)),))
    return overlay([body, hat])


def _bar(body: Box, style: Style) -> Box:
    middle, reach, top = body.width * 0.56, style.size * 0.19, -0.58 * style.size
    points = ((middle - reach, top), (middle + reach, top))
    bar = Box(body.width, -top, 0.0, strokes=(Stroke(points, max(1.0, style.size / 18)),))
    return overlay([body, bar])


def _root(body: Box, style: Style) -> Box:
    lead, gap = 0.46 * style.size, 0.08 * style.size
    top, bottom = -body.ascent - gap, body.descent * 0.5
    points = (
        (0.06 * style.size, bottom * 0.2 - 0.16 * style.size),
        (0.16 * style.size, bottom * 0.2 - 0.22 * style.size),
        (0.28 * style.size, bottom),
        (lead - 0.02 * style.size, top),
        (lead + body.width + gap, top),
    )
    sign = Stroke(points, max(1.0, style.size / 20))
    frame = Box(lead + body.width + gap, -top + gap, body.descent, strokes=(sign,))
    return overlay([frame, body.moved(lead, 0)], frame.width)


def _fence(body: Box, style: Style) -> Box:
    if body.height <= FLAT * (ASCENT + DESCENT) * style.size:
        sides = [_text(sign, style, italic=False) for sign in "()"]
        return beside([sides[0], body, sides[1]])
    depth, pad = 0.16 * style.size, 0.10 * style.size
    turns = [step / 8 for step in range(9)]
    # What stands beneath a matrix stays outside.
    top = min((p.rect.top() for p in body.plates), default=-body.ascent)
    height = max((p.rect.bottom() for p in body.plates), default=body.descent) - top

    def bracket(is_left: bool) -> Box:
        sign = 1 if is_left else -1
        edge = pad if is_left else depth
        points = tuple(
            (edge + sign * depth * (1 - cos((2 * turn - 1) * pi / 2)), top + turn * height)
            for turn in turns
        )
        stroke = Stroke(points, max(1.0, style.size / 18))
        return Box(depth + pad, body.ascent, body.descent, strokes=(stroke,))

    return beside(
        [bracket(True), Box(width=depth * 0.6), body, Box(width=depth * 0.6), bracket(False)]
    )


@lru_cache(maxsize=64)
def _math_face(pixels: int, italic: bool) -> QFont:
    return build_math_font(pixels, italic=italic)


@lru_cache(maxsize=8192)
def _advance(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)
