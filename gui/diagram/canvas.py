"""The widget of the diagram: takes snapshots, pointer and keys, and says what the user wants.

It keeps what belongs to the user (hover, selection, what is unfolded) and leaves positions, paint
and texts to the other files of this package. Wishes leave as signals; nothing is changed here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot
from gui.diagram.captions import label_widths
from gui.diagram.card import paint_card
from gui.diagram.facts import Facts
from gui.diagram.geometry import HEADER, Geometry, Request
from gui.diagram.head_buttons import HeadButtons
from gui.diagram.head_menus import HeadMenus
from gui.diagram.keyboard import first_target, neighbour, next_weight
from gui.diagram.live_facts import LiveFacts
from gui.diagram.names import input_names, output_names
from gui.diagram.node_layer import shows_probabilities
from gui.diagram.scene import Attention, Scene
from gui.diagram.strength import Quantity, Scale
from gui.diagram.targets import (
    Bias,
    Edge,
    LayerFold,
    Node,
    Pill,
    Target,
    exists,
    target_at,
)
from gui.diagram.unfolding import Unfolding
from gui.diagram.weight_editor import WeightEditor, cursor_over, is_editable
from gui.findings import Spot, SpotChoice, spot_of
from gui.theme import current_theme, scaled, themes

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
EDIT_HINT = "drag up or down, or Enter to type"
TYPE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class NetworkCanvas(QWidget):
    """The network as a picture that answers to pointer and keys.

    Signals:
        units_requested: layer (from 1) and the units that it should have.
        layer_insert_requested: the layer (0: the inputs) after which to insert one.
        layer_removal_requested: the hidden layer (from 1) that should go.
        activation_requested: layer (from 1) and its new activation.
        node_selected: layer (0: the inputs) and unit (from 0).
        parameter_requested: the ParameterPlace of a weight or bias, the value that it should have,
            and the gesture that the wish is part of.
        refused: one line about what was typed and is no value.
    """

    units_requested = Signal(int, int)
    layer_insert_requested = Signal(int)
    layer_removal_requested = Signal(int)
    activation_requested = Signal(int, str)
    node_selected = Signal(int, int)
    parameter_requested = Signal(object, float, str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing until the first snapshot."""
        super().__init__(parent)
        self.setAccessibleName("Network diagram")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._snapshot: Snapshot | None = None
        self._scene: Scene | None = None
        self._quantity: Quantity = "weight"
        self._scale: Scale = "relative"
        self._attention = Attention()
        self._choice = SpotChoice()
        self._unfolding = Unfolding()
        self._facts_kept = LiveFacts()
        self._buttons = HeadButtons(self)
        self._buttons.units_requested.connect(self.units_requested)
        self._buttons.insert_requested.connect(self.layer_insert_requested)
        self._menus = HeadMenus(self)
        self._menus.units_requested.connect(self.units_requested)
        self._menus.insert_requested.connect(self.layer_insert_requested)
        self._menus.removal_requested.connect(self.layer_removal_requested)
        self._menus.activation_requested.connect(self.activation_requested)
        self._editor = WeightEditor(self)
        self._editor.value_requested.connect(self.parameter_requested)
        self._editor.box.refused.connect(self.refused)
        self._editor.box.closed.connect(self.update)
        themes.changed.connect(self._rearrange)

    def show_snapshot(self, new: Snapshot) -> None:
        """Show ``new`` at the next paint."""
        old, self._snapshot = self._snapshot, new
        if old is None or old.findings is not new.findings:
            self._point_out()
        if old is None or old.structure != new.structure:
            self._editor.stop()
            selected = self._attention.selected
            kept = selected if exists(selected, new.layout.widths) else None
            self._attention = Attention(kept, spot=self._attention.spot)
            self._unfolding.restart(new)
            self._rearrange()
        elif self._unfolding.renew(new):
            self._rearrange()
        self._describe()
        self._update_body()

    def set_quantity(self, quantity: Quantity) -> None:
        """Show weights, their gradient or their last update."""
        self._quantity = quantity
        self._update_body()

    def set_scale(self, scale: Scale) -> None:
        """Choose what the width of an edge is measured against."""
        self._scale = scale
        self._update_body()

    def choose_spot(self, choice: SpotChoice) -> None:
        """Outline what another finding is about."""
        self._choice = choice
        if self._snapshot is not None:
            self._point_out()
            self._describe()

    def spot(self) -> Spot | None:
        """Return what is outlined because of a finding."""
        return self._attention.spot

    def selected(self) -> Target | None:
        """Return what the user has selected."""
        return self._attention.selected

    def show_unit(self, node: Node) -> None:
        """Select ``node`` and see to it that it is among the units shown."""
        if self._unfolding.pin(node.layer, node.unit):
            self._rearrange()
        self._select(node)

    def geometry_on_show(self) -> Geometry:
        """Return where everything lies now; needs a snapshot."""
        return self._current_scene().geometry

    def facts_on_show(self) -> Facts | None:
        """Return what the card says, None while there is none."""
        target = self._card_target()
        return None if target is None else self._facts(target)

    def sizeHint(self) -> QSize:
        """Return the size in the smallest usual window."""
        return QSize(scaled(644), scaled(392))

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which a small network is readable."""
        return QSize(scaled(360), scaled(240))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene, then the card."""
        if self._snapshot is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = self._current_scene()
        scene.load(self._snapshot, self._quantity, self._scale)
        heads = event.rect().top() < scaled(HEADER - 8)
        target = self._card_target()
        scene.paint(painter, replace(self._attention, subject=target), heads=heads)
        if target is not None:
            facts = self._facts(target)
            if is_editable(target) and target == self._attention.selected:
                facts = replace(facts, rows=(*facts.rows, (EDIT_HINT, "")))
            pointer = self._attention.pointer if target == self._attention.hovered else None
            rect = scene.card_rect(facts, target, pointer, self._room_for_cards())
            paint_card(painter, rect, facts, current_theme())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        self._rearrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find what the pointer is on."""
        if self._snapshot is None:
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._editor.drag_to(event.position().y(), fine=fine):
            return
        scene = self._current_scene()
        hovered = target_at(scene.geometry, scene.gaps, event.position())
        self.setCursor(cursor_over(hovered, self._attention.selected))
        if hovered is not None or self._attention.hovered is not None:
            self._attention = replace(self._attention, hovered=hovered, pointer=event.position())
            self._update_body()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was hovered."""
        self._attention = replace(self._attention, hovered=None, pointer=None)
        self._update_body()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select what is clicked, or unfold it."""
        if self._snapshot is None or event.button() != Qt.MouseButton.LeftButton:
            return
        scene = self._current_scene()
        target = target_at(scene.geometry, scene.gaps, event.position())
        if isinstance(target, Pill | LayerFold):
            self._unfold(target)
            return
        # Only what has been selected before is moved, so that nobody moves a neighbour unawares.
        if isinstance(target, Edge | Bias) and target == self._attention.selected:
            self._editor.press(target, self._snapshot, event.position().y())
        self._select(target)
        self.setCursor(cursor_over(target, target))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._editor.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the box for the value of what is clicked."""
        self.mousePressEvent(event)
        self._editor.release()
        self._type(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the value of what is selected, with Ctrl; Shift makes it finer."""
        if not self._editor.take_wheel(event, self._attention.selected, self._snapshot):
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection, change units and layers of what is selected."""
        if self._snapshot is None or not self._handle_key(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the card of what is selected."""
        super().focusInEvent(event)
        self._update_body()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self._update_body()

    def _handle_key(self, event: QKeyEvent) -> bool:
        key, selected = event.key(), self._attention.selected
        scene = self._current_scene()
        if key in ARROWS:
            dx, dy = ARROWS[Qt.Key(key)]
            geometry = scene.geometry
            start = first_target(geometry)
            self._select(start if selected is None else neighbour(geometry, selected, dx, dy))
        elif selected is None:
            return False
        elif key == Qt.Key.Key_Escape:
            if self._editor.is_dragging:
                self._editor.cancel()
            else:
                self._select(None)
        elif isinstance(selected, Pill | LayerFold):
            if key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return False
            self._unfold(selected)
        elif key in TYPE_KEYS and is_editable(selected):
            self._type()
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._select(next_weight(scene.gaps, selected, 1 if key == Qt.Key.Key_PageDown else -1))
        else:
            return self._menus.take_key(Qt.Key(key), selected)
        return True

    def _type(self, point: QPointF | None = None) -> None:
        """Open the box for the value of what is selected, beside it and near ``point``."""
        selected = self._attention.selected
        if self._snapshot is not None and isinstance(selected, Edge | Bias):
            place = partial(self._current_scene().box_rect, selected, point, self._room_for_cards())
            self._editor.type(selected, self._snapshot, place)
            self.update()

    def _point_out(self) -> None:
        assert self._snapshot is not None
        spot = spot_of(self._snapshot.findings, self._choice)
        if spot != self._attention.spot:
            self._attention = replace(self._attention, spot=spot)
            self.update()

    def _select(self, target: Target | None) -> None:
        self._attention = replace(self._attention, selected=target)
        if isinstance(target, Node | Bias | Edge):
            # What one looks at stays, also where other units become busier.
            self._unfolding.pin(target.layer, target.unit)
        if isinstance(target, Node):
            self.node_selected.emit(target.layer, target.unit)
        self._describe()
        self._update_body()

    def _unfold(self, target: Pill | LayerFold) -> None:
        """Show or fold the units of a layer, or leaf to layers that are folded."""
        if isinstance(target, Pill):
            self._unfolding.toggle(target.layer)
        else:
            shown = len(self.geometry_on_show().columns()) - 2
            self._unfolding.leaf_to(target.first, target.last, shown)
        self._attention = Attention(spot=self._attention.spot)
        self._rearrange()

    @Slot()
    def _rearrange(self) -> None:
        self._scene = None
        if self._snapshot is not None:
            self._buttons.arrange(self.geometry_on_show())
            self._menus.arrange(self.geometry_on_show(), self._snapshot)
        self.update()

    def _current_scene(self) -> Scene:
        snapshot = self._snapshot
        assert snapshot is not None
        if self._scene is None:
            names = input_names(snapshot), output_names(snapshot)
            left, right = label_widths(*names, self.width(), values=shows_probabilities(snapshot))
            request = Request(
                self.width(),
                self.height(),
                themes.font_scale,
                snapshot.layout.widths,
                snapshot.layout.biases,
                snapshot.dataset.image_shape,
                left,
                right,
                self._unfolding.first_layer,
                self._unfolding.opened,
            )
            self._scene = Scene(request, self._unfolding.choose)
        return self._scene

    def _body(self) -> QRect:
        return self.rect().adjusted(0, scaled(HEADER - 8), 0, 0)

    def _room_for_cards(self) -> QRectF:
        return QRectF(self._body()).adjusted(4, 0, -4, -scaled(28))

    def _update_body(self) -> None:
        # The heads hold buttons, which need no new paint with every snapshot.
        self.update(self._body())

    def _card_target(self) -> Target | None:
        if self._editor.box.isVisible():
            return None
        if self._attention.hovered is not None:
            return self._attention.hovered
        return self._attention.selected if self.hasFocus() else None

    def _facts(self, target: Target) -> Facts:
        assert self._snapshot is not None
        return self._facts_kept.about(target, self._snapshot, opened=self._is_opened(target))

    def _is_opened(self, target: Target | None) -> bool:
        return isinstance(target, Pill) and target.layer in self._unfolding.opened

    def _describe(self) -> None:
        assert self._snapshot is not None
        selected = self._attention.selected
        words = self._facts_kept.description(
            selected, self._snapshot, self._attention.spot, opened=self._is_opened(selected)
        )
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
