"""Settings changed in the window while the run goes on: what stays, and what starts anew."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from core import ExperimentSpec, Snapshot, Trainer
from core.presets import load_preset
from gui.panels.network_panel import NetworkPanel
from gui.widgets.stepper import Stepper
from tests.gui.driver import Driver, OpenWindow

Act = Callable[[Driver], None]
Read = Callable[[ExperimentSpec], object]


def units(spec: ExperimentSpec) -> list[int]:
    return [layer.units for layer in spec.network.layers]


def hidden_activations(spec: ExperimentSpec) -> set[str]:
    return {layer.activation for layer in spec.network.layers[:-1]}


def slide_rate(driver: Driver) -> None:
    track = driver.window.controls.training.learning_rate.track
    for _ in range(3):
        driver.key(track, Qt.Key.Key_Right)


def slide_batch_size(driver: Driver) -> None:
    driver.key(driver.window.controls.training.batch_size.slider, Qt.Key.Key_Right)


# What is done, what it changes, and what that is then.
LIVE: dict[str, tuple[Act, Read, object]] = {
    "rate slid": (slide_rate, lambda s: s.training.optimizer.learning_rate, 0.02),
    "rate typed": (
        lambda d: d.enter("Learning rate", "0.25"),
        lambda s: s.training.optimizer.learning_rate,
        0.25,
    ),
    "optimizer": (
        lambda d: d.choose("Optimizer", "RMSprop"),
        lambda s: s.training.optimizer.kind,
        "rmsprop",
    ),
    "activation": (lambda d: d.choose("Activation", "ReLU"), hidden_activations, {"relu"}),
    "batch size": (slide_batch_size, lambda s: s.training.batch_size, 16),
    "loss": (
        lambda d: d.choose("Loss", "mean"),
        lambda s: s.training.loss,
        "mean_squared_error",
    ),
}

STRUCTURE: dict[str, tuple[Act, list[int]]] = {
    "plus in the diagram": (lambda d: d.press("Add a unit to hidden 1"), [9, 5, 1]),
    "minus in the diagram": (lambda d: d.press("Remove a unit from hidden 2"), [8, 4, 1]),
    "ring in the diagram": (lambda d: d.press("Insert a layer after hidden 1"), [8, 8, 5, 1]),
    "stepper over the diagram": (
        lambda d: d.click(_layer_stepper(d).plus),
        [8, 5, 5, 1],
    ),
    "units typed in the controls": (lambda d: d.enter("Units of hidden 2", "12"), [8, 12, 1]),
    "layers in the controls": (
        lambda d: d.click(d.window.controls.network.all_hidden.stepper.minus),
        [8, 1],
    ),
}
# Which old layer (from 1) every new one continues; 0: it is drawn.
ORIGINS = {
    (9, 5, 1): (1, 2, 3),
    (8, 4, 1): (1, 2, 3),
    (8, 12, 1): (1, 2, 3),
    (8, 8, 5, 1): (1, 0, 2, 3),
    (8, 5, 5, 1): (1, 2, 0, 3),
    (8, 1): (1, 3),
}


def _layer_stepper(driver: Driver) -> Stepper:
    stepper = driver.window.network.findChild(Stepper)
    assert stepper is not None
    return stepper


def weights_and_bias(
    snapshot: Snapshot, layer: int
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    layout, vector = snapshot.layout, snapshot.parameters
    return layout.weights(vector, layer), layout.bias(vector, layer)


def assert_kept(old: Snapshot, new: Snapshot, origins: tuple[int, ...]) -> None:
    for layer, origin in enumerate(origins, start=1):
        if not origin:
            continue
        (w_old, b_old), (w_new, b_new) = weights_and_bias(old, origin), weights_and_bias(new, layer)
        rows, columns = np.minimum(w_old.shape, w_new.shape)
        np.testing.assert_array_equal(w_new[:rows, :columns], w_old[:rows, :columns])
        np.testing.assert_array_equal(b_new[:rows], b_old[:rows])


@pytest.fixture
def trained(driver: Driver) -> Driver:
    """Return someone at a window whose run was paused after some steps."""
    driver.run_until(20)
    driver.pause()
    return driver


@pytest.mark.parametrize("name", LIVE)
def test_a_live_change_keeps_every_weight_and_the_step(trained: Driver, name: str) -> None:
    act, read, value = LIVE[name]
    before = trained.snapshot
    assert read(before.spec) != value
    act(trained)
    after = trained.settle()
    assert read(after.spec) == value
    assert after.step == before.step
    np.testing.assert_array_equal(after.parameters, before.parameters)


def test_live_changes_count_while_the_run_goes_on(driver: Driver) -> None:
    driver.run_until(10)
    for name, (act, read, value) in LIVE.items():
        before = driver.snapshot.step
        act(driver)
        driver.wait(lambda read=read, value=value: read(driver.spec) == value)  # type: ignore[misc]
        assert driver.snapshot.step >= before, name
        driver.wait(lambda before=before: driver.snapshot.step > before)  # type: ignore[misc]
        assert driver.snapshot.state == "running"


@pytest.mark.parametrize("name", STRUCTURE)
def test_other_layers_keep_the_weights_that_overlap(open_window: OpenWindow, name: str) -> None:
    act, expected = STRUCTURE[name]
    driver = open_window(load_preset("spiral").with_changes({"network.layers[1].units": 5}))
    driver.run_until(20)
    before = driver.pause()
    act(driver)
    after = driver.settle()
    assert units(after.spec) == expected
    assert after.step == before.step
    assert_kept(before, after, ORIGINS[tuple(expected)])
    # It trains on.
    driver.press("Step batch")
    assert driver.settle().step == before.step + 1


def test_layers_change_while_the_run_goes_on(driver: Driver) -> None:
    driver.run_until(10)
    before = driver.snapshot.step
    driver.press("Add a unit to hidden 2")
    driver.press("Insert a layer after hidden 2")
    driver.wait(lambda: units(driver.spec) == [8, 9, 9, 1])
    driver.wait(lambda: driver.snapshot.step > before)
    assert driver.snapshot.state == "running"


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda d: d.press("Moons"), id="data set"),
        pytest.param(lambda d: d.enter("Seed", "7"), id="seed"),
        pytest.param(lambda d: d.choose("Initializer", "orthogonal"), id="initializer"),
    ],
)
def test_data_seed_and_initializer_start_anew(trained: Driver, act: Act) -> None:
    before = trained.spec
    act(trained)
    after = trained.settle()
    assert after.spec != before
    assert after.step == 0
    fresh = Trainer(after.spec)
    np.testing.assert_array_equal(after.parameters, fresh.network.params.data)


def test_reset_draws_the_same_weights_again(driver: Driver) -> None:
    start = driver.snapshot.parameters
    driver.run_until(20)
    driver.press("Reset")
    assert driver.settle().step == 0
    np.testing.assert_array_equal(driver.snapshot.parameters, start)


def test_a_change_in_mid_step_says_that_the_step_begins_again(driver: Driver) -> None:
    driver.key(driver.window.transport.play, Qt.Key.Key_F8)
    assert driver.settle().in_step
    driver.press("Show controls")
    driver.press("Add a unit to hidden 1")
    assert not driver.settle().in_step
    assert "abandoned" in driver.news


def test_a_number_out_of_range_is_refused_in_one_line(trained: Driver) -> None:
    before = trained.snapshot
    trained.enter("Learning rate", "-1")
    assert trained.settle().spec == before.spec
    assert "Learning rate" in trained.news
    assert len(trained.news.splitlines()) == 1


def test_a_data_set_of_another_kind_brings_other_panels(driver: Driver) -> None:
    window = driver.window
    assert window.right.output.isVisible()
    driver.press("Handwritten digits")
    driver.settle()
    assert window.right.samples.isVisible()
    assert window.confusion.isVisible()
    driver.press("Two spirals")
    driver.settle()
    assert window.right.output.isVisible()
    assert not window.confusion.isVisible()


def test_undo_and_redo_say_which_change_they_were_about(trained: Driver) -> None:
    trained.enter("Learning rate", "0.05")
    trained.wait(lambda: bool(trained.snapshot.undo))
    trained.trigger("Edit", "Undo learning rate 0.05")
    trained.wait(lambda: trained.news == "Taken back: learning rate 0.05.")
    trained.wait(lambda: bool(trained.snapshot.redo))
    trained.trigger("Edit", "Redo learning rate 0.05")
    trained.wait(lambda: trained.news == "Made again: learning rate 0.05.")


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(lambda n: n.layer_insert_requested.emit(2), id="insert"),
        pytest.param(lambda n: n.layer_removal_requested.emit(2), id="remove"),
        pytest.param(lambda n: n.units_requested.emit(3, 5), id="units"),
        pytest.param(lambda n: n.activation_requested.emit(3, "relu"), id="activation"),
    ],
)
def test_a_layer_that_is_about_to_go_takes_no_wish(
    driver: Driver, wish: Callable[[NetworkPanel], None]
) -> None:
    driver.window.files.open_preset("xor")
    # The diagram still shows the three layers of the spiral.
    wish(driver.window.network)
    assert driver.settle().spec == load_preset("xor")
