"""What commands do to a run, how far it goes on and where it pauses, without a thread."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pytest

from core import Remedy, Snapshot, Trainer
from core.diagnosis.breakpoints import Breakpoint
from core.training.commands import (
    Change,
    Command,
    Cure,
    Event,
    GoToOp,
    Isolate,
    Load,
    LookAt,
    Note,
    Pause,
    Redo,
    Refused,
    Reset,
    Run,
    SetBreakpoints,
    SetSpeed,
    Step,
    StepBack,
    Undo,
)
from core.training.helm import Helm
from core.training.snapshot import ALL_PARTS
from tests.core.runner_driver import spec, trained

RELU = Remedy("ReLU", "", {"network.layers[0].activation": "relu"})
AT_ONCE = 64


class Hand:
    """Somebody at the helm: gives commands, and has steps done that are due.

    Attributes:
        events: all that was told so far.
    """

    def __init__(self, **training: Any) -> None:
        self.helm = Helm(Trainer(spec(**training)))
        self.events: list[Event] = []
        self._picture: Snapshot | None = None

    def send(self, *commands: Command) -> Snapshot:
        """Have ``commands`` carried out; return what the run is then."""
        for command in commands:
            self.helm.obey(command)
        return self.look()

    def go_on(self, times: int = 1) -> Snapshot:
        """Have as many steps done as are due, some at once, so many ``times``."""
        for _ in range(times):
            self.helm.advance(self.helm.within_reach(AT_ONCE, perf_counter()))
        return self.look()

    def go_on_to_a_pause(self) -> Snapshot:
        while self.helm.state == "running":
            self.go_on()
        return self.look()

    def look(self) -> Snapshot:
        self.events += self.helm.events
        self.helm.events.clear()
        self._picture = self.helm.picture(ALL_PARTS, self._picture)
        return self._picture

    def lines(self, kind: type[Note | Refused]) -> list[str]:
        return [event.message for event in self.events if isinstance(event, kind)]


@pytest.fixture
def hand() -> Hand:
    return Hand()


# ---------------------------------------------------------------- going on


def test_nothing_is_due_until_the_run_is_told_to_go_on(hand: Hand) -> None:
    now = perf_counter()
    assert hand.helm.due(now) == hand.helm.within_reach(AT_ONCE, now) == 0
    hand.send(Run())
    assert hand.helm.within_reach(AT_ONCE, now) == AT_ONCE
    assert hand.go_on().step == AT_ONCE
    hand.send(Pause())
    assert hand.helm.due(perf_counter()) == 0


def test_step_while_running_pauses_first(hand: Hand) -> None:
    hand.send(Run())
    step = hand.go_on().step
    snapshot = hand.send(Step("op"))
    assert (snapshot.state, snapshot.step, snapshot.in_step) == ("paused", step, True)
    assert snapshot.trace.position == 1


def test_run_from_mid_step_finishes_that_step(hand: Hand) -> None:
    assert hand.send(Step("pass"), Step("layer")).in_step
    hand.send(Run())
    snapshot = hand.go_on()
    assert not snapshot.in_step
    assert np.array_equal(snapshot.parameters, trained(snapshot.step))


def test_step_epoch_stops_at_the_end_of_the_epoch(hand: Hand) -> None:
    hand.send(Step("epoch"))
    snapshot = hand.go_on_to_a_pause()
    assert (snapshot.epoch, snapshot.step) == (1.0, 3)


def test_run_after_an_epoch_step_goes_on_past_its_end(hand: Hand) -> None:
    hand.send(Step("epoch"), Run())
    assert hand.go_on().step == AT_ONCE


def test_an_epoch_step_that_is_started_anew_still_ends_with_its_epoch(hand: Hand) -> None:
    for _ in range(4):
        hand.send(Step("epoch"))
        hand.go_on_to_a_pause()
    hand.send(SetSpeed(1.0), Step("epoch"), Change({"seed": 5}), SetSpeed(None))
    snapshot = hand.go_on_to_a_pause()
    assert (snapshot.epoch, snapshot.spec.seed) == (1.0, 5)


def test_planned_length_pauses_the_run_there_and_play_goes_on() -> None:
    hand = Hand(steps=40)
    hand.send(Run())
    assert hand.go_on_to_a_pause().step == 40
    assert hand.lines(Note) == ["The planned 40 steps are done."]
    hand.send(Run())
    assert hand.go_on().step == 40 + AT_ONCE


def test_a_breakpoint_pauses_before_the_update_and_play_goes_on(hand: Hand) -> None:
    hand.send(SetBreakpoints((Breakpoint("step", step=7),)), Run())
    snapshot = hand.go_on_to_a_pause()
    assert (snapshot.step, snapshot.in_step) == (7, True)
    assert snapshot.trace.ops[snapshot.trace.position].phase == "update"
    assert "Breakpoint" in snapshot.hits[0].message
    assert hand.lines(Note) == [snapshot.hits[0].message]
    assert np.array_equal(snapshot.parameters, trained(7))
    hand.send(Run())
    snapshot = hand.go_on()
    assert snapshot.step == 7 + AT_ONCE
    assert snapshot.hits == ()
    assert np.array_equal(snapshot.parameters, trained(snapshot.step))


def test_a_breakpoint_comes_again_after_going_back(hand: Hand) -> None:
    hand.send(SetBreakpoints((Breakpoint("step", step=7),)))
    for _ in range(3):
        hand.send(Run())
        snapshot = hand.go_on_to_a_pause()
        assert (snapshot.step, snapshot.in_step) == (7, True)
        assert hand.send(StepBack("batch"), StepBack("batch")).step == 6


def test_a_step_by_hand_leaves_the_breakpoint_that_was_reached_behind(hand: Hand) -> None:
    hand.send(SetBreakpoints((Breakpoint("step", step=5),)), Run())
    assert hand.go_on_to_a_pause().hits
    snapshot = hand.send(Step("batch"))
    assert (snapshot.step, snapshot.hits) == (6, ())


def halted() -> Hand:
    """Return the helm of a run that has come to a number that is not finite."""
    hand = Hand(loss="half_squared_error", optimizer={"learning_rate": 1e200})
    hand.send(Change({"network.layers[1].activation": "linear"}), Run())
    hand.go_on_to_a_pause()
    return hand


def test_non_finite_number_pauses_before_the_update_and_says_so() -> None:
    hand = halted()
    snapshot = hand.look()
    assert snapshot.halted is not None
    assert snapshot.halted.kind == "non_finite"
    assert np.isfinite(snapshot.parameters).all()
    assert hand.lines(Note)[-1] == snapshot.halted.message
    told = len(hand.lines(Note))
    assert hand.send(Run()).state == "paused"
    assert hand.lines(Note)[told:] == [snapshot.halted.message]


def test_a_number_that_is_not_finite_names_the_place_of_the_op_that_wrote_it() -> None:
    hand = halted()
    snapshot = hand.look()
    assert snapshot.halted_at is not None
    op = snapshot.trace.ops[snapshot.halted_at]
    # What it read is finite, what it wrote is not.
    assert not all(np.isfinite(snapshot.trace.values[name]).all() for name in op.writes)
    snapshot = hand.send(StepBack("batch"))
    assert (snapshot.halted, snapshot.halted_at) == (None, None)


# ---------------------------------------------------------------- changes


def test_live_change_counts_and_keeps_weights(hand: Hand) -> None:
    snapshot = hand.send(Step("batch"), Change({"training": {"optimizer": {"learning_rate": 0.5}}}))
    assert snapshot.learning_rate == 0.5
    assert np.array_equal(snapshot.parameters, trained(1))


def test_refused_change_is_told_and_changes_nothing(hand: Hand) -> None:
    before = hand.look().spec
    assert hand.send(Change({"training": {"batch_size": 0}})).spec == before
    (event,) = hand.events
    assert isinstance(event, Refused)
    assert event.message.startswith("training.batch_size: ")


def test_changes_are_undone_and_redone_by_their_titles(hand: Hand) -> None:
    rate = "training.optimizer.learning_rate"
    snapshot = hand.send(Undo(), Redo())
    assert (snapshot.undo, snapshot.redo) == ("", "")
    assert hand.lines(Refused) == ["There is nothing to undo.", "There is nothing to redo."]
    hand.send(*(Change({rate: value}, gesture="drag") for value in (0.1, 0.2, 0.5)))
    hand.send(Step("batch"), Change({"data.kind": "moons"}))
    assert hand.send(Cure("slow", RELU)).undo == "ReLU"
    hand.send(Cure("slow", RELU))
    assert isinstance(hand.events[-1], Refused)
    snapshot = hand.send(Undo(), Undo())
    assert (snapshot.undo, snapshot.redo) == ("learning rate 0.5", "data set moons")
    assert (snapshot.step, snapshot.spec.data.kind) == (1, "circle")
    snapshot = hand.send(Undo())
    assert (snapshot.undo, snapshot.redo) == ("", "learning rate 0.5")
    assert snapshot.learning_rate == spec().training.optimizer.learning_rate


def test_structural_change_in_mid_step_is_told(hand: Hand) -> None:
    snapshot = hand.send(Step("op"), Change({"network.layers[0].units": 6}))
    assert not snapshot.in_step
    assert [type(event) for event in hand.events] == [Note]


def test_load_starts_anew_with_another_spec_and_looks_at_its_first_rows(hand: Hand) -> None:
    hand.send(LookAt(sample=3), LookAt(probe=("train", 7)), LookAt(quantity="weights"))
    snapshot = hand.send(Step("batch"))
    seen = snapshot.trace.sample, snapshot.probe.split, snapshot.probe.row
    assert (*seen, snapshot.histograms.quantity) == (3, "train", 7, "weights")
    snapshot = hand.send(Load(spec(batch_size=5)))
    assert (snapshot.state, snapshot.step, snapshot.spec.training.batch_size) == ("paused", 0, 5)
    seen = snapshot.trace.sample, snapshot.probe.split, snapshot.probe.row
    assert (*seen, snapshot.histograms.quantity) == (0, "test", 0, "weights")


# ---------------------------------------------------------------- going back


def test_back_at_the_beginning_is_refused_with_one_line(hand: Hand) -> None:
    assert hand.send(StepBack("op")).step == 0
    (event,) = hand.events
    assert isinstance(event, Refused)
    assert "The run begins here" in event.message


def test_one_sample_alone_is_marked_and_undone_by_back(hand: Hand) -> None:
    assert hand.send(Isolate(4)).alone == 4
    assert len(hand.send(Step("op")).trace.rows) == 1
    snapshot = hand.send(StepBack("op"))
    assert (snapshot.alone, len(snapshot.trace.rows)) == (None, 10)
    assert hand.send(Isolate(30)).alone is None
    assert isinstance(hand.events[-1], Refused)


# ---------------------------------------------------------------- failing


def test_a_run_that_has_failed_takes_nothing_but_a_start(hand: Hand) -> None:
    hand.send(Step("batch"))
    hand.helm.fail(RuntimeError("the disk is on fire"))
    refused: tuple[Command, ...] = (Run(), Step("op"), GoToOp(2), Undo(), Change({"seed": 5}))
    snapshot = hand.send(*refused)
    assert (snapshot.state, snapshot.step, snapshot.in_step) == ("failed", 1, False)
    assert len(hand.lines(Refused)) == len(refused)
    snapshot = hand.send(Reset())
    assert (snapshot.state, snapshot.step, snapshot.undo) == ("paused", 0, "")
