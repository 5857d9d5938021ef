"""The controls ask for exactly one change a click, and show what the run says."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.presets import load_preset, presets
from gui.panels.controls_panel import ControlsPanel
from gui.theme import apply_theme, undressed
from gui.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton
# What is left of a window 800 high for the column.
ROOM = 702


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


class Run:
    """A trainer that obeys the panel, and what the panel asked for."""

    def __init__(self, qtbot: QtBot, spec: ExperimentSpec) -> None:
        self.trainer = Trainer(spec)
        self.changes: list[dict[str, Any]] = []
        self.refusals: list[str] = []
        self.misfits: list[tuple[dict[str, Any], str]] = []
        with undressed():
            self.panel = ControlsPanel()
        qtbot.addWidget(self.panel)
        self.panel.resize(self.panel.width(), ROOM)
        self.panel.show()
        self.panel.change_requested.connect(self.changes.append)
        self.panel.refused.connect(self.refusals.append)
        self.panel.misfit.connect(lambda wish, reason: self.misfits.append((wish, reason)))
        self.show()

    def show(self) -> Snapshot:
        snapshot = self.trainer.snapshot()
        self.panel.show_snapshot(None, snapshot)
        return snapshot

    def obey(self) -> ExperimentSpec:
        """Carry out all that was asked for, and show the result."""
        for changes in self.changes:
            self.trainer.change(changes)
        self.changes.clear()
        return self.show().spec


@pytest.fixture
def run(qtbot: QtBot) -> Run:
    return Run(qtbot, load_preset("spiral"))


def named(panel: QWidget, kind: type[QWidget], name: str) -> Any:
    found = [w for w in panel.findChildren(kind) if w.accessibleName() == name]
    assert len(found) == 1
    return found[0]


def enter(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def pick(qtbot: QtBot, box: QComboBox, words: str) -> None:
    """Choose by typing the first letters, as with the keyboard."""
    box.setFocus()
    qtbot.keyClicks(box, words)


def click_at(qtbot: QtBot, slider: Slider, share: float) -> None:
    qtbot.mouseClick(slider, LEFT, pos=QPoint(round(share * slider.width()), slider.height() // 2))


def test_a_data_set_is_chosen_by_its_picture(qtbot: QtBot, run: Run) -> None:
    qtbot.mouseClick(run.panel.data.sets.thumbnail("digits"), LEFT)
    assert run.changes[0]["data"]["kind"] == "digits"
    spec = run.obey()
    output = spec.network.layers[-1]
    assert (spec.training.loss, output.units, output.activation) == (
        "cross_entropy",
        10,
        "softmax",
    )
    assert run.panel.training.loss.currentText() == "cross-entropy"
    assert run.panel.data.header.fact.text() == "Handwritten digits"


def test_rows_of_drawn_data_are_hidden_for_collected_data(qtbot: QtBot, run: Run) -> None:
    data = run.panel.data
    rows = (data.noise, data.samples, data.features)
    assert all(row.isVisible() for row in rows)
    qtbot.mouseClick(data.sets.thumbnail("iris"), LEFT)
    run.obey()
    assert not any(row.isVisible() for row in rows)
    assert data.test_share.isVisible()


def test_given_rows_have_a_picture_only_while_they_are_trained_on(qtbot: QtBot) -> None:
    run = Run(qtbot, load_preset("worked-example"))
    given = run.panel.data.sets.thumbnail("inline")
    assert given.isVisible()
    assert given.isChecked()
    qtbot.mouseClick(run.panel.data.sets.thumbnail("moons"), LEFT)
    run.obey()
    assert not given.isVisible()


def test_noise_counts_at_every_stop_and_what_starts_anew_only_when_let_go(
    qtbot: QtBot, run: Run
) -> None:
    noise = run.panel.data.noise.slider
    noise.setFocus()
    qtbot.keyClick(noise, Qt.Key.Key_Right)
    assert run.changes == [{"data": {"noise": 0.11}}]
    run.changes.clear()
    samples = run.panel.data.samples.slider
    middle = samples.height() // 2
    qtbot.mousePress(samples, LEFT, pos=QPoint(30, middle))
    qtbot.mouseMove(samples, QPoint(50, middle))
    qtbot.mouseMove(samples, QPoint(samples.width(), middle))
    assert run.changes == []
    qtbot.mouseRelease(samples, LEFT, pos=QPoint(samples.width(), middle))
    assert run.changes == [{"data": {"samples": 5000}}]


def test_the_test_share_is_a_percentage(qtbot: QtBot, run: Run) -> None:
    share = run.panel.data.test_share
    share.slider.setFocus()
    qtbot.keyClick(share.slider, Qt.Key.Key_Home)
    assert run.changes == [{"data": {"test_fraction": 0.0}}]
    assert share.slider.accessibleDescription() == "0 %"
    assert run.obey().data.test_fraction == 0.0


def test_features_are_chips_and_the_last_one_stays(qtbot: QtBot, run: Run) -> None:
    features = run.panel.data.features
    qtbot.mouseClick(features.chip("x1^2"), LEFT)
    assert run.changes[0]["data"] == {"features": ["x1", "x2", "x1^2"]}
    assert run.obey().data.features == ("x1", "x2", "x1^2")
    for feature in ("x1", "x2"):
        qtbot.mouseClick(features.chip(feature), LEFT)
        run.obey()
    qtbot.mouseClick(features.chip("x1^2"), LEFT)
    assert run.changes == []
    assert features.chip("x1^2").isChecked()
    assert run.refusals == ["data.features: the network needs at least one input"]


def test_units_of_a_layer_are_stepped_and_typed(qtbot: QtBot, run: Run) -> None:
    first, second = run.panel.network.hidden[:2]
    qtbot.mouseClick(first.stepper.plus, LEFT)
    assert [layer.units for layer in run.obey().network.layers] == [9, 8, 1]
    enter(qtbot, second.stepper.field, "12")
    assert [layer.units for layer in run.obey().network.layers] == [9, 12, 1]
    assert run.panel.network.header.fact.text() == "160 parameters"


def test_two_quick_wishes_are_both_granted(qtbot: QtBot, run: Run) -> None:
    first, second = run.panel.network.hidden[:2]
    qtbot.mouseClick(first.stepper.plus, LEFT)
    qtbot.mouseClick(second.stepper.minus, LEFT)
    assert [layer.units for layer in run.obey().network.layers] == [9, 7, 1]


def test_one_layers_activation_makes_the_common_one_mixed(qtbot: QtBot, run: Run) -> None:
    network = run.panel.network
    pick(qtbot, network.hidden[1].activation, "ReLU")
    layers = run.obey().network.layers
    assert [layer.activation for layer in layers] == ["tanh", "relu", "sigmoid"]
    assert network.all_hidden.activation.currentIndex() == -1
    assert network.all_hidden.activation.placeholderText() == "mixed"
    pick(qtbot, network.all_hidden.activation, "tanh")
    layers = run.obey().network.layers
    assert [layer.activation for layer in layers] == ["tanh", "tanh", "sigmoid"]


def test_hidden_layers_are_counted_and_more_than_three_are_set_together(
    qtbot: QtBot, run: Run
) -> None:
    network = run.panel.network
    for _ in range(2):
        qtbot.mouseClick(network.all_hidden.stepper.plus, LEFT)
        run.obey()
    assert len(run.trainer.spec.network.layers) == 5
    assert not any(row.isVisible() for row in network.hidden)
    qtbot.mouseClick(network.folded.stepper.minus, LEFT)
    assert [layer.units for layer in run.obey().network.layers] == [7, 7, 7, 7, 1]
    enter(qtbot, network.all_hidden.stepper.field, "0")
    assert [layer.units for layer in run.obey().network.layers] == [1]
    assert not network.folded.isVisible()


def test_an_output_that_fits_is_asked_for_and_one_that_does_not_is_told_with_the_reason(
    qtbot: QtBot, run: Run
) -> None:
    output = run.panel.network.output
    output.activation.setCurrentText("tanh")
    assert run.changes == []
    assert output.activation.selected_key() == "sigmoid"
    ((wish, reason),) = run.misfits
    assert wish["network"]["layers"][-1]["activation"] == "tanh"
    assert reason.startswith("network.layers: binary_cross_entropy needs")
    pick(qtbot, run.panel.training.loss, "mean")
    run.obey()
    pick(qtbot, output.activation, "tanh")
    assert run.obey().network.layers[-1].activation == "tanh"


def test_the_output_counts_as_far_as_there_are_data_with_so_many_classes(
    qtbot: QtBot, run: Run
) -> None:
    output = run.panel.network.output.stepper
    qtbot.mouseClick(output.plus, LEFT)
    assert run.obey().network.layers[-1].units == 2
    qtbot.mouseClick(output.plus, LEFT)
    assert run.changes == []
    assert len(run.misfits) == 1
    qtbot.mouseClick(run.panel.data.sets.thumbnail("iris"), LEFT)
    run.obey()
    assert not output.isEnabled()


def test_a_loss_in_quick_succession_to_other_data_is_theirs(qtbot: QtBot, run: Run) -> None:
    qtbot.mouseClick(run.panel.data.sets.thumbnail("iris"), LEFT)
    pick(qtbot, run.panel.training.loss, "mean")
    spec = run.obey()
    assert (spec.data.kind, spec.training.loss, spec.network.layers[-1].units) == (
        "iris",
        "mean_squared_error",
        3,
    )


def test_the_initializer_draws_anew(qtbot: QtBot, run: Run) -> None:
    run.trainer.advance_step()
    pick(qtbot, run.panel.network.initializer, "orthogonal")
    assert run.changes == [{"network": {"initializer": "orthogonal"}}]
    run.obey()
    assert run.trainer.step == 0


def test_a_loss_that_needs_another_output_brings_it(qtbot: QtBot, run: Run) -> None:
    pick(qtbot, run.panel.training.loss, "cross")
    spec = run.obey()
    assert (spec.training.loss, spec.network.layers[-1].units) == ("cross_entropy", 2)


@pytest.mark.parametrize(
    ("kind", "words", "fields"),
    [
        ("sgd", "SGD", []),
        ("momentum", "Momentum", ["momentum", "dampening"]),
        ("nesterov", "Nesterov", ["momentum"]),
        ("rmsprop", "RMSprop", ["alpha"]),
        ("adamw", "AdamW", ["beta1", "beta2", "weight_decay"]),
    ],
)
def test_an_optimizer_shows_its_own_numbers(
    qtbot: QtBot, run: Run, kind: str, words: str, fields: list[str]
) -> None:
    training = run.panel.training
    pick(qtbot, training.optimizer, words)
    assert run.obey().training.optimizer.kind == kind
    shown = [key for key, field in training.hyperparameters.fields.items() if field.isVisible()]
    assert shown == fields
    for key in fields:
        enter(qtbot, training.hyperparameters.fields[key], "0.25")
        assert run.changes == [{"training": {"optimizer": {key: 0.25}}}]
        assert getattr(run.obey().training.optimizer, key) == 0.25


def test_weight_decay_left_open_shows_what_counts(run: Run) -> None:
    run.trainer.change({"training": {"optimizer": {"kind": "adamw"}}})
    run.show()
    assert run.panel.training.hyperparameters.fields["weight_decay"].text() == "0.01"


def test_the_batch_size_moves_over_usual_sizes(qtbot: QtBot, run: Run) -> None:
    slider = run.panel.training.batch_size.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert run.changes == [{"training": {"batch_size": 16}}]


def test_the_learning_rate_is_typed_and_slid(qtbot: QtBot, run: Run) -> None:
    enter(qtbot, named(run.panel, QLineEdit, "Learning rate"), "0.25")
    assert run.changes == [{"training": {"optimizer": {"learning_rate": 0.25}}}]
    run.obey()
    click_at(qtbot, run.panel.training.learning_rate.track, 1.0)
    assert run.obey().training.optimizer.learning_rate == 10.0


def test_the_seed_is_typed_and_drawn(qtbot: QtBot, run: Run) -> None:
    enter(qtbot, run.panel.training.seed, "42")
    assert run.changes == [{"seed": 42}]
    run.obey()
    qtbot.mouseClick(run.panel.training.new_start, LEFT)
    assert run.obey().seed != 42


def test_the_same_start_changes_nothing_and_a_new_one_the_seed_alone(
    qtbot: QtBot, run: Run
) -> None:
    training, before = run.panel.training, run.trainer.spec
    with qtbot.waitSignal(training.same_start_requested):
        qtbot.mouseClick(training.same_start, LEFT)
    assert run.changes == []
    qtbot.mouseClick(training.new_start, LEFT)
    ((key, seed),) = run.changes[0].items()
    assert (key, seed != before.seed, 0 <= seed < 10_000) == ("seed", True, True)


def test_a_number_that_is_none_is_refused_in_one_line_and_the_old_one_is_back(
    qtbot: QtBot, run: Run
) -> None:
    before = run.trainer.spec.training.optimizer.learning_rate
    field = named(run.panel, QLineEdit, "Learning rate")
    enter(qtbot, field, "fast")
    assert run.changes == []
    assert len(run.refusals) == 1
    assert run.refusals[0].startswith("Learning rate: expected a number")
    assert field.text() == f"{before:g}"


def test_a_number_that_the_specification_refuses_never_leaves_the_panel(
    qtbot: QtBot, run: Run
) -> None:
    run.trainer.change({"training": {"optimizer": {"kind": "adam"}}})
    run.show()
    field = run.panel.training.hyperparameters.fields["beta1"]
    enter(qtbot, field, "1")
    assert run.changes == []
    (misfit,) = run.misfits
    assert misfit[1] == "training.optimizer.beta1: expected a number < 1, got 1.0"
    assert field.text() == "0.9"


def test_a_wish_that_the_run_refuses_is_taken_back_by_the_next_snapshot(
    qtbot: QtBot, run: Run
) -> None:
    pick(qtbot, run.panel.training.optimizer, "SGD")
    run.changes.clear()
    run.show()
    assert run.panel.training.optimizer.selected_key() == run.trainer.spec.training.optimizer.kind


def test_programs_outside_find_and_set_the_named_controls(qtbot: QtBot, run: Run) -> None:
    for name, words, key in (("Activation", "ReLU", "relu"), ("Optimizer", "Momentum", "momentum")):
        box = named(run.panel, QComboBox, name)
        assert box.isVisible()
        box.setCurrentText(words)
        assert box.currentData() == key
    field = named(run.panel, QLineEdit, "Learning rate")
    field.setText("0.125")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    spec = run.obey()
    assert {layer.activation for layer in spec.network.layers[:-1]} == {"relu"}
    assert spec.training.optimizer.kind == "momentum"
    assert spec.training.optimizer.learning_rate == 0.125


def test_showing_a_run_asks_for_nothing(run: Run) -> None:
    for preset in presets():
        run.panel.show_snapshot(None, Trainer(load_preset(preset.key)).snapshot())
        run.show()
        assert (run.changes, run.refusals) == ([], []), preset.key


def test_what_is_being_typed_and_dragged_is_left_alone(qtbot: QtBot, run: Run) -> None:
    training = run.panel.training
    field, track = training.learning_rate.field, training.batch_size.slider
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.0")
    qtbot.mousePress(track, LEFT, pos=QPoint(track.width(), 5))
    run.changes.clear()
    run.trainer.change(
        {"training": {"batch_size": 3, "optimizer": {"learning_rate": 0.5}}, "seed": 9}
    )
    run.show()
    assert field.text() == "0.0"
    assert training.batch_size.value() == 1024
    assert training.seed.text() == "9"
    qtbot.mouseRelease(track, LEFT)


def test_a_hidden_panel_catches_up_when_it_is_shown(run: Run) -> None:
    run.panel.hide()
    run.trainer.change({"seed": 7})
    run.show()
    run.panel.show()
    assert run.panel.training.seed.text() == "7"


@pytest.mark.parametrize("preset", [preset.key for preset in presets()])
def test_every_preset_fits_the_column_without_scrolling(qtbot: QtBot, preset: str) -> None:
    run = Run(qtbot, load_preset(preset))
    assert scrolled_away(run.panel) == (0, 0)


def test_three_hidden_layers_with_all_numbers_fit_too(qtbot: QtBot) -> None:
    spec = load_preset("spiral").with_changes(
        {
            "network.layers": [
                {"units": 4096, "activation": "leaky_relu"},
                {"units": 8},
                {"units": 8},
                {"units": 1, "activation": "sigmoid"},
            ],
            "training": {"optimizer": {"kind": "adamw"}},
        }
    )
    assert scrolled_away(Run(qtbot, spec).panel) == (0, 0)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_where_it_must_scroll_nothing_is_cut_at_the_side(
    qapp: QApplication, qtbot: QtBot, scale: float
) -> None:
    apply_theme(qapp, "dark", font_scale=scale)
    run = Run(qtbot, load_preset("spiral"))
    run.panel.resize(run.panel.width(), 500)
    across, down = scrolled_away(run.panel)
    assert (across, down > 0) == (0, True)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("units", [8, 128, 4096])
def test_names_numbers_and_activations_of_layers_are_never_cut(
    qapp: QApplication, qtbot: QtBot, scale: float, units: int
) -> None:
    apply_theme(qapp, "dark", font_scale=scale)
    output = {"units": 1, "activation": "sigmoid"}
    changes = {"network.layers": [{"units": units, "activation": "leaky_relu"}, output]}
    spec = load_preset("spiral").with_changes(changes)
    row = Run(qtbot, spec).panel.network.hidden[0]
    QApplication.processEvents()
    assert row.stepper.field.text() == str(units)
    assert row.fold.width() >= row.fold.sizeHint().width()
    box, option = row.activation, QStyleOptionComboBox()
    box.initStyleOption(option)
    words = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    assert words.width() >= box.fontMetrics().horizontalAdvance("leaky ReLU")
    field = row.stepper.field
    assert field.width() >= field.fontMetrics().horizontalAdvance(str(units))


def scrolled_away(panel: ControlsPanel) -> tuple[int, int]:
    """Return how many pixels of the contents are out of sight, across and down."""
    QApplication.processEvents()
    area = panel.findChild(QScrollArea)
    needed, room = area.widget().minimumSizeHint(), area.viewport().size()
    return max(0, needed.width() - room.width()), max(0, needed.height() - room.height())


def test_without_hidden_layers_there_is_no_activation_for_all_of_them(qtbot: QtBot) -> None:
    panel = Run(qtbot, load_preset("one-neuron")).panel
    boxes = [box for box in panel.findChildren(QComboBox) if box.accessibleName() == "Activation"]
    assert [box.isVisible() for box in boxes] == [False]
