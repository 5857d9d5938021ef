"""What a choice has brought along is said, and what was chosen itself is not."""

from __future__ import annotations

from typing import Any

import pytest

from core import ExperimentSpec
from core.data import build_dataset
from core.training.consequences import consequence
from core.training.fitting import change_for_data_set, change_for_loss
from core.training.layer_changes import change_units

SPEC = ExperimentSpec.from_dict(
    {
        "data": {"kind": "circle", "samples": 20},
        "network": {
            "layers": [
                {"units": 4, "normalization": "batch"},
                {"units": 4, "residual": True},
                {"units": 4, "residual": True},
                {"units": 1, "activation": "sigmoid"},
            ]
        },
    }
)
DATA = build_dataset(SPEC.data, SPEC.seed)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            change_for_data_set(SPEC, "iris"),
            "The output layer becomes 3 units (softmax), the loss cross-entropy.",
        ),
        (
            change_for_data_set(SPEC, "plane"),
            "The output layer becomes 1 unit (linear), the loss mean squared error.",
        ),
        (change_for_data_set(SPEC, "moons"), ""),
        (change_for_loss(SPEC, DATA, "mean_squared_error"), ""),
        (
            change_for_loss(SPEC, DATA, "cross_entropy"),
            "The output layer becomes 2 units (softmax).",
        ),
        (
            change_units(SPEC, 1, 5),
            "Hidden 2 and hidden 3 no longer add their inputs: the widths differ.",
        ),
        (
            change_units(SPEC, 2, 5),
            "Hidden 3 no longer adds its input: the widths differ.",
        ),
        ({"network.layers[1].residual": False}, ""),
        (
            {"training.batch_size": 1},
            "Batches of 1 have nothing to average: batch norm takes its running statistics.",
        ),
        ({"training.batch_size": 2}, ""),
        ({"seed": 4}, ""),
    ],
)
def test_a_choice_is_followed_by_what_it_brings_along(changes: dict[str, Any], words: str) -> None:
    assert consequence(SPEC, SPEC.with_changes(changes)) == words
