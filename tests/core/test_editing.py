"""Claims about weights set by hand: exact, undoable, replayed, and no false point in the curves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import Trainer, UserError
from core.training.commands import Note, Refused, Run, SetParameter, Step, Undo
from core.training.editing import set_parameter
from core.training.runner import Runner
from core.training.shares import ParameterPlace
from core.training.travel import go_back, go_to
from tests.core.experiments import LOSS_ORACLE, bits, forward_oracle, small_trainer
from tests.core.runner_driver import Driver
from tests.core.test_history import CURVES, titles

WEIGHT, BIAS = ParameterPlace(2, 1, 3), ParameterPlace(1, 2, None)
ADAM = {"training.optimizer.kind": "adam"}


def curves_of(trainer: Trainer) -> tuple[bytes, ...]:
    curves = trainer.log.curves()
    return tuple(getattr(curves, name).tobytes() for name in CURVES)


def remembered(trainer: Trainer) -> tuple[object, ...]:
    """Return the run's state and all that its log and its diagnosis know, the marks apart."""
    return bits(trainer), curves_of(trainer), trainer.log.latest, trainer.findings()


def trained(steps: int = 9, **changes: Any) -> Trainer:
    trainer = small_trainer({**ADAM, **changes})
    trainer.advance_steps(steps)
    return trainer


def loss_by_hand(trainer: Trainer) -> float:
    """Return the training loss of the present weights by formulas of its own."""
    weights = [(layer.W, layer.b) for layer in trainer.network.layers]
    kinds = [layer.activation for layer in trainer.spec.network.layers]
    outputs = forward_oracle(weights, kinds, trainer.dataset.inputs)
    return LOSS_ORACLE[trainer.spec.training.loss](outputs, trainer.assembly.targets)


def test_one_entry_changes_and_nothing_else() -> None:
    for place, name, index in ((WEIGHT, "W2", (1, 3)), (BIAS, "b1", (2,))):
        trainer = trained()
        before, start = trainer.network.params.data.copy(), bits(trainer)
        assert set_parameter(trainer, place, 0.75) == ()
        assert trainer.network.params.view(name)[index] == 0.75
        assert np.count_nonzero(trainer.network.params.data != before) == 1
        assert bits(trainer) != start
        assert trainer.step == 9


def test_the_evaluation_on_show_is_that_of_the_edited_network() -> None:
    trainer = trained()
    for value in (0.75, -3.0):
        set_parameter(trainer, WEIGHT, value)
        latest = trainer.snapshot().evaluation
        assert latest is not None
        assert latest.step == 9
        assert latest.train.loss == pytest.approx(loss_by_hand(trainer), rel=1e-12)
        assert latest.train == trainer.evaluate("train")
        assert latest.test == trainer.evaluate("test")


def test_an_edit_adds_no_point_to_any_curve() -> None:
    trainer = trained(30)
    before = curves_of(trainer)
    for value in (0.5, 2.0, -4.0):
        set_parameter(trainer, WEIGHT, value)
        assert curves_of(trainer) == before
    trainer.undo()
    assert curves_of(trainer) == before


def test_an_edit_leaves_a_mark_and_a_title_with_both_values() -> None:
    trainer = trained()
    set_parameter(trainer, BIAS, 0.5)
    set_parameter(trainer, BIAS, -2.0)
    assert titles(trainer) == ("b1[3] 0.5 → -2", "")
    assert trainer.log.marks[-1].step == 9
    assert trainer.log.marks[-1].text == "b1[3] 0.5 → -2"
    set_parameter(trainer, BIAS, -2.0000001)
    assert titles(trainer)[0] == "b1[3] -2 → -2.0000001"


@pytest.mark.parametrize("steps", [0, 1, 9, 64])
@pytest.mark.parametrize("place", [WEIGHT, BIAS])
def test_undo_and_redo_restore_the_bits(steps: int, place: ParameterPlace) -> None:
    trainer = trained(steps)
    before, marks = remembered(trainer), trainer.log.marks
    set_parameter(trainer, place, 0.75)
    after, marks_after = remembered(trainer), trainer.log.marks
    for _ in range(2):
        trainer.undo()
        assert (remembered(trainer), trainer.log.marks) == (before, marks)
        trainer.redo()
        assert (remembered(trainer), trainer.log.marks) == (after, marks_after)


def test_after_an_undo_the_run_goes_on_as_if_nothing_had_been_edited() -> None:
    trainer, straight = trained(), trained()
    set_parameter(trainer, WEIGHT, 4.0)
    trainer.undo()
    for each in (trainer, straight):
        each.advance_steps(100)
    assert remembered(trainer) == remembered(straight)


def test_once_trained_on_undo_gives_the_edited_weight_alone_its_value_back() -> None:
    trainer = trained()
    former = float(trainer.network.layers[1].W[1, 3])
    set_parameter(trainer, WEIGHT, 4.0)
    trainer.advance_steps(5)
    weights = trainer.network.params.data.copy()
    trainer.undo()
    assert trainer.step == 14
    assert trainer.network.layers[1].W[1, 3] == former
    assert np.count_nonzero(trainer.network.params.data != weights) == 1
    trainer.redo()
    np.testing.assert_array_equal(trainer.network.params.data, weights)


def test_edits_of_one_gesture_are_one_change() -> None:
    trainer = trained()
    before, marks = remembered(trainer), trainer.log.marks
    start = float(trainer.network.layers[1].W[1, 3])
    for value in (0.1, 0.2, 0.3):
        set_parameter(trainer, WEIGHT, value, "drag 1")
    assert titles(trainer)[0] == f"W2[2, 4] {start:.4g} → 0.3"
    assert len(trainer.log.marks) == len(marks) + 1
    trainer.undo()
    assert (remembered(trainer), trainer.log.marks) == (before, marks)
    assert titles(trainer)[0] == ""


def test_a_gesture_over_several_steps_is_one_change_with_one_mark() -> None:
    trainer = trained()
    start = float(trainer.network.layers[1].W[1, 3])
    for value in (0.1, 0.2, 0.3):
        set_parameter(trainer, WEIGHT, value, "drag 1")
        trainer.advance_steps(2)
    assert len(trainer.log.marks) == 1
    trainer.undo()
    assert trainer.network.layers[1].W[1, 3] == start
    assert trainer.step == 15
    assert titles(trainer)[0] == ""


def test_another_gesture_or_another_place_is_another_change() -> None:
    trainer = trained()
    set_parameter(trainer, WEIGHT, 0.1, "drag 1")
    set_parameter(trainer, WEIGHT, 0.2, "drag 2")
    set_parameter(trainer, BIAS, 0.3, "drag 2")
    for expected in ("b1[3]", "W2[2, 4] 0.1 → 0.2", "W2[2, 4]"):
        assert titles(trainer)[0].startswith(expected)
        trainer.undo()
    assert titles(trainer)[0] == ""


@pytest.mark.parametrize("changes", [0, 1, 2])
def test_a_gesture_that_comes_back_to_where_it_began_leaves_no_trace(changes: int) -> None:
    trainer = trained()
    for rate in (0.2, 0.3)[:changes]:
        trainer.change({"training.optimizer.learning_rate": rate})
    before, marks, known = remembered(trainer), trainer.log.marks, titles(trainer)
    start = float(trainer.network.layers[1].W[1, 3])
    for value in (0.1, 0.2, start):
        set_parameter(trainer, WEIGHT, value, "drag 1")
    assert (remembered(trainer), trainer.log.marks) == (before, marks)
    assert titles(trainer) == known


def test_the_value_that_is_there_already_changes_nothing() -> None:
    trainer = trained()
    start = float(trainer.network.layers[1].W[1, 3])
    before = remembered(trainer)
    set_parameter(trainer, WEIGHT, start)
    assert remembered(trainer) == before
    assert titles(trainer) == ("", "")


@pytest.mark.parametrize("at", [0, 9, 64, 100])
def test_going_back_before_an_edit_and_forward_again_comes_to_the_edited_run(at: int) -> None:
    trainer = trained(at)
    set_parameter(trainer, WEIGHT, 4.0)
    edited = remembered(trainer)
    trainer.advance_steps(80)
    end, marks, undoable = remembered(trainer), trainer.log.marks, titles(trainer)
    go_to(trainer, max(0, at - 5), 0)
    trainer.advance_steps(min(at, 5))
    assert remembered(trainer)[0] == edited[0]
    assert trainer.log.latest == edited[2]
    assert trainer.findings() == edited[3]
    trainer.advance_steps(80)
    assert (remembered(trainer), trainer.log.marks, titles(trainer)) == (end, marks, undoable)


def test_steps_back_across_an_edit_show_the_weights_that_were_there() -> None:
    trainer, straight = trained(), trained(8)
    before = trainer.network.params.data.tobytes()
    set_parameter(trainer, WEIGHT, 4.0)
    edited = trainer.network.params.data.tobytes()
    go_back(trainer, "batch")
    assert trainer.network.params.data.tobytes() == straight.network.params.data.tobytes()
    for _ in trainer.program.ops:
        trainer.advance_op()
    assert trainer.network.params.data.tobytes() == edited != before


def test_an_edit_and_another_setting_at_one_step_are_both_replayed() -> None:
    trainer = trained()
    set_parameter(trainer, WEIGHT, 4.0)
    trainer.change({"training.optimizer.learning_rate": 0.3})
    set_parameter(trainer, BIAS, -1.0)
    trainer.advance_steps(40)
    end, marks = remembered(trainer), trainer.log.marks
    go_to(trainer, 4, 3)
    trainer.advance_steps(45)
    assert (remembered(trainer), trainer.log.marks) == (end, marks)


@pytest.mark.parametrize("ops", [1, 7, 13])
def test_in_mid_step_the_step_starts_again_and_says_so(ops: int) -> None:
    trainer, straight = trained(), trained()
    for _ in range(ops):
        trainer.advance_op()
    (note,) = set_parameter(trainer, WEIGHT, 4.0)
    assert "starts again" in note
    assert (trainer.step, trainer.program.pc) == (9, 0)
    set_parameter(straight, WEIGHT, 4.0)
    for each in (trainer, straight):
        each.advance_steps(30)
    assert bits(trainer) == bits(straight)


def test_an_edit_begins_a_segment_of_the_diagnosis_with_a_baseline_of_its_own() -> None:
    trainer = trained(30)
    set_parameter(trainer, WEIGHT, 4.0)
    beginning = trainer.recorder.moment().watch.beginning
    assert beginning is not None
    assert beginning.record.step == 30
    assert beginning.record.loss == pytest.approx(loss_by_hand(trainer), rel=1e-12)
    assert trainer.snapshot().error_signal.size == 0


def test_findings_that_were_open_are_cleared_by_an_edit() -> None:
    trainer = small_trainer({"network.initializer": "zeros"})
    trainer.advance_steps(20)
    assert [finding.cleared_step for finding in trainer.findings()] == [None]
    set_parameter(trainer, ParameterPlace(1, 0, 0), 0.5)
    assert [finding.cleared_step for finding in trainer.findings()] == [20]


def test_early_stopping_waits_anew_after_an_edit() -> None:
    trainer = trained(30, **{"training.patience": 50})
    set_parameter(trainer, WEIGHT, 4.0)
    wait = trainer.recorder.wait
    assert wait.best is not None
    assert (wait.best.step, wait.evaluations) == (30, 0)
    assert wait.best.parameters.tobytes() == trainer.network.params.data.tobytes()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_value_that_is_not_finite_is_refused_in_one_line(value: float) -> None:
    trainer = trained()
    before = remembered(trainer)
    with pytest.raises(UserError, match=r"^W2\[2, 4\]: expected a finite number") as refusal:
        set_parameter(trainer, WEIGHT, value)
    assert "\n" not in str(refusal.value)
    assert remembered(trainer) == before


def test_single_precision_refuses_what_it_cannot_hold() -> None:
    trainer = trained(**{"network.dtype": "float32"})
    with pytest.raises(UserError, match=r"at most 3\.4e\+38, got 1e\+39"):
        set_parameter(trainer, WEIGHT, 1e39)
    set_parameter(trainer, WEIGHT, 0.1)
    assert trainer.network.layers[1].W[1, 3] == np.float32(0.1)


@pytest.mark.parametrize(
    "place",
    [
        ParameterPlace(0, 0, 0),
        ParameterPlace(9, 0, 0),
        ParameterPlace(1, 99, None),
        ParameterPlace(1, -1, None),
        ParameterPlace(1, 0, 2),
    ],
)
def test_a_place_that_does_not_exist_is_refused(place: ParameterPlace) -> None:
    trainer = trained()
    before = remembered(trainer)
    with pytest.raises(UserError, match="no such parameter"):
        set_parameter(trainer, place, 0.5)
    assert remembered(trainer) == before


def test_a_bias_of_a_network_without_biases_is_refused() -> None:
    trainer = trained(**{"network.biases": False})
    with pytest.raises(UserError, match=r"^b1\[3\]: the network has no such parameter"):
        set_parameter(trainer, BIAS, 0.5)


def test_an_edit_after_a_halt_lets_the_run_go_on() -> None:
    trainer = trained()
    # Saturated units, whose sum is too large for a number.
    places = [ParameterPlace(2, 0, 0), ParameterPlace(2, 1, 0)]
    places += [ParameterPlace(3, 0, 0), ParameterPlace(3, 0, 1)]
    for place in places:
        set_parameter(trainer, place, 1.7e308)
    trainer.advance_steps(50)
    assert trainer.halted is not None
    assert trainer.step == 9
    for place in places:
        set_parameter(trainer, place, 0.1)
    assert trainer.halted is None
    assert np.isfinite(trainer.advance_step())


def test_the_runner_sets_refuses_and_takes_back() -> None:
    runner = Runner(trained())
    runner.start()
    driver = Driver(runner)
    driver.send(SetParameter(WEIGHT, 4.0))
    snapshot = driver.settle()
    assert snapshot.layout.weights(snapshot.parameters, 2)[1, 3] == 4.0
    assert snapshot.undo.startswith("W2[2, 4]")
    driver.send(SetParameter(WEIGHT, float("nan")), Step("op"), SetParameter(WEIGHT, 5.0), Undo())
    snapshot = driver.settle()
    assert snapshot.layout.weights(snapshot.parameters, 2)[1, 3] == 4.0
    refused, note = (event for event in driver.events if isinstance(event, Refused | Note))
    assert isinstance(refused, Refused)
    assert "expected a finite number" in refused.message
    assert isinstance(note, Note)
    assert "starts again" in note.message
    driver.send(Run(), SetParameter(WEIGHT, -1.0))
    snapshot = driver.settle()
    assert snapshot.undo.endswith("→ -1")
    assert snapshot.state == "running"
    assert runner.shutdown()
