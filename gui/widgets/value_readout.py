"""A small caption over a large number, as at the transport bar's right end.

The width is that of the widest number to expect, so that counting moves nothing.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QLineF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes, ui_font

LineStyle = Literal["solid", "dashed"]

# Dash and gap of the test curve in units of its 2 px pen.
DASHES = [4.0 / 2, 2.5 / 2]


class LineSample(QWidget):
    """A short piece of a curve: ``text`` solid, or ``accent`` dashed."""

    def __init__(self, style: LineStyle) -> None:
        """Show a piece of the training curve (solid) or of the test curve (dashed)."""
        super().__init__()
        self._style = style

    def sizeHint(self) -> QSize:
        """Return a piece long enough to show two dashes."""
        return QSize(scaled(15), scaled(11))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the piece."""
        theme = current_theme()
        pen = QPen(theme.text if self._style == "solid" else theme.accent, 2.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._style == "dashed":
            pen.setDashPattern(DASHES)
        painter = QPainter(self)
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QLineF(0, middle, self.width(), middle))


class ValueReadout(QWidget):
    """A captioned number.

    Attributes:
        number: the label of the number; its accessible name is the caption.
    """

    def __init__(
        self,
        caption: str,
        widest: str,
        *,
        sample: LineStyle | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Show ``caption`` over nothing yet; ``widest`` is the longest text to expect."""
        super().__init__(parent)
        self._widest = widest
        self.number = with_role(QLabel(), "number")
        self.number.setAccessibleName(caption)
        top = QHBoxLayout()
        top.setSpacing(scaled(4))
        if sample is not None:
            top.addWidget(LineSample(sample), 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(with_role(QLabel(caption), "heading"))
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scaled(1))
        layout.addStretch(1)
        layout.addLayout(top)
        layout.addWidget(self.number)
        layout.addStretch(1)
        themes.changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        """Return what is shown."""
        return self.number.text()

    def set_text(self, text: str) -> None:
        """Show ``text``; nothing is laid out or painted anew if it is shown already."""
        if text != self.number.text():
            self.number.setText(text)

    @Slot()
    def _restyle(self) -> None:
        width = QFontMetricsF(ui_font(16, 600)).horizontalAdvance(self._widest)
        self.number.setMinimumWidth(round(width) + 1)
        # The least width counts in a label's hint, which it reckons anew only when told so.
        self.number.setIndent(self.number.indent())
