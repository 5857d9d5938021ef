"""Every failure of the gallery shows its card, its first cure mends it, and the twins are silent.

The outcomes are judged by loss, score and activations, not by findings.
"""

from __future__ import annotations

import numpy as np
import pytest

from core import Finding, Trainer
from core.presets import load_preset, presets

# The kind at the head of the card, and what else must be said.
FAILURES: dict[str, tuple[str, set[str]]] = {
    "deep-sigmoid": ("vanishing", set()),
    "fail-exploding": ("exploding", {"non_finite"}),
    "fail-learning-rate": ("learning_rate_too_high", {"exploding"}),
    "fail-dead-start": ("dead", set()),
    "fail-dead-later": ("learning_rate_too_high", {"dead"}),
    "fail-unscaled": ("unnormalized", {"saturated"}),
    "fail-zero-start": ("symmetric", set()),
    "fail-no-biases": ("plateau", set()),
    "fail-local-minimum": ("plateau", set()),
    "fail-saturated-output": ("saturated", set()),
    "fail-overfitting": ("overfitting", set()),
    "fail-underflow": ("underflow", set()),
}
TWINS = [preset.key for preset in presets() if preset.key.startswith("twin-")]
# Flat out the window does more than that in ten seconds.
STEPS = 2500


def trained(key: str, steps: int = STEPS) -> Trainer:
    trainer = Trainer(load_preset(key))
    trainer.advance_steps(steps)
    return trainer


def card(trainer: Trainer) -> Finding:
    """Return the finding at the head of the first card: an alarm, or else information."""
    heads = [finding for finding in trainer.findings() if finding.cause is None]
    alarms = [finding for finding in heads if finding.severity != "info"]
    opened = [finding for finding in alarms or heads if finding.cleared_step is None]
    return (opened or alarms or heads)[0]


def has_learnt(trainer: Trainer) -> bool:
    metrics = trainer.evaluate("train")
    assert metrics is not None
    score = metrics.r2 if metrics.accuracy is None else metrics.accuracy
    return score is not None and score > 0.9


def test_every_failure_of_the_gallery_is_listed_here() -> None:
    listed = {preset.key for preset in presets() if preset.key.startswith("fail-")}
    assert listed == {key for key in FAILURES if key.startswith("fail-")}
    assert len(TWINS) >= 4


@pytest.mark.parametrize("key", sorted(FAILURES))
def test_a_failure_shows_its_card_and_its_first_cure_mends_it(key: str) -> None:
    kind, others = FAILURES[key]
    trainer = trained(key)
    assert card(trainer).kind == kind
    assert {finding.kind for finding in trainer.findings()} >= others
    if kind == "overfitting":
        return
    assert not has_learnt(trainer)
    mended = Trainer(trainer.spec.with_changes(card(trainer).remedies[0].changes))
    mended.advance_steps(STEPS)
    assert has_learnt(mended)
    assert mended.halted is None


def test_an_overfitting_run_is_told_to_stop_where_its_test_loss_was_best() -> None:
    trainer = trained("fail-overfitting")
    finding = card(trainer)
    stopped = Trainer(trainer.spec.with_changes(finding.remedies[0].changes))
    stopped.advance_steps(stopped.spec.training.steps)
    late, best = trainer.evaluate("test"), stopped.evaluate("test")
    assert late is not None
    assert best is not None
    assert best.loss < late.loss / 2
    curve = trainer.snapshot().curves.test_loss
    assert best.loss == pytest.approx(float(np.nanmin(curve)), rel=0.05)


@pytest.mark.parametrize("key", TWINS)
def test_a_twin_learns_and_nothing_is_said_of_it(key: str) -> None:
    trainer = trained(key, 4000)
    assert has_learnt(trainer)
    assert trainer.findings() == ()


def test_the_converged_twin_has_gradients_that_naive_rules_alarm_at() -> None:
    trainer = trained("twin-converged", 4000)
    assert np.abs(trainer.network.grads.data).max() < 1e-12


def test_the_saturated_twin_has_a_layer_that_is_mostly_flat() -> None:
    trainer = trained("twin-saturated", 4000)
    layer = trainer.network.layers[0]
    hidden = np.tanh(trainer.dataset.inputs @ layer.W.T + layer.b)
    outputs = np.tanh(hidden @ trainer.network.layers[1].W.T + trainer.network.layers[1].b)
    assert max(np.mean(1 - hidden**2 < 0.05), np.mean(1 - outputs**2 < 0.05)) > 0.5


def test_a_third_of_the_units_of_the_silent_twin_answer_0_to_everything() -> None:
    trainer = trained("twin-silent-units", 4000)
    values, silent, units = trainer.dataset.inputs, 0, 0
    for layer in trainer.network.layers[:-1]:
        values = np.maximum(values @ layer.W.T + layer.b, 0)
        silent += int(np.sum(~(values > 0).any(axis=0)))
        units += layer.units
    assert silent >= units / 3
    metrics = trainer.evaluate("train")
    assert metrics is not None
    assert metrics.accuracy == 1.0
