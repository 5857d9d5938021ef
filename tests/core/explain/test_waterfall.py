"""Claims about the factors of a gradient: each is the step's own, and they multiply out."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from core import Snapshot, Trainer
from core.explain.parameter_order import is_parameter
from core.explain.reference import Reference
from core.explain.waterfall import gradient_waterfall
from core.explain.waterfall_steps import MOST_STEPS, Waterfall, WaterfallStep
from core.presets import load_preset
from tests.core.experiments import trainer_on

# Output, loss, and whether the two are differentiated as one.
OUTPUTS = (
    ("sigmoid", "half_squared_error", False),
    ("sigmoid", "mean_squared_error", False),
    ("sigmoid", "binary_cross_entropy", True),
    ("tanh", "half_squared_error", False),
    ("relu", "mean_squared_error", False),
    ("softmax", "cross_entropy", True),
    ("softmax", "half_squared_error", False),
)
EVERY_OUTPUT = pytest.mark.parametrize(("output", "loss", "is_fused"), OUTPUTS)


def random_trainer(output: str, loss: str, batch: int = 3) -> Trainer:
    """Return a 3-5-4-2 network, sigmoid and tanh below ``output``, with some samples."""
    random = np.random.default_rng(11)
    targets = np.eye(2)[random.integers(0, 2, batch)]
    layers = ((5, "sigmoid"), (4, "tanh"), (2, output))
    changes = {"network.initial_bias": 0.3, "network.initializer": "xavier_uniform"}
    return trainer_on(random.normal(size=(batch, 3)), targets, layers, loss, changes)


def finished(trainer: Trainer) -> Snapshot:
    for _ in trainer.program.ops:
        trainer.advance_op()
    return trainer.snapshot()


def positions(trainer: Trainer) -> Iterator[Snapshot]:
    """Yield the run before its step and after every op of it."""
    yield trainer.snapshot()
    for _ in trainer.program.ops:
        trainer.advance_op()
        yield trainer.snapshot()


def parameters(widths: tuple[int, ...]) -> Iterator[Reference]:
    for layer in range(1, len(widths)):
        for unit in range(widths[layer]):
            yield Reference(f"b{layer}", (unit,))
            for source in range(widths[layer - 1]):
                yield Reference(f"W{layer}", (unit, source))


def share_of(snapshot: Snapshot, parameter: Reference) -> float:
    """Return what the definition says: dz of the unit times the activation before it."""
    values, layer, unit = snapshot.trace.values, int(parameter.name[1:]), parameter.index[0]
    error = float(values[f"dz{layer}"][unit])
    if parameter.name[0] == "b":
        return error
    before = values["x"] if layer == 1 else values[f"a{layer - 1}"]
    return error * float(before[parameter.index[1]])


def product_of(steps: tuple[WaterfallStep, ...]) -> float:
    return math.prod(step.value for step in steps if step.value is not None)


def labels(found: Waterfall) -> list[str]:
    return [step.label for step in found.steps]


def test_the_worked_example_has_the_factors_of_its_table() -> None:
    snapshot = finished(Trainer(load_preset("worked-example")))
    found = gradient_waterfall(snapshot, Reference("W1", (0, 0)))
    assert labels(found) == ["∂L/∂a₂", "σ′(z₂)", "W₂[1, 1]", "σ′(z₁[1])", "x₁"]
    a1, a2 = 0.65135486, 0.76737099
    values = [-0.23262901, a2 * (1 - a2), 0.40, a1 * (1 - a1), 0.5]
    products = [-0.23262901, -0.04152725, -0.01661090, -0.00377220, -0.00188610]
    np.testing.assert_allclose([s.value for s in found.steps], values, atol=2e-8)
    np.testing.assert_allclose([s.product for s in found.steps], products, atol=1e-8)
    assert found.share == found.gradient == found.so_far
    assert found.batch_size == 1


def test_one_neuron_with_cross_entropy_starts_at_dz() -> None:
    snapshot = finished(Trainer(load_preset("one-neuron")))
    found = gradient_waterfall(snapshot, Reference("W1", (0, 1)))
    assert labels(found) == ["∂L/∂z₁", "x₂"]
    np.testing.assert_allclose([s.value for s in found.steps], [-0.23147522, 2.0], atol=1e-8)
    assert found.share == pytest.approx(-0.46295043, abs=1e-8)


def test_a_factor_appears_with_the_op_that_multiplies_with_it() -> None:
    trainer = Trainer(load_preset("worked-example"))
    ops = [op.name for op in trainer.snapshot().trace.ops]
    seen: list[str] = []
    for snapshot in positions(trainer):
        steps = gradient_waterfall(snapshot, Reference("W1", (0, 0))).steps
        known = sum(step.value is not None for step in steps)
        assert [s.product is not None for s in steps] == [s.value is not None for s in steps]
        if known > len(seen):
            seen.append(ops[snapshot.trace.position - 1])
            assert steps[known - 1].places == (snapshot.trace.position - 1,)
    assert seen == ["da2", "dz2", "da1", "dz1", "dW1"]


@EVERY_OUTPUT
def test_in_every_position_what_is_known_multiplies_out(
    output: str, loss: str, is_fused: bool
) -> None:
    trainer = random_trainer(output, loss)
    for snapshot in positions(trainer):
        for parameter in parameters(snapshot.layout.widths):
            found = gradient_waterfall(snapshot, parameter)
            known = [step for step in found.steps if step.product is not None]
            assert found.steps[: len(known)] == tuple(known)
            running = 1.0
            for step in known:
                assert step.value is not None
                running *= step.value
                assert step.product == pytest.approx(running, rel=1e-12, abs=1e-300)
            assert found.so_far == (known[-1].product if known else None)


@EVERY_OUTPUT
@pytest.mark.parametrize("sample", [0, 1, 2])
def test_all_factors_multiply_out_to_the_samples_share(
    output: str, loss: str, is_fused: bool, sample: int
) -> None:
    trainer = random_trainer(output, loss)
    trainer.in_view.sample = sample
    snapshot = finished(trainer)
    for parameter in parameters(snapshot.layout.widths):
        found = gradient_waterfall(snapshot, parameter)
        share = share_of(snapshot, parameter)
        assert found.share == share
        assert product_of(found.steps) == pytest.approx(share, rel=1e-12, abs=1e-300)
        is_apart = not is_fused and output != "softmax"
        assert found.steps[0].label.startswith("∂L/∂a₃" if is_apart else "∂L/∂z₃")
        assert found.gradient == snapshot.trace.values[f"d{parameter.name}"][parameter.index]


@EVERY_OUTPUT
def test_the_shares_of_all_samples_add_up_to_the_gradient(
    output: str, loss: str, is_fused: bool
) -> None:
    trainer = random_trainer(output, loss)
    finished(trainer)
    shares, found = [], None
    for sample in range(3):
        trainer.in_view.sample = sample
        found = gradient_waterfall(trainer.snapshot(), Reference("W1", (4, 2)))
        assert found.share is not None
        shares.append(found.share)
    assert found is not None
    assert sum(shares) == pytest.approx(found.gradient, rel=1e-12)
    assert found.batch_size == 3


@EVERY_OUTPUT
def test_after_a_run_the_weights_of_the_steps_start_are_taken(
    output: str, loss: str, is_fused: bool
) -> None:
    trainer = random_trainer(output, loss)
    trainer.advance_step()
    trainer.advance_step()
    snapshot = trainer.snapshot()
    assert not snapshot.trace.holds_start
    for parameter in parameters(snapshot.layout.widths):
        found = gradient_waterfall(snapshot, parameter)
        share = share_of(snapshot, parameter)
        assert product_of(found.steps) == pytest.approx(share, rel=1e-9, abs=1e-300)


def test_the_strongest_path_is_followed_and_all_paths_are_counted() -> None:
    snapshot = finished(random_trainer("sigmoid", "half_squared_error"))
    values = snapshot.trace.values
    # The step is over and has moved the weights; the update is what was subtracted.
    start = values["W3"] if snapshot.trace.holds_start else None
    assert start is not None
    strongest = int(np.argmax(np.abs(start[:, 1] * values["dz3"])))
    found = gradient_waterfall(snapshot, Reference("W2", (1, 0)))
    weight, paths = found.steps[2], found.steps[3]
    assert weight.label == f"W₃[{strongest + 1}, 2]"
    assert weight.value == start[strongest, 1]
    assert paths.label == "all 2 paths"
    ratio = values["da2"][1] / (start[strongest, 1] * values["dz3"][strongest])
    assert paths.value == pytest.approx(float(ratio), rel=1e-12)
    assert [s.kind for s in found.steps] == ["start", "slope", "weight", "paths", "slope", "input"]


@EVERY_OUTPUT
def test_the_path_stays_the_same_from_the_end_of_the_forward_pass_on(
    output: str, loss: str, is_fused: bool
) -> None:
    trainer = random_trainer(output, loss)
    after = [s for s in positions(trainer) if "loss" in s.trace.values]
    assert len(after) > 10
    for parameter in (Reference("W1", (2, 1)), Reference("b1", (0,)), Reference("W2", (3, 3))):
        seen = {tuple(labels(gradient_waterfall(s, parameter))) for s in after}
        assert len(seen) == 1


@EVERY_OUTPUT
def test_what_is_foreseen_comes_true(output: str, loss: str, is_fused: bool) -> None:
    snapshots = list(positions(random_trainer(output, loss)))
    at_loss = next(s for s in snapshots if "loss" in s.trace.values)
    for parameter in parameters(at_loss.layout.widths):
        foreseen = [s.expected for s in gradient_waterfall(at_loss, parameter).steps]
        products = [s.product for s in gradient_waterfall(snapshots[-1], parameter).steps]
        np.testing.assert_allclose(foreseen, products, rtol=1e-9, atol=1e-300)
        assert all(s.product is None for s in gradient_waterfall(at_loss, parameter).steps)


def test_before_the_outputs_exist_the_units_above_are_not_named() -> None:
    snapshot = random_trainer("tanh", "half_squared_error").snapshot()
    found = gradient_waterfall(snapshot, Reference("W2", (1, 0)))
    names = ["∂L/∂a₃[?]", "tanh′(z₃[?])", "W₃[?, 2]", "all 2 paths", "tanh′(z₂[2])", "a₁[1]"]
    assert labels(found) == names
    assert all(s.value is s.product is s.expected is None for s in found.steps)
    assert found.so_far is found.share is found.gradient is None


def test_a_bias_has_no_last_factor() -> None:
    snapshot = finished(random_trainer("sigmoid", "half_squared_error"))
    weight = gradient_waterfall(snapshot, Reference("W2", (1, 0)))
    bias = gradient_waterfall(snapshot, Reference("b2", (1,)))
    assert bias.steps == weight.steps[:-1]
    assert weight.steps[-1].kind == "input"


def test_a_deep_network_is_folded_and_still_multiplies_out() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    for snapshot in positions(trainer):
        found = gradient_waterfall(snapshot, Reference("W1", (3, 1)))
        assert len(found.steps) == MOST_STEPS
        assert found.is_folded
    assert labels(found)[1:4] == ["through Hidden 7–10", "through Hidden 6", "through Hidden 5"]
    share = share_of(snapshot, Reference("W1", (3, 1)))
    assert found.share == share
    assert product_of(found.steps) == pytest.approx(share, rel=1e-12)
    for step in found.steps:
        if step.parts:
            assert product_of(step.parts) == pytest.approx(step.value, rel=1e-12)
    # One unit above the tenth layer, six above each of the other three: 2 + 3 x 3 factors.
    assert len(found.steps[1].parts) == 11


def test_only_as_many_layers_are_folded_as_must_be() -> None:
    layers = ((3, "tanh"), (3, "tanh"), (3, "tanh"), (1, "sigmoid"))
    rows = np.array([[0.3, -0.8]])
    snapshot = finished(trainer_on(rows, np.array([[1.0]]), layers, "binary_cross_entropy"))
    found = gradient_waterfall(snapshot, Reference("W1", (0, 0)))
    kinds = ["start", "layers", "weight", "paths", "slope", "weight", "paths", "slope", "input"]
    assert [s.kind for s in found.steps] == kinds
    assert len(found.steps) == MOST_STEPS


def test_inside_a_folded_layer_the_product_goes_on() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_step()
    ops = [op.name for op in trainer.snapshot().trace.ops]
    for _ in range(ops.index("da9") + 1):
        trainer.advance_op()
    snapshot = trainer.snapshot()
    found = gradient_waterfall(snapshot, Reference("W1", (0, 0)))
    assert found.steps[1].value is None
    assert ops.index("da9") in found.steps[1].places
    assert found.so_far in [
        pytest.approx(float(v), rel=1e-15) for v in snapshot.trace.values["da9"]
    ]


def test_a_unit_that_is_off_says_so() -> None:
    rows, targets = np.array([[1.0, 2.0]]), np.array([[1.0]])
    trainer = trainer_on(
        rows,
        targets,
        ((1, "relu"), (1, "linear")),
        "half_squared_error",
        {
            "network.layers": [
                {"units": 1, "activation": "relu", "weights": [[-1.0, -1.0]], "biases": [0.0]},
                {"units": 1, "activation": "linear", "weights": [[2.0]], "biases": [0.5]},
            ]
        },
    )
    snapshot = finished(trainer)
    found = gradient_waterfall(snapshot, Reference("W1", (0, 1)))
    # z = -3, so a = 0 and the output is 0.5: the error -0.5 goes through 1, 2 and then 0.
    assert [s.value for s in found.steps] == [-0.5, 1.0, 2.0, 0.0, 2.0]
    assert [s.product for s in found.steps] == [-0.5, -0.5, -1.0, 0.0, 0.0]
    assert [s.note for s in found.steps] == ["", "", "", "the unit is off", ""]
    above = gradient_waterfall(snapshot, Reference("W2", (0, 0)))
    assert above.steps[-1].note == "the unit before gives 0"


def test_symmetric_weights_whose_errors_are_all_zero_divide_by_nothing() -> None:
    rows, targets = np.array([[0.5, -0.5]]), np.array([[0.0, 0.0]])
    changes = {"network.initializer": "zeros"}
    layers = ((3, "tanh"), (2, "linear"))
    snapshot = finished(trainer_on(rows, targets, layers, "half_squared_error", changes))
    found = gradient_waterfall(snapshot, Reference("W1", (2, 0)))
    assert [s.value for s in found.steps] == [0.0, 1.0, 0.0, 1.0, 1.0, 0.5]
    assert [s.note for s in found.steps][:3] == ["there is no error", "", "this weight is 0"]
    assert found.share == 0


def test_numbers_that_are_not_finite_are_named() -> None:
    rows, targets = np.array([[1e200, 1.0]]), np.array([[0.0]])
    layers = ((2, "linear"), (1, "linear"))
    changes = {"network.initializer": "constant", "network.initializer_scale": 1e150}
    trainer = trainer_on(rows, targets, layers, "half_squared_error", changes)
    for _ in range(len(trainer.program.ops)):
        if trainer.program.peek().phase == "update":
            break
        trainer.advance_op()
    found = gradient_waterfall(trainer.snapshot(), Reference("W1", (0, 0)))
    assert found.steps[0].value == math.inf
    assert found.steps[0].note == "it has overflowed"


def test_hidden_values_stay_unknown_with_all_that_would_give_them_away() -> None:
    snapshot = finished(Trainer(load_preset("worked-example")))
    found = gradient_waterfall(snapshot, Reference("W1", (0, 0)), frozenset({"da1"}))
    assert [s.product is None for s in found.steps] == [False, False, True, True, True]
    assert [s.expected is None for s in found.steps] == [False, False, True, True, True]
    assert found.steps[2].value == pytest.approx(0.4)
    assert found.so_far == found.steps[1].product
    assert found.share is None
    hidden = gradient_waterfall(snapshot, Reference("W1", (0, 0)), frozenset({"dW1"}))
    assert hidden.gradient is None
    assert hidden.share is None
    paths = finished(random_trainer("sigmoid", "half_squared_error"))
    several = gradient_waterfall(paths, Reference("W2", (1, 0)), frozenset({"da2"}))
    assert [s.value is None for s in several.steps] == [False, False, False, True, False, False]


def test_nothing_is_written_into_the_snapshot() -> None:
    snapshot = finished(random_trainer("softmax", "cross_entropy"))
    before = {name: array.copy() for name, array in snapshot.trace.values.items()}
    gradient_waterfall(snapshot, Reference("W1", (2, 1)))
    for name, array in before.items():
        np.testing.assert_array_equal(snapshot.trace.values[name], array)


@pytest.mark.parametrize(
    ("name", "index", "is_there"),
    [
        ("W1", (1, 1), True),
        ("b2", (0,), True),
        ("W1", (2, 1), False),
        ("W1", (1, 2), False),
        ("W1", (1,), False),
        ("b2", (), False),
        ("W3", (0, 0), False),
        ("dW1", (0, 0), False),
        ("x", (0,), False),
    ],
)
def test_only_weights_and_biases_of_the_network_are_parameters(
    name: str, index: tuple[int, ...], is_there: bool
) -> None:
    layout = Trainer(load_preset("worked-example")).snapshot().layout
    assert is_parameter(layout, Reference(name, index)) is is_there
