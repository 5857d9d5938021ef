"""The gradients panel: a row a layer, nothing hidden in silence, readable as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.diagnosis.histograms import layer_histograms
from core.network.parameters import Floats
from gui.panels.gradients_panel import GradientsPanel
from gui.ridges.rows import choose_layers, ridge_geometry
from gui.ridges.table import layer_colors, short_count
from gui.theme import apply_theme, current_theme, scaled
from tests.gui.findings import evidence, finding


@cache
def trained(steps: int, hidden: int = 2) -> Snapshot:
    layers = [{"units": 4}] * hidden + [{"units": 1, "activation": "sigmoid"}]
    data = {"kind": "circle", "samples": 60}
    run = Trainer(ExperimentSpec.from_dict({"data": data, "network": {"layers": layers}}))
    for _ in range(steps):
        run.advance_step()
    return run.snapshot()


def with_gradient(gradient: Floats, **changes: object) -> Snapshot:
    """Return a snapshot of the net 2-4-4-1 with another gradient (37,)."""
    snapshot = trained(20)
    histograms = layer_histograms(gradient, snapshot.layout)
    return replace(snapshot, gradient=gradient, histograms=histograms, **changes)


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[GradientsPanel]:
    apply_theme(qapp, "dark")
    panel = GradientsPanel()
    qtbot.addWidget(panel)
    panel.resize(600, 268)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


def picture(panel: GradientsPanel) -> QImage:
    return panel.ridges.grab().toImage()


def count_color(image: QImage, color: QColor, area: QRect) -> int:
    part = image.copy(area).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(part.constBits(), np.uint32) & 0xFFFFFF
    return int(np.count_nonzero(pixels == color.rgb() & 0xFFFFFF))


def name_column(panel: GradientsPanel, row: int) -> QRect:
    base = round(panel.ridges.geometry_of_rows().base(row))
    return QRect(0, base - scaled(20), scaled(18), scaled(20))


def test_before_the_first_step_there_are_axes_and_no_numbers(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, trained(0))
    assert panel.ridges.is_empty()
    assert panel.accessibleDescription() == "No gradient has been computed yet."
    assert picture(panel) != QImage()


def test_every_layer_has_a_row_the_earliest_on_top(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, trained(20))
    geometry = panel.ridges.geometry_of_rows()
    assert geometry.layers == (1, 2, 3)
    colors = layer_colors(current_theme(), 3)
    image = picture(panel)
    for row, color in enumerate(colors):
        assert count_color(image, color, name_column(panel, row)) > 10


def test_a_ridge_peaks_at_the_size_of_its_entries(panel: GradientsPanel) -> None:
    gradient = np.full(37, 1e-2)
    panel.show_snapshot(None, with_gradient(gradient))
    geometry, axis = panel.ridges.geometry_of_rows(), panel.ridges.axis
    image = picture(panel)
    color = layer_colors(current_theme(), 3)[0]
    x = round(geometry.x(axis.share(-2.0)))
    top = round(geometry.base(0) - geometry.peak)
    near = QRect(x - 12, top - 2, 24, 8)
    assert count_color(image, color, near) > 0
    far = QRect(round(geometry.left), top - 2, 60, 20)
    assert count_color(image, color, far) == 0


def test_the_axis_stays_while_gradients_move_within_it(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, with_gradient(np.full(37, 1e-1)))
    axis = panel.ridges.axis
    panel.show_snapshot(None, with_gradient(np.full(37, 1e-3), step=21))
    assert panel.ridges.axis == axis


def test_the_axis_widens_when_gradients_leave_it(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, with_gradient(np.full(37, 1e-1)))
    axis = panel.ridges.axis
    panel.show_snapshot(None, with_gradient(np.full(37, 1e-9), step=21))
    assert panel.ridges.axis.low <= -10
    assert panel.ridges.axis.high == axis.high


def test_a_new_run_chooses_its_axis_anew(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, with_gradient(np.full(37, 1e-9)))
    panel.show_snapshot(None, with_gradient(np.full(37, 1e-1), step=3))
    assert panel.ridges.axis.low >= -6


def test_gradients_that_are_not_finite_are_counted(panel: GradientsPanel) -> None:
    gradient = np.full(37, 0.1)
    gradient[:3] = [0.0, np.nan, np.inf]
    panel.show_snapshot(None, with_gradient(gradient))
    first = panel.accessibleDescription().split(". ")[0]
    assert first.startswith("Hidden 1: 12 entries, RMS NaN, 1 zero, 1 infinite, 1 NaN")
    assert not picture(panel).isNull()


def test_gradients_of_zero_leave_the_ridge_flat(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, with_gradient(np.zeros(37)))
    assert "12 zero" in panel.accessibleDescription()
    assert not picture(panel).isNull()


def test_an_open_finding_marks_its_layers_name(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, replace(trained(20), findings=(finding(layer=2),)))
    image, warning = picture(panel), current_theme().warn
    marks = [count_color(image, warning, name_column(panel, row)) for row in range(3)]
    assert marks[1] > 0
    assert marks[0] == marks[2] == 0


def test_a_cleared_finding_marks_nothing(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, replace(trained(20), findings=(finding(layer=2, cleared_step=9),)))
    assert count_color(picture(panel), current_theme().warn, name_column(panel, 1)) == 0


def test_a_resting_pointer_reads_the_row(qapp: QApplication, panel: GradientsPanel) -> None:
    panel.show_snapshot(None, trained(20))
    place = QPoint(200, round(panel.ridges.geometry_of_rows().base(2)) - 6)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, panel.ridges.mapToGlobal(place))
    qapp.sendEvent(panel.ridges, event)
    assert QToolTip.text().startswith("Output: 5 entries, RMS ")
    QToolTip.hideText()


def test_the_history_is_the_first_thing_to_go_when_there_is_less_room() -> None:
    assert ridge_geometry(600, 230, 3).history is not None
    assert ridge_geometry(410, 254, 3).history is None


@pytest.mark.parametrize("width", [340, 410, 600, 986])
def test_columns_stand_beside_each_other(width: int) -> None:
    geometry = ridge_geometry(width, 230, 3)
    ends = [geometry.left, geometry.right, *geometry.counts, geometry.rms]
    ends += list(geometry.history or ())
    assert ends == sorted(ends)
    assert ends[-1] <= width


def test_rows_are_never_lower_than_their_text() -> None:
    for layers in (1, 3, 11, 41, 128):
        for height in (200, 230, 320, 700):
            geometry = ridge_geometry(600, height, layers)
            assert geometry.row_height >= 18 or len(geometry.layers) <= 2


def test_layers_without_a_row_are_spread_between_the_first_and_the_last() -> None:
    chosen = choose_layers(128, 9)
    assert (chosen[0], chosen[-1], len(chosen)) == (1, 128, 9)
    assert max(np.diff(chosen)) - min(np.diff(chosen)) <= 1


def test_a_deep_network_is_described_with_all_its_layers(panel: GradientsPanel) -> None:
    panel.show_snapshot(None, trained(2, 30))
    assert len(panel.ridges.geometry_of_rows().layers) < 31
    assert panel.accessibleDescription().count("RMS") >= 31


def test_large_counts_are_written_short() -> None:
    assert [short_count(n) for n in (0, 567, 12_288, 3_400_000)] == ["0", "567", "12k", "3M"]


def test_a_hidden_panel_catches_up_when_it_is_seen(panel: GradientsPanel) -> None:
    panel.hide()
    panel.show_snapshot(None, trained(20))
    assert panel.ridges.is_empty()
    panel.show()
    assert not panel.ridges.is_empty()


def test_a_change_of_theme_repaints_the_kept_picture(
    qapp: QApplication, panel: GradientsPanel
) -> None:
    panel.show_snapshot(None, trained(20))
    picture(panel)
    apply_theme(qapp, "light")
    light = layer_colors(current_theme(), 3)[0]
    assert count_color(picture(panel), light, name_column(panel, 0)) > 10


def test_in_a_first_step_what_is_not_computed_yet_is_no_zero(panel: GradientsPanel) -> None:
    run = Trainer(trained(0).spec)
    while run.advance_op().name != "dW3":
        pass
    panel.show_snapshot(None, run.snapshot())
    words = panel.accessibleDescription()
    assert "Hidden 1: not computed yet. Hidden 2: not computed yet. Output: 5 entries" in words


def test_a_narrow_panel_gives_up_its_counts_before_its_ridges() -> None:
    assert len(ridge_geometry(400, 230, 3).counts) == 3
    narrow = ridge_geometry(310, 230, 3)
    assert narrow.counts == ()
    assert narrow.width > 104


def test_all_layers_that_a_vanishing_signal_does_not_reach_are_marked(
    panel: GradientsPanel,
) -> None:
    found = finding(evidence=evidence(layers=(1, 2)))
    panel.show_snapshot(None, with_gradient(np.full(37, 0.1), findings=(found,)))
    warning = current_theme().warn
    marked = [count_color(picture(panel), warning, name_column(panel, row)) > 0 for row in range(3)]
    assert marked == [True, True, False]
