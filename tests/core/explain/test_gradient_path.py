"""Claims about the factors of a gradient: each is right, and they multiply out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core import Trainer
from core.explain.gradient_path import MOST_FACTORS, gradient_path
from core.explain.reference import Reference
from core.presets import load_preset
from tests.core.experiments import trainer_on

RANDOM = np.random.default_rng(7)
OUTPUTS = (
    ("sigmoid", "half_squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("tanh", "mean_squared_error"),
    ("linear", "half_squared_error"),
    ("softmax", "cross_entropy"),
    ("softmax", "mean_squared_error"),
)


def at_end(trainer: Trainer, ops: int | None = None) -> Any:
    for _ in trainer.program.ops[:ops]:
        trainer.advance_op()
    return trainer.snapshot()


def random_trainer(output: str, loss: str) -> Trainer:
    """Return a 3-5-4-2 network with three samples."""
    layers = ((5, "tanh"), (4, "relu"), (2, output))
    targets = np.eye(2)[[0, 1, 0]] if output == "softmax" else RANDOM.uniform(0, 1, (3, 2)).round()
    return trainer_on(RANDOM.normal(size=(3, 3)), targets, layers, loss)


def test_the_worked_example_has_the_factors_of_its_table() -> None:
    path = gradient_path(at_end(Trainer(load_preset("worked-example"))), Reference("W1", (0, 0)))
    expected = {
        "∂L/∂a₂": -0.23262901,
        "sigmoid": 0.17851273,
        "W₂[1, 1]": 0.40,
        "sigmoid 1": 0.22709170,
        "x₁": 0.5,
    }
    values = [factor.value for factor in path.factors]
    np.testing.assert_allclose(values, list(expected.values()), rtol=2e-7)
    assert [f.label for f in path.factors] == ["∂L/∂a₂", "σ′(z₂)", "W₂[1, 1]", "σ′(z₁[1])", "x₁"]
    assert path.share == pytest.approx(-0.00188610, abs=1e-8)
    assert path.gradient == pytest.approx(-0.00188610, abs=1e-8)


def test_factors_come_into_being_op_by_op() -> None:
    trainer = Trainer(load_preset("worked-example"))
    known = []
    for op in trainer.program.ops:
        trainer.advance_op()
        path = gradient_path(trainer.snapshot(), Reference("W1", (1, 0)))
        known.append((op.name, sum(f.value is not None for f in path.factors), path.so_far))
    counts = {name: count for name, count, _ in known}
    assert (counts["loss"], counts["da2"], counts["dz2"]) == (0, 1, 2)
    assert (counts["da1"], counts["dz1"], counts["dW1"]) == (3, 4, 5)
    so_far = {name: value for name, _, value in known}
    assert so_far["loss"] is None
    assert so_far["da1"] == pytest.approx(-0.02076362, abs=1e-8)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
@pytest.mark.parametrize("sample", [0, 2])
def test_the_factors_multiply_out_to_the_samples_share(
    output: str, loss: str, sample: int
) -> None:
    trainer = random_trainer(output, loss)
    trainer.sample = sample
    snapshot = at_end(trainer)
    values = snapshot.trace.values
    for layer, n_out, n_in in ((1, 5, 3), (2, 4, 5), (3, 2, 4)):
        before = values["x"] if layer == 1 else values[f"a{layer - 1}"]
        error = values[f"dz{layer}"]
        for unit in range(n_out):
            path = gradient_path(snapshot, Reference(f"b{layer}", (unit,)))
            assert path.share == pytest.approx(float(error[unit]), rel=1e-9, abs=1e-15)
            for source in range(n_in):
                path = gradient_path(snapshot, Reference(f"W{layer}", (unit, source)))
                share = float(error[unit] * before[source])
                assert path.share == pytest.approx(share, rel=1e-9, abs=1e-15)
                assert path.gradient == values[f"dW{layer}"][unit, source]
                assert len(path.factors) <= MOST_FACTORS


def test_the_shares_of_all_samples_add_up_to_the_gradient() -> None:
    trainer = random_trainer("sigmoid", "half_squared_error")
    at_end(trainer)
    total = 0.0
    for sample in range(3):
        trainer.sample = sample
        path = gradient_path(trainer.snapshot(), Reference("W1", (2, 1)))
        assert path.share is not None
        total += path.share
    assert total == pytest.approx(path.gradient, rel=1e-9)


def test_a_deep_network_is_folded_and_still_multiplies_out() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    snapshot = at_end(trainer)
    path = gradient_path(snapshot, Reference("W1", (3, 1)))
    assert path.folded
    assert len(path.factors) <= MOST_FACTORS
    values = snapshot.trace.values
    assert path.share == pytest.approx(float(values["dz1"][3] * values["x"][1]), rel=1e-9)
    product = math.prod(factor.value for factor in path.factors if factor.value is not None)
    assert path.share == pytest.approx(product, rel=1e-12)


def test_what_is_hidden_is_unknown() -> None:
    snapshot = at_end(Trainer(load_preset("worked-example")), 11)
    path = gradient_path(snapshot, Reference("W1", (0, 0)), frozenset({"slope2"}))
    assert [f.value is None for f in path.factors[:3]] == [False, True, False]
    assert path.share is None
