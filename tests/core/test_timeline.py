"""Claims about the timeline: what it keeps, how much of it, and how far back it reaches."""

from __future__ import annotations

import pytest

from core import Trainer
from core.training.keyframe import Keyframe
from core.training.timeline import RECENT, SPACING, Timeline
from core.training.travel import go_to
from tests.core.experiments import small_trainer


def frames(count: int, every: int = SPACING) -> list[Keyframe]:
    """Return keyframes of one run at every so many steps."""
    trainer = small_trainer()
    made = [trainer.keyframe()]
    for _ in range(count):
        trainer.advance_steps(every)
        made.append(trainer.keyframe())
    return made


def kept(timeline: Timeline, last: int) -> list[int]:
    return [step for step in range(last + 1) if timeline.at(step) is not None]


def test_the_last_thousand_steps_are_a_short_replay_away() -> None:
    trainer = small_trainer()
    trainer.advance_steps(5000)
    for step in range(5000 - RECENT, 5001):
        frame = trainer.timeline.latest(step)
        assert frame is not None
        assert step - frame.step < SPACING


def test_every_earlier_step_stays_within_reach() -> None:
    trainer = small_trainer()
    trainer.advance_steps(5000)
    assert trainer.timeline.earliest == 0
    for step in range(0, 5000, 100):
        frame = trainer.timeline.latest(step)
        assert frame is not None
        assert step - frame.step <= max(SPACING, (5000 - step) // 8)


def test_the_number_of_keyframes_grows_with_the_logarithm_of_the_steps() -> None:
    first, *rest = frames(50)
    timeline = Timeline(first)
    counts = {}
    for index in range(1, 20_001):
        step = index * SPACING
        frame = rest[index % 50]
        timeline.add(Keyframe(**{**vars(frame), "step": step}))
        if step in (64_000, 640_000):
            counts[step] = len(kept(timeline, step))
    assert counts[64_000] < 350
    assert counts[640_000] < counts[64_000] + 170


def test_changes_are_kept_however_old_they_are() -> None:
    trainer = small_trainer()
    trainer.advance_steps(37)
    trainer.change({"training.optimizer.learning_rate": 0.2})
    trainer.advance_steps(6000)
    frame = trainer.timeline.at(37)
    assert frame is not None
    assert frame.spec.training.optimizer.learning_rate == 0.2


def test_a_large_network_keeps_fewer_keyframes_within_its_memory() -> None:
    made = frames(200)
    limit = 20 * made[0].byte_count
    timeline = Timeline(made[0], byte_limit=limit)
    for frame in made[1:]:
        if frame.step >= timeline.next_due:
            timeline.add(frame)
    assert timeline.byte_count <= limit
    # As far apart as need be, from the first step to the last.
    assert timeline.earliest == 0
    assert timeline.latest(200 * SPACING).step > 150 * SPACING  # type: ignore[union-attr]


def test_room_is_made_before_a_keyframe_comes_that_would_not_fit() -> None:
    made = frames(40)
    size = made[0].byte_count
    timeline = Timeline(made[0], byte_limit=3 * size)
    for frame in made[1:]:
        if frame.step >= timeline.next_due:
            timeline.make_room()
            assert timeline.byte_count + size <= 3 * size
            timeline.add(frame)
            assert timeline.at(frame.step) is frame
    assert len(kept(timeline, made[-1].step)) >= 2


def test_what_is_forgotten_is_not_found_again() -> None:
    first, *rest = frames(6)
    timeline = Timeline(first)
    for frame in rest:
        timeline.add(frame)
    timeline.forget_after(3 * SPACING)
    assert kept(timeline, 10 * SPACING) == [0, SPACING, 2 * SPACING, 3 * SPACING]
    assert timeline.next_due == 4 * SPACING


@pytest.mark.parametrize("step", [0, 31, 32, 33, 700])
def test_after_reset_the_timeline_begins_anew(step: int) -> None:
    trainer: Trainer = small_trainer()
    trainer.advance_steps(step)
    trainer.reset()
    assert trainer.timeline.latest(step).step == 0  # type: ignore[union-attr]
    trainer.advance_steps(40)
    go_to(trainer, 12, 0)
    assert trainer.step == 12
