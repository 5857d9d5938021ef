"""Claims about undo and redo: settings go back, training stays, and nothing is lost on the way."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from core import ExperimentSpec, Remedy, Trainer, UserError
from core.training.changes import Scope, scope_of
from core.training.history import History
from core.training.travel import go_back, go_to, isolate
from tests.core.experiments import bits, readable, small_spec, small_trainer

LR, KIND = "training.optimizer.learning_rate", "training.optimizer.kind"
UNITS, SEED = "network.layers[1].units", "seed"
ADAM = {KIND: "adam"}
CURVES = ("batch_steps", "batch_loss", "steps", "train_loss", "test_loss", "rms_steps", "rms")


def whole(trainer: Trainer) -> tuple[object, ...]:
    """Return all that a run is and all that can be read of it, bit for bit."""
    curves = trainer.log.curves()
    return (
        trainer.spec,
        trainer.program.pc,
        repr(trainer.last_loss),
        trainer.batch_rows.tobytes(),
        bits(trainer),
        readable(trainer),
        *(getattr(curves, name).tobytes() for name in CURVES),
        curves.marks,
        trainer.log.latest,
        trainer.findings(),
        trainer.halted,
    )


def titles(trainer: Trainer) -> tuple[str, str]:
    snapshot = trainer.snapshot()
    return snapshot.undo, snapshot.redo


def layers_of(trainer: Trainer) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(layer.W.copy(), layer.b.copy()) for layer in trainer.network.layers]


# ---------------------------------------------------------------- numbers and programs


def test_without_changes_there_is_nothing_to_undo_or_redo() -> None:
    trainer = small_trainer()
    before = whole(trainer)
    for ask in (trainer.undo, trainer.redo):
        with pytest.raises(UserError, match="There is nothing to"):
            ask()
    assert whole(trainer) == before
    assert titles(trainer) == ("", "")


def test_an_undone_number_counts_from_the_present_step_on() -> None:
    trainer, straight = small_trainer(ADAM), small_trainer(ADAM)
    trainer.advance_steps(7)
    trainer.change({LR: 0.5})
    assert titles(trainer) == ("learning rate 0.5", "")
    trainer.advance_steps(4)
    weights = trainer.network.params.data.copy()
    assert trainer.undo() == ()
    np.testing.assert_array_equal(trainer.network.params.data, weights)
    assert titles(trainer) == ("", "learning rate 0.5")
    trainer.advance_steps(9)

    straight.advance_steps(7)
    straight.change({LR: 0.5})
    straight.advance_steps(4)
    straight.change({LR: 0.1})
    straight.advance_steps(9)
    assert bits(trainer) == bits(straight)
    assert trainer.log.marks == straight.log.marks


def test_an_undone_number_that_no_step_has_used_leaves_no_trace() -> None:
    for ops in (0, 5, 13):
        trainer, straight = small_trainer(ADAM), small_trainer(ADAM)
        for each in (trainer, straight):
            each.advance_steps(7)
            for _ in range(ops):
                each.advance_op()
        trainer.change({LR: 0.5})
        trainer.undo()
        assert whole(trainer) == whole(straight)
        for each in (trainer, straight):
            each.advance_steps(60)
        assert whole(trainer) == whole(straight)


@pytest.mark.parametrize("change", [{KIND: "sgd"}, {"training.batch_size": 5}, {"data.noise": 0.3}])
def test_an_undone_program_goes_on_with_the_present_weights(change: dict[str, Any]) -> None:
    trainer = small_trainer(ADAM)
    former = trainer.spec
    trainer.advance_steps(7)
    trainer.change(change)
    trainer.advance_steps(5)
    weights = trainer.network.params.data.copy()
    trainer.undo()
    assert trainer.spec == former
    assert trainer.step == 12
    np.testing.assert_array_equal(trainer.network.params.data, weights)
    trainer.redo()
    assert trainer.spec == former.with_changes(change)


@pytest.mark.parametrize(
    "change", [{KIND: "sgd"}, {"training.batch_size": 5}, {UNITS: 2}, {UNITS: 6}], ids=str
)
@pytest.mark.parametrize("steps", [0, 4, 7])
def test_a_change_undone_at_once_is_exactly_as_if_it_had_never_been(
    change: dict[str, Any], steps: int
) -> None:
    trainer, straight = small_trainer(ADAM), small_trainer(ADAM)
    for each in (trainer, straight):
        each.advance_steps(steps)
    trainer.change(change)
    trainer.undo()
    assert trainer.dataset is not None
    for count in (0, 1, 70):
        trainer.advance_steps(count)
        straight.advance_steps(count)
        # What is on show of the step before is not kept: another program stood in its place.
        assert bits(trainer) == bits(straight)
        assert whole(trainer)[6:] == whole(straight)[6:]


# ---------------------------------------------------------------- layers


def test_undone_layers_keep_their_training_and_get_back_what_had_been_removed() -> None:
    trainer = small_trainer(ADAM)
    trainer.advance_steps(6)
    (W1, _), (W2, b2), (W3, _) = layers_of(trainer)
    state = np.array(trainer.value("v"))
    layout = trainer.snapshot().layout
    trainer.change({UNITS: 1})
    trainer.advance_steps(3)
    (V1, c1), (V2, c2), (V3, c3) = layers_of(trainer)
    assert not np.array_equal(V1, W1)
    trainer.undo()
    (U1, d1), (U2, d2), (U3, d3) = layers_of(trainer)
    for now, trained in ((U1, V1), (d1, c1), (U2[:1], V2), (d2[:1], c2), (U3[:, :1], V3), (d3, c3)):
        np.testing.assert_array_equal(now, trained)
    # The two units that had been removed come back as they were, with their optimizer state.
    np.testing.assert_array_equal(U2[1:], W2[1:])
    np.testing.assert_array_equal(d2[1:], b2[1:])
    np.testing.assert_array_equal(U3[:, 1:], W3[:, 1:])
    frame = trainer.keyframe()
    np.testing.assert_array_equal(
        layout.weights(frame.optimizer["v"], 2)[1:], layout.weights(state, 2)[1:]
    )
    assert (frame.step, frame.updates) == (9, 9)


def test_a_removed_layer_comes_back_with_its_weights() -> None:
    trainer = small_trainer()
    trainer.advance_steps(6)
    _, (W2, b2), _ = layers_of(trainer)
    layers = trainer.spec.to_dict()["network"]["layers"]
    trainer.change({"network.layers": [layers[0], layers[2]]})
    trainer.advance_steps(3)
    (V1, c1), (V2, c2) = layers_of(trainer)
    trainer.undo()
    (U1, d1), (U2, d2), (U3, d3) = layers_of(trainer)
    for now, expected in ((U1, V1), (d1, c1), (U2, W2), (d2, b2), (U3, V2[:, :3]), (d3, c2)):
        np.testing.assert_array_equal(now, expected)


def test_added_units_come_again_with_what_they_had_learned() -> None:
    trainer = small_trainer(ADAM)
    trainer.advance_steps(6)
    trainer.change({UNITS: 6})
    trainer.advance_steps(8)
    (_, _), (W2, b2), (W3, _) = layers_of(trainer)
    trained = bits(trainer)
    trainer.undo()
    assert trainer.network.layout.widths == (2, 4, 3, 1)
    trainer.redo()
    assert bits(trainer) == trained
    trainer.undo()
    trainer.advance_steps(2)
    trainer.redo()
    (_, _), (V2, c2), (V3, _) = layers_of(trainer)
    np.testing.assert_array_equal(V2[3:], W2[3:])
    np.testing.assert_array_equal(c2[3:], b2[3:])
    np.testing.assert_array_equal(V3[:, 3:], W3[:, 3:])
    assert not np.array_equal(V2[:3], W2[:3])


def test_undoing_another_program_in_mid_step_abandons_the_step_and_says_so() -> None:
    trainer, between = small_trainer(ADAM), small_trainer(ADAM)
    for each in (trainer, between):
        each.advance_steps(3)
        each.change({UNITS: 5})
        each.advance_steps(3)
    for _ in range(9):
        trainer.advance_op()
    (note,) = trainer.undo()
    assert "abandoned" in note
    assert between.undo() == ()
    assert trainer.program.pc == 0
    assert bits(trainer) == bits(between)


def test_a_number_undone_in_mid_step_leaves_the_step_where_it_is() -> None:
    trainer = small_trainer({KIND: "sgd"})
    trainer.advance_steps(3)
    trainer.change({LR: 0.5})
    trainer.advance_steps(3)
    while trainer.program.peek().phase != "update":
        trainer.advance_op()
    place, before = trainer.program.pc, trainer.network.params.data.copy()
    assert trainer.undo() == ()
    assert trainer.program.pc == place
    trainer.advance_step()
    gradient = trainer.network.grads.data
    np.testing.assert_array_equal(trainer.network.params.data, before - 0.1 * gradient)


# ---------------------------------------------------------------- other runs


ANEW: list[dict[str, Any]] = [
    {SEED: 9},
    {"data.kind": "moons"},
    {"data.samples": 60},
    {"network.initializer": "he_normal"},
]


@pytest.mark.parametrize("change", ANEW, ids=str)
@pytest.mark.parametrize(("steps", "ops"), [(0, 0), (37, 0), (37, 5)])
def test_undoing_another_run_brings_the_former_one_back_as_it_was(
    change: dict[str, Any], steps: int, ops: int
) -> None:
    trainer, straight = small_trainer(ADAM), small_trainer(ADAM)
    for each in (trainer, straight):
        each.advance_steps(steps)
        for _ in range(ops):
            each.advance_op()
    trainer.change(change)
    assert trainer.step == 0
    trainer.advance_steps(23)
    other = whole(trainer)
    trainer.undo()
    assert whole(trainer) == whole(straight)
    trainer.redo()
    assert whole(trainer) == other
    trainer.undo()
    for each in (trainer, straight):
        each.advance_steps(90)
    assert whole(trainer) == whole(straight)
    # The way back is the former run's too.
    for each in (trainer, straight):
        go_to(each, 30, 0)
    assert whole(trainer)[4:] == whole(straight)[4:]


def test_undoing_another_run_brings_back_its_maps_and_metrics() -> None:
    trainer = small_trainer()
    trainer.advance_steps(20)
    before = trainer.snapshot()
    trainer.change({"data.kind": "moons"})
    trainer.snapshot()
    trainer.undo()
    after = trainer.snapshot(previous=before)
    assert after.structure > before.structure
    assert before.maps is not None
    assert after.maps is not None
    np.testing.assert_array_equal(after.maps.output, before.maps.output)
    np.testing.assert_array_equal(after.predictions.outputs, before.predictions.outputs)
    assert trainer.evaluate("train") is not None


def test_reset_and_loading_can_be_undone() -> None:
    trainer, straight = small_trainer(), small_trainer()
    for each in (trainer, straight):
        each.advance_steps(40)
    trainer.reset()
    assert titles(trainer) == ("reset", "")
    trainer.advance_steps(3)
    trainer.load(small_spec(((2, "relu"), (1, "sigmoid"))).with_changes({"name": "two units"}))
    assert titles(trainer) == ("experiment two units", "")
    trainer.undo()
    trainer.undo()
    assert titles(trainer) == ("", "reset")
    assert whole(trainer) == whole(straight)


def test_a_run_that_has_not_gone_anywhere_is_not_kept_by_reset() -> None:
    trainer = small_trainer()
    trainer.reset()
    assert titles(trainer) == ("", "")
    trainer.change({UNITS: 5})
    trainer.reset()
    assert titles(trainer)[0] == "reset"


def test_a_halted_run_comes_back_halted() -> None:
    trainer = small_trainer({LR: 1e308})
    trainer.advance_steps(9)
    assert trainer.halted is not None
    before = whole(trainer)
    trainer.change({SEED: 3})
    trainer.undo()
    assert whole(trainer) == before


def test_undoing_the_number_that_halted_the_run_lets_it_go_on() -> None:
    trainer, straight = small_trainer(ADAM), small_trainer(ADAM)
    for each in (trainer, straight):
        each.advance_steps(5)
    trainer.change({LR: 1e308})
    trainer.advance_steps(1)
    assert trainer.halted is not None
    trainer.undo()
    assert trainer.halted is None
    for each in (trainer, straight):
        each.advance_steps(5)
    assert bits(trainer) == bits(straight)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_cure_is_one_change(restarts: bool) -> None:
    changes = {"training": {"batch_size": 5, "optimizer": {"kind": "adam", "learning_rate": 0.02}}}
    remedy = Remedy("Adam in small batches", "", changes, restarts=restarts)
    trainer = small_trainer()
    former = trainer.spec
    trainer.advance_steps(12)
    before = bits(trainer)
    trainer.cure(remedy)
    assert trainer.spec == former.with_changes(changes)
    assert trainer.step == (0 if restarts else 12)
    if restarts:
        assert bits(trainer) == bits(Trainer(former.with_changes(changes)))
    assert titles(trainer) == ("Adam in small batches", "")
    with pytest.raises(UserError, match="already"):
        trainer.cure(remedy)
    trainer.undo()
    assert bits(trainer) == before
    assert titles(trainer) == ("", "Adam in small batches")


def test_a_cure_lets_a_run_that_has_stopped_go_on() -> None:
    trainer, straight = small_trainer(ADAM), small_trainer(ADAM)
    for each in (trainer, straight):
        each.advance_steps(5)
    trainer.change({LR: 1e308})
    trainer.advance_steps(3)
    assert trainer.halted is not None
    (note,) = trainer.cure(Remedy("Learning rate 0.1", "", {LR: 0.1}, restarts=False))
    assert "starts again" in note
    assert (trainer.halted, trainer.program.pc) == (None, 0)
    for each in (trainer, straight):
        each.advance_steps(20)
    assert bits(trainer) == bits(straight)
    go_to(trainer, 10, 0)
    trainer.advance_steps(15)
    assert bits(trainer) == bits(straight)
    trainer.undo()
    assert trainer.learning_rate == 1e308


# ---------------------------------------------------------------- the lists


def test_changes_are_undone_in_reverse_and_redone_in_order() -> None:
    trainer = small_trainer()
    specs = [trainer.spec]
    for change in ({LR: 0.3}, {UNITS: 5}, {SEED: 4}, {KIND: "adam"}, {"data.kind": "moons"}):
        trainer.advance_steps(3)
        trainer.change(change)
        specs.append(trainer.spec)
    for spec in reversed(specs[:-1]):
        trainer.undo()
        assert trainer.spec == spec
    assert trainer.snapshot().redo == "learning rate 0.3"
    for spec in specs[1:]:
        trainer.redo()
        assert trainer.spec == spec
    assert titles(trainer) == ("data set moons", "")


def test_a_new_change_clears_what_could_be_redone_and_no_change_does_not() -> None:
    trainer = small_trainer()
    trainer.change({LR: 0.3})
    trainer.undo()
    trainer.change({LR: 0.1})
    assert titles(trainer) == ("", "learning rate 0.3")
    with pytest.raises(UserError):
        trainer.change({LR: -1})
    assert titles(trainer) == ("", "learning rate 0.3")
    trainer.change({UNITS: 4})
    assert titles(trainer) == ("layers 4-4-1", "")


@pytest.mark.parametrize(
    ("place", "values", "title"),
    [
        (LR, (0.2, 0.3, 0.4), "learning rate 0.4"),
        (UNITS, (4, 2, 5), "layers 4-5-1"),
        ("data.noise", (0.2, 0.3, 0.4), "noise 0.4"),
        ("data.samples", (50, 60, 70), "samples 70"),
    ],
)
def test_changes_of_one_gesture_are_one(place: str, values: tuple[Any, ...], title: str) -> None:
    trainer = small_trainer()
    former = trainer.spec
    trainer.advance_steps(3)
    before, weights = bits(trainer), layers_of(trainer)
    trainer.change({LR: 0.05}, gesture="a")
    for value in values:
        trainer.change({place: value}, gesture="b")
        trainer.advance_steps(2)
    assert titles(trainer) == (title, "")
    trainer.undo()
    assert trainer.spec == former.with_changes({LR: 0.05})
    assert titles(trainer)[0] == "learning rate 0.05"
    if place == UNITS:
        np.testing.assert_array_equal(layers_of(trainer)[1][0][2:], weights[1][0][2:])
    if place == "data.samples":
        assert bits(trainer) == before
    trainer.undo()
    assert trainer.spec == former


def test_units_drawn_within_a_gesture_come_again_by_redo() -> None:
    trainer = small_trainer()
    for units in (4, 2, 5):
        trainer.change({UNITS: units}, gesture="drag")
    trainer.advance_steps(3)
    weights = layers_of(trainer)[1][0]
    trainer.undo()
    trainer.advance_steps(3)
    trained = layers_of(trainer)[1][0]
    trainer.redo()
    # Two units have lived on all the time; the third one is not the one that undo gave back.
    now = layers_of(trainer)[1][0]
    np.testing.assert_array_equal(now[:2], trained[:2])
    np.testing.assert_array_equal(now[2:], weights[2:])


@pytest.mark.parametrize("place", [UNITS, "training.batch_size", "data.samples"])
def test_a_gesture_that_no_step_has_seen_leaves_no_trace(place: str) -> None:
    trainer, straight = small_trainer(ADAM), small_trainer(ADAM)
    for each in (trainer, straight):
        each.advance_steps(9)
    for value in (4, 2, 7):
        trainer.change({place: value}, gesture="drag")
    trainer.undo()
    assert bits(trainer) == bits(straight)
    for each in (trainer, straight):
        each.advance_steps(5)
    assert whole(trainer) == whole(straight)


def test_a_number_dragged_back_to_where_it_was_is_no_change() -> None:
    trainer = small_trainer()
    for value in (0.2, 0.5, 0.1):
        trainer.change({LR: value}, gesture="drag")
    assert titles(trainer) == ("", "")
    for value in (0.2, 0.5, 0.1):
        trainer.change({LR: value})
    assert titles(trainer)[0] == "learning rate 0.1"


def test_the_oldest_changes_are_forgotten_first() -> None:
    trainer = small_trainer()
    trainer.history = History(most=3)
    for rate in (0.2, 0.3, 0.4, 0.5, 0.6):
        trainer.change({LR: rate})
    for rate in (0.5, 0.4, 0.3):
        trainer.undo()
        assert trainer.learning_rate == rate
    with pytest.raises(UserError, match="nothing to undo"):
        trainer.undo()


def test_what_runs_set_aside_take_is_bounded_and_the_latest_is_never_forgotten() -> None:
    trainer = small_trainer(ADAM, ((30, "tanh"), (30, "tanh"), (1, "sigmoid")))
    trainer.advance_steps(640)
    kept = trainer.timeline, trainer.assembly, trainer.log
    trainer.history = history = History(byte_limit=5 * sum(part.byte_count for part in kept))
    for seed in range(1, 16):
        trainer.change({SEED: seed})
        trainer.advance_steps(640)
    # Of old runs the past goes first, so that many more of them fit.
    undone = 0
    while history.undo_title:
        trainer.undo()
        undone += 1
        assert (trainer.spec.seed, trainer.step) == (15 - undone, 640)
    assert 6 < undone < 15
    history = trainer.history = History(byte_limit=1)
    for seed in (50, 51, 52):
        trainer.change({SEED: seed})
    trainer.undo()
    assert (trainer.spec.seed, history.undo_title) == (51, "")


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"data.kind": "moons", SEED: 4}, "data set moons"),
        ({SEED: 4}, "seed 4"),
        ({"data.test_fraction": 0.5}, "test share 50 %"),
        ({"data.features": ["x1", "x2", "x1*x2"]}, "inputs x1, x2, x1*x2"),
        ({"network.dtype": "float32"}, "precision float32"),
        ({"network.layers": [{"units": 3}] * 7 + [{"activation": "sigmoid", "units": 1}]},
         "layers 3×7-1"),
        ({"network.initializer": "he_normal"}, "initializer he normal"),
        ({"network.biases": False}, "biases off"),
        ({"network.layers[0].activation": "relu"}, "activation ReLU"),
        ({"network.layers[0].biases": [0, 0, 0, 0]}, "start values"),
        ({LR: 0.5, KIND: "adam", "training.batch_size": 3, "training.shuffle": False},
         "optimizer Adam, learning rate 0.5, batch size 3, 1 more"),
    ],
)  # fmt: skip
def test_changes_are_called_by_what_they_change(changes: dict[str, Any], title: str) -> None:
    trainer = small_trainer()
    trainer.change(changes)
    assert titles(trainer) == (title, "")


# ---------------------------------------------------------------- going back and undo


def test_going_back_behind_a_change_takes_it_off_the_list_and_forward_puts_it_back() -> None:
    trainer = small_trainer()
    trainer.advance_steps(5)
    trainer.change({LR: 0.5})
    trainer.advance_steps(5)
    trainer.change({UNITS: 5})
    trainer.advance_steps(5)
    end = bits(trainer)
    go_to(trainer, 7, 0)
    assert titles(trainer) == ("learning rate 0.5", "")
    go_to(trainer, 2, 0)
    assert titles(trainer) == ("", "")
    trainer.advance_steps(13)
    assert titles(trainer) == ("layers 4-5-1", "")
    assert bits(trainer) == end
    trainer.undo()
    assert trainer.network.layout.widths == (2, 4, 3, 1)


def test_undo_where_the_run_went_back_to_takes_another_way_from_there() -> None:
    trainer = small_trainer()
    trainer.advance_steps(5)
    trainer.change({LR: 0.5})
    trainer.advance_steps(5)
    trainer.change({UNITS: 5})
    trainer.advance_steps(5)
    go_to(trainer, 7, 0)
    trainer.undo()
    assert titles(trainer) == ("", "learning rate 0.5")
    trainer.advance_steps(20)
    assert (trainer.learning_rate, trainer.network.layout.widths) == (0.1, (2, 4, 3, 1))
    go_to(trainer, 6, 0)
    # Here it had not been undone yet.
    assert titles(trainer) == ("learning rate 0.5", "")
    trainer.advance_steps(1)
    assert titles(trainer) == ("", "learning rate 0.5")


def test_what_was_undone_can_be_redone_as_long_as_no_change_lies_between() -> None:
    trainer = small_trainer()
    trainer.advance_steps(70)
    trainer.change({SEED: 5})
    trainer.undo()
    go_back(trainer, "batch")
    go_back(trainer, "op")
    assert titles(trainer) == ("", "seed 5")
    trainer.redo()
    assert (trainer.spec.seed, trainer.step) == (5, 0)


def test_a_replay_over_an_undone_change_has_the_same_log() -> None:
    trainer = small_trainer()
    trainer.advance_steps(10)
    trainer.change({UNITS: 1})
    trainer.advance_steps(10)
    trainer.undo()
    trainer.advance_steps(10)
    end = whole(trainer)
    go_to(trainer, 5, 0)
    trainer.advance_steps(25)
    assert whole(trainer) == end


def test_a_run_that_took_another_way_after_the_change_is_not_thrown_back() -> None:
    trainer = small_trainer()
    trainer.advance_steps(5)
    trainer.change({UNITS: 5})
    trainer.advance_steps(5)
    trainer.undo()
    go_back(trainer, "batch")
    go_back(trainer, "batch")
    trainer.undo()
    isolate(trainer, 3)
    trainer.advance_steps(2)
    weights = layers_of(trainer)
    trainer.redo()
    np.testing.assert_array_equal(layers_of(trainer)[0][0], weights[0][0])


def test_restoring_a_keyframe_begins_a_history() -> None:
    trainer, other = small_trainer(), small_trainer()
    other.advance_steps(3)
    other.change({SEED: 8})
    trainer.change({LR: 0.5})
    trainer.restore(other.keyframe())
    assert titles(trainer) == ("", "")
    trainer.advance_steps(3)
    go_to(trainer, 1, 0)
    assert titles(trainer) == ("", "")


def test_thousands_of_changes_undone_and_redone_in_any_order_keep_their_invariants() -> None:
    draw = random.Random(11)
    trainer = small_trainer()
    changes: list[dict[str, Any]] = [
        *({LR: rate} for rate in (0.01, 0.1, 0.3)),
        *({UNITS: units} for units in (1, 3, 6)),
        *({KIND: kind} for kind in ("sgd", "adam", "momentum")),
        *({SEED: seed} for seed in (0, 1)),
        {"training.batch_size": 5},
        {"network.layers": [{"units": 4}, {"units": 1, "activation": "sigmoid"}]},
        {"network.layers": [{"units": 4}, {"units": 3}, {"units": 1, "activation": "sigmoid"}]},
        {"data.kind": "circle"},
    ]
    told: dict[str, int] = {}
    for _ in range(1000):
        act = draw.choice(("train", "ops", "change", "change", "undo", "undo", "redo", "back"))
        told[act] = told.get(act, 0) + _act(trainer, act, draw, changes)
        assert np.isfinite(trainer.network.params.data).all()
    assert min(told.values()) > 30
    while trainer.history.undo_title:
        trainer.undo()
    while trainer.history.redo_title:
        trainer.redo()


def _act(trainer: Trainer, act: str, draw: random.Random, changes: list[dict[str, Any]]) -> bool:
    undo, redo = trainer.history.undo_title, trainer.history.redo_title
    spec, weights = trainer.spec, trainer.network.params.data.copy()
    if act == "train":
        trainer.advance_steps(draw.randrange(40))
    elif act == "ops":
        for _ in range(draw.randrange(12)):
            trainer.advance_op()
    elif act == "back":
        try:
            go_back(trainer, draw.choice(("op", "batch", "epoch")))
        except UserError:
            return False
    elif act == "change":
        change = draw.choice(changes)
        layers = change.get("network.layers") or spec.network.layers
        if UNITS in change and len(layers) < 3:
            return False
        gesture = draw.choice(("", "", "drag"))
        wanted = spec.with_changes(change)
        trainer.change(change, gesture)
        assert trainer.spec == wanted
        assert trainer.history.redo_title == ("" if wanted != spec else redo)
        return wanted != spec
    elif (act == "undo" and not undo) or (act == "redo" and not redo):
        return False
    else:
        _undo_or_redo(trainer, act, undo or redo)
        if scope_of(spec, trainer.spec) == Scope.NUMBERS and trainer.program.pc:
            np.testing.assert_array_equal(trainer.network.params.data, weights)
    return True


def _undo_or_redo(trainer: Trainer, act: str, title: str) -> None:
    spec: ExperimentSpec = trainer.spec
    if act == "undo":
        title = trainer.history.undo_title
        trainer.undo()
        assert trainer.history.redo_title == title
        trainer.redo()
        assert trainer.history.undo_title == title
        assert trainer.spec == spec
        trainer.undo()
    else:
        title = trainer.history.redo_title
        trainer.redo()
        assert trainer.history.undo_title == title
