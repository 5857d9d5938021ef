"""Data sets, losses and features are exchanged for each other, and the result can be trained."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from core import ExperimentSpec, Trainer
from core.data import build_dataset
from core.presets import load_preset, presets
from core.training.fitting import (
    BUNDLED_SETS,
    TWO_INPUT_SETS,
    change_for_data_set,
    change_for_features,
    change_for_loss,
    offered_output_units,
)

SETS = TWO_INPUT_SETS + BUNDLED_SETS
CLASSES = {"gaussians": 3, "digits": 10, "iris": 3, "wine": 3}


def spec_of(kind: str = "circle", **training: Any) -> ExperimentSpec:
    """Return a small network on 20 rows of ``kind``, made from one on circles."""
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "circle", "samples": 20, "features": ["x1", "x2", "x1*x2"]},
            "network": {"layers": [{"units": 3}, {"units": 1, "activation": "sigmoid"}]},
            "training": {"batch_size": 4, **training},
        }
    )
    return spec if kind == "circle" else spec.with_changes(change_for_data_set(spec, kind))


def output_of(spec: ExperimentSpec) -> tuple[str, int, str]:
    layer = spec.network.layers[-1]
    return spec.training.loss, layer.units, layer.activation


@pytest.mark.parametrize(("old", "new"), list(itertools.product(SETS, SETS)))
def test_every_set_can_follow_every_other_and_be_trained(old: str, new: str) -> None:
    spec = spec_of(old)
    changed = spec.with_changes(change_for_data_set(spec, new))
    trainer = Trainer(changed)
    trainer.advance_step()
    assert (changed.data.kind, trainer.step) == (new, 1)


@pytest.mark.parametrize("kind", SETS)
def test_coming_from_another_task_the_usual_output_and_loss_are_taken(kind: str) -> None:
    regression = spec_of("plane")
    changed = regression.with_changes(change_for_data_set(regression, kind))
    if kind in ("plane", "bumps", "sine"):
        expected = ("mean_squared_error", 1, "linear")
    elif kind in CLASSES:
        expected = ("cross_entropy", CLASSES[kind], "softmax")
    else:
        expected = ("binary_cross_entropy", 1, "sigmoid")
    assert output_of(changed) == expected


def test_what_fits_the_other_set_too_stays() -> None:
    spec = spec_of(loss="mean_squared_error").with_changes({"network.layers[1].activation": "tanh"})
    changed = spec.with_changes(change_for_data_set(spec, "moons"))
    assert output_of(changed) == ("mean_squared_error", 1, "tanh")
    assert changed.data.features == ("x1", "x2", "x1*x2")


def test_features_go_where_they_cannot_be_derived() -> None:
    assert spec_of("digits").data.features is None


@pytest.mark.parametrize("preset", [preset.key for preset in presets()])
@pytest.mark.parametrize("kind", ["circle", "plane", "iris"])
def test_every_preset_can_go_on_with_other_data(preset: str, kind: str) -> None:
    spec = load_preset(preset)
    Trainer(spec.with_changes(change_for_data_set(spec, kind))).advance_step()


def test_given_rows_and_their_settings_go_with_them() -> None:
    spec = load_preset("worked-example")
    data = spec.with_changes(change_for_data_set(spec, "circle")).data
    assert data.inputs is data.targets is data.task is None
    assert (data.test_fraction, data.normalize) == (0.5, True)


def test_a_loss_brings_the_output_layer_that_it_needs_and_no_other() -> None:
    spec = spec_of()
    dataset = build_dataset(spec.data, spec.seed)
    assert change_for_loss(spec, dataset, "mean_squared_error") == {
        "training": {"loss": "mean_squared_error"}
    }
    changed = spec.with_changes(change_for_loss(spec, dataset, "cross_entropy"))
    assert output_of(changed) == ("cross_entropy", 2, "softmax")


@pytest.mark.parametrize(
    ("kind", "units"), [("circle", (1, 6)), ("wine", (3, 3)), ("breast_cancer", (1, 2))]
)
def test_an_output_layer_has_as_many_units_as_classes_can_be_had(
    kind: str, units: tuple[int, int]
) -> None:
    spec = spec_of(kind)
    assert offered_output_units(spec, build_dataset(spec.data, spec.seed)) == units


def test_features_change_the_width_that_start_weights_were_given_for() -> None:
    spec = spec_of().with_changes({"network.layers[0].weights": [[1.0, 2.0, 3.0]] * 3})
    same = spec.with_changes(change_for_features(spec, ["x1", "x2", "sin(x1)"]))
    fewer = spec.with_changes(change_for_features(spec, ["x2"]))
    assert same.network.layers[0].weights == ((1.0, 2.0, 3.0),) * 3
    assert fewer.network.layers[0].weights is None
    assert Trainer(fewer).network.layers[0].W.shape == (3, 1)
