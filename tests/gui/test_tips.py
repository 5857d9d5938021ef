"""A sentence for every control that is known by its name."""

from __future__ import annotations

import pytest

from gui.tips import SENTENCES, tip


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Optimizer", "Optimizer"),
        ("Units of hidden 3", "Units of"),
        ("Activation", "Activation"),
        ("Activation of hidden 1", "Activation of"),
        ("Learning rate slider", "Learning rate slider"),
    ],
)
def test_a_sentence_begins_with_the_whole_name(name: str, key: str) -> None:
    assert tip(name) == f"{name}: {SENTENCES[key]}"


@pytest.mark.parametrize("name", ["", "Learning", "Losses", "units of hidden 1"])
def test_what_is_not_known_has_no_sentence(name: str) -> None:
    assert tip(name) == ""
