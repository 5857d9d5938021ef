"""Everything on the diagram is hit where it is seen, and reached by keys alone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from gui.diagram.geometry import Request
from gui.diagram.keyboard import first_target, neighbour, next_weight
from gui.diagram.scene import Scene
from gui.diagram.targets import Bias, Edge, LayerFold, Node, Pill, Target, exists, target_at
from tests.gui.diagram.runs import snapshot

NETWORKS = ["SPIRAL", "DIGITS", "IRIS", "LAYERS_128"]


def scene_of(name: str) -> Scene:
    shown = snapshot(name)
    image = shown.dataset.image_shape
    request = Request(644, 392, 1.0, shown.layout.widths, True, image, 20, 60)
    scene = Scene(request, lambda layer, count: tuple(range(count)))
    scene.load(shown, "weight", "relative")
    return scene


def hit(scene: Scene, point: QPointF) -> Target | None:
    return target_at(scene.geometry, scene.gaps, point)


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Fonts and pictures need an application."""


@pytest.mark.parametrize("name", NETWORKS)
def test_every_node_and_every_bias_is_hit_at_its_middle(name: str) -> None:
    scene = scene_of(name)
    for column in scene.geometry.columns():
        for row, unit in enumerate(column.units):
            assert hit(scene, column.node(row).center()) == Node(column.layer, unit)
            if column.gauge:
                assert hit(scene, column.gauge_rect(row).center()) == Bias(column.layer, unit)


def test_the_target_of_a_bias_is_as_high_as_its_node_and_wider_than_the_gauge() -> None:
    scene = scene_of("SPIRAL")
    output = scene.geometry.columns()[-1]
    gauge, node = output.gauge_rect(0), output.node(0)
    for point in (
        QPointF(gauge.left() - 11, gauge.center().y()),
        QPointF(gauge.center().x(), node.top() + 1),
        QPointF(gauge.center().x(), node.bottom() - 1),
    ):
        assert hit(scene, point) == Bias(3, 0)


def test_an_edge_is_hit_within_four_pixels_of_its_curve() -> None:
    scene = scene_of("SPIRAL")
    gap = scene.gaps[-1]
    middle = gap.curves.points[0, 0, 8]
    edge = Edge(3, 0, gap.left.units[0])
    # The topmost edge into the output: above it there is no other.
    assert hit(scene, QPointF(middle[0], middle[1] - 3)) == edge
    assert hit(scene, QPointF(middle[0], middle[1] - 12)) is None


def test_edges_that_are_not_drawn_cannot_be_hit() -> None:
    scene = scene_of("SPIRAL")
    gap = scene.gaps[-1]
    gap.steps = np.zeros_like(gap.steps)
    assert hit(scene, QPointF(*gap.curves.points[0, 0, 8])) is None


def test_pills_and_folded_layers_are_hit() -> None:
    digits, deep = scene_of("DIGITS"), scene_of("LAYERS_128")
    column = digits.geometry.column(1)
    assert column is not None
    assert column.pill is not None
    assert hit(digits, column.pill.center()) == Pill(1)
    folded = next(slot for slot in deep.geometry.slots if not hasattr(slot, "units"))
    target = hit(deep, QPointF(folded.middle, 200))
    assert isinstance(target, LayerFold)
    assert target.last == 127


@pytest.mark.parametrize("name", NETWORKS)
def test_arrow_keys_reach_all_that_is_shown(name: str) -> None:
    geometry = scene_of(name).geometry
    reached: set[Target] = set()
    open_ends: list[Target] = [first_target(geometry)]
    while open_ends:
        target = open_ends.pop()
        if target in reached:
            continue
        reached.add(target)
        open_ends += [
            neighbour(geometry, target, dx, dy) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
        ]
    for column in geometry.columns():
        assert {Node(column.layer, unit) for unit in column.units} <= reached
        if column.gauge:
            assert {Bias(column.layer, unit) for unit in column.units} <= reached
        if column.pill is not None:
            assert Pill(column.layer) in reached
    if len(geometry.columns()) < len(geometry.slots):
        assert any(isinstance(target, LayerFold) for target in reached)


def test_paging_goes_through_all_weights_into_a_unit_and_back_to_it() -> None:
    gaps = scene_of("SPIRAL").gaps
    target: Target = Node(2, 1)
    passed = []
    for _ in range(5):
        assert isinstance(target, Node | Bias | Edge)
        target = next_weight(gaps, target, 1)
        passed.append(target)
    assert passed == [*(Edge(2, 1, source) for source in range(4)), Node(2, 1)]


def test_what_a_smaller_network_no_longer_has_does_not_exist() -> None:
    assert exists(Edge(2, 2, 3), (2, 4, 3, 1))
    assert not exists(Edge(2, 2, 3), (2, 3, 3, 1))
    assert not exists(Node(2, 2), (2, 3, 2, 1))
    assert not exists(Bias(3, 0), (2, 3, 1))
