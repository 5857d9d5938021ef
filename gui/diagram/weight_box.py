"""The small box over the diagram in which a weight or bias is typed.

Return applies, Escape leaves; leaving the box applies too, as in every number field. It knows no
network: the name, the value and the place are handed in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.theme import current_theme, scaled
from gui.widgets.number_field import NumberField

FIELD_WIDTH = 96
LARGEST = sys.float_info.max
# Where in the parent a box of that size goes.
Place = Callable[[QSize], QRectF]


class WeightBox(QWidget):
    """A name and a number field in a frame; hidden until it is opened.

    Signals:
        entered: the number that the user has typed, where it is another one.
        refused: one line about what was typed and is no finite number.
        closed: the box is gone.
    """

    entered = Signal(float)
    refused = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Make it over ``parent``, which gets the focus back."""
        super().__init__(parent)
        self._over = parent
        self._name = QLabel()
        self._field = NumberField(-LARGEST, LARGEST, self, name="Weight")
        self._field.setFixedWidth(scaled(FIELD_WIDTH))
        self._field.setToolTip("Value\nReturn applies, Escape leaves it as it is.")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(scaled(8), scaled(6), scaled(6), scaled(6))
        row.setSpacing(scaled(6))
        row.addWidget(self._name)
        row.addWidget(self._field)
        self._field.value_changed.connect(self.entered)
        self._field.refused.connect(self.refused)
        # After the field's own slot, which commits.
        self._field.editingFinished.connect(self._close_unless_wrong)
        self._field.installEventFilter(self)
        self.hide()

    def open(self, name: str, value: float, place: Place) -> None:
        """Show ``value`` of the parameter called ``name`` where ``place`` has room for the box."""
        self._name.setText(name)
        self._field.setAccessibleName(name)
        self._field.set_value(value)
        self._field.revert()
        self.setGeometry(place(self.sizeHint()).toRect())
        self.show()
        self.raise_()
        self._field.setFocus()
        self._field.selectAll()

    def close_box(self) -> None:
        """Go away; the focus returns to the parent where it was in here."""
        if self.isHidden():
            return
        had_focus = self._field.hasFocus()
        self.hide()
        if had_focus:
            self._over.setFocus()
        self.closed.emit()

    def sizeHint(self) -> QSize:
        """Return what name and field take."""
        return self._row.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with Escape, and when the focus goes elsewhere."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._field.revert()
                self.close_box()
                return True
        elif event.type() == QEvent.Type.FocusOut and not self.isHidden():
            # The field has to see it first: it commits what was typed.
            self._field.event(event)
            self.close_box()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep the field's keys from the diagram, to which Return means to open the box."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, like that of the card."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent, 1))
        painter.setBrush(theme.raised if theme.is_dark else theme.panel)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, scaled(6), scaled(6))

    @Slot()
    def _close_unless_wrong(self) -> None:
        if not self._field.property("wrong"):
            self.close_box()
