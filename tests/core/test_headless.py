"""A run without a window writes what happened, and says in one line what it cannot do."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import ExperimentSpec, FileError, Trainer, UserError
from core.presets import load_preset
from core.training.headless import run_headless
from core.training.outputs import Outputs

KEYS = ["step", "epoch", "loss", "test_loss", "accuracy", "test_accuracy", "learning_rate"]


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True


def run(
    spec: ExperimentSpec, steps: int | None, outputs: Outputs | None = None
) -> tuple[Trainer, str, str]:
    """Return the trainer, what was printed, and what went to the progress stream."""
    trainer, out, progress = Trainer(spec), io.StringIO(), io.StringIO()
    run_headless(trainer, steps, outputs or Outputs(), out, progress)
    return trainer, out.getvalue(), progress.getvalue()


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def blown_up(steps: int = 0) -> ExperimentSpec:
    return ExperimentSpec.from_dict(
        {
            "data": {"kind": "plane", "samples": 60},
            "network": {
                "layers": [
                    {"units": 4, "activation": "relu"},
                    {"units": 1, "activation": "linear"},
                ]
            },
            "training": {
                "loss": "mean_squared_error",
                "steps": steps,
                "optimizer": {"learning_rate": 1e6},
            },
        }
    )


def test_the_run_has_the_bits_of_any_other_run() -> None:
    trainer, _, _ = run(load_preset("spiral"), 130)
    straight = Trainer(load_preset("spiral"))
    straight.advance_steps(130)
    assert trainer.step == 130
    np.testing.assert_array_equal(trainer.network.params.data, straight.network.params.data)


def test_there_is_a_line_per_evaluation_and_one_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    # 250 training rows in batches of 10: an epoch is 25 steps.
    trainer, _, _ = run(load_preset("spiral"), 60, Outputs(metrics=path))
    lines = lines_of(path)
    assert [list(line) for line in lines] == [KEYS] * 3
    assert [(line["step"], line["epoch"]) for line in lines] == [(25, 1), (50, 2), (60, 2)]
    test = trainer.evaluate("test")
    assert test is not None
    assert (lines[-1]["test_loss"], lines[-1]["test_accuracy"]) == (test.loss, test.accuracy)
    assert lines[-1]["learning_rate"] == 0.01


def test_a_run_that_ends_with_an_evaluation_has_it_once(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run(load_preset("spiral"), 50, Outputs(metrics=path))
    assert [line["step"] for line in lines_of(path)] == [25, 50]


def test_the_planned_length_counts_where_no_number_is_given() -> None:
    trainer, printed, _ = run(load_preset("xor").with_changes({"training.steps": 30}), None)
    assert trainer.step == 30
    assert printed.startswith("30 steps; train loss ")


def test_a_run_of_unknown_length_is_refused() -> None:
    with pytest.raises(UserError, match="--steps"):
        run(load_preset("xor"), None)


def test_what_is_printed_at_the_end_is_what_the_trainer_says() -> None:
    trainer, printed, _ = run(load_preset("spiral"), 10)
    train, test = trainer.evaluate("train"), trainer.evaluate("test")
    assert train is not None
    assert test is not None
    assert test.accuracy is not None
    assert f"train loss {train.loss:.4f}" in printed
    assert f"test accuracy {100 * test.accuracy:.1f} %" in printed
    assert len(printed.splitlines()) == 1


def test_a_regression_prints_r_squared_and_has_no_accuracy(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    _, printed, _ = run(load_preset("regression-sine"), 20, Outputs(metrics=path))
    assert "R²" in printed
    assert "accuracy" not in printed
    assert lines_of(path)[-1]["accuracy"] is None


def test_without_test_rows_there_is_no_test_loss(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    _, printed, _ = run(load_preset("worked-example"), 1, Outputs(metrics=path))
    assert "test" not in printed
    assert lines_of(path)[-1]["test_loss"] is None


def test_a_run_that_is_no_longer_finite_ends_there_and_says_so(tmp_path: Path) -> None:
    metrics, findings = tmp_path / "run.jsonl", tmp_path / "findings.json"
    trainer, printed, _ = run(blown_up(), 5000, Outputs(metrics, findings))
    assert trainer.halted is not None
    assert trainer.step < 5000
    assert f"stopped: {trainer.halted.message}" in printed
    assert lines_of(metrics)[-1]["step"] == trainer.step
    listed = json.loads(findings.read_text())
    assert "non_finite" in [finding["kind"] for finding in listed]


def test_numbers_that_json_cannot_say_are_null(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.jsonl"
    trainer = Trainer(blown_up())
    trainer.advance_step()
    trainer.network.params.data[:] = np.inf
    run_headless(trainer, 2, Outputs(metrics=path), io.StringIO(), io.StringIO())
    assert "NaN" not in path.read_text()
    assert "Infinity" not in path.read_text()
    assert lines_of(path)[-1]["loss"] is None


def test_findings_of_a_sick_run_have_their_remedies_as_changes(tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    trainer, _, _ = run(load_preset("deep-sigmoid"), 600, Outputs(findings=path))
    (listed,) = json.loads(path.read_text())
    (finding,) = trainer.findings()
    assert (listed["kind"], listed["layer"], listed["step"]) == ("vanishing", 1, finding.step)
    assert listed["cleared_step"] is None
    assert listed["message"] == finding.message
    for remedy in listed["remedies"]:
        assert trainer.spec.with_changes(remedy["changes"]) != trainer.spec


def test_a_healthy_run_has_an_empty_list_of_findings(tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    run(load_preset("xor"), 20, Outputs(findings=path))
    assert json.loads(path.read_text()) == []


def test_progress_is_drawn_on_a_terminal_only() -> None:
    assert run(load_preset("xor"), 20)[2] == ""
    terminal = Terminal()
    run_headless(Trainer(load_preset("xor")), 20, Outputs(), io.StringIO(), terminal)
    drawn = terminal.getvalue()
    assert "20 of 20 steps" in drawn
    assert drawn.endswith("\n")
    assert drawn.count("\n") == 1


@pytest.mark.parametrize("option", ["metrics", "findings", "screenshot"])
def test_a_place_that_cannot_be_written_is_refused_before_training(
    tmp_path: Path, option: str
) -> None:
    trainer = Trainer(load_preset("xor"))
    for path, words in ((tmp_path / "none" / "x", "no folder"), (tmp_path, "is a folder")):
        with pytest.raises(FileError, match=words) as refusal:
            run_headless(trainer, 5, Outputs(**{option: path}), io.StringIO(), io.StringIO())
        assert str(refusal.value).startswith(f"--{option}: ")
    assert trainer.step == 0


@pytest.mark.parametrize("option", ["metrics", "findings", "screenshot"])
def test_a_place_without_permission_is_refused_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    # Root, who runs tests in containers, may write everywhere.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileError, match=f"^--{option}: .*cannot be written"):
        Outputs(**{option: tmp_path / "x"}).check()


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"^--findings: "):
        Outputs(findings=tmp_path / ("x" * 5000)).check()


def test_nothing_is_written_over_what_the_run_reads(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    with pytest.raises(FileError, match=r"^--metrics: .*run\.toml' is a file that this run reads"):
        Outputs(metrics=tmp_path / "." / "run.toml").check([path])


def test_two_outputs_do_not_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    with pytest.raises(FileError, match=r"^--findings: .* is already the file of --metrics"):
        Outputs(metrics=path, findings=path).check()


class FullDisk(io.StringIO):
    """A file that opens and takes nothing."""

    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("option", ["metrics", "findings"])
def test_a_full_disk_is_one_line_that_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    path, trainer = tmp_path / "run.out", Trainer(load_preset("xor"))
    monkeypatch.setattr(Path, "open", lambda *_, **__: FullDisk())
    with pytest.raises(FileError) as refusal:
        run_headless(trainer, 5, Outputs(**{option: path}), io.StringIO(), io.StringIO())
    assert str(refusal.value) == f"{path}: cannot be written (No space left on device)"
