"""Claims about keyframes: from one, the run goes on as if it had never been anywhere else."""

from __future__ import annotations

import numpy as np
import pytest

from core import Trainer
from tests.core.experiments import OPTIMIZERS, bits, readable, small_trainer

CHANGES = {"training.optimizer.kind": "adam"}


def run(trainer: Trainer, steps: int) -> tuple[bytes, ...]:
    for _ in range(steps):
        trainer.advance_step()
    return bits(trainer)


@pytest.mark.parametrize("at", [0, 3, 4, 7, 11])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_replay_from_a_keyframe_gives_the_same_bits(kind: str, at: int) -> None:
    trainer = small_trainer({"training.optimizer.kind": kind})
    run(trainer, at)
    frame = trainer.keyframe()
    end = run(trainer, 10)
    trainer.restore(frame)
    assert trainer.step == at
    assert run(trainer, 10) == end


@pytest.mark.parametrize("ops", [1, 5, 12])
def test_restore_works_from_the_middle_of_a_step_and_any_number_of_times(ops: int) -> None:
    trainer, straight = small_trainer(CHANGES), small_trainer(CHANGES)
    run(trainer, 6)
    frame = trainer.keyframe()
    end = run(straight, 9)
    for _ in range(3):
        for _ in range(ops):
            trainer.advance_op()
        trainer.restore(frame)
        assert (trainer.step, trainer.program.pc) == (6, 0)
        assert trainer.value("a1") is None
    assert run(trainer, 3) == end
    trainer.restore(frame)
    assert run(trainer, 3) == end


def test_a_keyframe_taken_in_mid_step_is_that_of_the_steps_start() -> None:
    trainer = small_trainer(CHANGES)
    run(trainer, 5)
    start = bits(trainer)
    for _ in trainer.program.ops[:-1]:
        trainer.advance_op()
        assert bits(trainer) == start


def test_running_back_op_by_op_shows_the_same_values_again() -> None:
    trainer = small_trainer(CHANGES)
    run(trainer, 5)
    frame = trainer.keyframe()
    history = []
    for _ in trainer.program.ops[:-1]:
        trainer.advance_op()
        history.append(readable(trainer))
    for position in reversed(range(len(history))):
        trainer.restore(frame)
        for _ in range(position + 1):
            trainer.advance_op()
        assert readable(trainer) == history[position]


def test_restore_works_into_another_trainer_wherever_it_is() -> None:
    one, other = small_trainer(CHANGES), small_trainer(CHANGES)
    run(one, 7)
    frame = one.keyframe()
    run(other, 2)
    other.advance_op()
    other.restore(frame)
    assert run(other, 6) == run(one, 6)


def test_restore_brings_back_the_specification_and_the_structure() -> None:
    trainer, straight = small_trainer(CHANGES), small_trainer(CHANGES)
    run(trainer, 3)
    frame = trainer.keyframe()
    trainer.change({"network.layers[0].units": 7, "training.optimizer.kind": "sgd"})
    run(trainer, 3)
    trainer.restore(frame)
    assert trainer.spec == straight.spec
    assert trainer.network.layers[0].units == 4
    assert run(trainer, 4) == run(straight, 7)


def test_a_keyframe_taken_after_live_changes_replays_in_a_fresh_trainer() -> None:
    trainer = small_trainer(CHANGES)
    run(trainer, 3)
    trainer.change({"training.batch_size": 5})
    trainer.change({"network.layers[1].units": 6, "data.noise": 0.3})
    run(trainer, 2)
    frame = trainer.keyframe()
    fresh = Trainer(frame.spec)
    fresh.restore(frame)
    assert run(fresh, 9) == run(trainer, 9)


def test_a_keyframe_taken_after_shuffling_was_turned_off_replays_in_a_fresh_trainer() -> None:
    trainer = small_trainer(CHANGES)
    run(trainer, 3)
    trainer.change({"training.shuffle": False})
    frame = trainer.keyframe()
    fresh = Trainer(frame.spec)
    fresh.restore(frame)
    assert run(fresh, 6) == run(trainer, 6)


def test_replay_is_exact_across_a_live_change_of_the_batch_size() -> None:
    trainer = small_trainer(CHANGES)
    run(trainer, 2)
    frame = trainer.keyframe()

    def rest() -> tuple[bytes, ...]:
        run(trainer, 1)
        trainer.change({"training.batch_size": 7})
        return run(trainer, 8)

    end = rest()
    trainer.restore(frame)
    assert trainer.spec.training.batch_size == 8
    assert rest() == end


def test_a_keyframe_is_a_copy_and_restoring_it_does_not_tie_it_to_the_run() -> None:
    trainer = small_trainer(CHANGES)
    frame = trainer.keyframe()
    kept = frame.parameters.copy()
    run(trainer, 3)
    np.testing.assert_array_equal(frame.parameters, kept)
    trainer.restore(frame)
    run(trainer, 3)
    np.testing.assert_array_equal(frame.parameters, kept)


def test_going_back_forgets_what_was_recorded_after_and_keeps_what_was_before() -> None:
    trainer = small_trainer()
    run(trainer, 22)
    frame = trainer.keyframe()
    trainer.advance_op()
    trainer.restore(frame)
    run(trainer, 7)
    trainer.restore(frame)
    run(trainer, 42)
    straight = small_trainer()
    run(straight, 64)
    again, once = trainer.snapshot().curves, straight.snapshot().curves
    for name in ("batch_steps", "batch_loss", "steps", "train_loss", "rms_steps", "rms"):
        np.testing.assert_array_equal(getattr(again, name), getattr(once, name), err_msg=name)


def test_a_snapshot_after_going_back_shows_the_loss_and_evaluation_of_that_moment() -> None:
    trainer = small_trainer()
    run(trainer, 6)
    then, frame = trainer.snapshot(), trainer.keyframe()
    run(trainer, 6)
    trainer.restore(frame)
    now = trainer.snapshot()
    assert now.loss == then.loss
    assert now.evaluation == then.evaluation
