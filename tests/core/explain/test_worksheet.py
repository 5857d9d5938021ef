"""Claims about worksheets: every number of the step is there, and nothing of the trainer moves."""

from __future__ import annotations

import numpy as np
import pytest

from core import Trainer
from core.errors import UserError
from core.explain.worksheet import Exercise, Worksheet, worksheet_of, worksheet_question
from core.presets import load_preset, presets
from tests.core.experiments import bits, readable, small_trainer

# The hand calculation of the 2-2-1 network.
BY_HAND = {
    "z1[1]": 0.625,
    "z1[2]": 0.690,
    "a1[1]": 0.65135486,
    "a1[2]": 0.66596693,
    "z2[1]": 1.19352541,
    "a2[1]": 0.76737099,
    "L": 0.02705813,
    "da2[1]": -0.23262901,
    "dz2[1]": -0.04152725,
    "dW2[1, 1]": -0.02704897,
    "dW2[1, 2]": -0.02765577,
    "db2[1]": -0.04152725,
    "da1[1]": -0.01661090,
    "da1[2]": -0.02076362,
    "dz1[1]": -0.00377220,
    "dz1[2]": -0.00461897,
    "dW1[1, 1]": -0.00188610,
    "dW1[1, 2]": -0.00301776,
    "dW1[2, 1]": -0.00230949,
    "dW1[2, 2]": -0.00369518,
    "db1[1]": -0.00377220,
    "db1[2]": -0.00461897,
    "new W2[1, 1]": 0.41352449,
    "new W2[1, 2]": 0.51382789,
    "new b2[1]": 0.62076362,
    "new W1[1, 1]": 0.15094305,
    "new W1[1, 2]": 0.25150888,
    "new W1[2, 1]": 0.20115474,
    "new W1[2, 2]": 0.30184759,
    "new b1[1]": 0.35188610,
    "new b1[2]": 0.35230949,
}


def exercises(worksheet: Worksheet) -> list[Exercise]:
    return [exercise for section in worksheet.sections for exercise in section.exercises]


def numbers(worksheet: Worksheet) -> dict[str, float]:
    """Return the results by name, those of the forward pass after the update not among them."""
    found = [line for exercise in exercises(worksheet)[:-1] for line in exercise.lines]
    named = {line.name: line.value for line in found}
    assert len(named) == len(found)
    return named


def exercise_of(worksheet: Worksheet, formula: str) -> Exercise:
    (found,) = [one for one in exercises(worksheet) if one.formula.startswith(formula)]
    return found


def test_the_worked_example_has_every_number_of_the_hand_calculation() -> None:
    worksheet = worksheet_question(Trainer(load_preset("worked-example")))
    found = numbers(worksheet)
    assert {name: found[name] for name in BY_HAND} == pytest.approx(BY_HAND, abs=6e-9)
    after = {line.name: line.value for line in worksheet.sections[-1].exercises[0].lines}
    assert after == pytest.approx({"a2[1]": 0.77436773, "L": 0.02545496}, abs=6e-9)


def test_what_is_given_are_the_numbers_before_the_step() -> None:
    worksheet = worksheet_question(Trainer(load_preset("worked-example")))
    assert {given.name: given.values for given in worksheet.given} == {
        "x": ((0.5,), (0.8,)),
        "y": ((1.0,),),
        "W1": ((0.15, 0.25), (0.20, 0.30)),
        "b1": ((0.35,), (0.35,)),
        "W2": ((0.40, 0.50),),
        "b2": ((0.60,),),
    }


def test_the_phases_follow_each_other_and_every_op_has_words() -> None:
    worksheet = worksheet_question(Trainer(load_preset("worked-example")))
    titles = [section.title for section in worksheet.sections]
    assert titles == ["Forward pass", "Loss", "Backward pass", "Update", "After the update"]
    assert all(exercise.sentence.endswith((".", "?")) for exercise in exercises(worksheet))
    assert "learning rate" not in worksheet.title
    assert "Optimizer: SGD, η\u00a0=\u00a00.5." in worksheet.facts


@pytest.mark.parametrize("key", [k.key for k in presets() if "forward" not in k.key])
def test_every_preset_has_a_worksheet_whose_every_exercise_has_a_result(key: str) -> None:
    worksheet = worksheet_question(Trainer(load_preset(key)))
    assert all(exercise.lines for exercise in exercises(worksheet))
    values = [line.value for exercise in exercises(worksheet) for line in exercise.lines]
    assert np.isfinite(values).all()


@pytest.mark.parametrize("kind", ["momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"])
def test_every_optimizer_has_its_memory_on_the_sheet(kind: str) -> None:
    trainer = small_trainer({"training.optimizer.kind": kind})
    worksheet = worksheet_question(trainer)
    assert "t = 1" in worksheet.facts[-1]
    assert worksheet.facts[-1].endswith("0 at its start.")
    trainer.advance_steps(3)
    assert "t = 4" in worksheet_question(trainer).facts[-1]
    assert any(name.endswith(" of W1[1, 1]") for name in numbers(worksheet))


def test_values_are_those_of_the_sample_in_view_and_of_the_step_at_hand() -> None:
    trainer = small_trainer()
    trainer.advance_steps(2)
    trainer.in_view.sample = 3
    worksheet = worksheet_question(trainer)
    for _ in trainer.program.ops:
        trainer.advance_op()
    values = trainer.snapshot().trace.values
    found = numbers(worksheet)
    assert found["a2[3]"] == values["a2"][2]
    assert found["dW1[4, 2]"] == values["dW1"][3, 1]
    assert found["L"] == trainer.last_loss
    assert found["new W3[1, 3]"] == trainer.network.layers[2].W[0, 2]
    assert any("sample 4" in fact for fact in worksheet.facts)


def test_the_forward_pass_after_the_update_is_that_of_the_new_parameters() -> None:
    trainer = small_trainer({"training.batch_size": 30})
    worksheet = worksheet_question(trainer)
    trainer.advance_step()
    after = {line.name: line.value for line in worksheet.sections[-1].exercises[0].lines}
    assert after["L"] == pytest.approx(trainer.advance_step(), rel=1e-12)


@pytest.mark.parametrize("ops", [0, 1, 6])
def test_a_question_leaves_every_bit_of_the_trainer_untouched(ops: int) -> None:
    trainer = small_trainer()
    trainer.advance_steps(3)
    for _ in range(ops):
        trainer.advance_op()
    before = (bits(trainer), readable(trainer), trainer.program.pc, trainer.step)
    worksheet_question(trainer)
    assert (bits(trainer), readable(trainer), trainer.program.pc, trainer.step) == before


def test_a_step_in_progress_is_refused_with_one_line() -> None:
    trainer = small_trainer()
    trainer.advance_op()
    with pytest.raises(UserError) as refusal:
        worksheet_of(trainer.snapshot())
    assert "\n" not in str(refusal.value)
    assert "op by op" in str(refusal.value)


def test_a_step_whose_start_is_forgotten_is_refused() -> None:
    trainer = small_trainer()
    trainer.advance_step()
    assert not trainer.snapshot().trace.holds_start
    with pytest.raises(UserError, match="op by op"):
        worksheet_of(trainer.snapshot())


def test_a_step_that_is_not_finite_is_refused() -> None:
    trainer = small_trainer()
    trainer.network.params.data[0] = np.nan
    with pytest.raises(UserError, match="finite"):
        worksheet_question(trainer)


def test_of_wide_layers_the_first_six_units_are_shown_and_the_rest_is_named() -> None:
    layers = ((9, "tanh"), (7, "relu"), (1, "sigmoid"))
    worksheet = worksheet_question(small_trainer(layers=layers))
    z1, z2 = exercise_of(worksheet, "z1 ="), exercise_of(worksheet, "z2 =")
    assert [line.name for line in z1.lines] == [f"z1[{unit}]" for unit in range(1, 7)]
    assert z1.left_out == "units 7 to 9 are left out"
    assert z2.left_out == "unit 7 is left out"
    assert len(exercise_of(worksheet, "dW2 =").lines) == 6 * 6 + 6
    assert exercise_of(worksheet, "z3 =").left_out == ""
    (W2,) = [given for given in worksheet.given if given.name == "W2"]
    assert (len(W2.values), len(W2.values[0])) == (6, 6)
    assert W2.left_out == "unit 7 and sources 7 to 9 are left out"
    spiral = worksheet_question(Trainer(load_preset("spiral")))
    assert exercise_of(spiral, "z1 =").left_out == "units 7 and 8 are left out"


def test_a_step_that_was_stepped_to_its_end_is_the_one_that_is_printed() -> None:
    trainer = Trainer(load_preset("worked-example"))
    for _ in trainer.program.ops:
        trainer.advance_op()
    found = numbers(worksheet_question(trainer))
    assert {name: found[name] for name in BY_HAND} == pytest.approx(BY_HAND, abs=6e-9)


@pytest.mark.parametrize("steps", [0, 3, 31, 32, 40])
def test_a_finished_step_is_printed_with_the_numbers_on_show(steps: int) -> None:
    trainer = small_trainer({"training.optimizer.kind": "adam"})
    trainer.advance_steps(steps)
    trainer.change({"training.optimizer.learning_rate": 0.25})
    trainer.in_view.sample = 2
    trainer.advance_batch()
    trace = trainer.snapshot().trace
    before = (bits(trainer), readable(trainer), trainer.program.pc, trainer.step)
    worksheet = worksheet_question(trainer)
    assert (bits(trainer), readable(trainer), trainer.program.pc, trainer.step) == before
    found = numbers(worksheet)
    assert found["a2[3]"] == trace.values["a2"][2]
    assert found["dW1[4, 2]"] == trace.values["dW1"][3, 1]
    assert found["new W3[1, 3]"] == trainer.network.layers[2].W[0, 2]
    assert f"t = {steps + 1} " in worksheet.facts[-1]
    assert any(f"Step {steps + 1}," in fact for fact in worksheet.facts)
    assert any("η\u00a0=\u00a00.25" in fact for fact in worksheet.facts)


def test_a_setting_that_is_changed_after_the_step_does_not_reach_its_sheet() -> None:
    trainer = Trainer(load_preset("worked-example"))
    trainer.advance_batch()
    trainer.change({"training.optimizer.learning_rate": 0.125})
    worksheet = worksheet_question(trainer)
    assert "Optimizer: SGD, η\u00a0=\u00a00.5." in worksheet.facts
    assert numbers(worksheet)["new W2[1, 1]"] == pytest.approx(0.41352449, abs=6e-9)


def test_layers_that_are_alike_are_named_once() -> None:
    facts = worksheet_question(Trainer(load_preset("deep-sigmoid"))).facts
    assert facts[0].endswith("from the first layer on: 11 × sigmoid.")
    facts = worksheet_question(Trainer(load_preset("digits"))).facts
    assert facts[0].endswith("from the first layer on: ReLU, ReLU, softmax.")
    assert facts[1].startswith("Loss: cross-entropy.")


def test_the_widths_are_those_of_all_units() -> None:
    layers = ((9, "tanh"), (7, "relu"), (1, "sigmoid"))
    assert worksheet_question(small_trainer(layers=layers)).widths[1:] == (9, 7, 1)


def test_after_a_run_whose_last_step_nobody_followed_the_step_at_hand_is_printed() -> None:
    trainer = small_trainer()
    trainer.advance_batch()
    trainer.advance_steps(2)
    assert any("Step 4," in fact for fact in worksheet_question(trainer).facts)
