"""Whatever can be chosen is accepted, or something is offered that is accepted with it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from core import ExperimentSpec, Trainer
from core.data import Dataset, build_dataset
from core.errors import UserError
from core.presets import load_preset
from core.spec import Activation, GradientSource, Loss, choices
from core.spec_rules import parameter_count
from core.training.fitting import (
    BUNDLED_SETS,
    TWO_INPUT_SETS,
    change_for_data_set,
    change_for_loss,
    offered_output_units,
)
from core.training.layer_changes import (
    change_activation,
    change_hidden_count,
    change_residual,
    change_units,
)
from core.training.misfits import Fit, fitting_change, problem_with

SETS = TWO_INPUT_SETS + BUNDLED_SETS
BASE = ExperimentSpec.from_dict(
    {
        "data": {"kind": "circle", "samples": 20},
        "network": {"layers": [{"units": 3}, {"units": 4}, {"units": 1, "activation": "sigmoid"}]},
        "training": {"batch_size": 4},
    }
)


def rows(spec: ExperimentSpec) -> Dataset:
    return build_dataset(spec.data, spec.seed)


def with_training(**training: Any) -> ExperimentSpec:
    return BASE.with_changes({"training": training})


def offer(spec: ExperimentSpec, changes: Mapping[str, Any]) -> tuple[ExperimentSpec, Fit]:
    """Return what is offered for ``changes``, which do not fit, and the spec that comes of it."""
    dataset = rows(spec)
    assert problem_with(spec, dataset, changes) is not None
    fit = fitting_change(spec, dataset, changes)
    assert fit is not None, changes
    assert 20 < len(fit.sentence) < 110
    assert fit.sentence.endswith(".")
    assert "_" not in fit.sentence + fit.proposal
    assert is_trained(spec, fit.changes)
    return spec.with_changes(fit.changes), fit


def output_of(spec: ExperimentSpec) -> tuple[str, int, str]:
    layer = spec.network.layers[-1]
    return spec.training.loss, layer.units, layer.activation


def is_trained(spec: ExperimentSpec, changes: Mapping[str, Any]) -> bool:
    try:
        return _is_trained(spec.with_changes(changes))
    except UserError:
        return False


@cache
def _is_trained(spec: ExperimentSpec) -> bool:
    trainer = Trainer(spec)
    trainer.advance_step()
    return trainer.step == 1


@pytest.mark.parametrize("kind", SETS)
def test_every_loss_activation_and_width_of_the_output_fits_or_is_made_to_fit(kind: str) -> None:
    start = BASE.with_changes(change_for_data_set(BASE, kind))
    for loss in choices(Loss):
        dataset = rows(start)
        changes = change_for_loss(start, dataset, loss)
        if problem_with(start, dataset, changes) is not None:
            changed, _ = offer(start, changes)
            assert changed.training.loss == loss
            assert rows(changed).task == "classification"
            continue
        spec = start.with_changes(changes)
        wishes = [change_activation(spec, 2, each) for each in choices(Activation)]
        fewest, most = offered_output_units(spec, dataset)
        wishes += [change_units(spec, 2, units) for units in range(fewest, most + 1)]
        for wish in wishes:
            if problem_with(spec, dataset, wish) is None:
                assert is_trained(spec, wish)
                continue
            changed, _ = offer(spec, wish)
            before, after = spec.network.layers[-1], changed.network.layers[-1]
            wanted = wish["network"]["layers"][-1]
            for name, old in (("units", before.units), ("activation", before.activation)):
                if wanted[name] != old:
                    assert getattr(after, name) == wanted[name]


@pytest.mark.parametrize(
    ("loss", "activation", "outcome"),
    [
        ("binary_cross_entropy", "softmax", ("cross_entropy", 2, "softmax")),
        ("binary_cross_entropy", "tanh", ("mean_squared_error", 1, "tanh")),
        ("mean_squared_error", "softmax", ("mean_squared_error", 2, "softmax")),
        ("cross_entropy", "sigmoid", ("binary_cross_entropy", 2, "sigmoid")),
    ],
)
def test_an_output_activation_brings_the_loss_that_goes_with_it(
    loss: str, activation: str, outcome: tuple[str, int, str]
) -> None:
    spec = BASE.with_changes(change_for_loss(BASE, rows(BASE), loss))
    changed, _ = offer(spec, change_activation(spec, 2, activation))
    assert output_of(changed) == outcome
    assert changed.data == spec.data


def test_more_output_units_bring_as_many_classes_of_the_same_set() -> None:
    spirals = BASE.with_changes(change_for_data_set(BASE, "spiral"))
    changed, fit = offer(spirals, change_units(spirals, 2, 3))
    assert (changed.data.kind, changed.data.arms, fit.proposal) == ("spiral", 3, "Take 3 spirals")
    clusters = BASE.with_changes(change_for_data_set(BASE, "gaussians"))
    changed, _ = offer(clusters, change_units(clusters, 2, 5))
    assert (changed.data.kind, changed.data.classes) == ("gaussians", 5)
    assert output_of(changed) == ("cross_entropy", 5, "softmax")


def test_a_cross_entropy_on_numbers_takes_few_whole_ones_for_classes() -> None:
    spec = ExperimentSpec.from_dict(
        {
            "data": {
                "kind": "inline",
                "task": "regression",
                "inputs": [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]],
                "targets": [0, 1, 2, 1],
            },
            "network": {"layers": [{"units": 1, "activation": "linear"}]},
            "training": {"loss": "mean_squared_error"},
        }
    )
    wish = change_for_loss(spec, rows(spec), "cross_entropy")
    changed, fit = offer(spec, wish)
    assert fit.proposal == "Take the numbers for classes"
    assert (changed.data.inputs, changed.data.task) == (spec.data.inputs, "classification")
    assert output_of(changed) == ("cross_entropy", 3, "softmax")
    odd = spec.with_changes({"data": {"targets": [0.5, 1.5, 2.0, 1.0]}})
    changed, _ = offer(odd, change_for_loss(odd, rows(odd), "cross_entropy"))
    assert changed.data.kind == "gaussians"


@pytest.mark.parametrize("hidden", [(3, 4), (4, 4, 4), (2, 5, 2), (6,)])
def test_every_shortcut_can_be_had_and_takes_no_other_away(hidden: tuple[int, ...]) -> None:
    layers = [{"units": units} for units in hidden]
    spec = BASE.with_changes(
        {"network": {"layers": [*layers, {"units": 1, "activation": "sigmoid"}]}}
    )
    for index in range(len(hidden)):
        wish = change_residual(index, True)
        if is_trained(spec, wish):
            spec = spec.with_changes(wish)
            continue
        changed, _ = offer(spec, wish)
        for before, after in zip(spec.network.layers, changed.network.layers, strict=True):
            assert after.residual >= before.residual
        assert changed.network.layers[index].residual
        spec = changed


@pytest.mark.parametrize("source", choices(GradientSource))
def test_every_source_can_be_had_whatever_the_other_settings(source: str) -> None:
    wish = {"training": {"gradient_source": source}}
    for storage, population, gradient, units in itertools.product(
        ("same", "float16"), (32, 33), (False, True), (3, 1500)
    ):
        spec = BASE.with_changes(
            {
                "training": {"gradient_storage": storage, "population": population},
                "network": {"input_gradient": gradient},
                "network.layers[0].units": units,
            }
        )
        if problem_with(spec, rows(spec), wish) is None:
            assert is_trained(spec, wish)
            continue
        changed, _ = offer(spec, wish)
        assert changed.training.gradient_source == source
        assert changed.data == spec.data or source == "forward_forward"


def test_forward_forward_takes_plain_layers_along_and_gives_way_to_others() -> None:
    layers = [
        {"units": 4, "normalization": "batch"},
        {"units": 4, "residual": True, "dropout": 0.2},
    ]
    source = {"training": {"gradient_source": "forward_forward"}}
    for hidden in (layers, []):
        network = {"layers": [*hidden, {"units": 1, "activation": "sigmoid"}]}
        spec = BASE.with_changes({"network": network})
        changed, _ = offer(spec, source)
        assert changed.training.gradient_source == "forward_forward"
        assert len(changed.network.layers) == max(2, len(hidden) + 1)
    for wish in (
        change_residual(1, True),
        {"network.layers[1].dropout": 0.5},
        {"training": {"gradient_storage": "float16"}},
        change_for_loss(changed, rows(changed), "mean_squared_error"),
    ):
        other, fit = offer(changed.with_changes(change_hidden_count(changed, 2)), wish)
        assert fit.proposal == "Take backpropagation"
        assert other.training.gradient_source == "backpropagation"


def test_a_network_is_made_just_small_enough_for_a_source() -> None:
    spec = BASE.with_changes({"network.layers[0].units": 2000})
    changed, fit = offer(spec, {"training": {"gradient_source": "random_search"}})
    assert parameter_count(changed) <= 5000
    width = changed.network.layers[0].units
    assert fit.proposal == f"Take hidden layers of at most {width} units"
    wider = changed.with_changes({"training": {"gradient_source": "backpropagation"}})
    wider = wider.with_changes({"network.layers[0].units": width + 1})
    assert parameter_count(wider) > 5000


@pytest.mark.parametrize("source", ["central_differences", "random_search"])
def test_a_larger_network_brings_backpropagation_back(source: str) -> None:
    spec = with_training(gradient_source=source).with_changes({"network.layers[1].units": 20})
    for wish in (change_hidden_count(spec, 60), change_units(spec, 0, 2000)):
        changed, _ = offer(spec, wish)
        assert (
            changed.network
            == spec.with_changes(
                {"training": {"gradient_source": "backpropagation"}} | wish
            ).network
        )
        assert changed.training.gradient_source == "backpropagation"
    wide = spec.with_changes({"network.layers[0].units": 100})
    changed, _ = offer(wide, change_for_data_set(wide, "digits"))
    assert (changed.data.kind, changed.training.gradient_source) == ("digits", "backpropagation")


@pytest.mark.parametrize(
    ("spec", "wish", "outcome"),
    [
        (
            with_training(gradient_source="evolution_strategies"),
            {"population": 33},
            {"population": 34},
        ),
        (
            with_training(gradient_source="random_search"),
            {"gradient_storage": "float16"},
            {"gradient_storage": "float16", "gradient_source": "backpropagation"},
        ),
        (
            with_training(
                schedule={"kind": "warmup_cosine", "warmup_steps": 100, "total_steps": 1000}
            ),
            {"schedule": {"warmup_steps": 2000}},
            {"schedule": {"warmup_steps": 2000, "total_steps": 2900}},
        ),
        (
            with_training(
                schedule={"kind": "warmup_cosine", "warmup_steps": 100, "total_steps": 1000}
            ),
            {"schedule": {"total_steps": 50}},
            {"schedule": {"warmup_steps": 5, "total_steps": 50}},
        ),
    ],
)
def test_numbers_of_training_are_made_to_fit_each_other(
    spec: ExperimentSpec, wish: dict[str, Any], outcome: dict[str, Any]
) -> None:
    changed, _ = offer(spec, {"training": wish})
    assert changed == spec.with_changes({"training": outcome})


def test_early_stopping_brings_test_rows_and_goes_with_them() -> None:
    bare = BASE.with_changes({"data": {"test_fraction": 0.0}})
    changed, _ = offer(bare, {"training": {"patience": 5}})
    assert (changed.training.patience, changed.data.test_fraction) == (5, 0.2)
    watched = with_training(patience=5)
    changed, _ = offer(watched, {"data": {"test_fraction": 0.0}})
    assert (changed.training.patience, changed.data.test_fraction) == (0, 0.0)


def test_of_too_many_layers_or_units_the_most_that_there_is_memory_for_are_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.spec_rules.physical_memory", lambda: 400 * 2**20)
    changed, fit = offer(BASE, change_units(BASE, 0, 4096) | {"name": "wide"})
    width = changed.network.layers[0].units
    assert (fit.proposal, changed.name) == (
        f"Take hidden layers of at most {width:,} units",
        "wide",
    )
    assert problem_with(BASE, rows(BASE), change_units(BASE, 0, width + 1)) is not None
    wide = BASE.with_changes({"network.layers[1].units": 200})
    changed, fit = offer(wide, change_hidden_count(wide, 100))
    count = len(changed.network.layers) - 1
    assert fit.proposal == f"Take {count} hidden layers"
    assert problem_with(wide, rows(wide), change_hidden_count(wide, count + 1)) is not None


def test_what_fits_needs_no_offer_and_a_number_out_of_range_gets_none() -> None:
    for wish in ({"seed": 3}, {"data": {"noise": 0.2}}, {"training": {"batch_size": 1}}):
        assert problem_with(BASE, rows(BASE), wish) is None
        assert fitting_change(BASE, rows(BASE), wish) is None
    wish = {"training": {"optimizer": {"momentum": 1.0}}}
    assert "training.optimizer.momentum" in str(problem_with(BASE, rows(BASE), wish))
    assert fitting_change(BASE, rows(BASE), wish) is None


def test_nothing_makes_a_single_row_watch_itself() -> None:
    spec = load_preset("worked-example")
    assert fitting_change(spec, rows(spec), {"training": {"patience": 3}}) is None
