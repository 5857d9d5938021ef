"""Update rules over the flat vectors: a handful of vector operations whatever the depth.

Every rule first fills ``update`` and then subtracts it from the parameters, so the change of each
weight can be shown as it was made. Semantics are PyTorch's; sources of the formulas: Polyak 1964
(momentum), Sutskever et al. 2013 (nesterov), Duchi et al. 2011 (adagrad), Tieleman and Hinton 2012
(rmsprop), Kingma and Ba 2015 (adam), Loshchilov and Hutter 2019 (adamw).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy import add, divide, multiply, sqrt, square, subtract

from core.aligned import aligned_zeros
from core.network.network import Network
from core.network.parameters import Floats
from core.network.runs import InTurn, Run, Sweep, stretches_of
from core.step.hyperparameters import Hyperparameters
from core.step.operations import Op
from core.step.program import Barrier
from core.step.shaping import SYMBOLS, Shaping

STATE_NAMES: dict[str, tuple[str, ...]] = {
    "sgd": (),
    "momentum": ("velocity",),
    "nesterov": ("velocity",),
    "adagrad": ("square_sum",),
    "rmsprop": ("square_mean",),
    "adam": ("m", "v"),
    "adamw": ("m", "v"),
}


@dataclass
class OptimizerState:
    """What an update rule remembers between steps.

    Attributes:
        kind: the rule.
        count: updates done by this rule, t - 1 of the formulas; a rule without memory counts none.
        arrays: its vectors (P,) by name, zero at first.
        update: (P,) what the last update subtracted from the parameters.
    """

    kind: str
    size: int
    dtype: Any
    count: int = 0
    arrays: dict[str, Floats] = field(init=False)
    update: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Allocate."""
        self.arrays = {
            name: aligned_zeros(self.size, self.dtype) for name in STATE_NAMES[self.kind]
        }
        self.update = aligned_zeros(self.size, self.dtype)


@dataclass(frozen=True)
class _Vectors:
    """What the builders below read and write: a stretch of every vector."""

    parameters: Floats
    gradient: Floats
    arrays: Mapping[str, Floats]
    update: Floats
    scratch: Floats
    mask: Floats
    state: OptimizerState
    hyper: Hyperparameters


Step = tuple[str, tuple[str, ...], str, Run]


def update_ops(
    network: Network, state: OptimizerState, hyper: Hyperparameters, shaping: Shaping
) -> list[Op]:
    """Return the ops that turn ``network.grads`` into one update of ``network.params``."""
    taken = shaping.result
    stretches = _stretches(network, state, hyper, shaping)
    # The same steps for every stretch; each is one op over all of them.
    steps = zip(*(_BUILDERS[state.kind](vectors) for vectors in stretches), strict=True)
    ops = [
        Op(
            name,
            "update",
            0,
            tuple(taken if value == "gradient" else value for value in reads),
            (name,),
            formula.replace("∇L", SYMBOLS[taken]),
            Sweep(run, *(other for _, _, _, other in others)),
        )
        for (name, reads, formula, run), *others in steps
    ]
    return [*shaping.ops(hyper), *ops, _apply(network, state)]


def _stretches(
    network: Network, state: OptimizerState, hyper: Hyperparameters, shaping: Shaping
) -> list[_Vectors]:
    """Return the vectors in stretches that a processor keeps at hand through several operations."""
    parts = stretches_of(network.layout.size, network.dtype)
    scratch = aligned_zeros(parts[0].stop, network.dtype)
    taken = shaping.vector(shaping.result)
    return [
        _Vectors(
            network.params.data[part],
            taken[part],
            {name: array[part] for name, array in state.arrays.items()},
            state.update[part],
            scratch[: part.stop - part.start],
            shaping.mask[part],
            state,
            hyper,
        )
        for part in parts
    ]


def barriers(network: Network, state: OptimizerState, shaping: Shaping) -> list[Barrier]:
    """Return where an update is held back: no op may spread a number that is not finite.

    The change is looked at before it reaches the parameters, and the gradient before anything
    is made of it. Plain SGD makes only its change, which is finite only if the gradient is.
    """
    held = [Barrier("parameters", state.update)]
    if first := (*shaping.names, *state.arrays)[:1]:
        held.append(Barrier(first[0], network.grads.data))
    return held


def _apply(network: Network, state: OptimizerState) -> Op:
    parameters, update = network.params.data, state.update

    def count() -> None:
        state.count += 1

    run: Run = partial(subtract, parameters, update, parameters)
    if state.arrays:
        run = InTurn(run, count)
    reads, formula = ("parameters", "update"), "θ = θ − Δ"
    return Op("parameters", "update", 0, reads, ("parameters",), formula, run)


def _sgd(v: _Vectors) -> list[Step]:
    run = partial(multiply, v.gradient, v.hyper.learning_rate, v.update)
    return [("update", ("gradient",), "Δ = η ∇L", run)]


def _velocity(v: _Vectors) -> Step:
    velocity, state, h, g = v.arrays["velocity"], v.state, v.hyper, v.gradient
    scratch = v.scratch

    def run() -> None:
        starts = state.count == 0 and h.spec.momentum_form == "standard"
        if starts or state.kind == "nesterov":
            multiply(velocity, h.momentum, velocity)
            add(velocity, g, velocity)
        else:
            multiply(velocity, h.momentum, velocity)
            multiply(g, h.gradient_share, scratch)
            add(velocity, scratch, velocity)

    share = "∇L" if v.state.kind == "nesterov" else "(1 − dampening) ∇L"
    if v.state.kind == "momentum" and h.spec.momentum_form == "running_mean":
        share = "(1 − μ) ∇L"
    return ("velocity", ("velocity", "gradient"), f"v = μ v + {share}", run)


def _momentum(v: _Vectors) -> list[Step]:
    velocity = v.arrays["velocity"]
    run = partial(multiply, velocity, v.hyper.learning_rate, v.update)
    return [_velocity(v), ("update", ("velocity",), "Δ = η v", run)]


def _nesterov(v: _Vectors) -> list[Step]:
    velocity, update, h, g = v.arrays["velocity"], v.update, v.hyper, v.gradient
    run = InTurn(
        partial(multiply, velocity, h.momentum, update),
        partial(add, update, g, update),
        partial(multiply, update, h.learning_rate, update),
    )
    return [_velocity(v), ("update", ("velocity", "gradient"), "Δ = η (∇L + μ v)", run)]


def _scaled_by_root(v: _Vectors, name: str) -> Step:
    """Return the update g / (sqrt(s) + eps), s being the state ``name``."""
    s, update, h, g = v.arrays[name], v.update, v.hyper, v.gradient
    scratch = v.scratch
    run = InTurn(
        partial(sqrt, s, scratch),
        partial(add, scratch, h.eps, scratch),
        partial(divide, g, scratch, update),
        partial(multiply, update, h.learning_rate, update),
    )
    return ("update", ("gradient", name), "Δ = η ∇L / (√s + ε)", run)


def _adagrad(v: _Vectors) -> list[Step]:
    s, g, scratch = v.arrays["square_sum"], v.gradient, v.scratch
    run = InTurn(partial(square, g, scratch), partial(add, s, scratch, s))
    grow: Step = ("square_sum", ("square_sum", "gradient"), "s = s + (∇L)²", run)
    return [grow, _scaled_by_root(v, "square_sum")]


def _square_mean(v: _Vectors, name: str, keep: Floats, rest: Floats, formula: str) -> Step:
    s, g, scratch = v.arrays[name], v.gradient, v.scratch
    run = InTurn(
        partial(square, g, scratch),
        partial(multiply, scratch, rest, scratch),
        partial(multiply, s, keep, s),
        partial(add, s, scratch, s),
    )
    return (name, (name, "gradient"), formula, run)


def _rmsprop(v: _Vectors) -> list[Step]:
    formula = "s = α s + (1 − α) (∇L)²"
    mean = _square_mean(v, "square_mean", v.hyper.alpha, v.hyper.alpha_rest, formula)
    return [mean, _scaled_by_root(v, "square_mean")]


def _first_moment(v: _Vectors) -> Step:
    m, g, scratch, h = v.arrays["m"], v.gradient, v.scratch, v.hyper
    run = InTurn(
        partial(multiply, g, h.beta1_rest, scratch),
        partial(multiply, m, h.beta1, m),
        partial(add, m, scratch, m),
    )
    return ("m", ("m", "gradient"), "m = β₁ m + (1 − β₁) ∇L", run)


def _adam(v: _Vectors) -> list[Step]:
    m, s = v.arrays["m"], v.arrays["v"]
    update, scratch, h, state = v.update, v.scratch, v.hyper, v.state
    eps, rate = np.zeros_like(h.eps), np.zeros_like(h.eps)

    def correct() -> None:
        # The correction of v is taken out of the root, and both corrections go into two numbers.
        t = state.count + 1
        root = (1 - h.spec.beta2**t) ** 0.5
        eps[()] = float(h.eps) * root
        rate[()] = float(h.learning_rate) / (1 - h.spec.beta1**t) * root

    run = InTurn(
        correct,
        partial(sqrt, s, scratch),
        partial(add, scratch, eps, scratch),
        partial(divide, m, scratch, update),
        partial(multiply, update, rate, update),
    )
    second = _square_mean(v, "v", h.beta2, h.beta2_rest, "v = β₂ v + (1 − β₂) (∇L)²")
    formula = "Δ = η m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)"
    return [_first_moment(v), second, ("update", ("m", "v"), formula, run)]


def _adamw(v: _Vectors) -> list[Step]:
    first, second, (name, reads, formula, adam) = _adam(v)
    parameters, update, h = v.parameters, v.update, v.hyper
    scratch, mask = v.scratch, v.mask
    rate = np.zeros_like(h.eps)

    def take_rate() -> None:
        rate[()] = float(h.learning_rate) * float(h.decay)

    run = InTurn(
        adam,
        take_rate,
        partial(multiply, parameters, mask, scratch),
        partial(multiply, scratch, rate, scratch),
        partial(add, update, scratch, update),
    )
    head, _, rest = formula.partition(",")
    decayed = f"{head} + η λ W,{rest}"
    return [first, second, (name, (*reads, "parameters"), decayed, run)]


_BUILDERS: dict[str, Callable[[_Vectors], list[Step]]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
}
