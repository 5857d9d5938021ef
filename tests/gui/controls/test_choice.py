"""A choice counts however it is made, and showing one is silent."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.controls.choice import Choice
from gui.controls.names import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS
from gui.theme import apply_theme


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


@pytest.fixture
def choice(qtbot: QtBot) -> Choice:
    choice = Choice({"a": "alpha", "b": "beta"}, name="Letter")
    qtbot.addWidget(choice)
    choice.show()
    return choice


def heard(choice: Choice) -> list[str]:
    keys: list[str] = []
    choice.selected.connect(keys.append)
    return keys


def test_keys_and_programs_choose_and_each_choice_is_told_once(
    qtbot: QtBot, choice: Choice
) -> None:
    keys = heard(choice)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    choice.setCurrentIndex(0)
    choice.setCurrentText("beta")
    assert keys == ["b", "a", "b"]


def test_showing_is_silent_and_the_same_choice_again_counts_after_it(choice: Choice) -> None:
    keys = heard(choice)
    choice.set_selected("b")
    choice.set_selected(None)
    assert keys == []
    choice.setCurrentIndex(1)
    assert keys == ["b"]


def test_other_options_come_without_a_signal(choice: Choice) -> None:
    keys = heard(choice)
    choice.set_options({"c": "gamma", "d": "delta"})
    assert [choice.itemText(i) for i in range(choice.count())] == ["gamma", "delta"]
    choice.set_selected("d")
    assert keys == []
    choice.setCurrentIndex(0)
    assert keys == ["c"]


@pytest.mark.parametrize("names", [ACTIVATIONS, OPTIMIZERS])
def test_names_match_their_keys_but_for_case_and_spaces(names: dict[str, str]) -> None:
    for key, name in names.items():
        assert name.lower().replace(" ", "_") == key


def test_every_name_is_its_own() -> None:
    for names in (ACTIVATIONS, OPTIMIZERS, INITIALIZERS, LOSSES):
        assert len(set(names.values())) == len(names)
