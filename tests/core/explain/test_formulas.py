"""Formulas: the field's notation for every kind of op, with slots that can all be filled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core import Trainer
from core.explain.explanation import explain
from core.explain.formulas import formula_of
from core.explain.notation import (
    Fraction,
    Node,
    Row,
    Script,
    Slot,
    Text,
    Value,
    parameter_label,
    partial,
    plain,
    symbol,
    transposed,
)
from core.explain.op_formula import OpFormula
from core.explain.reference import Reference
from core.explain.roles import role_by_name, role_of
from core.explain.setting import setting_of
from core.network.activations import ACTIVATIONS
from core.presets import load_preset, presets
from tests.core.experiments import OPTIMIZERS, small_spec


def _formulas(trainer: Trainer) -> dict[str, OpFormula]:
    snapshot = trainer.snapshot()
    setting = setting_of(snapshot)
    return {op.name: formula_of(op, setting) for op in snapshot.trace.ops}


def _written(preset: str, **changes: Any) -> dict[str, list[str]]:
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    formulas = _formulas(Trainer(load_preset(preset).with_changes(dotted)))
    return {name: [plain(node) for node in f.equations] for name, f in formulas.items()}


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    fields = getattr(node, "__dataclass_fields__", {})
    for field in fields:
        child = getattr(node, field)
        children = child if isinstance(child, tuple) else (child,)
        for item in children:
            if hasattr(item, "__dataclass_fields__") and not isinstance(item, Reference):
                yield from _nodes(item)


def test_the_worked_example_is_written_as_in_the_textbook() -> None:
    written = _written("worked-example")
    assert written["z1"] == ["z1 = W1 x + b1"]
    assert written["a1"] == ["a1 = σ(z1) = 1/(1 + e^−z1)"]
    assert written["loss"] == ["L = 1/2 (a2 − y)²"]
    assert written["da2"] == ["da2 = ∂L/∂a2 = a2 − y"]
    assert written["dz2"] == ["dz2 = ∂L/∂z2 = ∂L/∂a2 ⊙ σ′(z2)"]
    assert written["dW2"] == ["∂L/∂W2 = ∂L/∂z2 a1ᵀ", "∂L/∂b2 = ∂L/∂z2"]
    assert written["da1"] == ["da1 = ∂L/∂a1 = W2ᵀ ∂L/∂z2"]
    assert written["update"] == ["Δ = η ∇L"]
    assert written["parameters"] == ["θ = θ − Δ"]


def test_a_batch_puts_its_size_and_its_sums_into_formulas() -> None:
    written = _written("spiral")
    assert written["dW3"][1] == "∂L/∂b3 = Σ ∂L/∂z3"
    assert written["loss"] == ["L = −1/B Σ (y log a3 + (1 − y) log(1 − a3))"]


def test_a_fused_output_has_its_two_factors_and_their_product() -> None:
    assert _written("spiral")["dz3"] == [
        "dz3 = ∂L/∂z3 = ∂L/∂a3 ⊙ ∂a3/∂z3",
        "∂L/∂z3 = (a3 − y)/B",
    ]
    assert _written("digits")["dz3"] == [
        "dz3 = ∂L/∂z3 = J ∂L/∂a3",
        "J = diag(a3) − a3 a3ᵀ",
        "∂L/∂z3 = (a3 − y)/B",
    ]


def test_adam_corrects_its_means() -> None:
    assert _written("spiral")["update"] == [
        "Δ = η m̂/(√v̂ + ε)",
        "m̂ = m/(1 − β1ᵗ)",
        "v̂ = v/(1 − β2ᵗ)",
    ]


@pytest.mark.parametrize(
    ("kind", "formulas"),
    [
        ("momentum", {"velocity": "v = μ v + ∇L", "update": "Δ = η v"}),
        ("nesterov", {"velocity": "v = μ v + ∇L", "update": "Δ = η (∇L + μ v)"}),
        ("adagrad", {"square_sum": "s = s + (∇L)²", "update": "Δ = η ∇L/(√s + ε)"}),
        (
            "rmsprop",
            {"square_mean": "s = α s + (1 − α) (∇L)²", "update": "Δ = η ∇L/(√s + ε)"},
        ),
        ("adam", {"m": "m = β1 m + (1 − β1) ∇L", "v": "v = β2 v + (1 − β2) (∇L)²"}),
        ("adamw", {"update": "Δ = η m̂/(√v̂ + ε) + η λ W"}),
    ],
)
def test_every_rule_is_written_as_its_authors_wrote_it(kind: str, formulas: dict[str, str]) -> None:
    written = _written("spiral", training__optimizer__kind=kind)
    assert {name: written[name][0] for name in formulas} == formulas


@pytest.mark.parametrize("momentum", [{"dampening": 0.2}, {"momentum_form": "running_mean"}])
def test_the_share_of_the_gradient_in_a_velocity_is_named(momentum: dict[str, Any]) -> None:
    spec = small_spec(changes={"training.optimizer": {"kind": "momentum", **momentum}})
    written = plain(_formulas(Trainer(spec))["velocity"].line)
    assert written == f"v = μ v + (1 − {'d' if 'dampening' in momentum else 'μ'}) ∇L"


def test_the_input_gradient_goes_through_the_first_weights() -> None:
    assert _written("chain-rule")["dx"] == ["dx = ∂L/∂x = W1ᵀ ∂L/∂z1"]


def test_one_op_over_several_layers_names_them_all() -> None:
    formula = _formulas(Trainer(load_preset("deep-sigmoid")))["slope1…10"]
    assert plain(formula.line) == "σ′(zl) = al ⊙ (1 − al),  l = 1 ... 10"
    assert len(formula.numbers) == 10


@pytest.mark.parametrize("key", [preset.key for preset in presets()])
def test_every_slot_of_every_op_is_filled_once_the_op_has_run(key: str) -> None:
    trainer = Trainer(load_preset(key))
    for place in range(len(trainer.program.ops)):
        trainer.advance_op()
        explanation = explain(trainer.snapshot(), place)
        for equation in explanation.numbers:
            for node in _nodes(equation.equation):
                if isinstance(node, Slot):
                    assert node.name in explanation.reading.values


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "softmax"])
def test_every_activation_has_formulas_of_its_own(activation: str) -> None:
    trainer = Trainer(small_spec(((2, activation), (1, "sigmoid"))))
    formulas = _formulas(trainer)
    for name in ("a1", "slope1", "dz1"):
        assert plain(formulas[name].line).startswith(plain(symbol(name, activation)))
    others = Trainer(
        small_spec(((2, "sigmoid" if activation == "tanh" else "tanh"), (1, "sigmoid")))
    )
    assert formulas["slope1"].equations != _formulas(others)["slope1"].equations


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_what_an_op_writes_and_reads_stands_in_its_formula(kind: str) -> None:
    trainer = Trainer(small_spec(changes={"training.optimizer.kind": kind}))
    formulas = _formulas(trainer)
    for op in trainer.program.ops:
        names = {
            node.name
            for equation in formulas[op.name].equations
            for node in _nodes(equation)
            if isinstance(node, Value)
        }
        assert op.writes[0] in names
        if op.phase == "backward" and not op.name.startswith("slope"):
            assert set(op.reads) <= names


def test_symbols_are_letters_with_their_layer_lowered() -> None:
    assert symbol("W13").body == Script(Text("W", italic=True), lowered=Text("13"))
    assert transposed("W3").body == Script(Text("W", italic=True), Text("3"), Text("T"))
    assert isinstance(partial("da1").body, Fraction)
    assert symbol("dz2").body == Row((Text("d"), Script(Text("z", italic=True), lowered=Text("2"))))


def test_an_entry_is_named_from_one() -> None:
    assert parameter_label(Reference("W2", (0, 4))) == "W₂[1, 5]"
    assert parameter_label(Reference("da1", (0,))) == "∂L/∂a₁[1]"
    assert parameter_label(Reference("loss")) == "L"


def test_values_play_the_part_of_written_weights_and_error() -> None:
    ops = {op.name: op for op in Trainer(load_preset("worked-example")).snapshot().trace.ops}
    assert role_of(ops["da1"], "da1") == "written"
    parts = {name: role_by_name(name) for name in ("W2", "dz2", "a1")}
    assert parts == {"W2": "weights", "dz2": "error", "a1": "input"}
