"""Step mode through the real window: keys and clicks, every number read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core import ExperimentSpec
from core.presets import load_preset
from gui.numbers import format_value
from tests.gui.driver import Driver, OpenWindow
from tests.gui.published import STEP, UPDATED

CTRL = Qt.KeyboardModifier.ControlModifier


def stage_numbers(driver: Driver) -> dict[str, str]:
    """Return what stands on the stage, by name."""
    words = driver.window.steps.stage.in_words()
    return dict(part.rsplit(" ", 1) for part in words.split("; ")) if words else {}


def trace_words(driver: Driver) -> str:
    return driver.window.right.trace.detail.in_words()


def entries(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the name of each entry, counted from 1, and how it is written."""
    array = np.asarray(value)
    for index in np.ndindex(array.shape):
        place = f"[{','.join(str(i + 1) for i in index)}]" if index else ""
        yield f"{name}{place}", format_value(float(array[index]))


def step(driver: Driver) -> str:
    """Press F7 and return the name of the op that has run."""
    driver.key(driver.window.transport.play, Qt.Key.Key_F7)
    trace = driver.settle().trace
    return trace.ops[trace.position - 1].name


def expect(driver: Driver, name: str, value: object) -> None:
    """Check that ``value`` can be read from the stage and from the trace."""
    shown, spoken = stage_numbers(driver), trace_words(driver)
    for entry, text in entries(name, value):
        assert shown[entry] == text, entry
        assert text in spoken, f"{entry} in the trace"


@pytest.fixture
def example(open_window: OpenWindow) -> Driver:
    driver = open_window("worked-example")
    driver.window.steps.stage.set_animated(False)
    return driver


def test_the_worked_example_is_read_op_by_op_from_stage_and_trace_and_back(
    example: Driver,
) -> None:
    count = len(example.snapshot.trace.ops)
    pictures = []
    for _ in range(count):
        step(example)
        trace = example.snapshot.trace
        for name in trace.ops[trace.position - 1].writes:
            if name in STEP:
                expect(example, name, STEP[name])
        pictures.append((stage_numbers(example), trace_words(example)))
    assert example.snapshot.step == 1
    for name, value in UPDATED.items():
        shown = stage_numbers(example)
        for entry, text in entries(name, value):
            assert shown[entry] == text
    for before in reversed(pictures[:-1]):
        example.key(example.window.transport.play, Qt.Key.Key_F7, CTRL)
        example.settle()
        assert (stage_numbers(example), trace_words(example)) == before
    example.key(example.window.transport.play, Qt.Key.Key_F7, CTRL)
    assert not example.settle().in_step
    np.testing.assert_array_equal(example.snapshot.trace.values["W1"], [[0.15, 0.25], [0.2, 0.3]])


def random_spec() -> ExperimentSpec:
    """Return a 3-5-4-2 network with three samples in one batch, weights drawn here."""
    draw = np.random.default_rng(5)
    widths = (3, 5, 4, 2)
    layers = [
        {
            "units": n_out,
            "activation": kind,
            "weights": draw.normal(size=(n_out, n_in)).round(3).tolist(),
            "biases": draw.normal(size=n_out).round(3).tolist(),
        }
        for n_in, n_out, kind in zip(widths, widths[1:], ("tanh", "sigmoid", "tanh"), strict=False)
    ]
    data = {
        "kind": "inline",
        "inputs": draw.normal(size=(3, 3)).round(3).tolist(),
        "targets": draw.uniform(-0.8, 0.8, size=(3, 2)).round(3).tolist(),
        "task": "regression",
        "test_fraction": 0,
        "normalize": False,
    }
    training = {"loss": "mean_squared_error", "batch_size": 3, "shuffle": False}
    return ExperimentSpec.from_dict(
        {"data": data, "network": {"layers": layers}, "training": training}
    )


def independent_step(spec: ExperimentSpec, sample: int) -> dict[str, object]:
    """Return every number of one step of SGD, calculated sample-major from the definitions."""
    x, y = np.array(spec.data.inputs), np.array(spec.data.targets)
    weights = [np.array(layer.weights) for layer in spec.network.layers]
    biases = [np.array(layer.biases) for layer in spec.network.layers]
    functions = [
        np.tanh if layer.activation == "tanh" else lambda z: 1 / (1 + np.exp(-z))
        for layer in spec.network.layers
    ]
    slopes = [
        (lambda a: 1 - a**2) if layer.activation == "tanh" else (lambda a: a * (1 - a))
        for layer in spec.network.layers
    ]
    rate = spec.training.optimizer.learning_rate
    activations, found = [x], {}
    for n, (W, b, f) in enumerate(zip(weights, biases, functions, strict=True), start=1):
        z = activations[-1] @ W.T + b
        activations.append(f(z))
        found[f"z{n}"], found[f"a{n}"] = z[sample], activations[-1][sample]
    found["loss"] = np.mean((activations[-1] - y) ** 2)
    da = 2 * (activations[-1] - y) / y.size
    for n in (3, 2, 1):
        dz = da * slopes[n - 1](activations[n])
        found[f"da{n}"], found[f"dz{n}"] = da[sample], dz[sample]
        found[f"dW{n}"], found[f"db{n}"] = dz.T @ activations[n - 1], dz.sum(axis=0)
        found[f"W{n}"] = weights[n - 1] - rate * found[f"dW{n}"]
        found[f"b{n}"] = biases[n - 1] - rate * found[f"db{n}"]
        da = dz @ weights[n - 1]
    return found


@pytest.mark.parametrize("sample", [0, 2])
def test_a_random_network_shows_the_numbers_of_an_independent_calculation(
    open_window: OpenWindow, sample: int
) -> None:
    spec = random_spec()
    expected = independent_step(spec, sample)
    driver = open_window(spec)
    driver.window.resize(1920, 1080)
    driver.window.session.look_at_sample(sample)
    driver.settle()
    for _ in range(len(driver.snapshot.trace.ops)):
        step(driver)
        trace = driver.snapshot.trace
        shown = stage_numbers(driver)
        for name in trace.ops[trace.position - 1].writes:
            if name in expected:
                for entry, text in entries(name, expected[name]):
                    assert shown[entry] == text, entry
    for name in ("W1", "b1", "W2", "b2", "W3", "b3"):
        for entry, text in entries(name, expected[name]):
            assert stage_numbers(driver)[entry] == text


def test_stepping_by_op_turns_the_window_into_the_stage_and_play_turns_it_back(
    driver: Driver,
) -> None:
    window = driver.window
    assert not window.steps.stage.isVisible()
    step(driver)
    assert window.steps.stage.isVisible()
    assert window.right.trace.isVisible()
    assert not window.controls.isVisible()
    driver.press("Play")
    driver.wait(lambda: driver.snapshot.step > 3)
    assert not window.steps.stage.isVisible()
    assert window.controls.isVisible()
    driver.pause()


def test_the_controls_come_back_at_the_rail_and_the_next_op_takes_the_stage_again(
    driver: Driver,
) -> None:
    step(driver)
    driver.press("Show controls")
    assert driver.window.controls.isVisible()
    step(driver)
    assert driver.window.steps.stage.isVisible()


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ((Qt.Key.Key_F7, Qt.KeyboardModifier.NoModifier), "op"),
        ((Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier), "layer"),
        ((Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier), "pass"),
        ((Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier), "batch"),
        ((Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier), "epoch"),
    ],
)
def test_every_size_of_step_goes_forwards_and_back_by_key_button_and_menu(
    driver: Driver, keys: tuple[Qt.Key, Qt.KeyboardModifier], size: str
) -> None:
    transport = driver.window.transport

    def place() -> tuple[object, ...]:
        snapshot = driver.settle()
        driver.wait(lambda: driver.snapshot.state == "paused")
        snapshot = driver.settle()
        return snapshot.step, snapshot.in_step, snapshot.parameters.tobytes()

    if size != "epoch":
        driver.key(transport.play, Qt.Key.Key_F6)
    start = place()
    driver.key(transport.play, keys[0], keys[1])
    ahead = place()
    assert ahead != start
    driver.key(transport.play, keys[0], keys[1] | CTRL)
    assert place() == start
    driver.click(transport.granularity.segment(size))
    driver.press(f"Step {size}")
    assert place() == ahead
    driver.press(f"Back {size}")
    assert place() == start
    driver.trigger("Run", f"Step {size}")
    assert place() == ahead
    driver.trigger("Run", f"Back {size}")
    assert place() == start


def test_one_sample_alone_is_chosen_on_the_stage_and_undone_by_back(driver: Driver) -> None:
    step(driver)
    rows = driver.snapshot.trace.rows
    driver.window.session.look_at_sample(4)
    driver.settle()
    driver.press("This sample alone")
    assert driver.settle().alone == rows[4]
    step(driver)
    np.testing.assert_array_equal(driver.snapshot.trace.rows, rows[4:5])
    driver.key(driver.window.transport.play, Qt.Key.Key_F7, CTRL)
    snapshot = driver.settle()
    assert snapshot.alone is None
    np.testing.assert_array_equal(snapshot.trace.rows, rows)


def test_a_cell_of_the_tape_and_return_in_the_trace_go_to_their_op(driver: Driver) -> None:
    step(driver)
    tape = driver.window.steps.stage.tape
    driver.window.steps.stage.op_requested.emit(6)
    assert driver.settle().trace.position == 7
    tape.setFocus()
    driver.key(tape, Qt.Key.Key_Left)
    driver.key(tape, Qt.Key.Key_Left)
    driver.key(tape, Qt.Key.Key_Return)
    assert driver.settle().trace.position == 5


def test_slow_motion_plays_ops_until_it_is_stopped(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.slow_motion.LOOKING_SECONDS", 0.01)
    monkeypatch.setattr("gui.slow_motion.LETTERS_PER_SECOND", 1e6)
    driver.press("Slow motion")
    driver.wait(lambda: driver.snapshot.trace.position >= 4)
    assert driver.snapshot.state == "paused"
    assert driver.window.transport.slow.isChecked()
    driver.press("Slow motion")
    position = driver.settle().trace.position
    driver.wait(lambda: not driver.window.transport.slow.isChecked())
    assert driver.settle().trace.position == position
    driver.press("Slow motion")
    driver.wait(lambda: driver.snapshot.trace.position > position + 1)
    driver.press("Back batch")
    driver.wait(lambda: not driver.window.transport.slow.isChecked())
    assert not driver.settle().in_step


def test_a_value_pointed_at_lights_up_everywhere(example: Driver) -> None:
    for _ in range(11):
        step(example)
    window = example.window
    plain = window.right.trace.detail.grab().toImage()
    canvas = window.steps.stage.canvas
    spot = next(
        s for s in canvas.scene().spots if s.figure.reference.name == "dz2" and s.kind == "row"
    )
    example.point(canvas, spot.rect.center().toPoint())
    assert window.right.trace.detail.grab().toImage() != plain
    example.point(canvas, canvas.rect().bottomLeft())
    assert window.right.trace.detail.grab().toImage() == plain


def test_a_parameter_chosen_in_the_table_is_explained(example: Driver) -> None:
    for _ in range(13):
        step(example)
    window = example.window
    table = window.steps.ledger.table
    example.key(table, Qt.Key.Key_Down)
    example.key(table, Qt.Key.Key_Down)
    waterfall = window.steps.waterfall
    description = waterfall.describe(example.snapshot)
    assert "W₁[2, 1]" in description
    # The known gradient of that weight.
    assert format_value(-0.00230949) in description
    assert re.search(r"W₂\[1, 2\]: 0\.50", description)


def test_one_neuron_and_the_chain_rules_run_in_the_same_stepper(open_window: OpenWindow) -> None:
    expected = {
        "one-neuron": {"z1": [1.2], "a1": [0.76852478], "dz1": [-0.23147522]},
        "chain-rule": {"z1": [5.0], "loss": 25.0, "da1": [10.0], "dW1": [[10.0]]},
        "chain-rule-square": {"z1": [2.0], "loss": 4.0},
    }
    for key, values in expected.items():
        driver = open_window(load_preset(key))
        for _ in range(len(driver.snapshot.trace.ops)):
            step(driver)
        shown = stage_numbers(driver)
        for name, value in values.items():
            for entry, text in entries(name, value):
                assert shown[entry] == text, (key, entry)
        driver.window.close()


def test_a_point_of_the_batch_chosen_in_the_map_is_the_sample_on_the_stage(
    driver: Driver,
) -> None:
    step(driver)
    driver.window.right.select_tab("output")
    driver.settle()
    row = int(driver.snapshot.trace.rows[6])
    driver.window.right.output.sample_chosen.emit("train", row)
    snapshot = driver.settle()
    assert snapshot.trace.sample == 6
    x = snapshot.dataset.inputs[row]
    shown = stage_numbers(driver)
    for unit in range(2):
        assert shown[f"x[{unit + 1}]"] == format_value(float(x[unit]))


@pytest.mark.parametrize("section", ["Data", "Network", "Training"])
def test_an_icon_of_the_rail_brings_the_controls_and_the_focus_to_its_section(
    driver: Driver, section: str
) -> None:
    step(driver)
    driver.press(section)
    controls = driver.window.controls
    assert controls.isVisible()
    focused = QApplication.focusWidget()
    assert getattr(controls, section.lower()).isAncestorOf(focused)


def test_an_op_chosen_in_the_trace_is_lit_everywhere(example: Driver) -> None:
    for _ in range(13):
        step(example)
    steps, panel = example.window.steps, example.window.right.trace
    pictures = [steps.stage.canvas.grab().toImage(), steps.ledger.table.grab().toImage()]
    panel.show_op(9)
    assert "Op 10 of 15" in panel.detail.in_words()
    after = [steps.stage.canvas.grab().toImage(), steps.ledger.table.grab().toImage()]
    assert all(one != other for one, other in zip(pictures, after, strict=True))
