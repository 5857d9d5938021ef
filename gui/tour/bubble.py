"""One bubble of the tour: a title, two or three sentences, and the way on; it covers no more."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPainterPath, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes
from gui.tour.placing import Place
from gui.widgets.paragraph import Paragraph

WIDTH_PIXELS, EDGE_PIXELS = 324, 14
POINTER_PIXELS, RADIUS_PIXELS = 10, 8


class Bubble(QWidget):
    """A child of the window that lies over its panels.

    Attributes:
        skip, back, go_on: the buttons; on the last bubble ``go_on`` says Done.

    Signals:
        skipped, back_requested, next_requested: what the user wants; Esc skips.
    """

    skipped = Signal()
    back_requested = Signal()
    next_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Be hidden and empty."""
        super().__init__(parent)
        self._place: Place | None = None
        self._title = with_role(QLabel(), "title")
        self._text = Paragraph("sentence")
        self._count = with_role(QLabel(), "caption")
        self.skip = QPushButton("Skip")
        self.skip.setToolTip("Skip the tour (Esc); Help > Tour shows it again")
        self.back = QPushButton("Back")
        self.back.setToolTip("Back to the bubble before")
        self.go_on = with_role(QPushButton("Next"), "primary")
        for button in (self.skip, self.back, self.go_on):
            # Return presses what has the focus.
            button.setAutoDefault(True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._text)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._count)
        self._foot.addStretch(1)
        for button in (self.skip, self.back, self.go_on):
            self._foot.addWidget(button)
        self._column.addLayout(self._foot)
        self.skip.clicked.connect(self.skipped)
        self.back.clicked.connect(self.back_requested)
        self.go_on.clicked.connect(self.next_requested)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.skipped)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def stops(self) -> tuple[QPushButton, ...]:
        """Return the buttons in the order of the keyboard."""
        return self.go_on, self.back, self.skip

    def title(self) -> str:
        """Return the title on show."""
        return self._title.text()

    def set_words(self, title: str, text: str, number: int, count: int) -> None:
        """Show bubble ``number`` of ``count``."""
        self._title.setText(title)
        self._text.set_words(text)
        self._count.setText(f"{number} of {count}")
        self.back.setEnabled(number > 1)
        is_last = number == count
        self.skip.setVisible(not is_last)
        self.go_on.setText("Done" if is_last else "Next")
        self.go_on.setToolTip("Done: end the tour" if is_last else "Next bubble")
        self.setAccessibleName(f"Tour, {number} of {count}: {title}")
        self.setAccessibleDescription(text)

    def needed_size(self) -> QSize:
        """Return the size of the box without its pointer."""
        width = scaled(WIDTH_PIXELS)
        inner = width - 2 * scaled(EDGE_PIXELS)
        height = (
            self._title.sizeHint().height()
            + self._text.heightForWidth(inner)
            + self._foot.sizeHint().height()
            + 2 * self._column.spacing()
            + 2 * scaled(EDGE_PIXELS)
        )
        return QSize(width, height)

    def stand_at(self, place: Place) -> None:
        """Go to ``place``."""
        if place == self._place:
            return
        self._place = place
        around = scaled(POINTER_PIXELS)
        self.setGeometry(place.rect.adjusted(-around, -around, around, around))
        self.update()

    def box(self) -> QRect:
        """Return what is covered, without the pointer, in the coordinates of the parent."""
        return QRect() if self._place is None else self._place.rect

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and its pointer as one outline."""
        if self._place is None:
            return
        theme, radius = current_theme(), scaled(RADIUS_PIXELS)
        origin = self.geometry().topLeft()
        box = QRectF(self._place.rect.translated(-origin)).adjusted(1, 1, -1, -1)
        outline = QPainterPath()
        outline.addRoundedRect(box, radius, radius)
        pointer = _pointer(self._place, box, QPointF(self._place.tip - origin))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent, 2))
        painter.setBrush(theme.raised)
        painter.drawPath(outline.united(pointer))

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS + POINTER_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(scaled(8))
        self._foot.setSpacing(scaled(6))


def _pointer(place: Place, box: QRectF, tip: QPointF) -> QPainterPath:
    """Return the triangle that ends at ``tip``, its foot on the box' edge and off the corners."""
    path = QPainterPath()
    if place.side == "none":
        return path
    half, corner = scaled(POINTER_PIXELS), scaled(RADIUS_PIXELS + POINTER_PIXELS)
    along = QPointF(0, half) if place.side in ("left", "right") else QPointF(half, 0)
    inside = QPointF(
        min(max(tip.x(), box.left() + corner), box.right() - corner),
        min(max(tip.y(), box.top() + corner), box.bottom() - corner),
    )
    # The foot lies just inside, so that box and pointer become one outline.
    foot = {
        "right": QPointF(box.left() + 2, inside.y()),
        "left": QPointF(box.right() - 2, inside.y()),
        "below": QPointF(inside.x(), box.top() + 2),
        "above": QPointF(inside.x(), box.bottom() - 2),
    }[place.side]
    reach = {
        "right": QPoint(-half, 0),
        "left": QPoint(half, 0),
        "below": QPoint(0, -half),
        "above": QPoint(0, half),
    }[place.side]
    path.moveTo(foot + along)
    path.lineTo(foot + QPointF(reach))
    path.lineTo(foot - along)
    path.closeSubpath()
    return path
