"""The card's numbers are the run's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import Snapshot
from gui.diagram.facts import facts_about
from gui.diagram.live_facts import LiveFacts
from gui.diagram.targets import Bias, Edge, LayerFold, Node, Pill, Target
from gui.numbers import format_value
from tests.gui.diagram.runs import SPIRAL, snapshot, trainer


def rows(target: Target, shown: Snapshot) -> dict[str, str]:
    return dict(facts_about(target, shown, opened=False).rows)


def test_a_weight_shows_value_gradient_and_what_the_last_update_added() -> None:
    run = trainer(SPIRAL)
    layer = run.network.layers[1]
    before = layer.W[2, 3]
    run.advance_step()
    facts = facts_about(Edge(2, 2, 3), run.snapshot(), opened=False)
    assert facts.title == "Weight W₂[3, 4]"
    assert dict(facts.rows) == {
        "value": format_value(layer.W[2, 3]),
        "gradient": format_value(layer.dW[2, 3]),
        "last update": format_value(layer.W[2, 3] - before),
    }


def test_a_bias_shows_value_gradient_and_what_the_last_update_added() -> None:
    run = trainer(SPIRAL)
    layer = run.network.layers[2]
    before = layer.b[0]
    run.advance_step()
    facts = facts_about(Bias(3, 0), run.snapshot(), opened=False)
    assert facts.title == "Bias b₃[1]"
    assert dict(facts.rows) == {
        "value": format_value(layer.b[0]),
        "gradient": format_value(layer.db[0]),
        "last update": format_value(layer.b[0] - before),
    }


def test_a_unit_shows_z_and_a_of_the_probe() -> None:
    shown = snapshot("SPIRAL")
    a = float(shown.probe.activations[1][2])
    shown_rows = rows(Node(2, 2), shown)
    assert shown_rows["a = tanh(z)"] == format_value(a)
    assert shown_rows["z = Wa + b"] == format_value(float(np.arctanh(a)))


def test_in_mid_step_a_unit_shows_the_traced_sample_and_what_is_not_computed_yet() -> None:
    run = trainer(SPIRAL)
    while run.program.peek().name != "a1":
        run.advance_op()
    z = run.value("z1")
    assert z is not None
    shown = rows(Node(1, 2), run.snapshot())
    assert shown["z = Wx + b"] == format_value(float(z[run.in_view.sample, 2]))
    assert shown["a = tanh(z)"] == "?"


def test_an_input_shows_its_value_before_and_after_preparation() -> None:
    shown = snapshot("IRIS")
    facts = facts_about(Node(0, 1), shown, opened=False)
    assert facts.title == "Input sepal width"
    assert dict(facts.rows) == {
        "value": format_value(float(shown.probe.inputs[1])),
        "as it came": format_value(float(shown.probe.raw[1])),
    }


def test_an_output_is_called_by_its_class() -> None:
    shown = snapshot("IRIS")
    assert facts_about(Node(2, 1), shown, opened=False).title == "Output versicolor"
    assert facts_about(Edge(2, 1, 4), shown, opened=False).place == "unit 5 → versicolor"


def test_folded_things_say_how_to_see_them() -> None:
    deep = snapshot("LAYERS_128")
    assert facts_about(LayerFold(9, 20), deep, opened=False).title == "Hidden 9 to Hidden 20"
    pill = facts_about(Pill(1), deep, opened=False).as_text()
    assert pill == (
        "Hidden 1: shown are those with the largest mean |gradient| "
        "(click or Enter: show more units)"
    )


def test_numbers_that_are_not_finite_are_named() -> None:
    shown = snapshot("SPIRAL")
    parameters = np.array(shown.parameters)
    parameters[:] = np.nan
    assert rows(Bias(1, 0), replace(shown, parameters=parameters))["value"] == "NaN"
    assert "NaN" in rows(Node(1, 0), replace(shown, parameters=parameters)).values()


def test_while_training_runs_a_number_stays_for_a_tenth_of_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr("gui.diagram.live_facts.monotonic", lambda: clock[0])
    run = trainer(SPIRAL)
    first = replace(run.snapshot(), state="running")
    run.advance_step()
    second = replace(run.snapshot(), state="running")
    live, weight = LiveFacts(), Edge(1, 0, 0)
    told = live.about(weight, first, opened=False)
    clock[0] += 0.05
    assert live.about(weight, second, opened=False) == told
    clock[0] += 0.06
    assert live.about(weight, second, opened=False) == facts_about(weight, second, opened=False)


def test_a_paused_run_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.diagram.live_facts.monotonic", lambda: 100.0)
    run = trainer(SPIRAL)
    live, weight = LiveFacts(), Edge(1, 0, 0)
    live.about(weight, replace(run.snapshot(), state="running"), opened=False)
    run.advance_step()
    paused = run.snapshot()
    assert live.about(weight, paused, opened=False) == facts_about(weight, paused, opened=False)
