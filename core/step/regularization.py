"""What stands between the gradient of the loss and the update rule: penalties on large weights.

The gradient itself stays that of the mean loss; each op writes a vector of its own. L1 joins first
(Tibshirani 1996), L2 last, as coupled weight decay in PyTorch's order (Krogh and Hertz 1992).
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy import add, multiply, sign

from core.network.network import Network
from core.network.parameters import Floats
from core.network.runs import InTurn, Run
from core.spec import TrainingSpec
from core.step.hyperparameters import Hyperparameters
from core.step.operations import Op

SYMBOLS = {"gradient": "∇L", "penalized": "g₁", "decayed": "g₂"}


def names_of(training: TrainingSpec) -> tuple[str, ...]:
    """Return the vectors that stand between gradient and rule in a run with ``training``."""
    used = {"penalized": training.l1, "decayed": training.l2}
    return tuple(name for name, strength in used.items() if strength)


def decays(network: Network, training: TrainingSpec) -> Floats:
    """Return (P,) 1 for every parameter that penalties and decay act on, 0 for the others."""
    mask = np.ones(network.layout.size, network.dtype)
    if network.layout.biases and not training.decay_biases:
        for layer in range(1, network.layout.layer_count + 1):
            network.layout.bias(mask, layer)[...] = 0.0
    return mask


def penalty_of(network: Network, training: TrainingSpec) -> float:
    """Return l2/2 |W|² + l1 |W|, what stands beside the data loss."""
    if not (training.l1 or training.l2):
        return 0.0
    weights = (network.params.data * decays(network, training)).astype(np.float64)
    squares, sizes = float(weights @ weights), float(np.abs(weights).sum())
    return training.l2 / 2 * squares + training.l1 * sizes


class Shaping:
    """The way of the gradient to the update rule.

    Attributes:
        names: of the vectors on it, in order; none where the rule takes the gradient as it is.
        vectors: (P,) each, by name.
        mask: (P,) as ``decays`` returns it; empty where nothing decays.
    """

    def __init__(self, network: Network, training: TrainingSpec) -> None:
        """Allocate what ``training`` uses."""
        self.names = names_of(training)
        size, dtype = network.layout.size, network.dtype
        self.vectors = {name: np.zeros(size, dtype) for name in self.names}
        decaying = self.names or training.optimizer.kind == "adamw"
        self.mask = decays(network, training) if decaying else np.zeros(0, dtype)
        self._gradient = network.grads.data
        self._parameters = network.params.data
        self._scratch: Floats = np.zeros(size if self.names else 0, dtype)

    @property
    def result(self) -> str:
        """Return the name of the vector that the rule takes."""
        return self.names[-1] if self.names else "gradient"

    def vector(self, name: str) -> Floats:
        """Return (P,) one of the vectors or the gradient."""
        return self.vectors.get(name, self._gradient)

    def ops(self, hyper: Hyperparameters) -> list[Op]:
        """Return the op of every vector."""
        sources = ("gradient", *self.names)
        return [self._op(*pair, hyper) for pair in zip(sources, self.names, strict=False)]

    def _op(self, source: str, name: str, hyper: Hyperparameters) -> Op:
        head, before = f"{SYMBOLS[name]} = ", SYMBOLS[source]
        if name == "penalized":
            run = self._joined(sign, source, name, hyper.l1)
            formula = f"{head}{before} + λ₁ sign(W)"
        else:
            run = self._joined(np.positive, source, name, hyper.l2)
            formula = f"{head}{before} + λ₂ W"
        return Op(name, "update", 0, (source, "parameters"), (name,), formula, run)

    def _joined(self, function: np.ufunc, source: str, name: str, strength: Floats) -> Run:
        """Return what adds ``strength`` times a function of the weights to ``source``."""
        scratch, target = self._scratch, self.vectors[name]
        return InTurn(
            partial(function, self._parameters, scratch),
            partial(multiply, scratch, self.mask, scratch),
            partial(multiply, scratch, strength, scratch),
            partial(add, self.vector(source), scratch, target),
        )
