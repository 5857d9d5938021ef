"""What a layer has beside weights and activation stands on the stage where an op works with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import ExperimentSpec, Trainer
from core.explain.reference import Reference
from gui.numbers import format_value
from gui.stage.act import Act
from gui.stage.arranging import arrange
from gui.stage.casting import make_scene
from gui.stage.facts import facts_about
from gui.stage.rows import card_rows, full_rows
from gui.stage.scene import Scene, opened_details, opened_figures
from gui.stage.shortcuts import shortcut_in_use, shortcut_units
from tests.gui.stage.runs import LARGE
from tests.gui.test_step_mode_techniques import BATCH, DROPOUT, LAYER, RESIDUAL, spec_with

ALL = {**BATCH, **DROPOUT, **RESIDUAL}
FULL = {
    "z": "z",
    "mean": "μ",
    "var": "σ²",
    "zhat": "ẑ",
    "gamma": "γ",
    "beta": "β",
    "s": "s",
    "a": "a",
    "mask": "mask",
    "h": "h",
    "r": "r",
    "slope": "slope",
    "dh": "∂L/∂h",
    "da": "∂L/∂a",
    "ds": "∂L/∂s",
    "dz": "∂L/∂z",
}


def act_after(spec: ExperimentSpec, name: str) -> Act:
    """Return the act of the op called ``name``, which has just run."""
    run = Trainer(spec)
    while run.advance_op().name != name:
        pass
    snapshot = run.snapshot()
    place = next(i for i, op in enumerate(snapshot.trace.ops) if op.name == name)
    return Act(snapshot, place)


def scene_of(act: Act, size: tuple[float, float] = LARGE) -> Scene:

    plan, _ = arrange(act, *size, frozenset(), 1.0)
    return make_scene(plan, act)


@pytest.mark.parametrize(("techniques", "count"), [({}, 5), (BATCH, 12), (DROPOUT, 8), (ALL, 16)])
def test_a_full_card_has_a_row_for_every_value(techniques: dict[str, Any], count: int) -> None:
    act = act_after(spec_with(techniques), "loss")
    kinds = full_rows(act, 2)
    assert len(kinds) == count
    assert [kind for kind in FULL if kind in kinds] == list(kinds)
    labels = [act.figure(kind, 2, 0).label for kind in kinds]
    assert labels == [FULL[kind] for kind in kinds]


@pytest.mark.parametrize("name", ["mean2", "zhat2", "s2", "mask2", "h2", "r2", "ds2", "dz2"])
def test_every_style_of_card_has_what_is_written_now(qapp: object, name: str) -> None:
    act = act_after(spec_with(ALL), name)
    for size in (LARGE, (808.0, 370.0), (700.0, 180.0)):
        scene = scene_of(act, size)
        stand = scene.plan.stand(2)
        assert stand is not None
        for unit in stand.units:
            written = [f for f in card_rows(act, stand, unit) if f.role == "written"]
            assert [f.reference for f in written] == [Reference(name, (unit,))]


def test_gradients_and_changes_of_scale_and_shift_say_which_they_are() -> None:
    act = act_after(spec_with(BATCH), "dgamma2")
    gamma = act.figure("gamma", 2, 1)
    value = act.snapshot.trace.values["dgamma2"][1]
    assert (gamma.label, gamma.text, gamma.role) == ("∂γ", format_value(float(value)), "written")
    act = act_after(spec_with(BATCH), "update")
    assert [act.figure(kind, 2, 0).label for kind in ("gamma", "beta")] == ["−Δ γ", "−Δ β"]
    assert act.bias(2, 0).label == "−Δ b"
    assert act.bias(1, 0).label == "−Δ"


def test_while_the_running_statistics_move_they_stand_in_the_cards() -> None:
    act = act_after(spec_with(BATCH), "running")
    kinds = full_rows(act, 2)
    assert {"running_mean", "running_var"} <= set(kinds)
    found = act.snapshot.running[2][0]
    figure = act.figure("running_mean", 2, 2)
    assert (figure.text, figure.role) == (format_value(float(found[2])), "written")
    # Weights are those after the update by now, and nothing moves them.
    weights = act.snapshot.layout.weights(act.snapshot.parameters, 2)
    np.testing.assert_array_equal(act.weights(2), weights)
    assert act.weight(2, 0, 0).role == "plain"


def test_layer_normalization_gives_every_unit_the_same_mean() -> None:
    act = act_after(spec_with(LAYER), "var2")
    (mean,) = act.snapshot.trace.values["mean2"]
    assert {act.figure("mean", 2, unit).text for unit in range(3)} == {format_value(float(mean))}


def test_the_card_about_a_unit_has_its_scale_and_what_is_made_of_it() -> None:
    act = act_after(spec_with(ALL), "loss")
    facts = facts_about(Reference("z2", (1,)), act)
    rows, values = dict(facts.rows), act.snapshot.trace.values
    for label, name in (("ẑ", "zhat2"), ("s", "s2"), ("mask", "mask2"), ("r", "r2")):
        assert rows[label] == format_value(float(values[name][1]))
    assert rows["γ"] == format_value(1.0)
    assert facts.place == "tanh, batch norm, dropout 0.4, residual"
    assert facts_about(Reference("dgamma2", (1,)), act).title == "Scale γ₂[2]"


def test_an_opened_unit_has_its_statistics_and_mask_beside_the_boxes() -> None:
    act = act_after(spec_with(ALL), "s2")
    labels = [figure.label for figure in opened_details(act, 2, 0)]
    assert labels == ["μ", "σ²", "ẑ", "γ", "β", "mask"]


@pytest.mark.parametrize(("name", "layer"), [("r2", 2), ("da1", 2), ("z2", 0), ("h2", 0)])
def test_the_way_past_a_layer_is_drawn_while_an_op_uses_it(
    qapp: object, name: str, layer: int
) -> None:
    act = act_after(spec_with(ALL), name)
    assert shortcut_in_use(act) == layer
    ways = shortcut_units(scene_of(act))
    assert len(ways) == (3 if layer else 0)
    assert all(start.x() < end.x() for start, end in ways)


@pytest.mark.parametrize("techniques", [{}, BATCH])
def test_a_unit_without_a_bias_is_opened_in_the_update_too(techniques: dict[str, Any]) -> None:
    spec = spec_with(techniques).with_changes({"network.biases": False})
    for name in ("update", "parameters"):
        figures = opened_figures(act_after(spec, name), 2, 0)
        assert len(figures) == 7 + 2 * bool(techniques)
