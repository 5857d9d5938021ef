"""The trace says why a number of the finished step stands as a question mark."""

from __future__ import annotations

from core import Trainer
from core.explain.explanation import explain
from core.explain.reference import Reference
from core.presets import load_preset
from gui.trace.spoken import explanation_in_words, sentence_of


def _sentence_of_mean(trainer: Trainer) -> tuple[str, str]:
    """Return what is said of Adam's running mean in the step that is finished, and its lines."""
    snapshot = trainer.snapshot()
    place = [op.name for op in snapshot.trace.ops].index("m")
    explanation = explain(snapshot, place, Reference("W1", (0, 0)))
    return sentence_of(explanation), explanation_in_words(explanation, 0)


def test_what_a_run_has_overwritten_is_said_to_be_lost_with_the_way_to_see_it() -> None:
    trainer = Trainer(load_preset("spiral"))
    trainer.advance_steps(5)
    sentence, lines = _sentence_of_mean(trainer)
    assert "0.9 × ?" in lines
    assert "overwritten" in sentence
    assert "forward by op" in sentence


def test_a_step_taken_by_op_has_nothing_overwritten() -> None:
    trainer = Trainer(load_preset("spiral"))
    trainer.advance_steps(4)
    while trainer.step < 5:
        trainer.advance_op()
    sentence, _ = _sentence_of_mean(trainer)
    assert "overwritten" not in sentence
