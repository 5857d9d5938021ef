"""The numbers of the update as 0-d arrays, which ops read when they run."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.network.parameters import Floats
from core.spec import OptimizerSpec, TrainingSpec
from core.step.schedules import rate_at

# Sources of gradients whose draws are a function of the step.
DRAWS_EVERY_STEP = ("evolution_strategies", "random_search")
DEFAULT_EPS = {"adagrad": 1e-10}
OTHER_EPS = 1e-8
DEFAULT_WEIGHT_DECAY = {"adamw": 0.01}


class Hyperparameters:
    """The numbers of the update rule as 0-d arrays that ops read when they run.

    Attributes:
        spec: the update rule that they belong to.
        step: the updates done before the one at hand.
        follows_steps: whether ``seek`` is needed at every step: the learning rate changes, or
            something is drawn.
        sigma: how far a gradient source that tries parameters goes.
    """

    spec: OptimizerSpec
    step: int
    follows_steps: bool
    sigma: float

    def __init__(self, training: TrainingSpec, dtype: Any, *, draws: bool = False) -> None:
        """Allocate and ``load`` for the first step; ``draws``: a step draws random numbers."""
        self.dtype = np.dtype(dtype)
        self._draws = draws
        for name in (
            "learning_rate",
            "momentum",
            "gradient_share",
            "alpha",
            "alpha_rest",
            "beta1",
            "beta1_rest",
            "beta2",
            "beta2_rest",
            "eps",
            "decay",
            "l1",
            "l2",
            "loss_scale",
            "clip_value",
            "clip_norm",
        ):
            setattr(self, name, np.zeros((), self.dtype))
        self.load(training, 0)

    learning_rate: Floats
    momentum: Floats
    gradient_share: Floats
    alpha: Floats
    alpha_rest: Floats
    beta1: Floats
    beta1_rest: Floats
    beta2: Floats
    beta2_rest: Floats
    eps: Floats
    decay: Floats
    l1: Floats
    l2: Floats
    loss_scale: Floats
    clip_value: Floats
    clip_norm: Floats

    def load(self, training: TrainingSpec, step: int) -> None:
        """Take the numbers of ``training`` for the update after ``step`` others."""
        self._training = training
        self.spec = spec = training.optimizer
        draws = self._draws or training.gradient_source in DRAWS_EVERY_STEP
        self.follows_steps = draws or training.schedule.kind != "constant"
        self.sigma = training.sigma
        running_mean = spec.momentum_form == "running_mean"
        self.seek(step)
        self.momentum[()] = spec.momentum
        self.gradient_share[()] = 1 - (spec.momentum if running_mean else spec.dampening)
        self.alpha[()], self.alpha_rest[()] = spec.alpha, 1 - spec.alpha
        self.beta1[()], self.beta1_rest[()] = spec.beta1, 1 - spec.beta1
        self.beta2[()], self.beta2_rest[()] = spec.beta2, 1 - spec.beta2
        self.eps[()] = effective_eps(spec)
        self.decay[()] = effective_weight_decay(spec)
        self.l1[()], self.l2[()] = training.l1, training.l2
        self.loss_scale[()] = training.loss_scale if training.gradient_storage != "same" else 1.0
        self.clip_value[()], self.clip_norm[()] = training.clip_value, training.clip_norm

    def seek(self, step: int) -> None:
        """Take the rate and the draws of the update after ``step`` others."""
        self.step = step
        self.learning_rate[()] = rate_at(self._training, step)


def effective_eps(spec: OptimizerSpec) -> float:
    """Return eps, the kind's own where the spec leaves it open."""
    return DEFAULT_EPS.get(spec.kind, OTHER_EPS) if spec.eps is None else spec.eps


def effective_weight_decay(spec: OptimizerSpec) -> float:
    """Return the decoupled decay, the kind's own where the spec leaves it open."""
    own = DEFAULT_WEIGHT_DECAY.get(spec.kind, 0.0)
    return own if spec.weight_decay is None else spec.weight_decay
