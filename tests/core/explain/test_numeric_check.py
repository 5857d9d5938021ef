"""Claims about the gradient check: right gradients pass, wrong ones are caught and named."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Trainer
from core.explain.numeric_check import GradientCheck, check_gradient, spread_sample
from core.network.parameters import ParameterLayout
from core.presets import load_preset
from tests.core.experiments import bits, readable, small_trainer, trainer_on


def gradient_of(check: GradientCheck) -> NDArray[np.float64]:
    """Return the gradient of a check of all parameters, in the order of their vector."""
    by_place = sorted(check.entries, key=lambda entry: entry.index)
    return np.array([entry.analytic for entry in by_place])


@pytest.mark.parametrize("key", ["worked-example", "one-neuron", "spiral", "digits", "xor"])
def test_backpropagation_agrees_with_differences_in_every_entry(key: str) -> None:
    check = check_gradient(Trainer(load_preset(key)))
    assert check.count("good") == len(check.entries)
    assert max(layer.relative_error for layer in check.layers) < 1e-7


def test_the_worked_example_has_the_derivatives_of_the_hand_calculation() -> None:
    check = check_gradient(Trainer(load_preset("worked-example")))
    numeric = {entry.name: entry.numeric for entry in check.entries}
    assert numeric["W1[1, 2]"] == pytest.approx(-0.00301776, abs=6e-9)
    assert numeric["W2[1, 1]"] == pytest.approx(-0.02704897, abs=6e-9)
    assert numeric["b2[1]"] == pytest.approx(-0.04152725, abs=6e-9)
    assert [entry.analytic for entry in check.entries] == pytest.approx(
        [entry.numeric for entry in check.entries], rel=1e-7
    )


def test_entries_are_listed_layer_by_layer_the_weights_row_by_row_then_the_rest() -> None:
    normalized = {"network.layers[0].normalization": "batch"}
    trainer = Trainer(load_preset("worked-example").with_changes(normalized))
    names = [entry.name for entry in check_gradient(trainer).entries]
    first = ["W1[1, 1]", "W1[1, 2]", "W1[2, 1]", "W1[2, 2]", "b1[1]", "b1[2]"]
    norm = ["gamma1[1]", "gamma1[2]", "beta1[1]", "beta1[2]"]
    assert names == [*first, *norm, "W2[1, 1]", "W2[1, 2]", "b2[1]"]


def test_a_factor_of_two_is_caught_in_every_entry() -> None:
    trainer = Trainer(load_preset("worked-example"))
    trainer.advance_step()
    wrong = 2.0 * trainer.network.grads.data
    trainer.reset()
    check = check_gradient(trainer, analytic=wrong)
    assert check.count("bad") == len(check.entries) == 9
    assert [entry.relative_error for entry in check.entries] == pytest.approx([0.5] * 9)
    assert [layer.relative_error for layer in check.layers] == pytest.approx([0.5, 0.5])


def test_one_wrong_entry_is_the_worst_and_has_the_curve() -> None:
    trainer = small_trainer()
    right = gradient_of(check_gradient(trainer))
    right[7] += 0.01
    check = check_gradient(trainer, analytic=right)
    assert check.count("bad") == 1
    assert (check.worst.index, check.worst.verdict) == (7, "bad")
    assert check.curve.index == 7
    assert check.curve.name == check.worst.name == trainer.network.layout.describe(7)


def test_a_gradient_that_is_not_finite_is_bad() -> None:
    trainer = small_trainer()
    gradient = gradient_of(check_gradient(trainer))
    gradient[3] = np.nan
    check = check_gradient(trainer, analytic=gradient)
    assert (check.worst.index, check.worst.verdict) == (3, "bad")
    assert check.worst.relative_error == np.inf


def test_a_difference_across_a_kink_is_not_called_bad() -> None:
    # At z = 0 the slope of the unit is 0; the central difference gives one half of it.
    trainer = trainer_on(
        np.array([[1.0]]), np.array([[1.0]]), ((1, "relu"), (1, "linear")), "half_squared_error"
    )
    trainer.network.params.data[:] = [0.5, -0.5, 2.0, 0.0]
    check = check_gradient(trainer)
    verdicts = {entry.name: entry.verdict for entry in check.entries}
    assert verdicts == {
        "W1[1, 1]": "near a kink",
        "b1[1]": "near a kink",
        "W2[1, 1]": "good",
        "b2[1]": "good",
    }
    assert check.entries[0].analytic == 0.0
    assert check.entries[0].numeric == pytest.approx(-1.0, rel=1e-4)
    assert (check.count("bad"), check.count("near a kink")) == (0, 2)


@pytest.mark.parametrize("ops", [0, 1, 5, 9])
def test_a_check_leaves_every_bit_of_the_trainer_untouched(ops: int) -> None:
    trainer, other = small_trainer(), small_trainer()
    for one in (trainer, other):
        one.advance_steps(3)
        for _ in range(ops):
            one.advance_op()
    before = (bits(trainer), readable(trainer), trainer.network.grads.data.tobytes())
    check_gradient(trainer)
    after = (bits(trainer), readable(trainer), trainer.network.grads.data.tobytes())
    assert before == after
    assert trainer.program.pc == ops
    trainer.advance_steps(5)
    other.advance_steps(5)
    assert bits(trainer) == bits(other)


def test_what_is_checked_is_the_gradient_that_training_uses_next() -> None:
    trainer = small_trainer()
    trainer.advance_steps(3)
    check = check_gradient(trainer)
    trainer.advance_step()
    expected = trainer.network.grads.data
    assert gradient_of(check) == pytest.approx(expected, rel=1e-12)
    assert (check.step, check.rows) == (3, 6)


def test_a_run_in_single_precision_is_checked_in_double() -> None:
    trainer = small_trainer({"network.dtype": "float32"})
    check = check_gradient(trainer)
    assert check.count("good") == check.parameter_count == len(check.entries)


def test_a_sample_of_many_parameters_holds_some_of_every_layer() -> None:
    layout = ParameterLayout((64, 200, 3, 10))
    sample = spread_sample(layout)
    assert len(sample) == len(set(sample)) <= 300
    assert sample == sorted(sample)
    counts = [sum(part.start <= i < part.stop for i in sample) for part in layout.segments]
    assert counts[0] > counts[1] > 50
    assert counts[2] == 40
    assert sample[-1] == layout.size - 1
    assert spread_sample(layout) == sample


def test_the_error_of_central_differences_is_a_u_and_that_of_one_sided_ones_worse() -> None:
    curve = check_gradient(Trainer(load_preset("worked-example")), curve_of=0).curve
    assert curve.steps[0] == 1e-1
    assert curve.steps[-1] == pytest.approx(1e-13)
    errors = dict(zip(np.log10(curve.steps).round(1).tolist(), curve.central, strict=True))
    # Truncation falls as h squared, rounding grows as 1 / h.
    assert errors[-1] / errors[-2] == pytest.approx(100, rel=0.05)
    assert curve.central.min() < 1e-8
    assert errors[-12] > 1000 * curve.central.min()
    assert curve.one_sided.min() > 10 * curve.central.min()
    one_sided = dict(zip(np.log10(curve.steps).round(1).tolist(), curve.one_sided, strict=True))
    assert one_sided[-2] / one_sided[-3] == pytest.approx(10, rel=0.05)


def test_the_curve_of_a_parameter_that_does_not_exist_is_refused() -> None:
    trainer = Trainer(load_preset("one-neuron"))
    with pytest.raises(IndexError):
        check_gradient(trainer, curve_of=3)


def test_an_entry_near_a_kink_does_not_count_against_its_layer() -> None:
    trainer = trainer_on(
        np.array([[1.0]]), np.array([[1.0]]), ((2, "relu"), (1, "linear")), "half_squared_error"
    )
    # Unit 1 stands on its kink, unit 2 far from its own.
    network = trainer.network
    network.layers[0].W[:] = [[0.5], [0.5]]
    network.layers[0].b[:] = [-0.5, 0.75]
    network.layers[1].W[:] = [[2.0, 1.0]]
    check = check_gradient(trainer)
    assert check.count("near a kink") == 2
    assert [layer.entries for layer in check.layers] == [2, 3]
    assert max(layer.relative_error for layer in check.layers) < 1e-7


def test_the_gradient_in_single_precision_is_compared_too() -> None:
    double, single = (
        check_gradient(small_trainer({"network.dtype": dtype})) for dtype in ("float64", "float32")
    )
    assert (double.dtype, single.dtype) == ("float64", "float32")
    assert [layer.trained_error for layer in double.layers] == [None] * 3
    for layer in single.layers:
        assert layer.relative_error < 1e-7
        assert layer.trained_error is not None
        # Rounded to 24 bits at every operation, and no worse than some hundred of those.
        assert 1e-9 < layer.trained_error < 100 * 2**-24


def test_a_given_gradient_is_not_mistaken_for_that_of_the_run() -> None:
    trainer = small_trainer({"network.dtype": "float32"})
    check = check_gradient(trainer, analytic=np.zeros(trainer.network.layout.size))
    assert check.dtype == "float32"
    assert [layer.trained_error for layer in check.layers] == [None] * 3


def test_the_bias_before_a_batch_normalization_is_not_called_the_worst() -> None:
    trainer = small_trainer({"network.layers[0].normalization": "batch"})
    check = check_gradient(trainer)
    assert check.count("good") == len(check.entries)
    names = {entry.name for entry in check.entries}
    assert {"gamma1[1]", "beta1[1]"} <= names
    assert not check.worst.name.startswith("b1")
    assert check.worst.relative_error < 1e-4
