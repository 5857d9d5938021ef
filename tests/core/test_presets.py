"""Every preset is sound, trains, and shows what its sentence says."""

from __future__ import annotations

import numpy as np
import pytest

from core import ExperimentSpec, Trainer, UserError
from core.presets import load_preset, presets
from core.step.operations import PHASES
from tests.core.experiments import value_of

KEYS = [preset.key for preset in presets()]
NAMED = {
    *("worked-example", "one-neuron", "chain-rule", "xor", "circle", "spiral", "moons"),
    *("three-classes", "digits", "iris", "regression-sine", "linear-on-circle"),
    *("deep-sigmoid", "deep-relu", "deep-sigmoid-batch-norm", "deep-residual"),
}


def trained(key: str, steps: int) -> Trainer:
    trainer = Trainer(load_preset(key))
    trainer.advance_steps(steps)
    return trainer


def test_the_promised_presets_are_there_in_order() -> None:
    assert set(KEYS) >= NAMED
    assert sorted(KEYS) == KEYS


def test_each_has_a_title_and_one_sentence_of_its_own() -> None:
    assert len({preset.title for preset in presets()}) == len(KEYS)
    assert len({preset.sentence for preset in presets()}) == len(KEYS)
    for preset in presets():
        assert preset.title == load_preset(preset.key).name
        assert preset.sentence[0].isupper()
        assert preset.sentence.endswith(".")


@pytest.mark.parametrize("key", [key for key in KEYS if key != "fail-exploding"])
def test_every_preset_trains_and_is_photographed_at_every_phase(key: str) -> None:
    trainer = trained(key, 20)
    assert (trainer.step, trainer.halted) == (20, None)
    assert np.isfinite(trainer.last_loss)
    for phase in PHASES:
        assert trainer.advance_phase().phase == phase
        assert trainer.snapshot().step == trainer.step


@pytest.mark.parametrize("key", KEYS)
def test_every_preset_survives_being_saved(key: str) -> None:
    spec = load_preset(key)
    assert ExperimentSpec.from_dict(spec.to_dict()) == spec


def test_an_unknown_preset_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UserError) as refusal:
        load_preset("sprial")
    assert "'sprial'" in str(refusal.value)
    assert all(key in str(refusal.value) for key in KEYS)


def test_the_worked_example_has_the_numbers_of_its_comment() -> None:
    trainer = Trainer(load_preset("worked-example"))
    trainer.advance_phase()
    trainer.advance_phase()

    def sigmoid(z: float) -> float:
        return float(1 / (1 + np.exp(-z)))

    h1 = sigmoid(0.15 * 0.5 + 0.25 * 0.8 + 0.35)
    h2 = sigmoid(0.20 * 0.5 + 0.30 * 0.8 + 0.35)
    prediction = sigmoid(0.40 * h1 + 0.50 * h2 + 0.60)
    assert value_of(trainer, "a2").item() == pytest.approx(prediction, rel=1e-14)
    assert trainer.advance_step() == pytest.approx((prediction - 1) ** 2 / 2, rel=1e-13)
    # The chain rule for the weight from the first hidden unit, by hand.
    slope = prediction * (1 - prediction)
    by_hand = 0.40 - 0.5 * (prediction - 1) * slope * h1
    assert trainer.network.layers[1].W[0, 0] == pytest.approx(by_hand, rel=1e-14)
    # What the file's comment says of the network after this update.
    assert trainer.advance_step() == pytest.approx(0.02545496, abs=5e-9)
    assert value_of(trainer, "a2").item() == pytest.approx(0.77436773, abs=5e-9)


def test_the_chain_rule_gives_twenty_by_x() -> None:
    trainer = trained("chain-rule", 1)
    # z = 2 * 1 + 3 = 5, loss = z², dL/dz = 2 z = 10; by x it is 10 * 2, by w 10 * 1.
    expected = {"z1": 5.0, "loss": 25.0, "dz1": 10.0, "dx": 20.0, "dW1": 10.0, "db1": 10.0}
    assert {name: value_of(trainer, name).item() for name in expected} == expected


def test_the_squared_chain_rule_keeps_its_promise() -> None:
    sentence = next(preset.sentence for preset in presets() if preset.key == "chain-rule-square")
    gradient = value_of(trained("chain-rule-square", 1), "dx").item()
    assert f"{gradient:g}" in sentence


@pytest.mark.parametrize(
    ("key", "steps", "accuracy"),
    [
        ("xor", 600, 0.9),
        ("circle", 1000, 0.95),
        ("moons", 1500, 0.95),
        ("three-classes", 600, 0.9),
        ("iris", 600, 0.9),
        ("digits", 600, 0.93),
        ("deep-relu", 3000, 0.9),
        ("deep-sigmoid-batch-norm", 3000, 0.9),
        ("deep-residual", 3000, 0.9),
    ],
)
def test_presets_that_learn_do_so(key: str, steps: int, accuracy: float) -> None:
    metrics = trained(key, steps).evaluate("test")
    assert metrics is not None
    assert metrics.accuracy is not None
    assert metrics.accuracy >= accuracy


@pytest.mark.parametrize(("key", "steps"), [("linear-on-circle", 1500), ("deep-sigmoid", 1500)])
def test_presets_that_cannot_learn_do_not(key: str, steps: int) -> None:
    trainer = trained(key, steps)
    metrics = trainer.evaluate("train")
    assert metrics is not None
    assert metrics.loss > 0.9 * trainer.snapshot().guessing


def first_error_share(key: str) -> float:
    """Return the first layer's error over the last hidden one's in the first step."""
    trainer = trained(key, 1)
    last = len(trainer.network.layers) - 1
    first, end = (np.sqrt(np.mean(value_of(trainer, f"dz{n}") ** 2)) for n in (1, last))
    return float(first / end)


def test_normalization_and_shortcuts_bring_the_error_back_to_the_first_layer() -> None:
    assert first_error_share("deep-sigmoid") < 1e-3
    assert first_error_share("deep-sigmoid-batch-norm") > 0.03
    assert first_error_share("deep-residual") > 0.3
