"""Formulas taken apart: what is italic, lowered and raised, and that nothing is lost."""

from __future__ import annotations

import pytest

from core import ExperimentSpec, Trainer
from core.network.activations import ACTIVATIONS
from core.step.optimizers import STATE_NAMES
from gui.trace.formula_text import pieces_of


def _pieces(formula: str) -> list[tuple[str, bool, int]]:
    return [(p.text, p.italic, p.script) for p in pieces_of(formula) if not p.text.isspace()]


def test_a_value_is_an_italic_letter_with_its_layer_lowered() -> None:
    assert _pieces("W13") == [("W", True, 0), ("13", False, -1)]


def test_the_d_of_a_gradient_stands_upright_before_its_letter() -> None:
    assert _pieces("dz2") == [("d", False, 0), ("z", True, 0), ("2", False, -1)]


def test_transposition_is_raised_and_belongs_to_its_matrix() -> None:
    raised = pieces_of("W3ᵀ dz3")[2]
    assert (raised.text, raised.script, raised.name) == ("T", 1, "W3")


def test_numbers_that_belong_to_no_name_stay_on_the_line() -> None:
    assert ("1", False, 0) in _pieces("(1 − a2)")
    assert ("0.01", False, 0) in _pieces("max(0.01 z1, z1)")


def test_functions_are_upright_words() -> None:
    assert _pieces("tanh(z1)")[0] == ("tanh", False, 0)


def test_subscript_and_superscript_characters_become_lowered_and_raised_digits() -> None:
    assert _pieces("β₁ᵗ") == [("β", True, 0), ("1", False, -1), ("t", True, 1)]
    assert _pieces("a²") == [("a", True, 0), ("2", False, 1)]


def test_a_hat_belongs_to_the_letter_below_it() -> None:
    assert [(p.text, p.hat) for p in pieces_of("m\u0302")] == [("m", True)]


def test_an_op_over_several_layers_keeps_its_range_as_one_index() -> None:
    assert _pieces("slope1…2")[:2] == [("slope", False, 0), ("1...2", False, -1)]


@pytest.mark.parametrize("kind", STATE_NAMES)
def test_every_character_of_every_formula_of_a_program_is_drawn(kind: str) -> None:
    hidden = [{"units": 2, "activation": name} for name in ACTIVATIONS if name != "softmax"]
    layers = [*hidden, {"units": 1, "activation": "sigmoid"}]
    spec = {
        "data": {"kind": "circle"},
        "network": {"layers": layers},
        "training": {"optimizer": {"kind": kind}},
    }
    trainer = Trainer(ExperimentSpec.from_dict(spec))
    lowered = str.maketrans("₀₁₂₃₄₅₆₇₈₉ᵀᵗ²³", "0123456789Tt23")
    for op in trainer.program.ops:
        drawn = "".join(p.text + ("\u0302" if p.hat else "") for p in pieces_of(op.formula))
        assert drawn == op.formula.translate(lowered).replace("…", "...")
