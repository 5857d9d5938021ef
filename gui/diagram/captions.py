"""Paints the texts around the nodes: layer heads, activations, names of inputs and outputs, key.

Buttons in the heads are widgets of ``head_buttons``; this file leaves room for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from core.training.snapshot import Snapshot
from gui.diagram.geometry import FOOTER, Column, FoldedLayers, Geometry
from gui.diagram.names import (
    layer_in_short,
    layer_in_words,
    layer_name,
    marks_of,
    short_layer_name,
)
from gui.diagram.samples import Sample
from gui.numbers import format_count
from gui.theme import Theme, mix, scaled, ui_font

CENTER = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
BESIDE = 6
VALUE_WIDTH = 40
# Names of a user's columns may be whole sentences: the network comes first.
LARGEST_SHARE = 0.25
MIDDLE = Qt.TextElideMode.ElideMiddle


def label_widths(
    inputs: Sequence[str], outputs: Sequence[str], room: float, *, values: bool
) -> tuple[int, int]:
    """Return the width, of ``room``, of names at the left and, with values, at the right."""
    metrics = QFontMetricsF(ui_font(12, 600))
    heads = [metrics.horizontalAdvance(word) / 2 for word in ("Inputs", "Output")]
    longest = [max(map(metrics.horizontalAdvance, names), default=0) for names in (inputs, outputs)]
    left, right = (min(width, LARGEST_SHARE * room) + scaled(BESIDE) for width in longest)
    if values:
        right += scaled(BESIDE + VALUE_WIDTH)
    # Heads are centred over nodes, which are some 20 px wide at least.
    spare = scaled(10)
    return round(max(left, heads[0] - spare)), round(max(right, heads[1] - spare))


def paint_heads(painter: QPainter, geometry: Geometry, layers: int, theme: Theme) -> None:
    """Write each layer's name and number of units over its column."""
    name_of = layer_name if geometry.full_headers else short_layer_name
    for slot in geometry.slots:
        if isinstance(slot, FoldedLayers):
            continue
        painter.setPen(theme.text)
        painter.setFont(ui_font(12, 600))
        painter.drawText(_head_line(slot.middle, 0), CENTER, name_of(slot.layer, layers))
        painter.setPen(theme.text2)
        painter.setFont(ui_font(12))
        units = geometry.request.widths[slot.layer]
        painter.drawText(_head_line(slot.middle, 18), CENTER, format_count(units))


def paint_folds(painter: QPainter, geometry: Geometry, theme: Theme) -> None:
    """Draw the pills of hidden units and the columns of folded layers."""
    pen = QPen(theme.text3, 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 3])
    painter.setFont(ui_font(12))
    for slot in geometry.slots:
        rect = slot.rect if isinstance(slot, FoldedLayers) else slot.pill
        if rect is None:
            continue
        painter.setPen(pen)
        painter.setBrush(mix(theme.panel, theme.raised, 0.6))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), scaled(6), scaled(6))
        painter.setPen(theme.text)
        if isinstance(slot, FoldedLayers):
            words = _folded_words(slot.span.count, rect.height(), QFontMetricsF(painter.font()))
            painter.save()
            painter.translate(rect.center())
            painter.rotate(-90)
            painter.drawText(_line_at(QPointF(-scaled(100), 0), scaled(200)), CENTER, words)
            painter.restore()
        else:
            painter.drawText(rect, CENTER, _pill_words(geometry, slot))


def _folded_words(count: int, room: float, metrics: QFontMetricsF) -> str:
    """Return how many layers are folded, in as many words as have room."""
    number = format_count(count)
    wordings = (f"… {number} more layer{'s' if count > 1 else ''}", f"{number} more", f"+{number}")
    fitting = (words for words in wordings if metrics.horizontalAdvance(words) <= room - scaled(8))
    return next(fitting, wordings[-1])


def paint_activations(
    painter: QPainter, geometry: Geometry, snapshot: Snapshot, theme: Theme
) -> None:
    """Write activation and techniques under every column, in as many words as have room."""
    columns = [column for column in geometry.columns() if column.layer > 0]
    layers = [snapshot.spec.network.layers[column.layer - 1] for column in columns]
    painter.setPen(theme.text2)
    wordings = [(12, layer_in_words), (12, layer_in_short), (11, marks_of)]
    for pixels, write in wordings:
        painter.setFont(ui_font(pixels))
        names = [write(layer) for layer in layers]
        width = max(map(painter.fontMetrics().horizontalAdvance, names)) + scaled(8)
        if width <= geometry.pitch:
            break
    else:
        return
    top = geometry.request.height - scaled(FOOTER - 4)
    for column, name in zip(columns, names, strict=True):
        rect = QRectF(column.middle - width / 2, top, width, scaled(16))
        painter.drawText(rect, CENTER, name)


def paint_input_names(
    painter: QPainter, column: Column, names: Sequence[str], sample: Sample, theme: Theme
) -> None:
    """Write names at the left of the inputs, or under the picture which sample it is."""
    if column.picture is not None:
        rows = len(column.units) // column.across
        painter.setFont(ui_font(11))
        painter.setPen(theme.text2)
        below = column.picture.translated(0, column.picture.height() + scaled(3))
        below.setHeight(scaled(18))
        painter.drawText(
            below.adjusted(-scaled(24), 0, scaled(24), 0),
            CENTER,
            f"{column.across} × {rows}, {sample.name}",
        )
        return
    painter.setFont(ui_font(12))
    painter.setPen(theme.text)
    for row, unit in enumerate(column.units):
        rect = _line_at(QPointF(0, column.centers[row]), column.left - scaled(BESIDE))
        words = painter.fontMetrics().elidedText(names[unit], MIDDLE, int(rect.width()))
        painter.drawText(rect, RIGHT, words)


def paint_output_names(
    painter: QPainter,
    column: Column,
    names: Sequence[str],
    values: Sequence[str] | None,
    likeliest: int | None,
    room: float,
    theme: Theme,
) -> None:
    """Write names at the right of the outputs, and their values; the likeliest stands out."""
    bold, plain = ui_font(12, 600), ui_font(12)
    width = max(QFontMetricsF(bold).horizontalAdvance(names[unit]) for unit in column.units)
    width = min(width, LARGEST_SHARE * room)
    left = column.right + scaled(BESIDE)
    for row, unit in enumerate(column.units):
        chosen = unit == likeliest
        painter.setFont(bold if chosen else plain)
        painter.setPen(theme.text)
        rect = _line_at(QPointF(left, column.centers[row]), width + 4)
        words = painter.fontMetrics().elidedText(names[unit], MIDDLE, int(rect.width()))
        painter.drawText(rect, LEFT, words)
        if values is not None:
            painter.setPen(theme.text if chosen else theme.text2)
            rect.translate(width + scaled(BESIDE), 0)
            rect.setWidth(scaled(VALUE_WIDTH))
            painter.drawText(rect, LEFT, values[unit])


def paint_key(painter: QPainter, geometry: Geometry, theme: Theme) -> float:
    """Draw what solid and dashed mean, bottom left; returns where the key ends."""
    painter.setFont(ui_font(12))
    metrics = painter.fontMetrics()
    x, y = float(scaled(14)), footer_middle(geometry)
    for words, color, dash in (("positive", theme.posg, 0), ("negative", theme.negg, 7)):
        painter.setPen(QPen(color, 2.4, c=Qt.PenCapStyle.FlatCap))
        end = x + scaled(23)
        starts = [x] if not dash else [x, x + scaled(9), x + scaled(18)]
        length = end - x if not dash else scaled(5)
        painter.drawLines([QLineF(QPointF(s, y), QPointF(s + length, y)) for s in starts])
        painter.setPen(theme.text2)
        width = metrics.horizontalAdvance(words)
        painter.drawText(_line_at(QPointF(end + scaled(7), y), width + 2), LEFT, words)
        x = end + scaled(7) + width + scaled(14)
    return x


def paint_note(
    painter: QPainter, geometry: Geometry, left: float, notes: Sequence[str], theme: Theme
) -> None:
    """Write the first of ``notes`` that fits between ``left`` and the right side."""
    painter.setFont(ui_font(12))
    painter.setPen(theme.text3)
    metrics = painter.fontMetrics()
    right = geometry.request.width - scaled(12)
    fitting = (note for note in notes if metrics.horizontalAdvance(note) <= right - left)
    note = next(fitting, notes[-1])
    rect = _line_at(QPointF(left, footer_middle(geometry)), right - left)
    painter.drawText(rect, RIGHT, note)


def footer_middle(geometry: Geometry) -> float:
    """Return the height of the key and the note."""
    return geometry.request.height - scaled(15)


def _line_at(left: QPointF, width: float) -> QRectF:
    """Return the box of a line of text whose left end's middle is ``left``."""
    return QRectF(left.x(), left.y() - scaled(10), width, scaled(20))


def _head_line(middle: float, top: float) -> QRectF:
    return QRectF(middle - scaled(60), scaled(top), scaled(120), scaled(17))


def _pill_words(geometry: Geometry, column: Column) -> str:
    opened = column.layer in geometry.request.opened
    if not column.hidden:
        return "fold"
    if not geometry.full_headers:
        return f"+{format_count(column.hidden)}"
    return f"{format_count(column.hidden)} more" + (" · fold" if opened else "")
