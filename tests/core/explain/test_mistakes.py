"""Predictions: how precise a right answer is, and which mistakes are known by their numbers."""

from __future__ import annotations

import math

import pytest

from core import Trainer
from core.explain.mistakes import (
    Question,
    agrees,
    hidden_names,
    judge,
    question_about,
    significant_digits,
)
from core.presets import load_preset, presets
from tests.core.experiments import OPTIMIZERS, small_spec


def _question(trainer: Trainer, name: str) -> Question:
    place = 0
    while trainer.advance_op().name != name:
        place += 1
    question = question_about(trainer.snapshot(), place)
    assert question is not None
    return question


def _worked(name: str) -> Question:
    return _question(Trainer(load_preset("worked-example")), name)


@pytest.mark.parametrize(
    ("answer", "digits", "verdict"),
    [
        (-0.0166109, 6, "right"),
        (-0.01661, 4, "right"),
        (-0.0166, 3, "right"),
        (-0.017, 2, "right"),
        (-0.016, 2, "right"),
        (-0.02, 1, "imprecise"),
        (-0.01671, 4, "wrong"),
        (0.01661, 4, "wrong"),
        (-0.0930516, 6, "mistake"),
    ],
)
def test_an_answer_is_right_in_the_digits_that_were_given(
    answer: float, digits: int, verdict: str
) -> None:
    question = _worked("da1")
    assert question.label == "∂L/∂a₁[1]"
    assert question.right == pytest.approx(-0.01661090, abs=5e-9)
    assert judge(question, answer, digits).verdict == verdict


@pytest.mark.parametrize(
    ("name", "mistake", "value"),
    [
        ("z1", "the bias forgotten", 0.275),
        ("z1", "only one path instead of the sum over all", 0.425),
        ("z2", "z used in place of a", 0.4 * 0.625 + 0.5 * 0.690 + 0.6),
        ("a1", "z used in place of a", 0.625),
        ("loss", "the factor ½ left out", 0.05411626),
        ("da2", "the sign wrong, target minus answer", 0.23262901),
        ("slope1…2", "the activation taken in place of its slope", 0.65135486),
        ("dz2", "the slope left out", -0.23262901),
        ("dz2", "a used in place of the slope", -0.23262901 * 0.76737099),
        ("dz1", "the slope left out", -0.01661090),
        ("dz1", "z used in place of a", -0.01661090 * 0.625 * 0.375),
        ("dW2", "z used in place of a", -0.04152725 * 0.625),
        ("dW2", "the slope left out", -0.23262901 * 0.65135486),
        ("da1", "the slope left out", 0.4 * -0.23262901),
        ("da1", "the updated weight used", 0.41352449 * -0.04152725),
        ("update", "the learning rate left out", -0.00188610),
        ("parameters", "the step added instead of subtracted", 0.15 - 0.00094305),
        ("parameters", "the learning rate left out", 0.15 + 0.00188610),
    ],
)
def test_the_usual_mistakes_in_the_worked_example_are_known(
    name: str, mistake: str, value: float
) -> None:
    question = _worked(name)
    assert dict(question.mistakes)[mistake] == pytest.approx(value, abs=2e-8)
    assert judge(question, round(value, 7), 5).mistake == mistake


def test_a_batch_is_asked_for_the_share_of_one_sample() -> None:
    trainer = Trainer(small_spec())
    question = _question(trainer, "dW2")
    error, before = (trainer.value(name)[0, 0] for name in ("dz2", "a1"))
    assert question.label == "this sample's share of ∂L/∂W₂[1, 1]"
    assert question.right == pytest.approx(error * before, rel=1e-12)
    assert dict(question.mistakes)["sum instead of mean"] == pytest.approx(8 * question.right)


def test_the_sum_over_paths_counts_all_of_them() -> None:
    trainer = Trainer(small_spec())
    question = _question(trainer, "da1")
    weights, error = trainer.value("W2"), trainer.value("dz2")[0]
    assert question.right == pytest.approx(float(weights[:, 0] @ error))
    only = dict(question.mistakes)["only one path instead of the sum over all"]
    assert only == pytest.approx(weights[0, 0] * error[0])


def test_a_squared_gradient_is_missed_where_the_square_is_forgotten() -> None:
    trainer = Trainer(small_spec(changes={"training.optimizer.kind": "adam"}))
    question = _question(trainer, "v")
    gradient = trainer.value("dW1")[0, 0]
    assert dict(question.mistakes)["the square forgotten"] == pytest.approx(0.001 * gradient)


def test_the_first_step_of_adam_without_bias_correction_is_known() -> None:
    trainer = Trainer(small_spec(changes={"training.optimizer.kind": "adam"}))
    question = _question(trainer, "update")
    plain = 0.1 * trainer.value("m")[0] / (math.sqrt(trainer.value("v")[0]) + 1e-8)
    found = dict(question.mistakes)["the bias correction forgotten"]
    assert found == pytest.approx(plain, rel=1e-4)


@pytest.mark.parametrize("key", [preset.key for preset in presets()])
def test_every_op_but_the_batch_has_a_question_and_its_right_answer(key: str) -> None:
    trainer = Trainer(load_preset(key))
    for place, op in enumerate(trainer.program.ops):
        trainer.advance_op()
        question = question_about(trainer.snapshot(), place)
        # Nor can be known what is drawn.
        if op.name in ("batch", "xn"):
            assert question is None
            continue
        assert question is not None
        assert question.label
        assert judge(question, question.right, 4).verdict == "right"
        assert all(math.isfinite(value) for _, value in question.mistakes)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_rule_has_questions_about_its_ops(kind: str) -> None:
    trainer = Trainer(small_spec(changes={"training.optimizer.kind": kind}))
    trainer.advance_step()
    for place, op in enumerate(trainer.program.ops):
        trainer.advance_op()
        if op.phase == "update":
            question = question_about(trainer.snapshot(), place)
            assert question is not None
            assert question.mistakes


def test_there_is_no_question_about_an_op_to_come() -> None:
    assert question_about(Trainer(small_spec()).snapshot(), 3) is None


def test_what_gives_a_hidden_value_away_is_hidden_too() -> None:
    trainer = Trainer(small_spec())
    places = {op.name: place for place, op in enumerate(trainer.program.ops)}
    trainer.advance_step()
    snapshot = trainer.snapshot()
    assert hidden_names(snapshot, places["da1"]) == {"da1"}
    assert hidden_names(snapshot, places["dW1"]) == {"dW1", "db1", "gradient"}
    assert hidden_names(snapshot, places["dz3"]) == {"dz3", "da3", "slope3"}


@pytest.mark.parametrize(
    ("text", "digits"),
    [("-0.0166", 3), ("0.50", 2), ("1.6e-2", 2), ("12", 2), ("0", 0), ("0.0", 0), ("100", 3)],
)
def test_significant_digits_are_counted_as_typed(text: str, digits: int) -> None:
    assert significant_digits(text) == digits


def test_numbers_agree_when_rounded_or_cut_off() -> None:
    assert agrees(0.67, 0.6659, 2)
    assert agrees(0.66, 0.6659, 2)
    assert not agrees(0.68, 0.6659, 2)
    assert not agrees(0.0, 0.6659, 2)
    assert not agrees(-0.67, 0.6659, 2)
