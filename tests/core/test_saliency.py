"""The gradient of the loss with respect to a row's inputs: against differences of the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import ExperimentSpec, Trainer
from core.training.commands import LookAt
from core.training.runner import Runner
from core.training.snapshot import Part
from tests.core.experiments import Array, bits, readable
from tests.core.runner_driver import Driver

HIDDEN: dict[str, dict[str, Any]] = {
    "plain": {"activation": "tanh"},
    "batch norm": {"activation": "tanh", "normalization": "batch"},
    "layer norm": {"activation": "sigmoid", "normalization": "layer"},
    "residual": {"activation": "tanh", "residual": True},
    "dropout": {"activation": "tanh", "dropout": 0.4},
}
OUTPUTS = {
    "cross_entropy": (3, "softmax"),
    "binary_cross_entropy": (1, "sigmoid"),
    "mean_squared_error": (2, "linear"),
    "half_squared_error": (1, "tanh"),
}
H = 1e-5


def trainer_with(
    hidden: str, loss: str = "cross_entropy", changes: dict[str, Any] | None = None
) -> Trainer:
    """Return a trainer in float64 after a few steps on random rows of four inputs."""
    random = np.random.default_rng(5)
    units, activation = OUTPUTS[loss]
    targets: Array = random.normal(size=(20, units))
    if loss == "cross_entropy":
        targets = np.eye(3)[random.integers(0, 3, 20)]
    elif loss == "binary_cross_entropy":
        targets = random.integers(0, 2, (20, 1)).astype(float)
    spec = ExperimentSpec.from_dict(
        {
            "data": {
                "kind": "inline",
                "inputs": random.normal(size=(20, 4)).tolist(),
                "targets": targets.tolist(),
                "test_fraction": 0.25,
                "task": "classification" if "cross" in loss else "regression",
            },
            "network": {
                "dtype": "float64",
                "layers": [
                    {"units": 4, **HIDDEN[hidden]},
                    {"units": 4, **HIDDEN[hidden]},
                    {"units": units, "activation": activation},
                ],
            },
            "training": {"loss": loss, "batch_size": 5},
        }
    ).with_changes(changes or {})
    trainer = Trainer(spec)
    for _ in range(4):
        trainer.advance_step()
    trainer.in_view.saliency = True
    return trainer


def loss_at(trainer: Trainer, x: Array, y: Array) -> float:
    """Return the loss of a single row, as a fresh trainer with these parameters evaluates it."""
    spec = trainer.spec.with_changes(
        {
            "data": {
                "inputs": [x.tolist()],
                "targets": [y.tolist()],
                "test_fraction": 0,
                "normalize": False,
            },
            "training.batch_size": 1,
        }
    )
    other = Trainer(spec)
    other.network.params.data[:] = trainer.network.params.data
    other.network.running.data[:] = trainer.network.running.data
    metrics = other.evaluate("train")
    assert metrics is not None
    return metrics.loss


def differences(trainer: Trainer, x: Array, y: Array) -> Array:
    found = np.zeros_like(x)
    for i in range(len(x)):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[i] += sign * H
            ends.append(loss_at(trainer, moved, y))
        found[i] = (ends[0] - ends[1]) / (2 * H)
    return found


@pytest.mark.parametrize(
    ("hidden", "loss"),
    [(hidden, "cross_entropy") for hidden in HIDDEN] + [("plain", loss) for loss in OUTPUTS],
)
def test_the_gradient_is_that_of_central_differences_of_the_rows_loss(
    hidden: str, loss: str
) -> None:
    trainer = trainer_with(hidden, loss)
    trainer.in_view.probe = ("test", 2)
    probe = trainer.snapshot().probe
    assert probe.saliency is not None
    x, y = np.array(probe.inputs, np.float64), np.array(probe.target, np.float64)
    assert probe.saliency.loss == pytest.approx(loss_at(trainer, x, y), rel=1e-12)
    expected = differences(trainer, x, y)
    assert np.abs(expected).max() > 1e-3
    np.testing.assert_allclose(probe.saliency.gradient, expected, rtol=1e-6, atol=1e-9)


def test_errors_go_back_through_the_weights_even_where_the_run_uses_others() -> None:
    trainer = trainer_with("plain", changes={"training.gradient_source": "feedback_alignment"})
    probe = trainer.snapshot().probe
    assert probe.saliency is not None
    x, y = np.array(probe.inputs, np.float64), np.array(probe.target, np.float64)
    np.testing.assert_allclose(
        probe.saliency.gradient, differences(trainer, x, y), rtol=1e-6, atol=1e-9
    )


def test_looking_changes_no_number_of_the_run() -> None:
    trainer, other = trainer_with("batch norm"), trainer_with("batch norm")
    other.in_view.saliency = False
    for _ in range(5):
        trainer.advance_op()
        other.advance_op()
        trainer.snapshot()
    assert readable(trainer) == readable(other)
    for one in (trainer, other):
        one.advance_step()
    assert bits(trainer) == bits(other)


def test_it_is_computed_only_while_somebody_looks() -> None:
    trainer = trainer_with("plain")
    seen = trainer.snapshot()
    trainer.in_view.saliency = False
    assert trainer.snapshot(Part.CURVES, seen).probe.saliency is None
    hidden = trainer.snapshot()
    trainer.in_view.saliency = True
    assert trainer.snapshot(Part.CURVES, hidden).probe.saliency is not None


def test_it_follows_the_parameters_and_a_change_of_the_loss() -> None:
    trainer = trainer_with("plain", "mean_squared_error")
    before = trainer.snapshot().probe.saliency
    trainer.advance_step()
    after = trainer.snapshot().probe.saliency
    trainer.change({"training.loss": "half_squared_error"})
    probe = trainer.snapshot().probe
    assert before is not None
    assert after is not None
    assert probe.saliency is not None
    assert not np.array_equal(before.gradient, after.gradient)
    x, y = np.array(probe.inputs, np.float64), np.array(probe.target, np.float64)
    assert probe.saliency.loss == pytest.approx(loss_at(trainer, x, y), rel=1e-12)


def test_the_runner_is_told_whether_anybody_looks() -> None:
    trainer = trainer_with("plain")
    trainer.in_view.saliency = False
    driver = Driver(Runner(trainer))
    driver.runner.start()
    driver.send(LookAt(saliency=True))
    assert driver.settle().probe.saliency is not None
    driver.send(LookAt(saliency=False))
    assert driver.settle().probe.saliency is None
    assert driver.runner.shutdown()


def test_r2_of_predictions_is_that_of_its_definition() -> None:
    predictions = trainer_with("plain", "mean_squared_error").snapshot().predictions
    y, a = np.array(predictions.targets), np.array(predictions.outputs)
    spread = ((y - y.mean(axis=0)) ** 2).sum()
    assert predictions.r2 == pytest.approx(1 - ((a - y) ** 2).sum() / spread, rel=1e-12)


def test_predictions_of_classes_have_no_r2() -> None:
    assert trainer_with("plain").snapshot().predictions.r2 is None
