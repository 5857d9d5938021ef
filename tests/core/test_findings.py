"""Claims about findings: sick runs are called sick, by the right name, and healthy ones are not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from core import ExperimentSpec, Finding, Trainer
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
    trainer.advance_steps(steps)
    return trainer


def kinds(trainer: Trainer) -> list[str]:
    return [finding.kind for finding in trainer.findings()]


def cards(trainer: Trainer) -> list[Finding]:
    """Return the alarms that nothing else explains."""
    return [f for f in trainer.findings() if f.severity != "info" and f.cause is None]


@pytest.mark.parametrize("data", ["circle", "spiral", "moons"])
@pytest.mark.parametrize("rate", [0.03, 0.3])
def test_a_deep_sigmoid_network_is_found_to_vanish(data: str, rate: float) -> None:
    trainer = run(DEEP_SIGMOID, 600, data, changes={"training.optimizer.learning_rate": rate})
    (finding,) = cards(trainer)
    assert (finding.kind, finding.layer, finding.severity) == ("vanishing", 1, "warning")
    assert (finding.began, finding.cleared_step) == (0, None)
    # Nine slopes of at most a quarter each lie between the two layers that are compared.
    assert finding.evidence.value < finding.evidence.threshold == 1e-2
    assert finding.evidence.layers[0] == 1


def test_what_each_layer_passes_back_multiplies_out() -> None:
    (finding,) = cards(run(DEEP_SIGMOID, 600, "circle"))
    sentence = next(text for text in finding.evidence.why if "^" in text)
    factor, _, rest = sentence.partition("^")
    power, _, product = rest.partition(" = ")
    claimed = float(product.rstrip(".").replace("−", "-"))
    worked_out = float(factor.split()[-1]) ** int(power)
    assert claimed == pytest.approx(worked_out, rel=0.05)
    assert claimed == pytest.approx(finding.evidence.value, rel=0.05)


def test_the_remedies_for_vanishing_gradients_let_the_same_network_learn() -> None:
    sick = run(DEEP_SIGMOID, 600, "circle", changes={"training.optimizer.learning_rate": 0.1})
    (finding,) = cards(sick)
    for remedy in finding.remedies[:2]:
        assert remedy.title
        assert remedy.why
        assert remedy.changed
        mended = Trainer(sick.spec.with_changes(remedy.changes))
        mended.advance_steps(3000)
        metrics = mended.evaluate("test")
        assert metrics is not None
        assert metrics.loss < 0.6 * math.log(2), remedy.title
        assert cards(mended) == [], remedy.title


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("data", ["circle", "spiral"])
def test_a_deep_relu_network_with_he_weights_is_not_found_to_vanish(data: str, seed: int) -> None:
    changes = {"network.initializer": "he_normal", "seed": seed}
    assert "vanishing" not in kinds(run(DEEP_RELU, 600, data, changes=changes))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("optimizer", "rate", "data"), [("sgd", 0.3, "moons"), ("adam", 0.03, "spiral")]
)
def test_a_healthy_run_raises_nothing(optimizer: str, rate: float, data: str, seed: int) -> None:
    changes = {"training.optimizer": {"kind": optimizer, "learning_rate": rate}, "seed": seed}
    trainer = run(WIDE_ENOUGH, 2000, data, changes=changes)
    metrics = trainer.evaluate("train")
    assert metrics is not None
    assert metrics.accuracy is not None
    assert metrics.accuracy > 0.9
    assert cards(trainer) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_rate_that_is_too_low_for_the_planned_length_is_called_slow(seed: int) -> None:
    changes = {"training.optimizer.learning_rate": 0.003, "training.steps": 1500, "seed": seed}
    trainer = run(WIDE_ENOUGH, 1500, "circle", changes=changes)
    assert [finding.kind for finding in cards(trainer)] == ["slow"]
    (finding,) = cards(trainer)
    faster = Trainer(trainer.spec.with_changes(finding.remedies[0].changes))
    faster.advance_steps(1500)
    before, after = trainer.evaluate("train"), faster.evaluate("train")
    assert before is not None
    assert after is not None
    assert after.loss < before.loss / 2


@pytest.mark.parametrize(
    ("layers", "data", "loss", "rate"),
    [
        (((8, "relu"), (8, "relu"), (1, "sigmoid")), "spiral", "binary_cross_entropy", 100.0),
        (WIDE_ENOUGH, "spiral", "binary_cross_entropy", 100.0),
        (((8, "relu"), (1, "linear")), "plane", "mean_squared_error", 20.0),
        (((1, "linear"),), "plane", "half_squared_error", 10.0),
    ],
)
def test_a_learning_rate_far_too_high_is_found_to_explode_and_named_as_the_cause(
    layers: Layers, data: str, loss: str, rate: float
) -> None:
    trainer = run(layers, 300, data, loss, {"training.optimizer.learning_rate": rate})
    found = set(kinds(trainer))
    assert "exploding" in found
    assert "learning_rate_too_high" in found
    assert "vanishing" not in found
    first = cards(trainer)[0]
    assert first.kind == "learning_rate_too_high"
    lowered = trainer.spec.with_changes(first.remedies[0].changes)
    assert lowered.training.optimizer.learning_rate == pytest.approx(rate / 10)


def test_the_remedy_for_an_explosion_lowers_the_rate_that_was_set_while_running() -> None:
    trainer = run(((8, "relu"), (1, "linear")), 30, "plane", "mean_squared_error")
    assert kinds(trainer) == []
    trainer.change({"training.optimizer.learning_rate": 50.0})
    trainer.advance_steps(300)
    first = cards(trainer)[0]
    assert first.kind == "learning_rate_too_high"
    remedied = trainer.spec.with_changes(first.remedies[0].changes)
    assert remedied.training.optimizer.learning_rate == pytest.approx(5.0)


def test_weights_that_explode_from_the_start_are_not_blamed_on_the_learning_rate() -> None:
    changes = {
        "network.initializer": "normal",
        "network.initializer_scale": 0.8,
        "training.optimizer.learning_rate": 0.01,
    }
    layers: Layers = (*((12, "linear"),) * 12, (1, "linear"))
    trainer = run(layers, 300, "plane", "mean_squared_error", changes)
    assert "learning_rate_too_high" not in kinds(trainer)
    (card,) = cards(trainer)
    assert card.kind == "exploding"
    mended = Trainer(trainer.spec.with_changes(card.remedies[0].changes))
    mended.advance_steps(300)
    assert mended.halted is None


def test_remedies_are_changes_that_the_specification_takes_and_name_them() -> None:
    trainer = run(DEEP_SIGMOID, 600, "circle")
    for finding in trainer.findings():
        assert finding.remedies
        for remedy in finding.remedies:
            assert trainer.spec.with_changes(remedy.changes) != trainer.spec
            assert all("→" in change for change in remedy.changed)


def test_a_finding_is_cleared_by_a_change_of_structure_and_stays_in_the_log() -> None:
    trainer = run(DEEP_SIGMOID, 600, "circle")
    (before,) = cards(trainer)
    trainer.change({"network.layers": [{"units": 4}, {"units": 1, "activation": "sigmoid"}]})
    after = trainer.findings()[0]
    assert after.kind == before.kind
    assert (before.cleared_step, after.cleared_step) == (None, 600)


def test_a_finding_is_cleared_when_the_trouble_has_passed_for_a_while() -> None:
    slow = {"training.optimizer.learning_rate": 0.003}
    trainer = run(WIDE_ENOUGH, 1500, "circle", changes=slow)
    (finding,) = cards(trainer)
    trainer.change({"training.optimizer": {"kind": "adam", "learning_rate": 0.01}})
    trainer.advance_steps(1500)
    (cleared,) = (f for f in trainer.findings() if f.kind == finding.kind)
    assert cleared.cleared_step is not None
    assert cleared.cleared_step > 1500 + 100


def test_going_back_takes_findings_back_with_it() -> None:
    trainer = run(DEEP_SIGMOID, 100, "circle")
    frame = trainer.keyframe()
    trainer.advance_steps(500)
    once = trainer.findings()
    assert once
    trainer.restore(frame)
    assert trainer.findings() == ()
    trainer.advance_steps(500)
    assert trainer.findings() == once


def test_findings_do_not_depend_on_how_often_the_run_is_looked_at() -> None:
    watched, alone = run(DEEP_SIGMOID, 0, "circle"), run(DEEP_SIGMOID, 700, "circle")
    while watched.step < 700:
        watched.advance_step()
        watched.findings()
        watched.evaluate("train")
        watched.snapshot()
    assert watched.findings() == alone.findings()
    assert alone.findings()


def test_every_open_finding_has_the_history_of_what_was_measured() -> None:
    trainer = run(DEEP_SIGMOID, 600, "circle")
    snapshot = trainer.snapshot()
    for finding in trainer.findings():
        history = snapshot.histories[finding.evidence.series]
        assert list(history.steps) == sorted(history.steps)
        assert finding.step in history.steps
        at = history.values[list(history.steps).index(finding.step)]
        assert at == pytest.approx(finding.evidence.value, rel=1e-9)


def test_a_run_on_targets_that_are_all_the_same_can_explode() -> None:
    spec = ExperimentSpec.from_dict(
        {
            "data": {
                "kind": "inline",
                "inputs": [[i / 5 - 1, i % 3] for i in range(10)],
                "targets": [[1.0]] * 10,
                "test_fraction": 0.0,
            },
            "network": {"layers": [{"units": 4}, {"units": 1, "activation": "linear"}]},
            "training": {"loss": "mean_squared_error", "optimizer": {"learning_rate": 50.0}},
        }
    )
    trainer = Trainer(spec)
    trainer.advance_steps(100)
    assert "the targets are all the same" in trainer.findings()[0].evidence.why[0]
    assert "or the steps" in trainer.findings()[0].evidence.why[1]


def test_a_single_silent_unit_is_spoken_of_as_one() -> None:
    changes: dict[str, Any] = {"network.initial_bias": -9.0, "data.samples": 20}
    (finding,) = run(((1, "relu"), (1, "sigmoid")), 0, changes=changes).findings()
    assert finding.message.startswith("The only unit of hidden layer 1 is silent")
    assert "nothing can wake it." in finding.evidence.why[0]
    assert finding.evidence.why[1].startswith("It was silent before")


def spoken(trainer: Trainer) -> str:
    """Return all that is said of a run's measurements."""
    return " ".join(
        text for f in trainer.findings() for text in (f.message, *f.evidence.why) if f.layer == 0
    )


def test_a_loss_that_is_no_number_is_not_spelled_out() -> None:
    start = {"network.initializer": "constant", "network.initializer_scale": 1e160}
    changes = {**start, "network.dtype": "float32"}
    infinite = run(((2, "relu"), (1, "linear")), 1, "plane", "mean_squared_error", changes)
    assert "The first loss was already no finite number." in spoken(infinite)
    leap = {"training.optimizer.learning_rate": 1e200, "training.steps": 5, "data.samples": 20}
    leaping = run(((4, "tanh"), (1, "linear")), 1, "circle", "mean_squared_error", leap)
    assert "beyond all numbers" in spoken(leaping)
    for trainer in (infinite, leaping):
        assert "NaN" not in spoken(trainer)
        assert "∞" not in spoken(trainer)
        assert all(f.evidence.value == f.evidence.value for f in trainer.findings())
