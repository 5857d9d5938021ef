"""Claims about the diagnosis and keyframes: a replay finds the same things at the same steps."""

from __future__ import annotations

import numpy as np
import pytest

from core import Finding, Trainer
from core.presets import load_preset

Described = tuple[object, ...]
# Long enough for the finding.
LENGTH = 700


def described(findings: tuple[Finding, ...]) -> list[Described]:
    return [(f.kind, f.layer, f.step, f.cleared_step, f.message, f.evidence) for f in findings]


def mended(trainer: Trainer) -> None:
    """Give the deep sigmoid network what clears its finding."""
    activations = {f"network.layers[{i}].activation": "relu" for i in range(10)}
    trainer.change({**activations, "training.optimizer.kind": "adam"})


@pytest.fixture(scope="module")
def straight() -> Trainer:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(LENGTH)
    return trainer


@pytest.mark.parametrize("at", [0, 7, 100, 215])
def test_a_replay_raises_findings_at_the_steps_of_the_straight_run(
    straight: Trainer, at: int
) -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(at)
    frame, then = trainer.keyframe(), described(trainer.findings())
    trainer.advance_steps(LENGTH - at)
    for _ in range(2):
        trainer.restore(frame)
        assert described(trainer.findings()) == then
        trainer.advance_steps(LENGTH - at)
        assert described(trainer.findings()) == described(straight.findings())
    (finding,) = straight.findings()
    assert finding.kind == "vanishing"
    assert finding.step > 100


def test_a_replay_in_another_trainer_raises_the_same_findings(straight: Trainer) -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(100)
    other = Trainer(load_preset("deep-sigmoid"))
    other.advance_steps(3)
    other.restore(trainer.keyframe())
    other.advance_steps(LENGTH - 100)
    assert described(other.findings()) == described(straight.findings())


def test_going_back_before_a_finding_forgets_it_and_after_it_has_it_again(
    straight: Trainer,
) -> None:
    (finding,) = straight.findings()
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(100)
    before = trainer.keyframe()
    trainer.advance_steps(finding.step - 100)
    after = trainer.keyframe()
    assert described(trainer.findings()) == described(straight.findings())
    trainer.restore(before)
    assert trainer.findings() == ()
    trainer.restore(after)
    assert described(trainer.findings()) == described(straight.findings())


def test_going_back_opens_a_finding_again_that_was_cleared_later() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(LENGTH)
    frame = trainer.keyframe()
    mended(trainer)
    trainer.advance_steps(10)
    (cleared,) = trainer.findings()
    assert cleared.cleared_step == LENGTH
    trainer.restore(frame)
    (open_again,) = trainer.findings()
    assert open_again.cleared_step is None


def test_marks_are_those_of_the_moment_that_was_restored() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(50)
    trainer.change({"training.optimizer.learning_rate": 0.2})
    trainer.advance_steps(50)
    frame, then = trainer.keyframe(), trainer.log.marks
    assert [mark.step for mark in then] == [50]
    trainer.change({"training.optimizer.learning_rate": 0.4})
    trainer.advance_steps(10)
    assert [mark.step for mark in trainer.log.marks] == [50, 100]
    trainer.restore(frame)
    assert trainer.log.marks == then
    assert trainer.snapshot().curves.marks == then


@pytest.mark.parametrize("at", range(490, 570, 10))
def test_a_replay_measures_what_the_straight_run_measured(straight: Trainer, at: int) -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(at)
    frame = trainer.keyframe()
    trainer.advance_steps(700 - at)
    (then,) = trainer.recorder.histories().values()
    trainer.advance_steps(200)
    for other in (trainer, Trainer(load_preset("deep-sigmoid"))):
        other.restore(frame)
        other.advance_steps(700 - at)
        (again,) = other.recorder.histories().values()
        np.testing.assert_array_equal(again.values, then.values)


def test_copies_are_known_to_be_copies_after_going_back_to_them() -> None:
    trainer = Trainer(load_preset("fail-zero-start"))
    trainer.advance_steps(100)
    frame = trainer.keyframe()
    then = described(trainer.findings())
    assert then[0][0] == "symmetric"
    other = Trainer(load_preset("spiral"))
    other.restore(frame)
    other.advance_steps(200)
    trainer.advance_steps(200)
    assert described(other.findings()) == described(trainer.findings())
    assert other.findings()[0].cleared_step is None


def test_the_first_error_signal_after_a_change_of_layers_is_that_of_the_next_step() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(50)
    layers = trainer.spec.to_dict()["network"]["layers"]
    trainer.change({"network.layers": layers[-4:]})
    assert trainer.recorder.error_signal.shape == (0,)
    trainer.advance_step()
    assert trainer.recorder.error_signal.shape == (4,)


@pytest.mark.parametrize("at", [2450, 2730])
def test_a_replay_far_beyond_the_length_that_is_judged_finds_the_same(at: int) -> None:
    straight = Trainer(load_preset("xor"))
    straight.advance_steps(at)
    frame = straight.keyframe()
    straight.change({"training.optimizer.learning_rate": 1000.0})
    straight.advance_steps(800)
    other = Trainer(load_preset("xor"))
    other.restore(frame)
    other.change({"training.optimizer.learning_rate": 1000.0})
    other.advance_steps(800)
    found = [finding for finding in other.findings() if finding.step > at]
    assert found
    assert found[0].step <= at + 500
    assert described(other.findings()) == described(straight.findings())
