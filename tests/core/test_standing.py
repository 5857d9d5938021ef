"""Claims about the metrics of a picture: those of its very parameters, made once, never kept."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from core import Snapshot, Trainer, UserError
from core.training import evaluation
from core.training.commands import (
    Ask,
    Change,
    GoToOp,
    LookAt,
    Pause,
    Reset,
    Run,
    SetParameter,
    Step,
    StepBack,
    Undo,
)
from core.training.editing import set_parameter
from core.training.evaluation import Evaluator, Metrics
from core.training.runner import FOREVER, Runner
from core.training.snapshot import ALL_PARTS, Part
from core.training.travel import go_back, go_to, go_to_op, isolate
from tests.core.experiments import small_trainer
from tests.core.runner_driver import Driver, spec
from tests.core.test_history import whole

NORMALIZED = {
    "network.layers[0].normalization": "batch",
    "network.layers[1].dropout": 0.2,
    "training": {"optimizer": {"kind": "adam", "learning_rate": 0.05}, "l2": 0.01, "patience": 5},
}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the list to which every evaluation adds how many rows it has gone through."""
    rows: list[int] = []
    evaluate = Evaluator.evaluate

    def counting(evaluator: Evaluator) -> Metrics:
        rows.append(evaluator.rows)
        return evaluate(evaluator)

    monkeypatch.setattr(Evaluator, "evaluate", counting)
    return rows


def measured(trainer: Trainer) -> tuple[Metrics | None, ...]:
    return trainer.evaluate("train"), trainer.evaluate("test")


def said(snapshot: Snapshot) -> tuple[Metrics | None, ...]:
    """Return the metrics that ``snapshot`` has, which must be of its own step."""
    found = snapshot.evaluation
    assert found is not None
    assert (found.step, found.epoch) == (snapshot.step, int(snapshot.epoch))
    assert found.learning_rate == snapshot.learning_rate
    return found.train, found.test


def judgement(trainer: Trainer) -> tuple[object, ...]:
    """Return what the diagnosis, early stopping and the rhythm of the log go by."""
    recorder, wait = trainer.recorder, trainer.recorder.wait
    best = None if wait.best is None else (wait.best.step, wait.best.loss)
    return recorder.moment().watch, recorder.next_step, wait.evaluations, best, trainer.stop


def do_something(trainer: Trainer, draw: random.Random) -> None:
    """Do one thing of all that can be done to a run that stands still."""
    units, rate = draw.choice([2, 4, 5]), draw.choice([0.0, 0.05, 0.2])
    things: list[Callable[[], object]] = [
        *[trainer.advance_op] * 6,
        *[trainer.advance_step, trainer.advance_batch, trainer.advance_layer] * 2,
        trainer.advance_phase,
        trainer.advance_epoch,
        lambda: go_to_op(trainer, draw.choice([0, 5, 10_000])),
        lambda: go_to(trainer, max(0, trainer.step - 3), draw.choice([0, 4])),
        lambda: go_back(trainer, draw.choice(["op", "layer", "pass", "batch", "epoch"])),
        lambda: isolate(trainer, draw.choice([None, 3])),
        lambda: set_parameter(trainer, (1, 0, None), draw.uniform(-1, 1)),
        lambda: trainer.change({"training.optimizer.learning_rate": rate}),
        lambda: trainer.change({"training.l2": draw.choice([0.0, 0.01, 0.1])}),
        lambda: trainer.change({"training.batch_size": draw.choice([7, 8])}),
        lambda: trainer.change({"network.layers[1].units": units}),
        lambda: trainer.change({"data.noise": draw.choice([0.1, 0.2])}),
        lambda: trainer.change({"seed": draw.choice([0, 1])}),
        *[trainer.undo, trainer.undo, trainer.redo],
    ]
    with suppress(UserError):
        draw.choice(things)()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_picture_has_the_metrics_of_its_parameters_whatever_was_done(seed: int) -> None:
    trainer, draw = small_trainer(NORMALIZED), random.Random(seed)
    snapshot = trainer.snapshot()
    for _ in range(200):
        do_something(trainer, draw)
        snapshot = trainer.snapshot(previous=snapshot)
        assert said(snapshot) == measured(trainer)


@pytest.mark.parametrize("seed", [4, 5])
def test_a_run_takes_no_notice_of_being_evaluated_for_pictures(seed: int) -> None:
    watched, alone = small_trainer(NORMALIZED), small_trainer(NORMALIZED)
    draws = random.Random(seed), random.Random(seed)
    snapshot = watched.snapshot()
    for _ in range(200):
        do_something(watched, draws[0])
        do_something(alone, draws[1])
        snapshot = watched.snapshot(previous=snapshot)
        assert whole(watched) == whole(alone)
        assert judgement(watched) == judgement(alone)


def test_in_mid_step_they_are_those_of_the_steps_start_and_are_made_once(
    counted: list[int],
) -> None:
    trainer = small_trainer({"training.l2": 0.1})
    trainer.advance_step()
    snapshot = trainer.snapshot()
    start = said(snapshot)
    counted.clear()
    for _ in trainer.program.ops[:-1]:
        trainer.advance_op()
        snapshot = trainer.snapshot(previous=snapshot)
        assert said(snapshot) == start
    assert counted == []
    trainer.advance_op()
    after = trainer.snapshot(previous=snapshot)
    assert counted == [30, 10]
    assert said(after) != start


def test_the_running_statistics_count_as_much_as_the_parameters() -> None:
    trainer = small_trainer({"network.layers[0].normalization": "batch"})
    # The log has metrics of this step, but soon of other parameters.
    trainer.advance_epoch()
    for _ in trainer.program.ops[:-1]:
        trainer.advance_op()
    moved = trainer.snapshot()
    assert moved.in_step
    assert said(moved) == measured(trainer)
    trainer.advance_op()
    finished = trainer.snapshot(previous=moved)
    assert (finished.parameters == moved.parameters).all()
    assert said(finished) == measured(trainer) != said(moved)


def test_what_the_log_has_of_a_step_is_not_made_again(counted: list[int]) -> None:
    trainer = small_trainer()
    trainer.advance_epoch()
    counted.clear()
    snapshot = trainer.snapshot()
    assert counted == []
    assert snapshot.evaluation == trainer.log.latest


def test_a_look_at_something_else_or_another_rate_evaluates_nothing(counted: list[int]) -> None:
    trainer = small_trainer()
    trainer.advance_step()
    snapshot = trainer.snapshot()
    counted.clear()
    trainer.in_view.look_at(LookAt(sample=2, probe=("train", 5), quantity="weights"))
    trainer.change({"training.optimizer.learning_rate": 0.5})
    assert said(trainer.snapshot(previous=snapshot)) == said(snapshot)
    assert counted == []


def test_without_that_part_a_picture_has_what_was_recorded_last(counted: list[int]) -> None:
    trainer = small_trainer()
    trainer.advance_steps(6)
    before = trainer.snapshot()
    trainer.advance_steps(4)
    counted.clear()
    snapshot = trainer.snapshot(ALL_PARTS & ~Part.EVALUATION, before)
    trainer.change({"training.batch_size": 7})
    changed = trainer.snapshot(ALL_PARTS & ~Part.EVALUATION, snapshot)
    assert counted == []
    for picture in (snapshot, changed):
        assert picture.evaluation is trainer.log.latest is not None
        assert picture.evaluation.step == 8


def test_of_many_rows_the_same_ones_are_evaluated_as_for_the_log(
    monkeypatch: pytest.MonkeyPatch, counted: list[int]
) -> None:
    monkeypatch.setattr(evaluation, "CHUNK_ROWS", 8)
    trainer, straight = small_trainer(), small_trainer()
    trainer.advance_steps(3)
    counted.clear()
    snapshot = trainer.snapshot()
    assert counted == [8, 8]
    straight.advance_steps(3)
    assert snapshot.evaluation == straight.recorder.evaluate_again(3)


def test_a_run_without_test_rows_has_metrics_of_the_training_rows() -> None:
    trainer = small_trainer({"data.test_fraction": 0.0})
    trainer.advance_step()
    assert said(trainer.snapshot()) == (trainer.evaluate("train"), None)


def test_weights_that_came_back_are_those_that_are_evaluated() -> None:
    trainer = small_trainer({"seed": 2, **NORMALIZED})
    trainer.advance_steps(4000)
    assert trainer.stop is not None
    snapshot = trainer.snapshot()
    assert said(snapshot) == measured(trainer)
    trainer.undo()
    trained_on = trainer.snapshot(previous=snapshot)
    assert said(trained_on) == measured(trainer) != said(snapshot)


# ---------------------------------------------------------------- while a runner drives it


@pytest.fixture
def driver() -> Iterator[Driver]:
    runner = Runner(Trainer(spec()))
    driver = Driver(runner)
    yield driver
    assert runner.shutdown(), "the thread did not end"


def reference(step: int) -> tuple[Metrics | None, ...]:
    """Return the metrics after ``step`` steps that nobody has watched."""
    trainer = Trainer(spec())
    trainer.advance_steps(step)
    return measured(trainer)


def test_wherever_a_run_pauses_the_metrics_are_of_that_step(driver: Driver) -> None:
    driver.runner.start()
    driver.runner.grant(FOREVER)
    for _ in range(20):
        driver.send(Run(), Pause(), Step("batch"), Step("batch"))
        snapshot = driver.settle()
        assert said(snapshot) == reference(snapshot.step)
        driver.send(StepBack("batch"), StepBack("op"))
        snapshot = driver.settle()
        assert snapshot.in_step
        assert said(snapshot) == reference(snapshot.step)


def test_a_change_an_edit_and_their_undoing_show_their_own_metrics(driver: Driver) -> None:
    driver.runner.start()
    driver.send(Step("batch"), Step("batch"))
    before = said(driver.settle())
    assert before == reference(2)
    driver.send(SetParameter((1, 0, None), 2.5))
    edited = said(driver.settle())
    driver.send(Undo())
    assert said(driver.settle()) == before != edited
    driver.send(Change({"network.layers[0].units": 7}))
    wider = said(driver.settle())
    driver.send(Undo())
    assert said(driver.settle()) == before != wider
    driver.send(StepBack("op"), GoToOp(3))
    assert said(driver.settle()) == reference(1)
    driver.send(Reset())
    assert said(driver.settle()) == reference(0)


def test_a_list_of_steps_is_evaluated_once_at_its_end(driver: Driver, counted: list[int]) -> None:
    # All of them wait before the thread begins, so they are carried out in a row.
    driver.send(*[Step("batch")] * 32, *[Step("op")] * 5)
    driver.runner.start()
    snapshot = driver.settle()
    assert (snapshot.step, snapshot.in_step) == (32, True)
    # After each of the ten epochs, for the log, and at the end: both splits.
    assert len(counted) == 2 * (10 + 1)
    assert said(snapshot) == reference(32)


def test_while_the_run_goes_on_the_metrics_are_those_that_were_recorded(driver: Driver) -> None:
    driver.runner.start()
    driver.send(Step("batch"), Run(), Change({"training.batch_size": 4}))
    snapshot = driver.settle()
    assert (snapshot.state, snapshot.step) == ("running", 1)
    assert snapshot.evaluation is not None
    assert snapshot.evaluation.step == 0
    driver.send(Pause(), Ask(measured, "metrics"))
    assert said(driver.settle()) == driver.events[-1].value  # type: ignore[union-attr]


def test_looking_at_a_run_wherever_it_pauses_leaves_its_record_as_it_is(driver: Driver) -> None:
    driver.runner.start()
    driver.runner.grant(FOREVER)
    for _ in range(30):
        driver.send(Step("op"))
        driver.settle()
        driver.send(Step("batch"))
        driver.settle()
    driver.send(Run(), Pause(), Step("epoch"))
    driver.settle()
    snapshot = driver.wait_for_state("paused")
    straight = Trainer(spec())
    straight.advance_steps(snapshot.step)
    expected = straight.snapshot()
    assert snapshot.curves.steps.tolist() == expected.curves.steps.tolist()
    for name in ("train_loss", "test_loss", "train_score", "test_score", "batch_loss", "rms"):
        assert (getattr(snapshot.curves, name) == getattr(expected.curves, name)).all(), name
    assert snapshot.findings == expected.findings
    assert (snapshot.parameters == expected.parameters).all()
