"""Claims about going back: it is exact, across steps, epochs, changes and hand-picked samples."""

from __future__ import annotations

import numpy as np
import pytest

from core import Trainer, UserError
from core.training.commands import Granularity
from core.training.travel import go_back, go_to, go_to_op, isolate
from tests.core.experiments import OPTIMIZERS, bits, readable, small_spec, small_trainer, value_of

GRANULARITIES: tuple[Granularity, ...] = ("op", "layer", "pass", "batch", "epoch")


def state(trainer: Trainer) -> tuple[object, ...]:
    """Return where a run is and everything that can be read there, bit for bit."""
    place = trainer.step, trainer.epoch, trainer.program.pc, trainer.last_loss
    rows = trainer.batch_rows.tobytes()
    gradient = trainer.network.grads.data.tobytes()
    parameters = trainer.network.params.data.tobytes()
    return (*place, rows, gradient, parameters, bits(trainer), readable(trainer))


def forward(trainer: Trainer, granularity: Granularity) -> None:
    {
        "op": trainer.advance_op,
        "layer": trainer.advance_layer,
        "pass": trainer.advance_phase,
        "batch": trainer.advance_step,
        "epoch": trainer.advance_epoch,
    }[granularity]()


@pytest.mark.parametrize("granularity", GRANULARITIES)
@pytest.mark.parametrize("kind", ["sgd", "momentum", "adamw"])
def test_back_passes_the_same_places_in_reverse(kind: str, granularity: Granularity) -> None:
    trainer = small_trainer({"training.optimizer.kind": kind})
    states = [state(trainer)]
    for _ in range(70 if granularity == "op" else 12):
        forward(trainer, granularity)
        states.append(state(trainer))
    for expected in reversed(states[:-1]):
        go_back(trainer, granularity)
        assert state(trainer) == expected
    for expected in states[1:]:
        forward(trainer, granularity)
        assert state(trainer) == expected


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_back_from_the_middle_of_a_run_replays_to_the_same_bits(kind: str) -> None:
    trainer, straight = (small_trainer({"training.optimizer.kind": kind}) for _ in range(2))
    trainer.advance_steps(1500)
    for step in (1499, 1450, 1023, 500):
        straight = small_trainer({"training.optimizer.kind": kind})
        straight.advance_steps(step)
        go_to(trainer, step, 0)
        assert state(trainer) == state(straight)
    straight.advance_steps(1000)
    trainer.advance_steps(1000)
    assert state(trainer) == state(straight)


def test_back_from_the_middle_of_a_step_goes_to_its_start() -> None:
    trainer = small_trainer()
    trainer.advance_steps(7)
    start = state(trainer)
    for _ in range(9):
        trainer.advance_op()
    go_back(trainer, "batch")
    assert state(trainer) == start


def test_there_is_nothing_before_the_first_step() -> None:
    trainer = small_trainer()
    for granularity in GRANULARITIES:
        with pytest.raises(UserError, match="begins here"):
            go_back(trainer, granularity)
    assert trainer.step == 0


def test_a_changed_setting_is_taken_back_and_comes_again_on_the_way_forward() -> None:
    trainer = small_trainer()
    trainer.advance_steps(10)
    trainer.change({"training.optimizer.learning_rate": 0.5})
    trainer.change({"network.layers": [{"units": 6}, {"units": 1, "activation": "sigmoid"}]})
    trainer.advance_steps(10)
    end = state(trainer)
    go_to(trainer, 5, 0)
    assert trainer.learning_rate == 0.1
    assert trainer.network.layout.widths == (2, 4, 3, 1)
    trainer.advance_steps(15)
    assert trainer.learning_rate == 0.5
    assert trainer.network.layout.widths == (2, 6, 1)
    assert state(trainer) == end


def test_a_change_after_going_back_takes_another_way() -> None:
    trainer, straight = small_trainer(), small_trainer()
    trainer.advance_steps(10)
    trainer.change({"training.optimizer.learning_rate": 0.5})
    trainer.advance_steps(10)
    go_to(trainer, 4, 0)
    straight.advance_steps(4)
    for each in (trainer, straight):
        each.change({"training.optimizer.learning_rate": 0.02})
        each.advance_steps(60)
    assert trainer.learning_rate == 0.02
    assert state(trainer) == state(straight)


def test_one_sample_alone_is_the_batch_of_the_next_step_only() -> None:
    trainer, single = small_trainer(), small_trainer()
    trainer.advance_steps(2)
    single.advance_steps(2)
    isolate(trainer, 17)
    trainer.advance_op()
    np.testing.assert_array_equal(trainer.batch_rows, [17])
    np.testing.assert_array_equal(trainer.value("x"), trainer.dataset.inputs[[17]])
    loss = trainer.advance_step()
    a3, y = value_of(trainer, "a3"), value_of(trainer, "y")
    assert a3.shape == y.shape == (1, 1)
    # The mean over one sample is that sample's loss: binary cross-entropy by its definition.
    expected = -y * np.log(a3) - (1 - y) * np.log(1 - a3)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    single.advance_step()
    trainer.advance_op()
    single.advance_op()
    np.testing.assert_array_equal(trainer.batch_rows, single.batch_rows)


def test_going_back_gives_the_step_its_whole_batch_again() -> None:
    for granularity in ("op", "batch"):
        trainer, straight = small_trainer(), small_trainer()
        trainer.advance_steps(40)
        straight.advance_steps(40)
        start = state(trainer)
        isolate(trainer, 2)
        trainer.advance_step()
        while trainer.program.pc or trainer.step > 40:
            go_back(trainer, granularity)
        assert trainer.assembly.feed.alone is None
        assert state(trainer) == start
        trainer.advance_steps(30)
        straight.advance_steps(30)
        assert state(trainer) == state(straight)


def test_back_before_the_step_has_begun_takes_the_choice_of_a_sample_back() -> None:
    trainer = small_trainer()
    isolate(trainer, 1)
    go_back(trainer, "op")
    assert trainer.assembly.feed.alone is None
    assert trainer.assembly.feed.batch_size == 8


def test_within_a_step_any_op_can_be_gone_to() -> None:
    trainer = small_trainer()
    trainer.advance_steps(3)
    places = []
    for _ in trainer.program.ops:
        trainer.advance_op()
        places.append(state(trainer))
    for place in (4, 0, 11, 2, len(places) - 1, 7):
        go_to_op(trainer, place)
        assert state(trainer) == places[place]


def test_the_log_and_the_findings_are_those_of_the_step_gone_back_to() -> None:
    trainer = Trainer(small_spec(changes={"training.optimizer.learning_rate": 3.0}))
    straight = Trainer(small_spec(changes={"training.optimizer.learning_rate": 3.0}))
    trainer.advance_steps(300)
    straight.advance_steps(170)
    go_to(trainer, 170, 0)
    assert trainer.findings() == straight.findings()
    assert trainer.log.latest == straight.log.latest
    for name in ("steps", "train_loss", "rms_steps", "rms", "batch_loss"):
        np.testing.assert_array_equal(
            getattr(trainer.log.curves(), name), getattr(straight.log.curves(), name)
        )


LR, KIND = "training.optimizer.learning_rate", "training.optimizer.kind"


def test_a_halt_keeps_what_its_step_began_with() -> None:
    trainer = small_trainer({KIND: "adam"})
    trainer.advance_steps(2)
    m = trainer.assembly.state.arrays["m"].copy()
    trainer.change({LR: 1e308})
    trainer.advance_steps(1)
    assert trainer.halted is not None
    np.testing.assert_array_equal(trainer.keyframe().optimizer["m"], m)
    trainer.change({LR: 0.1})
    go_back(trainer, "batch")
    straight = small_trainer({KIND: "adam"})
    straight.advance_steps(2)
    for each in (trainer, straight):
        each.advance_steps(5)
    assert bits(trainer) == bits(straight)


@pytest.mark.parametrize(
    "changes",
    [
        ({KIND: "sgd"}, {KIND: "momentum"}),
        ({"network.layers[0].units": 2}, {"network.layers[0].units": 4}),
    ],
)
def test_several_changes_at_one_step_come_again_as_they_were(
    changes: tuple[dict[str, object], ...],
) -> None:
    trainer = small_trainer({KIND: "momentum"})
    trainer.advance_steps(10)
    for change in changes:
        trainer.change(change)
    trainer.advance_steps(5)
    end, marks = bits(trainer), trainer.log.marks
    go_to(trainer, 5, 0)
    trainer.advance_steps(10)
    assert bits(trainer) == end
    assert trainer.log.marks == marks


def test_a_number_changed_within_the_update_is_replayed_to_the_same_bits() -> None:
    trainer = small_trainer({KIND: "momentum"})
    trainer.advance_steps(3)
    while trainer.program.peek().name != "parameters":
        trainer.advance_op()
    trainer.change({LR: 5.0})
    trainer.advance_op()
    end = bits(trainer)
    go_back(trainer, "batch")
    trainer.advance_batch()
    assert bits(trainer) == end
    assert len(trainer.log.marks) == 1


def test_undoing_the_choice_of_a_sample_keeps_other_changes_at_that_step() -> None:
    trainer = small_trainer()
    trainer.advance_steps(3)
    trainer.change({LR: 0.5})
    isolate(trainer, 17)
    go_back(trainer, "op")
    assert trainer.assembly.feed.alone is None
    assert trainer.learning_rate == 0.5


def test_back_by_an_op_from_behind_a_step_on_one_sample_shows_that_step() -> None:
    trainer = small_trainer()
    trainer.advance_steps(3)
    isolate(trainer, 17)
    trainer.advance_step()
    end = bits(trainer)
    go_back(trainer, "op")
    np.testing.assert_array_equal(trainer.batch_rows, [17])
    trainer.advance_op()
    assert bits(trainer) == end


def test_a_sample_that_is_not_there_is_refused_and_changes_nothing() -> None:
    trainer = small_trainer()
    trainer.advance_op()
    trainer.advance_op()
    before = state(trainer)
    with pytest.raises(UserError, match="no training row"):
        isolate(trainer, 999)
    assert state(trainer) == before


def test_what_changes_nothing_keeps_the_way_forward() -> None:
    trainer = small_trainer()
    trainer.advance_steps(5)
    trainer.change({LR: 0.5})
    trainer.advance_steps(5)
    end = bits(trainer)
    go_to(trainer, 3, 0)
    trainer.change({LR: trainer.learning_rate})
    isolate(trainer, None)
    trainer.advance_steps(7)
    assert trainer.learning_rate == 0.5
    assert bits(trainer) == end


def test_the_trace_never_takes_another_branch_for_the_steps_start() -> None:
    trainer = small_trainer()
    trainer.advance_steps(10)
    trainer.advance_op()
    trainer.advance_step()
    go_to(trainer, 0, 0)
    trainer.change({LR: 2.0})
    trainer.advance_steps(11)
    assert not trainer.snapshot().trace.holds_start


def test_the_same_specification_adopted_again_is_a_change_that_is_never_thinned_out() -> None:
    trainer = small_trainer({KIND: "momentum"})
    spec = trainer.spec
    trainer.advance_steps(33)
    trainer.adopt(spec.with_changes({KIND: "sgd"}))
    trainer.adopt(spec)
    trainer.advance_steps(2)
    end = bits(trainer)
    trainer.advance_steps(6000)
    assert trainer.timeline.at(33) is not None
    go_to(trainer, 35, 0)
    assert bits(trainer) == end
