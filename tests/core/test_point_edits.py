"""Claims about points that are added and erased while a run goes on: weights stay, all comes back.

What the run should be afterwards is built anew from the rows written out by hand.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pytest

from core import Dataset, ExperimentSpec, Trainer, UserError
from core.training.changes import Scope, scope_of
from core.training.commands import EditPoints, Pause, Run
from core.training.points import PointEdit, can_edit
from core.training.runner import Runner
from core.training.travel import go_back
from tests.core.experiments import bits, small_spec, small_trainer
from tests.core.runner_driver import Driver


def add(x1: float, x2: float, label: float = 1, split: str = "train") -> PointEdit:
    return PointEdit(x1, x2, label, split)


def erase(x1: float, x2: float, reach: float = 0.01, split: str = "both") -> PointEdit:
    return PointEdit(x1, x2, None, split, reach)


def started(steps: int = 7, changes: dict[str, Any] | None = None) -> Trainer:
    trainer = small_trainer({"training.optimizer.kind": "adam", **(changes or {})})
    trainer.advance_steps(steps)
    return trainer


def raw(trainer: Trainer) -> tuple[np.ndarray, np.ndarray]:
    assert trainer.dataset.raw_inputs is not None
    return trainer.dataset.raw_inputs, trainer.dataset.targets


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_an_added_point_is_the_last_row_and_nothing_else_changes(steps: int) -> None:
    trainer = started(steps)
    weights, rows = bits(trainer), raw(trainer)
    test = trainer.dataset.raw_test_inputs
    place = (trainer.step, trainer.assembly.feed.epoch, trainer.assembly.feed.row)
    state = {k: v.copy() for k, v in trainer.assembly.state.arrays.items()}
    trainer.edit_points(add(1.5, -2.25, 1))
    assert bits(trainer) == weights
    assert (trainer.step, trainer.assembly.feed.epoch, trainer.assembly.feed.row) == place
    for name, array in trainer.assembly.state.arrays.items():
        np.testing.assert_array_equal(array, state[name])
    inputs, targets = raw(trainer)
    np.testing.assert_array_equal(inputs, np.vstack([rows[0], [[1.5, -2.25]]]))
    np.testing.assert_array_equal(targets, np.vstack([rows[1], [[1.0]]]))
    np.testing.assert_array_equal(trainer.dataset.raw_test_inputs, test)


def test_the_edited_run_is_that_of_its_rows_given() -> None:
    trainer = small_trainer()
    trainer.edit_points(add(3.0, 3.0, 0))
    inputs, targets = raw(trainer)
    dataset = trainer.dataset
    given = small_spec(
        changes={
            "data": {
                "kind": "inline",
                "inputs": inputs.tolist(),
                "targets": targets.tolist(),
                "test_inputs": dataset.raw_test_inputs.tolist(),  # type: ignore[union-attr]
                "test_targets": dataset.test_targets.tolist(),  # type: ignore[union-attr]
            }
        }
    )
    fresh = Trainer(given)
    trainer.reset()
    for each in (trainer, fresh):
        each.advance_steps(60)
    assert bits(trainer) == bits(fresh)
    assert trainer.evaluate("test") == fresh.evaluate("test")
    # And it can be saved and read again.
    assert ExperimentSpec.from_dict(trainer.spec.to_dict()) == trainer.spec


def test_a_point_added_and_erased_leaves_the_run_as_if_nothing_had_been() -> None:
    trainer, other = started(), started()
    trainer.edit_points(add(-5.9, 5.9))
    trainer.edit_points(erase(-5.9, 5.9))
    np.testing.assert_array_equal(trainer.dataset.inputs, other.dataset.inputs)
    for each in (trainer, other):
        each.advance_steps(40)
    assert bits(trainer) == bits(other)


def test_all_points_within_reach_are_erased_and_of_the_split_meant() -> None:
    trainer = started()
    inputs, _ = raw(trainer)
    x1, x2 = inputs[3]
    distance = np.hypot(inputs[:, 0] - x1, inputs[:, 1] - x2)
    test = trainer.dataset.raw_test_inputs
    trainer.edit_points(erase(x1, x2, 2.0, "train"))
    np.testing.assert_array_equal(raw(trainer)[0], inputs[distance > 2.0])
    np.testing.assert_array_equal(trainer.dataset.raw_test_inputs, test)


def test_test_points_are_added_and_the_last_of_them_erased() -> None:
    trainer = started(changes={"data.test_fraction": 0.0})
    assert trainer.evaluate("test") is None
    trainer.edit_points(add(1, 1, 0, "test"))
    np.testing.assert_array_equal(trainer.dataset.raw_test_inputs, [[1.0, 1.0]])
    assert trainer.evaluate("test") is not None
    trainer.edit_points(erase(1, 1, split="test"))
    assert trainer.evaluate("test") is None
    assert len(raw(trainer)[0]) == 40


@pytest.mark.parametrize(
    ("targets", "label", "row"),
    [([[-1], [1], [1]], 0, [-1]), ([[-1], [1], [1]], 1, [1]), ([[0], [2], [1]], 2, [2])],
)
def test_targets_are_written_as_the_data_write_them(
    targets: list[list[float]], label: int, row: list[float]
) -> None:
    classes = 1 if len({t[0] for t in targets}) == 2 else 3
    output = {"units": classes, "activation": "sigmoid" if classes == 1 else "softmax"}
    trainer = Trainer(
        ExperimentSpec.from_dict(
            {
                "data": {"kind": "inline", "inputs": [[0, 1], [1, 0], [2, 2]], "targets": targets},
                "network": {"layers": [output]},
                "training": {
                    "loss": "binary_cross_entropy" if classes == 1 else "cross_entropy",
                },
            }
        ).with_changes({"data.test_fraction": 0.0})
    )
    trainer.edit_points(add(3, 3, label))
    np.testing.assert_array_equal(trainer.dataset.targets, [*targets, row])


def test_in_a_regression_a_point_has_a_value() -> None:
    trainer = Trainer(
        ExperimentSpec.from_dict(
            {
                "data": {"kind": "sine", "samples": 20},
                "network": {"layers": [{"units": 1, "activation": "linear"}]},
                "training": {"loss": "mean_squared_error"},
            }
        )
    )
    trainer.edit_points(add(2, 2, -0.5))
    assert trainer.dataset.task == "regression"
    assert trainer.dataset.targets[-1, 0] == -0.5


def test_undo_and_redo_of_an_edit_keep_what_was_trained() -> None:
    trainer = started()
    before, spec = bits(trainer), trainer.spec
    trainer.edit_points(add(1, 1))
    assert trainer.history.undo_title == "points added"
    edited = trainer.spec
    trainer.undo()
    assert (bits(trainer), trainer.spec) == (before, spec)
    trainer.redo()
    assert trainer.spec == edited
    trainer.advance_steps(5)
    trained = bits(trainer)
    trainer.undo()
    assert (bits(trainer), trainer.spec, trainer.step) == (trained, spec, 12)


def test_edits_of_one_stroke_are_undone_as_one() -> None:
    trainer = started()
    spec = trainer.spec
    for place in range(4):
        trainer.edit_points(add(place, place), "stroke 1")
    trainer.edit_points(erase(3, 3), "stroke 2")
    trainer.undo()
    assert len(raw(trainer)[0]) == 34
    trainer.undo()
    assert trainer.spec == spec


def test_going_back_behind_an_edit_and_forward_again_gives_the_same_bits() -> None:
    trainer = started(3)
    trainer.edit_points(add(1, 1))
    trainer.advance_steps(4)
    reached, spec = bits(trainer), trainer.spec
    for _ in range(5):
        go_back(trainer, "batch")
    assert trainer.spec.data.kind == "spiral"
    trainer.advance_steps(5)
    assert (bits(trainer), trainer.spec, trainer.step) == (reached, spec, 7)


def test_where_fewer_points_are_left_than_the_epoch_has_used_the_next_one_begins() -> None:
    trainer = started(3)
    assert (trainer.epoch, trainer.assembly.feed.row) == (0, 24)
    before, spec = bits(trainer), trainer.spec
    inputs, targets = raw(trainer)
    keep = inputs[[int(np.argmax(targets == 1)), int(np.argmax(targets == 0))]]
    far = np.hypot(*(inputs - keep[0]).T) + np.hypot(*(inputs - keep[1]).T)
    for x1, x2 in inputs[np.argsort(far)[2:]]:
        trainer.edit_points(erase(x1, x2, 1e-9, "train"), "stroke")
    assert len(raw(trainer)[0]) == 2
    assert (trainer.epoch, trainer.assembly.feed.row) == (1, 0)
    trainer.undo()
    assert (bits(trainer), trainer.spec) == (before, spec)
    assert (trainer.epoch, trainer.assembly.feed.row) == (0, 24)


def test_an_edit_in_mid_step_abandons_it_and_says_so() -> None:
    trainer = started()
    trainer.advance_op()
    assert trainer.edit_points(add(1, 1)) == (
        "The step in progress was abandoned; it starts again.",
    )
    assert trainer.program.pc == 0


def test_the_mark_in_the_curves_counts_the_points() -> None:
    trainer = started()
    trainer.edit_points(add(1, 1))
    mark = trainer.log.marks[-1]
    assert (mark.step, mark.text) == (7, "points edited: now 41")
    trainer.edit_points(add(2, 1))
    assert [(mark.step, mark.text) for mark in trainer.log.marks] == [(7, "points edited: now 42")]


def test_choosing_a_generated_set_after_an_edit_begins_another_run() -> None:
    trainer = started()
    trainer.edit_points(add(1, 1))
    trainer.change(
        {
            "data": {
                "kind": "moons",
                "inputs": None,
                "targets": None,
                "test_inputs": None,
                "test_targets": None,
            }
        }
    )
    assert trainer.step == 0


def refusal(trainer: Trainer, edit: PointEdit) -> str:
    before, spec = bits(trainer), trainer.spec
    with pytest.raises(UserError) as refused:
        trainer.edit_points(edit)
    assert (bits(trainer), trainer.spec) == (before, spec)
    return str(refused.value)


def test_what_would_leave_too_little_is_refused() -> None:
    trainer = started()
    assert "2 training points have to stay" in refusal(trainer, erase(0, 0, 20))
    three = small_trainer(
        {"data": {"kind": "gaussians", "classes": 3, "noise": 0.0}},
        ((3, "softmax"),),
        "cross_entropy",
    )
    inputs, targets = raw(three)
    centre = inputs[targets[:, 0] == 2].mean(axis=0)
    assert "The last point of class 2 stays" in refusal(three, erase(*centre, 2.0))


def test_other_settings_of_edited_points_reach_no_further_than_ever() -> None:
    trainer = started()
    trainer.edit_points(add(1, 1))
    rate = trainer.spec.with_changes({"training.optimizer.learning_rate": 0.5})
    assert scope_of(trainer.spec, rate) == Scope.NUMBERS
    plain = trainer.spec.with_changes({"data.normalize": False})
    assert scope_of(trainer.spec, plain) == Scope.ANEW


def test_erasing_where_nothing_is_changes_nothing() -> None:
    trainer = started()
    spec = trainer.spec
    assert trainer.edit_points(erase(-5.99, 5.99, 0.001)) == ()
    assert trainer.spec is spec
    assert trainer.history.undo_title == ""


def test_data_that_are_no_points_of_the_plane_are_refused() -> None:
    iris = small_trainer({"data": {"kind": "iris"}}, ((3, "softmax"),), "cross_entropy")
    assert not can_edit(iris.spec, iris.dataset)
    assert "Only points of the plane" in refusal(iris, add(1, 1))
    dataset = Dataset(np.zeros((4, 2)), np.array([0.0, 1, 0, 1]), "classification")
    given = Trainer(small_spec(), dataset)
    assert "handed over" in refusal(given, add(1, 1))


def test_a_run_goes_on_while_points_are_added() -> None:
    runner = Runner(small_trainer())
    driver = Driver(runner)
    runner.start()
    driver.send(Run(), EditPoints(add(1, 1), "stroke"), EditPoints(add(2, 2), "stroke"))
    driver.settle()

    def has_trained() -> bool:
        runner.grant(perf_counter() + 0.01)
        return driver.look().step >= 20

    driver.wait(has_trained)
    driver.send(Pause())
    after = driver.settle()
    assert runner.shutdown()
    assert (len(after.dataset.inputs), after.undo) == (32, "points added")
