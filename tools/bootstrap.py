"""Make the virtual environment that the Makefile's targets run in.

It creates the environment, installs the dependencies that pyproject.toml names at the versions of
constraints.txt, and sees to it that Qt can start. A stamp in the environment makes the next call
return at once; while the work is unfinished the stamp says so, and the next call starts afresh. The
script needs the standard library alone. It changes nothing but the environment and, where something
is missing and the user is root on a Debian-like system, the system's packages.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import probe_qt

TOOLS = Path(__file__).resolve().parent
PROJECT = TOOLS.parent / "pyproject.toml"
CONSTRAINTS = TOOLS / "constraints.txt"
PROBE = TOOLS / "probe_qt.py"

STAMP = "set-up.stamp"
UNFINISHED = "unfinished"

QT_PACKAGES = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
)
FONT_PACKAGES = ("fonts-dejavu-core",)
PACKAGES_FOR = {
    probe_qt.LIBRARY_MISSING: QT_PACKAGES,
    probe_qt.FONT_MISSING: FONT_PACKAGES,
    probe_qt.WINDOW_LIBRARY_MISSING: QT_PACKAGES,
}


class SetupError(Exception):
    """A set-up that cannot go on; the text is one line that says the way out."""


def set_up(environment: Path) -> None:
    """Bring ``environment`` up to date, or do nothing if it is.

    Raises:
        SetupError: if something is missing that cannot be installed from here.
    """
    stamp = environment / STAMP
    python = interpreter_of(environment)
    state = stamp.read_text("utf-8") if stamp.is_file() and python.exists() else ""
    fingerprint = compute_fingerprint()
    if state == fingerprint:
        return
    say(f"Setting up {environment} with Python {platform.python_version()}, once ...")
    if state == UNFINISHED or not is_usable(python):
        create(environment)
    stamp.write_text(UNFINISHED, "utf-8")
    install_dependencies(python)
    prepare_qt(python)
    stamp.write_text(fingerprint, "utf-8")
    say(f"{environment} is ready.")


def add_extra(environment: Path, extra: str) -> None:
    """Add an optional group of packages to an environment that is set up, or do nothing.

    Raises:
        SetupError: if pip fails.
    """
    stamp = environment / f"{extra}.stamp"
    fingerprint = compute_fingerprint()
    if stamp.is_file() and stamp.read_text("utf-8") == fingerprint:
        return
    say(f"Adding to {environment} what {extra} needs, once ...")
    install(interpreter_of(environment), optional_groups()[extra])
    stamp.write_text(fingerprint, "utf-8")


def say(text: str) -> None:
    """Print a line at once, so that it stands before what the package clients print."""
    print(text, flush=True)


def compute_fingerprint() -> str:
    """Return a digest of all that the contents of the environment follow from."""
    digest = hashlib.sha256(f"{sys.version} {platform.machine()}".encode())
    for path in (PROJECT, CONSTRAINTS, PROBE, Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def interpreter_of(environment: Path) -> Path:
    """Return where the environment has its interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_usable(python: Path) -> bool:
    """Tell whether an environment has pip and the Python version that runs this script."""
    if not python.exists():
        return False
    question = "import pip, platform; print(platform.python_version())"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == platform.python_version()


def create(environment: Path) -> None:
    """Create the environment in place of what may be there.

    Raises:
        SetupError: if Python has no venv module, or it fails.
    """
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        reason = f"Python {platform.python_version()} has no venv module"
        install_system_packages([venv_package()], reason)
    command = [sys.executable, "-m", "venv", "--clear", str(environment)]
    if subprocess.run(command, check=False).returncode != 0:
        raise SetupError(f"{environment} could not be created; the lines above say why.")


def venv_package() -> str:
    """Return the Debian package that gives this Python its venv module."""
    if Path(sys.executable).resolve() == Path("/usr/bin/python3").resolve():
        return "python3-venv"
    return f"python3.{sys.version_info.minor}-venv"


def install_dependencies(python: Path) -> None:
    """Install what running and developing need, as pyproject.toml names it.

    Raises:
        SetupError: if pip fails.
    """
    install(python, project()["dependencies"] + optional_groups()["dev"])


def project() -> dict[str, Any]:
    """Return what pyproject.toml says of the project."""
    described: dict[str, Any] = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    return described


def optional_groups() -> dict[str, list[str]]:
    """Return the requirements of every optional group by its name."""
    groups: dict[str, list[str]] = project()["optional-dependencies"]
    return groups


def install(python: Path, requirements: Sequence[str]) -> None:
    """Install ``requirements`` at the versions of constraints.txt.

    Raises:
        SetupError: if pip fails.
    """
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--constraint", str(CONSTRAINTS), *requirements]
    if subprocess.run(command, env=os.environ | {"PIP_USER": "0"}, check=False).returncode != 0:
        raise SetupError("The dependencies could not be installed; pip says why above.")


def prepare_qt(python: Path) -> None:
    """Install Qt's system libraries and a font where they are missing.

    Raises:
        SetupError: if Qt cannot start and this cannot be mended from here.
    """
    tried: list[int] = []
    while True:
        code, reason = probe(python)
        if code == 0:
            return
        packages = PACKAGES_FOR.get(code)
        if packages is None or code in tried or not sys.platform.startswith("linux"):
            raise SetupError(f"Qt does not start: {reason}")
        tried.append(code)
        try:
            install_system_packages(packages, f"Qt needs more of the system ({reason})")
        except SetupError as error:
            if code != probe_qt.WINDOW_LIBRARY_MISSING:
                raise
            say(f"Without a screen all is well, but a window under X11 will not open. {error}")
            return


def probe(python: Path) -> tuple[int, str]:
    """Return what probe_qt.py ends with under ``python`` and the last line it prints."""
    answer = subprocess.run([python, PROBE], capture_output=True, text=True, check=False)
    lines = (answer.stderr + answer.stdout).strip().splitlines()
    return answer.returncode, lines[-1] if lines else f"exit code {answer.returncode}"


def install_system_packages(packages: Sequence[str], reason: str) -> None:
    """Install Debian packages if the user may.

    Raises:
        SetupError: if the user may not or apt-get fails; the text holds the line to run.
    """
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise SetupError(f"{reason}. Debian's names for what is missing: {' '.join(packages)}")
    if os.geteuid() != 0:
        raise SetupError(f"{reason}. Run: sudo {line}")
    say(f"{reason}: installing {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # A package list of some other source may be out of reach; what counts is the installation.
    for command in ("apt-get update", line):
        outcome = subprocess.run(
            command.split(), env=environment, stdout=subprocess.DEVNULL, check=False
        )
    if outcome.returncode != 0:
        raise SetupError(f"{reason}, and this failed: {line}")


def main(arguments: Sequence[str]) -> int:
    """Set up the environment that the first argument names, with the extras that the others do.

    The result is the exit code.
    """
    environment = Path(arguments[0])
    try:
        set_up(environment)
        for extra in arguments[1:]:
            add_extra(environment, extra)
    except (SetupError, OSError) as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Set-up interrupted: the next call starts it afresh.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
