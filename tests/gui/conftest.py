"""What the tests of the whole window share: a window that is open, and someone at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import ExperimentSpec
from core.presets import load_preset
from gui.theme import apply_theme
from tests.gui.driver import Driver, OpenWindow


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[OpenWindow]:
    """Open windows on presets or specifications, in the dark theme."""
    apply_theme(qapp, "dark")

    def open_one(what: str | ExperimentSpec) -> Driver:
        return Driver(qtbot, load_preset(what) if isinstance(what, str) else what)

    yield open_one
    apply_theme(qapp, "dark")


@pytest.fixture
def driver(open_window: OpenWindow) -> Driver:
    """Return someone at a window on the spiral."""
    return open_window("spiral")
