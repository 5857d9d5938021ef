"""Claims about normalization, dropout and residual connections, against an independent oracle."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from core import Dataset, ExperimentSpec, Trainer
from core.errors import SpecError
from core.presets import load_preset
from tests.core.experiments import (
    ACTIVATION_ORACLE,
    LOSS_ORACLE,
    Array,
    bits,
    readable,
    small_trainer,
    value_of,
)
from tests.core.layer_oracle import outputs, parameters_of, running_statistics
from tests.core.test_gradients import central_differences, relative_error

TECHNIQUES: dict[str, dict[str, Any]] = {
    "batch": {"normalization": "batch"},
    "layer": {"normalization": "layer"},
    "dropout": {"dropout": 0.4},
    "residual": {"residual": True},
}
PAIRS = [
    pair
    for count in (1, 2, 3)
    for pair in combinations(TECHNIQUES, count)
    if not {"batch", "layer"} <= set(pair)
]
SMOOTH = [name for name in ACTIVATION_ORACLE if name not in ("relu", "leaky_relu", "elu")]
ENDINGS = [
    ("mean_squared_error", "linear"),
    ("half_squared_error", "tanh"),
    ("binary_cross_entropy", "sigmoid"),
    ("cross_entropy", "softmax"),
]


def trainer_with(
    pair: tuple[str, ...],
    activation: str = "tanh",
    ending: tuple[str, str] = ENDINGS[0],
    rows: int = 7,
    changes: dict[str, Any] | None = None,
) -> Trainer:
    """Return a 5-5-5-5-3 network whose two middle layers have all techniques of ``pair``."""
    loss, output = ending
    extra = {key: value for name in pair for key, value in TECHNIQUES[name].items()}
    plain = {"units": 5, "activation": activation}
    draw = np.random.default_rng(5)
    targets = draw.normal(size=(rows, 3))
    if loss.endswith("cross_entropy"):
        targets = np.eye(3)[draw.integers(3, size=rows)]
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "spiral"},
            "network": {
                "layers": [
                    plain,
                    {**plain, **extra},
                    {**plain, **extra},
                    {"units": 3, "activation": output},
                ],
                "initial_bias": 0.3,
                "input_gradient": True,
            },
            "training": {"loss": loss, "batch_size": rows, "shuffle": False},
        }
    ).with_changes(changes or {})
    trainer = Trainer(spec, Dataset(draw.normal(size=(rows, 5)), targets, "regression"))
    # No parameter may stand where it is special.
    trainer.network.params.data[...] += draw.normal(size=trainer.network.layout.size) * 0.2
    return trainer


def oracle_loss(trainer: Trainer, parameters: list[dict[str, Array]], x: Array, y: Array) -> float:
    masks = {
        n: value_of(trainer, f"mask{n}")
        for n, layer in enumerate(trainer.spec.network.layers, start=1)
        if layer.dropout
    }
    answers = outputs(trainer, parameters, x, masks=masks)
    return LOSS_ORACLE[trainer.spec.training.loss](answers, y)


def check_all_gradients(trainer: Trainer) -> None:
    parameters, dataset = parameters_of(trainer), trainer.dataset
    x, y = np.array(dataset.inputs), np.array(dataset.targets)
    loss = trainer.advance_step()
    assert loss == pytest.approx(oracle_loss(trainer, parameters, x, y), rel=1e-12)
    for n, own in enumerate(parameters, start=1):
        for name, numbers in own.items():
            slope = central_differences(lambda: oracle_loss(trainer, parameters, x, y), numbers)
            found = value_of(trainer, f"d{name}{n}")
            if float(np.linalg.norm(slope)) < 1e-9:
                # Batch normalization takes every constant away: its bias has no gradient at all.
                assert float(np.linalg.norm(found)) < 1e-9
            else:
                assert relative_error(found, slope) < 1e-7, f"d{name}{n}"
    slope = central_differences(lambda: oracle_loss(trainer, parameters, x, y), x)
    assert relative_error(value_of(trainer, "dx"), slope) < 1e-7


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
@pytest.mark.parametrize("ending", ENDINGS, ids="-".join)
def test_every_gradient_is_the_slope_of_the_loss(
    pair: tuple[str, ...], ending: tuple[str, str]
) -> None:
    check_all_gradients(trainer_with(pair, "tanh", ending))


@pytest.mark.parametrize("activation", SMOOTH)
@pytest.mark.parametrize("pair", [("batch", "dropout", "residual"), ("layer", "residual")])
def test_every_activation_works_with_them(pair: tuple[str, ...], activation: str) -> None:
    check_all_gradients(trainer_with(pair, activation))


@pytest.mark.parametrize("ending", ENDINGS, ids="-".join)
@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_an_output_layer_can_be_normalized(kind: str, ending: tuple[str, str]) -> None:
    change = {"network.layers[3].normalization": kind}
    check_all_gradients(trainer_with(("residual",), "tanh", ending, changes=change))


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_op_by_op_equals_full_speed_bit_for_bit(pair: tuple[str, ...], dtype: str) -> None:
    change = {"network.dtype": dtype, "training.optimizer.kind": "adam"}
    fast, slow = (trainer_with(pair, changes=change) for _ in range(2))
    for _ in range(3):
        fast.advance_step()
        while slow.advance_op().name != slow.program.ops[-1].name:
            pass
        assert readable(fast) == readable(slow)
        assert bits(fast) == bits(slow)


def test_running_statistics_follow_the_batches_with_the_unbiased_variance() -> None:
    trainer = trainer_with(("batch",))
    expected = running_statistics(trainer)
    for _ in range(5):
        trainer.advance_step()
        for n, (mean, var) in expected.items():
            z = value_of(trainer, f"z{n}")
            expected[n] = (
                0.9 * mean + 0.1 * z.mean(axis=0),
                0.9 * var + 0.1 * z.var(axis=0, ddof=1),
            )
    found = running_statistics(trainer)
    assert found.keys() == {2, 3}
    for n, pair in found.items():
        np.testing.assert_allclose(pair, expected[n], rtol=1e-12)


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_evaluation_uses_running_statistics_and_drops_nothing(pair: tuple[str, ...]) -> None:
    trainer = trainer_with(pair)
    for _ in range(4):
        trainer.advance_step()
    before = readable(trainer)
    metrics = trainer.evaluate("train")
    assert metrics is not None
    x, y = np.array(trainer.dataset.inputs), np.array(trainer.dataset.targets)
    answers = outputs(trainer, parameters_of(trainer), x, statistics=running_statistics(trainer))
    assert metrics.loss == pytest.approx(LOSS_ORACLE["mean_squared_error"](answers, y), rel=1e-12)
    assert readable(trainer) == before


def test_a_batch_of_one_row_is_normalized_with_the_running_statistics() -> None:
    trainer = trainer_with(("batch",), rows=8)
    trainer.advance_step()
    trainer.change({"training.batch_size": 1})
    statistics, parameters = running_statistics(trainer), parameters_of(trainer)
    loss = trainer.advance_step()
    x, y = trainer.dataset.inputs[:1], trainer.dataset.targets[:1]
    answers = outputs(trainer, parameters, np.array(x), statistics=statistics)
    expected = LOSS_ORACLE["mean_squared_error"](answers, np.array(y))
    assert loss == pytest.approx(expected, rel=1e-12)
    after = running_statistics(trainer)
    assert all(np.array_equal(after[n], statistics[n]) for n in statistics)
    op = next(op for op in trainer.program.ops if op.name == "mean2")
    assert op.reads == ("running_mean2",)


def test_a_mask_drops_its_share_and_scales_the_rest() -> None:
    trainer = small_trainer(
        {"network.layers[0].dropout": 0.3, "network.layers[0].units": 50, "training.batch_size": 30}
    )
    masks = []
    for _ in range(20):
        trainer.advance_step()
        masks.append(value_of(trainer, "mask1"))
    drawn = np.concatenate(masks)
    assert set(np.unique(drawn)) == {0.0, 1 / 0.7}
    # Thirty thousand draws: the share of zeros lies within five deviations of 0.3.
    assert abs(np.mean(drawn == 0) - 0.3) < 5 * np.sqrt(0.3 * 0.7 / drawn.size)
    assert not np.array_equal(masks[0], masks[1])


def test_masks_are_those_of_the_step_whichever_way_a_run_came_there() -> None:
    change = {"network.layers[0].dropout": 0.5}
    straight, other = small_trainer(change), small_trainer(change)
    other.advance_steps(3)
    frame = other.keyframe()
    other.advance_steps(9)
    other.restore(frame)
    straight.advance_steps(7)
    other.advance_steps(4)
    assert bits(straight) == bits(other)
    assert readable(straight) == readable(other)


def test_switching_dropout_on_moves_nothing_else() -> None:
    plain, dropping = small_trainer(), small_trainer({"network.layers[0].dropout": 0.5})
    assert bits(plain) == bits(dropping)
    assert np.array_equal(plain.batch_rows, dropping.batch_rows)


def test_a_keyframe_holds_the_running_statistics() -> None:
    change = {"network.layers[0].normalization": "batch"}
    trainer, other = small_trainer(change), small_trainer(change)
    trainer.advance_steps(5)
    frame, then = trainer.keyframe(), running_statistics(trainer)
    trainer.advance_steps(5)
    trainer.restore(frame)
    other.restore(frame)
    for found in (running_statistics(trainer), running_statistics(other)):
        assert all(np.array_equal(found[n], then[n]) for n in then)


def test_normalization_is_switched_live_and_undone_with_all_that_it_knew() -> None:
    trainer = small_trainer({"network.layers[0].normalization": "batch"})
    trainer.advance_steps(10)
    weights, then = trainer.network.layers[0].W.copy(), running_statistics(trainer)
    gamma = trainer.network.layers[0].gamma
    assert gamma is not None
    kept = gamma.copy()
    trainer.change({"network.layers[0].normalization": "none"})
    assert trainer.network.layers[0].gamma is None
    assert np.array_equal(trainer.network.layers[0].W, weights)
    trainer.advance_steps(5)
    trainer.undo()
    back = running_statistics(trainer)
    assert all(np.array_equal(back[n], then[n]) for n in then)
    restored = trainer.network.layers[0].gamma
    assert restored is not None
    assert np.array_equal(restored, kept)


def test_decay_acts_on_gamma_and_beta_only_where_it_acts_on_biases() -> None:
    change = {"network.layers[0].normalization": "batch", "training.l2": 0.5}
    for decays, factor in ((False, 0.0), (True, 0.5)):
        trainer = small_trainer({**change, "training.decay_biases": decays})
        gamma = trainer.network.layers[0].gamma
        assert gamma is not None
        before = gamma.copy()
        trainer.advance_step()
        shaped = value_of(trainer, "decayed") - value_of(trainer, "gradient")
        place = trainer.network.layout
        added = place.scale(shaped, 1)
        assert added is not None
        np.testing.assert_allclose(added, factor * before, atol=1e-15)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"network.layers[0].residual": True}, "network.layers[0].residual: needs as many units"),
        ({"network.layers[2].dropout": 0.5}, "network.layers[2].dropout: the output layer"),
        ({"network.layers[0].dropout": 1.0}, "network.layers[0].dropout: expected"),
        ({"network.layers[0].normalization": "x"}, "network.layers[0].normalization: expected"),
    ],
)
def test_what_cannot_be_is_refused_by_its_place(change: dict[str, Any], line: str) -> None:
    with pytest.raises(SpecError, match=line.replace("[", r"\[").replace("]", r"\]")):
        small_trainer(change)


def test_batch_normalization_lets_ten_layers_of_sigmoids_learn() -> None:
    plain = load_preset("deep-sigmoid")
    hidden = range(len(plain.network.layers) - 1)
    changes = {f"network.layers[{i}].normalization": "batch" for i in hidden}
    losses = []
    for spec in (plain, plain.with_changes(changes)):
        trainer = Trainer(spec)
        trainer.advance_steps(800)
        metrics = trainer.evaluate("train")
        assert metrics is not None
        losses.append(metrics.loss / trainer.assembly.guessing)
    assert losses[0] > 0.95
    assert losses[1] < 0.6
