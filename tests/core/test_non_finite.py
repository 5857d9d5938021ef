"""Claims about numbers that are not finite: the run stops before them, names them, and recovers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import Trainer
from tests.core.experiments import Layers, bits, readable, small_trainer, value_of

RELU: Layers = ((6, "relu"), (6, "relu"), (1, "linear"))
TOO_FAST = {"training.optimizer.learning_rate": 50.0}
LIMIT = 400


def exploding(changes: dict[str, Any] | None = None) -> Trainer:
    return small_trainer({**TOO_FAST, **(changes or {})}, RELU, "half_squared_error")


def run_until_halted(trainer: Trainer, pace: str = "advance_step") -> None:
    """Advance; ``LIMIT`` steps are several times what it takes."""
    advance = getattr(trainer, pace)
    while not any(finding.kind == "non_finite" for finding in trainer.findings()):
        advance()
        assert trainer.step < LIMIT


@pytest.mark.parametrize("pace", ["advance_step", "advance_op", "advance_layer", "advance_epoch"])
def test_the_run_stops_at_the_same_place_at_every_pace(pace: str) -> None:
    trainer, reference = exploding(), exploding()
    run_until_halted(trainer, pace)
    run_until_halted(reference)
    assert trainer.findings() == reference.findings()
    assert trainer.step == reference.step
    np.testing.assert_array_equal(trainer.network.params.data, reference.network.params.data)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_step_does_not_rise_and_the_weights_are_those_before_the_update(dtype: str) -> None:
    trainer, straight = (exploding({"network.dtype": dtype}) for _ in range(2))
    run_until_halted(trainer)
    for _ in range(trainer.step):
        straight.advance_step()
    assert straight.findings() == () or straight.findings()[-1].kind != "non_finite"
    assert trainer.step == straight.step
    assert np.isfinite(trainer.network.params.data).all()
    np.testing.assert_array_equal(trainer.network.params.data, straight.network.params.data)


def test_the_finding_names_the_first_op_that_wrote_such_a_number_and_the_step() -> None:
    trainer = exploding()
    run_until_halted(trainer)
    op, name = next(
        (op, name)
        for op in trainer.program.ops
        for name in op.writes
        if not np.isfinite(value_of(trainer, name)).all()
    )
    finding = trainer.findings()[-1]
    assert (finding.kind, finding.severity) == ("non_finite", "error")
    assert finding.layer == op.layer
    assert finding.step == trainer.step
    assert finding.message.startswith(f"{name} is not finite")
    assert op.formula in finding.message
    assert f"step {trainer.step} " in finding.message
    assert "\n" not in finding.message
    assert finding.remedies


def test_nothing_runs_any_more_once_the_run_has_stopped() -> None:
    trainer = exploding()
    run_until_halted(trainer)
    before = bits(trainer), readable(trainer), trainer.findings(), trainer.program.pc
    trainer.advance_step()
    trainer.advance_op()
    trainer.advance_layer()
    trainer.advance_phase()
    trainer.advance_epoch()
    assert (bits(trainer), readable(trainer), trainer.findings(), trainer.program.pc) == before


def test_it_can_still_be_looked_at() -> None:
    trainer = exploding()
    run_until_halted(trainer)
    snapshot = trainer.snapshot()
    assert snapshot.halted == trainer.findings()[-1]
    assert snapshot.step == trainer.step
    assert trainer.evaluate("train") is not None


def test_restoring_an_earlier_keyframe_lets_it_run_again() -> None:
    trainer, straight = exploding(), exploding()
    for _ in range(2):
        trainer.advance_step()
        straight.advance_step()
    frame = trainer.keyframe()
    run_until_halted(trainer)
    trainer.restore(frame)
    assert trainer.findings() == straight.findings()
    assert trainer.snapshot().halted is None
    trainer.change({"training.optimizer.learning_rate": 1e-3})
    straight.change({"training.optimizer.learning_rate": 1e-3})
    for _ in range(20):
        trainer.advance_step()
        straight.advance_step()
    assert trainer.step == 22
    assert bits(trainer) == bits(straight)


def test_reset_lets_it_run_again() -> None:
    trainer = exploding()
    run_until_halted(trainer)
    stopped_at = trainer.step
    trainer.reset()
    assert trainer.findings() == ()
    run_until_halted(trainer)
    assert trainer.step == stopped_at


def test_a_keyframe_of_a_stopped_run_is_the_state_at_which_it_stopped() -> None:
    trainer = exploding()
    run_until_halted(trainer)
    frame = trainer.keyframe()
    assert frame.step == trainer.step > 0
    np.testing.assert_array_equal(frame.parameters, trainer.network.params.data)


def test_a_structural_change_of_a_stopped_run_goes_on_from_where_it_stopped() -> None:
    trainer = exploding()
    run_until_halted(trainer)
    step, weights = trainer.step, trainer.network.params.data.copy()
    trainer.change({"training": {"batch_size": 5, "optimizer": {"learning_rate": 1e-9}}})
    assert trainer.step == step
    np.testing.assert_array_equal(trainer.network.params.data, weights)


def test_an_update_that_would_leave_the_range_of_numbers_is_not_made() -> None:
    trainer = exploding({"training.optimizer.learning_rate": 1e308})
    run_until_halted(trainer)
    assert np.isfinite(trainer.network.params.data).all()
    assert np.isfinite(trainer.keyframe().parameters).all()
    trainer.restore(trainer.keyframe())
    assert trainer.findings() == ()


def test_weights_that_a_user_made_infinite_are_named() -> None:
    trainer = exploding()
    trainer.network.layers[1].W[0, 0] = np.nan
    trainer.advance_step()
    assert trainer.step == 0
    assert trainer.findings()[-1].message.startswith("z2 is not finite")


def test_large_gradients_that_are_finite_do_not_stop_the_run() -> None:
    trainer = exploding({"training.optimizer.learning_rate": 1e-300})
    trainer.network.layers[2].b[:] = 1e153
    trainer.advance_step()
    gradient = trainer.network.grads.data
    # Its sum of squares is out of range, the loss is not.
    assert np.abs(gradient).max() > 1e152
    assert trainer.step == 1
    assert trainer.findings() == ()
