"""Gradients from elsewhere than backpropagation: right by formulas written anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core import Dataset, ExperimentSpec, SpecError, Trainer
from core.diagnosis.breakpoints import Breakpoint
from core.network.network import Network
from core.random_streams import random_stream
from core.step.forward import loss_op
from core.step.operations import Op
from core.step.workspace import Workspace
from core.training.travel import go_back, go_to
from tests.core.experiments import (
    LOSS_ORACLE,
    SMALL,
    Array,
    Layers,
    bits,
    forward_oracle,
    readable,
    small_spec,
    small_trainer,
)

FORWARD_ONLY = ("central_differences", "evolution_strategies", "random_search")
OTHERS = (*FORWARD_ONLY, "feedback_alignment")
SOURCES = ("backpropagation", *OTHERS)

NETWORKS: dict[str, tuple[Layers, str, Mapping[str, Any]]] = {
    "spiral": (SMALL, "binary_cross_entropy", {}),
    "without biases": (SMALL, "binary_cross_entropy", {"network.biases": False}),
    "softmax": (((3, "gelu"), (2, "softmax")), "cross_entropy", {}),
    "squared error": (((3, "silu"), (1, "tanh")), "mean_squared_error", {}),
    "one layer": (((1, "sigmoid"),), "half_squared_error", {}),
}


def from_source(source: str, changes: Mapping[str, Any] | None = None, **kwargs: Any) -> Trainer:
    return small_trainer({"training.gradient_source": source, **(changes or {})}, **kwargs)


def gradient_of(trainer: Trainer) -> Array:
    """Return the gradient of the step at hand, which is then finished."""
    trainer.advance_step()
    return np.asarray(trainer.network.grads.data, np.float64).copy()


def batch_of(trainer: Trainer) -> tuple[Array, Array]:
    """Return inputs and targets of the step at hand, one row a sample."""
    rows = trainer.assembly.feed.rows
    return trainer.dataset.inputs[rows], trainer.assembly.targets[rows]


def loss_at(trainer: Trainer, vector: Array, x: Array, y: Array) -> float:
    """Return the mean loss with the parameters ``vector`` by the tests' own mathematics."""
    layout, layers = trainer.network.layout, trainer.spec.network.layers
    numbers = range(1, layout.layer_count + 1)
    weights = [(layout.weights(vector, n), layout.bias(vector, n)) for n in numbers]
    answer = forward_oracle(weights, [layer.activation for layer in layers], x)
    return LOSS_ORACLE[trainer.spec.training.loss](answer, y)


# ---------------------------------------------------------------------- the gradients


@pytest.mark.parametrize("name", NETWORKS)
def test_central_differences_equal_backpropagation_to_seven_digits(name: str) -> None:
    layers, loss, changes = NETWORKS[name]
    exact = gradient_of(small_trainer(changes, layers, loss))
    found = gradient_of(from_source("central_differences", changes, layers=layers, loss=loss))
    assert np.linalg.norm(found - exact) < 1e-7 * np.linalg.norm(exact)


def test_central_differences_in_single_precision_are_good_to_three_digits() -> None:
    single = {"network.dtype": "float32"}
    exact = gradient_of(small_trainer(single))
    found = gradient_of(from_source("central_differences", single))
    assert np.linalg.norm(found - exact) < 1e-3 * np.linalg.norm(exact)


@pytest.mark.parametrize(("dtype", "size"), [("float64", 1e13), ("float32", 1e7)])
def test_a_parameter_that_swallows_h_is_moved_to_its_neighbours(dtype: str, size: float) -> None:
    trainer = from_source("central_differences", {"network.dtype": dtype})
    trainer.network.params.data[:2] = size, -size
    gradient = gradient_of(trainer)
    assert trainer.step == 1
    assert np.isfinite(gradient).all()
    assert gradient.any()


def test_evolution_strategies_are_the_mean_of_pairs_weighted_by_their_losses() -> None:
    trainer = from_source("evolution_strategies", {"training.population": 6})
    trainer.advance_steps(3)
    x, y = batch_of(trainer)
    theta, sigma = np.array(trainer.network.params.data), 0.02
    stream = random_stream(trainer.spec.seed, "evolution strategies", 3)
    expected = np.zeros_like(theta)
    for _ in range(3):
        noise = stream.standard_normal(len(theta))
        for sign in (1, -1):
            loss = loss_at(trainer, theta + sign * sigma * noise, x, y)
            expected += loss * sign * noise / (6 * sigma)
    np.testing.assert_allclose(gradient_of(trainer), expected, rtol=1e-8, atol=1e-11)


def test_evolution_strategies_point_along_the_gradient_on_average() -> None:
    exact = gradient_of(small_trainer())
    many = {"training.population": 4000, "training.sigma": 1e-3}
    found = gradient_of(from_source("evolution_strategies", many))
    cosine = found @ exact / (np.linalg.norm(found) * np.linalg.norm(exact))
    # Of n pairs in P dimensions about sqrt(n / (n + P)) is to be expected: 0.992 here.
    assert cosine > 0.98
    assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(exact), rel=0.1)


def test_random_search_is_the_slope_along_the_best_of_its_directions() -> None:
    trainer = from_source("random_search", {"training.population": 5, "training.sigma": 0.1})
    trainer.advance_steps(2)
    x, y = batch_of(trainer)
    theta = np.array(trainer.network.params.data)
    stream = random_stream(trainer.spec.seed, "random search", 2)
    directions = [stream.standard_normal(len(theta)) for _ in range(5)]
    directions = [direction / np.linalg.norm(direction) for direction in directions]
    losses = [loss_at(trainer, theta + 0.1 * direction, x, y) for direction in directions]
    improvement = loss_at(trainer, theta, x, y) - min(losses)
    assert improvement > 0
    expected = -improvement / 0.1 * directions[int(np.argmin(losses))]
    np.testing.assert_allclose(gradient_of(trainer), expected, rtol=1e-8, atol=1e-12)


def test_random_search_stays_where_no_direction_improves() -> None:
    inputs = np.array([[-1.0], [0.0], [1.0]])
    layers = [{"units": 1, "activation": "linear", "weights": [[2.0]], "biases": [1.0]}]
    spec = {
        "data": {
            "kind": "inline",
            "inputs": inputs.tolist(),
            "targets": (2 * inputs + 1).tolist(),
            "normalize": False,
            "test_fraction": 0,
        },
        "network": {"layers": layers},
        "training": {"loss": "mean_squared_error", "gradient_source": "random_search"},
    }
    trainer = Trainer(ExperimentSpec.from_dict(spec))
    before = trainer.network.params.data.copy()
    assert not gradient_of(trainer).any()
    np.testing.assert_array_equal(trainer.network.params.data, before)


def feedback_oracle(trainer: Trainer, n: int) -> Array:
    """Return B(n): normal, with the deviation of Xavier's start values of W(n + 1)."""
    widths = trainer.network.layout.widths
    deviation = np.sqrt(2 / (widths[n] + widths[n + 1]))
    stream = random_stream(trainer.spec.seed, "feedback", n)
    return stream.normal(0.0, deviation, (widths[n], widths[n + 1]))


@pytest.mark.parametrize("initializer", ["xavier_normal", "zeros"])
def test_feedback_alignment_sends_errors_back_through_fixed_matrices(initializer: str) -> None:
    trainer = from_source("feedback_alignment", {"network.initializer": initializer})
    trainer.advance_steps(5)
    x, y = batch_of(trainer)
    layers = trainer.network.layers
    answers = [x]
    for layer in layers[:-1]:
        answers.append(np.tanh(answers[-1] @ layer.W.T + layer.b))
    a3 = 1 / (1 + np.exp(-(answers[-1] @ layers[-1].W.T + layers[-1].b)))
    error = (a3 - y) / len(x)
    expected: list[tuple[Array, Array]] = []
    for n in (3, 2, 1):
        expected.insert(0, (error.T @ answers[n - 1], error.sum(axis=0)))
        if n > 1:
            error = (error @ feedback_oracle(trainer, n - 1).T) * (1 - answers[n - 1] ** 2)
    gradient_of(trainer)
    for layer, (weights, biases) in zip(trainer.network.layers, expected, strict=True):
        np.testing.assert_allclose(layer.dW, weights, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(layer.db, biases, rtol=1e-12, atol=1e-15)


def test_the_matrices_of_feedback_alignment_can_be_read_and_stand_in_the_trace() -> None:
    trainer = from_source("feedback_alignment")
    op = next(op for op in trainer.program.ops if op.name == "da1")
    assert op.reads == ("B1", "dz2")
    assert op.formula == "da1 = B1 dz2"
    np.testing.assert_array_equal(trainer.value("B1"), feedback_oracle(trainer, 1))
    assert "W2" not in {name for op in trainer.program.ops[8:] for name in op.reads}


def test_feedback_alignment_has_no_limit_of_size() -> None:
    trainer = from_source(
        "feedback_alignment", layers=((120, "tanh"), (60, "tanh"), (1, "sigmoid"))
    )
    assert trainer.network.layout.size > 5000
    trainer.advance_step()
    assert trainer.step == 1


# ---------------------------------------------------------------------- the rules of a step


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("changes", [{}, {"network.dtype": "float32", "training.l2": 0.01}])
def test_op_by_op_equals_full_speed_bit_for_bit(source: str, changes: Mapping[str, Any]) -> None:
    changes = {"training.optimizer.kind": "adam", **changes}
    fast, slow = from_source(source, changes), from_source(source, changes)
    fast.advance_steps(9)
    for _ in range(9 * len(slow.program.ops)):
        slow.advance_op()
    assert bits(fast) == bits(slow)
    assert readable(fast) == readable(slow)


@pytest.mark.parametrize("source", SOURCES)
def test_a_restored_run_goes_on_to_the_same_bits(source: str) -> None:
    trainer = from_source(source)
    trainer.advance_steps(5)
    frame = trainer.keyframe()
    trainer.advance_steps(7)
    other = small_trainer({"seed": 3})
    other.restore(frame)
    other.advance_steps(7)
    assert bits(other) == bits(trainer)
    after = bits(trainer)
    go_back(trainer, "batch")
    go_to(trainer, 2, 0)
    trainer.advance_steps(10)
    assert bits(trainer) == after


@pytest.mark.parametrize("source", FORWARD_ONLY)
def test_nothing_but_the_gradient_is_written_and_it_stays_readable(source: str) -> None:
    trainer = from_source(source)
    while trainer.program.peek().name != "gradient":
        trainer.advance_op()
    parameters = trainer.network.params.data.copy()
    before = readable(trainer)
    op = trainer.advance_op()
    assert set(op.writes) == {f"d{kind}{n}" for kind in "Wb" for n in (1, 2, 3)}
    np.testing.assert_array_equal(trainer.network.params.data, parameters)
    after = readable(trainer)
    assert {name: after[name] for name in before} == before
    trainer.advance_step()
    assert readable(trainer)["dW1"] == after["dW1"]
    assert trainer.value("gradient") is not None


@pytest.mark.parametrize("source", ["evolution_strategies", "random_search"])
def test_other_steps_and_seeds_draw_other_directions(source: str) -> None:
    frozen = {"training.optimizer.learning_rate": 1e-300, "training.batch_size": 30}
    first, other = (from_source(source, {**frozen, "seed": seed}) for seed in (0, 1))
    one, two = gradient_of(first), gradient_of(first)
    assert not np.allclose(one, two)
    assert not np.allclose(one, gradient_of(other))


def test_sigma_moved_in_mid_step_counts_for_the_whole_step() -> None:
    moved, straight = (from_source("evolution_strategies") for _ in range(2))
    for trainer in (moved, straight):
        trainer.advance_steps(4)
    while moved.program.peek().phase != "update":
        moved.advance_op()
    moved.change({"training": {"sigma": 0.5}})
    straight.change({"training": {"sigma": 0.5}})
    assert moved.program.peek().phase == "update"
    moved.advance_steps(3)
    straight.advance_steps(3)
    assert bits(moved) == bits(straight)


@pytest.mark.parametrize("source", OTHERS)
def test_a_source_is_changed_in_the_midst_of_a_run_and_back(source: str) -> None:
    trainer, twin = small_trainer(), small_trainer()
    for run in (trainer, twin):
        run.advance_steps(6)
    trainer.change({"training": {"gradient_source": source}})
    assert trainer.log.marks[-1].text == f"gradient source {source.replace('_', ' ')}"
    np.testing.assert_array_equal(trainer.network.params.data, twin.network.params.data)
    trainer.undo()
    trainer.advance_steps(4)
    twin.advance_steps(4)
    assert bits(trainer) == bits(twin)


def test_a_schedule_and_random_draws_follow_the_same_steps() -> None:
    halved = {"training.schedule": {"kind": "step", "step_size": 3, "gamma": 0.5}}
    trainer = from_source("evolution_strategies", halved)
    trainer.advance_steps(7)
    assert trainer.learning_rate == pytest.approx(0.1 / 4)
    assert trainer.assembly.hyper.step == 7


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_lowers_the_loss(source: str) -> None:
    trainer = from_source(source, {"training.optimizer.learning_rate": 0.3})
    before = trainer.evaluate("train")
    trainer.advance_steps(150)
    after = trainer.evaluate("train")
    assert before is not None
    assert after is not None
    assert after.loss < 0.8 * before.loss


# ---------------------------------------------------------------------- refusals


@pytest.mark.parametrize("source", FORWARD_ONLY)
def test_more_than_five_thousand_parameters_are_refused_in_one_line(source: str) -> None:
    # 2 inputs: 4 u + 1 parameters of one hidden layer.
    fits = small_spec(((1249, "tanh"), (1, "sigmoid")))
    fits.with_changes({"training": {"gradient_source": source}})
    large = small_spec(((1250, "tanh"), (1, "sigmoid")))
    with pytest.raises(SpecError, match=r"^training\.gradient_source: ") as caught:
        large.with_changes({"training": {"gradient_source": source}})
    assert "5,001" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_the_limit_counts_the_parameters_of_the_data_that_are_given() -> None:
    spec = small_spec(changes={"training.gradient_source": "random_search"})
    generator = np.random.default_rng(0)
    wide = Dataset(
        generator.normal(size=(20, 1300)), np.arange(20.0)[:, None] % 2, "classification"
    )
    with pytest.raises(SpecError, match=r"^training\.gradient_source: "):
        Trainer(spec, wide)


def test_a_run_that_grows_beyond_the_limit_is_left_as_it_is() -> None:
    trainer = from_source("central_differences")
    trainer.advance_steps(3)
    before = bits(trainer)
    with pytest.raises(SpecError, match=r"^training\.gradient_source: "):
        trainer.change({"network.layers[0].units": 2000})
    assert bits(trainer) == before


def test_pairs_need_an_even_population_and_the_input_gradient_backpropagation() -> None:
    with pytest.raises(SpecError, match=r"^training\.population: .*even number, got 7"):
        small_spec(
            changes={"training.gradient_source": "evolution_strategies", "training.population": 7}
        )
    for source in OTHERS:
        changes = {"training.gradient_source": source, "network.input_gradient": True}
        with pytest.raises(SpecError, match=r"^network\.input_gradient: .*backpropagation"):
            small_spec(changes=changes)


# ---------------------------------------------------------------------- passes


@pytest.mark.parametrize("source", SOURCES)
def test_passes_are_counted_as_they_are_made(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0

    def counting(network: Network, workspace: Workspace, loss: str) -> Op:
        op = loss_op(network, workspace, loss)

        def run() -> None:
            nonlocal made
            made += 1
            op.run()

        return replace(op, run=run)

    monkeypatch.setattr("core.training.assembly.loss_op", counting)
    trainer = from_source(source)
    trainer.advance_steps(5)
    backward = 5 if source in ("backpropagation", "feedback_alignment") else 0
    assert trainer.snapshot().passes == made + backward


def test_the_count_adds_up_over_changes_of_the_source_and_is_right_after_going_back() -> None:
    trainer = small_trainer()
    size = trainer.network.layout.size
    trainer.advance_steps(6)
    trainer.change({"training": {"gradient_source": "central_differences"}})
    trainer.advance_steps(4)
    trainer.change({"training": {"gradient_source": "evolution_strategies", "population": 10}})
    trainer.advance_steps(3)
    a, b = 6 * 2, 6 * 2 + 4 * (2 * size + 1)
    end = b + 3 * 11
    assert trainer.snapshot().passes == end
    curves = trainer.snapshot().curves
    expected = np.interp(curves.steps, [0, 6, 10, 13], [0, a, b, end])
    np.testing.assert_allclose(curves.passes, expected)
    by_batch = np.interp(curves.batch_steps, [0, 6, 10, 13], [0, a, b, end])
    np.testing.assert_allclose(curves.batch_passes, by_batch)
    go_to(trainer, 8, 0)
    assert trainer.snapshot().passes == a + 2 * (2 * size + 1)
    go_to(trainer, 3, 0)
    assert trainer.snapshot().passes == 6
    trainer.advance_steps(10)
    assert trainer.snapshot().passes == end


def test_undoing_a_source_keeps_what_it_has_counted_so_far() -> None:
    trainer = small_trainer()
    trainer.advance_steps(4)
    trainer.change({"training": {"gradient_source": "random_search"}})
    trainer.advance_steps(2)
    trainer.undo()
    trainer.advance_steps(5)
    assert trainer.snapshot().passes == 8 + 2 * 33 + 10
    other = small_trainer()
    other.restore(trainer.keyframe())
    assert other.snapshot().passes == trainer.snapshot().passes


def test_wider_layers_make_differences_dearer() -> None:
    trainer = from_source("central_differences")
    first = trainer.network.layout.size
    trainer.advance_steps(2)
    trainer.change({"network.layers[0].units": 6})
    second = trainer.network.layout.size
    trainer.advance_steps(3)
    assert trainer.snapshot().passes == 2 * (2 * first + 1) + 3 * (2 * second + 1)


# ---------------------------------------------------------------------- what watches a run


@pytest.mark.parametrize("source", FORWARD_ONLY)
def test_where_nothing_is_sent_back_there_is_no_error_signal_to_judge(source: str) -> None:
    trainer = from_source(source)
    trainer.advance_steps(60)
    snapshot = trainer.snapshot()
    assert snapshot.error_signal.shape == (0,)
    assert snapshot.trace.shares is None
    assert not {finding.kind for finding in trainer.findings()} & {"vanishing", "dead"}


def test_breakpoints_work_without_a_backward_pass() -> None:
    trainer = from_source("evolution_strategies", layers=((4, "relu"), (1, "sigmoid")))
    trainer.guard.set((Breakpoint("dead_unit"), Breakpoint("gradient_rms", low=1e9)))
    trainer.advance_steps(3)
    assert [hit.breakpoint.kind for hit in trainer.guard.hits] == ["gradient_rms"]
    assert trainer.program.peek().phase == "update"


def test_a_candidate_that_is_not_finite_halts_the_run_before_its_update() -> None:
    squares = {"training.sigma": 1e200, "training.gradient_source": "evolution_strategies"}
    trainer = small_trainer(squares, ((3, "linear"), (1, "linear")), "mean_squared_error")
    before = trainer.network.params.data.copy()
    trainer.advance_step()
    assert trainer.step == 0
    assert trainer.halted is not None
    assert "dW1" in trainer.halted.message
    np.testing.assert_array_equal(trainer.network.params.data, before)


# ---------------------------------------------------------------------- layers with more in them

TECHNIQUES: dict[str, Mapping[str, Any]] = {
    "batch normalization": {"network.layers[0].normalization": "batch"},
    "layer normalization": {"network.layers[1].normalization": "layer"},
    "dropout": {"network.layers[0].dropout": 0.4},
    "residual": {"network.layers[1].units": 4, "network.layers[1].residual": True},
    "batches of one row": {"network.layers[0].normalization": "batch", "training.batch_size": 1},
}


@pytest.mark.parametrize("name", TECHNIQUES)
def test_central_differences_see_the_layers_as_the_step_does(name: str) -> None:
    exact, found = (
        small_trainer({"training.gradient_source": source, **TECHNIQUES[name]})
        for source in ("backpropagation", "central_differences")
    )
    for _ in range(3):
        g, e = gradient_of(found), gradient_of(exact)
        # Each goes its own way from here: the next step is to begin at the same parameters.
        np.copyto(found.network.params.data, exact.network.params.data)
        np.copyto(found.network.running.data, exact.network.running.data)
        assert np.linalg.norm(g - e) < 1e-7 * np.linalg.norm(e)


@pytest.mark.parametrize("name", TECHNIQUES)
@pytest.mark.parametrize("source", OTHERS)
def test_layers_with_more_in_them_are_replayed_to_the_same_bits(source: str, name: str) -> None:
    fast, slow = (from_source(source, TECHNIQUES[name]) for _ in range(2))
    fast.advance_steps(6)
    for _ in range(6 * len(slow.program.ops)):
        slow.advance_op()
    assert bits(fast) == bits(slow)
    assert readable(fast) == readable(slow)
    before = bits(fast)
    go_to(fast, 2, 0)
    fast.advance_steps(4)
    assert bits(fast) == before


def test_half_precision_needs_a_backward_pass() -> None:
    half = {"training.gradient_storage": "float16"}
    from_source("feedback_alignment", half).advance_steps(2)
    for source in FORWARD_ONLY:
        with pytest.raises(SpecError, match=r"^training\.gradient_storage: "):
            from_source(source, half)
