"""The waterfall card: what it says of a weight, op by op, and what it lights up."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import Snapshot, Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from gui.panels.waterfall_card import WaterfallCard
from gui.theme import apply_theme


@pytest.fixture
def card(qtbot: QtBot, qapp: QApplication) -> WaterfallCard:
    apply_theme(qapp, "dark")
    card = WaterfallCard()
    qtbot.addWidget(card)
    card.resize(419, 232)
    card.show()
    return card


def after(preset: str, name: str) -> Snapshot:
    trainer = Trainer(load_preset(preset))
    while trainer.advance_op().name != name:
        pass
    return trainer.snapshot()


def test_it_says_how_far_the_error_has_come(card: WaterfallCard) -> None:
    for name, words in (
        ("loss", "the error has not set out yet"),
        ("da1", "so far −0.01661"),
        ("dW1", "gradient −0.001886"),
    ):
        snapshot = after("worked-example", name)
        card.show_snapshot(None, snapshot)
        assert words in card.describe(snapshot)


def test_with_several_samples_their_share_stands_beside_the_batch(card: WaterfallCard) -> None:
    snapshot = after("spiral", "dW1")
    card.show_snapshot(None, snapshot)
    words = card.describe(snapshot)
    assert "this sample" in words
    assert "all 10 samples" in words


def test_a_factor_of_zero_is_named(card: WaterfallCard) -> None:
    spec = load_preset("worked-example").with_changes(
        {
            "network.layers[0].activation": "relu",
            "network.layers[0].biases": [-5.0, 0.35],
        }
    )
    trainer = Trainer(spec)
    while trainer.advance_op().name != "dW1":
        pass
    snapshot = trainer.snapshot()
    card.show_snapshot(None, snapshot)
    card.select_parameter(Reference("W1", (0, 0)))
    assert "no error comes through" in card.describe(snapshot)


def test_another_parameter_and_another_op_are_another_picture(card: WaterfallCard) -> None:
    snapshot = after("worked-example", "dW1")
    card.show_snapshot(None, snapshot)
    pictures = [card.view.grab().toImage()]
    card.select_parameter(Reference("W2", (0, 0)))
    pictures.append(card.view.grab().toImage())
    card.show_op(8)
    pictures.append(card.view.grab().toImage())
    card.point_at(Reference("da2", (0,)))
    pictures.append(card.view.grab().toImage())
    for index, picture in enumerate(pictures[1:]):
        assert picture != pictures[index]


@pytest.mark.parametrize("preset", ["one-neuron", "chain-rule", "digits", "deep-sigmoid", "iris"])
def test_every_kind_of_network_is_explained_at_every_op(card: WaterfallCard, preset: str) -> None:
    trainer = Trainer(load_preset(preset))
    for _ in trainer.program.ops:
        trainer.advance_op()
        snapshot = trainer.snapshot()
        card.show_snapshot(None, snapshot)
        card.grab()
        assert card.describe(snapshot).startswith("W₁[1, 1]: ")
