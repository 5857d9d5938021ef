"""Claims about runs on a data file: specification, bits, changes, undo, and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import main
from core import DataError, ExperimentSpec, SpecError, Trainer
from core.data.loading import Choice, plan_rows, propose, read_table
from core.data.resources import resource_path
from core.training import assembly
from core.training.fitting import FileSource, change_for_data_set, change_for_file
from tests.core.experiments import small_spec

ROWS = "length,colour,species\n" + "".join(
    f"{i / 7},{('red', 'blue')[i % 2]},{('rose', 'iris', 'tulip')[i % 3]}\n" for i in range(60)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text(ROWS)
    return path


def spec_of(path: str | Path, **data: Any) -> ExperimentSpec:
    return ExperimentSpec.from_dict(
        {
            "data": {"kind": "file", "path": str(path), "target": "species", **data},
            "network": {"layers": [{"units": 5}, {"units": 3, "activation": "softmax"}]},
            "training": {"loss": "cross_entropy"},
        }
    )


def test_a_file_of_the_bundled_set_trains_to_its_bits(tmp_path: Path) -> None:
    rows = np.loadtxt(resource_path("datasets", "iris.csv"), delimiter=",", skiprows=1)
    names = ("setosa", "versicolor", "virginica")
    path = tmp_path / "iris.csv"
    path.write_text(
        "a;b;c;d;species\r\n"
        + "".join(
            ";".join(str(x).replace(".", ",") for x in row[:-1]) + f";{names[int(row[-1])]}\r\n"
            for row in rows.tolist()
        )
    )
    own = Trainer(spec_of(path))
    bundled = Trainer(own.spec.with_changes(change_for_data_set(own.spec, "iris")))
    own.advance_steps(50)
    bundled.advance_steps(50)
    np.testing.assert_array_equal(own.network.params.data, bundled.network.params.data)
    assert own.dataset.class_names == bundled.dataset.class_names
    assert own.evaluate("test") == bundled.evaluate("test")


def test_the_split_and_the_statistics_are_those_of_every_set(file: Path) -> None:
    dataset = Trainer(spec_of(file, test_fraction=0.25)).dataset
    assert dataset.feature_names == ("length", "colour=blue", "colour=red")
    assert (len(dataset.targets), dataset.test_targets is not None) == (45, True)
    np.testing.assert_allclose(dataset.inputs.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(dataset.inputs.std(axis=0), 1.0)
    assert dataset.name == "flowers.csv"
    assert Trainer(spec_of(file, normalize=False)).dataset.inputs.max() > 8


def test_the_loss_makes_classes_of_numbers_where_no_task_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,species\n" + "".join(f"{i / 3},{i % 3 + 4}\n" for i in range(30)))
    assert Trainer(spec_of(path)).dataset.class_names == ("4", "5", "6")
    regression = {
        "training": {"loss": "mean_squared_error"},
        "network": {"layers": [{"units": 1, "activation": "linear"}]},
    }
    dataset = Trainer(spec_of(path).with_changes(regression)).dataset
    assert set(dataset.targets.ravel()) == {4.0, 5.0, 6.0}
    assert dataset.task == "regression"


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_a_specification_names_its_file_from_its_own_folder(file: Path, suffix: str) -> None:
    saved = file.parent / f"run.{suffix}"
    spec = spec_of(file, missing="fill", header=True, features=["length"])
    spec.save(saved)
    assert str(file.parent) not in saved.read_text()
    assert ExperimentSpec.load(saved) == spec
    moved = file.parent / "elsewhere"
    moved.mkdir()
    saved.rename(moved / saved.name)
    file.rename(moved / file.name)
    loaded = ExperimentSpec.load(moved / saved.name)
    assert loaded.data.path == str(moved / file.name)
    assert Trainer(loaded).dataset.input_count == 1


def test_a_path_leads_from_the_working_directory_where_it_does_not_from_the_folder(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = file.parent / "specs"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(spec_of("flowers.csv").to_dict()))
    assert ExperimentSpec.load(folder / "run.json").data.path == str(folder / "flowers.csv")
    monkeypatch.chdir(file.parent)
    assert ExperimentSpec.load(folder / "run.json").data.path == str(file)


def test_a_specification_is_valid_until_its_file_is_needed(tmp_path: Path) -> None:
    spec = spec_of(tmp_path / "gone.csv")
    with pytest.raises(DataError, match=r"gone\.csv: there is no such file"):
        Trainer(spec)


def test_what_only_the_file_knows_is_checked_when_it_is_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers: list[dict[str, Any]] = [
        {"units": 2, "weights": [[1, 2, 3], [1, 2]]},
        {"units": 3, "activation": "softmax"},
    ]
    with pytest.raises(SpecError, match=r"network.layers\[0\].weights: expected 3 numbers a row"):
        Trainer(spec_of(file).with_changes({"network.layers": layers}))
    two = [{"units": 2, "activation": "softmax"}]
    with pytest.raises(SpecError, match="3 classes need 3 output units with softmax"):
        Trainer(spec_of(file).with_changes({"network.layers": two}))

    def refuse(_: ExperimentSpec, inputs: int, samples: int) -> None:
        raise SpecError("network.layers", f"{inputs} inputs, {samples} rows")

    monkeypatch.setattr(assembly, "check_memory", refuse)
    with pytest.raises(SpecError, match="3 inputs, 30 rows"):
        Trainer(spec_of(file))


def change_for(spec: ExperimentSpec, file: Path, *chosen: Any) -> dict[str, Any]:
    choice = Choice(*chosen)
    source = FileSource(str(file), None, 0.2)
    return change_for_file(spec, source, choice, plan_rows(read_table(file), choice))


def test_a_file_brings_the_output_layer_that_fits_and_takes_it_along(file: Path) -> None:
    trainer = Trainer(small_spec())
    trainer.advance_steps(20)
    before, weights = trainer.spec, trainer.network.params.data.copy()
    trainer.change(change_for(before, file, "species"))
    *hidden, output = trainer.spec.network.layers
    assert (output.units, output.activation) == (3, "softmax")
    assert hidden == list(before.network.layers[:-1])
    assert trainer.spec.training.loss == "cross_entropy"
    assert (trainer.step, len(trainer.dataset.targets)) == (0, 48)
    assert trainer.history.undo_title == "data set flowers.csv"
    trainer.advance_steps(5)
    trainer.undo()
    assert (trainer.spec, trainer.step) == (before, 20)
    np.testing.assert_array_equal(trainer.network.params.data, weights)
    # What is on the shelf needs its file no more.
    file.unlink()
    trainer.redo()
    assert (trainer.step, trainer.dataset.name) == (5, "flowers.csv")


def test_an_output_layer_that_fits_stays(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a,b,y\n" + "".join(f"{i},{i * i},{i % 2}\n" for i in range(20)))
    spec = small_spec()
    changed = spec.with_changes(change_for(spec, file, "y", None, "classification"))
    assert changed.network == spec.network
    assert changed.training == spec.training


def test_regression_on_a_file_gets_a_linear_output(file: Path) -> None:
    spec = small_spec()
    changed = spec.with_changes(change_for(spec, file, "length", ("colour",)))
    output = changed.network.layers[-1]
    assert (output.units, output.activation) == (1, "linear")
    assert changed.training.loss == "mean_squared_error"
    Trainer(changed).advance_steps(3)


def test_from_a_file_the_way_leads_to_every_other_set_without_reading_it(file: Path) -> None:
    spec = spec_of(file, features=["length"], missing="fill", header=True)
    file.unlink()
    for kind in ("spiral", "iris", "sine"):
        data = spec.with_changes(change_for_data_set(spec, kind)).data
        assert (
            data
            == ExperimentSpec.from_dict(
                {"data": {"kind": kind}, "network": {"layers": [{"activation": "sigmoid"}]}}
            ).data
        )


def test_live_changes_keep_the_data_that_were_read(file: Path) -> None:
    trainer = Trainer(spec_of(file))
    dataset = trainer.dataset
    file.unlink()
    trainer.change({"training.batch_size": 7})
    trainer.change({"network.layers[0].units": 9})
    trainer.advance_steps(3)
    assert trainer.dataset is dataset
    with pytest.raises(DataError, match="there is no such file"):
        trainer.change({"seed": 3})
    assert trainer.step == 3


def test_a_file_that_has_got_another_width_does_not_go_on_in_the_same_run(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,species\n" + "".join(f"{i / 3},{i % 2}\n" for i in range(30)))
    sigmoid = {
        "network.layers": [{"units": 1, "activation": "sigmoid"}],
        "training.loss": "binary_cross_entropy",
    }
    trainer = Trainer(spec_of(path).with_changes(sigmoid))
    path.write_text("a,b,species\n" + "".join(f"{i / 3},{i},{i % 2}\n" for i in range(30)))
    # Without the cross-entropy the numbers are no classes: the file is read for them again.
    with pytest.raises(DataError, match=r"rows\.csv: has 2 inputs now, not 1; Reset begins"):
        trainer.change({"training.loss": "mean_squared_error"})
    trainer.advance_steps(3)
    trainer.reset()
    assert (trainer.step, trainer.dataset.input_count) == (0, 2)


def headless(capsys: pytest.CaptureFixture[str], path: Path) -> tuple[int, str, str]:
    code = main.main(["--headless", "--spec", str(path), "--steps", "30"])
    streams = capsys.readouterr()
    return code, streams.out, streams.err


@pytest.fixture
def run_headless(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in main.BLAS_THREADS:
        monkeypatch.setenv(name, "1")
    return partial(headless, capsys)


def test_a_data_file_trains_without_a_window(file: Path, run_headless: Any) -> None:
    saved = file.parent / "run.toml"
    spec_of(file).save(saved)
    code, out, err = run_headless(saved)
    assert (code, err) == (0, "")
    assert out.startswith("30 steps; train loss")
    assert run_headless(saved) == (code, out, err)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (ROWS + "1,red\n", 'flowers.csv: line 62, column 3 ("species"): missing;'),
        (ROWS + "?,red,rose\n", 'flowers.csv: line 62, column "length": the value is missing;'),
        ("a,b\n1,2\n", 'flowers.csv: data.target: there is no column "species"'),
        ("", "flowers.csv: is empty"),
    ],
)
def test_a_bad_data_file_is_one_line_and_exit_code_2(
    file: Path, run_headless: Any, text: str, line: str
) -> None:
    saved = file.parent / "run.toml"
    spec_of(file).save(saved)
    file.write_text(text)
    code, out, err = run_headless(saved)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1


PRICES = "area,rooms,price\n" + "".join(
    f"{40 + 7 * i % 150},{1 + i % 6},{100_000 + 2_500 * (7 * i % 150) + 8_000 * (i % 6)}\n"
    for i in range(120)
)


def priced(folder: Path, *, standardize: bool) -> ExperimentSpec:
    """Return a small network on houses, made as for any table that is opened."""
    path = folder / "houses.csv"
    path.write_text(PRICES)
    table, spec = read_table(path), small_spec()
    chosen = replace(propose(table), standardize=standardize)
    source = FileSource(str(path), None, 0.25)
    return spec.with_changes(change_for_file(spec, source, chosen, plan_rows(table, chosen)))


def test_standardized_targets_are_those_of_the_table_by_the_training_rows(tmp_path: Path) -> None:
    plain = Trainer(priced(tmp_path, standardize=False)).dataset
    scaled = Trainer(priced(tmp_path, standardize=True)).dataset
    mean, deviation = plain.targets.mean(), plain.targets.std()
    assert plain.test_targets is not None
    assert scaled.test_targets is not None
    for raw, standardized in (
        (plain.targets, scaled.targets),
        (plain.test_targets, scaled.test_targets),
    ):
        np.testing.assert_allclose(standardized * deviation + mean, raw, rtol=1e-12)
    np.testing.assert_array_equal(plain.inputs, scaled.inputs)
    assert (plain.target_name, scaled.target_name) == ("price", "price, standardized")


def test_prices_are_learnt_as_they_are_proposed_and_not_without(tmp_path: Path) -> None:
    assert propose(read_table(_written(tmp_path))).standardize
    scores = {}
    for standardize in (False, True):
        trainer = Trainer(priced(tmp_path, standardize=standardize))
        trainer.change({"training.optimizer": {"kind": "sgd", "learning_rate": 0.03}})
        trainer.advance_steps(600)
        scores[standardize] = trainer.evaluate("test").r2
    assert scores[True] > 0.95
    assert not (scores[False] or -1.0) > 0.8


def _written(folder: Path) -> Path:
    path = folder / "houses.csv"
    path.write_text(PRICES)
    return path


def test_only_numbers_of_a_file_can_be_standardized(file: Path) -> None:
    classes = Trainer(spec_of(file, standardize_target=True)).dataset
    np.testing.assert_array_equal(classes.targets, Trainer(spec_of(file)).dataset.targets)
    with pytest.raises(SpecError, match=r"data\.standardize_target: only for kind 'file'"):
        small_spec().with_changes({"data.standardize_target": True})


def test_a_file_with_a_line_break_in_its_name_is_refused_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "two\nlines.csv"
    path.write_text("a,b\n1\n")
    with pytest.raises(DataError, match=r"two lines\.csv: line 2, column 2") as caught:
        read_table(path)
    assert len(str(caught.value).splitlines()) == 1
