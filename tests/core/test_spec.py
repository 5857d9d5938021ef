"""Claims about specifications: defaults, and the same one back from dict, TOML and JSON."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from core import ExperimentSpec, FileError, SpecError, UserError

SMALLEST: dict[str, Any] = {
    "data": {"kind": "spiral"},
    "network": {"layers": [{}, {"units": 1, "activation": "sigmoid"}]},
}
RICH: dict[str, Any] = {
    "name": 'naïve "run" \\ 1\nand a second line',
    "seed": 2**53,
    "data": {
        "kind": "inline",
        "inputs": [[0.1, 2], [3.5, -1e-300]],
        "targets": [0, [1.0]],
        "test_inputs": [[1, 1]],
        "test_targets": [[1]],
        "task": "classification",
        "normalize": False,
        "features": ["x1", "x1*x2"],
    },
    "network": {
        "layers": [
            {"units": 2, "activation": "gelu", "weights": [[1, 2], [3, 1 / 3]], "biases": [0, 1]},
            {"units": 1, "activation": "sigmoid"},
        ],
        "initializer": "he_uniform",
        "dtype": "float32",
    },
    "training": {
        "loss": "binary_cross_entropy",
        "optimizer": {"kind": "adamw", "eps": 1e-7, "weight_decay": 0.25},
    },
}
# Written down from the documented table, not read back from the program.
DEFAULTS: dict[str, Any] = {
    "name": "",
    "seed": 0,
    "data.samples": 500,
    "data.noise": 0.1,
    "data.classes": 3,
    "data.arms": 2,
    "data.test_fraction": 0.5,
    "data.features": None,
    "data.normalize": True,
    "data.task": None,
    "network.initializer": "xavier_normal",
    "network.initializer_scale": 0.1,
    "network.initial_bias": 0.0,
    "network.biases": True,
    "network.input_gradient": False,
    "network.dtype": "float64",
    "training.loss": "binary_cross_entropy",
    "training.batch_size": 10,
    "training.shuffle": True,
    "training.steps": 0,
    "training.l1": 0.0,
    "training.l2": 0.0,
    "training.decay_biases": False,
    "training.clip_norm": 0.0,
    "training.clip_value": 0.0,
    "training.patience": 0,
    "training.gradient_source": "backpropagation",
    "training.population": 32,
    "training.sigma": 0.02,
    "training.gradient_storage": "same",
    "training.loss_scale": 1.0,
    "training.optimizer.kind": "sgd",
    "training.optimizer.learning_rate": 0.03,
    "training.optimizer.momentum": 0.9,
    "training.optimizer.dampening": 0.0,
    "training.optimizer.momentum_form": "standard",
    "training.optimizer.alpha": 0.99,
    "training.optimizer.beta1": 0.9,
    "training.optimizer.beta2": 0.999,
    "training.optimizer.eps": None,
    "training.optimizer.weight_decay": None,
    "training.schedule.kind": "constant",
    "training.schedule.step_size": 1000,
    "training.schedule.gamma": 0.5,
    "training.schedule.warmup_steps": 0,
    "training.schedule.minimum": 0.0,
    "training.schedule.total_steps": None,
}
LAYER_DEFAULTS = {
    "units": 8,
    "activation": "tanh",
    "normalization": "none",
    "dropout": 0.0,
    "residual": False,
    "weights": None,
    "biases": None,
}


def at(spec: object, place: str) -> object:
    for name in place.split("."):
        spec = getattr(spec, name)
    return spec


@pytest.mark.parametrize("place", DEFAULTS)
def test_default(place: str) -> None:
    found = at(ExperimentSpec.from_dict(SMALLEST), place)
    assert found == DEFAULTS[place]
    assert type(found) is type(DEFAULTS[place])


def test_defaults_of_a_layer() -> None:
    layer = ExperimentSpec.from_dict(SMALLEST).network.layers[0]
    assert {name: getattr(layer, name) for name in LAYER_DEFAULTS} == LAYER_DEFAULTS


@pytest.mark.parametrize("mapping", [SMALLEST, RICH], ids=["smallest", "rich"])
def test_a_specification_comes_back_from_its_dict(mapping: dict[str, Any]) -> None:
    spec = ExperimentSpec.from_dict(mapping)
    assert ExperimentSpec.from_dict(spec.to_dict()) == spec
    assert hash(ExperimentSpec.from_dict(spec.to_dict())) == hash(spec)


@pytest.mark.parametrize("suffix", [".toml", ".json", ".JSON", ""])
@pytest.mark.parametrize("mapping", [SMALLEST, RICH], ids=["smallest", "rich"])
def test_a_specification_comes_back_from_its_file(
    mapping: dict[str, Any], suffix: str, tmp_path: Path
) -> None:
    spec = ExperimentSpec.from_dict(mapping)
    path = tmp_path / f"run{suffix}"
    spec.save(path)
    assert ExperimentSpec.load(path) == spec
    assert ExperimentSpec.load(str(path)) == spec
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) if suffix.lower() == ".json" else tomllib.loads(text)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_saving_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("x" * 100_000)
    ExperimentSpec.from_dict(SMALLEST).save(path)
    assert ExperimentSpec.load(path) == ExperimentSpec.from_dict(SMALLEST)


def test_what_is_given_is_neither_kept_nor_altered() -> None:
    mapping = json.loads(json.dumps(RICH))
    spec = ExperimentSpec.from_dict(mapping)
    mapping["network"]["layers"].clear()
    assert len(spec.network.layers) == 2
    plain = spec.to_dict()
    plain["network"]["layers"].clear()
    spec.with_changes({"network.layers[0].units": 2, "training": {"batch_size": 3}})
    assert spec == ExperimentSpec.from_dict(RICH)


def test_a_specification_cannot_be_altered() -> None:
    spec = ExperimentSpec.from_dict(SMALLEST)
    with pytest.raises(AttributeError):
        spec.seed = 3  # type: ignore[misc]


def test_with_changes_merges_nested_tables() -> None:
    spec = ExperimentSpec.from_dict(RICH)
    changed = spec.with_changes({"training": {"batch_size": 7, "optimizer": {"eps": 0.5}}})
    assert changed.training.batch_size == 7
    assert changed.training.optimizer.eps == 0.5
    assert changed.training.optimizer.weight_decay == 0.25
    assert changed.with_changes({"training.batch_size": 10, "training.optimizer.eps": 1e-7}) == spec


def test_with_changes_takes_dotted_places_at_any_depth() -> None:
    spec = ExperimentSpec.from_dict(SMALLEST)
    dotted = spec.with_changes({"network.layers[0].units": 3, "training.optimizer.kind": "adam"})
    nested = spec.with_changes(
        {"network": {"layers[0].units": 3}, "training": {"optimizer": {"kind": "adam"}}}
    )
    assert dotted == nested
    assert dotted.network.layers[0].units == 3
    assert dotted.network.layers[0].activation == "tanh"
    assert spec.with_changes({"network.layers[0]": {"units": 3}}).network.layers[0].units == 3


def test_with_changes_replaces_lists_whole() -> None:
    spec = ExperimentSpec.from_dict(SMALLEST)
    changed = spec.with_changes({"network": {"layers": [{"units": 1, "activation": "sigmoid"}]}})
    assert len(changed.network.layers) == 1


def test_with_changes_takes_none_as_back_to_the_default() -> None:
    spec = ExperimentSpec.from_dict(RICH)
    changed = spec.with_changes({"training.optimizer.eps": None, "seed": None})
    assert changed.training.optimizer.eps is None
    assert changed.seed == 0
    assert (
        spec.with_changes({"training": None}).training
        == ExperimentSpec.from_dict(SMALLEST).training
    )


def test_no_changes_are_the_same_specification() -> None:
    spec = ExperimentSpec.from_dict(RICH)
    assert spec.with_changes({}) == spec
    assert spec.with_changes({"training": {}}) == spec


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"network.layers[7].units": 3}, "network.layers[7].units: "),
        ({"network.layers.units": 3}, "network.layers.units: "),
        ({"network.layers[-1].units": 3}, "network.layers[-1].units: "),
        ({"name.first": 3}, "name.first: "),
        ({"data.kind.x": 3}, "data.kind.x: "),
        ({"data.colour": 3}, "data.colour: "),
        ({"training.optimizer.learning_rate": -1}, "training.optimizer.learning_rate: "),
        ({"network.layers[1].units": 0}, "network.layers[1].units: "),
    ],
)
def test_with_changes_refuses_at_the_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(SpecError) as refused:
        ExperimentSpec.from_dict(SMALLEST).with_changes(changes)
    assert str(refused.value).startswith(place)


@pytest.mark.parametrize(
    "changes", [{"": 3}, {3: 3}, {None: 3}, None, 5, [1], {"training": {1: 2}}]
)
def test_with_changes_refuses_what_are_no_changes_in_one_line(changes: Any) -> None:
    with pytest.raises(SpecError) as refused:
        ExperimentSpec.from_dict(SMALLEST).with_changes(changes)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.toml", b"seed = = 3"),
        ("broken.json", b'{"seed": '),
        ("deep.json", b"[" * 100_000),
        ("list.json", b"[]"),
        ("number.json", b"3"),
        ("long.json", b'{"seed": ' + b"9" * 5000 + b"}"),
        ("bytes.toml", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_is_no_specification_is_refused_in_one_line_with_its_path(
    name: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError) as refused:
        ExperimentSpec.load(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert len(str(refused.value).splitlines()) == 1


def test_a_file_in_another_encoding_is_told_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('name = "Übung"'.encode("latin-1"))
    with pytest.raises(FileError, match="it is no UTF-8 text; save it as UTF-8"):
        ExperimentSpec.load(path)


def test_a_file_that_holds_a_mistake_is_refused_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text('{"data": {"kind": "spiral", "noise": NaN}, "network": {"layers": [{}]}}')
    with pytest.raises(SpecError, match=r"^data\.noise: expected a finite number, got nan$"):
        ExperimentSpec.load(path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(SMALLEST).encode())
    assert ExperimentSpec.load(path) == ExperimentSpec.from_dict(SMALLEST)


def test_files_that_cannot_be_read_or_written_are_refused_with_their_path(tmp_path: Path) -> None:
    spec = ExperimentSpec.from_dict(SMALLEST)
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "missing" / "run.toml", tmp_path / "file" / "run.toml"):
        for refused in (lambda path=path: spec.save(path), lambda path=path: spec.load(path)):
            with pytest.raises(FileError) as error:
                refused()
            assert str(error.value).startswith(f"{path}: cannot be ")
    with pytest.raises(FileError, match="cannot be read"):
        ExperimentSpec.load(tmp_path)


def test_a_name_that_no_file_can_hold_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    spec = ExperimentSpec.from_dict({**SMALLEST, "name": "\ud800"})
    with pytest.raises(UserError):
        spec.save(tmp_path / "run.toml")
    assert list(tmp_path.iterdir()) == []
