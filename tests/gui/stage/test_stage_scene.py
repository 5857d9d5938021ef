"""Where everything stands: all there is of small networks, the telling part of large ones."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from core.explain.reference import Reference
from gui.stage.act import Act
from gui.stage.casting import MOST_PILLS
from gui.stage.frame import fold_name, not_shown
from gui.stage.layers import Attention, paint_scene
from gui.stage.plan import Fold, Stand
from gui.stage.scene import Scene
from gui.stage.targets import faded_wires, reference_at
from gui.theme import apply_theme, current_theme, ui_font
from tests.gui.stage.runs import (
    LARGE,
    SMALL,
    TWO_OUTPUTS,
    UNITS_4096,
    lit,
    plan_of,
    run_of,
    scene_of,
    stopped_after,
    texts,
)

PRESETS = (
    "worked-example",
    "one-neuron",
    "chain-rule",
    "chain-rule-square",
    "xor",
    "iris",
    "spiral",
    "digits",
    "deep-sigmoid",
)


def every_act(what: str | dict[str, Any]) -> list[Act]:
    """Return one act an op, each when it has just run."""
    trainer = run_of(what)
    acts = [lit(trainer.snapshot())]
    for _ in acts[0].snapshot.trace.ops:
        trainer.advance_op()
        acts.append(lit(trainer.snapshot()))
    return acts


def on_stage(scene: Scene) -> QRectF:
    return QRectF(0, 0, scene.plan.wish.width, scene.plan.wish.height)


def stands(scene: Scene) -> dict[int, Stand]:
    return {slot.layer: slot for slot in scene.plan.slots if isinstance(slot, Stand)}


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("what", [*PRESETS, TWO_OUTPUTS])
def test_every_number_has_a_place_of_its_own_and_is_not_cut(
    qapp: QApplication, what: str | dict[str, Any], size: tuple[int, int]
) -> None:
    metrics = QFontMetricsF(ui_font(12, 600))
    for act in every_act(what):
        scene = scene_of(act, size)
        area = on_stage(scene)
        for spot in scene.spots:
            assert area.contains(spot.rect), (act.place, spot)
            assert metrics.horizontalAdvance(spot.written) <= spot.rect.width() + 1, spot
        for one, other in combinations(scene.spots, 2):
            if {one.kind, other.kind} != {"pill", "target"}:
                overlap = one.rect.intersected(other.rect)
                assert min(overlap.width(), overlap.height()) <= 1, (act.place, one, other)


def test_all_numbers_of_the_worked_example_are_there_at_every_op(qapp: QApplication) -> None:
    for act in every_act("worked-example"):
        found = texts(scene_of(act))
        for name in ("z1", "a1", "slope1", "da1", "dz1", "z2", "a2", "slope2", "da2", "dz2"):
            for unit in range(2 if name[-1] == "1" else 1):
                known = act.snapshot.trace.values.get(name)
                shown = found[name, (unit,)]
                assert (shown == "?") == (known is None), (act.place, name)
        weights = [key for key in found if key[0] in ("W1", "W2", "dW1", "dW2")]
        biases = [key for key in found if key[0] in ("b1", "b2", "db1", "db2")]
        assert (len(weights), len(biases)) == (6, 3), act.place
        assert {("x", (0,)), ("x", (1,)), ("y", (0,)), ("loss", ())} <= found.keys()


def test_the_edges_that_the_op_reads_are_lit_and_no_others(qapp: QApplication) -> None:
    scene = scene_of(lit(stopped_after("worked-example", "da1")))
    roles = {wire.reference: wire.role for wire in scene.wires}
    lit_edges = {reference for reference, role in roles.items() if role == "weights"}
    assert lit_edges == {Reference("W2", (0, 0)), Reference("W2", (0, 1))}
    assert texts(scene)["W2", (0, 0)] == "× 0.40"
    assert {s.figure.reference.name for s in scene.spots if s.figure.role == "error"} == {"dz2"}
    assert {s.figure.reference.name for s in scene.spots if s.figure.role == "written"} == {"da1"}


def test_an_opened_layer_shows_sum_bias_and_activation_and_what_comes_back(
    qapp: QApplication,
) -> None:
    scene = scene_of(lit(stopped_after("worked-example", "dz1")), opened=frozenset({1}))
    boxes = [s for s in scene.spots if s.kind == "box" and s.unit == 0]
    assert [(s.words, s.written) for s in boxes] == [
        ("Σ w·a", "0.2750"),
        ("+ b", "0.6250"),
        ("σ", "0.6514"),
    ]
    assert [s.rect.left() for s in boxes] == sorted(s.rect.left() for s in boxes)
    under = {s.figure.label: s for s in scene.spots if s.kind == "under" and s.unit == 0}
    assert under["∂L/∂z"].figure.text == "−0.003772"
    assert under["∂L/∂z"].rect.left() == boxes[1].rect.left()
    assert under["∂L/∂a"].rect.left() == boxes[2].rect.left()


def test_an_opened_layer_stays_on_the_stage(qapp: QApplication) -> None:
    act = lit(stopped_after("spiral", "z2"))
    assert stands(scene_of(act, opened=frozenset({3})))[3].style == "open"


def test_a_layer_of_4096_units_shows_the_busiest_in_order_and_counts_the_rest(
    qapp: QApplication,
) -> None:
    act = lit(stopped_after(UNITS_4096, "a1"))
    stand = stands(scene_of(act))[1]
    assert stand.hidden == 4096 - len(stand.units)
    values = np.abs(act.snapshot.trace.values["a1"])
    busiest = np.sort(np.argsort(-values, kind="stable")[: len(stand.units)])
    np.testing.assert_array_equal(stand.units, busiest)
    assert len(stand.units) >= 7
    assert stand.pill is not None
    assert stand.pill.top() > stand.cards[-1].bottom()


def test_a_wide_network_says_how_many_edges_it_shows(qapp: QApplication) -> None:
    scene = scene_of(lit(stopped_after(UNITS_4096, "a1")))
    drawn = len(scene.wires)
    assert drawn == 3 * len(stands(scene)[1].units)
    assert f"{drawn} strongest of 12,288 edges" in not_shown(scene)


def test_a_deep_network_shows_the_layers_at_hand_and_folds_the_rest(qapp: QApplication) -> None:
    scene = scene_of(lit(stopped_after("deep-sigmoid", "da6")))
    assert {0, 5, 6, 7} <= stands(scene).keys()
    folds = [slot for slot in scene.plan.slots if isinstance(slot, Fold)]
    assert [fold_name(fold, 11) for fold in folds] == ["Hidden 1…4", "Hidden 8 … Output"]
    wide = scene_of(lit(stopped_after("deep-sigmoid", "da6")), LARGE)
    assert stands(wide).keys() > stands(scene).keys()


def test_cards_shrink_with_the_number_of_units(qapp: QApplication) -> None:
    styles = []
    for units in (2, 3, 5, 8, 40):
        spec = {
            "data": {"kind": "spiral", "samples": 60},
            "network": {"layers": [{"units": units}, {"units": 1, "activation": "sigmoid"}]},
        }
        stand = plan_of(lit(stopped_after(spec, "a1"))).stand(1)
        assert stand is not None
        styles.append(stand.style)
    assert styles == ["full", "some", "two", "one", "one"]


@pytest.mark.parametrize(
    ("op", "shown"),
    [
        ("a1", {"z1", "a1"}),
        ("slope1", {"a1", "slope1"}),
        ("dz1", {"da1", "dz1"}),
        # The gradient of the second layer's weights reads what the first has answered.
        ("dW2", {"z1", "a1"}),
    ],
)
def test_a_compact_card_shows_the_pair_that_the_op_is_about(
    qapp: QApplication, op: str, shown: set[str]
) -> None:
    spec = {
        "data": {"kind": "spiral", "samples": 60},
        "network": {"layers": [{"units": 5}, {"units": 1, "activation": "sigmoid"}]},
    }
    scene = scene_of(lit(stopped_after(spec, op)))
    rows = {s.figure.reference.name for s in scene.spots if s.kind == "row" and s.column == 1}
    assert rows == shown


def test_numbers_on_edges_are_left_out_where_there_are_too_many_and_given_where_one_points(
    qapp: QApplication,
) -> None:
    act = lit(stopped_after("spiral", "da1"))
    plain = scene_of(act)
    assert not [s for s in plain.spots if s.kind == "pill" and s.column == 1.5]
    assert "point at a unit for the numbers of its edges" in not_shown(plain)
    unit = stands(plain)[2].units[3]
    pointed = scene_of(act, attention=Attention(hovered=Reference("dz2", (unit,))))
    pills = [s for s in pointed.spots if s.kind == "pill" and s.column == 1.5]
    assert 3 <= len(pills) <= MOST_PILLS
    assert {s.figure.reference.index[0] for s in pills} == {unit}


def test_the_chosen_weight_has_its_number_however_many_edges_there_are(
    qapp: QApplication,
) -> None:
    act = lit(stopped_after("spiral", "da1"))
    scene = scene_of(act, attention=Attention(chosen=Reference("W2", (4, 2))))
    assert scene.spot_of(Reference("W2", (4, 2))) is not None


def test_a_unit_that_is_looked_at_fades_the_edges_of_others(qapp: QApplication) -> None:
    scene = scene_of(lit(stopped_after("spiral", "da1")))
    faded = faded_wires(scene, Reference("a2", (1,)))
    kept = {w.reference for i, w in enumerate(scene.wires) if i not in faded}
    assert kept == {Reference("W2", (1, n)) for n in range(8)} | {Reference("W3", (0, 1))}
    assert not faded_wires(scene, None)


def test_each_output_of_several_has_its_target(qapp: QApplication) -> None:
    found = texts(scene_of(lit(stopped_after(TWO_OUTPUTS, "loss"))))
    assert (found["y", (0,)], found["y", (1,)]) == ("0.25", "−0.5")


def test_a_gradient_on_the_edges_says_that_it_is_of_the_whole_batch(qapp: QApplication) -> None:
    assert "∂ of all 2 samples" in not_shown(scene_of(lit(stopped_after(TWO_OUTPUTS, "dW2"))))
    assert not_shown(scene_of(lit(stopped_after("worked-example", "dW2")))) == []


def test_pixels_of_a_picture_can_be_pointed_at(qapp: QApplication) -> None:
    act = lit(stopped_after("digits", "z1"))
    scene = scene_of(act, attention=Attention(hovered=Reference("z1", (5,))))
    stand = stands(scene)[0]
    picture, weights = stand.cards[0], stand.weights
    assert weights is not None
    # 8 by 8 pixels: the third row's second one is number 17, counted from 0.
    point = picture.topLeft() + QPointF(1.5 * picture.width() / 8, 2.5 * picture.height() / 8)
    assert reference_at(scene, point) == Reference("x", (17,))
    beneath = point + weights.topLeft() - picture.topLeft()
    assert reference_at(scene, beneath) == Reference("W1", (5, 17))


def test_an_edge_is_hit_on_its_curve_and_missed_beside_it(qapp: QApplication) -> None:
    scene = scene_of(lit(stopped_after("worked-example", "da1")))
    wire = next(w for w in scene.wires if w.reference == Reference("W2", (0, 1)))
    point = wire.gap.middle(wire.row, 0.8)
    assert reference_at(scene, point) == wire.reference
    point.setY(point.y() + 9)
    assert reference_at(scene, point) is None


def test_no_edge_runs_through_a_number_that_steps_back(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    scene = scene_of(lit(stopped_after("spiral", "slope1")))
    picture = QImage(*SMALL, QImage.Format.Format_RGB32)
    picture.fill(current_theme().panel)
    painter = QPainter(picture)
    paint_scene(painter, scene, Attention(), 1.0, has_focus=False)
    painter.end()
    pills = [spot.rect for spot in scene.spots if spot.kind == "pill"]
    assert pills
    for rect in pills:
        inside = rect.adjusted(3, 3, -3, -3).toRect()
        # Above the digits there is nothing but the pill itself.
        shades = {picture.pixel(x, inside.top()) for x in range(inside.left(), inside.right())}
        assert len(shades) == 1
    apply_theme(qapp, "dark")
