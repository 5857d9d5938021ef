"""Claims about what a snapshot shows of the layers: gradients, weights, activations, updates."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from core import Trainer
from core.diagnosis.histograms import LayerHistograms, Quantity, bin_edges
from core.training.commands import LookAt
from core.training.metrics_table import metrics_csv
from core.training.runner import Runner
from core.training.snapshot import Part
from tests.core.experiments import Array, small_trainer, value_of
from tests.core.runner_driver import Driver

RELU = ((6, "relu"), (5, "tanh"), (1, "sigmoid"))


def looking_at(quantity: Quantity, steps: int = 5, **changes: object) -> Trainer:
    trainer = small_trainer(changes, RELU)
    trainer.in_view.quantity = quantity
    for _ in range(steps):
        trainer.advance_step()
    return trainer


def check(found: LayerHistograms, parts: list[Array]) -> None:
    """Compare with NumPy's own histogram of each layer's entries."""
    for row, part in enumerate(parts):
        sizes = np.abs(part[np.isfinite(part) & (part != 0)])
        np.testing.assert_array_equal(
            found.counts[row], np.histogram(np.log10(sizes), bin_edges())[0]
        )
        assert found.zeros[row] == np.count_nonzero(part == 0)
        assert found.sizes[row] == part.size
        assert found.rms[row] == pytest.approx(np.sqrt(np.mean(part**2)), rel=1e-12)


def blocks(trainer: Trainer, vector: Array) -> list[Array]:
    return [vector[part] for part in trainer.network.layout.segments]


def test_weights_are_those_that_the_last_step_left() -> None:
    trainer = looking_at("weights")
    found = trainer.snapshot().histograms
    assert found.quantity == "weights"
    check(found, blocks(trainer, trainer.network.params.data))


def test_updates_are_what_the_last_step_took_away() -> None:
    trainer = looking_at("updates", steps=4)
    before = trainer.network.params.data.copy()
    trainer.advance_step()
    found = trainer.snapshot().histograms
    check(found, blocks(trainer, value_of(trainer, "update")))
    moved = [np.abs(part).max() for part in blocks(trainer, before - trainer.network.params.data)]
    assert all(moved)
    assert found.ratios is not None
    for row, layer in enumerate(trainer.network.layers):
        step = value_of(trainer, "update")[trainer.network.layout.segment(row + 1)]
        without_bias = step[: layer.W.size]
        expected = np.sqrt(np.mean(without_bias**2)) / np.sqrt(np.mean(layer.W**2))
        assert found.ratios[row] == pytest.approx(expected, rel=1e-12)


def test_the_update_ratio_of_gradient_descent_is_the_rate_times_gradient_over_weight() -> None:
    trainer = looking_at("updates", steps=1)
    found = trainer.snapshot().histograms
    assert found.ratios is not None
    for row, layer in enumerate(trainer.network.layers):
        size = np.linalg.norm(layer.W)
        expected = trainer.learning_rate * np.linalg.norm(layer.dW) / size
        assert found.ratios[row] == pytest.approx(expected, rel=1e-9)


def test_a_layer_of_zeros_that_has_not_moved_has_a_ratio_of_zero() -> None:
    trainer = looking_at("updates", steps=0, **{"network.initializer": "zeros"})
    found = trainer.snapshot().histograms
    assert found.ratios is not None
    assert found.ratios.tolist() == [0.0, 0.0, 0.0]


def test_activations_are_those_of_the_batch_on_show() -> None:
    trainer = looking_at("activations")
    found = trainer.snapshot().histograms
    outputs = [value_of(trainer, f"a{n}") for n in (1, 2, 3)]
    check(found, outputs)
    assert found.silent is not None
    assert found.flat is not None
    silent = np.count_nonzero((outputs[0] == 0).all(axis=0))
    assert found.silent[0] == silent
    assert np.isnan(found.silent[1:]).all()
    # The slope of tanh, as a share of its largest, is 1 - a^2.
    assert found.flat[1] == pytest.approx(np.mean(1 - outputs[1] ** 2 < 0.05))
    assert np.isnan(found.flat[0])


def test_dead_units_and_saturated_outputs_are_counted() -> None:
    trainer = looking_at("activations", steps=0)
    first, second = trainer.network.layers[:2]
    first.W[:2], first.b[:2] = 0.0, -1.0
    second.W[:], second.b[:] = 0.0, 5.0
    trainer.advance_step()
    found = trainer.snapshot().histograms
    assert found.silent is not None
    assert found.flat is not None
    alive = value_of(trainer, "a1")[:, 2:].max(axis=0)
    assert found.silent[0] == 2 + np.count_nonzero(alive <= 0)
    assert found.flat[1] == 1.0


def test_activations_that_the_step_has_not_computed_are_no_zeros() -> None:
    trainer = looking_at("activations")
    while trainer.advance_op().name != "a1":
        pass
    found = trainer.snapshot().histograms
    assert found.sizes.tolist() == [8 * 6, 0, 0]
    assert found.zeros[1:].tolist() == [0, 0]
    assert found.flat is not None
    assert np.isnan(found.flat[1:]).all()


@pytest.mark.parametrize("quantity", ["gradients", "weights", "activations", "updates"])
def test_looking_at_another_quantity_changes_no_bit(quantity: Quantity) -> None:
    trainer, other = looking_at(quantity, 0), looking_at("gradients", 0)
    for _ in range(10):
        assert trainer.advance_step() == other.advance_step()
        trainer.snapshot()
    np.testing.assert_array_equal(trainer.network.params.data, other.network.params.data)


def test_another_quantity_is_shown_at_once_though_histograms_are_not_due() -> None:
    trainer = looking_at("gradients")
    first = trainer.snapshot()
    trainer.in_view.quantity = "weights"
    assert trainer.snapshot(Part.MAPS, first).histograms.quantity == "weights"
    again = trainer.snapshot(Part.MAPS, trainer.snapshot())
    assert trainer.snapshot(Part.MAPS, again).histograms is again.histograms


def test_the_runner_is_told_what_to_look_at() -> None:
    driver = Driver(Runner(looking_at("gradients")))
    driver.runner.start()
    driver.send(LookAt(quantity="updates"))
    assert driver.settle().histograms.quantity == "updates"
    assert driver.runner.shutdown()


# ---------------------------------------------------------------------- metrics as text


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_of_metrics_holds_every_recorded_evaluation_with_all_digits() -> None:
    trainer = small_trainer()
    for _ in range(12):
        trainer.advance_step()
    snapshot = trainer.snapshot()
    rows = read(metrics_csv(snapshot.curves, snapshot.task))
    assert [row["step"] for row in rows] == ["0", "4", "8", "12"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]
    for key, values in (
        ("train_loss", snapshot.curves.train_loss),
        ("test_accuracy", snapshot.curves.test_score),
        ("seconds", np.array([0.0])),
    ):
        for row, value in zip(rows, values, strict=False):
            assert float(row[key]) == value
    assert float(rows[-1]["seconds"]) > float(rows[1]["seconds"]) > 0


def test_what_was_not_measured_is_left_empty_in_the_table() -> None:
    trainer = small_trainer({"data.test_fraction": 0.0})
    trainer.advance_step()
    (row,) = read(metrics_csv(trainer.snapshot().curves, "regression"))
    assert row["test_loss"] == row["test_r2"] == ""
    assert float(row["train_loss"]) > 0
