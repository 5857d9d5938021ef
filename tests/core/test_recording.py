"""Claims about what a run remembers: a rhythm that follows steps, and curves that stay bounded."""

from __future__ import annotations

import numpy as np
import pytest

from core import Trainer
from core.training import evaluation
from core.training.series import Series
from tests.core.experiments import small_trainer

FIRST_STEPS = list(range(1, 17))


def after(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.advance_step()
    return trainer


def test_evaluations_come_every_epoch() -> None:
    trainer = after(small_trainer(), 23)
    assert trainer.snapshot().curves.steps.tolist() == [0, 4, 8, 12, 16, 20]


def test_a_network_too_wide_for_all_rows_at_once_is_evaluated_to_the_same_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = after(small_trainer(), 3)
    numbers_a_row = 2 * (2 + 4 + 3 + 1)
    monkeypatch.setattr(evaluation, "CHUNK_NUMBERS", 7 * numbers_a_row)
    in_parts = after(small_trainer(), 3)
    for split in ("train", "test"):
        expected, found = whole.evaluate(split), in_parts.evaluate(split)  # type: ignore[arg-type]
        assert expected is not None
        assert found is not None
        assert found.loss == pytest.approx(expected.loss, rel=1e-12)
        assert found.accuracy == expected.accuracy
    recorded = in_parts.assembly.evaluator("train")
    assert recorded is not None
    assert recorded.run_recorded_rows().batch_size == 7


def test_evaluations_come_every_100_steps_where_an_epoch_is_longer() -> None:
    changes = {"data": {"samples": 300, "test_fraction": 0.0}, "training.batch_size": 1}
    trainer = after(small_trainer(changes), 620)
    assert trainer.snapshot().curves.steps.tolist() == [0, 100, 200, 300, 400, 500, 600]


def test_layer_statistics_come_with_the_first_16_steps_and_then_every_16th() -> None:
    trainer = after(small_trainer(), 70)
    assert trainer.snapshot().curves.rms_steps.tolist() == [*FIRST_STEPS, 32, 48, 64]


@pytest.mark.parametrize("pace", ["advance_op", "advance_step", "advance_epoch"])
def test_the_rhythm_does_not_depend_on_the_pace_or_on_looking(pace: str) -> None:
    trainer = small_trainer()
    while trainer.step < 40:
        getattr(trainer, pace)()
        trainer.snapshot()
    curves, expected = trainer.snapshot().curves, after(small_trainer(), 40).snapshot().curves
    for name in ("steps", "train_loss", "test_loss", "batch_steps", "batch_loss", "rms"):
        np.testing.assert_array_equal(getattr(curves, name), getattr(expected, name))


def test_recorded_numbers_are_those_that_were_measured() -> None:
    trainer = small_trainer()
    losses = [trainer.advance_step() for _ in range(16)]
    curves, train, test = (
        trainer.snapshot().curves,
        trainer.evaluate("train"),
        trainer.evaluate("test"),
    )
    assert train is not None
    assert test is not None
    assert curves.batch_loss.tolist() == losses
    assert curves.batch_steps.tolist() == FIRST_STEPS
    recorded = [curves.train_loss, curves.test_loss, curves.train_score, curves.test_score]
    measured = [train.loss, test.loss, train.accuracy, test.accuracy]
    assert [series[-1] for series in recorded] == measured
    for row, layer in enumerate(trainer.network.layers):
        gradient = np.concatenate([layer.dW.ravel(), layer.db])
        assert curves.rms[-1, row] == pytest.approx(np.sqrt(np.mean(gradient**2)), rel=1e-12)


def test_there_is_no_test_curve_without_test_rows() -> None:
    curves = after(small_trainer({"data.test_fraction": 0.0}), 10).snapshot().curves
    assert np.isnan(curves.test_loss).all()
    assert np.isnan(curves.test_score).all()
    assert np.isfinite(curves.train_loss).all()


def test_the_loss_of_guessing_is_the_entropy_of_the_training_labels() -> None:
    trainer = small_trainer()
    share = trainer.dataset.targets.mean()
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    assert trainer.snapshot().guessing == pytest.approx(entropy)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 1000, 4097])
@pytest.mark.parametrize("piece", [1, 5])
def test_a_series_holds_the_averages_of_equal_runs_of_neighbours(count: int, piece: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    series = Series(capacity=8)
    for start in range(0, count, piece):
        rows = values[start : start + piece]
        for offset, value in enumerate(rows):
            series.add(start + offset + 1, (value,))
    stride = series.stride
    whole = count // stride
    averages = values[: whole * stride].reshape(-1, stride).mean(axis=1)
    assert len(series) == whole <= 8
    np.testing.assert_allclose(series.values()[:, 0], averages, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(series.steps(), stride * np.arange(1, whole + 1))


def test_a_series_loses_no_more_than_half_of_its_room_by_averaging() -> None:
    series = Series(capacity=64)
    for step in range(1, 10_000):
        series.add(step, (0.0,))
        assert min(step, 32) <= len(series) <= 64


def test_a_series_cut_back_goes_on_from_there() -> None:
    series = Series(capacity=8)
    for step in range(1, 7):
        series.add(step, (step,))
    series.truncate(3)
    series.add(4, (40.0,))
    assert series.steps().tolist() == [1, 2, 3, 4]
    assert series.values()[:, 0].tolist() == [1, 2, 3, 40]


def test_the_loss_curve_of_a_long_run_is_that_of_its_averages() -> None:
    changes = {"data": {"samples": 8, "test_fraction": 0.0}, "training.batch_size": 8}
    trainer = small_trainer(changes, ((1, "sigmoid"),))
    losses = np.array([trainer.advance_step() for _ in range(5000)])
    curves = trainer.snapshot().curves
    stride = int(curves.batch_steps[1] - curves.batch_steps[0])
    assert stride == 4
    assert len(curves.batch_loss) <= 2048
    whole = losses[: len(losses) // stride * stride].reshape(-1, stride).mean(axis=1)
    np.testing.assert_allclose(curves.batch_loss, whole[: len(curves.batch_loss)], rtol=1e-12)
    assert curves.batch_steps[-1] > 5000 - 16 - stride
