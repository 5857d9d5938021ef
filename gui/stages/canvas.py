"""The stage as a widget: paints the scene, and answers to pointer and keys.

It keeps what belongs to the user (what is pointed at, focused, opened) and hands wishes on as
signals. The animation shows which way the numbers go and is never needed to read them.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
    Slot,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.explain.reference import Reference
from gui.diagram.card import card_size, paint_card, place_card
from gui.diagram.nodes import paint_picture
from gui.diagram.pictures import sample_pixels
from gui.stages import frame, paint
from gui.stages.act import Act
from gui.stages.facts import facts_about
from gui.stages.plan import Plan, Stand, Wish, make_plan
from gui.stages.rows import full_rows
from gui.stages.scene import Scene, make_scene
from gui.stages.targets import faded_wires, means, neighbour, parameter_of, reference_at
from gui.stages.units import busiest
from gui.theme import current_theme, scaled, themes

MILLISECONDS = 180
# Above so many lit edges dots would be a swarm.
MOST_DOTS = 40
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class StageCanvas(QWidget):
    """One step's values in their places.

    Signals:
        value_pointed: the Reference under the pointer or the focus, or None.
        parameter_selected: the Reference of a weight or bias.
    """

    value_pointed = Signal(object)
    parameter_selected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setAccessibleName("Stage")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._act: Act | None = None
        self._opened: frozenset[int] = frozenset()
        self._chosen: Reference | None = None
        self._hovered: Reference | None = None
        self._focused: Reference | None = None
        self._pointed: Reference | None = None
        self._pointer = QPointF()
        self._is_animated = True
        self._plan: Plan | None = None
        self._scene: Scene | None = None
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(MILLISECONDS)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._on_motion)
        themes.changed.connect(self._on_theme)

    # ------------------------------------------------------------------ what is shown

    def show_act(self, act: Act) -> None:
        """Show a snapshot with the op that is lit."""
        old, self._act = self._act, act
        if old is not None and old.snapshot.structure != act.snapshot.structure:
            self._opened = frozenset()
            self._hovered = self._focused = None
        moved = old is not None and (old.place, old.snapshot.trace.position) != (
            act.place,
            act.snapshot.trace.position,
        )
        self._rearrange()
        if moved and self._is_animated and self._pointed is None and self._hovered is None:
            self._motion.stop()
            self._motion.start()

    def set_animated(self, is_animated: bool) -> None:
        """Let numbers travel along their edges, or not."""
        self._is_animated = is_animated
        if not is_animated:
            self._motion.stop()
            self.update()

    def choose(self, reference: Reference) -> None:
        """Mark a parameter, without a signal."""
        if reference != self._chosen:
            self._chosen = reference
            self._renew()

    def point_at(self, reference: Reference | None) -> None:
        """Light up what another view points at."""
        if reference != self._pointed:
            self._pointed = reference
            self._motion.stop()
            self._renew()

    def toggle_layer(self, layer: int) -> None:
        """Open a layer into its operations, or close it."""
        self._opened = self._opened ^ {layer}
        self._rearrange()

    def is_open(self, layer: int) -> bool:
        """Return whether a layer is opened."""
        return layer in self._opened

    def scene(self) -> Scene:
        """Return what is on the stage; needs a snapshot."""
        if self._scene is None:
            assert self._act is not None
            self._scene = make_scene(
                self.plan(), self._act, self._chosen, self._hovered or self._focused
            )
        return self._scene

    def plan(self) -> Plan:
        """Return where everything stands; needs a snapshot."""
        if self._plan is None:
            assert self._act is not None
            act = self._act
            self._plan = make_plan(self._wish(act), lambda n, count: busiest(act, n, count))
        return self._plan

    def sizeHint(self) -> QSize:
        """Return the size in the smallest usual window."""
        return QSize(scaled(808), scaled(370))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(scaled(420), scaled(240))

    def _wish(self, act: Act) -> Wish:
        snapshot = act.snapshot
        layers = range(1, snapshot.layout.layer_count + 1)
        return Wish(
            self.width(),
            self.height(),
            snapshot.layout.widths,
            snapshot.layout.biases,
            act.layers_at_hand(),
            tuple(len(full_rows(act, layer)) for layer in layers),
            self._opened,
            snapshot.dataset.image_shape,
            themes.font_scale,
        )

    @Slot()
    def _on_theme(self) -> None:
        self._rearrange()

    def _rearrange(self) -> None:
        self._plan = None
        self._renew()

    def _renew(self) -> None:
        self._scene = None
        self.update()

    @Slot()
    def _on_motion(self) -> None:
        self.update()

    # ------------------------------------------------------------------ paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene, then what moves and what is pointed at."""
        if self._act is None:
            return
        theme, scene = current_theme(), self.scene()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dims = self._act.op is not None
        ringed = {self._pointed, self._focused if self.hasFocus() else None} - {None}
        painter.setOpacity(1.0)
        paint.paint_wires(painter, scene, theme, faded_wires(scene, self._hovered or self._pointed))
        frame.paint_to_loss(painter, scene, theme)
        frame.paint_folds(painter, scene, theme)
        frame.paint_heads(painter, scene, theme)
        frame.paint_input_names(painter, scene, theme)
        frame.paint_pills(painter, scene, theme)
        self._paint_picture(painter, scene)
        for card in scene.cards:
            is_quiet = dims and card.roles <= {"plain"}
            painter.setOpacity(paint.STEP_BACK if is_quiet else 1.0)
            paint.paint_card(painter, card, theme, False)
            if card.style == "open":
                paint.paint_chain(painter, card, theme)
        for spot in scene.spots:
            is_quiet = dims and spot.figure.role == "plain" and spot.kind != "row"
            painter.setOpacity(paint.STEP_BACK if is_quiet else 1.0)
            paint.paint_spot(painter, spot, theme, any(means(r, spot) for r in ringed if r))
        painter.setOpacity(1.0)
        frame.paint_foot(painter, scene, theme, self.width())
        if self._motion.state() == QVariantAnimation.State.Running:
            self._paint_motion(painter, scene)
        self._paint_card(painter, scene)

    def _paint_picture(self, painter: QPainter, scene: Scene) -> None:
        stand, act = scene.plan.stand(0), scene.act
        image = act.snapshot.dataset.image_shape
        if stand is None or stand.style != "picture" or image is None:
            return
        dataset, trace = act.snapshot.dataset, act.snapshot.trace
        raw = dataset.inputs if dataset.raw_inputs is None else dataset.raw_inputs
        theme = current_theme()
        pixels = sample_pixels(raw[int(trace.rows[trace.sample])], image, theme)
        paint_picture(painter, stand.cards[0], pixels, theme.strong)

    def _paint_motion(self, painter: QPainter, scene: Scene) -> None:
        """Draw dots that travel along the lit edges the way the numbers go."""
        share = float(self._motion.currentValue())
        lit = [wire for wire in scene.wires if wire.role == "weights"]
        if not lit or len(lit) > MOST_DOTS:
            return
        share = 1 - share if scene.act.phase == "backward" else share
        theme = current_theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text)
        for wire in lit:
            painter.drawEllipse(wire.gap.middle(wire.row, share), scaled(4), scaled(4))

    def _paint_card(self, painter: QPainter, scene: Scene) -> None:
        reference = self._hovered or (self._focused if self.hasFocus() else None)
        spot = scene.spot_of(reference) if reference is not None else None
        if reference is None:
            return
        facts = facts_about(reference, scene.act)
        anchor = self._pointer if self._hovered is not None else QPointF()
        if self._hovered is None and spot is not None:
            anchor = spot.rect.center()
        avoid = [spot.rect] if spot is not None else []
        spare = [other.rect for other in scene.spots]
        area = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        rect = place_card(card_size(facts), anchor, avoid, spare, area)
        paint_card(painter, rect, facts, current_theme())

    # ------------------------------------------------------------------ pointer and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        self._rearrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find the number or edge under the pointer."""
        if self._act is None:
            return
        self._pointer = event.position()
        found = reference_at(self.scene(), event.position())
        if found != self._hovered:
            self._hovered = found
            self._motion.stop()
            self.value_pointed.emit(found)
            self._renew()
        on_head = self._head_at(event.position()) is not None
        clickable = on_head or (found is not None and parameter_of(found) is not None)
        shape = Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was pointed at."""
        if self._hovered is not None:
            self._hovered = None
            self.value_pointed.emit(None)
            self._renew()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the parameter under the pointer, or open the layer whose head is there."""
        if self._act is None or event.button() != Qt.MouseButton.LeftButton:
            return
        head = self._head_at(event.position())
        if head is not None:
            self.toggle_layer(head)
            return
        self._activate(reference_at(self.scene(), event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk among the numbers, select a parameter, open a layer."""
        key = Qt.Key(event.key())
        if self._act is None:
            super().keyPressEvent(event)
        elif key in ARROWS:
            self._walk(*ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._focused is not None:
            self._activate(self._focused)
        elif key == Qt.Key.Key_O and self._focused is not None:
            layer = int("".join(c for c in self._focused.name if c.isdigit()) or 0)
            if layer:
                self.toggle_layer(layer)
        elif key == Qt.Key.Key_Escape and self._focused is not None:
            self._focus(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def _activate(self, reference: Reference | None) -> None:
        parameter = None if reference is None else parameter_of(reference)
        if parameter is not None:
            self.choose(parameter)
            self.parameter_selected.emit(parameter)

    def _walk(self, dx: int, dy: int) -> None:
        found = neighbour(self.scene().spots, self._focused, dx, dy)
        if found is not None:
            self._focus(found)

    def _focus(self, reference: Reference | None) -> None:
        self._focused = reference
        self.value_pointed.emit(reference)
        if reference is not None and self._act is not None:
            self.setAccessibleDescription(facts_about(reference, self._act).as_text())
        self._renew()

    def _head_at(self, point: QPointF) -> int | None:
        for slot in self.plan().slots:
            if isinstance(slot, Stand) and slot.layer and frame.head_rect(slot).contains(point):
                return slot.layer
        return None
