"""The network panel: real clicks and keys on the diagram, and every network drawable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from core import Snapshot
from gui.diagram.geometry import Column
from gui.diagram.targets import Bias, Edge, Node
from gui.panels.network_panel import NetworkPanel
from gui.theme import THEME_NAMES, ThemeName, apply_theme, current_theme
from gui.widgets.combo_box import ComboBox
from gui.widgets.segmented_control import SegmentedControl
from tests.gui.diagram.runs import SPIRAL, snapshot, trainer


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[NetworkPanel]:
    apply_theme(qapp, "dark")
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(644, 426)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


@pytest.fixture
def spiral(panel: NetworkPanel) -> NetworkPanel:
    panel.show_snapshot(None, snapshot("SPIRAL"))
    return panel


def column(panel: NetworkPanel, layer: int) -> Column:
    found = panel.canvas.geometry_on_show().column(layer)
    assert found is not None
    return found


def button(panel: NetworkPanel, name: str) -> QAbstractButton:
    buttons = panel.findChildren(QAbstractButton)
    return next(b for b in buttons if b.accessibleName() == name and b.isVisible())


def box(panel: NetworkPanel, name: str) -> ComboBox:
    return next(b for b in panel.findChildren(ComboBox) if b.accessibleName() == name)


def focus(qtbot: QtBot, panel: NetworkPanel) -> None:
    with qtbot.waitActive(panel):
        panel.activateWindow()
    panel.canvas.setFocus()


def press(qtbot: QtBot, panel: NetworkPanel, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(panel.canvas, key)


def hover(qtbot: QtBot, panel: NetworkPanel, point: QPoint) -> None:
    qtbot.mouseMove(panel.canvas, point - QPoint(2, 0))
    qtbot.mouseMove(panel.canvas, point)


def picture(panel: NetworkPanel) -> QImage:
    return panel.canvas.grab().toImage()


def texts(panel: NetworkPanel) -> str:
    facts = panel.canvas.facts_on_show()
    assert facts is not None
    return facts.as_text()


def test_the_header_names_layers_and_parameters(spiral: NetworkPanel) -> None:
    # 2 * 4 + 4 weights and biases, then 4 * 3 + 3, then 3 + 1.
    assert "2-4-3-1 · 31 parameters" in {label.text() for label in spiral.findChildren(QLabel)}


def test_plus_in_a_head_asks_for_one_more_unit(qtbot: QtBot, spiral: NetworkPanel) -> None:
    with qtbot.waitSignal(spiral.units_requested) as asked:
        plus = button(spiral, "Add a unit to hidden 2")
        qtbot.mouseClick(plus, Qt.MouseButton.LeftButton)
    assert asked.args == [2, 4]


def test_minus_in_a_head_asks_for_one_unit_less(qtbot: QtBot, spiral: NetworkPanel) -> None:
    with qtbot.waitSignal(spiral.units_requested) as asked:
        minus = button(spiral, "Remove a unit from hidden 1")
        qtbot.mouseClick(minus, Qt.MouseButton.LeftButton)
    assert asked.args == [1, 3]


def test_the_ring_between_two_columns_asks_for_a_layer_there(
    qtbot: QtBot, spiral: NetworkPanel
) -> None:
    with qtbot.waitSignal(spiral.layer_insert_requested) as asked:
        ring = button(spiral, "Insert a layer after hidden 1")
        qtbot.mouseClick(ring, Qt.MouseButton.LeftButton)
    assert asked.args == [1]


def test_buttons_of_the_heads_have_targets_of_24_pixels(spiral: NetworkPanel) -> None:
    heads = [b for b in spiral.canvas.findChildren(QAbstractButton) if b.isVisible()]
    assert len(heads) == 10
    assert all(b.width() >= 24 and b.height() >= 24 for b in heads)


def test_the_output_offers_no_change_of_its_units(spiral: NetworkPanel) -> None:
    names = {b.accessibleName() for b in spiral.canvas.findChildren(QAbstractButton)}
    assert not [name for name in names if "unit" in name and "hidden" not in name]


def test_the_stepper_asks_for_a_number_of_hidden_layers(qtbot: QtBot, spiral: NetworkPanel) -> None:
    with qtbot.waitSignal(spiral.layer_count_requested) as asked:
        qtbot.mouseClick(button(spiral, "More: Hidden layers"), Qt.MouseButton.LeftButton)
    assert asked.args == [3]


def test_choosing_the_gradient_draws_and_announces_it(qtbot: QtBot, spiral: NetworkPanel) -> None:
    weights = picture(spiral)
    control = spiral.findChildren(SegmentedControl)[0]
    with qtbot.waitSignal(spiral.quantity_changed) as chosen:
        qtbot.mouseClick(control.segment("gradient"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["gradient"]
    assert picture(spiral) != weights


def test_the_scale_is_in_the_header_and_in_the_menu(spiral: NetworkPanel) -> None:
    relative = picture(spiral)
    actions = {action.text(): action for action in spiral.canvas.actions()}
    actions["Width: logarithmic"].trigger()
    assert box(spiral, "Scale of the edges' width").selected_key() == "logarithmic"
    assert picture(spiral) != relative


def test_in_a_narrow_panel_a_list_stands_for_the_words(qtbot: QtBot, spiral: NetworkPanel) -> None:
    words = spiral.findChildren(SegmentedControl)[0]
    choice = box(spiral, "Edges show")
    assert words.isVisible()
    assert not choice.isVisible()
    # In the window a panel is as small as it is made.
    spiral.setMinimumWidth(1)
    spiral.resize(330, 426)
    assert not words.isVisible()
    assert choice.isVisible()
    with qtbot.waitSignal(spiral.quantity_changed) as chosen:
        qtbot.keyClicks(choice, "Up")
    assert chosen.args == ["update"]
    spiral.resize(644, 426)
    assert words.selected_key() == "update"


def test_clicking_a_node_selects_it(qtbot: QtBot, spiral: NetworkPanel) -> None:
    point = column(spiral, 2).node(1).center().toPoint()
    with qtbot.waitSignal(spiral.node_selected) as chosen:
        qtbot.mouseClick(spiral.canvas, Qt.MouseButton.LeftButton, pos=point)
    assert chosen.args == [2, 1]
    assert spiral.canvas.selected() == Node(2, 1)


def test_hovering_the_bias_of_the_output_shows_its_value(
    qtbot: QtBot, spiral: NetworkPanel
) -> None:
    hover(qtbot, spiral, column(spiral, 3).gauge_rect(0).center().toPoint())
    assert texts(spiral).startswith("Bias b₃[1]: value ")


def test_a_hovered_value_follows_the_training(qtbot: QtBot, spiral: NetworkPanel) -> None:
    hover(qtbot, spiral, column(spiral, 3).gauge_rect(0).center().toPoint())
    before = texts(spiral)
    spiral.show_snapshot(None, snapshot("SPIRAL", 30))
    assert texts(spiral) != before


def test_hovering_a_unit_fades_the_edges_of_all_others(qtbot: QtBot, spiral: NetworkPanel) -> None:
    left, right = column(spiral, 0), column(spiral, 1)
    area = (int(left.right) + 2, 60, int(right.edge_left - left.right) - 4, 280)
    panel_color = current_theme().panel

    def ink() -> float:
        image = picture(spiral).copy(*area).convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, :3].astype(int)
        ground = np.array([panel_color.blue(), panel_color.green(), panel_color.red()])
        return float(np.abs(pixels - ground).sum())

    before = ink()
    # The card about the output's bias lies at the other side of the diagram.
    hover(qtbot, spiral, column(spiral, 3).gauge_rect(0).center().toPoint())
    assert ink() < before / 2


def test_arrow_keys_move_the_selection_and_tell_its_values(
    qtbot: QtBot, spiral: NetworkPanel
) -> None:
    focus(qtbot, spiral)
    press(qtbot, spiral, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left)
    assert spiral.canvas.selected() == Bias(1, 1)
    assert texts(spiral) in spiral.canvas.accessibleDescription()


def test_page_keys_move_over_the_weights_into_a_unit(qtbot: QtBot, spiral: NetworkPanel) -> None:
    focus(qtbot, spiral)
    press(qtbot, spiral, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    assert spiral.canvas.selected() == Edge(1, 0, 1)
    assert texts(spiral).startswith("Weight W₁[1, 2]")


def test_escape_drops_the_selection(qtbot: QtBot, spiral: NetworkPanel) -> None:
    focus(qtbot, spiral)
    press(qtbot, spiral, Qt.Key.Key_Right, Qt.Key.Key_Escape)
    assert spiral.canvas.selected() is None
    assert spiral.canvas.facts_on_show() is None


@pytest.mark.parametrize(("key", "units"), [(Qt.Key.Key_Plus, 5), (Qt.Key.Key_Minus, 3)])
def test_plus_and_minus_change_the_units_of_the_selected_layer(
    qtbot: QtBot, spiral: NetworkPanel, key: Qt.Key, units: int
) -> None:
    focus(qtbot, spiral)
    press(qtbot, spiral, Qt.Key.Key_Right)
    with qtbot.waitSignal(spiral.units_requested) as asked:
        press(qtbot, spiral, key)
    assert asked.args == [1, units]


def test_insert_asks_for_a_layer_after_the_selected_one(qtbot: QtBot, spiral: NetworkPanel) -> None:
    focus(qtbot, spiral)
    press(qtbot, spiral, Qt.Key.Key_Right)
    with qtbot.waitSignal(spiral.layer_insert_requested) as asked:
        press(qtbot, spiral, Qt.Key.Key_Insert)
    assert asked.args == [1]


def test_space_is_left_to_the_window(qtbot: QtBot, spiral: NetworkPanel) -> None:
    focus(qtbot, spiral)
    press(qtbot, spiral, Qt.Key.Key_Right)
    selected = spiral.canvas.selected()
    press(qtbot, spiral, Qt.Key.Key_Space)
    assert spiral.canvas.selected() == selected


def test_the_selection_survives_a_change_of_another_layer(
    qtbot: QtBot, spiral: NetworkPanel
) -> None:
    point = column(spiral, 1).node(1).center().toPoint()
    qtbot.mouseClick(spiral.canvas, Qt.MouseButton.LeftButton, pos=point)
    layers = [{"units": 4}, {"units": 6}, {"units": 1, "activation": "sigmoid"}]
    wider = trainer(SPIRAL | {"network": {"layers": layers}}).snapshot()
    spiral.show_snapshot(None, replace(wider, structure=99))
    assert spiral.canvas.selected() == Node(1, 1)
    assert len(column(spiral, 2).units) == 6


def test_clicking_the_pill_shows_more_units_and_again_folds_them(
    qtbot: QtBot, panel: NetworkPanel
) -> None:
    panel.show_snapshot(None, snapshot("DIGITS"))
    counts = []
    for _ in range(3):
        shown = column(panel, 1)
        counts.append(len(shown.units))
        assert shown.pill is not None
        point = shown.pill.center().toPoint()
        qtbot.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=point)
    assert counts[0] < counts[1]
    assert counts[2] == counts[0]


def test_folded_layers_can_be_leafed_to_the_last_one(qtbot: QtBot, panel: NetworkPanel) -> None:
    panel.show_snapshot(None, snapshot("LAYERS_128"))
    seen: set[int] = set()
    for _ in range(30):
        geometry = panel.canvas.geometry_on_show()
        seen |= {shown.layer for shown in geometry.columns()}
        right = geometry.slots[-2]
        if isinstance(right, Column):
            break
        point = QPoint(round(right.middle), 200)
        qtbot.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=point)
    assert seen == set(range(129))


def test_a_new_snapshot_of_the_same_network_moves_nothing(spiral: NetworkPanel) -> None:
    before = spiral.canvas.geometry_on_show()
    spiral.show_snapshot(None, snapshot("SPIRAL", 30))
    assert spiral.canvas.geometry_on_show() is before


def test_more_units_are_shown_in_a_larger_window(panel: NetworkPanel) -> None:
    panel.show_snapshot(None, snapshot("DIGITS"))
    before = len(column(panel, 1).units)
    panel.resize(1084, 640)
    assert len(column(panel, 1).units) > before


def test_weights_that_are_not_finite_are_drawn_in_the_colour_of_errors(
    spiral: NetworkPanel,
) -> None:
    shown = snapshot("SPIRAL")
    error = current_theme().err

    def error_pixels() -> int:
        image = picture(spiral)
        return sum(
            image.pixelColor(x, y) == error
            for x in range(0, image.width(), 2)
            for y in range(40, image.height(), 2)
        )

    assert error_pixels() == 0
    parameters = np.array(shown.parameters)
    parameters[:8], parameters[-1] = np.nan, np.inf
    spiral.show_snapshot(None, replace(shown, parameters=parameters))
    assert error_pixels() > 0


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize(
    "name", ["SPIRAL", "DIGITS", "IRIS", "LAYERS_128", "UNITS_4096", "BLOWN_UP"]
)
def test_every_network_is_drawn_in_every_theme(
    qapp: QApplication, panel: NetworkPanel, name: str, theme: ThemeName
) -> None:
    apply_theme(qapp, theme)
    panel.show_snapshot(None, snapshot(name, 200 if name == "BLOWN_UP" else 5))
    for quantity in ("weight", "gradient", "update"):
        panel.set_quantity(quantity)
        for scale in ("relative", "absolute", "logarithmic"):
            panel.set_scale(scale)
            assert colors_of(picture(panel)) > 10


def colors_of(image: QImage) -> int:
    """Return how many colours a grid of points in ``image`` has."""
    width, height = image.width(), image.height()
    points = [(x, y) for x in range(0, width, 5) for y in range(0, height, 5)]
    return len({QColor(image.pixel(x, y)).rgb() for x, y in points})


def test_a_run_in_mid_step_is_drawn(panel: NetworkPanel) -> None:
    run = trainer(SPIRAL)
    for _ in range(len(run.program.ops)):
        run.advance_op()
        shown: Snapshot = run.snapshot()
        panel.show_snapshot(None, shown)
        assert colors_of(picture(panel)) > 10


def test_a_change_of_theme_repaints_the_diagram(qapp: QApplication, spiral: NetworkPanel) -> None:
    dark = picture(spiral)
    apply_theme(qapp, "light")
    assert picture(spiral) != dark


def test_tab_goes_from_the_diagram_to_the_buttons_in_it(qtbot: QtBot, spiral: NetworkPanel) -> None:
    focus(qtbot, spiral)
    press(qtbot, spiral, Qt.Key.Key_Tab)
    assert button(spiral, "Remove a unit from hidden 1").hasFocus()
