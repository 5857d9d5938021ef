"""Sentences: every op has one to read aloud, and what stands out is true of the numbers."""

from __future__ import annotations

import pytest

from core import Trainer
from core.explain.explanation import Explanation, explain
from core.presets import load_preset, presets
from tests.core.experiments import OPTIMIZERS, small_spec


def _explained(trainer: Trainer, name: str) -> Explanation:
    place = 0
    while trainer.advance_op().name != name:
        place += 1
    return explain(trainer.snapshot(), place)


def _assert_can_be_read_aloud(trainer: Trainer) -> None:
    for place in range(len(trainer.program.ops)):
        trainer.advance_op()
        explanation = explain(trainer.snapshot(), place)
        assert explanation.sentence.endswith(".")
        assert "{" not in explanation.sentence + explanation.title
        assert 20 < len(explanation.sentence) < 240
        assert explanation.title


@pytest.mark.parametrize("key", [preset.key for preset in presets()])
def test_every_op_of_every_preset_can_be_read_aloud(key: str) -> None:
    _assert_can_be_read_aloud(Trainer(load_preset(key)))


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_op_of_every_rule_can_be_read_aloud(kind: str) -> None:
    _assert_can_be_read_aloud(Trainer(small_spec(changes={"training.optimizer.kind": kind})))


def test_the_unit_with_the_largest_share_of_the_error_is_named() -> None:
    explanation = _explained(Trainer(load_preset("worked-example")), "da1")
    assert explanation.title == "error at the hidden units"
    assert explanation.sentence.endswith("Unit 2 gets most: its weight is the largest.")


def test_an_answer_below_its_target_is_called_too_low() -> None:
    explanation = _explained(Trainer(load_preset("one-neuron")), "dz1")
    assert explanation.sentence.endswith("The answer is too low.")


def test_nothing_stands_out_before_an_op_has_run() -> None:
    trainer = Trainer(load_preset("worked-example"))
    _explained(trainer, "dW2")
    ops = [op.name for op in trainer.program.ops]
    assert "gets most" not in explain(trainer.snapshot(), ops.index("da1")).sentence


def test_silent_units_are_counted() -> None:
    trainer = Trainer(load_preset("digits"))
    explanation = _explained(trainer, "a1")
    silent = int((trainer.value("a1")[0] == 0).sum())
    assert f"{silent} units answer 0, of 32." in explanation.sentence


def test_a_batch_says_over_how_many_samples_a_gradient_is_summed() -> None:
    explanation = _explained(Trainer(load_preset("spiral")), "dW2")
    assert "the sum over all 10 samples" in explanation.sentence


def test_layers_are_called_by_their_numbers_where_there_are_several() -> None:
    trainer = Trainer(load_preset("spiral"))
    assert _explained(trainer, "da1").title == "error at hidden layer 1"
