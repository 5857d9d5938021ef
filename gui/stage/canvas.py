"""The stage as a widget: takes acts, pointer and keys, and hands wishes on as signals.

It keeps what belongs to the user (what is pointed at, focused, chosen, opened). Where everything
stands, what it says and how it is drawn is decided by the other files of this package.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.explain.reference import Reference
from gui.diagram.facts import Facts
from gui.motion import is_motion_wanted
from gui.stage.act import Act
from gui.stage.arranging import arrange
from gui.stage.casting import make_scene
from gui.stage.facts import facts_about
from gui.stage.frame import head_name, head_rect, opener_center
from gui.stage.layers import Attention, paint_card_about, paint_scene
from gui.stage.motion import make_motion
from gui.stage.openers import Openers
from gui.stage.plan import Plan, Stand
from gui.stage.scene import Scene
from gui.stage.targets import parameter_of, reference_at
from gui.stage.walking import layer_at, next_reference
from gui.theme import scaled, themes

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
HELP = (
    "Arrow keys move over units and along edges, Enter explains a weight or bias, O opens a layer "
    "into its operations."
)


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
        self._attention = Attention()
        self._is_animated = True
        self._zoom = 1.0
        self._plan: Plan | None = None
        self._scene: Scene | None = None
        self._is_current = False
        self._motion = make_motion(self)
        self._motion.valueChanged.connect(self._on_motion)
        self._openers = Openers(self)
        self._openers.toggled.connect(self.toggle_layer)
        themes.changed.connect(self._rearrange)

    # ------------------------------------------------------------------ what is shown

    def show_act(self, act: Act) -> None:
        """Show a snapshot with the op that is lit."""
        old, self._act = self._act, act
        if old is None or old.snapshot.structure != act.snapshot.structure:
            self._opened = frozenset()
            self._attention = Attention(chosen=self._attention.chosen)
        self._rearrange()
        self._describe()
        is_at_rest = self._attention.pointed is None and self._attention.hovered is None
        if old is not None and _has_moved(old, act) and self._is_animated and is_at_rest:
            self._motion.stop()
            if self.isVisible() and is_motion_wanted():
                self._motion.start()

    def set_animated(self, is_animated: bool) -> None:
        """Let numbers travel along their edges, or not."""
        self._is_animated = is_animated
        if not is_animated:
            self._motion.stop()
            self.update()

    def is_moving(self) -> bool:
        """Return whether numbers are on their way."""
        return self._motion.state() == QVariantAnimation.State.Running

    def choose(self, reference: Reference) -> None:
        """Mark a parameter, without a signal."""
        self._attend(chosen=reference)

    def point_at(self, reference: Reference | None) -> None:
        """Light up what another view points at."""
        if reference != self._attention.pointed:
            self._motion.stop()
            self._attend(pointed=reference)

    def is_open(self, layer: int) -> bool:
        """Return whether a layer is opened."""
        return layer in self._opened

    @Slot(int)
    def toggle_layer(self, layer: int) -> None:
        """Open a layer into its operations, or close it."""
        self._opened = self._opened ^ {layer}
        self._motion.stop()
        self._rearrange()

    def scene(self) -> Scene:
        """Return what is on the stage, in lengths of ``zoom`` 1; needs a snapshot."""
        old = self._scene
        if old is None or not self._is_current:
            assert self._act is not None
            attention = self._attention.in_order()
            self._scene = old = make_scene(self.plan(), self._act, attention, old)
            self._is_current = True
        return old

    def plan(self) -> Plan:
        """Return where everything stands, in lengths of ``zoom`` 1; needs a snapshot."""
        if self._plan is None:
            assert self._act is not None
            self._plan, self._zoom = arrange(
                self._act, self.width(), self.height(), self._opened, themes.font_scale
            )
        return self._plan

    def place_of(self, reference: Reference) -> QPointF | None:
        """Return where a number stands on the widget, None where it has no place of its own."""
        spot = self.scene().spot_of(reference)
        return None if spot is None else spot.rect.center() * self._zoom

    def facts_on_show(self) -> Facts | None:
        """Return what the card says, None while there is none."""
        subject = self._subject()
        return None if subject is None or self._act is None else facts_about(subject, self._act)

    def sizeHint(self) -> QSize:
        """Return the size in the smallest usual window."""
        return QSize(scaled(808), scaled(370))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(scaled(420), scaled(240))

    # ------------------------------------------------------------------ paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene, then the card about what is pointed at."""
        if self._act is None:
            return
        scene = self.scene()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._zoom, self._zoom)
        share = float(self._motion.currentValue()) if self.is_moving() else 1.0
        paint_scene(painter, scene, self._attention, share, has_focus=self.hasFocus())
        subject, facts = self._subject(), self.facts_on_show()
        if subject is not None and facts is not None:
            paint_card_about(painter, scene, subject, facts, self._attention)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        self._rearrange()

    # ------------------------------------------------------------------ pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find the number or edge under the pointer."""
        if self._act is None:
            return
        point = event.position() / self._zoom
        found = reference_at(self.scene(), point)
        if found != self._attention.hovered:
            self._motion.stop()
            self._attend(hovered=found, pointer=point)
            self.value_pointed.emit(found)
        is_link = found is not None and parameter_of(found) is not None
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(hand if is_link or self._head_at(point) is not None else arrow)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was pointed at."""
        if self._attention.hovered is not None:
            self._attend(hovered=None)
            self.value_pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the parameter under the pointer, or open the layer whose head is there."""
        if self._act is None or event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position() / self._zoom
        head = self._head_at(point)
        if head is not None:
            self.toggle_layer(head)
        else:
            self._select(reference_at(self.scene(), point))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk among numbers and edges, select a parameter, open a layer."""
        key, focused = Qt.Key(event.key()), self._attention.focused
        if self._act is None:
            super().keyPressEvent(event)
        elif key in ARROWS:
            found = next_reference(self.scene(), focused, *ARROWS[key])
            self._focus(found or focused)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and focused is not None:
            self._select(focused)
        elif key == Qt.Key.Key_O and layer_at(focused):
            self.toggle_layer(layer_at(focused))
        elif key == Qt.Key.Key_Escape and focused is not None:
            self._focus(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring and the card."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide them."""
        self.update()

    def _select(self, reference: Reference | None) -> None:
        parameter = None if reference is None else parameter_of(reference)
        if parameter is not None:
            self._attend(chosen=parameter)
            self.parameter_selected.emit(parameter)

    def _focus(self, reference: Reference | None) -> None:
        if reference != self._attention.focused:
            self._attend(focused=reference)
            self._describe()
            self.value_pointed.emit(reference)

    def _subject(self) -> Reference | None:
        """Return what the card is about."""
        focused = self._attention.focused if self.hasFocus() else None
        return self._attention.hovered or focused

    def _head_at(self, point: QPointF) -> int | None:
        for slot in self.plan().slots:
            if isinstance(slot, Stand) and slot.layer and head_rect(slot).contains(point):
                return slot.layer
        return None

    # ------------------------------------------------------------------ keeping up

    def _attend(self, **changes: Reference | QPointF | None) -> None:
        attention = self._attention.with_changes(**changes)
        if attention != self._attention:
            self._attention = attention
            self._is_current = False
            self.update()

    def _describe(self) -> None:
        """Tell screen readers of what has the focus, or else of the op."""
        if self._act is None:
            return
        focused, op = self._attention.focused, self._act.op
        words = "" if op is None else f"Op {self._act.place + 1}: {op.formula}. "
        if focused is not None:
            words = f"{facts_about(focused, self._act).as_text()}. "
        self.setAccessibleDescription(words + HELP)

    @Slot()
    def _rearrange(self) -> None:
        self._plan = self._scene = None
        if self._act is not None:
            snapshot = self._act.snapshot
            wanted = {}
            for slot in self.plan().slots:
                if isinstance(slot, Stand) and slot.layer:
                    name = head_name(snapshot, slot.layer)
                    center = opener_center(slot, name) * self._zoom
                    wanted[slot.layer] = center, name, self.is_open(slot.layer)
            self._openers.arrange(wanted)
        self.update()

    @Slot()
    def _on_motion(self) -> None:
        self.update()


def _has_moved(old: Act, new: Act) -> bool:
    """Return whether another op is lit, or one more has run."""
    before, after = old.snapshot.trace, new.snapshot.trace
    return (old.place, before.step, before.position) != (new.place, after.step, after.position)
