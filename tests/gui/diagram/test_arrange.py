"""Nothing overlaps, nothing leaves the canvas, whatever the network."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF

from gui.diagram.arrange import arrange
from gui.diagram.geometry import Column, FoldedLayers, Geometry, Request

NETWORKS = [
    (2, 1),
    (2, 8, 8, 1),
    (64, 32, 16, 10),
    (30, 8, 4, 1),
    (2, *[6] * 10, 1),
    (2, *[64] * 10, 1),
    (2, 4096, 1),
    (2, *[3] * 127, 1),
    (784, 4096, 4096, 26),
]
SIZES = [(360, 240), (484, 296), (644, 392), (1084, 606)]


def arranged(
    widths: tuple[int, ...],
    size: tuple[int, int] = (644, 392),
    *,
    biases: bool = True,
    image: tuple[int, int] | None = None,
    opened: frozenset[int] = frozenset(),
    scale: float = 1.0,
) -> Geometry:
    request = Request(
        size[0] * scale, size[1] * scale, scale, widths, biases, image, 20, 20, 1, opened
    )
    return arrange(request, lambda layer, count: tuple(range(count)))


def boxes(geometry: Geometry) -> list[QRectF]:
    """Return the rectangle of every node, gauge, pill, picture and span."""
    found = []
    for slot in geometry.slots:
        if isinstance(slot, FoldedLayers):
            found.append(slot.rect)
            continue
        if slot.picture is not None:
            found.append(slot.picture)
        else:
            rows = range(len(slot.units))
            found += [slot.node(row) for row in rows]
            found += [slot.gauge_rect(row) for row in rows if slot.gauge]
        if slot.pill is not None:
            found.append(slot.pill)
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("widths", NETWORKS)
def test_no_two_things_overlap_and_all_lie_on_the_canvas(
    widths: tuple[int, ...], size: tuple[int, int]
) -> None:
    placed = boxes(arranged(widths, size))
    canvas = QRectF(0, 0, *size)
    assert all(canvas.contains(box) for box in placed)
    assert not [pair for pair in combinations(placed, 2) if pair[0].intersects(pair[1])]


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_an_opened_layer_lies_on_the_canvas_too(layer: int) -> None:
    placed = boxes(arranged((40, 64, 200, 10), opened=frozenset({layer})))
    assert all(QRectF(0, 0, 644, 392).contains(box) for box in placed)
    assert not [pair for pair in combinations(placed, 2) if pair[0].intersects(pair[1])]


def test_every_unit_is_shown_or_counted() -> None:
    for widths in NETWORKS:
        for column in arranged(widths).columns():
            assert len(column.units) + column.hidden == widths[column.layer]


def test_the_output_has_a_bias_gauge_and_the_inputs_have_none() -> None:
    inputs, *_, output = arranged((2, 3, 1)).columns()
    assert output.gauge_rect(0).width() > 0
    assert not inputs.gauge


def test_a_network_without_biases_has_no_gauges() -> None:
    assert not any(column.gauge for column in arranged((2, 3, 1), biases=False).columns())


def test_nodes_grow_with_the_room_and_stop_at_56() -> None:
    small, large = (arranged((2, 8, 8, 1), size).column(1) for size in SIZES[1:3])
    huge = arranged((2, 8, 8, 1), (1900, 1800)).column(1)
    assert isinstance(small, Column)
    assert isinstance(large, Column)
    assert isinstance(huge, Column)
    assert small.size < large.size < huge.size == 56


def test_all_lengths_follow_the_scale_of_the_user() -> None:
    once, twice = arranged((2, 8, 1)).column(1), arranged((2, 8, 1), scale=2.0).column(1)
    assert once is not None
    assert twice is not None
    assert twice.size == pytest.approx(2 * once.size)
    assert twice.gauge == pytest.approx(2 * once.gauge)


def test_pixels_tile_the_picture_of_an_image() -> None:
    column = arranged((6, 4, 2), image=(2, 3)).columns()[0]
    assert column.picture is not None
    assert column.node(0).topLeft() == column.picture.topLeft()
    last = column.node(5)
    assert last.right() == pytest.approx(column.picture.right())
    assert last.bottom() == pytest.approx(column.picture.bottom())


def test_a_new_layer_can_go_into_every_gap_of_a_shallow_network() -> None:
    assert [after for after, _ in arranged((2, 8, 8, 1)).insert_points()] == [0, 1, 2]
