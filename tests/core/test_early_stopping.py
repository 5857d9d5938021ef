"""Claims about early stopping: where it stops, which weights come back, and what is kept."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import Dataset, Remedy, SpecError, Trainer, UserError
from core.explain.worksheet import worksheet_question
from core.presets import load_preset
from core.training.commands import Note, Run, Step, Undo
from core.training.headless import run_headless
from core.training.outputs import Outputs
from core.training.runner import FOREVER, Runner
from core.training.timeline import SPACING
from core.training.travel import go_back, go_to
from core.training.trial import Trial
from tests.core.experiments import OPTIMIZERS, Array, bits, small_spec, small_trainer
from tests.core.runner_driver import Driver
from tests.core.test_history import whole

PATIENCE = 4
LONG = 4000
# So that most runs stop after a few keyframes.
RATES = {"adam": 0.003}


def training(optimizer: str = "adam", patience: int = PATIENCE, **others: Any) -> dict[str, Any]:
    rule = {"kind": optimizer, "learning_rate": RATES.get(optimizer, 0.01)}
    return {"seed": 2, "training": {"optimizer": rule, "patience": patience, **others}}


def patient(optimizer: str = "adam", patience: int = PATIENCE, **others: Any) -> Trainer:
    return small_trainer(training(optimizer, patience, **others))


def expected_stop(steps: Array, losses: Array, patience: int) -> tuple[int, int] | None:
    """Return the step of the stop and of the best evaluation, by a loop over what was recorded."""
    best, best_step, waited = np.inf, -1, 0
    for step, loss in zip(steps.tolist(), losses.tolist(), strict=True):
        if loss < best:
            best, best_step, waited = loss, int(step), 0
        else:
            waited += 1
        if waited == patience:
            return int(step), best_step
    return None


def stop_of_a_run_without_patience(
    optimizer: str = "adam", patience: int = PATIENCE, **others: Any
) -> tuple[int, int]:
    trainer = patient(optimizer, 0, **others)
    trainer.advance_steps(LONG // 4)
    curves = trainer.log.curves()
    found = expected_stop(curves.steps, curves.test_loss, patience)
    assert found is not None
    return found


def stopped(optimizer: str = "adam", **others: Any) -> Trainer:
    trainer = patient(optimizer, **others)
    trainer.advance_steps(LONG)
    assert trainer.stop is not None
    return trainer


def weights_at(step: int, optimizer: str = "adam", **others: Any) -> tuple[bytes, ...]:
    """Return weights and memory of the rule after ``step`` steps of a run without patience."""
    trainer = patient(optimizer, 0, **others)
    trainer.advance_steps(step)
    return weights(trainer)


def weights(trainer: Trainer) -> tuple[bytes, ...]:
    state = trainer.assembly.state
    arrays = (state.arrays[name].tobytes() for name in sorted(state.arrays))
    return trainer.network.params.data.tobytes(), *arrays, str(state.count).encode()


# ---------------------------------------------------------------- where it stops, and with what


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_it_stops_where_the_recorded_test_losses_say_with_the_best_weights(optimizer: str) -> None:
    step, best_step = stop_of_a_run_without_patience(optimizer)
    trainer = stopped(optimizer)
    assert trainer.stop is not None
    assert (trainer.step, trainer.stop.step, trainer.stop.best_step) == (step, step, best_step)
    assert weights(trainer) == weights_at(best_step, optimizer)
    latest = trainer.log.latest
    assert latest is not None
    assert latest.test == trainer.evaluate("test")


@pytest.mark.parametrize("patience", [1, 2, 7])
@pytest.mark.parametrize("batch_size", [1, 8, 30])
def test_the_patience_counts_evaluations(patience: int, batch_size: int) -> None:
    found = stop_of_a_run_without_patience(patience=patience, batch_size=batch_size)
    trainer = patient(patience=patience, batch_size=batch_size)
    trainer.advance_steps(LONG)
    assert trainer.stop is not None
    assert (trainer.step, trainer.stop.best_step) == found


def test_penalties_clipping_and_schedules_do_not_disturb_it() -> None:
    others = {
        "l2": 0.001,
        "clip_norm": 0.5,
        "schedule": {"kind": "cosine", "total_steps": 900},
    }
    step, best_step = stop_of_a_run_without_patience(**others)
    trainer = stopped(**others)
    assert trainer.step == step
    assert weights(trainer) == weights_at(best_step, **others)


def test_op_by_op_and_in_pieces_it_comes_to_the_same_bits() -> None:
    straight, by_op, in_pieces = stopped(), patient(), patient()
    while by_op.stop is None:
        by_op.advance_op()
    while in_pieces.stop is None:
        in_pieces.advance_steps(7)
    assert bits(by_op) == bits(in_pieces) == bits(straight)
    assert by_op.log.latest == in_pieces.log.latest == straight.log.latest
    for trainer in (straight, by_op, in_pieces):
        trainer.advance_steps(50)
    assert bits(by_op) == bits(in_pieces) == bits(straight)


@pytest.mark.parametrize("way", ["advance_batch", "advance_epoch", "advance_phase"])
def test_every_way_of_advancing_stops_there(way: str) -> None:
    straight, trainer = stopped(), patient()
    while trainer.stop is None:
        getattr(trainer, way)()
    assert trainer.step == straight.step
    assert weights(trainer) == weights(straight)


def test_the_log_keeps_its_curve_and_shows_both_evaluations_of_the_stop() -> None:
    other, trainer = patient(patience=0), stopped()
    other.advance_steps(trainer.step)
    before, after = other.log.curves(), trainer.log.curves()
    np.testing.assert_array_equal(after.batch_loss, before.batch_loss)
    np.testing.assert_array_equal(after.test_loss[:-1], before.test_loss)
    stop = trainer.stop
    assert stop is not None
    assert after.steps[-1] == after.steps[-2] == stop.step
    assert after.test_loss[-1] == before.test_loss.min()
    assert after.test_loss[-1] == before.test_loss[before.steps == stop.best_step][0]
    assert after.marks[-1].text == f"early stop, weights of step {stop.best_step:,}"


def test_it_goes_on_with_the_best_weights_and_waits_as_long_again() -> None:
    trainer = stopped()
    first = trainer.stop
    assert first is not None
    curves = trainer.log.curves()
    trainer.advance_steps(LONG)
    second = trainer.stop
    assert second is not None
    later = trainer.log.curves()
    since = later.steps > first.step
    found = expected_stop(
        np.concatenate(([first.best_step], later.steps[since][:-1])),
        np.concatenate(([curves.test_loss.min()], later.test_loss[since][:-1])),
        PATIENCE,
    )
    assert found == (second.step, second.best_step)


def test_a_run_that_never_waits_that_long_is_the_run_without_patience() -> None:
    trainer, other = patient(patience=10_000), patient(patience=0)
    trainer.advance_steps(300)
    other.advance_steps(300)
    assert whole(trainer)[3:] == whole(other)[3:]
    assert other.snapshot().wait.best is None


# ---------------------------------------------------------------- undo, going back, restoring


def test_undo_brings_the_trained_weights_back_and_redo_the_best() -> None:
    trainer, other = stopped(), patient(patience=0)
    after = whole(trainer)
    other.advance_steps(trainer.step)
    assert trainer.snapshot().undo == f"early stop at step {trainer.step:,}"
    trainer.undo()
    assert whole(trainer)[2:] == whole(other)[2:]
    trainer.redo()
    assert whole(trainer) == after


def test_after_an_undo_the_run_goes_on_with_its_own_weights() -> None:
    trainer, other = stopped(), patient(patience=0)
    step = trainer.step
    trainer.undo()
    other.advance_steps(step + 10)
    trainer.advance_steps(10)
    assert weights(trainer) == weights(other)
    go_to(trainer, step - 30, 0)
    trainer.advance_steps(40)
    assert (trainer.step, weights(trainer)) == (step + 10, weights(other))


def test_undo_after_more_training_loses_nothing() -> None:
    trainer, other = stopped(), patient(patience=0)
    step = trainer.step
    trainer.advance_steps(9)
    after = whole(trainer)
    trainer.undo()
    other.advance_steps(step)
    assert whole(trainer)[2:] == whole(other)[2:]
    trainer.advance_steps(5)
    trainer.redo()
    assert whole(trainer) == after
    go_to(trainer, step + 5, 0)
    direct = stopped()
    direct.advance_steps(5)
    assert bits(trainer) == bits(direct)


@pytest.mark.parametrize("back", [1, 40, 64, 130])
def test_going_back_before_the_stop_comes_to_it_again(back: int) -> None:
    trainer = stopped()
    step, after = trainer.step, whole(trainer)
    go_to(trainer, step - back, 0)
    assert trainer.stop is None
    other = patient(patience=0)
    other.advance_steps(step - back)
    assert weights(trainer) == weights(other)
    assert trainer.snapshot().undo == ""
    trainer.advance_steps(LONG)
    assert trainer.stop is not None
    assert whole(trainer) == after
    trainer.advance_steps(200)
    straight = stopped()
    straight.advance_steps(200)
    assert bits(trainer) == bits(straight)
    curves, others = trainer.log.curves(), straight.log.curves()
    np.testing.assert_array_equal(curves.test_loss, others.test_loss)


def test_a_stop_where_a_keyframe_is_due_anyway_comes_again_too() -> None:
    other = patient(patience=0)
    other.advance_steps(LONG // 4)
    curves = other.log.curves()
    ends = ((p, expected_stop(curves.steps, curves.test_loss, p)) for p in range(1, 80))
    patience, step = next((p, end[0]) for p, end in ends if end and end[0] % SPACING == 0)
    trainer = stopped(patience=patience)
    after = whole(trainer)
    assert trainer.step == step
    go_to(trainer, step - 3, 0)
    trainer.advance_steps(LONG)
    assert whole(trainer) == after
    trainer.undo()
    go_to(trainer, step - 3, 0)
    trainer.advance_steps(9)
    other = patient(patience=0)
    other.advance_steps(step + 6)
    assert weights(trainer) == weights(other)


def test_steps_after_the_stop_are_reached_again_through_it() -> None:
    trainer = stopped()
    step = trainer.step
    for _ in range(70):
        trainer.advance_step()
    there = bits(trainer)
    go_to(trainer, step - 20, 0)
    go_to(trainer, step, 0)
    assert trainer.stop is not None
    for _ in range(70):
        trainer.advance_step()
    assert bits(trainer) == there
    go_to(trainer, step + 3, 2)
    go_back(trainer, "op")
    while trainer.step < step + 70:
        trainer.advance_op()
    assert bits(trainer) == there


def test_finishing_a_step_begun_by_hand_stops_there_again() -> None:
    trainer = stopped()
    step, after = trainer.step, bits(trainer)
    go_to(trainer, step - 1, 3)
    trainer.advance_step()
    assert (trainer.step, bits(trainer)) == (step, after)
    assert trainer.stop is not None


def test_the_step_that_ends_with_the_stop_has_its_worksheet() -> None:
    trainer, other = stopped(), patient(patience=0)
    go_to(trainer, trainer.step - 1, 1)
    other.advance_steps(trainer.step)
    other.advance_op()
    assert worksheet_question(trainer) == worksheet_question(other)


def test_another_setting_before_the_stop_takes_another_way() -> None:
    trainer = stopped()
    step = trainer.step
    go_to(trainer, step - 40, 0)
    trainer.change({"training.patience": 1000})
    trainer.advance_steps(40)
    other = patient(patience=0)
    other.advance_steps(step)
    assert (trainer.stop, weights(trainer)) == (None, weights(other))


def test_keyframes_hold_the_wait_and_restore_it_elsewhere() -> None:
    straight, trainer = stopped(), patient()
    trainer.advance_steps(straight.step - 5)
    frame, elsewhere = trainer.keyframe(), patient()
    for each in (trainer, elsewhere, trainer):
        each.restore(frame)
        each.advance_steps(LONG)
        assert bits(each) == bits(straight)
    elsewhere.restore(straight.keyframe())
    elsewhere.advance_steps(60)
    straight.advance_steps(60)
    assert bits(elsewhere) == bits(straight)


def test_a_setting_changed_at_the_stop_is_changed_there_again() -> None:
    trainer = stopped()
    step = trainer.step
    trainer.change({"training.optimizer.learning_rate": 0.001})
    trainer.advance_steps(10)
    there = bits(trainer)
    go_to(trainer, step - 10, 0)
    trainer.advance_steps(LONG)
    assert trainer.stop is not None
    trainer.advance_steps(10)
    assert bits(trainer) == there
    for _ in range(2):
        trainer.undo()
    other = patient(patience=0)
    other.advance_steps(step)
    assert weights(trainer) == weights(other)


# ---------------------------------------------------------------- settings


def test_another_patience_counts_from_the_next_evaluation_on() -> None:
    trainer = patient(patience=1000)
    curves = stopped().log.curves()
    step = int(curves.steps[-2])
    trainer.advance_steps(step + 1)
    assert trainer.snapshot().wait.evaluations == PATIENCE
    trainer.change({"training.patience": 1})
    trainer.advance_steps(3)
    assert (trainer.step, trainer.stop is None) == (step + 4, False)


def test_switched_on_in_the_midst_it_waits_from_there() -> None:
    trainer, other = patient(patience=0), patient(patience=0)
    trainer.advance_steps(102)
    trainer.change({"training.patience": PATIENCE})
    trainer.advance_steps(LONG)
    other.advance_steps(LONG // 4)
    curves = other.log.curves()
    since = curves.steps > 102
    found = expected_stop(curves.steps[since], curves.test_loss[since], PATIENCE)
    assert trainer.stop is not None
    assert (trainer.stop.step, trainer.stop.best_step) == found
    assert trainer.log.marks[0].text == f"patience {PATIENCE}"


def test_other_layers_begin_the_wait_anew() -> None:
    trainer = patient()
    trainer.advance_steps(21)
    trainer.change({"network.layers[0].units": 6})
    best = trainer.snapshot().wait.best
    assert best is not None
    assert (best.step, best.parameters.size) == (21, trainer.network.params.data.size)
    trainer.advance_steps(LONG)
    assert trainer.stop is not None


def test_without_test_rows_it_is_refused() -> None:
    line = "training.patience: there are no test rows to watch"
    with pytest.raises(SpecError, match=line):
        small_spec(changes={"data.test_fraction": 0, "training.patience": 3})
    rows, targets = np.zeros((4, 2)), np.zeros((4, 1))
    with pytest.raises(SpecError, match=line):
        Trainer(small_spec(changes={"training.patience": 3}), Dataset(rows, targets))
    trainer = Trainer(small_spec(), Dataset(rows, targets))
    with pytest.raises(SpecError, match=line):
        trainer.change({"training.patience": 3})
    assert trainer.spec.training.patience == 0


# ---------------------------------------------------------------- headless, and in the window


def test_the_headless_run_stops_says_so_and_ends_its_metrics_with_it(tmp_path: Path) -> None:
    trainer, out, metrics = patient(), io.StringIO(), tmp_path / "run.jsonl"
    run_headless(trainer, LONG, Outputs(metrics=metrics), out, io.StringIO())
    stop = trainer.stop
    assert stop is not None
    assert out.getvalue().splitlines() == [
        out.getvalue().splitlines()[0],
        f"Stopped at step {stop.step:,}: the test loss has not improved for {PATIENCE} "
        f"evaluations. The weights of step {stop.best_step:,} are back.",
    ]
    lines = [json.loads(line) for line in metrics.read_text().splitlines()]
    losses = np.array([line["test_loss"] for line in lines])
    steps = np.array([line["step"] for line in lines], float)
    start = small_trainer(training(patience=0)).evaluate("test")
    assert start is not None
    found = expected_stop(np.append(0, steps), np.append(start.loss, losses), PATIENCE)
    assert found == (stop.step, stop.best_step)
    assert steps[-1] == steps[-2] == stop.step
    assert losses[-1] == losses.min()


@pytest.fixture
def driver() -> Iterator[Driver]:
    runner = Runner(patient())
    runner.start()
    driver = Driver(runner)
    driver.wait(lambda: runner.has_mail)
    runner.grant(FOREVER)
    yield driver
    assert runner.shutdown()


def test_the_runner_pauses_tells_it_and_goes_on(driver: Driver) -> None:
    straight = stopped()
    driver.send(Run())
    driver.settle()
    snapshot = driver.wait_for_state("paused")
    assert straight.stop is not None
    assert snapshot.step == straight.step
    assert snapshot.stop is not None
    assert snapshot.parameters.tobytes() == straight.network.params.data.tobytes()
    told = [event.message for event in driver.events if isinstance(event, Note)]
    assert told == [straight.stop.message]
    driver.send(Undo(), Step("batch"))
    snapshot = driver.settle()
    assert snapshot.step == straight.step + 1
    assert snapshot.stop is None


def test_a_step_by_hand_into_the_stop_tells_it_too(driver: Driver) -> None:
    stop = stopped().stop
    assert stop is not None
    driver.send(*[Step("batch")] * stop.step)
    assert driver.settle().step == stop.step
    told = [event.message for event in driver.events if isinstance(event, Note)]
    assert told == [stop.message]


# ---------------------------------------------------------------- as a remedy


@pytest.mark.parametrize("done", [10, 300])
def test_a_ghost_that_has_stopped_waits_for_the_run_with_its_best_weights(done: int) -> None:
    run, straight = patient(patience=0), stopped()
    run.advance_steps(done)
    remedy = Remedy("Patience", "It stops in time.", {"training": {"patience": PATIENCE}})
    trial = Trial(run, "overfitting", remedy, from_start=True)
    report = trial.finish()
    assert trial.view().steps_done == trial.view().steps_planned == run.step == trial.end
    assert bits(trial.ghost) == bits(straight)
    curves = run.log.curves()
    assert report.trial_loss == straight.log.curves().test_loss.min()
    assert report.original_loss == pytest.approx(np.median(curves.test_loss[-5:]))
    assert report.helped
    before = bits(run)
    trial.apply()
    assert bits(run) == bits(straight)
    run.undo()
    assert bits(run) == before


def test_overfitting_offers_to_stop_early_with_hindsight_and_without() -> None:
    trainer = Trainer(load_preset("fail-overfitting"))
    while not any(finding.kind == "overfitting" for finding in trainer.findings()):
        trainer.advance_step()
    finding = next(finding for finding in trainer.findings() if finding.kind == "overfitting")
    assert finding.remedies[0].title.startswith("Stop at step ")
    early = finding.remedies[1]
    assert early.changed == ("patience off → 20",)
    best = min(loss for loss in trainer.log.curves().test_loss)
    trainer.cure(early)
    trainer.advance_steps(trainer.spec.training.steps or LONG)
    assert trainer.stop is not None
    assert trainer.log.latest is not None
    assert trainer.log.latest.test is not None
    assert trainer.log.latest.test.loss <= 1.1 * best


# ---------------------------------------------------------------- any order of all of it


def _act(trainer: Trainer, chance: random.Random) -> None:
    """Do one thing that a user might do."""
    changes = {
        "training.optimizer.learning_rate": (0.01, 0.03, 0.05),
        "training.optimizer.kind": ("adam", "sgd", "momentum"),
        "training.patience": (0, 1, 3),
        "training.clip_norm": (0.0, 0.1, 0.3),
        "network.layers[0].units": (3, 4, 6),
    }
    way = chance.randrange(9)
    if way < 3:
        trainer.advance_steps(chance.choice((1, 5, 30, 100)))
    elif way == 3:
        for _ in range(chance.randrange(40)):
            trainer.advance_op()
    elif way == 4:
        go_back(trainer, chance.choice(("op", "layer", "pass", "batch", "epoch")))
    elif way == 5:
        trainer.undo()
    elif way == 6:
        trainer.redo()
    else:
        key = chance.choice(tuple(changes))
        trainer.change({key: chance.choice(changes[key])})


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_going_back_and_forth_comes_to_the_same_state(seed: int) -> None:
    chance = random.Random(seed)
    trainer = patient(patience=1, clip_norm=0.2)
    stops = 0
    for _ in range(30):
        with suppress(UserError):
            _act(trainer, chance)
        stops += trainer.stop is not None
        if trainer.program.pc:
            continue
        step, there, snapshot = trainer.step, bits(trainer), trainer.snapshot()
        go_to(trainer, max(trainer.timeline.earliest, step - chance.choice((1, 20, 80))), 0)
        while trainer.step < step:
            trainer.advance_steps(min(13, step - trainer.step))
        again = trainer.snapshot()
        assert bits(trainer) == there
        assert again.wait.evaluations == snapshot.wait.evaluations
        assert repr(again.clipped_share) == repr(snapshot.clipped_share)
    assert stops
