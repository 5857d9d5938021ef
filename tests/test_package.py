"""The installed program: one package in a clean environment, started from anywhere."""

from __future__ import annotations

import configparser
import importlib.metadata
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import core

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 60

Command = Callable[..., subprocess.CompletedProcess[str]]


def run(*words: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without what the tests' own process knows of the source tree."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Install the wheel into a new environment; return how its commands are called."""
    environment = tmp_path_factory.mktemp("environment")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    made = run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=elsewhere)
    assert made.returncode == 0, made.stderr
    scheme = {"base": str(environment), "platbase": str(environment)}
    scripts, packages = (
        Path(sysconfig.get_path(n, "venv", scheme)) for n in ("scripts", "purelib")
    )
    # The libraries are those that the tests have; nothing is fetched.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    options = ("--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", "--quiet")
    python = scripts / Path(sys.executable).name
    pip = (sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    installed = run(*pip, cwd=elsewhere)
    assert installed.returncode == 0, installed.stderr

    def call(name: str, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        return run(scripts / name, *arguments, cwd=elsewhere, **variables)

    return call


def test_the_wheel_is_one_package_with_its_notices_and_a_desktop_file(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    info = f"nablascope-{core.__version__}"
    assert tops == {"nablascope", f"{info}.dist-info", f"{info}.data"}
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]
    assert {f"{info}.dist-info/licenses/{name}" for name in ("LICENSE", "THIRD_PARTY.md")} < {
        *names
    }
    assert f"{info}.data/data/share/applications/nablascope.desktop" in names


def test_every_module_and_resource_of_the_source_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {ROOT / "main.py"}
    for folder, pattern in (("core", "*.py"), ("gui", "*.py"), ("resources", "*.*")):
        wanted |= set((ROOT / folder).rglob(pattern))
    not_shipped = {ROOT / "resources" / name for name in ("screenshots", "desktop")}
    for path in wanted:
        if not_shipped.isdisjoint(path.parents):
            assert f"nablascope/{path.relative_to(ROOT).as_posix()}" in names


def test_the_installed_program_trains_without_a_window_and_without_a_display(
    command: Command,
) -> None:
    done = command("nablascope", "--headless", "--preset", "digits", "--steps", "50")
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.startswith("50 steps; train loss ")


def test_the_installed_program_draws_its_window_with_fonts_and_icons(
    command: Command, tmp_path: Path
) -> None:
    picture = tmp_path / "window.png"
    options = ("--headless", "--preset", "xor", "--steps", "1", "--screenshot", picture)
    done = command("nablascope-cli", *options)
    assert (done.stderr, done.returncode) == ("", 0)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_both_commands_and_the_module_are_the_same_program(command: Command) -> None:
    version = f"nablascope {core.__version__}\n"
    assert command("nablascope", "--version").stdout == version
    assert command("nablascope-cli", "--version").stdout == version
    python = Path(sys.executable).name
    assert command(python, "-m", "nablascope", "--version").stdout == version


def test_the_installed_program_finds_its_presets(command: Command) -> None:
    done = command("nablascope", "--list-presets")
    assert (done.stderr, done.returncode) == ("", 0)
    listed = {line.split()[0] for line in done.stdout.splitlines()}
    assert listed == {path.stem for path in (ROOT / "resources" / "presets").glob("*.toml")}


def test_what_is_installed_gives_no_other_program_the_names_core_and_gui(
    command: Command,
) -> None:
    question = (
        "import importlib.util as u; print([n for n in ('core', 'gui', 'main') if u.find_spec(n)])"
    )
    assert command(Path(sys.executable).name, "-c", question).stdout == "[]\n"


def test_the_notices_name_every_font_data_set_and_library() -> None:
    notices = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    shipped = [
        *(path.stem for path in (ROOT / "resources" / "fonts").glob("*.otf")),
        *(path.name for path in (ROOT / "resources" / "datasets").glob("*.csv*")),
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    libraries = [re.split(r"[<>=;]", line)[0] for line in project["dependencies"]]
    # What is installed along with them counts as well.
    needed = {
        re.split(r"[^\w-]", line)[0]
        for library in libraries
        for line in importlib.metadata.requires(library) or ()
        if "extra ==" not in line
    }
    for name in (*shipped, *libraries, *needed):
        assert name.lower() in notices.lower(), name


def test_the_desktop_file_starts_the_command_with_the_icon_that_is_there() -> None:
    desktop = configparser.ConfigParser(interpolation=None)
    desktop.optionxform = str  # type: ignore[assignment, method-assign]
    desktop.read(ROOT / "resources" / "desktop" / "nablascope.desktop", "utf-8")
    entry = desktop["Desktop Entry"]
    assert (entry["Type"], entry["Exec"]) == ("Application", "nablascope")
    assert (ROOT / "resources" / "icons" / f"{entry['Icon']}.svg").is_file()


def test_the_icon_of_the_window_is_drawn_at_every_size(qapp: QApplication) -> None:
    icon = QIcon(str(ROOT / "resources" / "icons" / "nablascope.svg"))
    for side in (16, 32, 256):
        picture = icon.pixmap(QSize(side, side), 1.0).toImage()
        colors = {picture.pixelColor(x, y).name() for x in range(side) for y in range(side)}
        assert len(colors) > 3
