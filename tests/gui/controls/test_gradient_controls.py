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
