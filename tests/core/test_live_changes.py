"""Claims about changes while a run goes on: what fits is kept bit for bit, the rest is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import Trainer, UserError
from tests.core.experiments import SMALL, bits, names_of, readable, small_trainer

ADAM = {"training.optimizer.kind": "adam"}


def started(changes: dict[str, Any] | None = None, steps: int = 5) -> Trainer:
    trainer = small_trainer({**ADAM, **(changes or {})})
    for _ in range(steps):
        trainer.advance_step()
    return trainer


def layers_of(trainer: Trainer) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(layer.W.copy(), layer.b.copy()) for layer in trainer.network.layers]


def test_learning_rate_changed_in_mid_step_counts_at_that_steps_update() -> None:
    changed = small_trainer({"training.optimizer": {"kind": "sgd", "learning_rate": 0.1}})
    until_update = len([op for op in changed.program.ops if op.phase != "update"])
    for _ in range(until_update):
        changed.advance_op()
    before = changed.network.params.data.copy()
    assert changed.change({"training.optimizer.learning_rate": 0.7}) == ()
    assert changed.program.pc == until_update
    changed.advance_step()
    gradient = changed.network.grads.data
    np.testing.assert_array_equal(changed.network.params.data, before - 0.7 * gradient)
    assert changed.snapshot().learning_rate == 0.7


@pytest.mark.parametrize(
    "change",
    [
        {"network.layers[0].activation": "relu"},
        {"network.layers[1].activation": "softmax"},
        {"training.optimizer.kind": "sgd"},
        {"training.optimizer.kind": "rmsprop"},
        {"training.batch_size": 3},
        {"training.loss": "half_squared_error"},
        {"data.noise": 0.4},
        {"network.input_gradient": True},
        {"training.steps": 700},
        {"name": "another"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_that_needs_no_other_weights_keeps_them_bit_for_bit(
    change: dict[str, Any],
) -> None:
    trainer = started()
    before = trainer.network.params.data.tobytes()
    trainer.change(change)
    assert trainer.network.params.data.tobytes() == before
    assert trainer.step == 5
    trainer.advance_step()
    assert trainer.step == 6
    assert trainer.network.params.data.tobytes() != before


@pytest.mark.parametrize("units", [2, 3, 5, 9])
def test_another_number_of_units_keeps_the_overlapping_block(units: int) -> None:
    trainer = started()
    (W1, b1), (W2, b2), (W3, b3) = layers_of(trainer)
    trainer.change({"network.layers[1].units": units})
    (V1, c1), (V2, c2), (V3, c3) = layers_of(trainer)
    kept = min(units, 3)
    for new, old in ((V1, W1), (c1, b1), (c3, b3)):
        np.testing.assert_array_equal(new, old)
    np.testing.assert_array_equal(V2[:kept], W2[:kept])
    np.testing.assert_array_equal(c2[:kept], b2[:kept])
    np.testing.assert_array_equal(V3[:, :kept], W3[:, :kept])
    assert V2.shape == (units, 4)
    assert V3.shape == (1, units)


def test_optimizer_state_keeps_its_overlap_and_new_entries_are_zero() -> None:
    trainer = started()
    state = np.array(trainer.value("v"))
    layout = trainer.snapshot().layout
    trainer.change({"network.layers[1].units": 5})
    new_layout, new_state = trainer.snapshot().layout, np.array(trainer.value("v"))
    kept = new_layout.weights(new_state, 2)
    np.testing.assert_array_equal(kept[:3], layout.weights(state, 2))
    np.testing.assert_array_equal(kept[3:], 0.0)
    np.testing.assert_array_equal(new_layout.bias(new_state, 2)[3:], 0.0)
    assert trainer.keyframe().updates == 5


def test_a_layer_put_in_leaves_the_others_weights_where_they_fit() -> None:
    trainer = started()
    (W1, _), (W2, _), (W3, b3) = layers_of(trainer)
    layers = trainer.spec.to_dict()["network"]["layers"]
    trainer.change({"network.layers": [*layers[:2], {"units": 3}, layers[2]]})
    new = layers_of(trainer)
    np.testing.assert_array_equal(new[0][0], W1)
    np.testing.assert_array_equal(new[1][0], W2)
    np.testing.assert_array_equal(new[3][0], W3)
    np.testing.assert_array_equal(new[3][1], b3)
    assert new[2][0].shape == (3, 3)


def test_a_layer_taken_out_leaves_the_others_weights_where_they_fit() -> None:
    trainer = started()
    (W1, b1), _, (W3, b3) = layers_of(trainer)
    layers = trainer.spec.to_dict()["network"]["layers"]
    trainer.change({"network.layers": [layers[0], layers[2]]})
    (V1, c1), (V2, c2) = layers_of(trainer)
    np.testing.assert_array_equal(V1, W1)
    np.testing.assert_array_equal(c1, b1)
    np.testing.assert_array_equal(V2[:, :3], W3)
    np.testing.assert_array_equal(c2, b3)


def test_a_change_and_back_leaves_what_both_structures_share() -> None:
    trainer = started()
    before = layers_of(trainer)
    trainer.change({"network.layers[1].units": 8})
    trainer.change({"network.layers[1].units": 3})
    for (W, b), (V, c) in zip(before, layers_of(trainer), strict=True):
        np.testing.assert_array_equal(V, W)
        np.testing.assert_array_equal(c, b)


def test_biases_switched_off_keep_the_weights_and_start_at_zero_when_switched_on() -> None:
    trainer = started()
    before = layers_of(trainer)
    trainer.change({"network.biases": False})
    trainer.change({"network.biases": True})
    for (W, _), (V, c) in zip(before, layers_of(trainer), strict=True):
        np.testing.assert_array_equal(V, W)
        np.testing.assert_array_equal(c, 0.0)


@pytest.mark.parametrize(
    "change",
    [
        {"network.layers[0].units": 6},
        {"network.layers[0].activation": "relu"},
        {"training.batch_size": 3},
        {"training.optimizer.kind": "sgd"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_structural_change_in_mid_step_abandons_the_step_and_says_so(
    change: dict[str, Any],
) -> None:
    trainer, between = started(), started()
    for _ in range(7):
        trainer.advance_op()
    notes = trainer.change(change)
    assert len(notes) == 1
    assert "abandoned" in notes[0]
    assert between.change(change) == ()
    assert (trainer.step, trainer.program.pc) == (5, 0)
    assert trainer.value("z1") is None
    trainer.advance_step()
    between.advance_step()
    assert bits(trainer) == bits(between)


def test_a_structural_change_in_the_middle_of_the_update_undoes_its_beginning() -> None:
    trainer, between = started(), started()
    while trainer.program.peek().name != "parameters":
        trainer.advance_op()
    trainer.change({"training.batch_size": 3})
    between.change({"training.batch_size": 3})
    assert bits(trainer) == bits(between)


def test_another_optimizer_starts_at_t_zero_with_empty_state() -> None:
    trainer = started()
    trainer.change({"training.optimizer.kind": "adamw"})
    frame = trainer.keyframe()
    assert frame.updates == 0
    assert not any(array.any() for array in frame.optimizer.values())
    trainer.change({"training.optimizer": {"kind": "adam", "learning_rate": 0.01}})
    before = trainer.network.params.data.copy()
    trainer.advance_step()
    moved = np.abs(trainer.network.params.data - before)
    np.testing.assert_allclose(moved, 0.01, rtol=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"training.optimizer.learning_rate": -1},
        {"network.layers[0].units": 0},
        {"network.layers[2].units": 3},
        {"network.layers[2].activation": "relu"},
        {"training.loss": "cross_entropy"},
        {"data.features": ["x3"]},
        {"data.kind": "iris"},
        {"data.kind": "gaussians"},
        {"network.colour": "red"},
        {"network.layers[9].units": 3},
        {"training.sigma": -1, "training.batch_size": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("ops", [0, 4])
def test_a_refused_change_changes_nothing(change: dict[str, Any], ops: int) -> None:
    trainer, other = started(), started()
    for _ in range(ops):
        trainer.advance_op()
        other.advance_op()
    spec, values = trainer.spec, readable(trainer)
    with pytest.raises(UserError):
        trainer.change(change)
    assert trainer.spec == spec
    assert (trainer.program.pc, readable(trainer)) == (ops, values)
    for _ in range(6):
        trainer.advance_step()
        other.advance_step()
    assert bits(trainer) == bits(other)


def test_a_new_batch_size_goes_on_in_the_epoch_where_the_old_one_stopped() -> None:
    trainer = small_trainer()
    seen = []
    for size in (8, 3, 7):
        trainer.change({"training.batch_size": size})
        trainer.advance_step()
        seen += np.array(trainer.value("x")).tolist()
    while trainer.epoch == 0:
        trainer.advance_step()
        seen += np.array(trainer.value("x")).tolist()
    assert sorted(seen) == sorted(trainer.dataset.inputs.tolist())


def test_a_new_seed_draws_all_anew() -> None:
    trainer = started()
    trainer.change({"seed": 9})
    fresh = small_trainer({**ADAM, "seed": 9})
    assert trainer.step == 0
    assert bits(trainer) == bits(fresh)


def test_reset_after_live_changes_is_a_fresh_run_of_the_specification_at_hand() -> None:
    trainer = started()
    trainer.change({"network.layers[0].units": 6, "training.batch_size": 5})
    trainer.advance_step()
    trainer.reset()
    fresh = Trainer(trainer.spec)
    assert bits(trainer) == bits(fresh)


def test_changes_are_marked_in_the_curves_at_their_step() -> None:
    trainer = started()
    trainer.change({"training.optimizer.learning_rate": 0.006})
    trainer.advance_step()
    trainer.change({"network.layers[0].activation": "relu"})
    marks = trainer.snapshot().curves.marks
    assert [(mark.step, mark.text) for mark in marks] == [
        (5, "learning rate 0.006"),
        (6, "activation ReLU"),
    ]


def test_noise_moves_the_points_and_nothing_else() -> None:
    trainer = started({"data.noise": 0.0})
    before, rows = trainer.dataset.inputs.copy(), len(trainer.dataset.inputs)
    trainer.change({"data.noise": 0.2})
    assert len(trainer.dataset.inputs) == rows
    assert not np.array_equal(trainer.dataset.inputs, before)
    np.testing.assert_array_equal(
        trainer.dataset.targets, small_trainer({"data.noise": 0.2}).dataset.targets
    )


def test_names_follow_the_structure() -> None:
    trainer = started()
    assert "z3" in names_of(trainer)
    trainer.change({"network.layers": [{"units": 1, "activation": "sigmoid"}]})
    assert "z2" not in names_of(trainer)
    assert len(trainer.network.layers) == 1
    assert len(SMALL) == 3
