"""The way of the gradient: where it comes from, and what is done to it before the update."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.controls.training_section import TrainingSection
from tests.gui.controls.column import Column, column_on

pytestmark = pytest.mark.usefixtures("dark")


def section(column: Column) -> TrainingSection:
    return column.panel.training


def opened(qtbot: QtBot, settings: dict[str, Any], group: str = "Gradient") -> Column:
    return column_on(qtbot, "circle", {"training": settings}, group)


def test_gradients_are_stored_in_fewer_bits_and_the_loss_scaled(qtbot: QtBot) -> None:
    column = opened(qtbot, {})
    group = section(column).gradient
    assert not group.loss_scale.isVisible()
    column.choose("Gradient storage", "float16")
    assert column.spec.training.gradient_storage == "float16"
    assert column.undo_title == "float16 gradients"
    column.enter("Loss scale", "1024")
    assert column.spec.training.loss_scale == 1024
    assert column.undo_title == "loss scale 1024"
    column.press("Gradient")
    assert section(column).techniques.line() == "float16 × 1,024"
