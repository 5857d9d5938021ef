"""The menus on the heads of the layers: activation, one unit more or less, another layer or none.

Each is a button over the layer's name, so narrow columns, which have no room for other buttons,
have all of it too; keys ask for the same. What a choice means is the canvas's affair.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QActionGroup, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from core.spec import MAX_LAYERS, MAX_UNITS, Activation, choices
from core.training.snapshot import Snapshot
from gui.actions import allow
from gui.diagram.geometry import Geometry
from gui.diagram.names import activation_name, layer_name, short_layer_name
from gui.diagram.targets import Bias, Edge, Node
from gui.exporting import is_exporting
from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

HEIGHT, CHEVRON, GAP, PADDING = 24, 10, 3, 5
HIDDEN_ACTIVATIONS = tuple(key for key in choices(Activation) if key != "softmax")


class HeadMenuButton(QAbstractButton):
    """A chevron behind a layer's name; the name itself is painted by the canvas."""

    def __init__(self, parent: QWidget) -> None:
        """Make it without a place."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._words = 0.0

    def place(self, middle: float, words: float) -> None:
        """Lie over a name ``words`` wide that is centred on ``middle``, and be seen."""
        self._words = words
        half = words / 2 + scaled(GAP + CHEVRON + PADDING)
        self.setGeometry(round(middle - half), 0, round(2 * half), scaled(HEIGHT))
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chevron; pictures for use elsewhere have none."""
        if is_exporting():
            return
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.underMouse()
        size = scaled(CHEVRON)
        left = self.width() / 2 + self._words / 2 + scaled(GAP)
        color = theme.text if hovered or self.hasFocus() else theme.text3
        pixmap = icon_pixmap("down", color, size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(left, scaled(17) / 2 - size / 2 + 1), pixmap)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), scaled(4))


class HeadMenus(QObject):
    """All such buttons of one diagram; they are kept, so that the focus stays where it is.

    Attributes:
        menu: the menu that was opened last, None before the first.

    Signals:
        activation_requested: layer (from 1) and its new activation.
        units_requested: layer and the units that it should have.
        insert_requested: the layer after which there should be a new one.
        removal_requested: the layer that should go.
    """

    activation_requested = Signal(int, str)
    units_requested = Signal(int, int)
    insert_requested = Signal(int)
    removal_requested = Signal(int)

    def __init__(self, canvas: QWidget) -> None:
        """Begin without buttons over ``canvas``."""
        super().__init__(canvas)
        self._canvas = canvas
        self._buttons: dict[int, HeadMenuButton] = {}
        self._snapshot: Snapshot | None = None
        self.menu: QMenu | None = None

    def arrange(self, geometry: Geometry, snapshot: Snapshot) -> None:
        """Put a button over every shown layer of ``snapshot`` but the inputs."""
        self._snapshot = snapshot
        layers = snapshot.layout.layer_count
        metrics = QFontMetricsF(ui_font(12, 600))
        name_of = layer_name if geometry.full_headers else short_layer_name
        shown = {column.layer: column for column in geometry.columns() if column.layer > 0}
        for layer in self._buttons.keys() - shown.keys():
            self._buttons[layer].hide()
        for layer, column in shown.items():
            button = self._button(layer)
            activation = activation_name(snapshot.spec.network.layers[layer - 1].activation)
            name = layer_name(layer, layers)
            button.setAccessibleName(f"{name}: {activation}")
            button.setToolTip(f"{name}: {activation}\nChoose its activation, units and neighbours.")
            button.place(column.middle, metrics.horizontalAdvance(name_of(layer, layers)))

    def take_key(self, key: Qt.Key, selected: Node | Bias | Edge) -> bool:
        """Ask for what a key means to the layer of ``selected``; return whether it means anything.

        The layer itself goes only where a unit is selected: at a weight one would think of that.
        """
        if self._snapshot is None:
            return False
        widths, layer = self._snapshot.layout.widths, selected.layer
        is_hidden = 0 < layer < len(widths) - 1
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and is_hidden:
            units = widths[layer] + (1 if key == Qt.Key.Key_Plus else -1)
            if 1 <= units <= MAX_UNITS:
                self.units_requested.emit(layer, units)
        elif key == Qt.Key.Key_Insert and 0 <= layer < len(widths) - 1 < MAX_LAYERS:
            self.insert_requested.emit(layer)
        elif key == Qt.Key.Key_Delete and is_hidden and isinstance(selected, Node):
            self.removal_requested.emit(layer)
        else:
            return False
        return True

    def _button(self, layer: int) -> HeadMenuButton:
        if layer not in self._buttons:
            button = HeadMenuButton(self._canvas)
            button.lower()
            button.clicked.connect(partial(self._open, layer))
            self._buttons[layer] = button
        return self._buttons[layer]

    def _open(self, layer: int) -> None:
        if self._snapshot is None:
            return
        if self.menu is not None:
            self.menu.deleteLater()
        self.menu = menu = QMenu(self._canvas)
        menu.setToolTipsVisible(True)
        self._add_activations(menu, layer, self._snapshot)
        if layer < self._snapshot.layout.layer_count:
            menu.addSeparator()
            self._add_structure(menu, layer, self._snapshot)
        button = self._buttons[layer]
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _add_activations(self, menu: QMenu, layer: int, snapshot: Snapshot) -> None:
        is_output = layer == snapshot.layout.layer_count
        offered = choices(Activation) if is_output else HIDDEN_ACTIVATIONS
        group = QActionGroup(menu)
        for key in offered:
            action = group.addAction(menu.addAction(activation_name(key)))
            action.setCheckable(True)
            action.setChecked(key == snapshot.spec.network.layers[layer - 1].activation)
            ask = partial(self.activation_requested.emit, layer, key)
            action.triggered.connect(partial(_call, ask))

    def _add_structure(self, menu: QMenu, layer: int, snapshot: Snapshot) -> None:
        units = snapshot.layout.widths[layer]
        has_room = snapshot.layout.layer_count < MAX_LAYERS
        wider = partial(self.units_requested.emit, layer, units + 1)
        narrower = partial(self.units_requested.emit, layer, units - 1)
        insert = partial(self.insert_requested.emit, layer)
        remove = partial(self.removal_requested.emit, layer)
        # The keys are the diagram's own; behind the tab they are only named.
        for words, key, enabled, reason, ask in (
            ("Add a unit", "+", units < MAX_UNITS, f"{MAX_UNITS:,} are the most", wider),
            ("Remove a unit", "−", units > 1, "it is the layer's last", narrower),
            (
                "Insert a layer after this one",
                "Insert",
                has_room,
                f"{MAX_LAYERS} layers are the most",
                insert,
            ),
            ("Remove this layer", "Delete", True, "", remove),
        ):
            action = menu.addAction(f"{words}\t{key}")
            action.setToolTip(f"{words}\nBy key where a unit of the layer is selected.")
            allow(action, enabled, reason)
            action.triggered.connect(partial(_call, ask))


def _call(ask: partial[None], checked: bool = False) -> None:
    ask()
