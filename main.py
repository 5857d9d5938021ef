"""The command line: arguments, then the window or a run without one.

Everything that may be missing on a machine (libraries, a display) is found out here and said in
one line. NumPy is imported after the environment for BLAS is set: on small matrices several BLAS
threads cost many times more than they bring.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from core import ExperimentSpec

OLDEST_PYTHON = (3, 11)
BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
FAILURE, MISTAKE, INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Reports a mistake as one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Print ``message`` and exit."""
        sys.exit(_complain(message))


def main(arguments: list[str] | None = None) -> int:
    """Run the program; return its exit code.

    0, or 2 after a mistake of the user, 1 after an error of the program, 130 after Ctrl+C.
    """
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        return _complain("Nablascope needs Python 3.11 or newer; this is Python " + found)
    for name in BLAS_THREADS:
        os.environ.setdefault(name, "1")
    _prepare_streams()
    options = _parse(arguments)
    try:
        import core
    except ImportError as error:
        return _complain(f"{error.name} is missing; `make run` installs all that is needed")
    except KeyboardInterrupt:
        return INTERRUPTED
    try:
        code = _dispatch(options, core.__version__)
        sys.stdout.flush()
        return code
    except core.UserError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads what is printed has seen enough, as `head` has; nor can the end be printed.
        sys.stdout = io.StringIO()
        return FAILURE
    except Exception as error:
        return _report(error, options, core.__version__)


def _prepare_streams() -> None:
    """Let nothing that is printed fail: a stream may be missing or know few characters."""
    # A program without a console has None in their place on Windows.
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = _Parser(
        prog="nablascope",
        description="Watch a neural network learn and take its backpropagation apart.",
        allow_abbrev=False,
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--preset", metavar="NAME", help="start with one of the presets")
    source.add_argument("--spec", metavar="FILE", type=Path, help="start with a TOML or JSON file")
    parser.add_argument("--list-presets", action="store_true", help="list the presets and exit")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument("--headless", action="store_true", help="train without a window")
    parser.add_argument(
        "--steps", type=_whole_number, metavar="N", help="headless: how many steps to train"
    )
    for name, content in (
        ("metrics", "the metrics, one JSON object a line"),
        ("findings", "what went wrong, as a JSON list"),
        ("screenshot", "a picture of the window after the run"),
    ):
        parser.add_argument(
            f"--{name}", type=Path, metavar="FILE", help=f"headless: write {content}"
        )
    options = parser.parse_args(arguments)
    if not options.headless:
        for name in ("steps", "metrics", "findings", "screenshot"):
            if getattr(options, name) is not None:
                parser.error(f"--{name} goes with --headless")
    return options


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        message = f"expected a whole number, got {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def _dispatch(options: argparse.Namespace, version: str) -> int:
    if options.version:
        print(f"nablascope {version}")
        return 0
    if options.list_presets:
        from core.presets import presets

        for preset in presets():
            print(f"{preset.key:<20} {preset.sentence}")
        return 0
    return _run_headless(options) if options.headless else _open_window(options)


def _run_headless(options: argparse.Namespace) -> int:
    from core import Trainer, UserError
    from core.training.headless import run_headless
    from core.training.outputs import Outputs

    if options.preset is None and options.spec is None:
        raise UserError("--headless: say what to train with --preset NAME or --spec FILE")
    if options.steps is not None and options.steps < 1:
        raise UserError(f"--steps: expected a number >= 1, got {options.steps}")
    outputs = Outputs(options.metrics, options.findings, options.screenshot)
    spec = _spec(options)
    outputs.check(Path(path) for path in (options.spec, spec.data.path) if path is not None)
    if outputs.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if problem := _qt_problem():
            raise UserError(f"--screenshot: {problem}")
        from gui.application import check_screenshot

        check_screenshot(outputs.screenshot)
    trainer = Trainer(spec)
    run_headless(trainer, options.steps, outputs, sys.stdout, sys.stderr)
    if outputs.screenshot is not None:
        from gui.application import save_screenshot

        save_screenshot(trainer, outputs.screenshot)
    return 0


def _open_window(options: argparse.Namespace) -> int:
    spec = _spec(options)
    if problem := _display_problem() or _qt_problem():
        return _complain(problem)
    from gui.application import run

    return run(spec)


def _spec(options: argparse.Namespace) -> ExperimentSpec:
    from core import ExperimentSpec
    from core.presets import load_preset

    if options.spec is not None:
        return ExperimentSpec.load(options.spec)
    return load_preset(options.preset or "spiral")


def _display_problem() -> str:
    """Return what is wrong with the display, or "" if a window can be opened."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"):
        return ""
    return (
        "no display found: train without a window with --headless --preset NAME --steps N, "
        "or set QT_QPA_PLATFORM=offscreen"
    )


def _qt_problem() -> str:
    """Return what of Qt is missing on this machine, or ""."""
    try:
        import PySide6.QtSvg
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        if error.name and error.name.partition(".")[0] in ("PySide6", "shiboken6"):
            return "PySide6 is missing; `make run` installs all that is needed"
        return (
            f"Qt cannot be loaded ({error}); on Debian or Ubuntu: apt-get install "
            "libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0"
        )
    return ""


def _report(error: Exception, options: argparse.Namespace, version: str) -> int:
    """Print one line about an error of the program; the whole report goes to a file."""
    from core import UserError
    from core.error_report import error_report, write_report

    trace = "".join(traceback.format_exception(error))
    try:
        spec = _spec(options)
    except UserError:
        spec = None
    try:
        place = f"the report is in {write_report(error_report(trace, spec, version=version))}"
    except OSError as reason:
        place = f"its report cannot be written ({reason.strerror})"
    _complain(f"an unexpected error, {type(error).__name__}: {error}; {place}")
    return FAILURE


def _complain(message: str) -> int:
    """Print one line to stderr and return the exit code of a mistake."""
    sys.stderr.write(" ".join(message.splitlines()) + "\n")
    return MISTAKE


if __name__ == "__main__":
    sys.exit(main())
