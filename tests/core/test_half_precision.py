"""Claims about gradients in half precision: what is rounded, what scaling saves, what is said."""

from __future__ import annotations

import numpy as np
import pytest

from core import ExperimentSpec, Trainer
from tests.core.experiments import bits, readable, small_trainer, value_of
from tests.core.layer_oracle import parameters_of

HALF = {"training.gradient_storage": "float16"}
SMALLEST = 2.0**-24


def half(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float16).astype(np.float64)


def trainer_with_scale(scale: float, rate: float = 0.1) -> Trainer:
    return small_trainer(
        {**HALF, "training.loss_scale": scale, "training.optimizer.learning_rate": rate}
    )


@pytest.mark.parametrize("scale", [1.0, 1024.0, 1e-4])
def test_every_gradient_is_that_of_a_pass_that_rounds_after_each_op(scale: float) -> None:
    trainer = trainer_with_scale(scale)
    first, second, third = parameters_of(trainer)
    trainer.advance_step()
    x, y = value_of(trainer, "x"), value_of(trainer, "y")
    a1, a2, a3 = (value_of(trainer, f"a{n}") for n in (1, 2, 3))
    dz3 = half(scale * (a3 - y) / len(x))
    da2 = half(dz3 @ third["W"])
    dz2 = half(da2 * (1 - a2**2))
    da1 = half(dz2 @ second["W"])
    dz1 = half(da1 * (1 - a1**2))
    for name, expected in (("dz3", dz3), ("da2", da2), ("dz2", dz2), ("da1", da1), ("dz1", dz1)):
        np.testing.assert_array_max_ulp(
            value_of(trainer, name).astype(np.float16), expected.astype(np.float16), 1
        )
    expected = {
        "dW3": half(dz3.T @ a2) / scale,
        "db2": half(dz2.sum(axis=0)) / scale,
        "dW1": half(dz1.T @ x) / scale,
    }
    for name, numbers in expected.items():
        np.testing.assert_allclose(value_of(trainer, name), numbers, rtol=2e-3)
    assert first["W"].shape == value_of(trainer, "dW1").shape


def test_a_scale_that_is_a_power_of_two_changes_nothing_where_nothing_is_lost() -> None:
    plain, scaled = trainer_with_scale(2.0**6), trainer_with_scale(2.0**10)
    for trainer in (plain, scaled):
        trainer.advance_step()
    assert np.min(np.abs(value_of(plain, "exact_dW1"))) > 2.0**-14
    assert np.array_equal(value_of(plain, "gradient"), value_of(scaled, "gradient"))


def test_what_is_smaller_than_half_precision_becomes_zero_and_a_scale_brings_it_back() -> None:
    lost, kept = trainer_with_scale(1e-7), trainer_with_scale(1.0)
    for trainer in (lost, kept):
        trainer.advance_step()
    assert np.all(np.abs(value_of(lost, "exact_dz3")) * 1e-7 < SMALLEST / 2)
    assert not np.any(value_of(lost, "gradient"))
    assert np.all(value_of(kept, "gradient"))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_op_by_op_equals_full_speed_bit_for_bit(dtype: str) -> None:
    change = {**HALF, "training.loss_scale": 64.0, "network.dtype": dtype}
    fast, slow = small_trainer(change), small_trainer(change)
    for _ in range(6):
        fast.advance_step()
        while slow.advance_op().name != "parameters":
            pass
        assert bits(fast) == bits(slow)
        assert readable(fast) == readable(slow)


def test_each_rounding_is_an_op_behind_the_one_that_computes() -> None:
    trainer = small_trainer(HALF)
    names = [op.name for op in trainer.program.ops if op.phase == "backward"]
    gradients = [name for name in names if name.startswith("d")]
    assert gradients == ["dz3", "dW3", "da2", "dz2", "dW2", "da1", "dz1", "dW1"]
    for name in gradients:
        assert names[names.index(name) - 1] == f"exact_{name}"


def test_storage_and_scale_change_live_and_keep_the_weights() -> None:
    trainer = small_trainer()
    trainer.advance_steps(3)
    weights = trainer.network.params.data.copy()
    trainer.change(HALF)
    assert np.array_equal(trainer.network.params.data, weights)
    while trainer.program.peek().name != "dz3":
        trainer.advance_op()
    trainer.change({"training.loss_scale": 512.0})
    trainer.advance_op()
    expected = half(512 * value_of(trainer, "exact_dz3"))
    assert np.array_equal(value_of(trainer, "dz3"), expected)


def test_a_scale_too_large_stops_before_the_update_and_offers_a_smaller_one() -> None:
    trainer = trainer_with_scale(2.0**24)
    weights = trainer.network.params.data.copy()
    trainer.advance_step()
    assert trainer.step == 0
    assert np.array_equal(trainer.network.params.data, weights)
    (finding,) = trainer.findings()
    assert finding.kind == "non_finite"
    assert finding.layer == 3
    assert "half" in finding.message
    first = finding.remedies[0]
    scale = first.changes["training"]["loss_scale"]
    assert 1 <= scale < 2.0**24
    trainer.cure(first)
    trainer.advance_steps(50)
    assert trainer.halted is None
    assert trainer.step == 50


def test_gradients_rounded_to_zero_are_told_and_cleared_by_the_scale() -> None:
    hidden = [{"units": 8, "activation": "tanh"}] * 2
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "circle"},
            "network": {"layers": [*hidden, {"units": 1, "activation": "sigmoid"}]},
            "training": {"loss_scale": 1e-6, "gradient_storage": "float16"},
        }
    )
    trainer = Trainer(spec)
    trainer.advance_steps(300)
    (finding,) = [f for f in trainer.findings() if f.kind == "underflow"]
    assert finding.evidence.value >= 0.5
    assert finding.remedies[0].title.startswith("Loss scale")
    trainer.change(finding.remedies[0].changes)
    trainer.advance_steps(1500)
    assert all(f.cleared_step is not None for f in trainer.findings() if f.kind == "underflow")
    metrics = trainer.evaluate("train")
    assert metrics is not None
    assert metrics.accuracy is not None
    assert metrics.accuracy > 0.9


def test_the_shares_of_the_samples_add_up_to_the_gradient_whatever_the_scale() -> None:
    trainer = trainer_with_scale(1024.0)
    trainer.advance_step()
    shares = trainer.snapshot().trace.shares
    assert shares is not None
    gradient = value_of(trainer, "dW1")[0, 0]
    assert np.sum(shares.values) == pytest.approx(gradient, rel=2e-3)
