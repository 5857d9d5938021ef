"""A strength that can be off: 0 at the left end, then powers of ten."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import apply_theme
from gui.widgets.zero_log_slider import ZeroLogSlider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot: QtBot, qapp: QApplication) -> ZeroLogSlider:
    apply_theme(qapp, "dark")
    slider = ZeroLogSlider("L2 penalty", 1e-6, 1.0, highest=100.0)
    qtbot.addWidget(slider)
    slider.resize(220, 24)
    slider.show()
    return slider


def test_it_is_off_at_first_and_one_key_switches_it_on_and_off(
    qtbot: QtBot, slider: ZeroLogSlider
) -> None:
    assert (slider.value(), slider.field.text()) == (0.0, "off")
    values: list[float] = []
    slider.value_changed.connect(values.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(slider.track, key)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Down):
        qtbot.keyClick(slider.field, key)
    assert values == [1e-6, 0.0, 1e-6, 1e-5, 1e-6, 0.0]


def test_the_left_end_is_off_and_the_right_end_the_most(
    qtbot: QtBot, slider: ZeroLogSlider
) -> None:
    track = slider.track
    qtbot.mouseClick(track, LEFT, pos=QPoint(track.width() - 2, 12))
    assert slider.value() == 1.0
    qtbot.mouseClick(track, LEFT, pos=QPoint(2, 12))
    assert slider.value() == 0.0


@pytest.mark.parametrize("word", ["0", "off", " Off ", "0,0"])
def test_off_is_typed_as_zero_or_as_the_word(
    qtbot: QtBot, slider: ZeroLogSlider, word: str
) -> None:
    slider.set_value(0.25)
    values: list[float] = []
    slider.value_changed.connect(values.append)
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, word)
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert values == [0.0]
    assert slider.field.text() == "off"


def test_what_is_typed_after_a_click_replaces_the_word(qtbot: QtBot, slider: ZeroLogSlider) -> None:
    qtbot.mouseClick(slider.field, LEFT)
    qtbot.keyClicks(slider.field, "0.5")
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert (slider.value(), slider.field.text()) == (0.5, "0.5")


def test_another_word_is_refused(qtbot: QtBot, slider: ZeroLogSlider) -> None:
    slider.field.selectAll()
    with qtbot.waitSignal(slider.refused) as refused:
        qtbot.keyClicks(slider.field, "offf")
        qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert refused.args == ["L2 penalty: expected a number such as 0.03 or 1e−3, got offf"]
    assert slider.field.text() == "off"


@pytest.mark.parametrize("value", [1e-9, 1e-6, 3e-4, 1.0, 50.0])
def test_any_strength_is_shown_exactly_and_none_of_them_as_off(
    slider: ZeroLogSlider, value: float
) -> None:
    slider.set_value(value)
    assert slider.field.value() == value
    assert slider.track.value() > 0
