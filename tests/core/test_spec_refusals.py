"""Claims about refusals: one line that begins with the place, for anything wrong whatsoever."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import ExperimentSpec, SpecError, Trainer, UserError

VALID: dict[str, Any] = {
    "data": {"kind": "spiral", "samples": 20, "features": ["x1", "x2"]},
    "network": {
        "layers": [
            {"units": 2, "weights": [[1.0, 2.0], [3.0, 4.0]], "biases": [0.0, 1.0]},
            {"units": 1, "activation": "sigmoid"},
        ]
    },
    "training": {"optimizer": {"kind": "adam"}, "schedule": {"kind": "constant"}},
}
ABSENT = object()


def changed(place: str, value: Any) -> dict[str, Any]:
    """Return the valid mapping with one value put in, or taken out."""
    mapping = copy.deepcopy(VALID)
    *way, last = [int(part) if part.isdigit() else part for part in place.split("/")]
    target: Any = mapping
    for part in way:
        target = target[part] if isinstance(part, int) else target.setdefault(part, {})
    if value is ABSENT:
        del target[last]
    else:
        target[last] = value
    return mapping


def refusal(mapping: Any) -> str:
    with pytest.raises(SpecError) as refused:
        ExperimentSpec.from_dict(mapping)
    (line,) = str(refused.value).splitlines()
    return line


def test_the_valid_mapping_is_valid() -> None:
    assert ExperimentSpec.from_dict(VALID).data.samples == 20


INF, NAN = float("inf"), float("nan")
TABLE: list[tuple[str, Any, str]] = [
    # The lines that the documentation quotes.
    (
        "training/optimizer/learning_rate",
        -1,
        "training.optimizer.learning_rate: expected a number > 0, got -1",
    ),
    ("network/layers/0/units", 0, "network.layers[0].units: expected a whole number >= 1, got 0"),
    # Unknown keys, with what is known there.
    ("colour", 1, "colour: unknown key; known here: data, network, name, seed, training"),
    ("training/optimizer/lr", 1, "training.optimizer.lr: unknown key; known here: kind, lea"),
    ("network/layers/1/unit", 1, "network.layers[1].unit: unknown key; known here: units, act"),
    ("data/learning-rate", 1, "data.learning-rate: unknown key"),
    ("data/`odd`", 1, "data.'`odd`': unknown key"),
    ("data/two\nlines", 1, "data.'two\\nlines': unknown key"),
    ("training/optimizer/eps - at `$.data", 1, "training.optimizer.'eps - at `$.data': unknown"),
    # Missing keys.
    ("data/kind", ABSENT, "data.kind: missing"),
    ("data", ABSENT, "data: missing"),
    ("network/layers", ABSENT, "network.layers: missing"),
    # Wrong types.
    ("seed", "3", "seed: expected a whole number, got '3'"),
    ("seed", 1.5, "seed: expected a whole number, got 1.5"),
    ("seed", True, "seed: expected a whole number, got true"),
    ("seed", datetime.date(2020, 1, 2), "seed: expected a whole number, got"),
    ("name", 3, "name: expected text, got 3"),
    ("data", 3, "data: expected a table, got 3"),
    ("network", [], "network: expected a table, got a list"),
    ("network/layers", {}, "network.layers: expected a list, got a table"),
    ("network/layers/0", 3, "network.layers[0]: expected a table, got 3"),
    ("network/biases", 1, "network.biases: expected true or false, got 1"),
    ("training/shuffle", "no", "training.shuffle: expected true or false, got 'no'"),
    ("training/batch_size", 2.5, "training.batch_size: expected a whole number, got 2.5"),
    ("data/features", "x1", "data.features: expected a list, got 'x1'"),
    ("network/layers/0/weights/1/0", "a", "network.layers[0].weights[1][0]: expected a number"),
    ("training/optimizer", None, "training.optimizer: expected a table"),
    # Choices.
    ("data/kind", "circel", "data.kind: expected one of circle, xor, gaussians, spiral"),
    ("network/layers/0/activation", "", "network.layers[0].activation: expected one of linear"),
    ("training/loss", "mse", "training.loss: expected one of mean_squared_error, half_"),
    ("training/optimizer/kind", "Adam", "training.optimizer.kind: expected one of sgd, mom"),
    ("network/dtype", "float16", "network.dtype: expected one of float64, float32, got"),
    # Numbers that are not finite, too large to be one, or out of range.
    ("training/optimizer/learning_rate", NAN, "training.optimizer.learning_rate: expected a fin"),
    ("training/optimizer/learning_rate", INF, "training.optimizer.learning_rate: expected a fin"),
    ("training/optimizer/learning_rate", 10**400, "training.optimizer.learning_rate: number out"),
    ("training/optimizer/learning_rate", 0, "training.optimizer.learning_rate: expected a numb"),
    ("training/optimizer/momentum", 1, "training.optimizer.momentum: expected a number < 1"),
    ("training/optimizer/beta2", 1.0, "training.optimizer.beta2: expected a number < 1, got 1.0"),
    ("training/optimizer/alpha", -0.1, "training.optimizer.alpha: expected a number >= 0"),
    ("network/initializer_scale", -INF, "network.initializer_scale: expected a finite number"),
    ("network/layers/0/weights/0/1", NAN, "network.layers[0].weights[0][1]: expected a finite"),
    ("seed", -1, "seed: expected a whole number >= 0, got -1"),
    ("seed", 2**53 + 1, "seed: expected a whole number <= 9007199254740992"),
    ("data/noise", 0.6, "data.noise: expected a number <= 0.5, got 0.6"),
    ("data/samples", 1, "data.samples: expected a whole number >= 2, got 1"),
    ("data/classes", 7, "data.classes: expected a whole number <= 6, got 7"),
    ("data/arms", 4, "data.arms: expected a whole number <= 3, got 4"),
    ("data/test_fraction", 1, "data.test_fraction: expected a number < 1"),
    ("data/features", [], "data.features: expected a list of length >= 1"),
    ("training/batch_size", 0, "training.batch_size: expected a whole number >= 1, got 0"),
    ("training/steps", -5, "training.steps: expected a whole number >= 0, got -5"),
    # Size.
    ("network/layers", [], "network.layers: expected a list of length >= 1"),
    ("network/layers", [{}] * 129, "network.layers: expected a list of length <= 128"),
    ("network/layers/0/units", 4097, "network.layers[0].units: expected a whole number <= 4096"),
    # Keys whose feature does not exist yet.
    ("training/l1", -0.1, "training.l1: expected a number >= 0, got -0.1"),
    ("training/l2", -0.1, "training.l2: expected a number >= 0, got -0.1"),
    ("training/decay_biases", 1, "training.decay_biases: expected true or false, got 1"),
    ("training/gradient_source", "hebb", "training.gradient_source: expected one of backpropag"),
    ("training/population", 1, "training.population: expected a whole number >= 2, got 1"),
    ("training/population", 10_001, "training.population: expected a whole number <= 10000"),
    ("training/sigma", 0, "training.sigma: expected a number > 0, got 0"),
    ("training/clip_norm", -1, "training.clip_norm: expected a number >= 0, got -1"),
    ("training/clip_value", -1, "training.clip_value: expected a number >= 0, got -1"),
    ("training/patience", -1, "training.patience: expected a whole number >= 0, got -1"),
    ("training/schedule/kind", "cosine", "training.schedule.total_steps: missing; cosine needs"),
    # A data file.
    ("data/kind", "file", "data.path: missing; kind 'file' needs"),
    ("data", {"kind": "file", "path": "rows.csv"}, "data.target: missing; kind 'file' needs"),
    ("data/path", "rows.csv", "data.path: only for kind 'file', not 'spiral'"),
    ("data/target", "y", "data.target: only for kind 'file', not 'spiral'"),
    ("data/missing", "fill", "data.missing: only for kind 'file', not 'spiral'"),
    ("data/missing", "guess", "data.missing: expected one of refuse, fill, drop, got 'guess'"),
    ("data/header", True, "data.header: only for kind 'file', not 'spiral'"),
    (
        "data",
        {"kind": "file", "path": "rows.csv", "target": "y", "features": ["a", "y"]},
        "data.features[1]: 'y' is the target",
    ),
    (
        "data",
        {"kind": "file", "path": "rows.csv", "target": "y", "features": ["a", "a"]},
        "data.features[1]: 'a' is listed twice",
    ),
    # Output layer and loss.
    ("network/layers/1/activation", "tanh", "network.layers: binary_cross_entropy needs an out"),
    ("training/loss", "cross_entropy", "network.layers: cross_entropy needs an output layer wi"),
    (
        "network/layers",
        [{"activation": "softmax", "units": 1}],
        "network.layers: binary_cross_entropy needs",
    ),
    # What must fit together.
    ("network/layers/0/units", 3, "network.layers[0].weights: expected 3 rows"),
    ("network/layers/0/weights", [[1], [2]], "network.layers[0].weights[0]: expected 2 numbers"),
    ("network/layers/0/biases", [1], "network.layers[0].biases: expected 2 numbers, got 1"),
    ("network/biases", False, "network.layers[0].biases: network.biases is false"),
    ("data/inputs", [[1, 2]], "data.inputs: only for kind 'inline'"),
    ("data/kind", "inline", "data.inputs: inline data need at least one row here"),
    ("data/kind", "digits", "data.features: only for two-input sets"),
]


@pytest.mark.parametrize(("place", "value", "line"), TABLE)
def test_refusal_begins_with_the_place_and_says_what_is_expected(
    place: str, value: Any, line: str
) -> None:
    assert refusal(changed(place, value)).startswith(line)


@pytest.mark.parametrize("mapping", [None, 3, "spec", [], [VALID], {}])
def test_what_is_no_table_of_settings_is_refused(mapping: Any) -> None:
    refusal(mapping)


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        (
            "network.layers",
            {"network/layers": [{"units": 4096}] * 100 + [VALID["network"]["layers"][1]]},
        ),
        ("training.batch_size", {"training/batch_size": 10**9, "data/samples": 10**6}),
    ],
)
def test_a_run_that_would_fill_the_memory_is_refused_before_anything_is_allocated(
    place: str, changes: dict[str, Any]
) -> None:
    mapping = copy.deepcopy(VALID)
    wide = [{"units": 4096}, {"units": 4096}, {"units": 1, "activation": "sigmoid"}]
    mapping["network"]["layers"] = wide
    for where, value in changes.items():
        section, key = where.split("/")
        mapping[section][key] = value
    line = refusal(mapping)
    assert line.startswith(f"{place}: this run would need about ")
    assert "GiB" in line


@pytest.mark.parametrize(
    ("data", "layer", "words"),
    [
        ({"kind": "gaussians", "classes": 3}, {"units": 1, "activation": "sigmoid"}, "3 classes"),
        ({"kind": "iris"}, {"units": 2, "activation": "sigmoid"}, "3 classes"),
        ({"kind": "spiral"}, {"units": 4, "activation": "sigmoid"}, "2 classes"),
    ],
)
def test_an_output_layer_that_does_not_fit_the_data_is_refused_at_the_layers(
    data: dict[str, Any], layer: dict[str, Any], words: str
) -> None:
    spec = ExperimentSpec.from_dict({"data": data, "network": {"layers": [{}, layer]}})
    with pytest.raises(SpecError, match=rf"^network\.layers: {words}"):
        Trainer(spec)


def test_a_mapping_without_end_is_refused() -> None:
    endless = copy.deepcopy(VALID)
    endless["data"]["more"] = endless
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"more": deep}
    for mapping in (endless, {**VALID, "more": deep}):
        assert "deep" in refusal(mapping)


def words_of(deed: Callable[[], object]) -> str:
    """Return what a user's mistake is told, or nothing where there is none."""
    try:
        deed()
    except UserError as error:
        return str(error)
    return ""


def places(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to everything in a mapping."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*way, key)
        if isinstance(item, dict | list):
            yield from places(item, (*way, key))


ODD_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary(max_size=3)
    | st.dates()
    | st.sampled_from([10**400, -(10**400), "inline", "file", "softmax", "digits", object(), b""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(
            st.text(max_size=5)
            | st.integers()
            | st.none()
            | st.sampled_from(["kind", "units", "eps"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=4,
)


@settings(max_examples=250)
@given(data=st.data())
def test_no_mangled_mapping_raises_anything_but_a_users_error_in_one_line(
    data: st.DataObject,
) -> None:
    mapping: Any = copy.deepcopy(VALID)
    for _ in range(data.draw(st.integers(1, 3), label="how many")):
        ways = list(places(mapping))
        if not ways:
            break
        *way, last = data.draw(st.sampled_from(ways), label="where")
        target = mapping
        for part in way:
            target = target[part]
        deed = data.draw(st.sampled_from(["replace", "remove", "add"]), label="what")
        if deed == "remove":
            del target[last]
        elif deed == "add" and isinstance(target, dict):
            target[data.draw(st.text(max_size=8))] = data.draw(ODD_VALUES)
        else:
            target[last] = data.draw(ODD_VALUES)
    assert "\n" not in words_of(lambda: ExperimentSpec.from_dict(mapping))


@settings(max_examples=200)
@given(
    place=st.text("abdnkwosrte.[]0123456789 ", max_size=20)
    | st.sampled_from(["network.layers[0]", "training.optimizer", "data.features[0]", "name.x"]),
    value=ODD_VALUES,
)
def test_no_change_raises_anything_but_a_users_error_in_one_line(place: str, value: Any) -> None:
    spec = ExperimentSpec.from_dict(VALID)
    assert "\n" not in words_of(lambda: spec.with_changes({place: value}))
