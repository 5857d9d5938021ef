"""What became of a run: whether it reached its target, and how it looks at the end.

All of it is read from the trainer from outside, with formulas of its own, so that it can judge the
diagnosis.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core import ExperimentSpec, Trainer
from tests.diagnosis.runs import Run, changed, class_count, experiment

LATE_SHARE = 0.15
FLAT_SLOPE = 0.05
# Of the way from chance to a sound network.
REACHED, NEARLY = 0.9, 0.8


@dataclass
class Outcome:
    """One finished run.

    Attributes:
        score: median accuracy or R² over the last 15 % of the run, on the rows that count.
        gap: train score minus test score there.
        losses, test_losses: of the evaluations, in order.
        peak: the largest batch loss.
        gradient_norms: at the same moments.
        halted: whether a number was not finite.
        dead: share of hidden ReLU units by layer that answer 0 to every training row at the end.
        flat: share by layer of flat sigmoid or tanh outputs, at the start and at the end.
        same: whether all units of every wide hidden layer have the same incoming weights.
        moved: how far the first layer had moved after a quarter of the run.
    """

    score: float = -math.inf
    gap: float = 0.0
    losses: list[float] = field(default_factory=list)
    test_losses: list[float] = field(default_factory=list)
    peak: float = -math.inf
    gradient_norms: list[float] = field(default_factory=list)
    halted: bool = False
    dead: list[float] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    flat_start: list[float] = field(default_factory=list)
    flat_end: list[float] = field(default_factory=list)
    same: bool = False
    moved: float = 0.0
    findings: tuple = ()


def counts_test_rows(run: Run) -> bool:
    """Return whether the score is that of the test rows."""
    return bool(run["dataset"].get("label_noise")) or run["dataset"]["n_train"] < 100


def observe(run: Run, spec: ExperimentSpec | None = None, frozen_layers: int = 0) -> Outcome:
    """Train ``run`` to its planned end; ``frozen_layers`` first layers keep their start values."""
    trainer = Trainer(spec or experiment(run))
    outcome = Outcome()
    on_test = counts_test_rows(run)
    steps = run["steps"]
    scores: list[tuple[int, float, float]] = []
    network = trainer.network
    frozen = network.layout.segment(frozen_layers).stop if frozen_layers else 0
    start = network.params.data.copy()
    first = network.layout.segment(1)
    outcome.flat_start = _flat(trainer)
    seen = None
    while True:
        latest = trainer.log.latest
        if latest is not seen and latest is not None:
            seen = latest
            train, test = latest.train, latest.test
            outcome.losses.append(train.loss)
            outcome.test_losses.append(test.loss if test else math.nan)
            outcome.gradient_norms.append(float(np.linalg.norm(network.grads.data)))
            score, other = _score(train), _score(test)
            scores.append((latest.step, other if on_test else score, score - other))
        if trainer.step >= steps or trainer.halted is not None or trainer.stop is not None:
            break
        outcome.peak = max(outcome.peak, trainer.advance_step())
        if frozen:
            network.params.data[:frozen] = start[:frozen]
        if trainer.step == steps // 4:
            outcome.moved = float(np.linalg.norm((network.params.data - start)[first]))
    outcome.halted = trainer.halted is not None
    late = [s for s in scores if s[0] >= (1 - LATE_SHARE) * steps] or scores[-1:]
    outcome.score = -math.inf if outcome.halted else float(np.median([s[1] for s in late]))
    outcome.gap = float(np.median([s[2] for s in late]))
    outcome.flat_end = _flat(trainer)
    outcome.dead, outcome.units = _dead(trainer)
    outcome.same = _is_same(trainer)
    outcome.findings = trainer.findings()
    return outcome


def target_score(run: Run) -> float:
    """Return the score that counts as learnt: 90 % of the way from chance to a sound network."""
    activation = "tanh" if run["dataset"]["name"] == "wave" else "relu"
    data = {**run["dataset"], "x_scale": 1.0, "x_shift": 0.0, "y_scale": 1.0}
    sound = changed(
        {**run, "dataset": data, "steps": 1000, "standardize": True, "batch_size": 32},
        net={"hidden": [32, 32], "activation": activation, "init": "he", "bias_init": 0.0},
        optimizer={"name": "adam", "lr": 0.005},
    )
    best = observe(sound).score
    chance = chance_score(run)
    return chance + REACHED * (best - chance)


def nearly_target(run: Run, target: float) -> float:
    """Return the score from which on a run has missed its ``target`` by little."""
    chance = chance_score(run)
    return chance + NEARLY / REACHED * (target - chance)


def chance_score(run: Run) -> float:
    """Return the score of guessing."""
    classes = class_count(run)
    return 0.0 if classes == 1 else 1 / classes


def _score(metrics) -> float:
    if metrics is None:
        return math.nan
    score = metrics.r2 if metrics.accuracy is None else metrics.accuracy
    return -math.inf if score is None or math.isnan(score) else score


def _activations(trainer: Trainer) -> Sequence[np.ndarray]:
    """Return a (N, n) of every hidden layer over the training rows."""
    values = [trainer.dataset.inputs]
    shapes = {
        "linear": lambda z: z,
        "relu": lambda z: np.maximum(z, 0),
        "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "gelu": lambda z: 0.5 * z * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3))),
        "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    }
    with np.errstate(all="ignore"):
        for layer in trainer.network.layers[:-1]:
            values.append(shapes[layer.activation](values[-1] @ layer.W.T + layer.b))
    return values[1:]


def _flat(trainer: Trainer) -> list[float]:
    shares = []
    layers = trainer.network.layers[:-1]
    for layer, a in zip(layers, _activations(trainer), strict=True):
        if layer.activation == "tanh":
            shares.append(float(np.mean(1 - a**2 < FLAT_SLOPE)))
        elif layer.activation == "sigmoid":
            shares.append(float(np.mean(4 * a * (1 - a) < FLAT_SLOPE)))
    return shares


def _dead(trainer: Trainer) -> tuple[list[float], list[int]]:
    layers = [layer for layer in trainer.network.layers[:-1] if layer.activation == "relu"]
    if not layers:
        return [], []
    shares = [float(np.mean(~(a > 0).any(axis=0))) for a in _activations(trainer)]
    return shares, [layer.units for layer in layers]


def _is_same(trainer: Trainer) -> bool:
    wide = [layer for layer in trainer.network.layers[:-1] if layer.units > 1]
    return bool(wide) and all(
        np.ptp(layer.W, axis=0).max() <= 1e-6 * max(np.abs(layer.W).max(), 1e-300) for layer in wide
    )
