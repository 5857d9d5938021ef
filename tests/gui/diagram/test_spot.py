"""What a finding is about is outlined in the diagram and marked in the gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.diagram.marks import region_rect, unit_rects
from gui.findings import SpotChoice, key_of
from gui.panels.network_panel import NetworkPanel
from gui.theme import apply_theme, current_theme
from tests.gui.diagram.runs import snapshot
from tests.gui.findings import evidence, finding

REGION = finding(evidence=evidence(layers=(1, 2)))
UNITS = finding("dead", step=9, evidence=evidence(layers=(2, 2), units=((2, 1), (2, 3))))


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[NetworkPanel]:
    apply_theme(qapp, "dark")
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(644, 426)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


def edge_pixels(panel: NetworkPanel, rect: QRectF, color: QColor) -> int:
    """Count pixels of ``color`` in the band of 4 px around ``rect``."""
    image = panel.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = image.height(), image.width()
    found = np.frombuffer(image.constBits(), np.uint32).reshape(shape) & 0xFFFFFF
    outer, inner = (rect.adjusted(-d, -d, d, d).toRect() for d in (4, -3))
    mask = np.zeros(shape, bool)
    mask[max(0, outer.top()) : outer.bottom(), max(0, outer.left()) : outer.right()] = True
    mask[inner.top() : inner.bottom(), inner.left() : inner.right()] = False
    return int(np.count_nonzero(mask & (found == color.rgb() & 0xFFFFFF)))


def test_layers_get_one_outlined_region_in_the_colour_of_the_warning(panel: NetworkPanel) -> None:
    panel.show_snapshot(None, replace(snapshot("SPIRAL"), findings=(REGION,)))
    rect = region_rect(panel.canvas.geometry_on_show(), (1, 2))
    assert rect is not None
    assert edge_pixels(panel, rect, current_theme().warn) > rect.width()
    panel.show_snapshot(None, snapshot("SPIRAL"))
    assert edge_pixels(panel, rect, current_theme().warn) == 0


def test_an_error_is_outlined_in_the_colour_of_errors(panel: NetworkPanel) -> None:
    error = finding("non_finite", "error", evidence=evidence(layers=(1, 2)))
    panel.show_snapshot(None, replace(snapshot("SPIRAL"), findings=(error,)))
    rect = region_rect(panel.canvas.geometry_on_show(), (1, 2))
    assert rect is not None
    assert edge_pixels(panel, rect, current_theme().err) > rect.width()


def test_single_units_get_rings_of_their_own_and_others_none(panel: NetworkPanel) -> None:
    panel.show_snapshot(None, replace(snapshot("SPIRAL"), findings=(UNITS,)))
    geometry, warning = panel.canvas.geometry_on_show(), current_theme().warn
    column = geometry.column(2)
    assert column is not None
    ringed = [edge_pixels(panel, column.node(row), warning) > 40 for row in range(3)]
    assert ringed == [True, False, True]
    assert region_rect(geometry, (2, 2)) is not None


def test_the_chosen_finding_takes_the_place_of_the_first(panel: NetworkPanel) -> None:
    panel.show_snapshot(None, replace(snapshot("SPIRAL"), findings=(REGION, UNITS)))
    first = panel.canvas.spot()
    assert first is not None
    assert first.units == ()
    panel.choose_spot(SpotChoice(key_of(UNITS)))
    chosen = panel.canvas.spot()
    assert chosen is not None
    assert chosen.units == ((2, 1), (2, 3))
    panel.choose_spot(SpotChoice(hidden=frozenset({key_of(REGION), key_of(UNITS)})))
    assert panel.canvas.spot() is None


def test_what_is_pointed_out_is_read_aloud(panel: NetworkPanel) -> None:
    panel.show_snapshot(None, replace(snapshot("SPIRAL"), findings=(REGION,)))
    words = panel.canvas.accessibleDescription()
    assert words.startswith("Layers 1 to 2: less than 1 % of the error signal arrives here.")


def test_a_unit_without_a_place_is_ringed_as_the_pill_that_hides_it(panel: NetworkPanel) -> None:
    panel.show_snapshot(None, snapshot("DIGITS"))
    geometry = panel.canvas.geometry_on_show()
    column = geometry.column(1)
    assert column is not None
    hidden = [unit + 1 for unit in range(32) if unit not in column.units]
    assert column.pill is not None
    assert unit_rects(geometry, [(1, hidden[0]), (1, hidden[1])]) == [column.pill]


def test_the_outline_crosses_neither_pills_nor_the_names_of_the_outputs(
    panel: NetworkPanel,
) -> None:
    panel.show_snapshot(None, snapshot("DIGITS"))
    geometry = panel.canvas.geometry_on_show()
    rect = region_rect(geometry, (1, 3))
    first, last = geometry.column(1), geometry.column(3)
    assert rect is not None
    assert first is not None
    assert last is not None
    assert first.pill is not None
    assert rect.left() < first.pill.left()
    assert last.right + geometry.request.label_right < rect.right() <= panel.canvas.width()


def test_a_finding_about_layers_that_are_folded_away_outlines_nothing(
    panel: NetworkPanel,
) -> None:
    far = finding(evidence=evidence(layers=(60, 70)))
    panel.show_snapshot(None, replace(snapshot("LAYERS_128"), findings=(far,)))
    assert region_rect(panel.canvas.geometry_on_show(), (60, 70)) is None
    assert not panel.canvas.grab().toImage().isNull()
