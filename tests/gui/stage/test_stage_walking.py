"""The keyboard's way: every number and every weight between units on the stage is reached."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtWidgets import QApplication

from core.explain.reference import Reference
from gui.stage.scene import Scene
from gui.stage.walking import next_reference
from tests.gui.stage.runs import lit, scene_of, stopped_after

STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1))


def reached(scene: Scene) -> set[Reference]:
    """Return everything that the arrow keys lead to."""
    first = next_reference(scene, None, 1, 0)
    assert first is not None
    found, ahead = {first}, [first]
    while ahead:
        here = ahead.pop()
        for step in STEPS:
            there = next_reference(scene, here, *step)
            if there is not None and there not in found:
                found.add(there)
                ahead.append(there)
    return found


@pytest.mark.parametrize("opened", [frozenset[int](), frozenset({1}), frozenset({1, 2})])
def test_all_of_the_worked_example_is_reached(qapp: QApplication, opened: frozenset[int]) -> None:
    scene = scene_of(lit(stopped_after("worked-example", "da1")), opened=opened)
    found = reached(scene)
    assert {spot.figure.reference for spot in scene.spots} <= found
    assert {wire.reference for wire in scene.wires} <= found


def test_all_weights_of_the_spiral_are_reached_though_few_have_their_number(
    qapp: QApplication,
) -> None:
    found = reached(scene_of(lit(stopped_after("spiral", "da1"))))
    for name, rows, columns in (("W1", 8, 2), ("W2", 8, 8), ("W3", 1, 8)):
        assert {Reference(name, place) for place in product(range(rows), range(columns))} <= found


def test_pixels_and_their_weights_are_reached(qapp: QApplication) -> None:
    found = reached(scene_of(lit(stopped_after("digits", "z1"))))
    assert {Reference("x", (pixel,)) for pixel in range(64)} <= found
    assert {r.index[1] for r in found if r.name == "W1"} == set(range(64))


def test_from_an_edge_left_and_right_lead_to_its_ends(qapp: QApplication) -> None:
    scene = scene_of(lit(stopped_after("worked-example", "da1")))
    edge = Reference("W2", (0, 1))
    # What the op touches comes first: it wrote the error of the hidden unit, and read the output's.
    assert next_reference(scene, edge, -1, 0) == Reference("da1", (1,))
    assert next_reference(scene, edge, 1, 0) == Reference("dz2", (0,))
    assert next_reference(scene, edge, 0, -1) == Reference("W2", (0, 0))
    assert next_reference(scene, edge, 0, 1) is None
    # From the last edge into one unit the way goes on to the first into the next.
    assert next_reference(scene, Reference("W1", (0, 1)), 0, 1) == Reference("W1", (1, 0))


def test_from_what_is_gone_the_way_begins_anew(qapp: QApplication) -> None:
    scene = scene_of(lit(stopped_after("worked-example", "da1")))
    first = next_reference(scene, None, 0, 1)
    assert next_reference(scene, Reference("a9", (0,)), 0, 1) == first == Reference("x", (0,))
