"""Claims about snapshots: self-contained, read-only pictures that agree with the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from core import Snapshot, Trainer
from core.training.snapshot import Part
from tests.core.experiments import names_of, small_trainer, value_of


def arrays_in(thing: Any, place: str = "snapshot") -> Iterator[tuple[str, np.ndarray]]:
    """Yield every array that a snapshot holds, and where."""
    if isinstance(thing, np.ndarray):
        yield place, thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from arrays_in(getattr(thing, field.name), f"{place}.{field.name}")
    elif isinstance(thing, Mapping):
        for key, item in thing.items():
            yield from arrays_in(item, f"{place}[{key}]")
    elif isinstance(thing, tuple | list):
        for index, item in enumerate(thing):
            yield from arrays_in(item, f"{place}[{index}]")


def started(steps: int = 5, ops: int = 6) -> Trainer:
    trainer = small_trainer()
    for _ in range(steps):
        trainer.advance_step()
    for _ in range(ops):
        trainer.advance_op()
    return trainer


@pytest.mark.parametrize(("steps", "ops"), [(0, 0), (4, 0), (5, 6)])
def test_no_array_of_a_snapshot_can_be_written(steps: int, ops: int) -> None:
    snapshot = started(steps, ops).snapshot()
    found = dict(arrays_in(snapshot))
    assert len(found) > 30
    assert [place for place, array in found.items() if array.flags.writeable] == []


@pytest.mark.parametrize(("steps", "ops"), [(0, 0), (4, 0), (5, 6)])
def test_a_snapshot_does_not_follow_the_run(steps: int, ops: int) -> None:
    trainer = started(steps, ops)
    snapshot = trainer.snapshot()
    before = {place: array.tobytes() for place, array in arrays_in(snapshot)}
    for _ in range(20):
        trainer.advance_step()
    trainer.change({"network.layers[0].units": 6})
    trainer.advance_step()
    after = {place: array.tobytes() for place, array in arrays_in(snapshot)}
    assert [place for place in before if before[place] != after[place]] == []


def test_a_snapshot_says_where_the_run_is() -> None:
    trainer = started()
    snapshot = trainer.snapshot()
    assert (snapshot.step, snapshot.in_step) == (5, True)
    assert snapshot.epoch == pytest.approx(1 + 8 / 30)
    np.testing.assert_array_equal(snapshot.parameters, trainer.network.params.data)
    assert (snapshot.trace.position, snapshot.trace.step, snapshot.trace.completed) == (6, 5, False)
    trainer.advance_step()
    finished = trainer.snapshot()
    assert (finished.step, finished.in_step) == (6, False)
    assert finished.trace.completed
    assert finished.trace.position == len(finished.trace.ops)
    assert finished.trace.step == 5
    assert finished.loss == trainer.value("loss")


@pytest.mark.parametrize("steps", [1, 3, 4, 5, 7, 8])
def test_the_trace_names_the_rows_whose_values_are_on_show(steps: int) -> None:
    trainer = started(steps, 0)
    trace = trainer.snapshot().trace
    np.testing.assert_array_equal(trainer.dataset.inputs[trace.rows], trainer.value("x"))
    trainer.advance_op()
    trace = trainer.snapshot().trace
    np.testing.assert_array_equal(trainer.dataset.inputs[trace.rows], trainer.value("x"))


def test_the_trace_holds_the_values_of_the_sample_in_view() -> None:
    trainer = started(5, 0)
    trainer.in_view.sample = 3
    values = trainer.snapshot().trace.values
    for name in ("x", "z1", "a2", "dz3"):
        np.testing.assert_array_equal(values[name], value_of(trainer, name)[3])
    np.testing.assert_array_equal(values["dW2"], trainer.value("dW2"))
    factors = {"da3", "slope3"}
    assert set(values) == {*names_of(trainer), *factors}
    np.testing.assert_allclose(values["da3"] * values["slope3"], values["dz3"], rtol=1e-12)


def test_the_trace_keeps_the_weights_that_the_step_began_with() -> None:
    trainer = started(5, 0)
    before = trainer.network.layers[0].W.copy()
    for _ in trainer.program.ops:
        trainer.advance_op()
    trace = trainer.snapshot().trace
    assert trace.completed
    assert trace.holds_start
    np.testing.assert_array_equal(trace.values["W1"], before)
    assert not np.array_equal(trainer.network.layers[0].W, before)


def test_after_a_run_the_trace_says_that_its_weights_are_the_new_ones() -> None:
    trainer = started(0, 0)
    trainer.advance_steps(5)
    trace = trainer.snapshot().trace
    assert not trace.holds_start
    np.testing.assert_array_equal(trace.values["W1"], trainer.network.layers[0].W)


def test_the_trace_holds_nothing_that_is_not_computed_yet() -> None:
    trainer = started()
    values = trainer.snapshot().trace.values
    readable = {name for name in names_of(trainer) if trainer.value(name) is not None}
    assert set(values) == readable
    assert "a3" not in readable


def test_every_weight_changed_by_minus_its_update() -> None:
    trainer = started(5, 0)
    before = trainer.snapshot()
    trainer.advance_step()
    after = trainer.snapshot()
    np.testing.assert_array_equal(after.parameters, before.parameters - after.update)


def test_parts_left_out_come_from_the_snapshot_before() -> None:
    trainer = started(5, 0)
    old = trainer.snapshot()
    trainer.advance_step()
    new = trainer.snapshot(Part.CURVES, old)
    assert new.maps is old.maps
    assert new.probe is old.probe
    assert new.predictions is old.predictions
    assert new.step == 6
    assert new.curves is not old.curves


def test_parts_of_another_structure_are_never_taken_over() -> None:
    trainer = started(5, 0)
    old = trainer.snapshot()
    trainer.change({"network.layers[0].units": 6})
    new = trainer.snapshot(Part.CURVES, old)
    assert new.structure != old.structure
    assert new.maps is not None
    assert new.maps.layers[0].shape[0] == 6
    assert new.histograms.counts.shape[0] == 3


def centre_of(snapshot: Snapshot, row: int, column: int, size: int) -> tuple[float, float]:
    """Return x1 and x2 of a cell of a map whose rows run from x2 = +6 down."""
    width = 12 / size
    return -6 + (column + 0.5) * width, 6 - (row + 0.5) * width


def test_response_maps_show_what_the_network_answers_at_their_points() -> None:
    trainer = started(5, 0)
    snapshot = trainer.snapshot()
    assert snapshot.maps is not None
    assert snapshot.dataset.transform is not None
    output, first = snapshot.maps.output[0], snapshot.maps.layers[0]
    for row, column in ((0, 0), (3, 90), (99, 50)):
        point = np.array([centre_of(snapshot, row, column, 100)])
        x = snapshot.dataset.transform(point)
        for layer in trainer.network.layers[:-1]:
            x = np.tanh(x @ layer.W.T + layer.b)
        last = trainer.network.layers[-1]
        answer = 1 / (1 + np.exp(-(x @ last.W.T + last.b)))
        assert output[row, column] == pytest.approx(answer.item(), rel=1e-5)
    point = np.array([centre_of(snapshot, 2, 7, 40)])
    layer = trainer.network.layers[0]
    expected = np.tanh(snapshot.dataset.transform(point) @ layer.W.T + layer.b)[0]
    np.testing.assert_allclose(first[:, 2, 7], expected, rtol=1e-5, atol=1e-6)


def test_predictions_and_their_confusions_agree_with_the_accuracy() -> None:
    trainer = started(5, 0)
    predictions, metrics = trainer.snapshot().predictions, trainer.evaluate("test")
    assert metrics is not None
    assert predictions.confusion is not None
    assert predictions.split == "test"
    assert predictions.confusion.sum() == len(predictions.outputs) == 10
    assert np.trace(predictions.confusion) / 10 == metrics.accuracy
