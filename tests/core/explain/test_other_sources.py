"""Steps whose gradient comes from elsewhere than backpropagation are explained as they are."""

from __future__ import annotations

import pytest

from core import Snapshot, Trainer, UserError
from core.explain.explanation import Explanation, explain
from core.explain.mistakes import question_about
from core.explain.notation import Number, plain
from core.explain.other_sources import needs_backpropagation
from core.explain.worksheet import worksheet_question
from core.presets import load_preset
from core.spec_rules import FORWARD_ONLY
from tests.core.experiments import small_trainer

OTHERS = (*FORWARD_ONLY, "feedback_alignment")
FORMULAS = {
    "central_differences": "∂L/∂θi ≈ (L(θ + h ei) − L(θ − h ei)) / 2h",
    "evolution_strategies": "∇L ≈ Σ L(θ + σ εi) εi / (n σ)",
    "random_search": "∇L ≈ (L(θ + σ u) − L(θ)) / σ · u",
}


def stepped(source: str, upto: str, preset: str = "worked-example") -> Snapshot:
    """Return a step in which ``upto`` was the last op to run."""
    trainer = Trainer(load_preset(preset).with_changes({"training": {"gradient_source": source}}))
    while trainer.advance_op().name != upto:
        pass
    return trainer.snapshot()


def explained(snapshot: Snapshot) -> Explanation:
    return explain(snapshot, snapshot.trace.position - 1)


@pytest.mark.parametrize("source", FORWARD_ONLY)
def test_the_op_of_a_source_shows_its_formula_its_numbers_and_what_it_found(source: str) -> None:
    snapshot = stepped(source, "gradient")
    explanation = explained(snapshot)
    assert plain(explanation.formula.line) == FORMULAS[source]
    assert source.replace("_", " ") in explanation.title
    values = snapshot.trace.values
    lines = explanation.lines(0, 99)
    assert len(lines) == explanation.line_count == snapshot.layout.size
    assert lines[1].label == "∂L/∂W₁[1, 2]"
    assert lines[1].result.value == values["dW1"][0, 1]
    assert lines[-1].result.value == values["db2"][0]
    settings = dict(explanation.settings)
    assert settings == ({"h": 1e-5} if source[0] == "c" else {"n": 32.0, "σ": 0.02})


def test_a_search_that_found_nothing_better_says_so() -> None:
    found = explained(stepped("random_search", "gradient"))
    assert "best one" in found.sentence
    trainer = small_trainer({"training.gradient_source": "random_search", "training.sigma": 1e3})
    while trainer.advance_op().name != "gradient":
        pass
    assert not trainer.network.grads.data.any()
    assert "None lowers the loss" in explained(trainer.snapshot()).sentence


def test_errors_behind_a_fixed_matrix_are_not_called_derivatives() -> None:
    snapshot = stepped("feedback_alignment", "parameters")
    for place, op in enumerate(snapshot.trace.ops):
        equations = " ".join(plain(node) for node in explain(snapshot, place).formula.equations)
        if op.name in ("da1", "dz1", "dW1"):
            assert "∂L" not in equations, op.name
        if op.name in ("dz2", "dW2"):
            assert "∂L" in equations, op.name


def test_a_step_back_through_a_fixed_matrix_is_written_out_in_numbers_that_add_up() -> None:
    snapshot = stepped("feedback_alignment", "da2", "spiral")
    place = snapshot.trace.position - 1
    explanation = explain(snapshot, place)
    assert plain(explanation.formula.line) == "da2 = B2 dz3"
    assert "random numbers B" in explanation.sentence
    B, dz = snapshot.trace.values["B2"], snapshot.trace.values["dz3"]
    for unit, line in enumerate(explanation.lines(0, 8)):
        factors = [
            part.value for term in line.terms for part in term.parts if isinstance(part, Number)
        ]
        assert factors == [B[unit, 0], dz[0]]
        assert line.result.value == pytest.approx(float(B[unit] @ dz))


def test_past_a_shortcut_the_fixed_matrix_is_one_of_two_ways_back() -> None:
    trainer = small_trainer(
        {
            "training.gradient_source": "feedback_alignment",
            "network.layers[1].residual": True,
            "network.layers[1].dropout": 0.4,
        },
        layers=((3, "tanh"), (3, "tanh"), (1, "sigmoid")),
    )
    while trainer.advance_op().name != "da1":
        pass
    snapshot = trainer.snapshot()
    explanation = explained(snapshot)
    assert plain(explanation.formula.line) == "da1 = B1 dz2 + dh2"
    assert "random numbers B" in explanation.sentence
    assert "shortcut" in explanation.sentence
    B, dz, dh = (snapshot.trace.values[name] for name in ("B1", "dz2", "dh2"))
    for unit, line in enumerate(explanation.lines(0, 3)):
        assert len(line.terms) == 4
        assert line.result.value == pytest.approx(float(B[unit] @ dz + dh[unit]))


@pytest.mark.parametrize("source", OTHERS)
@pytest.mark.parametrize("normalization", ["none", "batch", "layer"])
def test_every_op_is_explained_whatever_the_layers_have(source: str, normalization: str) -> None:
    layer = {"units": 3, "residual": True, "dropout": 0.3, "normalization": normalization}
    plain_layer = {"units": 3, "normalization": normalization}
    output = {"units": 1, "activation": "sigmoid"}
    trainer = small_trainer(
        {
            "network": {"layers": [plain_layer, layer, layer, output]},
            "training": {"gradient_source": source, "gradient_storage": "same"},
        }
    )
    while not trainer.snapshot().trace.completed:
        trainer.advance_op()
        snapshot = trainer.snapshot()
        explanation = explained(snapshot)
        assert explanation.sentence
        assert plain(explanation.formula.line)
        assert len(explanation.lines(0, 99)) == min(99, explanation.line_count)
        question_about(snapshot, snapshot.trace.position - 1)


def test_the_weights_taken_in_place_of_the_fixed_matrix_are_a_mistake_known_by_name() -> None:
    snapshot = stepped("feedback_alignment", "da1", "spiral")
    question = question_about(snapshot, snapshot.trace.position - 1)
    assert question is not None
    B, dz = snapshot.trace.values["B1"], snapshot.trace.values["dz2"]
    assert question.right == pytest.approx(float(B[0] @ dz))
    mistakes = dict(question.mistakes)
    own = float(snapshot.trace.values["W2"][:, 0] @ dz)
    assert mistakes["the weights used in place of B"] == pytest.approx(own)
    assert mistakes["B transposed"] == pytest.approx(float(B[:, 0] @ dz))


@pytest.mark.parametrize("source", FORWARD_ONLY)
def test_nobody_is_asked_for_a_number_made_of_many_passes(source: str) -> None:
    snapshot = stepped(source, "gradient")
    assert question_about(snapshot, snapshot.trace.position - 1) is None


@pytest.mark.parametrize("source", OTHERS)
def test_what_needs_backpropagation_says_so_in_one_line(source: str) -> None:
    snapshot = stepped(source, "loss")
    reason = needs_backpropagation(snapshot.trace.training, "A waterfall")
    assert reason.startswith("A waterfall needs backpropagation: ")
    assert source.replace("_", " ") in reason
    trainer = small_trainer({"training.gradient_source": source})
    with pytest.raises(UserError, match="A worksheet needs backpropagation") as caught:
        worksheet_question(trainer)
    assert len(str(caught.value).splitlines()) == 1


def test_with_backpropagation_nothing_is_missing() -> None:
    assert needs_backpropagation(stepped("backpropagation", "loss").trace.training, "It") == ""
