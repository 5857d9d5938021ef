"""The cached lines of an edge cover the edge."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gui.diagram.curves import Curves, curves_between
from gui.diagram.geometry import Column
from tests.gui.diagram.test_arrange import arranged


@pytest.fixture
def ends() -> tuple[Column, Column]:
    _, left, right, _ = arranged((2, 8, 6, 1)).columns()
    return left, right


@pytest.fixture
def curves(ends: tuple[Column, Column]) -> Curves:
    return curves_between(*ends, scale=1.0)


def curve_length(curves: Curves, to: int, source: int) -> float:
    return float(np.hypot(*np.diff(curves.points[to, source], axis=0).T).sum())


def test_every_edge_runs_from_its_node_to_the_gauge_of_the_next(
    ends: tuple[Column, Column], curves: Curves
) -> None:
    left, right = ends
    for to in range(6):
        for source in range(8):
            start, end = curves.points[to, source, 0], curves.points[to, source, -1]
            assert start[0] == pytest.approx(left.right)
            assert end[0] == pytest.approx(right.edge_left)
            assert abs(start[1] - left.centers[source]) < left.size / 2
            assert abs(end[1] - right.centers[to]) < right.size / 2


def test_no_two_edges_share_an_end(curves: Curves) -> None:
    for index in (0, -1):
        ends = curves.points[:, :, index, 1].ravel()
        assert np.diff(np.sort(ends)).min() > 0.5


def test_a_solid_edge_leaves_no_hole(curves: Curves) -> None:
    lines = curves.lines(5, 0, dashed=False)
    assert lines[0].p1().x() == pytest.approx(curves.points[5, 0, 0, 0])
    assert lines[-1].p2().x() == pytest.approx(curves.points[5, 0, -1, 0])
    for before, after in pairwise(lines):
        assert before.p2().x() >= after.p1().x()


def test_dashes_cover_half_of_the_edge(curves: Curves) -> None:
    dashed = sum(line.length() for line in curves.lines(5, 0, dashed=True))
    assert dashed == pytest.approx(curve_length(curves, 5, 0) / 2, abs=7)


def test_edges_leave_an_image_at_the_row_of_their_pixel() -> None:
    inputs, hidden, _ = arranged((6, 2, 1), image=(3, 2)).columns()
    heights = curves_between(inputs, hidden, 1.0).points[0, :, 0, 1]
    assert inputs.picture is not None
    third = inputs.picture.height() / 3
    expected = [inputs.picture.top() + third * row for row in (0.5, 0.5, 1.5, 1.5, 2.5, 2.5)]
    assert heights.tolist() == pytest.approx(expected)
