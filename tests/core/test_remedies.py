"""Claims about remedies: they fit the run that they are offered for, and change it as they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core import Dataset, ExperimentSpec, Finding, Trainer
from core.diagnosis.findings import Remedy
from core.diagnosis.remedies import clip, more_units, recommended, relu_with_he, smaller_network
from core.presets import load_preset
from tests.core.experiments import Array, small_spec

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])


def inline(
    inputs: Array,
    targets: Array,
    layers: list[dict[str, Any]],
    training: dict[str, Any],
    data: dict[str, Any] | None = None,
) -> Trainer:
    return Trainer(
        ExperimentSpec.from_dict(
            {
                "data": {
                    "kind": "inline",
                    "inputs": inputs.tolist(),
                    "targets": targets.tolist(),
                    "test_fraction": 0.0,
                    **(data or {}),
                },
                "network": {"layers": layers},
                "training": training,
            }
        )
    )


def found(trainer: Trainer, kind: str) -> Finding:
    (finding,) = [f for f in trainer.findings() if f.kind == kind and f.cleared_step is None]
    return finding


def titles(finding: Finding) -> list[str]:
    return [remedy.title for remedy in finding.remedies]


def test_remedies_start_from_the_settings_of_the_day() -> None:
    trainer = Trainer(small_spec(changes={"training.optimizer.learning_rate": 1e-3}))
    trainer.change({"training.steps": 600})
    trainer.advance_steps(50)
    trainer.change({"training.optimizer": {"kind": "momentum", "learning_rate": 1e-5}})
    trainer.advance_steps(500)
    adam, _, faster, *_ = found(trainer, "slow").remedies
    assert adam.changed == ("optimizer momentum → Adam", "learning rate 1e−5 → 0.003")
    assert faster.changes["training"]["optimizer"]["learning_rate"] == pytest.approx(1e-3)


def test_no_remedy_ends_a_run_where_it_begins() -> None:
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(30, 6)), rng.integers(0, 2, (30, 1)).astype(float)
    layers = [{"units": 30, "activation": "relu"}, {"units": 1, "activation": "sigmoid"}]
    training = {"steps": 2000, "optimizer": {"kind": "adam", "learning_rate": 0.05}}
    data = {"task": "classification", "test_fraction": 0.5}
    trainer = inline(inputs, targets, layers, training, data)
    trainer.advance_steps(1000)
    finding = found(trainer, "overfitting")
    assert "at step 0" in finding.message
    assert not any(title.startswith("Stop") for title in titles(finding))


def test_a_plateau_of_a_network_that_cannot_be_wider_is_told() -> None:
    layers = [{"units": 3000, "activation": "tanh"}, {"units": 1, "activation": "linear"}]
    training = {"loss": "mean_squared_error", "steps": 200}
    training |= {"optimizer": {"kind": "adam", "learning_rate": 0.01}}
    trainer = inline(np.zeros((4, 2)), XOR, layers, training)
    trainer.advance_steps(199)
    assert "hidden units 3000 → 4096" in found(trainer, "plateau").remedies[0].changed


def test_a_network_without_hidden_layers_is_offered_one() -> None:
    layers = [{"units": 1, "activation": "linear"}]
    training = {"loss": "mean_squared_error", "steps": 400, "batch_size": 1}
    training |= {"optimizer": {"learning_rate": 0.02}}
    trainer = inline(CORNERS, XOR, layers, training)
    trainer.advance_steps(399)
    first = found(trainer, "plateau").remedies[0]
    assert first.title == "A hidden layer of 16 units"
    assert "hidden units none → 16" in first.changed


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_cross_entropy_is_offered_for_classes_alone(task: str) -> None:
    spec = load_preset("fail-saturated-output").with_changes({"training.steps": 300})
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(100, 2))
    targets = rng.integers(0, 2, (100, 1)) * (1.0 if task == "classification" else 0.5)
    trainer = Trainer(spec, Dataset(inputs, targets, task))
    trainer.advance_steps(150)
    offered = titles(found(trainer, "saturated"))
    assert ("Cross-entropy loss" in offered) == (task == "classification")


def test_clipping_is_offered_for_a_high_rate_with_its_count_and_mends_the_run() -> None:
    trainer = Trainer(load_preset("fail-learning-rate"))
    trainer.advance_steps(2000)
    broken = trainer.evaluate("train")
    remedies = found(trainer, "learning_rate_too_high").remedies
    remedy = next(each for each in remedies if each.title == "Clip the gradient at norm 1")
    assert remedy.changed == ("clipping by norm off → 1",)
    assert 0 < remedy.cured < remedy.tried
    trainer.cure(remedy)
    assert (trainer.step, trainer.spec.training.clip_norm) == (0, 1.0)
    trainer.advance_steps(2000)
    mended = trainer.evaluate("train")
    assert broken is not None
    assert mended is not None
    assert broken.accuracy is not None
    assert mended.accuracy is not None
    assert broken.accuracy < 0.6 < 0.9 < mended.accuracy


def test_clipping_is_not_offered_to_a_run_that_clips_more_strictly() -> None:
    spec = load_preset("fail-learning-rate")
    assert clip(spec).changed
    assert not clip(spec.with_changes({"training.clip_norm": 0.5})).changed
    assert clip(spec.with_changes({"training.clip_norm": 5.0})).changed


def test_a_vanishing_gradient_is_told_that_clipping_does_not_help() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    while not any(finding.kind == "vanishing" for finding in trainer.findings()):
        trainer.advance_step()
    finding = found(trainer, "vanishing")
    (told,) = [text for text in finding.evidence.not_offered if "clipping" in text]
    assert "cured 0 of" in told
    assert not any("clip_norm" in str(remedy.changes) for remedy in finding.remedies)


@pytest.mark.parametrize("make", [more_units, smaller_network, recommended, relu_with_he])
def test_remedies_of_a_network_with_shortcuts_leave_those_that_no_longer_fit(
    make: Callable[[ExperimentSpec], Remedy],
) -> None:
    added = {"units": 2, "activation": "sigmoid", "residual": True, "normalization": "batch"}
    change = {"network": {"layers": [added, added, {"units": 1, "activation": "sigmoid"}]}}
    spec = load_preset("circle").with_changes(change)
    remedy = make(spec)
    assert remedy.changed
    changed = spec.with_changes(remedy.changes)
    Trainer(changed).advance_step()
    kept = sum(layer.residual for layer in changed.network.layers)
    told = f"residual connections 2 → {kept}" in remedy.changed
    assert told is (kept != 2)


@pytest.mark.parametrize("name", ["deep-sigmoid", "fail-learning-rate", "fail-zero-start"])
def test_to_start_again_with_recommended_settings_is_offered_second(name: str) -> None:
    trainer = Trainer(load_preset(name))
    trainer.advance_steps(700)
    card = next(f for f in trainer.findings() if f.severity != "info" and f.cause is None)
    assert card.remedies[1].title == "Recommended settings"
    assert all("→" in change for change in card.remedies[1].changed)


def test_large_weights_behind_unscaled_inputs_call_for_a_start_anew() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(200, 2)) * (30.0, 1.0)
    targets = (inputs[:, :1] * inputs[:, 1:] > 0).astype(float)
    hidden = {"units": 16, "activation": "relu"}
    layers = [hidden, hidden, {"units": 1, "activation": "sigmoid"}]
    training = {"steps": 2000, "optimizer": {"kind": "adam", "learning_rate": 0.01}}
    trainer = inline(inputs, targets, layers, training, {"normalize": False})
    assert titles(found(trainer, "unnormalized"))[:2] == [
        "Standardize the inputs",
        "Recommended settings",
    ]
    large = {"network.initializer": "normal", "network.initializer_scale": 3.0}
    wild = Trainer(trainer.spec.with_changes(large))
    assert titles(found(wild, "unnormalized")) == [
        "Recommended settings",
        "Standardize the inputs",
    ]
