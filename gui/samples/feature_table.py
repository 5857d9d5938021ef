"""Samples that are rows of numbers: their first features, the truth and what was predicted."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen

from core.training.snapshot import Snapshot
from gui.diagram.names import input_name
from gui.numbers import MINUS, format_count, format_setting, format_value
from gui.samples.facts import NOT_EQUAL, class_word, confidence, is_wrong, raw_rows
from gui.samples.page import SamplePage
from gui.theme import current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

MARGIN, GAP = 12, 10
ROW = 22
HEAD_LINE = 14
DIGITS = 3
CLASSES = ("truth", "predicted", "confidence")
NUMBERS = ("target", "prediction", "error")
# Names and classes of a user may be whole sentences: none takes more of the line.
LARGEST_SHARE = 0.3


class FeatureTable(SamplePage):
    """The table. As many features are shown as fit beside the answers; the head says so."""

    def capacity(self) -> int:
        """Return how many rows fit."""
        return max(1, int((self.height() - self._head_height()) // scaled(ROW)))

    def cell_rect(self, index: int) -> QRectF:
        """Return the line of the page's sample ``index``."""
        top = self._head_height() + index * scaled(ROW)
        return QRectF(scaled(4), top, self.width() - scaled(8), scaled(ROW))

    def describe(self, row: int) -> str:
        """Return the answers of ``row`` and the features that are shown."""
        assert self.snapshot is not None
        heads = self._answer_heads(self.snapshot)
        answers = _answers(self.snapshot, row)
        words = ", ".join(f"{h} {a}" for h, a in zip(heads, answers, strict=True) if a)
        if is_wrong(self.snapshot.predictions, row):
            words += ", wrong"
        return f"row {format_count(row + 1)}: {words}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint heads, lines and the frame of the chosen row."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines = self._lines(snapshot)
        heads, widths = self._columns(snapshot, lines)
        edges = _edges(widths, self.width())
        painter.setFont(ui_font(11))
        painter.setPen(theme.text3)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        below = self._head_height() - scaled(4)
        for head, (left, width) in zip(heads, edges, strict=True):
            words = "\n".join(_cut(painter, part, width) for part in head.split("\n"))
            painter.drawText(QRectF(left, 0, width, below), flags, words)
        painter.setPen(QPen(theme.line, 1))
        rule = self._head_height() - 0.5
        painter.drawLine(QLineF(scaled(MARGIN), rule, self.width() - scaled(MARGIN), rule))
        painter.setFont(ui_font(12))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        shown = len(heads) - 3
        for index, (row, cells) in enumerate(zip(self.rows.tolist(), lines, strict=True)):
            rect = self.cell_rect(index)
            if row == self.selected:
                painter.setPen(QPen(theme.accent, 1))
                painter.setBrush(theme.accent_soft)
                painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
                if self.hasFocus():
                    paint_focus_ring(painter, rect, 4)
            wrong = is_wrong(snapshot.predictions, row)
            texts = (*cells[:shown], *cells[-3:])
            for column, (text, (left, width)) in enumerate(zip(texts, edges, strict=True)):
                is_verdict = wrong and column == shown + 1
                answer = column >= shown
                painter.setPen(theme.err if is_verdict else theme.text if answer else theme.text2)
                box = QRectF(left, rect.top(), width, rect.height())
                words = f"{NOT_EQUAL} {text}" if is_verdict else text
                painter.drawText(box, right, _cut(painter, words, width))

    def hidden_features(self) -> int:
        """Return how many features have no room on the page."""
        if self.snapshot is None:
            return 0
        heads, _ = self._columns(self.snapshot, self._lines(self.snapshot))
        return int(raw_rows(self.snapshot).shape[1]) - (len(heads) - 3)

    def _head_height(self) -> int:
        return 2 * scaled(HEAD_LINE) + scaled(6)

    def _answer_heads(self, snapshot: Snapshot) -> tuple[str, str, str]:
        return NUMBERS if snapshot.predictions.predicted is None else CLASSES

    def _lines(self, snapshot: Snapshot) -> list[tuple[str, ...]]:
        """Return the texts of every cell on the page, line by line."""
        columns = [_column(values) for values in raw_rows(snapshot)[self.rows].T.tolist()]
        answers = [_answers(snapshot, row) for row in self.rows.tolist()]
        features = zip(*columns, strict=True)
        return [(*f, *a) for f, a in zip(features, answers, strict=True)]

    def _columns(
        self, snapshot: Snapshot, lines: list[tuple[str, ...]]
    ) -> tuple[list[str], list[float]]:
        """Return heads and widths of the features that fit and of the three answers."""
        count = raw_rows(snapshot).shape[1]
        names = _feature_names(snapshot, count)
        heads = [_on_two_lines(name) for name in names] + list(self._answer_heads(snapshot))
        head_metrics, metrics = QFontMetricsF(ui_font(11)), QFontMetricsF(ui_font(12))
        mark = metrics.horizontalAdvance(f"{NOT_EQUAL} ")

        def width(column: int) -> float:
            texts = [metrics.horizontalAdvance(line[column]) for line in lines]
            extra = mark if column == count + 1 and heads[-1] == CLASSES[-1] else 0.0
            words = [head_metrics.horizontalAdvance(part) for part in heads[column].split("\n")]
            needed = max([*(text + extra for text in texts), *words])
            return min(needed, LARGEST_SHARE * self.width())

        answers = [width(column) for column in range(count, count + 3)]
        room = self.width() - 2 * scaled(MARGIN) - sum(answers) - 2 * scaled(GAP)
        features: list[float] = []
        for column in range(count):
            needed = width(column) + scaled(GAP)
            if needed > room:
                break
            room -= needed
            features.append(needed - scaled(GAP))
        return [*heads[: len(features)], *heads[-3:]], [*features, *answers]


def _cut(painter: QPainter, words: str, width: float) -> str:
    """Return ``words`` as far as they have room, beginning and end of them."""
    metrics = painter.fontMetrics()
    return metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, math.ceil(width))


def _column(values: list[float]) -> list[str]:
    """Write the features of one column with the same number of decimals."""
    texts = [format_setting(value, DIGITS) for value in values]
    if any("e" in text for text in texts):
        return texts
    decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
    return [f"{value:,.{decimals}f}".replace("-", MINUS) for value in values]


def _answers(snapshot: Snapshot, row: int) -> tuple[str, str, str]:
    predictions = snapshot.predictions
    if predictions.predicted is None or predictions.truth is None:
        target, output = float(predictions.targets[row, 0]), float(predictions.outputs[row, 0])
        return format_value(target, 3), format_value(output, 3), format_value(output - target, 3)
    truth = class_word(snapshot, int(predictions.truth[row]))
    predicted = class_word(snapshot, int(predictions.predicted[row]))
    return truth, predicted, confidence(snapshot, row)


def _feature_names(snapshot: Snapshot, count: int) -> tuple[str, ...]:
    """Return the names of the raw columns; derived features have none of their own here."""
    names = snapshot.dataset.feature_names
    if snapshot.dataset.points is not None:
        return ("x₁", "x₂")
    return (
        tuple(map(input_name, names))
        if len(names) == count
        else tuple(f"input {i + 1}" for i in range(count))
    )


def _on_two_lines(name: str) -> str:
    """Break a long name at the space that leaves the shortest longer line."""
    words = name.replace("_", " ").split(" ")
    pairs = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return "\n".join(min(pairs, key=lambda pair: max(map(len, pair)), default=(name,)))


def _edges(widths: list[float], total: float) -> list[tuple[float, float]]:
    """Return left end and width of each column, spread over the line."""
    inner = total - 2 * scaled(MARGIN)
    gap = (inner - sum(widths)) / max(1, len(widths) - 1)
    edges, left = [], float(scaled(MARGIN))
    for width in widths:
        edges.append((left, width))
        left += width + gap
    return edges
