"""The way of the gradient: where it comes from, and what is done to it before the update."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.controls.training_section import TrainingSection
from tests.gui.controls.column import Column, column_on

pytestmark = pytest.mark.usefixtures("dark")


def section(column: Column) -> TrainingSection:
    return column.panel.training


def opened(qtbot: QtBot, settings: dict[str, Any], group: str = "Gradient") -> Column:
    return column_on(qtbot, "circle", {"training": settings}, group)


@pytest.mark.parametrize(
    ("source", "has_numbers"),
    [
        ("central differences", False),
        ("evolution strategies", True),
        ("random search", True),
        ("feedback alignment", False),
    ],
)
def test_a_source_is_chosen_and_shows_the_numbers_that_it_uses(
    qtbot: QtBot, source: str, has_numbers: bool
) -> None:
    column = opened(qtbot, {})
    column.choose("Gradient source", source)
    assert column.spec.training.gradient_source == source.replace(" ", "_")
    assert column.undo_title == f"gradient source {source}"
    assert section(column).gradient.population.isVisible() == has_numbers
    column.press("Gradient")
    assert section(column).techniques.line() == source


def test_population_and_sigma_are_typed(qtbot: QtBot) -> None:
    column = opened(qtbot, {"gradient_source": "evolution_strategies"})
    column.enter("Population", "8")
    column.enter("Sigma", "0.5")
    made = column.spec.training
    assert (made.population, made.sigma) == (8, 0.5)
    assert column.undo_title == "sigma 0.5"
    column.enter("Sigma", "0")
    assert column.news.startswith("training.sigma: expected a number > 0")
    assert section(column).gradient.sigma.text() == "0.5"
    column.enter("Population", "7")
    assert column.news.startswith("training.population: ")
    assert column.spec.training.population == 8


@pytest.mark.parametrize(
    ("name", "key", "title", "summary"),
    [
        ("Clip norm", "clip_norm", "clipping by norm", "norm"),
        ("Clip value", "clip_value", "clipping by value", "value"),
    ],
)
def test_a_gradient_is_clipped_and_it_is_said_how_often(
    qtbot: QtBot, name: str, key: str, title: str, summary: str
) -> None:
    column = opened(qtbot, {})
    assert section(column).gradient.caption() == ""
    column.enter(name, "1e-7")
    assert getattr(column.spec.training, key) == 1e-7
    assert column.undo_title == f"{title} 1e-07"
    column.step()
    # No gradient of an untrained net is as small as that.
    assert section(column).gradient.caption() == "Clipped in 100 % of recent steps."
    column.press("Gradient")
    assert section(column).techniques.line() == f"{summary} 1e−7"
    column.press("Gradient")
    slider = getattr(section(column).gradient, key)
    column.key(slider.track, Qt.Key.Key_Home)
    assert getattr(column.spec.training, key) == 0
    assert column.undo_title == f"{title} off"
    assert section(column).gradient.caption() == ""


def test_patience_is_counted_up_and_the_wait_is_told(qtbot: QtBot) -> None:
    column = opened(qtbot, {}, "Regularization")
    group = section(column).regularization
    assert group.patience.field.text() == "off"
    column.click(group.patience.plus)
    assert column.spec.training.patience == 1
    column.enter("Patience", "1000")
    assert column.spec.training.patience == 1000
    assert column.undo_title == "patience 1000"
    best = column.step(200).wait.best
    assert best is not None
    assert f"at step {best.step:,}" in group.caption()
    assert "of 1,000 evaluations since" in group.caption()
    column.press("Regularization")
    assert section(column).techniques.line() == "patience 1,000"
    column.press("Regularization")
    column.enter("Patience", "off")
    assert column.spec.training.patience == 0


def test_patience_without_test_rows_is_refused_in_one_line(qtbot: QtBot) -> None:
    column = column_on(qtbot, "circle", {"data.test_fraction": 0.0}, "Regularization")
    column.click(section(column).regularization.patience.plus)
    assert column.news.startswith("training.patience: ")
    assert column.spec.training.patience == 0
    assert section(column).regularization.patience.value() == 0


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
