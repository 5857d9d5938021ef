"""Forward-forward: every layer learns from its own loss, by formulas written anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Dataset, ExperimentSpec, SpecError, Trainer
from core.explain.gradient_ways import compare_ways
from core.explain.numeric_check import check_gradient
from core.explain.signal_corridor import signal_corridor
from core.presets import load_preset
from core.random_streams import random_stream
from core.training.goodness import accuracy_by_goodness, goodness_by_layer
from core.training.travel import go_back
from tests.core.experiments import bits, value_of

Array = NDArray[np.float64]

CLASSES, LABEL = 10, 3.0
SLOPED = ("relu", "tanh", "sigmoid", "gelu", "softplus")
ACTIVATION = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "gelu": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "softplus": lambda z: np.log1p(np.exp(z)),
}


def small(changes: Mapping[str, Any] | None = None, activation: str = "relu") -> Trainer:
    layers = [{"units": n, "activation": activation} for n in (6, 5)]
    spec = {
        "data": {"kind": "digits", "test_fraction": 0.3},
        "network": {"layers": [*layers, {"units": 10, "activation": "softmax"}]},
        "training": {
            "loss": "cross_entropy",
            "batch_size": 8,
            "gradient_source": "forward_forward",
        },
    }
    return Trainer(ExperimentSpec.from_dict(spec).with_changes(dict(changes or {})))


def with_label(x: Array, labels: Array) -> Array:
    """Return ``x`` (B, D) with one-hot ``labels`` (B, C) over its first columns."""
    return np.hstack([LABEL * labels, x[:, CLASSES:]])


def answers(trainer: Trainer, theta: Array, x: Array, activation: str) -> list[Array]:
    """Return what every hidden layer answers to ``x`` (B, D); each sees directions alone."""
    layout, found = trainer.network.layout, []
    for n in range(1, layout.layer_count):
        z = x @ layout.weights(theta, n).T + layout.bias(theta, n)
        found.append(ACTIVATION[activation](z))
        x = found[-1] / np.sqrt(np.mean(found[-1] ** 2, axis=1, keepdims=True) + 1e-8)
    return found


def local_loss(trainer: Trainer, theta: Array, layer: int, activation: str) -> float:
    """Return the loss of a hidden ``layer`` with the labels of the step at hand."""
    x, y, wrong = (value_of(trainer, name) for name in ("x", "y", "yn"))
    right = answers(trainer, theta, with_label(x, y), activation)[layer - 1]
    false = answers(trainer, theta, with_label(x, wrong), activation)[layer - 1]
    units = right.shape[1]
    above, below = np.sum(right**2, axis=1), np.sum(false**2, axis=1)
    return float(np.mean(np.log1p(np.exp(units - above)) + np.log1p(np.exp(below - units))))


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("activation", SLOPED)
def test_each_layer_s_gradient_is_that_of_its_own_loss(activation: str, biases: bool) -> None:
    trainer = small({"network": {"biases": biases}}, activation)
    trainer.advance_steps(3)
    theta, layout = np.array(trainer.network.params.data), trainer.network.layout
    trainer.advance_step()
    gradient, h = np.array(trainer.network.grads.data), 1e-5
    for layer in (1, 2):
        assert value_of(trainer, f"local{layer}").item() == pytest.approx(
            local_loss(trainer, theta, layer, activation)
        )
        part = layout.segment(layer)
        for index in range(part.start, part.stop, 1 if layer == 2 else 7):
            moved = []
            for side in (h, -h):
                tried = theta.copy()
                tried[index] += side
                moved.append(local_loss(trainer, tried, layer, activation))
            slope = (moved[0] - moved[1]) / (2 * h)
            assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-8), index


def test_the_output_layer_learns_from_the_last_directions_alone() -> None:
    trainer = small()
    trainer.advance_steps(3)
    theta, layout = np.array(trainer.network.params.data), trainer.network.layout
    trainer.advance_step()
    x, y = value_of(trainer, "x"), value_of(trainer, "y")
    # The label that says nothing: every digit a tenth.
    np.testing.assert_allclose(x[:, :CLASSES], LABEL / CLASSES)
    a = answers(trainer, theta, x, "relu")[-1]
    u = a / np.sqrt(np.mean(a**2, axis=1, keepdims=True) + 1e-8)
    z = u @ layout.weights(theta, 3).T + layout.bias(theta, 3)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert trainer.last_loss == pytest.approx(-np.mean(np.log(np.sum(p * y, axis=1))))
    np.testing.assert_allclose(value_of(trainer, "dW3"), (p - y).T @ u / len(y), atol=1e-12)
    np.testing.assert_allclose(value_of(trainer, "db3"), (p - y).mean(axis=0), atol=1e-12)


def test_nothing_is_sent_back() -> None:
    trainer, other = small(), small()
    other.network.layers[2].W[...] += 1.0
    other.network.layers[1].W[...] *= -1.5
    for run in (trainer, other):
        run.advance_step()
    np.testing.assert_array_equal(value_of(trainer, "dW1"), value_of(other, "dW1"))
    assert not np.array_equal(value_of(trainer, "dW2"), value_of(other, "dW2"))


def test_wrong_labels_are_wrong_and_a_function_of_seed_and_step() -> None:
    trainer = small()
    counts = np.zeros(CLASSES)
    for step in range(200):
        trainer.advance_step()
        y, wrong = value_of(trainer, "y"), value_of(trainer, "yn")
        assert not np.any(y * wrong)
        np.testing.assert_array_equal(wrong.sum(axis=1), 1)
        shift = random_stream(0, "negative labels", step).integers(1, CLASSES, len(y))
        np.testing.assert_array_equal(wrong.argmax(axis=1), (y.argmax(axis=1) + shift) % CLASSES)
        counts[wrong.argmax(axis=1)] += 1
    # About as often each: within five deviations of a fair draw.
    expected = counts.sum() / CLASSES
    assert np.all(np.abs(counts - expected) < 5 * np.sqrt(expected))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_op_by_op_equals_full_speed_bit_for_bit(dtype: str) -> None:
    runs = [small({"network": {"dtype": dtype}}) for _ in range(2)]
    runs[0].advance_steps(170)
    while runs[1].step < 170:
        runs[1].advance_op()
    assert runs[0].epoch > 0
    assert bits(runs[0]) == bits(runs[1])


def test_going_back_and_keyframes_come_to_the_same_bits() -> None:
    trainer, straight = small(), small()
    straight.advance_steps(90)
    trainer.advance_steps(40)
    frame = trainer.keyframe()
    trainer.advance_steps(20)
    for _ in range(12):
        trainer.advance_op()
    go_back(trainer, "op")
    trainer.restore(frame)
    trainer.advance_steps(50)
    assert bits(trainer) == bits(straight)


def test_every_value_is_written_by_one_op() -> None:
    written = [name for op in small().program.ops for name in op.writes]
    assert len(written) == len(set(written))


def test_a_row_is_taken_for_the_label_to_which_the_hidden_layers_give_most() -> None:
    trainer = small()
    trainer.advance_steps(50)
    rows = trainer.dataset.inputs[:20]
    found = goodness_by_layer(trainer.network, rows, CLASSES)
    for label in range(CLASSES):
        labels = np.tile(np.eye(CLASSES)[label], (20, 1))
        layers = answers(trainer, trainer.network.params.data, with_label(rows, labels), "relu")
        for place, a in enumerate(layers):
            np.testing.assert_allclose(found[:, label, place], np.sum(a**2, axis=1))
    probe = trainer.snapshot().probe
    assert probe.goodness is not None
    assert trainer.dataset.test_inputs is not None
    (own,) = goodness_by_layer(trainer.network, trainer.dataset.test_inputs[:1], CLASSES)
    np.testing.assert_array_equal(probe.goodness, own)
    targets = trainer.assembly.targets
    predicted = goodness_by_layer(trainer.network, trainer.dataset.inputs, CLASSES).sum(axis=2)
    share = np.mean(predicted.argmax(axis=1) == targets.argmax(axis=1))
    assert accuracy_by_goodness(trainer, "train") == share


def test_the_preset_recognizes_more_than_ninety_in_a_hundred_digits_both_ways() -> None:
    trainer = Trainer(load_preset("digits-forward-forward"))
    before = accuracy_by_goodness(trainer, "test")
    trainer.advance_steps(600)
    by_goodness, metrics = accuracy_by_goodness(trainer, "test"), trainer.evaluate("test")
    assert before is not None
    assert before < 0.3
    assert by_goodness is not None
    assert by_goodness >= 0.9
    assert metrics is not None
    assert metrics.accuracy is not None
    assert metrics.accuracy >= 0.9
    assert trainer.findings() == ()
    assert accuracy_by_goodness(Trainer(load_preset("digits")), "test") is None


def test_three_passes_forward_are_counted() -> None:
    trainer = small()
    trainer.advance_steps(7)
    assert trainer.snapshot().passes == 3 * 7


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_gradient_check_holds_each_layer_against_its_own_loss(activation: str) -> None:
    trainer = small(activation=activation)
    trainer.advance_steps(20)
    theta = np.array(trainer.network.params.data)
    before = bits(trainer)
    check = check_gradient(trainer)
    assert bits(trainer) == before
    assert check.is_local
    assert check.count("bad") == 0
    assert max(layer.relative_error for layer in check.layers) < 1e-7
    trainer.advance_step()
    gradient, hidden = trainer.network.grads.data, trainer.network.layout.offsets[2]
    for entry in check.entries:
        assert entry.analytic == gradient[entry.index]
    for entry in [e for e in check.entries if e.index < hidden][::9]:
        layer = int(entry.name[1])
        losses = []
        for sign in (1, -1):
            moved = theta.copy()
            moved[entry.index] += sign * check.h
            losses.append(local_loss(trainer, moved, layer, activation))
        numeric = (losses[0] - losses[1]) / (2 * check.h)
        assert entry.numeric == pytest.approx(numeric, rel=1e-5, abs=1e-9)


def test_a_gradient_of_another_loss_does_not_pass_the_check() -> None:
    trainer = small(activation="tanh")
    trainer.advance_steps(20)
    alike = small({"training": {"gradient_source": "backpropagation"}}, "tanh")
    alike.network.params.data[:] = trainer.network.params.data
    alike.advance_step()
    check = check_gradient(trainer, analytic=alike.network.grads.data)
    assert check.count("bad") > len(check.entries) / 2


def test_what_backpropagation_finds_behind_directions_agrees_with_differences() -> None:
    trainer = small(activation="tanh")
    trainer.advance_steps(20)
    error = compare_ways(trainer, budget=10.0).way("central_differences").error
    assert error is not None
    assert error < 1e-8


def test_there_is_no_theory_of_directions() -> None:
    found = signal_corridor(small())
    assert found.theory is None
    assert found.is_normalized
    # Of ReLU units all may be silent for a row, so a little less than 1.
    assert [spread.rms for spread in found.activations[1:3]] == pytest.approx([1, 1], rel=0.05)


def test_it_can_be_taken_up_and_left_in_mid_run_with_every_weight_kept() -> None:
    trainer = small({"training": {"gradient_source": "backpropagation"}})
    trainer.advance_steps(5)
    before = np.array(trainer.network.params.data)
    raw = value_of(trainer, "x").copy()
    trainer.change({"training": {"gradient_source": "forward_forward"}})
    np.testing.assert_array_equal(trainer.network.params.data, before)
    trainer.advance_steps(3)
    np.testing.assert_allclose(value_of(trainer, "x")[:, :CLASSES], LABEL / CLASSES)
    after = np.array(trainer.network.params.data)
    trainer.change({"training": {"gradient_source": "backpropagation"}})
    np.testing.assert_array_equal(trainer.network.params.data, after)
    trainer.advance_step()
    assert np.std(value_of(trainer, "x")[:, 2]) > 0
    assert np.std(raw[:, 2]) > 0
    trainer.undo()
    trainer.undo()
    assert trainer.spec.training.gradient_source == "backpropagation"
    trainer.advance_steps(3)


def test_data_handed_over_need_room_for_the_label() -> None:
    inputs, targets = np.eye(12), np.eye(12)[:, :10]
    targets[10:, 0] = 1.0
    with pytest.raises(SpecError, match="twice as many inputs as there are classes, got 12 and 10"):
        Trainer(small().spec.with_changes({"data": {"test_fraction": 0}}), Dataset(inputs, targets))


HIDDEN = {"units": 6, "activation": "relu"}
OUTPUT = {"units": 10, "activation": "softmax"}
REFUSED: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"data": {"kind": "spiral"}}, "training.gradient_source"),
    ({"data": {"kind": "wine"}}, "training.gradient_source"),
    ({"training": {"loss": "mean_squared_error"}}, "training.loss"),
    ({"training": {"gradient_storage": "float16"}}, "training.gradient_storage"),
    ({"network": {"input_gradient": True}}, "network.input_gradient"),
    ({"network": {"layers": [OUTPUT]}}, "network.layers"),
    ({"network": {"layers": [{**HIDDEN, "dropout": 0.2}, OUTPUT]}}, "network.layers[0].dropout"),
    (
        {"network": {"layers": [{**HIDDEN, "normalization": "batch"}, OUTPUT]}},
        "network.layers[0].normalization",
    ),
    (
        {"network": {"layers": [HIDDEN, {**HIDDEN, "residual": True}, OUTPUT]}},
        "network.layers[1].residual",
    ),
    (
        {"network": {"layers": [{**HIDDEN, "activation": "softmax"}, OUTPUT]}},
        "network.layers[0].activation",
    ),
)


@pytest.mark.parametrize(("changes", "place"), REFUSED, ids=[place for _, place in REFUSED])
def test_where_it_cannot_work_it_is_refused_by_place_in_one_line(
    changes: Mapping[str, Any], place: str
) -> None:
    spec = small().spec
    with pytest.raises(SpecError) as caught:
        spec.with_changes(dict(changes))
    assert str(caught.value).startswith(f"{place}: ")
    assert len(str(caught.value).splitlines()) == 1
