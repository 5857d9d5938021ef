"""What stands beside each value of the worked example while an op is lit."""

from __future__ import annotations

import pytest

from core.explain.reference import Reference
from gui.stage.act import Act, short, signed
from gui.stage.facts import facts_about
from tests.gui.stage.runs import lit, run_of, stopped_after


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.4, "0.40"), (0.41352449, "0.4135"), (5.0, "5.00"), (1e-5, "1.000e−5"), (12345.0, "12,345")],
)
def test_a_parameter_is_written_without_needless_zeros(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.5, "+0.5000"), (-0.5, "−0.5000"), (0.0, "0")])
def test_a_change_has_its_sign(value: float, text: str) -> None:
    assert signed(value) == text


def test_weights_show_their_gradient_while_it_is_written() -> None:
    act = lit(stopped_after("worked-example", "dW2"))
    figure = act.weight(2, 0, 1)
    assert (figure.label, figure.text, figure.role) == ("∂", "−0.02766", "written")
    assert figure.reference == Reference("dW2", (0, 1))
    assert act.bias(2, 0).text == "−0.04153"
    assert act.weight(1, 0, 0).text == "0.15"


def test_the_update_shows_each_change_then_old_and_new() -> None:
    change = lit(stopped_after("worked-example", "update"))
    assert (change.weight(2, 0, 0).label, change.weight(2, 0, 0).text) == ("−Δ", "+0.01352")
    moved = lit(stopped_after("worked-example", "parameters"))
    assert moved.weight(2, 0, 0).text == "0.40 → 0.4135"
    assert moved.bias(1, 1).text == "0.35 → 0.3523"


def test_the_state_of_the_rule_is_shown_while_it_is_written() -> None:
    act = lit(stopped_after("worked-example", "m", training={"optimizer": {"kind": "adam"}}))
    # m = (1 − 0.9) times the gradient −0.02704897.
    assert (act.weight(2, 0, 0).label, act.weight(2, 0, 0).text) == ("m", "−0.002705")


def test_after_the_step_an_earlier_op_shows_the_weights_that_it_used() -> None:
    snapshot = stopped_after("worked-example", "parameters")
    names = [op.name for op in snapshot.trace.ops]
    act = Act(snapshot, names.index("z2"))
    assert (act.weight(2, 0, 0).text, act.weight(2, 0, 0).role) == ("0.40", "weights")


def test_what_an_op_to_come_will_write_is_unknown() -> None:
    snapshot = stopped_after("worked-example", "loss")
    names = [op.name for op in snapshot.trace.ops]
    for op in ("dW2", "update", "parameters"):
        assert Act(snapshot, names.index(op)).weight(2, 0, 0).text == "?", op
    assert Act(snapshot, names.index("dz2")).figure("dz", 2, 0).text == "?"


def test_hidden_values_are_unknown_and_the_card_keeps_them_too() -> None:
    done = stopped_after("worked-example", "parameters")
    act = lit(done, frozenset({"a1", "z1", "parameters", "loss"}))
    assert act.figure("a", 1, 0).text == "?"
    assert act.loss().text == "?"
    assert act.weight(2, 0, 0).text == "?"
    assert "0.6514" not in facts_about(Reference("z1", (0,)), act).as_text()
    assert "?" in facts_about(Reference("Wa1", (0,)), act).as_text()
    assert "0.4135" not in facts_about(Reference("W2", (0, 0)), act).as_text()


def test_the_card_about_a_weight_has_value_gradient_and_change() -> None:
    act = lit(stopped_after("worked-example", "parameters"))
    words = facts_about(Reference("dW2", (0, 0)), act).as_text()
    assert words.startswith("Weight W₂[1, 1]: ")
    for part in ("0.4000 → 0.4135", "−0.02705", "+0.01352"):
        assert part in words


def test_the_card_about_a_unit_has_all_its_numbers() -> None:
    words = facts_about(
        Reference("a1", (1,)), lit(stopped_after("worked-example", "dz1"))
    ).as_text()
    for part in ("unit 2", "0.6900", "0.6660", "0.2225", "−0.02076", "−0.004619", "0.3500"):
        assert part in words


def test_before_the_step_nothing_is_known_but_the_weights() -> None:
    act = lit(run_of("worked-example").snapshot())
    assert act.op is None
    assert act.figure("z", 1, 0).text == act.input(0).text == act.target(0).text == "?"
    assert act.weight(1, 1, 0).text == "0.20"
