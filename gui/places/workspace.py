"""The window's body: it lays the panels out and lets the user move, resize, hide and float them.

It knows panels by name and nothing of what they show. What the user made of the arrangement is a
``Layout``, which others may keep and hand back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from gui.arrangement import BOTTOM_HEIGHT, GAP, RIGHT_WIDTH, Mode, arrange, arrange_step
from gui.places.divider import Divider
from gui.places.dragging import DropMark, HeadDrag, dropped
from gui.places.floating import FloatingPanels
from gui.places.layout import AT_EDGES, DESIGN, DESIGN_STEP, STEP, TITLES, TRAINING, Layout
from gui.places.neighbours import neighbour
from gui.places.placing import Gap, Sizes, dragged, least_size, place, undragged
from gui.places.tree import Side, Split, at_edge, beside, names, swapped
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.card import Card

# At 100 % text size; in a smaller window, which large text makes of any, the body scrolls.
LEAST_TRAINING, LEAST_STEP = (940, 440), (1040, 540)
LEAST_DESIGN = 1120
NOTHING = "Every panel is hidden or in a window of its own. View > Reset layout brings them back."


@dataclass(frozen=True)
class Situation:
    """What the arrangement depends on besides the user.

    Attributes:
        mode: what the right column shows.
        is_deep: whether the rows of the gradients need more height.
        has_confusion: whether there is a confusion matrix.
        is_step: whether a step is taken apart.
    """

    mode: Mode = "map"
    is_deep: bool = False
    has_confusion: bool = False
    is_step: bool = False


class Workspace(QWidget):
    """All panels but the bars.

    Attributes:
        user_layout: what the user made of the arrangement.

    Signals:
        changed: the user changed it.
        menu_requested: the name of a panel, and a point of the screen: a menu is wanted there.
    """

    changed = Signal()
    menu_requested = Signal(str, QPoint)

    def __init__(self) -> None:
        """Begin without panels."""
        super().__init__()
        self.user_layout = Layout()
        self._situation = Situation()
        self._panels: dict[str, QWidget] = {}
        self._places: dict[str, QRect] = {}
        self._dividers: list[Divider] = []
        self._windows = FloatingPanels(self)
        self._windows.closed.connect(self._dock)
        self._windows.moved.connect(self._note_window)
        self._held: tuple[Gap, Sizes] | None = None
        self._mark = DropMark(self)
        self._heads = HeadDrag(self)
        self._heads.moved.connect(self._show_landing)
        self._heads.dropped.connect(self._drop)
        self._heads.cancelled.connect(self._mark.hide)
        themes.changed.connect(self._lay_out)

    # ------------------------------------------------------------------ panels

    def add(self, name: str, panel: QWidget) -> None:
        """Take in ``panel``, which can be moved by the heads of its cards."""
        self._panels[name] = panel
        panel.setParent(self)
        panel.hide()
        # The cards of a stack each have a head of their own.
        cards = [panel] if isinstance(panel, Card) else panel.findChildren(Card)
        for head in (card.header for card in cards if card.parent() in (None, self, panel)):
            self._heads.watch(head, name)
            head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            head.setProperty("panel", name)
            head.customContextMenuRequested.connect(self._ask_for_menu)

    def places(self) -> dict[str, QRect]:
        """Return the rectangles of the panels that are docked and shown."""
        return dict(self._places)

    def is_shown(self, name: str) -> bool:
        """Return whether the user wants to see the panel."""
        return name not in self.user_layout.hidden

    def is_floating(self, name: str) -> bool:
        """Return whether the panel has a window of its own."""
        return name in self.user_layout.floating

    # ------------------------------------------------------------------ changes

    def fit(self, situation: Situation) -> None:
        """Lay out for ``situation``."""
        self._situation = situation
        self._lay_out()

    def set_layout(self, layout: Layout) -> None:
        """Lay out as ``layout`` says."""
        self._replace(layout, tell=False)

    @Slot()
    def reset(self) -> None:
        """Lay out as designed, with every panel shown."""
        self._replace(Layout())

    def set_shown(self, name: str, is_shown: bool) -> None:
        """Show a panel or hide it; what is left fills its place."""
        hidden = self.user_layout.hidden - {name} if is_shown else self.user_layout.hidden | {name}
        if hidden != self.user_layout.hidden:
            self._replace(replace(self.user_layout, hidden=hidden))

    def set_floating(self, name: str, is_floating: bool) -> None:
        """Give a panel a window of its own, or take it back to its place."""
        if is_floating == self.is_floating(name):
            return
        floating = dict(self.user_layout.floating)
        if is_floating:
            panel, offset = self._panels[name], scaled(24)
            size = panel.size() if name in self._places else QRect(0, 0, *self._spare_size()).size()
            corner = self.mapToGlobal(self._places.get(name, self.rect()).topLeft())
            corner += QPoint(offset, offset)
            floating[name] = (corner.x(), corner.y(), size.width(), size.height())
        else:
            del floating[name]
        hidden = self.user_layout.hidden - {name}
        self._replace(replace(self.user_layout, floating=floating, hidden=hidden))

    def can_move(self, name: str, side: Side) -> bool:
        """Return whether ``move_panel`` would change anything."""
        return self._moved(name, side) != self._tree()

    def move_panel(self, name: str, side: Side) -> None:
        """Move a panel one place to the left, right, up or down: it swaps with what is there."""
        self._set_tree(self._moved(name, side))

    def put_away(self) -> None:
        """Close the windows of floating panels, which stay floating."""
        self._windows.put_away()

    # ------------------------------------------------------------------ laying out

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the windows of floating panels too."""
        super().showEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say how to go on where there is no panel."""
        if self._places:
            return
        painter = QPainter(self)
        painter.setFont(ui_font(13))
        painter.setPen(current_theme().text3)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect(), int(flags), NOTHING)

    def _replace(self, layout: Layout, *, tell: bool = True) -> None:
        self.user_layout = layout
        self._lay_out()
        if tell:
            self.changed.emit()

    def _set_tree(self, tree: str | Split) -> None:
        if tree == self._tree():
            return
        if self._situation.is_step:
            self._replace(replace(self.user_layout, step=tree))
        else:
            self._replace(replace(self.user_layout, training=tree))

    def _moved(self, name: str, side: Side) -> str | Split:
        tree = self._tree()
        if name in AT_EDGES:
            return at_edge(tree, name, side) if side in ("left", "right") else tree
        other = neighbour(self._places, name, side, scaled(GAP))
        return tree if other is None or other in AT_EDGES else swapped(tree, name, other)

    def _tree(self) -> str | Split:
        """Return what lies beside what now, with every panel of this mode in it."""
        if self._situation.is_step:
            return self.user_layout.step or DESIGN_STEP
        if self.user_layout.training is not None:
            return self.user_layout.training
        design = DESIGN[self._situation.mode]
        if "confusion" in names(design):
            return design
        return beside(row_with(design, "confusion"), "confusion", "right", "below")

    def _sizes(self) -> Sizes:
        """Return the sizes in the design of what is to be seen in the body."""
        now, scale = self._situation, themes.font_scale
        if now.is_step:
            design, seen = arrange_step(self.width(), self.height(), scale=scale), set(STEP)
        else:
            mode = now.mode
            if self.user_layout.training is not None:
                # Where the user has moved panels, what the right column shows moves none.
                mode = "samples" if now.has_confusion else "map"
            # Below the least window the design leaves hardly anything to the diagram.
            width = max(self.width(), scaled(LEAST_DESIGN))
            design = arrange(width, self.height(), mode, deep=now.is_deep, scale=scale)
            seen = set(TRAINING) if self.user_layout.training else set(design)
            if not now.has_confusion:
                seen -= {"confusion"}
        seen -= self.user_layout.hidden | set(self.user_layout.floating)
        natural = {
            # In a window too small for the design its sizes can come to nothing.
            name: (max(design[name].width(), 1), max(design[name].height(), 1))
            if name in design
            else self._spare_size()
            for name in seen & self._panels.keys()
        }
        return Sizes(natural, self.user_layout.factors, AT_EDGES, scaled(GAP), scale)

    def _is_wanted(self, name: str) -> bool:
        """Return whether the panel ``name`` is to be seen now, if it floats."""
        now = self._situation
        is_there = now.has_confusion if name == "confusion" else now.is_step or name in TRAINING
        return is_there and name not in self.user_layout.hidden

    def _spare_size(self) -> tuple[int, int]:
        """Return a size for a panel that the design has no place for at present."""
        return scaled(RIGHT_WIDTH["samples"]), scaled(BOTTOM_HEIGHT["confusion"])

    def _area(self) -> QRect:
        gap = scaled(GAP)
        return self.rect().adjusted(gap, gap, -gap, -gap)

    def _least(self) -> tuple[int, int]:
        """Return the size in which all can be read; less where panels are hidden or float."""
        width, height = map(scaled, LEAST_STEP if self._situation.is_step else LEAST_TRAINING)
        wide, high = least_size(self._tree(), self._sizes())
        return min(width, wide + 2 * scaled(GAP)), min(height, high + 2 * scaled(GAP))

    @Slot()
    def _lay_out(self) -> None:
        self.setMinimumSize(*self._least())
        self._windows.fit(self._panels, self.user_layout.floating, self._is_wanted)
        self._places, gaps = place(self._tree(), self._area(), self._sizes())
        for name, panel in self._panels.items():
            if self.is_floating(name):
                continue
            if name in self._places:
                panel.setGeometry(self._places[name])
            panel.setVisible(name in self._places)
        self._place_dividers(gaps)
        self.update()

    # ------------------------------------------------------------------ dividers

    def _place_dividers(self, gaps: list[Gap]) -> None:
        while len(self._dividers) < len(gaps):
            divider = Divider(self)
            divider.taken.connect(self._hold)
            divider.dragged.connect(self._drag)
            divider.released.connect(self._release)
            divider.reset.connect(self._undrag)
            self._dividers.append(divider)
        for divider, gap in zip(self._dividers, gaps, strict=False):
            before, after = self._title(gap.before), self._title(gap.after)
            divider.show_gap(gap, f"Between {before} and {after}")
        for divider in self._dividers[len(gaps) :]:
            divider.hide()

    def _title(self, part: str | Split) -> str:
        return TITLES[next(name for name in names(part) if name in self._places)]

    def _gap(self) -> Gap | None:
        divider = self.sender()
        return divider.gap if isinstance(divider, Divider) else None

    @Slot()
    def _hold(self) -> None:
        gap = self._gap()
        self._held = None if gap is None else (gap, self._sizes())

    @Slot(int)
    def _drag(self, pixels: int) -> None:
        if self._held is not None:
            factors = dragged(self._held[0], pixels, self._held[1])
            self._replace(replace(self.user_layout, factors=factors), tell=False)

    @Slot()
    def _release(self) -> None:
        self._held = None
        self.changed.emit()

    @Slot()
    def _undrag(self) -> None:
        gap = self._gap()
        if gap is not None:
            factors = undragged(gap, self.user_layout.factors)
            self._replace(replace(self.user_layout, factors=factors))

    # ------------------------------------------------------------------ floating

    @Slot(str)
    def _dock(self, name: str) -> None:
        self.set_floating(name, False)

    @Slot(str, object)
    def _note_window(self, name: str, rectangle: tuple[int, int, int, int]) -> None:
        floating = {**self.user_layout.floating, name: rectangle}
        self.user_layout = replace(self.user_layout, floating=floating)
        self.changed.emit()

    # ------------------------------------------------------------------ panels on their way

    @Slot(str, QPoint)
    def _show_landing(self, name: str, point: QPoint) -> None:
        tree = self._tree_with(name, point)
        sizes = self._sizes()
        if name not in sizes.natural:
            size = self._panels[name].width(), self._panels[name].height()
            sizes = replace(sizes, natural={**sizes.natural, name: size})
        landing = place(tree, self._area(), sizes)[0].get(name) if tree is not None else None
        if landing is None:
            self._mark.hide()
        else:
            self._mark.mark(landing)

    @Slot(str, QPoint)
    def _drop(self, name: str, point: QPoint) -> None:
        self._mark.hide()
        tree = self._tree_with(name, point)
        if tree is None:
            if not self.is_floating(name):
                self.set_floating(name, True)
                self._windows.move(name, point - QPoint(scaled(40), scaled(12)))
            return
        self.set_floating(name, False)
        self._set_tree(tree)

    def _tree_with(self, name: str, point: QPoint) -> str | Split | None:
        """Return the tree with the panel dropped there; None outside of the window."""
        if not self.window().geometry().contains(point):
            return None
        where = self.mapFromGlobal(point)
        if not self.rect().contains(where):
            return self._tree()
        return dropped(self._tree(), name, where, self._places, self.rect())

    @Slot(QPoint)
    def _ask_for_menu(self, point: QPoint) -> None:
        head = self.sender()
        if isinstance(head, QWidget):
            self.menu_requested.emit(head.property("panel"), head.mapToGlobal(point))


def row_with(tree: Split, name: str) -> Split:
    """Return ``tree`` with another panel at its end, wherever that may be."""
    return Split(tree.is_row, (*tree.parts, name))
