"""The buttons beside the layers' names that open a layer into its operations and close it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled
from gui.widgets.painting import paint_focus_ring

TARGET, BOX, SIGN = 24, 18, 12


class Opener(QAbstractButton):
    """A plus while its layer is closed, a minus while it is open."""

    def __init__(self, parent: QWidget) -> None:
        """Show a plus."""
        super().__init__(parent)
        self._is_open = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_state(self, name: str, is_open: bool) -> None:
        """Say what a click does to the layer called ``name``."""
        self._is_open = is_open
        self.setAccessibleName(f"{'Close' if is_open else 'Open'} {name}")
        does = "Show it as units again" if is_open else "Show its operations one by one"
        self.setToolTip(f"{does} (O on a unit)")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and the sign in it."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, side = QRectF(self.rect()).center(), scaled(BOX)
        if self.underMouse():
            box = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hover)
            painter.drawRoundedRect(box, scaled(4), scaled(4))
        size = scaled(SIGN)
        color = theme.text2 if self.underMouse() else theme.text3
        name = "minus" if self._is_open else "plus"
        pixmap = icon_pixmap(name, color, size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(middle.x() - size / 2, middle.y() - size / 2), pixmap)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), scaled(5))


class Openers(QObject):
    """The buttons of all layers on the stage; they are kept, so that the focus stays.

    Signals:
        toggled: the layer to open or close.
    """

    toggled = Signal(int)

    def __init__(self, canvas: QWidget) -> None:
        """Begin without buttons over ``canvas``."""
        super().__init__(canvas)
        self._canvas = canvas
        self._buttons: dict[int, Opener] = {}

    def arrange(self, wanted: dict[int, tuple[QPointF, str, bool]]) -> None:
        """Put a button at each layer's centre; with it the layer's name and whether it is open."""
        for layer in self._buttons.keys() - wanted.keys():
            self._buttons[layer].hide()
        side = scaled(TARGET)
        for layer, (center, name, is_open) in wanted.items():
            button = self._button(layer)
            button.show_state(name, is_open)
            left, top = round(center.x() - side / 2), max(0, round(center.y() - side / 2))
            button.setGeometry(left, top, side, side)
            button.show()

    def _button(self, layer: int) -> Opener:
        if layer not in self._buttons:
            button = Opener(self._canvas)
            button.clicked.connect(self._on_clicked)
            QWidget.setTabOrder(next(reversed(self._buttons.values()), self._canvas), button)
            self._buttons[layer] = button
        return self._buttons[layer]

    @Slot()
    def _on_clicked(self) -> None:
        pressed = self.sender()
        for layer, button in self._buttons.items():
            if button is pressed:
                self.toggled.emit(layer)
