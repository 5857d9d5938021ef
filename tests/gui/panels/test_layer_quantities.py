"""The layers' panel with something else than gradients: weights, activations, updates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.diagnosis.histograms import Quantity
from gui.numbers import format_value
from gui.panels.gradients_panel import GradientsPanel
from gui.ridges.quantities import entries_of
from gui.ridges.rows import ridge_geometry
from gui.ridges.side import unit_states
from gui.theme import apply_theme
from gui.widgets.combo_box import ComboBox
from gui.widgets.segmented_control import SegmentedControl
from tests.gui.driver import Driver

LEFT = Qt.MouseButton.LeftButton


def run_of(quantity: Quantity, steps: int, hidden: str = "relu") -> Trainer:
    layers = [{"units": 6, "activation": hidden}, {"units": 4, "activation": "tanh"}, {"units": 1}]
    layers[-1]["activation"] = "sigmoid"
    data = {"kind": "circle", "samples": 60}
    run = Trainer(ExperimentSpec.from_dict({"data": data, "network": {"layers": layers}}))
    run.in_view.quantity = quantity
    run.advance_steps(steps)
    return run


@cache
def trained(quantity: Quantity, steps: int = 20) -> Snapshot:
    return run_of(quantity, steps).snapshot()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[GradientsPanel]:
    apply_theme(qapp, "dark")
    panel = GradientsPanel()
    qtbot.addWidget(panel)
    panel.resize(600, 268)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


def tooltip(qapp: QApplication, panel: GradientsPanel, row: int) -> str:
    place = QPoint(200, round(panel.ridges.geometry_of_rows().base(row)) - 6)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, panel.ridges.mapToGlobal(place))
    qapp.sendEvent(panel.ridges, event)
    text = QToolTip.text()
    QToolTip.hideText()
    return text


@pytest.mark.parametrize("quantity", ["weights", "activations", "updates"])
def test_choosing_a_quantity_asks_for_it(
    qtbot: QtBot, panel: GradientsPanel, quantity: Quantity
) -> None:
    control = panel.findChild(SegmentedControl)
    with qtbot.waitSignal(panel.quantity_requested) as asked:
        qtbot.mouseClick(control.segment(quantity), LEFT)
    assert asked.args == [quantity]


def test_the_quantity_is_chosen_by_keys_too(qtbot: QtBot, panel: GradientsPanel) -> None:
    first = panel.findChild(SegmentedControl).segment("gradients")
    first.setFocus()
    with qtbot.waitSignal(panel.quantity_requested) as asked:
        qtbot.keyClick(first, Qt.Key.Key_Right)
    assert asked.args == ["weights"]


def test_a_narrow_header_offers_the_same_as_a_list(qtbot: QtBot, panel: GradientsPanel) -> None:
    panel.resize(345, 268)
    box = panel.findChild(ComboBox)
    control = panel.findChild(SegmentedControl)
    assert box.isVisible() != control.isVisible()
    box.show()
    with qtbot.waitSignal(panel.quantity_requested) as asked:
        box.setFocus()
        qtbot.keyClicks(box, "Upd")
    assert asked.args == ["updates"]
    assert control.selected_key() == "updates"


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("weights", "Hidden 1: 18 weights and biases, RMS "),
        ("updates", "Hidden 1: 18 updates, RMS "),
        ("activations", "Hidden 1: 60 activations, RMS "),
    ],
)
def test_the_rows_say_what_they_count(
    panel: GradientsPanel, quantity: Quantity, words: str
) -> None:
    panel.show_snapshot(None, trained(quantity))
    assert panel.accessibleDescription().startswith(words)
    rms = trained(quantity).histograms.rms[0]
    assert f"RMS {format_value(rms)}" in panel.accessibleDescription()
    assert panel.accessibleName() == quantity.capitalize()
    assert panel.ridges.accessibleName() == f"Sizes of {quantity} by layer"
    assert not panel.ridges.grab().isNull()


@pytest.mark.parametrize("quantity", ["gradients", "weights", "updates"])
def test_ticks_stand_for_the_entries_of_the_quantity(quantity: Quantity) -> None:
    snapshot = trained(quantity)
    for layer in (1, 2, 3):
        entries = entries_of(snapshot, layer)
        assert entries is not None
        rms = np.sqrt(np.mean(np.asarray(entries) ** 2))
        assert rms == pytest.approx(snapshot.histograms.rms[layer - 1])


def test_the_updates_are_compared_with_the_weights(
    qapp: QApplication, panel: GradientsPanel
) -> None:
    snapshot = trained("updates")
    panel.show_snapshot(None, snapshot)
    ratios = snapshot.histograms.ratios
    assert ratios is not None
    text = tooltip(qapp, panel, 2)
    assert f"update to weight {format_value(ratios[2], 3)}" in text
    assert "1e−3" in text
    assert "CS231n" in text


def test_dead_and_saturated_units_are_named(qapp: QApplication, panel: GradientsPanel) -> None:
    run = run_of("activations", 0)
    run.network.layers[0].W[:3], run.network.layers[0].b[:3] = 0.0, -1.0
    run.network.layers[1].W[:], run.network.layers[1].b[:] = 0.0, 5.0
    run.advance_steps(1)
    snapshot = run.snapshot()
    panel.show_snapshot(None, snapshot)
    silent = snapshot.histograms.silent
    assert silent is not None
    assert silent[0] >= 3
    assert unit_states(snapshot, 1)[0] == f"{silent[0]:.0f} of 6 dead"
    assert unit_states(snapshot, 2)[0] == "100 % saturated"
    assert unit_states(snapshot, 3)[0] == ""
    assert f"{silent[0]:.0f} of 6 units answered 0 to all of 10 rows" in tooltip(qapp, panel, 0)
    assert "100.0 % of the outputs saturated" in panel.accessibleDescription()


def test_activations_not_yet_computed_are_no_zeros(panel: GradientsPanel) -> None:
    run = run_of("activations", 0)
    panel.show_snapshot(None, run.snapshot())
    assert panel.accessibleDescription() == "No activation has been computed yet."
    while run.advance_op().name != "a1":
        pass
    panel.show_snapshot(None, run.snapshot())
    words = panel.accessibleDescription()
    assert words.startswith("Hidden 1: 60 activations")
    assert "Hidden 2: not computed yet" in words


def test_weights_are_there_before_the_first_step(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, run_of("weights", 0).snapshot())
    assert not panel.ridges.is_empty()


def test_every_quantity_keeps_its_own_axis(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, trained("gradients"))
    gradients = panel.ridges.axis
    panel.show_snapshot(None, trained("weights"))
    assert panel.ridges.axis != gradients
    panel.show_snapshot(None, trained("gradients"))
    assert panel.ridges.axis == gradients


@pytest.mark.parametrize("width", [340, 410, 600, 986])
@pytest.mark.parametrize("side", ["history", "facts", "nothing"])
def test_columns_stand_beside_each_other_whatever_the_last_one_holds(width: int, side: str) -> None:
    geometry = ridge_geometry(width, 230, 3, side)  # type: ignore[arg-type]
    ends = [geometry.left, geometry.right, *geometry.counts, geometry.rms]
    ends += list(geometry.history or ())
    assert ends == sorted(ends)
    assert ends[-1] <= width
    has_column = {"history": width > 480, "facts": True, "nothing": False}[side]
    assert (geometry.history is not None) == has_column


def test_the_window_shows_the_quantity_that_was_chosen(driver: Driver) -> None:
    driver.press("Layers show: Updates")
    driver.settle()
    assert driver.snapshot.histograms.quantity == "updates"
    driver.window.session.step("batch")
    driver.settle()
    assert driver.window.gradients.accessibleName() == "Updates"
    assert "update to weight" in driver.window.gradients.accessibleDescription()
    driver.run_until(30)
    assert driver.pause().histograms.quantity == "updates"
