"""The command line within one process: what is accepted, what is refused, and what is run."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import core
import main
from core import ExperimentSpec, Trainer
from core.presets import load_preset, presets

Opened = list[ExperimentSpec]


@pytest.fixture(autouse=True)
def _environment_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give back what the program sets in the environment."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open no window; return with which specifications one would have opened."""
    from gui import application

    specs: Opened = []

    def run(spec: ExperimentSpec) -> int:
        specs.append(spec)
        return 0

    monkeypatch.setattr(application, "run", run)
    return specs


@pytest.fixture
def spec_file(tmp_path: Path) -> Path:
    path = tmp_path / "run.toml"
    load_preset("moons").save(path)
    return path


def call(*arguments: str) -> int:
    """Return the exit code, whichever way the program ends."""
    try:
        return main.main(list(arguments))
    except SystemExit as end:
        return int(str(end.code))


def test_without_arguments_the_window_opens_on_the_spiral(opened: Opened) -> None:
    assert call() == 0
    assert opened == [load_preset("spiral")]


def test_the_window_opens_with_a_preset_or_a_file(opened: Opened, spec_file: Path) -> None:
    assert call("--preset", "digits") == 0
    assert call("--spec", str(spec_file)) == 0
    assert opened == [load_preset("digits"), load_preset("moons")]


def test_the_exit_code_of_the_window_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from gui import application

    monkeypatch.setattr(application, "run", lambda spec: 7)
    assert call() == 7


@pytest.mark.parametrize("arguments", [["--preset", "none"], ["--spec", "none.toml"]])
def test_a_mistake_opens_no_window(opened: Opened, arguments: list[str]) -> None:
    assert call(*arguments) == main.MISTAKE
    assert opened == []


def test_a_headless_run_prints_one_line(
    capsys: pytest.CaptureFixture[str], spec_file: Path
) -> None:
    assert call("--headless", "--spec", str(spec_file), "--steps", "12") == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("12 steps; train loss ")
    assert (len(printed.out.splitlines()), printed.err) == (1, "")


def test_a_headless_run_writes_what_it_is_told_to(tmp_path: Path) -> None:
    paths = {name: tmp_path / name for name in ("metrics", "findings")}
    options = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
    assert call("--headless", "--preset", "xor", "--steps", "30", *options) == 0
    assert all(path.stat().st_size for path in paths.values())


def test_the_picture_shows_the_trainer_that_was_trained(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from gui import application

    drawn: list[tuple[int, Path]] = []

    def draw(trainer: Trainer, path: Path) -> None:
        drawn.append((trainer.step, path))

    monkeypatch.setattr(application, "save_screenshot", draw)
    path = tmp_path / "window.png"
    arguments = ["--preset", "xor", "--steps", "15", "--screenshot", str(path)]
    assert call("--headless", *arguments) == 0
    assert drawn == [(15, path)]
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_presets_are_listed_with_their_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--list-presets") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [preset.key for preset in presets()]
    assert all(
        line.endswith(preset.sentence) for line, preset in zip(lines, presets(), strict=True)
    )


def test_the_version_is_that_of_the_core(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--version") == 0
    assert capsys.readouterr().out == f"nablascope {core.__version__}\n"


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--help") == 0
    printed = capsys.readouterr().out
    for name in ("preset", "spec", "headless", "steps", "metrics", "findings", "screenshot"):
        assert f"--{name}" in printed


HEADLESS = ["--headless", "--preset", "xor"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--nonsense"], "--nonsense"),
        (["stray"], "stray"),
        (["--pres", "xor"], "--pres"),
        (["--preset"], "--preset"),
        (["--preset", "xor", "--spec", "run.toml"], "--spec"),
        (["--steps", "5"], "--headless"),
        (["--metrics", "run.jsonl"], "--headless"),
        (["--findings", "f.json"], "--headless"),
        (["--screenshot", "w.png"], "--headless"),
        (["--headless"], "--preset"),
        (["--headless", "--steps", "5"], "--preset"),
        ([*HEADLESS, "--steps", "many"], "--steps"),
        ([*HEADLESS, "--steps", "1e3"], "expected a whole number"),
        ([*HEADLESS, "--steps", "0"], "--steps"),
        ([*HEADLESS, "--steps", "-3"], "--steps"),
        (HEADLESS, "--steps"),
        ([*HEADLESS, "--steps", "1", "--metrics", "no/such/folder/m"], "--metrics"),
        ([*HEADLESS, "--steps", "1", "--screenshot", "."], "--screenshot"),
        ([*HEADLESS, "--steps", "1", "--screenshot", "window"], "name a .png file"),
        (["--headless", "--preset", "none", "--steps", "1"], "spiral"),
        (["--headless", "--spec", "none.toml", "--steps", "1"], "none.toml"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(
    capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    assert call(*arguments) == main.MISTAKE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert named in printed.err
    assert "usage" not in printed.err


def test_a_refused_place_costs_no_training(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def train(*_: Any) -> None:
        raise AssertionError("it trains")

    monkeypatch.setattr(Trainer, "advance_step", train)
    place = str(tmp_path / "none" / "findings.json")
    assert call(*HEADLESS, "--steps", "5", "--findings", place) == main.MISTAKE


def test_no_output_goes_over_the_specification_or_the_data(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table, path = tmp_path / "table.csv", tmp_path / "run.toml"
    table.write_text("x,y\n1,a\n2,b\n3,a\n4,b\n")
    layers = [{"units": 2, "activation": "softmax"}]
    spec = {
        "data": {"kind": "file", "path": str(table), "target": "y"},
        "network": {"layers": layers},
        "training": {"loss": "cross_entropy"},
    }
    ExperimentSpec.from_dict(spec).save(path)
    for read in (table, path):
        before = read.read_text()
        arguments = ["--spec", str(path), "--steps", "5", "--metrics", str(read)]
        assert call("--headless", *arguments) == main.MISTAKE
        assert "is a file that this run reads" in capsys.readouterr().err
        assert read.read_text() == before


def test_without_a_display_it_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], opened: Opened
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        os.environ.pop(name, None)
    assert call() == main.MISTAKE
    printed = capsys.readouterr().err
    assert "--headless" in printed
    assert "QT_QPA_PLATFORM=offscreen" in printed
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        os.environ[name] = "offscreen"
        assert call() == 0
        del os.environ[name]
    assert len(opened) == 3


def missing_package() -> ImportError:
    return ImportError("No module named 'PySide6'", name="PySide6")


def missing_library() -> ImportError:
    return ImportError("libEGL.so.1: cannot open shared object file")


@pytest.mark.parametrize(
    ("error", "words"), [(missing_package, "make run"), (missing_library, "libegl1")]
)
def test_what_is_missing_of_qt_is_named_with_the_way_to_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Callable[[], ImportError],
    words: str,
) -> None:
    class Absent:
        """Finds nothing of Qt."""

        def find_spec(self, name: str, *_: Any) -> None:
            if name == "PySide6.QtSvg":
                raise error()

    monkeypatch.delitem(sys.modules, "PySide6.QtSvg", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Absent(), *sys.meta_path])
    assert call() == main.MISTAKE
    printed = capsys.readouterr().err
    assert words in printed
    assert len(printed.splitlines()) == 1


def test_an_old_python_is_told_which_one_it_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert call("--version") == main.MISTAKE
    assert (
        capsys.readouterr().err == "Nablascope needs Python 3.11 or newer; this is Python 3.9.2\n"
    )


def test_blas_gets_one_thread_unless_someone_asked_for_more() -> None:
    for name in main.BLAS_THREADS:
        os.environ.pop(name, None)
    os.environ["OMP_NUM_THREADS"] = "4"
    assert call("--version") == 0
    found = {name: os.environ[name] for name in main.BLAS_THREADS}
    assert found == {name: "4" if name.startswith("OMP") else "1" for name in main.BLAS_THREADS}


def test_an_error_of_the_program_is_one_line_and_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the disk\nis on fire")

    monkeypatch.setattr(Trainer, "advance_step", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert call(*HEADLESS, "--steps", "5") == main.FAILURE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert "RuntimeError: the disk is on fire" in printed.err
    (report,) = tmp_path.iterdir()
    assert str(report) in printed.err
    text = report.read_text("utf-8")
    for part in ("Traceback", "advance_step", core.__version__, 'kind = "xor"'):
        assert part in text


def test_control_c_ends_a_headless_run_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "advance_step", interrupt)
    assert call(*HEADLESS, "--steps", "5") == main.INTERRUPTED
    assert capsys.readouterr().err == ""


def test_control_c_while_the_program_is_loaded_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted:
        """Is asked for the core, and interrupted."""

        def find_spec(self, name: str, *_: Any) -> None:
            if name == "core":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "core")
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    assert call(*HEADLESS, "--steps", "5") == main.INTERRUPTED
    assert capsys.readouterr().err == ""


def test_a_reader_that_has_seen_enough_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Closed(io.StringIO):
        """A pipe that nobody reads any more: found out once what is buffered is handed on."""

        def flush(self) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    assert call("--list-presets") == main.FAILURE
    assert capsys.readouterr().err == ""


def test_without_a_stream_for_errors_a_mistake_is_still_an_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert call("--preset", "none") == main.MISTAKE
