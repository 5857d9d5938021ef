"""Claims about findings: sick runs are called sick, by the right name, and healthy ones are not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from core import ExperimentSpec, Trainer
from tests.core.experiments import Layers

DEEP_SIGMOID: Layers = (*((6, "sigmoid"),) * 10, (1, "sigmoid"))
DEEP_RELU: Layers = (*((6, "relu"),) * 10, (1, "sigmoid"))
WIDE_ENOUGH: Layers = ((8, "tanh"), (8, "tanh"), (1, "sigmoid"))


def run(
    layers: Layers,
    steps: int,
    data: str = "spiral",
    loss: str = "binary_cross_entropy",
    changes: dict[str, Any] | None = None,
) -> Trainer:
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": data},
            "network": {"layers": [{"units": n, "activation": name} for n, name in layers]},
            "training": {"loss": loss},
        }
    )
    trainer = Trainer(spec.with_changes(changes or {}))
    for _ in range(steps):
        trainer.advance_step()
    return trainer


def kinds(trainer: Trainer) -> list[str]:
    return [finding.kind for finding in trainer.findings()]


@pytest.mark.parametrize("data", ["circle", "spiral", "moons"])
@pytest.mark.parametrize("rate", [0.03, 0.3])
def test_a_deep_sigmoid_network_is_found_to_vanish(data: str, rate: float) -> None:
    changes = {"training.optimizer.learning_rate": rate}
    trainer = run(DEEP_SIGMOID, 600, data, changes=changes)
    assert kinds(trainer) == ["vanishing"]
    (finding,) = trainer.findings()
    assert finding.layer == 1
    assert finding.cleared_step is None
    assert finding.severity == "warning"
    # Nine slopes of at most a quarter each lie between the two layers that are compared.
    assert finding.evidence["ratio"] < 1e-2


def test_the_remedy_for_vanishing_gradients_lets_the_same_network_learn() -> None:
    sick = run(DEEP_SIGMOID, 400, "circle", changes={"training.optimizer.learning_rate": 0.1})
    (finding,) = sick.findings()
    for remedy in finding.remedies:
        assert remedy.title
        assert remedy.why
        mended = Trainer(sick.spec.with_changes(remedy.changes))
        for _ in range(3000):
            mended.advance_step()
        metrics = mended.evaluate("test")
        assert metrics is not None
        assert metrics.loss < 0.6 * math.log(2), remedy.title
        assert kinds(mended) == [], remedy.title


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("data", ["circle", "spiral"])
def test_a_deep_relu_network_with_he_weights_is_not_found_to_vanish(data: str, seed: int) -> None:
    changes = {"network.initializer": "he_normal", "seed": seed}
    assert "vanishing" not in kinds(run(DEEP_RELU, 600, data, changes=changes))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_healthy_run_raises_nothing(optimizer: str, seed: int) -> None:
    changes = {"training.optimizer": {"kind": optimizer, "learning_rate": 0.03}, "seed": seed}
    assert kinds(run(WIDE_ENOUGH, 2000, changes=changes)) == []


@pytest.mark.parametrize(
    ("layers", "data", "loss", "rate"),
    [
        (((8, "relu"), (8, "relu"), (1, "sigmoid")), "spiral", "binary_cross_entropy", 100.0),
        (WIDE_ENOUGH, "spiral", "binary_cross_entropy", 100.0),
        (((8, "relu"), (1, "linear")), "plane", "mean_squared_error", 20.0),
        (((1, "linear"),), "plane", "half_squared_error", 10.0),
    ],
)
def test_a_learning_rate_far_too_high_is_found_to_explode(
    layers: Layers, data: str, loss: str, rate: float
) -> None:
    changes = {"training.optimizer.learning_rate": rate}
    trainer = run(layers, 300, data, loss, changes)
    assert set(kinds(trainer)) & {"exploding", "non_finite"}
    assert "vanishing" not in kinds(trainer)
    assert all(finding.severity == "error" for finding in trainer.findings())
    assert all(finding.remedies for finding in trainer.findings())


def test_the_remedy_for_an_explosion_lowers_the_rate_that_was_set_while_running() -> None:
    trainer = run(((8, "relu"), (1, "linear")), 30, "plane", "mean_squared_error")
    assert kinds(trainer) == []
    trainer.change({"training.optimizer.learning_rate": 50.0})
    for _ in range(300):
        trainer.advance_step()
    remedied = trainer.spec.with_changes(trainer.findings()[0].remedies[0].changes)
    assert remedied.training.optimizer.learning_rate == pytest.approx(5.0)


def test_remedies_are_changes_that_the_specification_takes() -> None:
    trainer = run(DEEP_SIGMOID, 300, "circle")
    for finding in trainer.findings():
        for remedy in finding.remedies:
            assert trainer.spec.with_changes(remedy.changes) != trainer.spec


def test_a_finding_is_cleared_by_a_change_of_structure_and_stays_in_the_log() -> None:
    trainer = run(DEEP_SIGMOID, 400, "circle")
    (before,) = trainer.findings()
    layers = [{"units": 4}, {"units": 1, "activation": "sigmoid"}]
    trainer.change({"network.layers": layers})
    (after,) = trainer.findings()
    assert after.kind == before.kind
    assert (before.cleared_step, after.cleared_step) == (None, 400)


def test_going_back_takes_findings_back_with_it() -> None:
    trainer = run(DEEP_SIGMOID, 100, "circle")
    frame = trainer.keyframe()
    for _ in range(300):
        trainer.advance_step()
    once = trainer.findings()
    assert once
    trainer.restore(frame)
    assert trainer.findings() == ()
    for _ in range(300):
        trainer.advance_step()
    assert [finding.kind for finding in trainer.findings()] == [finding.kind for finding in once]


def test_findings_do_not_depend_on_how_often_the_run_is_looked_at() -> None:
    watched, alone = run(DEEP_SIGMOID, 0, "circle"), run(DEEP_SIGMOID, 250, "circle")
    while watched.step < 250:
        watched.advance_step()
        watched.findings()
        watched.evaluate("train")
    assert watched.findings() == alone.findings()
    assert alone.findings()
