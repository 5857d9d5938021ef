"""The thread's protocol, without Qt: any order of commands, errors, reset, shutdown."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from time import perf_counter, sleep
from typing import Any

import numpy as np
import pytest

from core import Remedy, Trainer
from core.diagnosis.breakpoints import Breakpoint
from core.training.commands import (
    Answer,
    Ask,
    Change,
    Command,
    Cure,
    EndTrial,
    Failure,
    GoToOp,
    Isolate,
    Load,
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
    Try,
    Undo,
)
from core.training.runner import FOREVER, Runner
from core.training.snapshot import ALL_PARTS
from tests.core.runner_driver import PATIENCE, Driver, spec, trained


@pytest.fixture
def driver() -> Iterator[Driver]:
    runner = Runner(Trainer(spec()))
    runner.start()
    driver = Driver(runner)
    driver.wait(lambda: runner.has_mail)
    yield driver
    assert runner.shutdown(), "the thread did not end"


def test_first_snapshot_comes_before_any_command(driver: Driver) -> None:
    assert driver.look().state == "paused"
    assert driver.look().step == 0


def test_nothing_is_trained_without_a_grant(driver: Driver) -> None:
    driver.send(Run())
    assert driver.settle().state == "running"
    sleep(0.05)
    assert driver.look().step == 0


def test_a_slice_ends_and_publishes_a_snapshot(driver: Driver) -> None:
    driver.send(Run())
    driver.settle()
    driver.runner.grant(perf_counter() + 0.02)
    driver.wait(lambda: driver.look().step > 0)
    reached = driver.look().step
    sleep(0.05)
    assert driver.look().step == reached


def test_a_snapshot_that_is_to_come_can_be_waited_for(driver: Driver) -> None:
    driver.send(Run())
    driver.settle()
    assert driver.runner.take_snapshot(patience=0.001) is None
    for _ in range(5):
        before = driver.look().step
        driver.runner.grant(perf_counter() + 0.02)
        snapshot = driver.runner.take_snapshot(patience=PATIENCE)
        assert snapshot is not None
        assert snapshot.step > before
        driver.snapshot = snapshot


def test_pause_lands_on_a_step_boundary(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    for _ in range(20):
        driver.send(Run(), Pause())
        snapshot = driver.settle()
        assert snapshot.state == "paused"
        assert not snapshot.in_step
    assert np.array_equal(snapshot.parameters, trained(snapshot.step))


def test_thousands_of_commands_in_any_order_end_in_the_bits_of_a_straight_run(
    driver: Driver,
) -> None:
    driver.runner.grant(FOREVER)
    draw = random.Random(3)
    choices: list[Command] = [
        Run(),
        Pause(),
        Step("op"),
        Step("layer"),
        Step("pass"),
        Step("batch"),
        Step("epoch"),
        StepBack("op"),
        StepBack("layer"),
        StepBack("pass"),
        StepBack("batch"),
        StepBack("epoch"),
        GoToOp(0),
        GoToOp(6),
        GoToOp(10_000),
        SetSpeed(None),
        SetSpeed(500.0),
        Undo(),
        Redo(),
        Try("slow", FASTER),
        Try("slow", FASTER, from_start=False),
        EndTrial(apply=False),
    ]
    for _ in range(3000):
        driver.send(draw.choice(choices))
    driver.send(SetSpeed(None), Step("batch"), Pause())
    snapshot = driver.settle()
    assert not snapshot.in_step
    assert snapshot.step > 0
    assert [event for event in driver.events if not _is_foreseen(event)] == []
    assert np.array_equal(snapshot.parameters, trained(snapshot.step))


FORESEEN = ("begins here", "nothing to undo", "nothing to redo", "no trial", "another one begins")


def _is_foreseen(event: object) -> bool:
    return isinstance(event, Refused | Note) and any(text in event.message for text in FORESEEN)


FASTER = Remedy("Learning rate 0.3", "", {"training.optimizer.learning_rate": 0.3}, restarts=False)
RELU = Remedy("ReLU", "", {"network.layers[0].activation": "relu"})


def test_thousands_of_changes_undone_and_tried_in_any_order_keep_their_invariants(
    driver: Driver,
) -> None:
    driver.runner.grant(FOREVER)
    draw = random.Random(5)
    choices: list[Command] = [
        Run(),
        Pause(),
        Step("op"),
        Step("batch"),
        Step("epoch"),
        StepBack("op"),
        StepBack("epoch"),
        Isolate(3),
        SetSpeed(None),
        SetSpeed(500.0),
        *(Change({"training.optimizer.learning_rate": rate}, "drag") for rate in (0.02, 0.3)),
        *(Change({"network.layers[0].units": units}) for units in (2, 4, 7)),
        *(Change({"seed": seed}) for seed in (0, 3)),
        Change({"training.batch_size": 7}),
        Load(spec(batch_size=5)),
        Reset(),
        *(Undo(), Undo(), Undo(), Redo(), Redo()),
        *(Cure("slow", remedy) for remedy in (FASTER, RELU)),
        *(Try("slow", remedy) for remedy in (FASTER, RELU)),
        Try("slow", FASTER, from_start=False),
        *(EndTrial(apply=True), EndTrial(apply=False)),
    ]
    for count in range(3000):
        driver.send(draw.choice(choices))
        if count % 50 == 0:
            sleep(0.005)
            _check_picture(driver)
    driver.send(SetSpeed(None), Pause(), EndTrial(apply=False))
    driver.settle()
    lines = [event.message for event in driver.events if isinstance(event, Refused | Note)]
    assert len(lines) == len(driver.events)
    assert all(line and "\n" not in line for line in lines)
    while driver.settle().undo:
        title = driver.look().undo
        driver.send(Undo())
        assert driver.settle().redo == title
        _check_picture(driver)
    driver.send(Load(spec()), Step("batch"))
    assert np.array_equal(driver.settle().parameters, trained(1))
    driver.send(Undo())
    assert driver.settle().redo == "another experiment"


def _check_picture(driver: Driver) -> None:
    snapshot = driver.look()
    assert snapshot.state in ("paused", "running")
    assert np.isfinite(snapshot.parameters).all()
    assert len(snapshot.parameters) == snapshot.layout.size
    if snapshot.trial is not None:
        assert 0 <= snapshot.trial.steps_done <= snapshot.trial.steps_planned
        done = snapshot.trial.steps_done == snapshot.trial.steps_planned
        assert done == (snapshot.trial.report is not None)


def test_step_while_running_pauses_first(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(Run(), Step("op"))
    snapshot = driver.settle()
    assert (snapshot.state, snapshot.in_step) == ("paused", True)
    assert snapshot.trace.position == 1


def test_run_from_mid_step_finishes_that_step(driver: Driver) -> None:
    driver.send(Step("pass"))
    driver.send(Step("layer"))
    assert driver.settle().in_step
    driver.runner.grant(FOREVER)
    driver.send(Run(), Pause())
    snapshot = driver.settle()
    assert np.array_equal(snapshot.parameters, trained(snapshot.step))


def test_step_epoch_stops_at_the_end_of_the_epoch(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(Step("epoch"))
    driver.settle()
    snapshot = driver.wait_for_state("paused")
    assert (snapshot.epoch, snapshot.step) == (1.0, 3)


def test_run_after_an_epoch_step_goes_on_past_its_end(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(Step("epoch"), Run())
    driver.settle()
    driver.wait(lambda: driver.runner.obeyed >= driver.sent)
    sleep(0.05)
    driver.send(Pause())
    assert driver.settle().step > 10


def test_planned_length_pauses_the_run_there_and_play_goes_on() -> None:
    runner = Runner(Trainer(spec(steps=40)))
    runner.start()
    driver = Driver(runner)
    runner.grant(FOREVER)
    driver.send(Run())
    driver.settle()
    assert driver.wait_for_state("paused").step == 40
    assert any(isinstance(event, Note) and "40" in event.message for event in driver.events)
    driver.send(Run())
    driver.wait(lambda: driver.runner.obeyed >= driver.sent)
    sleep(0.02)
    driver.send(Pause())
    assert driver.settle().step > 40
    assert runner.shutdown()


def test_pace_limits_the_steps(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    began = perf_counter()
    driver.send(SetSpeed(50.0), Run())
    driver.settle()
    sleep(0.5)
    driver.send(Pause())
    steps = driver.settle().step
    # At most what is due, and the one that is due at once; a busy machine may do fewer.
    assert 1 <= steps <= 50 * (perf_counter() - began) + 6


def test_live_change_counts_and_keeps_weights(driver: Driver) -> None:
    driver.send(Step("batch"), Change({"training": {"optimizer": {"learning_rate": 0.5}}}))
    snapshot = driver.settle()
    assert snapshot.learning_rate == 0.5
    assert np.array_equal(snapshot.parameters, trained(1))


def test_refused_change_is_told_and_changes_nothing(driver: Driver) -> None:
    before = driver.look().spec
    driver.send(Change({"training": {"batch_size": 0}}))
    after = driver.settle().spec
    assert after == before
    (event,) = driver.events
    assert isinstance(event, Refused)
    assert event.message.startswith("training.batch_size: ")


def test_changes_are_undone_and_redone_by_their_titles(driver: Driver) -> None:
    rate = "training.optimizer.learning_rate"
    driver.send(Undo(), Redo())
    snapshot = driver.settle()
    assert (snapshot.undo, snapshot.redo) == ("", "")
    assert [event.message for event in driver.events if isinstance(event, Refused)] == [
        "There is nothing to undo.",
        "There is nothing to redo.",
    ]
    driver.send(*(Change({rate: value}, gesture="drag") for value in (0.1, 0.2, 0.5)))
    driver.send(Step("batch"), Change({"data.kind": "moons"}), Cure("slow", RELU))
    assert driver.settle().undo == "ReLU"
    driver.send(Cure("slow", RELU))
    driver.settle()
    assert isinstance(driver.events[-1], Refused)
    driver.send(Undo(), Undo())
    snapshot = driver.settle()
    assert (snapshot.undo, snapshot.redo) == ("learning rate 0.5", "data set moons")
    assert (snapshot.step, snapshot.spec.data.kind) == (1, "circle")
    driver.send(Undo())
    snapshot = driver.settle()
    assert (snapshot.undo, snapshot.redo) == ("", "learning rate 0.5")
    assert snapshot.learning_rate == spec().training.optimizer.learning_rate


def test_structural_change_in_mid_step_is_told(driver: Driver) -> None:
    driver.send(Step("op"), Change({"network.layers[0].units": 6}))
    snapshot = driver.settle()
    assert not snapshot.in_step
    assert [type(event) for event in driver.events] == [Note]


def test_error_in_an_op_fails_the_run_and_reset_revives_it(driver: Driver) -> None:
    def break_an_op(trainer: Trainer) -> None:
        def explode(*_: Any) -> None:
            raise RuntimeError("the disk is on fire")

        trainer.program.run_step = explode  # type: ignore[method-assign]

    driver.runner.grant(FOREVER)
    driver.send(Ask(break_an_op, "break"), Run())
    driver.wait_for_state("failed")
    failures = [event for event in driver.events if isinstance(event, Failure)]
    assert [(f.type, f.message) for f in failures] == [("RuntimeError", "the disk is on fire")]
    assert "explode" in failures[0].traceback
    driver.send(Step("batch"))
    assert driver.settle().state == "failed"
    assert isinstance(driver.events[-1], Refused)
    driver.send(Reset(), Step("batch"))
    snapshot = driver.settle()
    assert (snapshot.state, snapshot.step) == ("paused", 1)
    # A run that has failed is not one to come back to.
    assert snapshot.undo == ""
    assert np.array_equal(snapshot.parameters, trained(1))


def test_error_in_a_question_does_not_end_the_thread(driver: Driver) -> None:
    driver.send(Ask(lambda trainer: 1 / 0, "wrong"), Reset(), Ask(lambda t: t.step, "step"))
    driver.settle()
    assert driver.events[-1] == Answer("step", 0)


def test_non_finite_number_pauses_before_the_update() -> None:
    runner = Runner(Trainer(spec(loss="half_squared_error", optimizer={"learning_rate": 1e200})))
    runner.start()
    driver = Driver(runner)
    driver.send(Change({"network.layers[1].activation": "linear"}), Run())
    driver.settle()
    runner.grant(FOREVER)
    snapshot = driver.wait_for_state("paused")
    assert snapshot.halted is not None
    assert snapshot.halted.kind == "non_finite"
    assert np.isfinite(snapshot.parameters).all()
    assert runner.shutdown()


def test_load_starts_anew_with_another_spec(driver: Driver) -> None:
    driver.send(Step("batch"), Load(spec(batch_size=5)))
    snapshot = driver.settle()
    assert (snapshot.step, snapshot.spec.training.batch_size) == (0, 5)


def test_snapshots_do_not_change_while_training_goes_on(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(Step("batch"))
    snapshot = driver.settle()
    copy = snapshot.parameters.copy()
    driver.send(Run())
    driver.settle()
    sleep(0.05)
    assert np.array_equal(snapshot.parameters, copy)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.parameters[0] = 1.0


def test_shutdown_while_running_ends_the_thread_and_may_be_repeated() -> None:
    runner = Runner(Trainer(spec()))
    runner.start()
    runner.grant(FOREVER)
    runner.send(Run())
    sleep(0.02)
    assert runner.shutdown()
    assert runner.shutdown()
    assert all(thread.name != "trainer" for thread in threading.enumerate())


def test_training_goes_on_where_a_snapshot_costs_more_than_the_slice(driver: Driver) -> None:
    driver.send(Run())
    driver.settle()
    driver.runner._snapshot_seconds[ALL_PARTS] = 10.0
    driver.runner.grant(perf_counter() + 0.05)
    driver.wait(lambda: driver.look().step > 0)


def test_back_while_running_pauses_first(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(Run())
    driver.settle()
    driver.wait(lambda: driver.look().state == "running")
    sleep(0.03)
    driver.send(Pause(), StepBack("batch"), StepBack("op"))
    snapshot = driver.settle()
    assert (snapshot.state, snapshot.in_step) == ("paused", True)
    assert np.array_equal(snapshot.parameters, trained(snapshot.step))


def test_back_at_the_beginning_is_refused_with_one_line(driver: Driver) -> None:
    driver.send(StepBack("op"))
    assert driver.settle().step == 0
    (event,) = driver.events
    assert isinstance(event, Refused)
    assert "The run begins here" in event.message


def test_one_sample_alone_is_marked_and_undone_by_back(driver: Driver) -> None:
    driver.send(Isolate(4))
    assert driver.settle().alone == 4
    driver.send(Step("op"))
    assert len(driver.settle().trace.rows) == 1
    driver.send(StepBack("op"))
    snapshot = driver.settle()
    assert (snapshot.alone, len(snapshot.trace.rows)) == (None, 10)
    driver.send(Isolate(30))
    assert driver.settle().alone is None
    assert isinstance(driver.events[-1], Refused)


def test_a_breakpoint_pauses_before_the_update_and_play_goes_on(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(SetBreakpoints((Breakpoint("step", step=7),)), Run())
    driver.settle()
    snapshot = driver.wait_for_state("paused")
    assert (snapshot.step, snapshot.in_step) == (7, True)
    assert snapshot.trace.ops[snapshot.trace.position].phase == "update"
    assert "Breakpoint" in snapshot.hits[0].message
    assert [event.message for event in driver.events if isinstance(event, Note)] == [
        snapshot.hits[0].message
    ]
    assert np.array_equal(snapshot.parameters, trained(7))
    driver.send(Run())
    driver.settle()
    sleep(0.05)
    driver.send(Pause())
    snapshot = driver.settle()
    assert snapshot.step > 8
    assert snapshot.hits == ()
    assert np.array_equal(snapshot.parameters, trained(snapshot.step))


def test_a_breakpoint_comes_again_after_going_back(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(SetBreakpoints((Breakpoint("step", step=7),)))
    for _ in range(3):
        driver.send(Run())
        driver.settle()
        snapshot = driver.wait_for_state("paused")
        assert (snapshot.step, snapshot.in_step) == (7, True)
        driver.send(StepBack("batch"), StepBack("batch"))
        assert driver.settle().step == 6


def test_a_number_that_is_not_finite_names_the_place_of_the_op_that_wrote_it() -> None:
    runner = Runner(Trainer(spec(loss="half_squared_error", optimizer={"learning_rate": 1e200})))
    runner.start()
    driver = Driver(runner)
    driver.send(Change({"network.layers[1].activation": "linear"}), Run())
    driver.settle()
    runner.grant(FOREVER)
    snapshot = driver.wait_for_state("paused")
    assert snapshot.halted is not None
    assert snapshot.halted_at is not None
    op = snapshot.trace.ops[snapshot.halted_at]
    # What it read is finite, what it wrote is not.
    assert not all(np.isfinite(snapshot.trace.values[name]).all() for name in op.writes)
    driver.send(StepBack("batch"))
    snapshot = driver.settle()
    assert (snapshot.halted, snapshot.halted_at) == (None, None)
    assert runner.shutdown()


def test_a_step_by_hand_leaves_the_breakpoint_that_was_reached_behind(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(SetBreakpoints((Breakpoint("step", step=5),)), Run())
    driver.settle()
    assert driver.wait_for_state("paused").hits
    driver.send(Step("batch"))
    snapshot = driver.settle()
    assert (snapshot.step, snapshot.hits) == (6, ())


def test_an_epoch_step_that_is_started_anew_still_ends_with_its_epoch(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    for _ in range(4):
        driver.send(Step("epoch"))
        driver.settle()
        driver.wait_for_state("paused")
    driver.send(SetSpeed(1.0), Step("epoch"), Change({"seed": 5}), SetSpeed(None))
    driver.settle()
    snapshot = driver.wait_for_state("paused")
    assert (snapshot.epoch, snapshot.spec.seed) == (1.0, 5)


def test_a_breakpoint_added_in_a_run_leaves_what_another_has_seen() -> None:
    rise = Breakpoint("loss_rise", factor=1.000001)
    trainer = Trainer(spec())
    trainer.guard.set((rise,))
    trainer.advance_steps(5)
    trainer.guard.set((rise, Breakpoint("step", step=10_000)))
    steps = []
    while trainer.step < 40:
        if not trainer.guard.advance(trainer):
            steps.append(trainer.step)
            trainer.advance_step()
    # Alone, and never touched, it stops at the same steps: its recent losses were not forgotten.
    alone = Trainer(spec())
    alone.guard.set((rise,))
    expected = []
    while alone.step < 40:
        if not alone.guard.advance(alone):
            expected.append(alone.step)
            alone.advance_step()
    assert steps == expected != []
