"""The set-up on machines that lack something: it goes on where it can and says what to do."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"
NO_EGL = "libEGL.so.1: cannot open shared object file: No such file or directory"
NO_CURSOR = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("bootstrap")


@pytest.fixture
def installed(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that the set-up runs on a Debian machine as root, where each succeeds."""
    commands: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(" ".join(command))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    return commands


def answer_in_turn(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, str]
) -> None:
    """Let the probe of Qt give these answers, one a call."""
    turns = iter(answers)
    monkeypatch.setattr(bootstrap, "probe", lambda _: next(turns))


def test_root_gets_the_libraries_and_the_font_that_are_missing(
    bootstrap: ModuleType, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_in_turn(bootstrap, monkeypatch, (3, NO_EGL), (4, "no font is installed"), (0, ""))

    bootstrap.prepare_qt(Path("python"))

    update, libraries, _, fonts = installed
    assert update.startswith("apt-get update")
    assert libraries.startswith("apt-get install -y")
    assert {"libegl1", "libgl1", "libxkbcommon0", "libxcb-cursor0"} <= set(libraries.split())
    assert "fonts-dejavu-core" in fonts.split()


def test_nothing_is_installed_where_qt_starts(
    bootstrap: ModuleType, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_in_turn(bootstrap, monkeypatch, (0, ""))

    bootstrap.prepare_qt(Path("python"))

    assert installed == []


def test_a_user_without_rights_is_told_the_line_to_run(
    bootstrap: ModuleType, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    answer_in_turn(bootstrap, monkeypatch, (3, NO_EGL))

    with pytest.raises(bootstrap.SetupError, match=r"libEGL\.so\.1.*Run: sudo apt-get install"):
        bootstrap.prepare_qt(Path("python"))

    assert installed == []


def test_a_library_that_only_windows_need_does_not_stop_the_set_up(
    bootstrap: ModuleType,
    installed: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    answer_in_turn(bootstrap, monkeypatch, (5, NO_CURSOR))

    bootstrap.prepare_qt(Path("python"))

    assert "libxcb-cursor0" in capsys.readouterr().out
    assert installed == []


def test_packages_that_do_not_help_end_the_set_up(
    bootstrap: ModuleType, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_in_turn(bootstrap, monkeypatch, (3, NO_EGL), (3, NO_EGL))

    with pytest.raises(bootstrap.SetupError, match="Qt does not start: libEGL"):
        bootstrap.prepare_qt(Path("python"))


def test_only_an_unfinished_environment_is_made_afresh_and_a_finished_one_is_left_alone(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = bootstrap.interpreter_of(tmp_path)
    python.parent.mkdir()
    python.touch()
    calls: list[str] = []
    interrupted = True

    def install(_: Path) -> None:
        calls.append("install")
        if interrupted:
            raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "is_usable", lambda _: True)
    monkeypatch.setattr(bootstrap, "create", lambda _: calls.append("create"))
    monkeypatch.setattr(bootstrap, "install_dependencies", install)
    monkeypatch.setattr(bootstrap, "prepare_qt", lambda _: calls.append("qt"))

    assert bootstrap.main([str(tmp_path)]) == 130
    assert calls == ["install"]
    interrupted = False
    assert bootstrap.main([str(tmp_path)]) == 0
    assert calls == ["install", "create", "install", "qt"]
    assert bootstrap.main([str(tmp_path)]) == 0
    assert calls == ["install", "create", "install", "qt"]


def test_what_only_the_benchmarks_need_is_added_once_and_only_when_asked_for(
    bootstrap: ModuleType, installed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = bootstrap.interpreter_of(tmp_path)
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(bootstrap, "is_usable", lambda _: True)
    monkeypatch.setattr(bootstrap, "create", lambda _: None)
    monkeypatch.setattr(bootstrap, "prepare_qt", lambda _: None)

    assert bootstrap.main([str(tmp_path)]) == 0
    (plain,) = installed
    assert "numpy" in plain
    assert "scikit-learn" not in plain
    for _ in range(2):
        assert bootstrap.main([str(tmp_path), "bench"]) == 0
    _, added = installed
    assert "scikit-learn" in added


def test_a_python_that_is_too_old_is_named_with_what_is_needed(tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell is not None
    old = tmp_path / "python3.9"
    old.write_text(
        '#!/bin/sh\ncase "$2" in *print*) echo 3.9.18 ;; *) exit 1 ;; esac\n', encoding="utf-8"
    )
    old.chmod(0o755)
    command = [shell, "tools/setup.sh", str(tmp_path / "environment"), old.as_posix()]

    result = subprocess.run(command, cwd=TOOLS.parent, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "needs Python 3.11 or newer" in result.stderr
    assert "is 3.9.18" in result.stderr
    assert not (tmp_path / "environment").exists()


def test_qt_starts_in_this_environment() -> None:
    probe = [sys.executable, str(TOOLS / "probe_qt.py")]

    assert subprocess.run(probe, capture_output=True, check=False).returncode in (0, 5)
