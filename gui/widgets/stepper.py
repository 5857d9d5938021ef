"""A whole number between a minus and a plus button; it can also be typed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.theme import current_theme, scaled, themes
from gui.widgets.icon_button import IconButton
from gui.widgets.number_field import NumberField
from gui.widgets.painting import field_radius, paint_frame


class Stepper(QWidget):
    """A whole number to count up and down.

    Attributes:
        minus, plus: the buttons, named "Fewer ..." and "More ...".
        field: the number, which carries the accessible name.

    Signals:
        value_changed: the user chose another number.
        refused: typed text was not taken; one line that says why.
    """

    value_changed = Signal(int)
    refused = Signal(str)

    def __init__(
        self,
        name: str,
        minimum: int,
        maximum: int,
        parent: QWidget | None = None,
        *,
        zero: str = "",
    ) -> None:
        """Count from ``minimum`` to ``maximum``; ``name`` is read aloud ("Units in hidden 1").

        ``zero`` is written in place of 0.
        """
        super().__init__(parent)
        self._minimum = minimum
        self._maximum = maximum
        self.minus = IconButton("minus", f"Fewer: {name}", size=24, icon_size=14)
        self.plus = IconButton("plus", f"More: {name}", size=24, icon_size=14)
        self.field = NumberField(minimum, maximum, name=name, whole=True, zero=zero)
        self.field.setTextMargins(-2, 0, -2, 0)
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for button in (self.minus, self.plus):
            button.setAutoRepeat(True)
            # By key the number counts: one stop of the Tab key, not three.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self.minus)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.plus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.field)
        self.minus.clicked.connect(self._count_down)
        self.plus.clicked.connect(self._count_up)
        self.field.value_changed.connect(self._on_typed)
        self.field.refused.connect(self.refused)
        themes.changed.connect(self.updateGeometry)
        self._update_parts()

    def value(self) -> int:
        """Return the number."""
        return round(self.field.value())

    def set_value(self, value: int) -> None:
        """Show ``value`` without a signal."""
        self.field.set_value(value)
        self._update_parts()

    def set_range(self, minimum: int, maximum: int) -> None:
        """Count from ``minimum`` to ``maximum`` from now on; the number itself stays."""
        self._minimum, self._maximum = minimum, maximum
        self.field.set_range(minimum, maximum)
        self._update_parts()

    def sizeHint(self) -> QSize:
        """Return room for both buttons and three figures, or as many as there are."""
        figures = self.fontMetrics().horizontalAdvance("0") * max(3, len(self.field.text()))
        return QSize(scaled(52) + figures, scaled(24))

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: figures are never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Count with Up and Down from within the number."""
        if event.key() == Qt.Key.Key_Up:
            self._count_up()
        elif event.key() == Qt.Key.Key_Down:
            self._count_down()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field that holds all three parts."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_frame(painter, QRectF(self.rect()), field_radius(), theme.raised, theme.line)

    @Slot()
    def _count_up(self) -> None:
        self._take(self.value() + 1)

    @Slot()
    def _count_down(self) -> None:
        self._take(self.value() - 1)

    def _take(self, value: int) -> None:
        if not self._minimum <= value <= self._maximum:
            return
        self.field.revert()
        self.set_value(value)
        self.value_changed.emit(value)

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        self._update_parts()
        self.value_changed.emit(round(value))

    def _update_parts(self) -> None:
        self.minus.setEnabled(self.value() > self._minimum)
        self.plus.setEnabled(self.value() < self._maximum)
        self.updateGeometry()
