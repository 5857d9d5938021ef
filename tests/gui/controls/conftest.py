"""What the tests of the controls share: the dark theme, put on once for each file."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from gui.theme import apply_theme


@pytest.fixture(scope="module")
def dark(qapp: QApplication) -> None:
    """Put the dark theme on."""
    apply_theme(qapp, "dark")
