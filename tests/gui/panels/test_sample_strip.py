"""The strip under the waterfall: a bar for every sample, named by the pointer, chosen by click."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import Snapshot, Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from core.training.shares import ParameterPlace
from gui.panels.waterfall_panel import WaterfallPanel
from gui.theme import apply_theme, current_theme, ui_font
from gui.waterfall.paint import fitting
from gui.waterfall.words import reason_phrases
from tests.gui.driver import Driver, OpenWindow

LEFT = Qt.MouseButton.LeftButton
SIZE = (419, 248)


@cache
def after(op: str, preset: str = "spiral", place: ParameterPlace | None = None) -> Snapshot:
    trainer = Trainer(load_preset(preset))
    trainer.in_view.parameter = place or trainer.in_view.parameter
    while trainer.advance_op().name != op:
        pass
    return trainer.snapshot()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[WaterfallPanel]:
    apply_theme(qapp, "dark")
    panel = WaterfallPanel()
    qtbot.addWidget(panel)
    panel.resize(*SIZE)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


def bar(panel: WaterfallPanel, place: int, height: float = 0.5) -> QPoint:
    """Return a point over the sample at ``place``; height 0 is the zero line, 1 the top."""
    plan = panel.strip.plan()
    assert plan is not None
    found = plan.bar_of(place)
    assert found is not None
    area = panel.strip._area()
    x = plan.left + (found + 0.5) * plan.pitch
    return QPoint(round(x), round(area.center().y() - height * area.height() / 2))


def shares_of(snapshot: Snapshot) -> np.ndarray:
    shares = snapshot.trace.shares
    assert shares is not None
    return np.asarray(shares.values)


def test_bars_stand_up_and_hang_down_by_their_sign(panel: WaterfallPanel) -> None:
    snapshot = after("dW1")
    panel.show_snapshot(None, snapshot)
    QApplication.processEvents()
    assert panel.strip.isVisible()
    image = panel.strip.grab().toImage()
    shares, theme = shares_of(snapshot), current_theme()
    largest = np.abs(shares).max()
    for place, share in enumerate(shares):
        tip = 0.5 * share / largest
        if abs(tip) > 0.1:
            color = image.pixelColor(bar(panel, place, tip))
            assert color == (theme.posg if share > 0 else theme.negg)
            beyond = image.pixelColor(bar(panel, place, -tip))
            assert beyond not in (theme.posg, theme.negg)


def test_the_pointer_names_the_training_row_and_its_share(
    panel: WaterfallPanel, qtbot: QtBot
) -> None:
    snapshot = after("dW1")
    panel.show_snapshot(None, snapshot)
    assert panel.strip.words().startswith("share of this sample ")
    # The first move only enters the strip.
    qtbot.mouseMove(panel.strip, QPoint(200, 2))
    qtbot.mouseMove(panel.strip, bar(panel, 6))
    row = int(snapshot.trace.rows[6]) + 1
    assert panel.strip.words().startswith(f"row {row} (7 of 10): ")
    share = shares_of(snapshot)[6] / snapshot.trace.values["dW1"][0, 0]
    assert f"{100 * share:.1f} %".replace("-", "−") in panel.strip.words()
    assert panel.strip.words() == panel.strip.accessibleDescription()
    qtbot.mouseMove(panel.strip, QPoint(200, 2))
    qtbot.mouseMove(panel.strip, QPoint(2, 30))
    assert panel.strip.words().startswith("share of this sample ")


def test_a_click_and_the_keys_choose_a_sample(panel: WaterfallPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(None, after("dW1"))
    with qtbot.waitSignal(panel.sample_requested) as chosen:
        qtbot.mouseClick(panel.strip, LEFT, pos=bar(panel, 3))
    assert chosen.args == [3]
    panel.strip.setFocus()
    qtbot.mouseMove(panel.strip, QPoint(2, 30))
    panel.strip.clearFocus()
    panel.strip.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(panel.strip, key)
    with qtbot.waitSignal(panel.sample_requested) as chosen:
        qtbot.keyClick(panel.strip, Qt.Key.Key_Return)
    assert chosen.args == [1]


def test_shares_of_another_parameter_hidden_ones_and_those_to_come_are_not_shown(
    panel: WaterfallPanel,
) -> None:
    panel.show_snapshot(None, after("dz1"))
    plan = panel.strip.plan()
    assert plan is not None
    assert plan.scale == 0.0
    snapshot = after("dW1")
    panel.show_snapshot(None, snapshot)
    known = panel.strip.plan()
    assert known is not None
    assert known.scale == np.abs(shares_of(snapshot)).max()
    panel.select_parameter(Reference("W2", (0, 0)))
    other = panel.strip.plan()
    assert other is not None
    assert other.scale == 0.0
    panel.select_parameter(Reference("W1", (0, 0)))
    for names in ({"dW1", "db1"}, {"dz1"}, {"x"}):
        panel.set_hidden(frozenset(names))
        concealed = panel.strip.plan()
        assert concealed is not None
        assert concealed.scale == 0.0


def test_a_single_sample_needs_no_strip(panel: WaterfallPanel) -> None:
    panel.show_snapshot(None, after("dW1", "worked-example"))
    assert not panel.strip.isVisible()
    panel.show_snapshot(None, after("dW1"))
    assert panel.strip.isVisible()


@pytest.mark.parametrize("width", [339, 419])
@pytest.mark.parametrize("preset", ["spiral", "digits", "deep-sigmoid", "iris"])
def test_no_word_is_clipped_in_the_smallest_windows(
    panel: WaterfallPanel, preset: str, width: int
) -> None:
    panel.resize(width, SIZE[1])
    panel.show_snapshot(None, after("dW1", preset))
    QApplication.processEvents()
    metrics = QFontMetricsF(ui_font(11))
    assert panel.strip.height() >= 56
    for place in (None, 0, 5):
        panel.strip._point(place)
        assert metrics.horizontalAdvance(panel.strip.words()) <= panel.strip.width() - 24
    assert panel._reason is not None
    words = fitting(reason_phrases(panel._reason), width - 24)
    assert metrics.horizontalAdvance(words) <= width - 24
    assert words.startswith("Longest fall: ")
    title = QFontMetricsF(ui_font(12, 600))
    for row in panel.chart.rows():
        assert row.rect.height() >= title.capHeight() + 4
    assert panel.chart.rows()[-1].rect.bottom() <= panel.chart.height() - 38


def test_in_the_window_the_strip_follows_the_weight_and_a_click_changes_the_sample(
    open_window: OpenWindow,
) -> None:
    driver: Driver = open_window("spiral")
    window = driver.window
    window.steps.set_active(True)
    for _ in range(4):
        driver.trigger("Run", "Step pass")
    driver.settle()
    assert driver.snapshot.trace.shares is not None
    panel = window.steps.waterfall
    chosen = Reference("W2", (3, 5))
    window.steps.ledger.parameter_selected.emit(chosen)
    place = ParameterPlace(2, 3, 5)
    driver.wait(
        lambda: (
            driver.snapshot.trace.shares is not None and driver.snapshot.trace.shares.place == place
        )
    )
    driver.settle()
    gradient = driver.snapshot.trace.values["dW2"][3, 5]
    assert shares_of(driver.snapshot).sum() == pytest.approx(gradient, rel=1e-12)
    plan = panel.strip.plan()
    assert plan is not None
    assert plan.scale == np.abs(shares_of(driver.snapshot)).max()
    driver._qtbot.mouseClick(panel.strip, LEFT, pos=bar(panel, 7))
    driver.wait(lambda: driver.snapshot.trace.sample == 7)
    driver.settle()
    found = panel.waterfall()
    assert found is not None
    assert found.share == pytest.approx(shares_of(driver.snapshot)[7], rel=1e-12)
