"""Draws the pictures of the README anew: ``python tools/pictures.py``, without a screen.

Each is the real window after what a user would do. Nothing changes but ``resources/screenshots``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["NABLASCOPE_SETTINGS"] = ""
sys.path.insert(0, str(ROOT))

from PySide6.QtWidgets import QApplication  # noqa: E402

from core import Trainer  # noqa: E402
from core.presets import load_preset  # noqa: E402
from gui.application import make_application  # noqa: E402
from gui.main_window import MainWindow  # noqa: E402
from gui.theme import apply_theme  # noqa: E402

FOLDER = ROOT / "resources" / "screenshots"
SIZE = (1280, 800)
SECONDS_AT_REST = 1.5


def draw(name: str, preset: str, steps: int, act: Callable[[MainWindow], None]) -> None:
    """Train ``preset`` for ``steps``, let ``act`` use the window, and save what it looks like."""
    trainer = Trainer(load_preset(preset))
    trainer.advance_steps(steps)
    window = MainWindow(trainer)
    window.resize(*SIZE)
    window.show()
    rest()
    act(window)
    rest()
    window.grab().save(str(FOLDER / name))
    window.close()


def rest() -> None:
    """Let the window live until nothing moves any more."""
    end = time.monotonic() + SECONDS_AT_REST
    while time.monotonic() < end:
        QApplication.processEvents()


def leave(window: MainWindow) -> None:
    """Do nothing."""


def step_back_to_the_hidden_layer(window: MainWindow) -> None:
    """Run op by op until the error has reached the hidden layer."""
    while window.session.snapshot is None or window.session.snapshot.trace.position < 11:
        window.session.step("op")
        while not window.session.is_idle():
            QApplication.processEvents()


def show_warnings(window: MainWindow) -> None:
    """Open the tab of the warnings."""
    window.right.show_warnings()


if __name__ == "__main__":
    apply_theme(make_application(), "dark")
    draw("window.png", "spiral", 4200, leave)
    draw("step.png", "worked-example", 0, step_back_to_the_hidden_layer)
    draw("warning.png", "deep-sigmoid", 1500, show_warnings)
