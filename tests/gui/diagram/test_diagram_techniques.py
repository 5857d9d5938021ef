"""The diagram tells what layers have beside weights: in words, by arcs, by struck units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import Snapshot, Trainer
from gui.diagram.arrange import arrange
from gui.diagram.facts import facts_about
from gui.diagram.geometry import Request
from gui.diagram.live_facts import LiveFacts
from gui.diagram.names import layer_in_short, layer_in_words, marks_of
from gui.diagram.targets import Node
from gui.diagram.techniques import dropped_units, shortcut_columns, shortcut_ends
from gui.numbers import format_value
from tests.gui.diagram.runs import SPIRAL, trainer

WITH_ALL: dict[str, Any] = {
    **SPIRAL,
    "network": {
        "layers": [
            {"units": 4, "normalization": "batch", "dropout": 0.4},
            {"units": 4, "normalization": "layer", "residual": True},
            {"units": 1, "activation": "sigmoid"},
        ],
        "initial_bias": 0.1,
    },
}


def rows(node: Node, shown: Snapshot) -> dict[str, str]:
    return dict(facts_about(node, shown, opened=False).rows)


def step_to(run: Trainer, name: str) -> Snapshot:
    while run.advance_op().name != name:
        pass
    return run.snapshot()


def test_the_card_of_a_unit_has_scale_shift_and_running_statistics() -> None:
    run = trainer(WITH_ALL)
    run.advance_steps(3)
    layer, shown = run.network.layers[0], rows(Node(1, 2), run.snapshot())
    assert layer.gamma is not None
    assert layer.beta is not None
    assert layer.running_mean is not None
    assert layer.running_var is not None
    assert shown["γ"] == format_value(layer.gamma[2])
    assert shown["β"] == format_value(layer.beta[2])
    assert shown["running μ"] == format_value(layer.running_mean[2])
    assert shown["running σ²"] == format_value(layer.running_var[2])
    assert "running μ" not in rows(Node(2, 2), run.snapshot())


def test_outside_a_step_a_unit_hands_on_its_answer_and_its_input() -> None:
    run = trainer(WITH_ALL)
    shown = run.snapshot()
    a, before = (float(shown.probe.activations[place][1]) for place in (1, 0))
    assert rows(Node(2, 1), shown)["a + input"] == format_value(a + before)


def test_in_mid_step_the_units_that_are_dropped_are_known_once_the_mask_is_drawn() -> None:
    run = trainer(WITH_ALL)
    assert dropped_units(step_to(run, "a1"), 1) == ()
    shown = step_to(run, "mask1")
    mask = run.value("mask1")
    assert mask is not None
    dropped = dropped_units(shown, 1)
    assert dropped == tuple(np.flatnonzero(mask[run.in_view.sample] == 0))
    for unit in range(4):
        expected = "0, dropped" if unit in dropped else format_value(1 / 0.6)
        assert rows(Node(1, unit), shown)["mask"] == expected


def test_the_text_beside_the_picture_names_every_technique_and_who_is_dropped() -> None:
    run = trainer(WITH_ALL)
    words = LiveFacts().description(None, run.snapshot(), None, opened=False)
    assert "Hidden 1: batch norm, dropout 0.4. Hidden 2: layer norm, residual. " in words
    for _ in range(20):
        shown = step_to(run, "mask1")
        dropped = dropped_units(shown, 1)
        if dropped:
            break
        run.advance_step()
    told = LiveFacts().description(None, shown, None, opened=False)
    assert f"dropped in this step: {', '.join(str(unit + 1) for unit in dropped)}" in told


def test_a_layer_is_written_in_words_and_more_briefly() -> None:
    first, second, output = trainer(WITH_ALL).spec.network.layers
    assert layer_in_words(first) == "tanh, batch norm, dropout 0.4"
    assert layer_in_short(second) == "tanh · LN · res"
    assert (marks_of(first), marks_of(output)) == ("BN · drop 0.4", "")


def test_an_arc_leads_around_every_layer_that_adds_its_input() -> None:
    shown = trainer(WITH_ALL).snapshot()
    request = Request(700, 400, 1.0, shown.layout.widths, True, None, 20, 20)
    geometry = arrange(request, lambda layer, count: tuple(range(count)))
    ((left, right),) = shortcut_columns(geometry, shown)
    assert (left.layer, right.layer) == (1, 2)
    start, end = shortcut_ends(left, right)
    assert left.left < start.x() < left.right < end.x() < right.right
    assert end.y() < right.bounds().top()


@pytest.mark.parametrize("layer", [1, 2])
def test_the_maps_show_what_a_layer_hands_on(layer: int) -> None:
    run = trainer(WITH_ALL)
    run.advance_steps(2)
    shown = run.snapshot()
    assert shown.maps is not None
    grid = run.dataset.grid(40)
    first, second, _ = run.network.layers
    assert first.running_mean is not None
    assert first.running_var is not None
    z = grid @ first.W.T + first.b
    out = np.tanh(
        first.gamma * (z - first.running_mean) / np.sqrt(first.running_var + 1e-5) + first.beta
    )
    if layer == 2:
        z = out @ second.W.T + second.b
        zhat = (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)
        out = np.tanh(second.gamma * zhat + second.beta) + out
    found = shown.maps.layers[layer - 1].reshape(4, -1).T
    np.testing.assert_allclose(found, out, atol=1e-5)
