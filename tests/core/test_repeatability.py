"""Claims about repeatability: a seed decides every bit, and looking at a run changes none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core import Trainer
from tests.core.experiments import bits, readable, small_trainer, value_of

Look = Callable[[Trainer], object]
LOOKS: dict[str, Look] = {
    "evaluate train": lambda trainer: trainer.evaluate("train"),
    "evaluate test": lambda trainer: trainer.evaluate("test"),
    "snapshot": lambda trainer: trainer.snapshot(),
    "findings": lambda trainer: trainer.findings(),
    "keyframe": lambda trainer: trainer.keyframe(),
    "peek": lambda trainer: trainer.program.peek(),
    "values": readable,
}


def run(trainer: Trainer, steps: int = 9) -> tuple[bytes, ...]:
    for _ in range(steps):
        trainer.advance_step()
    return bits(trainer)


@pytest.mark.parametrize("initializer", ["xavier_normal", "he_uniform", "orthogonal", "normal"])
def test_same_seed_gives_the_same_bits(initializer: str) -> None:
    changes = {"network.initializer": initializer, "seed": 5}
    assert run(small_trainer(changes)) == run(small_trainer(changes))


def test_another_seed_gives_other_weights_and_other_data() -> None:
    first, second = small_trainer({"seed": 1}), small_trainer({"seed": 2})
    assert not np.array_equal(first.network.layers[0].W, second.network.layers[0].W)
    assert not np.array_equal(first.dataset.inputs, second.dataset.inputs)


def test_every_layer_draws_for_itself() -> None:
    shallow = small_trainer(layers=((4, "tanh"), (1, "sigmoid")))
    deep = small_trainer(layers=((4, "tanh"), (6, "tanh"), (1, "sigmoid")))
    np.testing.assert_array_equal(shallow.network.layers[0].W, deep.network.layers[0].W)


def test_weights_and_batches_do_not_depend_on_the_optimizer_or_the_rate() -> None:
    plain = small_trainer()
    other = small_trainer({"training.optimizer": {"kind": "adam", "learning_rate": 1e-3}})
    np.testing.assert_array_equal(plain.network.params.data, other.network.params.data)
    for _ in range(6):
        plain.advance_step()
        other.advance_step()
        np.testing.assert_array_equal(plain.value("x"), other.value("x"))


def test_reset_draws_the_same_again_and_runs_to_the_same_bits() -> None:
    trainer = small_trainer()
    start, end = bits(trainer), run(trainer)
    trainer.advance_op()
    trainer.reset()
    assert bits(trainer) == start
    assert (trainer.step, trainer.epoch, trainer.program.pc) == (0, 0, 0)
    assert trainer.value("a1") is None
    assert trainer.findings() == ()
    assert run(trainer) == end


@pytest.mark.parametrize("look", LOOKS)
def test_looking_at_every_op_changes_no_bit_of_the_run(look: str) -> None:
    watched, alone = small_trainer(), small_trainer()
    while watched.step < 5:
        watched.advance_op()
        before = bits(watched), readable(watched)
        LOOKS[look](watched)
        assert (bits(watched), readable(watched)) == before
    assert bits(watched) == run(alone, 5)


def test_evaluating_between_steps_leaves_the_values_on_show_untouched() -> None:
    trainer = small_trainer()
    trainer.advance_step()
    before = readable(trainer)
    trainer.evaluate("train")
    trainer.evaluate("test")
    trainer.snapshot()
    assert readable(trainer) == before


def test_evaluation_is_none_without_test_rows() -> None:
    trainer = small_trainer({"data.test_fraction": 0.0})
    assert trainer.evaluate("test") is None
    assert trainer.snapshot().predictions.split == "train"


def test_metrics_are_those_of_the_outputs() -> None:
    trainer = small_trainer({"training.batch_size": 30})
    trainer.advance_step()
    metrics, outputs = trainer.evaluate("train"), small_trainer({"training.batch_size": 30})
    outputs.network.params.data[:] = trainer.network.params.data
    outputs.advance_step()
    a, y = value_of(outputs, "a3"), value_of(outputs, "y")
    assert metrics is not None
    expected = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
    assert metrics.loss == pytest.approx(expected, rel=1e-12)
    assert metrics.accuracy == np.mean((a > 0.5) == (y > 0.5))
    assert metrics.r2 is None
    assert metrics.penalty == 0.0


def test_r2_of_a_regression_is_one_minus_the_share_of_variance_left() -> None:
    trainer = small_trainer(
        {"data.kind": "plane"}, ((3, "tanh"), (1, "linear")), "mean_squared_error"
    )
    metrics = trainer.evaluate("train")
    targets = trainer.dataset.targets
    assert metrics is not None
    assert metrics.accuracy is None
    assert metrics.r2 == pytest.approx(1 - metrics.loss / targets.var(), rel=1e-12)
