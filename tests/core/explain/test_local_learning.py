"""Forward-forward taken apart: words, formulas, and lines that compute what was written."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from core import Snapshot, Trainer
from core.explain.explanation import Explanation, explain
from core.explain.gradient_ways import compare_ways
from core.explain.mistakes import question_about
from core.explain.notation import Node, plain
from core.explain.op_formula import SHARE
from core.explain.reading import read_op
from core.presets import load_preset
from core.training.goodness import accuracy_by_goodness

_FUNCTIONS: dict[str, Any] = {
    "exp": math.exp,
    "log": math.log,
    "max": max,
    "sigma": lambda t: 1 / (1 + math.exp(-t)),
    "__builtins__": {},
}


def trained(steps: int = 30) -> Trainer:
    layers = [{"units": n, "activation": a} for n, a in ((6, "softplus"), (5, "relu"))]
    layers.append({"units": 10, "activation": "softmax"})
    changes = {"network": {"layers": layers}, "training": {"batch_size": 4}}
    trainer = Trainer(load_preset("digits-forward-forward").with_changes(changes))
    trainer.advance_steps(steps)
    return trainer


@cache
def finished() -> Snapshot:
    """Return a step whose ops have all run but for the last."""
    trainer = trained()
    while trainer.advance_op().name != "update":
        pass
    return trainer.snapshot()


def explained(name: str) -> Explanation:
    snapshot = finished()
    places = [place for place, op in enumerate(snapshot.trace.ops) if op.name == name]
    return explain(snapshot, places[0])


def evaluated(node: Node) -> float:
    """Compute what stands in a tree by reading it as it is printed."""
    text = plain(node, repr).replace("−", "-").replace("×", "*").replace("²", "**2")
    return float(eval(text.replace("σ", "sigma"), _FUNCTIONS))


def test_every_op_has_a_title_a_sentence_and_a_formula_of_its_own() -> None:
    titles = []
    for place in range(len(finished().trace.ops)):
        explanation = explain(finished(), place)
        titles.append(explanation.title)
        assert explanation.sentence[-1] in ".?!"
        assert "{" not in explanation.title + explanation.sentence
        assert plain(explanation.formula.line)
        assert explanation.formula.equations
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("xp", "x⁺ = x with 3 y over its first 10 inputs"),
        ("zn1", "z1⁻ = W1 x⁻ + b1"),
        ("up1", "u1⁺ = a1⁺ / √(mean of (a1⁺)² + ε)"),
        ("gp2", "g2⁺ = Σ (a2⁺)²"),
        ("local1", "L1 = mean of log(1 + exp(θ − g1⁺)) + log(1 + exp(g1⁻ − θ))"),
        ("en2", "e2⁻ = σ(g2⁻ − θ) / 4"),
        ("dzp2", "dz2⁺ = 2 e2⁺ a2⁺ ⊙ ReLU′(z2⁺)"),
        ("dW2", "dW2 = dz2⁺ (u1⁺)ᵀ + dz2⁻ (u1⁻)ᵀ"),
    ],
)
def test_formulas_are_written_with_the_sign_of_their_pass(name: str, formula: str) -> None:
    assert plain(explained(name).formula.line) == formula


KINDS = ("z", "a", "g", "e", "dz")
PASSES = [f"{kind}{sign}{n}" for kind in KINDS for sign in "pn" for n in (1, 2)]


@pytest.mark.parametrize("name", ["xp", "xn", "u1", "u2", "up1", "un1", *PASSES])
def test_a_line_computes_the_number_that_was_written(name: str) -> None:
    explanation = explained(name)
    values = finished().trace.values[name]
    lines = explanation.lines(0, 99)
    assert len(lines) == explanation.line_count
    for line, value in zip(lines, values, strict=False):
        assert line.result.value == value
        assert sum(evaluated(term) for term in line.terms) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("layer", [1, 2])
def test_a_layer_s_loss_is_written_out_for_this_sample_and_the_batch(layer: int) -> None:
    explanation = explained(f"local{layer}")
    sample, batch = explanation.lines(0, 9)
    assert sum(evaluated(term) for term in sample.terms) == pytest.approx(sample.result.value)
    assert batch.result.value == finished().trace.values[f"local{layer}"].item()
    assert dict(explanation.settings) == {"θ": (6.0, 5.0)[layer - 1]}


@pytest.mark.parametrize("layer", [1, 2])
def test_the_share_of_a_sample_in_a_gradient_adds_up_from_both_passes(layer: int) -> None:
    explanation = explained(f"dW{layer}")
    values = finished().trace.values
    weights, biases = values[f"dW{layer}"], values[f"db{layer}"]
    assert explanation.line_count == weights.size + biases.size
    place = next(p for p, op in enumerate(finished().trace.ops) if op.name == f"dW{layer}")
    share = read_op(finished(), place).values[SHARE]
    for number in (0, 1, weights.size - 1):
        (line,) = explanation.lines(number, 1)
        total = sum(evaluated(term) for term in line.terms)
        assert total == pytest.approx(line.result.value)
        assert total == pytest.approx(share.ravel()[number])
        assert line.whole is not None
        assert line.whole.value == weights.ravel()[number]
    (line,) = explanation.lines(weights.size + 1, 1)
    own = values[f"dzp{layer}"][1] + values[f"dzn{layer}"][1]
    assert line.result.value == pytest.approx(own)
    assert line.whole is not None
    assert line.whole.value == biases[1]


def test_shares_of_all_samples_are_the_gradient() -> None:
    trainer = trained()
    while trainer.advance_op().name != "dW2":
        pass
    total = np.zeros((5, 6))
    for sample in range(4):
        trainer.in_view.sample = sample
        snapshot = trainer.snapshot()
        place = snapshot.trace.position - 1
        total += read_op(snapshot, place).values[SHARE]
    found = trainer.value("dW2")
    assert found is not None
    np.testing.assert_allclose(total, found, atol=1e-14)


def test_wrong_answers_are_known_by_what_they_have_left_out() -> None:
    values, places = finished().trace.values, {}
    for place, op in enumerate(finished().trace.ops):
        places[op.name] = place

    def mistakes(name: str) -> dict[str, float]:
        question = question_about(finished(), places[name])
        assert question is not None
        return dict(question.mistakes)

    assert question_about(finished(), places["xn"]) is None
    assert mistakes("gp1")["the squares forgotten"] == pytest.approx(values["ap1"].sum())
    assert mistakes("dzn1")["the factor 2 left out"] == pytest.approx(values["dzn1"][0] / 2)
    first = values["dzp1"][0] * values["xp"][0]
    assert mistakes("dW1")["the negative pass forgotten"] == pytest.approx(first)
    side = np.log1p(np.exp(6 - values["gp1"][0]))
    assert mistakes("local1")["the negative pass forgotten"] == pytest.approx(side)
    assert mistakes("ep1")["sum instead of mean"] == pytest.approx(4 * values["ep1"][0])


def test_the_ways_measure_it_and_say_what_is_recognized_both_ways() -> None:
    trainer = Trainer(load_preset("digits-forward-forward"))
    trainer.advance_steps(100)
    ways = compare_ways(trainer, 0.02)
    way = ways.way("forward_forward")
    assert (way.passes.forward, way.passes.backward, way.factor) == (3, 0, 1.5)
    assert not way.is_estimated
    assert way.refusal == ""
    metrics = trainer.evaluate("test")
    assert metrics is not None
    assert ways.recognized is not None
    assert ways.recognized.by_output == metrics.accuracy
    assert ways.recognized.by_goodness == accuracy_by_goodness(trainer, "test")


def test_its_error_is_the_distance_from_the_gradient_of_the_loss_on_show() -> None:
    trainer = trained()
    layout, theta = trainer.network.layout, np.array(trainer.network.params.data)
    way = compare_ways(trainer, 60.0).way("forward_forward")
    trainer.advance_step()
    found = np.array(trainer.network.grads.data)
    x, y = trainer.value("x"), trainer.value("y")
    assert x is not None
    assert y is not None

    def loss(vector: np.ndarray) -> float:
        u = x
        for n, act in ((1, lambda z: np.logaddexp(0, z)), (2, lambda z: np.maximum(z, 0))):
            a = act(u @ layout.weights(vector, n).T + layout.bias(vector, n))
            u = a / np.sqrt(np.mean(a**2, axis=1, keepdims=True) + 1e-8)
        z = u @ layout.weights(vector, 3).T + layout.bias(vector, 3)
        return float(np.mean(np.logaddexp.reduce(z, axis=1) - np.sum(z * y, axis=1)))

    exact = np.empty_like(theta)
    for index in range(len(theta)):
        step = np.zeros_like(theta)
        step[index] = 1e-6
        exact[index] = (loss(theta + step) - loss(theta - step)) / 2e-6
    lengths = np.linalg.norm(exact), np.linalg.norm(found)
    assert way.error == pytest.approx(np.linalg.norm(found - exact) / lengths[0], rel=1e-5)
    assert way.cosine == pytest.approx(found @ exact / (lengths[0] * lengths[1]), rel=1e-5)


def test_elsewhere_it_is_estimated_and_says_why_it_cannot_be_taken() -> None:
    trainer = Trainer(load_preset("spiral"))
    ways = compare_ways(trainer, 0.0)
    way = ways.way("forward_forward")
    assert way.is_estimated
    assert way.error is None
    assert "it takes digits, not spiral" in way.refusal
    assert ways.recognized is None
    digits = compare_ways(Trainer(load_preset("digits")), 0.0).way("forward_forward")
    assert digits.refusal == ""
    assert digits.error is None
