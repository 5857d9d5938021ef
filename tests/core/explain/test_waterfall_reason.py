"""The longest falling bar of a waterfall is named, with what makes it fall."""

from __future__ import annotations

from typing import Any

import pytest

from core import ExperimentSpec, Snapshot, Trainer
from core.explain.reference import Reference
from core.explain.waterfall import gradient_waterfall
from core.explain.waterfall_reason import Reason, longest_fall
from core.presets import load_preset

FIRST = Reference("W1", (0, 0))


def after(op: str, spec: ExperimentSpec) -> Snapshot:
    trainer = Trainer(spec)
    while trainer.advance_op().name != op:
        pass
    return trainer.snapshot()


def reason_of(
    snapshot: Snapshot, parameter: Reference = FIRST, hidden: frozenset[str] = frozenset()
) -> Reason | None:
    found = gradient_waterfall(snapshot, parameter, hidden)
    return longest_fall(found, snapshot.spec.network.layers)


def chain(x: float, weights: tuple[float, float], activation: str = "tanh") -> ExperimentSpec:
    """Return x - unit - linear output with these weights and no biases."""
    first, second = weights
    layers: list[dict[str, Any]] = [
        {"units": 1, "activation": activation, "weights": [[first]]},
        {"units": 1, "activation": "linear", "weights": [[second]]},
    ]
    data = {"kind": "inline", "inputs": [[x]], "targets": [[3.0]], "normalize": False}
    return ExperimentSpec.from_dict(
        {
            "data": {**data, "test_fraction": 0, "task": "regression"},
            "network": {"layers": layers, "biases": False},
            "training": {"loss": "half_squared_error", "batch_size": 1},
        }
    )


@pytest.mark.parametrize(
    ("spec", "kind", "words"),
    [
        (chain(1.0, (0.5, 0.01)), "weight", "a small weight"),
        (chain(0.01, (0.5, 0.9)), "input", "a small input"),
        (chain(1.0, (4.0, 0.9)), "slope", "the tanh is nearly flat there"),
        (chain(1.0, (0.1, 0.9), "sigmoid"), "slope", "a sigmoid's slope is at most 0.25"),
        (chain(-1.0, (1.0, 0.9), "leaky_relu"), "slope", "the leaky relu is nearly flat there"),
        (chain(-1.0, (1.0, 0.9), "relu"), "slope", "the unit is off"),
    ],
)
def test_the_longest_fall_is_the_factor_that_shrinks_most(
    spec: ExperimentSpec, kind: str, words: str
) -> None:
    snapshot = after("dW1", spec)
    found = gradient_waterfall(snapshot, FIRST)
    reason = reason_of(snapshot)
    assert reason is not None
    assert found.steps[reason.index] is reason.step or found.steps[reason.index] == reason.step
    assert (reason.step.kind, reason.words) == (kind, words)
    smallest = min(abs(step.value) for step in found.steps[1:] if step.value is not None)
    assert reason.step.value is not None
    assert abs(reason.step.value) == smallest


def test_where_nothing_shrinks_there_is_no_reason() -> None:
    assert reason_of(after("dW1", chain(2.0, (1.0, 1.5), "relu"))) is None


def test_what_is_not_known_yet_or_hidden_is_no_reason() -> None:
    spec = chain(1.0, (0.5, 0.01))
    assert reason_of(after("a2", spec)) is None
    whole = after("dW1", spec)
    seen = reason_of(whole)
    assert seen is not None
    assert seen.step.kind == "weight"
    assert reason_of(whole, hidden=frozenset({"da1"})) is None


def test_folded_layers_say_whether_slopes_or_weights_make_them_fall() -> None:
    reason = reason_of(after("dW1", load_preset("deep-sigmoid")))
    assert reason is not None
    assert reason.step.kind == "layers"
    product = 1.0
    for part in reason.step.parts:
        if part.kind == "slope":
            assert part.value is not None
            product *= part.value
    assert reason.words.startswith("mostly slopes, ×")
    written = reason.words.rpartition("×")[2].replace("−", "-")
    assert float(written) == pytest.approx(product, rel=0.06)
