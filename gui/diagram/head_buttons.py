"""The small buttons in the diagram's heads: units down and up, and a new layer between columns.

They look small and have a target of 24 px. One widget serves both looks; what a click means is
the canvas's affair.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from core.spec import MAX_LAYERS, MAX_UNITS
from gui.diagram.geometry import Geometry
from gui.exporting import is_exporting
from gui.icons import icon_pixmap
from gui.numbers import format_count
from gui.theme import current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

TARGET, BOX, RING = 24, 18, 19


class HeadButton(QAbstractButton):
    """A minus or plus in a small box, or a plus in a dashed ring."""

    def __init__(self, icon_name: str, words: str, parent: QWidget, *, ring: bool = False) -> None:
        """Show ``icon_name``; ``words`` are tooltip and accessible name."""
        super().__init__(parent)
        self._icon_name = icon_name
        self._ring = ring
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def place(self, center: QPointF) -> None:
        """Centre the target on ``center`` of the parent and show it."""
        side = scaled(TARGET)
        self.setGeometry(round(center.x() - side / 2), round(center.y() - side / 2), side, side)
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box or ring and the sign in it; pictures for use elsewhere have none."""
        if is_exporting():
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QRectF(self.rect()).center()
        side = scaled(RING if self._ring else BOX)
        box = QRectF(middle.x() - side / 2 + 0.5, middle.y() - side / 2 + 0.5, side - 1, side - 1)
        hovered = self.underMouse() and self.isEnabled()
        if self._ring:
            pen = QPen(theme.text2 if hovered else theme.text3, 1, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([2.5, 2.5])
            painter.setPen(pen)
            painter.setBrush(theme.hover if hovered else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box)
        else:
            edge = theme.line if theme.name != "dark" else theme.raised
            painter.setPen(QPen(edge, 1))
            painter.setBrush(theme.hover if hovered else theme.raised)
            painter.drawRoundedRect(box, scaled(4), scaled(4))
        size = scaled(12)
        color = theme.text2 if self.isEnabled() else theme.strong
        pixmap = icon_pixmap(self._icon_name, color, size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(middle.x() - size / 2, middle.y() - size / 2), pixmap)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), scaled(5))


class HeadButtons(QObject):
    """All buttons of one diagram; they are kept, so that the focus stays where it is.

    Signals:
        units_requested: layer and the units that it should have.
        insert_requested: the layer after which there should be a new one.
    """

    units_requested = Signal(int, int)
    insert_requested = Signal(int)

    def __init__(self, canvas: QWidget) -> None:
        """Begin without buttons over ``canvas``."""
        super().__init__(canvas)
        self._canvas = canvas
        self._buttons: dict[tuple[str, int], HeadButton] = {}
        self._widths: tuple[int, ...] = ()

    def arrange(self, geometry: Geometry) -> None:
        """Put a button wherever ``geometry`` has room for one."""
        self._widths = geometry.request.widths
        wanted: dict[tuple[str, int], QPointF] = {}
        metrics = QFontMetricsF(ui_font(12))
        if geometry.full_headers:
            last = len(self._widths) - 1
            for column in geometry.columns():
                if 0 < column.layer < last:
                    middle, y = column.middle, scaled(26)
                    number = format_count(self._widths[column.layer])
                    half = max(scaled(10), metrics.horizontalAdvance(number) / 2 + scaled(3))
                    away = half + scaled(TARGET) / 2
                    wanted["minus", column.layer] = QPointF(middle - away, y)
                    wanted["plus", column.layer] = QPointF(middle + away, y)
            if last < MAX_LAYERS:
                wanted |= {("insert", after): point for after, point in geometry.insert_points()}
        for key in self._buttons.keys() - wanted.keys():
            self._buttons[key].hide()
        for key, center in wanted.items():
            button = self._button(*key)
            button.place(center)
            units = self._widths[key[1]]
            button.setEnabled(units > 1 if key[0] == "minus" else units < MAX_UNITS)

    def _button(self, kind: str, layer: int) -> HeadButton:
        if (kind, layer) not in self._buttons:
            name = "the inputs" if layer == 0 else f"hidden {layer}"
            words = {
                "minus": f"Remove a unit from {name}",
                "plus": f"Add a unit to {name}",
                "insert": f"Insert a layer after {name}",
            }[kind]
            icon_name = "minus" if kind == "minus" else "plus"
            button = HeadButton(icon_name, words, self._canvas, ring=kind == "insert")
            button.clicked.connect(partial(self._on_clicked, kind, layer))
            QWidget.setTabOrder(next(reversed(self._buttons.values()), self._canvas), button)
            self._buttons[kind, layer] = button
        return self._buttons[kind, layer]

    def _on_clicked(self, kind: str, layer: int) -> None:
        if kind == "insert":
            self.insert_requested.emit(layer)
        else:
            units = self._widths[layer] + (1 if kind == "plus" else -1)
            self.units_requested.emit(layer, units)
