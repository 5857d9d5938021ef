"""What stands between the gradient of the loss and the update rule: penalties and clipping.

The gradient itself stays that of the mean loss; each op writes a vector of its own. The order is
PyTorch's: L1 joins, entries are clipped, the whole is clipped, L2 joins.
"""

from __future__ import annotations

import numpy as np

from core.aligned import aligned_zeros
from core.network.network import Network
from core.network.parameters import Floats
from core.network.runs import Run
from core.spec import TrainingSpec
from core.step.clipping import clipped_by_norm, clipped_by_value
from core.step.hyperparameters import Hyperparameters
from core.step.operations import Op
from core.step.penalties import decays, l1_joined, l2_joined

SYMBOLS = {
    "gradient": "∇L",
    "penalized": "g₁",
    "clamped": "c",
    "rescaled": "r",
    "decayed": "g₂",
}
# What the two ops of clipping write beside their vectors, one number each.
CLIP_NUMBERS = {"clamped": ("cut",), "rescaled": ("norm", "factor")}


def names_of(training: TrainingSpec) -> tuple[str, ...]:
    """Return the vectors that stand between gradient and rule in a run with ``training``."""
    used = {
        "penalized": training.l1,
        "clamped": training.clip_value,
        "rescaled": training.clip_norm,
        "decayed": training.l2,
    }
    return tuple(name for name, strength in used.items() if strength)


class Shaping:
    """The way of the gradient to the update rule.

    Attributes:
        names: of the vectors on it, in order; none where the rule takes the gradient as it is.
        vectors: (P,) each, by name.
        numbers: 0-d each: ``cut`` entries clipped by value, and of clipping by norm the ``norm``
            before it and the ``factor``.
        clips: whether the gradient is clipped.
        mask: (P,) as ``decays`` returns it; empty where nothing decays.
    """

    def __init__(self, network: Network, training: TrainingSpec) -> None:
        """Allocate what ``training`` uses."""
        self.names = names_of(training)
        size, dtype = network.layout.size, network.dtype
        self.vectors = {name: aligned_zeros(size, dtype) for name in self.names}
        self.numbers: dict[str, Floats] = {
            # A float32 norm is one of the network's numbers, a count is not.
            number: np.zeros((), np.float64 if number == "cut" else dtype)
            for name in self.names
            for number in CLIP_NUMBERS.get(name, ())
        }
        self.clips = bool(self.numbers)
        decaying = training.l1 or training.l2 or training.optimizer.kind == "adamw"
        self.mask = decays(network, training) if decaying else np.zeros(0, network.dtype)
        self._gradient = network.grads.data
        self._parameters = network.params.data

    @property
    def result(self) -> str:
        """Return the name of the vector that the rule takes."""
        return self.names[-1] if self.names else "gradient"

    @property
    def has_clipped(self) -> bool:
        """Return whether clipping has changed the gradient of the last step."""
        cut, factor = self.numbers.get("cut"), self.numbers.get("factor")
        return (cut is not None and cut.item() > 0) or (factor is not None and factor.item() < 1)

    def vector(self, name: str) -> Floats:
        """Return (P,) one of the vectors or the gradient."""
        return self.vectors.get(name, self._gradient)

    def ops(self, hyper: Hyperparameters) -> list[Op]:
        """Return the op of every vector."""
        sources = ("gradient", *self.names)
        return [self._op(*pair, hyper) for pair in zip(sources, self.names, strict=False)]

    def _op(self, source: str, name: str, hyper: Hyperparameters) -> Op:
        penalizes = name not in CLIP_NUMBERS
        reads = (source, "parameters") if penalizes else (source,)
        writes = (name, *CLIP_NUMBERS.get(name, ()))
        formula = f"{SYMBOLS[name]} = {_right_side(name, SYMBOLS[source])}"
        return Op(name, "update", 0, reads, writes, formula, self._run(source, name, hyper))

    def _run(self, source: str, name: str, hyper: Hyperparameters) -> Run:
        taken, target, numbers = self.vector(source), self.vectors[name], self.numbers
        if name == "clamped":
            return clipped_by_value(taken, hyper.clip_value, target, numbers["cut"])
        if name == "rescaled":
            return clipped_by_norm(
                taken, hyper.clip_norm, target, numbers["norm"], numbers["factor"]
            )
        if name == "penalized":
            return l1_joined(taken, self._parameters, self.mask, hyper.l1, target)
        return l2_joined(taken, self._parameters, self.mask, hyper.l2, target)


def _right_side(name: str, source: str) -> str:
    return {
        "penalized": f"{source} + λ₁ sign(W)",
        "clamped": f"min(max({source}, −τ), τ)",
        "rescaled": f"k {source},  k = min(1, τ / (|{source}| + 10⁻⁶))",
        "decayed": f"{source} + λ₂ W",
    }[name]
