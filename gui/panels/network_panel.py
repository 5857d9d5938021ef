"""The panel with the network diagram: a card whose header says what the diagram shows and how.

It hands snapshots to the canvas and the user's wishes on as signals; it changes no network.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from core.spec import MAX_LAYERS
from core.training.snapshot import Snapshot
from gui.actions import make_separator
from gui.diagram.canvas import NetworkCanvas
from gui.diagram.names import architecture
from gui.diagram.strength import QUANTITIES, SCALES, Quantity, Scale
from gui.diagram.targets import Node
from gui.diagram.unit_table import UnitTable
from gui.findings import SpotChoice
from gui.numbers import format_count
from gui.theme import scaled, themes
from gui.widgets.card import Card
from gui.widgets.combo_box import ComboBox
from gui.widgets.segmented_control import SegmentedControl
from gui.widgets.stepper import Stepper

QUANTITY_TIPS = {
    "weight": "Each edge shows its weight",
    "gradient": "Each edge shows how the loss changes with its weight",
    "update": "Each edge shows what the last step added to its weight",
}


class NetworkPanel(Card):
    """The diagram and the choices of what its edges show.

    Attributes:
        canvas: the diagram.
        table: the same as a table, which T or the menu of the diagram puts in its place.
        table_action: the switch between the two.

    Signals:
        units_requested: layer (from 1) and the units that it should have.
        layer_insert_requested: the layer (0: the inputs) after which to insert one.
        layer_removal_requested: the hidden layer (from 1) that should go.
        activation_requested: layer (from 1) and its new activation.
        layer_count_requested: how many hidden layers there should be.
        node_selected: layer (0: the inputs) and unit (from 0).
        quantity_changed: "weight", "gradient" or "update".
        scale_changed: what the widths of edges are measured against.
        parameter_requested: the ParameterPlace of a weight or bias, the value that it should have,
            and the gesture that the wish is part of.
        refused: one line about what was typed and is no value.
    """

    units_requested = Signal(int, int)
    layer_insert_requested = Signal(int)
    layer_removal_requested = Signal(int)
    activation_requested = Signal(int, str)
    layer_count_requested = Signal(int)
    node_selected = Signal(int, int)
    quantity_changed = Signal(str)
    scale_changed = Signal(str)
    parameter_requested = Signal(object, float, str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the panel without a network."""
        super().__init__("Network", parent)
        self._snapshot: Snapshot | None = None
        self._quantities = SegmentedControl(QUANTITIES, name="Edges show")
        self._scales = ComboBox(SCALES, name="Scale of the edges' width")
        self._scales.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._scales.setToolTip("What the width of an edge is measured against")
        self._layers = Stepper("Hidden layers", 0, MAX_LAYERS - 1)
        self._layers.setToolTip("Number of hidden layers")
        # Where the header is too narrow for all three words.
        self._list = ComboBox(QUANTITIES, name="Edges show")
        self._list.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._list.setToolTip("What the edges show")
        self._list.hide()
        for key, sentence in QUANTITY_TIPS.items():
            self._quantities.segment(key).setToolTip(sentence)
        for control in (self._quantities, self._list, self._scales, self._layers):
            self.add_control(control)
        self.canvas = NetworkCanvas(self)
        self.canvas.units_requested.connect(self.units_requested)
        self.canvas.layer_insert_requested.connect(self.layer_insert_requested)
        self.canvas.layer_removal_requested.connect(self.layer_removal_requested)
        self.canvas.activation_requested.connect(self.activation_requested)
        self.canvas.node_selected.connect(self.node_selected)
        self.canvas.parameter_requested.connect(self.parameter_requested)
        self.canvas.refused.connect(self.refused)
        self.table = UnitTable(self)
        self.table.value_entered.connect(self._on_entered)
        self.table.refused.connect(self.refused)
        self.table.unit_chosen.connect(self._on_unit_chosen)
        self._views = QStackedLayout()
        for view in (self.canvas, _indented(self.table)):
            self._views.addWidget(view)
        self.body.addLayout(self._views, 1)
        self.table_action = self._make_table_action()
        self._scale_actions = self._make_scale_menu()
        self._quantities.selected.connect(self._on_quantity)
        self._list.selected.connect(self._on_quantity)
        self._scales.selected.connect(self.set_scale)
        self._layers.value_changed.connect(self.layer_count_requested)
        themes.changed.connect(self._fit_header)
        self._fit_header()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show ``new``; a hidden panel only remembers it."""
        structure_changed = self._snapshot is None or self._snapshot.structure != new.structure
        self._snapshot = new
        self.canvas.show_snapshot(new)
        if self.shows_table:
            self.table.show_snapshot(new)
        if structure_changed:
            self._layers.set_value(new.layout.layer_count - 1)
            self._fit_header()

    @property
    def shows_table(self) -> bool:
        """Return whether the table is in the diagram's place."""
        return self._views.currentIndex() == 1

    def set_quantity(self, quantity: str) -> None:
        """Show "weight", "gradient" or "update" without a signal; KeyError for another word."""
        self._quantities.set_selected(quantity)
        self._list.set_selected(quantity)
        self.canvas.set_quantity(cast("Quantity", quantity))

    @Slot(object)
    def choose_spot(self, choice: SpotChoice) -> None:
        """Outline what another finding is about."""
        self.canvas.choose_spot(choice)

    @Slot(str)
    def set_scale(self, scale: str) -> None:
        """Measure widths "relative", "absolute" or "logarithmic"; KeyError for another word."""
        self._scales.set_selected(scale)
        self._scale_actions[scale].setChecked(True)
        self.canvas.set_scale(cast("Scale", scale))
        self.scale_changed.emit(scale)

    def quantity(self) -> str:
        """Return what the edges show."""
        return self._quantities.selected_key()

    def scale(self) -> str:
        """Return what the widths of edges are measured against."""
        return self._scales.selected_key()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the header to the new width."""
        super().resizeEvent(event)
        self._fit_header()

    @Slot(str)
    def _on_quantity(self, quantity: str) -> None:
        self.set_quantity(quantity)
        self.quantity_changed.emit(quantity)

    @Slot()
    def _fit_header(self) -> None:
        """Where the header is narrow, leave out facts first, then the box of scales, then words.

        The scales stay within reach in the menu of the diagram.
        """
        metrics = self.fontMetrics()
        controls = self._quantities.sizeHint().width() + self._layers.sizeHint().width()
        title = metrics.horizontalAdvance(self.title()) * 1.2
        room = self.width() - title - controls - scaled(12 + 8 + 5 * 8)
        box = self._scales.sizeHint().width() + scaled(8)
        self._quantities.setVisible(room >= 0)
        self._list.setVisible(room < 0)
        facts = self._facts_by_length()
        self._scales.setVisible(room >= box + metrics.horizontalAdvance(facts[-1]))
        if not self._scales.isHidden():
            room -= box
        fitting = (words for words in facts if metrics.horizontalAdvance(words) <= room)
        self.set_facts(next(fitting, ""))

    def _facts_by_length(self) -> list[str]:
        if self._snapshot is None:
            return [""]
        layers = architecture(self._snapshot)
        return [f"{layers} · {format_count(self._snapshot.layout.size)} parameters", layers]

    def _make_table_action(self) -> QAction:
        action = QAction("Table of units\tT", self)
        action.setToolTip("Read the diagram as numbers, a row a unit.")
        action.setCheckable(True)
        action.toggled.connect(self._show_table)
        key = QShortcut(QKeySequence(Qt.Key.Key_T), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(action.toggle)
        for view in (self.canvas, self.table):
            view.addAction(action)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return action

    @Slot(bool)
    def _show_table(self, shows_table: bool) -> None:
        """Put the table in the diagram's place, or the diagram back, at the same unit."""
        views: tuple[QWidget, QWidget] = (self.canvas, self.table)
        had_focus = any(view.hasFocus() for view in views)
        self._views.setCurrentIndex(int(shows_table))
        if shows_table and self._snapshot is not None:
            self.table.show_snapshot(self._snapshot)
            selected = self.canvas.selected()
            layer, unit = getattr(selected, "layer", 0), getattr(selected, "unit", 0)
            self.table.choose(Node(layer, unit))
        if had_focus:
            views[shows_table].setFocus()

    @Slot(object, float)
    def _on_entered(self, place: object, value: float) -> None:
        self.parameter_requested.emit(place, value, "")

    @Slot(object)
    def _on_unit_chosen(self, node: Node) -> None:
        self.canvas.show_unit(node)

    def _make_scale_menu(self) -> dict[str, QAction]:
        make_separator(self.canvas)
        group = QActionGroup(self)
        actions = {}
        for scale in SCALES:
            action = QAction(f"Width: {scale}", self)
            action.setCheckable(True)
            action.setData(scale)
            action.setToolTip(f"Measure the width of an edge on a scale that is {scale}")
            group.addAction(action)
            self.canvas.addAction(action)
            actions[scale] = action
        actions["relative"].setChecked(True)
        group.triggered.connect(self._on_scale_action)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return actions

    @Slot(QAction)
    def _on_scale_action(self, action: QAction) -> None:
        self.set_scale(str(action.data()))


def _indented(table: QWidget) -> QWidget:
    """Return ``table`` with its text under the title of the card."""
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.setContentsMargins(scaled(8), 0, scaled(6), scaled(1))
    column.addWidget(table)
    return frame
