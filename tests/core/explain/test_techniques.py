"""Normalization, dropout and shortcuts explained: the numbers written out compute what was run."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from core import Snapshot, Trainer
from core.explain.explanation import Explanation, explain
from core.explain.mistakes import question_about
from core.explain.notation import plain
from core.explain.parameter_order import (
    entry_of_vector,
    flat_index,
    in_listed_order,
    number_of,
    parameter_at,
)
from core.explain.reference import Reference
from core.explain.roles import role_by_name
from core.explain.waterfall import gradient_waterfall
from core.explain.waterfall_reason import longest_fall
from core.explain.waterfall_steps import Waterfall
from core.explain.worksheet import Worksheet, worksheet_question
from core.presets import load_preset
from core.training.shares import ParameterPlace
from tests.core.experiments import value_of
from tests.core.explain.test_terms import assert_lines_add_up
from tests.core.test_layer_techniques import ENDINGS, trainer_with

COMBINATIONS = [
    ("batch",),
    ("layer",),
    ("dropout",),
    ("residual",),
    ("batch", "dropout", "residual"),
    ("layer", "dropout", "residual"),
]
BY_COMBINATION = pytest.mark.parametrize("pair", COMBINATIONS, ids="+".join)


def finished(trainer: Trainer) -> Snapshot:
    for _ in trainer.program.ops:
        trainer.advance_op()
    return trainer.snapshot()


def place_of(trainer: Trainer, name: str) -> int:
    return next(place for place, op in enumerate(trainer.program.ops) if op.name == name)


def explained(trainer: Trainer, name: str) -> Explanation:
    """Run the step up to the op called ``name`` and explain it."""
    while trainer.advance_op().name != name:
        pass
    return explain(trainer.snapshot(), place_of(trainer, name))


@BY_COMBINATION
@pytest.mark.parametrize("rows", [5, 1])
def test_every_entry_is_what_its_terms_compute(pair: tuple[str, ...], rows: int) -> None:
    trainer = trainer_with(pair, "tanh", ENDINGS[3], rows=rows)
    trainer.advance_step()
    assert assert_lines_add_up(trainer) > 200


@pytest.mark.parametrize("ending", ENDINGS[:3])
def test_a_normalized_output_layer_is_written_out_too(ending: tuple[str, str]) -> None:
    change = {"network.layers[3].normalization": "layer"}
    trainer = trainer_with(("batch",), "relu", ending, changes=change)
    trainer.advance_step()
    assert assert_lines_add_up(trainer) > 200


def test_the_mean_of_a_batch_is_written_as_the_sum_of_all_its_samples() -> None:
    trainer = trainer_with(("batch",), rows=7)
    explanation = explained(trainer, "mean2")
    line = explanation.lines(1, 1)[0]
    sums = value_of(trainer, "z2")[:, 1]
    written = [plain(term, repr).replace("(", "").replace(")", "") for term in line.terms]
    numbers = [float(text.removesuffix(" / 7").replace("−", "-")) for text in written]
    np.testing.assert_array_equal(numbers, sums)
    assert line.result.value == pytest.approx(sums.mean(), rel=1e-12)


def test_formulas_have_the_signs_of_the_field() -> None:
    trainer = trainer_with(("batch", "dropout", "residual"))
    finished(trainer)
    snapshot = trainer.snapshot()
    lines = {
        op.name: plain(explain(snapshot, place).formula.line)
        for place, op in enumerate(snapshot.trace.ops)
    }
    assert lines["zhat2"] == "ẑ2 = (z2 − μ2) / √(σ2² + ε)".replace("ẑ", "z\u0302")
    assert lines["s2"] == "s2 = γ2 ⊙ z\u03022 + β2"
    assert lines["a2"] == "a2 = tanh(s2)"
    assert lines["h2"] == "h2 = mask2 ⊙ a2"
    assert lines["r2"] == "r2 = h2 + a1"
    assert lines["z3"] == "z3 = W3 r2 + b3"
    assert lines["dh2"] == "dh2 = W3ᵀ dz3 + dh3"
    assert lines["da2"] == "da2 = mask2 ⊙ dh2"
    assert lines["ds2"] == "ds2 = da2 ⊙ tanh′(s2)"
    assert lines["dgamma2"] == "dγ2 = Σ ds2 ⊙ z\u03022,  dβ2 = Σ ds2"


def test_one_row_says_that_the_running_statistics_are_used() -> None:
    trainer = trainer_with(("batch",), rows=1)
    assert "running statistics" in explained(trainer, "mean2").sentence


def test_the_running_statistics_are_written_with_what_they_were() -> None:
    trainer = trainer_with(("batch",), rows=6)
    trainer.advance_steps(3)
    layer = trainer.network.layers[1]
    assert layer.running_var is not None
    before = np.array(layer.running_var)
    explanation = explained(trainer, "running")
    z = value_of(trainer, "z2")
    expected = 0.9 * before + 0.1 * z.var(axis=0, ddof=1)
    # Means of layer 2 come first, then its variances.
    for unit, line in enumerate(explanation.lines(5, 5)):
        assert line.result.value == pytest.approx(expected[unit], rel=1e-12)
        assert plain(line.terms[0], repr).endswith(repr(float(before[unit])))


def test_gamma_and_beta_are_listed_behind_the_biases_of_their_layer() -> None:
    trainer = trainer_with(("batch",))
    layout = trainer.network.layout
    listed = [parameter_at(layout, number) for number in range(layout.size)]
    assert [number_of(layout, parameter) for parameter in listed] == list(range(layout.size))
    names = list(dict.fromkeys(parameter.name for parameter in listed))
    assert names[2:6] == ["W2", "b2", "gamma2", "beta2"]
    vector = np.arange(layout.size, dtype=float)
    indices = [flat_index(layout, parameter) for parameter in listed]
    np.testing.assert_array_equal(in_listed_order(layout, vector), indices)
    gamma = layout.scale(vector, 3)
    assert gamma is not None
    assert entry_of_vector(layout, vector, Reference("gamma3", (2,))) == gamma[2]
    assert (role_by_name("gamma2"), role_by_name("dgamma2")) == ("weights", "error")


# ------------------------------------------------------------------------- why this gradient


def share_of(snapshot: Snapshot, parameter: Reference) -> float:
    """Return what the definitions say that the sample in view adds to a gradient."""
    values, unit = snapshot.trace.values, parameter.index[0]
    kind, layer = parameter.name[:-1], int(parameter.name[-1])
    if kind in ("gamma", "beta"):
        error = float(values[f"ds{layer}"][unit])
        return error * (float(values[f"zhat{layer}"][unit]) if kind == "gamma" else 1.0)
    error = float(values[f"dz{layer}"][unit])
    if kind == "b":
        return error
    below = [name for name in (f"r{layer - 1}", f"h{layer - 1}", f"a{layer - 1}") if name in values]
    before = values[below[0]] if layer > 1 else values["x"]
    return error * float(before[parameter.index[1]])


def product_of(found: Waterfall) -> float:
    """Multiply factors; where the product begins anew, from there."""
    product = 1.0
    for step in found.steps:
        assert step.value is not None
        product = step.value if step.kind in ("start", "restart") else product * step.value
    return product


def some_parameters(snapshot: Snapshot) -> Iterator[Reference]:
    for number in range(0, snapshot.layout.size, 7):
        yield parameter_at(snapshot.layout, number)
    for layer in sorted(snapshot.layout.normalized):
        yield Reference(f"gamma{layer}", (1,))
        yield Reference(f"beta{layer}", (4,))


@BY_COMBINATION
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_factors_multiply_out_to_the_share_of_the_sample(
    pair: tuple[str, ...], activation: str
) -> None:
    trainer = trainer_with(pair, activation, ENDINGS[0])
    trainer.advance_step()
    trainer.in_view.sample = 3
    snapshot = finished(trainer)
    for parameter in some_parameters(snapshot):
        for most in (9, 100):
            found = gradient_waterfall(snapshot, parameter, most=most)
            share = share_of(snapshot, parameter)
            assert found.share == pytest.approx(share, rel=1e-10, abs=1e-15)
            assert product_of(found) == pytest.approx(share, rel=1e-8, abs=1e-15)


def is_known(snapshot: Snapshot, name: str) -> bool:
    return name in snapshot.trace.values


@pytest.mark.parametrize("pair", COMBINATIONS[4:], ids="+".join)
def test_a_waterfall_is_there_at_every_place_of_a_step(pair: tuple[str, ...]) -> None:
    trainer = trainer_with(pair, "relu")
    parameters = (Reference("W1", (0, 0)), Reference("gamma2", (1,)), Reference("W4", (1, 2)))
    for _ in trainer.program.ops:
        snapshot = trainer.snapshot()
        for parameter in parameters:
            found = gradient_waterfall(snapshot, parameter)
            longest_fall(found, snapshot.spec.network.layers)
            has_run = is_known(snapshot, f"d{parameter.name}")
            assert (found.share is not None) is has_run
        trainer.advance_op()


def test_a_dropped_unit_ends_the_gradient_of_its_weights() -> None:
    trainer = trainer_with(("dropout",))
    snapshot = finished(trainer)
    unit = int(np.flatnonzero(snapshot.trace.values["mask3"] == 0)[0])
    found = gradient_waterfall(snapshot, Reference("W3", (unit, 0)), most=100)
    (mask,) = [step for step in found.steps if step.kind == "mask"]
    assert (mask.value, mask.note, found.share) == (0.0, "dropped in this step", 0.0)


def test_what_comes_from_other_samples_alone_begins_the_product_anew() -> None:
    trainer = trainer_with(("batch",), "relu")
    snapshot = finished(trainer)
    values = snapshot.trace.values
    unit = int(np.flatnonzero(values["ds2"] == 0)[0])
    found = gradient_waterfall(snapshot, Reference("b2", (unit,)), most=100)
    last = found.steps[-1]
    assert (last.kind, last.label) == ("restart", "from the other samples")
    assert last.value == float(values["dz2"][unit]) != 0


def test_on_a_highway_the_path_takes_the_shortcuts() -> None:
    trainer = Trainer(load_preset("deep-residual"))
    snapshot = finished(trainer)
    found = gradient_waterfall(snapshot, Reference("W1", (0, 0)), most=100)
    kinds = [step.kind for step in found.steps]
    assert kinds.count("shortcut") >= 8
    plain_run = finished(Trainer(load_preset("deep-sigmoid")))
    without = gradient_waterfall(plain_run, Reference("W1", (0, 0)))
    assert found.share is not None
    assert without.share is not None
    assert abs(found.share) > 1e3 * abs(without.share)


def test_shares_of_scale_and_shift_add_up_to_their_gradients() -> None:
    trainer = trainer_with(("batch", "residual"))
    for kind in ("gamma", "beta"):
        trainer.in_view.parameter = ParameterPlace(3, 2, None, kind)
        shares = finished(trainer).trace.shares
        assert shares is not None
        whole = value_of(trainer, f"d{kind}3")[2]
        assert shares.values.sum() == pytest.approx(whole, rel=1e-12)
        trainer.advance_step()


# ------------------------------------------------------------------------- predict, worksheet


@pytest.mark.parametrize("pair", COMBINATIONS[3:], ids="+".join)
def test_every_question_has_its_answer_and_no_mistake_is_it_by_definition(
    pair: tuple[str, ...],
) -> None:
    trainer = trainer_with(pair)
    trainer.advance_step()
    snapshot = finished(trainer)
    for place, op in enumerate(snapshot.trace.ops):
        question = question_about(snapshot, place)
        if op.name == "batch" or op.name.startswith("mask"):
            assert question is None
            continue
        assert question is not None, op.name
        assert math.isfinite(question.right)
        names = [name for name, _ in question.mistakes]
        assert len(names) == len(set(names))


def test_the_usual_mistakes_come_out_with_their_numbers() -> None:
    trainer = trainer_with(("batch", "residual"))
    snapshot = finished(trainer)
    values = {name: np.asarray(value) for name, value in snapshot.trace.values.items()}

    def mistakes(name: str) -> dict[str, float]:
        question = question_about(snapshot, place_of(trainer, name))
        assert question is not None
        return dict(question.mistakes)

    z, mean, var = (float(values[name][0]) for name in ("z2", "mean2", "var2"))
    assert mistakes("zhat2")["divided by the variance, not by its root"] == pytest.approx(
        (z - mean) / (var + 1e-5)
    )
    through = float(values["W3"][:, 0] @ values["dz3"])
    assert mistakes("da2")["the shortcut forgotten"] == pytest.approx(through)
    scaled = float(values["gamma2"][0] * values["ds2"][0]) / math.sqrt(var + 1e-5)
    assert mistakes("dz2")["what all have in common not taken off"] == pytest.approx(scaled)


def lines_of(worksheet: Worksheet) -> dict[str, float]:
    return {
        line.name: line.value
        for section in worksheet.sections
        for exercise in section.exercises
        for line in exercise.lines
    }


def test_a_worksheet_gives_what_cannot_be_worked_out_and_asks_for_the_rest() -> None:
    trainer = trainer_with(("batch", "dropout"))
    worksheet = worksheet_question(trainer)
    given = {block.name for block in worksheet.given}
    assert {"γ2", "β2", "μ2", "σ²2", "mask2"} <= given
    lines, titles = lines_of(worksheet), [section.title for section in worksheet.sections]
    assert "After the update" not in titles
    assert "mask2[1]" not in lines
    snapshot = finished(trainer)
    values = snapshot.trace.values
    assert lines["ẑ2[2]"] == float(values["zhat2"][1])
    assert lines["dγ2[3]"] == float(values["dgamma2"][2])
    gamma = trainer.network.layers[1].gamma
    assert gamma is not None
    assert lines["new γ2[1]"] == float(gamma[0])


def test_a_worksheet_of_layer_normalization_and_shortcuts_has_the_pass_after_the_update() -> None:
    trainer = trainer_with(("layer", "residual"))
    lines = lines_of(worksheet_question(trainer))
    trainer.advance_step()
    # The next step of an unshuffled full batch is the same pass with the new parameters.
    again = trainer.advance_step()
    assert lines["L"] == pytest.approx(again, rel=1e-12)
    assert "μ2[1]" in lines
