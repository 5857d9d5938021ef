"""A label in a small plot leaves its dot free, and the lines as far as that goes."""

from __future__ import annotations

import numpy as np
import pytest

from gui.warnings.label_place import Box, free_box

AREA = (36.0, 6.0, 336.0, 52.0)
SIZE = (100.0, 14.0)


def placed(place: tuple[float, float], *lines: list[tuple[float, float]]) -> Box:
    arrays = [np.array(line, float) for line in lines]
    return free_box(place, SIZE, AREA, arrays, 1.0)


def covers(box: Box, place: tuple[float, float]) -> bool:
    return box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3]


@pytest.mark.parametrize("x", [36.0, 60.0, 180.0, 300.0, 336.0])
@pytest.mark.parametrize("y", [6.0, 20.0, 30.0, 52.0])
def test_the_dot_stays_free_and_the_label_inside(x: float, y: float) -> None:
    box = placed((x, y), [(x, y)])
    assert not covers(box, (x, y))
    assert AREA[0] <= box[0]
    assert box[2] <= AREA[2]
    assert box[1] >= 0
    assert box[3] <= AREA[3]


def test_the_label_keeps_off_a_line_that_rises_to_the_right() -> None:
    place = (150.0, 35.0)
    box = placed(place, [(36, 50), place, (230, 12), (336, 8)])
    assert box[1] > place[1] or box[2] < place[0]


def test_the_label_keeps_off_a_line_below() -> None:
    place = (100.0, 30.0)
    assert placed(place, [(36, 30), place, (336, 44)])[3] < place[1]


def test_the_label_keeps_off_a_second_line_too() -> None:
    place = (100.0, 30.0)
    above = placed(place, [(36, 30), place, (336, 30)])
    box = placed(place, [(36, 30), place, (336, 30)], [(36, above[1] + 5), (336, above[1] + 5)])
    assert box[1] > place[1]
