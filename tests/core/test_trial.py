"""Claims about trials: the run takes no notice, the ghost is honest, the verdict is robust."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from core import Dataset, Remedy, Trainer, UserError
from core.training.commands import (
    Change,
    Command,
    Cure,
    EndTrial,
    Load,
    LookAt,
    Note,
    Pause,
    Refused,
    Reset,
    Run,
    SetSpeed,
    Step,
    Try,
    Undo,
)
from core.training.runner import FOREVER, Runner
from core.training.snapshot import Snapshot, TrialReport
from core.training.travel import go_back, go_to
from core.training.trial import FEWEST_STEPS, MOST_STEPS, Trial, run_remedy
from core.training.verdict import Outcome, has_helped, number
from tests.core.experiments import bits, readable, small_spec, small_trainer, trainer_on
from tests.core.runner_driver import Driver, spec

LR, KIND = "training.optimizer.learning_rate", "training.optimizer.kind"
SLOW = {LR: 1e-4}
ADAM = Remedy("Adam", "", {"training": {"optimizer": {"kind": "adam", "learning_rate": 0.01}}})
FASTER = Remedy("Learning rate 0.3", "", {LR: 0.3}, restarts=False)
SLOWER = Remedy("Learning rate 1e-6", "", {LR: 1e-6}, restarts=False)
HE = Remedy("He weights", "", {"network": {"initializer": "he_normal"}})
WIDER = Remedy("Six units", "", {"network.layers[1].units": 6}, restarts=False)
CURVES = ("batch_steps", "batch_loss", "steps", "train_loss", "test_loss", "rms_steps", "rms")


def whole(trainer: Trainer) -> tuple[object, ...]:
    curves = trainer.log.curves()
    logged = (getattr(curves, name).tobytes() for name in CURVES)
    found = trainer.findings(), trainer.log.latest, curves.marks
    return (trainer.spec, bits(trainer), readable(trainer), *logged, *found)


def try_out(run: Trainer, remedy: Remedy = ADAM, from_start: bool = True) -> Trial:
    return Trial(run, "slow", remedy, from_start)


# ---------------------------------------------------------------- the ghost


@pytest.mark.parametrize("remedy", [ADAM, HE, WIDER], ids=lambda remedy: remedy.title)
@pytest.mark.parametrize("steps", [0, 130])
def test_a_ghost_from_the_start_is_a_fresh_run_of_the_changed_specification(
    remedy: Remedy, steps: int
) -> None:
    run = small_trainer(SLOW)
    run.advance_steps(steps)
    trial = try_out(run, remedy)
    trial.finish()
    fresh = Trainer(run.spec.with_changes(remedy.changes))
    fresh.advance_steps(FEWEST_STEPS)
    assert whole(trial.ghost) == whole(fresh)
    helper = run_remedy(run.spec, remedy, None, FEWEST_STEPS)
    assert whole(helper) == whole(fresh)


@pytest.mark.parametrize("remedy", [FASTER, WIDER], ids=lambda remedy: remedy.title)
@pytest.mark.parametrize("ops", [0, 6])
def test_a_ghost_from_here_is_the_run_with_a_live_change(remedy: Remedy, ops: int) -> None:
    run, changed = small_trainer(SLOW), small_trainer(SLOW)
    for each in (run, changed):
        each.advance_steps(77)
    changed.change(remedy.changes)
    for _ in range(ops):
        run.advance_op()
    trial = try_out(run, remedy, from_start=False)
    trial.finish()
    changed.advance_steps(FEWEST_STEPS)
    assert whole(trial.ghost) == whole(changed)
    assert trial.view().steps[0] == (3 if remedy is FASTER else 0)


@pytest.mark.parametrize("from_start", [False, True])
@pytest.mark.parametrize("ops", [0, 6])
@pytest.mark.parametrize("remedy", [FASTER, WIDER], ids=lambda remedy: remedy.title)
def test_a_trial_changes_no_bit_of_the_run(from_start: bool, ops: int, remedy: Remedy) -> None:
    run, alone = small_trainer(SLOW), small_trainer(SLOW)
    for each in (run, alone):
        each.advance_steps(50)
        for _ in range(ops):
            each.advance_op()
    trial = try_out(run, remedy, from_start)
    for most in (1, 7, 64):
        for _ in range(5):
            trial.advance(most)
            trial.view()
    trial.finish()
    alone.advance_steps(run.step - alone.step)
    assert run.step > 50
    assert whole(run) == whole(alone)
    for each in (run, alone):
        go_to(each, 30, 0)
        each.advance_steps(100)
    assert whole(run) == whole(alone)


def test_ghost_and_run_share_their_data() -> None:
    run = small_trainer()
    assert try_out(run).ghost.dataset is run.dataset
    assert try_out(run, FASTER, from_start=False).ghost.dataset is run.dataset
    noisy = Remedy("Less noise", "", {"data.noise": 0.0})
    assert try_out(run, noisy).ghost.dataset is not run.dataset


def test_data_that_were_given_are_the_ghosts_too() -> None:
    inputs = np.linspace(-1, 1, 24).reshape(12, 2)
    targets = np.sin(inputs).sum(axis=1, keepdims=True)
    run = trainer_on(inputs, targets, ((3, "tanh"), (1, "linear")), "mean_squared_error", SLOW)
    trial = try_out(run, Remedy("", "", {"data.noise": 0.3, LR: 0.1}))
    assert isinstance(trial.ghost.dataset, Dataset)
    assert trial.ghost.dataset is run.dataset
    report = trial.finish()
    assert "R²" in report.sentence


# ---------------------------------------------------------------- its course


def test_the_ghost_catches_up_first_and_then_both_go_together() -> None:
    run = small_trainer(SLOW)
    run.advance_steps(100)
    trial = try_out(run)
    places = []
    while trial.report is None:
        assert trial.waits_for_ghost == (trial.ghost.step < 100)
        trial.advance(30)
        places.append((run.step, trial.ghost.step))
    assert places[:5] == [(100, 30), (100, 60), (100, 90), (100, 100), (130, 130)]
    assert places[-1] == (FEWEST_STEPS, FEWEST_STEPS)
    assert not trial.waits_for_ghost
    trial.advance(30)
    assert (run.step, trial.ghost.step) == places[-1]


def test_a_trial_of_a_long_run_is_short_and_compares_with_what_is_recorded() -> None:
    run = small_trainer(SLOW)
    run.advance_steps(5000)
    trial = try_out(run)
    report = trial.finish()
    assert (run.step, trial.ghost.step) == (5000, MOST_STEPS)
    curves = run.log.curves()
    recorded = curves.train_loss[curves.steps <= MOST_STEPS][-5:]
    assert report.original_loss == np.median(recorded)
    assert report.helped


@pytest.mark.parametrize(
    ("changes", "done", "from_start", "end"),
    [
        ({}, 0, True, 400),
        ({}, 100, False, 500),
        ({"training.batch_size": 1}, 0, True, 400),
        ({"data.samples": 400, "training.batch_size": 1}, 0, True, 1200),
        ({"data.samples": 4000, "training.batch_size": 1}, 0, True, 2000),
        ({}, 700, True, 700),
        ({"training.steps": 50}, 0, True, 50),
        ({"training.steps": 50}, 90, True, 90),
        ({"training.steps": 50}, 50, False, 450),
        ({"training.steps": 1000}, 0, True, 400),
        ({"training.steps": 300}, 20, False, 300),
    ],
)
def test_how_long_a_trial_takes(
    changes: dict[str, Any], done: int, from_start: bool, end: int
) -> None:
    run = small_trainer(changes)
    run.advance_steps(done)
    assert try_out(run, FASTER, from_start).end == end


def test_the_curves_of_the_ghost_are_at_its_own_steps() -> None:
    run = small_trainer(SLOW)
    run.advance_steps(100)
    trial = try_out(run, FASTER, from_start=False)
    assert trial.view().steps_done == 0
    trial.advance(20)
    view = trial.view()
    assert (view.origin, view.steps_done, view.steps_planned) == (100, 20, FEWEST_STEPS)
    np.testing.assert_array_equal(view.steps, [0, 4, 8, 12, 16, 20])
    assert view.loss.shape == view.steps.shape
    assert not view.loss.flags.writeable
    assert view.report is None
    trial.finish()
    view = trial.view()
    assert view.error_signal.shape == view.gradient_rms.shape == (3,)
    assert view.report is trial.report


def test_a_run_that_was_stepped_by_hand_is_caught_up_with() -> None:
    run = small_trainer(SLOW)
    trial = try_out(run, FASTER, from_start=False)
    trial.advance(50)
    run.advance_steps(3)
    trial.advance(1000)
    assert (run.step, trial.ghost.step) == (53, 53)
    go_back(run, "epoch")
    assert trial.is_comparable
    trial.advance(1000)
    assert (run.step, trial.ghost.step) == (53, 53)
    run.change({"network.layers[0].units": 5})
    assert not trial.is_comparable


# ---------------------------------------------------------------- what is refused


def test_a_remedy_that_begins_again_cannot_be_tried_from_here() -> None:
    run = small_trainer()
    run.advance_steps(5)
    for remedy in (ADAM, Remedy("He weights", "", HE.changes, restarts=False)):
        with pytest.raises(UserError, match="from the start"):
            try_out(run, remedy, from_start=False)


def test_a_remedy_that_changes_nothing_or_does_not_fit_is_refused() -> None:
    run = small_trainer()
    with pytest.raises(UserError, match="already"):
        try_out(run, Remedy("Nothing", "", {LR: 0.1}))
    with pytest.raises(UserError, match="units"):
        try_out(run, Remedy("Wrong", "", {"network.layers[0].units": 0}))


# ---------------------------------------------------------------- the verdict


def test_a_cure_that_helps_says_so_in_numbers() -> None:
    run = small_trainer(SLOW)
    report = try_out(run).finish()
    assert report.helped
    assert report.trial_loss < report.original_loss
    assert report.trial_score > report.original_score
    assert report.sentence == (
        f"After 400 steps the loss is {report.trial_loss:.3g} with the cure and "
        f"{report.original_loss:.3g} without (accuracy {100 * report.trial_score:.0f} % against "
        f"{100 * report.original_score:.0f} %)."
    )


def test_a_cure_that_does_not_help_is_marked_and_cannot_be_applied() -> None:
    run = small_trainer({KIND: "adam", LR: 0.02})
    run.advance_steps(40)
    before = whole(run)
    trial = try_out(run, SLOWER, from_start=False)
    with pytest.raises(UserError, match="not over"):
        trial.apply()
    assert whole(run) == before
    report = trial.finish()
    assert not report.helped
    assert report.sentence.startswith("After 400 more steps")
    assert report.sentence.endswith("That is worse.")
    with pytest.raises(UserError, match="has not helped"):
        trial.apply()
    assert run.learning_rate == 0.02


def test_what_makes_no_difference_does_not_help() -> None:
    run = small_trainer(SLOW)
    report = try_out(run, Remedy("A bit", "", {LR: 1.01e-4}), from_start=True).finish()
    assert not report.helped
    assert "no clear difference" in report.sentence


def test_a_ghost_that_is_not_finite_ends_the_trial_and_has_not_helped() -> None:
    run = small_trainer(SLOW)
    run.advance_steps(3)
    trial = try_out(run, Remedy("Far too much", "", {LR: 1e308}, restarts=False), from_start=False)
    report = trial.finish()
    assert trial.ghost.halted is not None
    assert run.halted is None
    assert not report.helped
    assert "not finite" in report.sentence
    assert run.step < 60


def test_a_run_that_has_stopped_can_be_tried_from_the_start_only() -> None:
    run = small_trainer({LR: 1e4}, loss="half_squared_error", layers=((4, "relu"), (1, "linear")))
    run.advance_steps(4000)
    assert run.halted is not None
    stopped = run.step
    remedy = Remedy("Learning rate 0.01", "", {LR: 0.01}, restarts=False)
    with pytest.raises(UserError, match="from the start"):
        try_out(run, remedy, from_start=False)
    trial = try_out(run, remedy)
    assert trial.waits_for_ghost
    report = trial.finish()
    assert (run.step, trial.ghost.step) == (stopped, FEWEST_STEPS)
    assert run.halted is not None
    assert report.helped
    assert f"stopped at step {stopped}" in report.sentence
    assert np.isfinite(report.original_loss)


def test_against_overfitting_the_test_rows_decide() -> None:
    run = small_trainer({KIND: "adam", LR: 0.02})
    decay = Remedy("Shorter steps", "", {LR: 0.001})
    trial = Trial(run, "overfitting", decay, True)
    report = trial.finish()
    assert "test loss" in report.sentence
    curves = trial.ghost.log.curves()
    assert report.trial_loss == np.median(curves.test_loss[-5:])


def outcome(losses: list[float], scores: list[float] | None = None, rows: int = 1000) -> Outcome:
    values = np.array(scores or [np.nan] * len(losses))
    return Outcome(np.array(losses), values, min(losses), rows)


@pytest.mark.parametrize(
    ("original", "trial", "helped"),
    [
        ([0.7, 0.69, 0.7, 0.69, 0.7], [0.2, 0.21, 0.2, 0.19, 0.2], True),
        ([0.7, 0.69, 0.7, 0.69, 0.7], [0.69, 0.68, 0.69, 0.68, 0.69], False),
        # Noise: the middle halves overlap, though the medians are far apart.
        ([0.5, 0.1, 0.9, 0.6, 0.2], [0.3, 0.6, 0.1, 0.3, 0.7], False),
        # One evaluation that jumps does not decide.
        ([0.7, 0.69, 0.1, 0.69, 0.7], [0.2, 0.21, 0.9, 0.19, 0.2], True),
        ([0.2, 0.2, 0.2], [0.7, 0.7, 0.7], False),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], False),
        ([np.inf], [0.5, 0.5, 0.5], True),
    ],
)
def test_the_verdict_is_robust_to_the_noise_of_batches(
    original: list[float], trial: list[float], helped: bool
) -> None:
    assert has_helped(outcome(original), outcome(trial), True, False) == helped


def test_a_higher_score_counts_unless_the_loss_is_worse() -> None:
    low, high = [0.5, 0.51, 0.5], [0.9, 0.91, 0.9]
    assert has_helped(outcome([0.6] * 3, low), outcome([0.6] * 3, high), True, False)
    assert not has_helped(outcome([0.6] * 3, low), outcome([0.9] * 3, high), True, False)
    assert has_helped(outcome([0.6] * 3, low), outcome([0.9] * 3, high), False, False)
    assert not has_helped(outcome([0.6] * 3, high), outcome([0.2] * 3, low), False, False)
    # One row more of thirty says nothing.
    scores = ([0.5] * 3, [0.5334] * 3)
    few, many = ([outcome([0.6] * 3, each, rows) for each in scores] for rows in (30, 1000))
    assert not has_helped(*few, True, False)
    assert has_helped(*many, True, False)


def test_numbers_are_written_as_people_write_them() -> None:
    assert [number(x) for x in (0.21, 0.0183, 3.2e8, 1e-7)] == ["0.21", "0.0183", "3.2e8", "1e−7"]


# ---------------------------------------------------------------- applying it


@pytest.mark.parametrize("from_start", [False, True])
def test_an_applied_ghost_is_one_change_and_undo_brings_the_run_back(from_start: bool) -> None:
    run, alone = small_trainer(SLOW), small_trainer(SLOW)
    for each in (run, alone):
        each.advance_steps(60)
        each.change({"training.l2": 0.0, "training.batch_size": 5})
        each.advance_steps(5)
    remedy = FASTER if not from_start else ADAM
    trial = try_out(run, remedy, from_start)
    trial.finish()
    alone.advance_steps(run.step - alone.step)
    ghost = whole(trial.ghost)
    trial.apply()
    assert whole(run) == ghost
    assert (run.history.undo_title, run.history.redo_title) == (remedy.title, "")
    run.advance_steps(30)
    ghost = whole(run)
    run.undo()
    assert whole(run) == whole(alone)
    assert run.history.undo_title == "batch size 5"
    run.redo()
    assert whole(run) == ghost
    run.undo()
    for each in (run, alone):
        each.advance_steps(70)
        go_to(each, 40, 0)
    assert whole(run) == whole(alone)


def test_behind_an_applied_ghost_lies_the_way_that_it_came() -> None:
    run, straight = small_trainer(SLOW), small_trainer(SLOW)
    run.advance_steps(90)
    trial = try_out(run, FASTER, from_start=False)
    trial.finish()
    trial.apply()
    end = bits(run)
    go_to(run, 70, 0)
    straight.advance_steps(70)
    assert bits(run) == bits(straight)
    assert run.history.undo_title == ""
    run.advance_steps(490 - 70)
    assert bits(run) == end
    assert run.history.undo_title == FASTER.title
    go_to(run, 200, 0)
    run.undo()
    assert (run.step, run.learning_rate) == (490, 1e-4)


def test_nothing_of_the_run_is_held_by_a_ghost_that_is_dropped() -> None:
    run = small_trainer(SLOW)
    run.advance_steps(10)
    trial = try_out(run, FASTER, from_start=False)
    trial.finish()
    assert run.network.params.data is not trial.ghost.network.params.data
    assert not np.shares_memory(run.network.params.data, trial.ghost.network.params.data)
    assert run.recorder is not trial.ghost.recorder
    assert run.timeline is not trial.ghost.timeline
    assert run.spec == small_spec(changes=SLOW)


# ---------------------------------------------------------------- in the runner


@pytest.fixture
def driver() -> Iterator[Driver]:
    runner = Runner(Trainer(spec(optimizer={"learning_rate": 1e-4})))
    runner.start()
    driver = Driver(runner)
    driver.wait(lambda: runner.has_mail)
    yield driver
    assert runner.shutdown(), "the thread did not end"


def trained_slowly(steps: int) -> np.ndarray:
    trainer = Trainer(spec(optimizer={"learning_rate": 1e-4}))
    trainer.advance_steps(steps)
    return trainer.network.params.data


def wait_until(driver: Driver, condition: Callable[[Snapshot], bool]) -> Snapshot:
    """Wait for a picture of a run that may go on and on: every command brings one."""

    def is_there() -> bool:
        driver.send(LookAt())
        return condition(driver.settle())

    driver.wait(is_there)
    return driver.look()


def report_of(driver: Driver) -> TrialReport:
    trial = wait_until(driver, lambda s: s.trial is None or s.trial.report is not None).trial
    assert trial is not None
    assert trial.report is not None
    return trial.report


def test_try_runs_a_paused_run_to_the_end_of_the_trial_and_pauses_it_again(driver: Driver) -> None:
    assert driver.look().trial is None
    driver.send(Try("slow", ADAM))
    snapshot = driver.settle()
    assert snapshot.state == "running"
    assert snapshot.trial is not None
    assert (snapshot.trial.kind, snapshot.trial.remedy) == ("slow", ADAM)
    driver.runner.grant(FOREVER)
    assert report_of(driver).helped
    snapshot = driver.look()
    assert (snapshot.state, snapshot.step) == ("paused", FEWEST_STEPS)
    assert np.array_equal(snapshot.parameters, trained_slowly(FEWEST_STEPS))


def test_a_running_run_goes_on_when_the_trial_is_over(driver: Driver) -> None:
    driver.send(Run(), Try("slow", ADAM))
    driver.runner.grant(FOREVER)
    report_of(driver)
    snapshot = wait_until(driver, lambda s: s.step > FEWEST_STEPS)
    assert snapshot.state == "running"
    assert snapshot.trial is not None
    assert snapshot.trial.steps_done == FEWEST_STEPS
    driver.send(Pause())
    snapshot = driver.settle()
    assert np.array_equal(snapshot.parameters, trained_slowly(snapshot.step))


def test_a_ghost_that_catches_up_is_not_held_back_by_the_runs_pace(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(Run())
    wait_until(driver, lambda s: s.step > FEWEST_STEPS)
    driver.send(Pause(), SetSpeed(1e-3), Try("slow", ADAM))
    report_of(driver)
    snapshot = driver.settle()
    assert snapshot.state == "paused"
    assert snapshot.trial is not None
    assert snapshot.trial.steps_done == min(snapshot.step, MOST_STEPS)


def test_another_trial_takes_the_place_of_the_first_and_ends_as_that_would(
    driver: Driver,
) -> None:
    driver.send(Try("slow", ADAM), Try("slow", FASTER, from_start=False))
    driver.settle()
    assert driver.events == [Note("The trial of Adam was ended: another one begins.")]
    driver.runner.grant(FOREVER)
    report_of(driver)
    snapshot = driver.look()
    assert snapshot.trial is not None
    assert (snapshot.trial.remedy, snapshot.state) == (FASTER, "paused")


def test_pause_stops_both_and_play_takes_both_up_again(driver: Driver) -> None:
    driver.send(SetSpeed(50.0), Try("slow", FASTER, from_start=False), Pause())
    snapshot = driver.settle()
    assert snapshot.state == "paused"
    assert snapshot.trial is not None
    assert snapshot.trial.report is None
    driver.runner.grant(FOREVER)
    driver.send(SetSpeed(None), Run())
    report_of(driver)
    assert driver.look().state == "paused"


def test_an_applied_trial_is_undone_and_one_that_did_not_help_is_refused(driver: Driver) -> None:
    driver.runner.grant(FOREVER)
    driver.send(EndTrial(apply=True))
    driver.settle()
    assert isinstance(driver.events[-1], Refused)
    driver.send(Try("slow", SLOWER, from_start=False), EndTrial(apply=True))
    driver.settle()
    assert "not over" in driver.events[-1].message  # type: ignore[union-attr]
    report_of(driver)
    driver.send(EndTrial(apply=True))
    snapshot = driver.settle()
    assert "has not helped" in driver.events[-1].message  # type: ignore[union-attr]
    assert snapshot.trial is not None
    driver.send(EndTrial(apply=False))
    assert driver.settle().trial is None
    driver.send(Try("slow", ADAM))
    driver.settle()
    report_of(driver)
    driver.send(EndTrial(apply=True))
    snapshot = driver.settle()
    assert (snapshot.trial, snapshot.undo, snapshot.step) == (None, "Adam", FEWEST_STEPS)
    assert snapshot.spec.training.optimizer.kind == "adam"
    driver.send(Undo())
    snapshot = driver.settle()
    assert (snapshot.undo, snapshot.redo, snapshot.step) == ("", "Adam", FEWEST_STEPS)
    assert np.array_equal(snapshot.parameters, trained_slowly(FEWEST_STEPS))


@pytest.mark.parametrize(
    "command",
    [
        Reset(),
        Load(spec()),
        Undo(),
        Change({"seed": 5}),
        Change({"network.layers[0].units": 6}),
        Cure("slow", FASTER),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_makes_another_run_ends_the_trial_and_says_so(
    driver: Driver, command: Command
) -> None:
    driver.send(Step("batch"), Change({LR: 2e-4}), Try("slow", ADAM), command)
    snapshot = driver.settle()
    assert (snapshot.trial, snapshot.state) == (None, "paused")
    notes = [event.message for event in driver.events if isinstance(event, Note)]
    assert notes == ["The trial of Adam was ended: the run has been changed."]


def test_another_number_of_the_run_leaves_the_trial_alone(driver: Driver) -> None:
    driver.send(Try("slow", ADAM), Change({LR: 2e-4}), Change({LR: -1}))
    snapshot = driver.settle()
    assert snapshot.trial is not None
    assert snapshot.state == "running"


def test_a_run_that_has_stopped_is_tried_while_it_stands_still() -> None:
    runner = Runner(Trainer(spec(loss="half_squared_error", optimizer={"learning_rate": 1e200})))
    runner.start()
    driver = Driver(runner)
    runner.grant(FOREVER)
    driver.send(Change({"network.layers[1].activation": "linear"}), Run())
    driver.settle()
    stopped = driver.wait_for_state("paused")
    assert stopped.halted is not None
    remedy = Remedy("Learning rate 0.01", "", {LR: 0.01}, restarts=False)
    driver.send(Try("non_finite", remedy, from_start=False))
    assert driver.settle().trial is None
    driver.send(Try("non_finite", remedy))
    assert report_of(driver).helped
    snapshot = driver.look()
    assert (snapshot.state, snapshot.step) == ("paused", stopped.step)
    assert snapshot.halted is not None
    driver.send(EndTrial(apply=True))
    snapshot = driver.settle()
    assert (snapshot.halted, snapshot.step) == (None, FEWEST_STEPS)
    assert runner.shutdown()


def test_a_run_that_stops_during_a_trial_is_told_once_and_the_ghost_goes_on() -> None:
    layers = [{"units": 4}, {"units": 1, "activation": "linear"}]
    started = spec(loss="half_squared_error", optimizer={"learning_rate": 5.0})
    runner = Runner(Trainer(started.with_changes({"network.layers": layers})))
    runner.start()
    driver = Driver(runner)
    runner.grant(FOREVER)
    remedy = Remedy("Learning rate 0.01", "", {LR: 0.01}, restarts=False)
    driver.send(Try("exploding", remedy, from_start=False))
    driver.settle()
    report = report_of(driver)
    snapshot = driver.look()
    assert snapshot.halted is not None
    assert snapshot.trial is not None
    assert snapshot.trial.steps_done == FEWEST_STEPS > snapshot.step
    assert (snapshot.state, report.helped) == ("paused", True)
    assert [event for event in driver.events if isinstance(event, Note)] == [
        Note(snapshot.halted.message)
    ]
    assert runner.shutdown()
