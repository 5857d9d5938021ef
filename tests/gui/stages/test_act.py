"""What the op at hand does to each value, and what stands beside it."""

from __future__ import annotations

import pytest

from core import Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from gui.stages.act import Act, short, signed


def act_after(
    name: str, preset: str = "worked-example", hidden: frozenset[str] = frozenset()
) -> Act:
    """Return the act of the op called ``name``, just run."""
    trainer = Trainer(load_preset(preset))
    for place, op in enumerate(trainer.program.ops):
        trainer.advance_op()
        if op.name == name:
            return Act(trainer.snapshot(), place, hidden)
    raise AssertionError(name)


def test_roles_are_those_of_the_ops_reads_and_writes() -> None:
    act = act_after("da1")
    roles = {name: act.role(name) for name in ("da1", "W2", "dz2", "a1", "dz1")}
    assert roles == {
        "da1": "written",
        "W2": "weights",
        "dz2": "error",
        "a1": "plain",
        "dz1": "plain",
    }
    assert act_after("z2").role("a1") == "input"


def test_what_does_not_exist_yet_or_is_hidden_is_a_question_mark() -> None:
    assert act_after("z1").figure("a", 1, 0).text == "?"
    assert act_after("a1").figure("a", 1, 0).text == "0.6514"
    assert act_after("a1", hidden=frozenset({"a1"})).figure("a", 1, 0).text == "?"


def test_edges_and_biases_show_weight_then_gradient_then_change_then_the_new_weight() -> None:
    def weight_and_bias(act: Act) -> tuple[str, str]:
        return act.weight(2, 0, 1).text, act.bias(2, 0).text

    assert weight_and_bias(act_after("a1")) == ("0.50", "0.60")
    assert weight_and_bias(act_after("dW2")) == ("−0.02766", "−0.04153")
    assert weight_and_bias(act_after("update")) == ("+0.01383", "+0.02076")
    assert weight_and_bias(act_after("parameters")) == ("0.5138", "0.6208")


def test_an_optimizers_state_stands_on_the_edges_while_its_op_runs() -> None:
    trainer = Trainer(
        load_preset("worked-example").with_changes({"training.optimizer.kind": "adam"})
    )
    while trainer.advance_op().name != "m":
        pass
    act = Act(trainer.snapshot(), trainer.program.pc - 1)
    figure = act.weight(2, 0, 0)
    # m = (1 − β₁) g after the first step.
    assert (figure.label, figure.text) == ("m", "−0.002705")
    assert figure.role == "written"


def test_the_layers_at_hand_are_those_between_which_the_op_works() -> None:
    assert act_after("z1").layers_at_hand() == (0, 1)
    assert act_after("da1").layers_at_hand() == (1, 2)
    assert act_after("dW2").layers_at_hand() == (1, 2)
    assert act_after("loss").layers_at_hand() == (2,)


@pytest.mark.parametrize(
    ("value", "text"), [(0.4, "0.40"), (0.41352449, "0.4135"), (2.0, "2.00"), (4.1e-5, "4.100e−5")]
)
def test_parameters_are_written_shortly(value: float, text: str) -> None:
    assert short(value) == text


def test_changes_have_their_sign() -> None:
    assert [signed(0.5), signed(-0.5), signed(0.0)] == ["+0.5000", "−0.5000", "0"]


def test_a_gradient_is_read_as_its_parameter() -> None:
    assert act_after("dW2").weight(2, 0, 0).reference == Reference("dW2", (0, 0))
