"""Changes of the specification that are known to mend a finding, the best first.

Each is data: a title, the reason, and what ``spec.with_changes`` takes.
"""

from __future__ import annotations

from typing import Any

from core.diagnosis.findings import Remedy
from core.spec import ExperimentSpec


def vanishing_remedies(spec: ExperimentSpec) -> tuple[Remedy, ...]:
    """Return what lets the error signal reach the first layers again."""
    return (
        Remedy(
            "ReLU with He initialization",
            "Its slope is 1 wherever a unit is active, and He weights keep the signal's size.",
            _hidden(spec, "relu", "he_normal"),
        ),
        Remedy(
            "tanh with Xavier initialization",
            "The largest slope of tanh is 1, four times that of the sigmoid.",
            _hidden(spec, "tanh", "xavier_normal"),
        ),
    )


def exploding_remedies(spec: ExperimentSpec) -> tuple[Remedy, ...]:
    """Return what keeps the loss from growing."""
    rate = spec.training.optimizer.learning_rate
    return (
        Remedy(
            f"Learning rate {rate / 10:g}",
            "A step ten times shorter does not overshoot the valley.",
            {"training": {"optimizer": {"learning_rate": rate / 10}}},
        ),
        Remedy(
            "Xavier initialization",
            "Weights whose variance fits the widths keep the first outputs near the targets.",
            {"network": {"initializer": "xavier_normal"}},
        ),
    )


def _hidden(spec: ExperimentSpec, activation: str, initializer: str) -> dict[str, Any]:
    layers = spec.to_dict()["network"]["layers"]
    changed = [{**layer, "activation": activation} for layer in layers[:-1]]
    return {"network": {"initializer": initializer, "layers": [*changed, layers[-1]]}}
