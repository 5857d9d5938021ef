"""Setting a number: by typing, by dragging, by keys; and refusing what is none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.theme import apply_theme
from gui.widgets.labeled_slider import LabeledSlider, linear_stops
from gui.widgets.log_slider import LogSlider
from gui.widgets.number_field import NumberField
from gui.widgets.slider import Slider
from gui.widgets.stepper import Stepper

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


def type_in(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def wheel_over(widget: QWidget) -> None:
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, wheel)


class TestNumberField:
    @pytest.fixture
    def field(self, qtbot: QtBot) -> NumberField:
        field = NumberField(0, 1, name="Momentum")
        field.set_value(0.9)
        qtbot.addWidget(field)
        field.show()
        return field

    @pytest.mark.parametrize(("text", "value"), [("0.5", 0.5), ("0,25", 0.25), ("1e-3", 1e-3)])
    def test_return_commits(
        self, qtbot: QtBot, field: NumberField, text: str, value: float
    ) -> None:
        with qtbot.waitSignal(field.value_changed) as changed:
            type_in(qtbot, field, text)
        assert changed.args == [value]
        assert field.value() == value

    def test_leaving_commits_once(self, qtbot: QtBot, field: NumberField) -> None:
        values: list[float] = []
        field.value_changed.connect(values.append)
        type_in(qtbot, field, "0.5")
        field.clearFocus()
        assert values == [0.5]

    def test_a_refusal_is_forgiven_when_the_user_goes_on(
        self, qtbot: QtBot, field: NumberField
    ) -> None:
        type_in(qtbot, field, "abc")
        assert field.property("wrong")
        field.clearFocus()
        assert not field.property("wrong")
        assert field.toolTip() == ""

    def test_the_same_number_again_is_silent(self, qtbot: QtBot, field: NumberField) -> None:
        with qtbot.assertNotEmitted(field.value_changed):
            type_in(qtbot, field, "0.90")
        assert field.text() == "0.9"

    @pytest.mark.parametrize("text", ["fast", "2", "-0.1", "nan", ""])
    def test_what_is_not_taken_gives_the_old_value_back_and_says_why(
        self, qtbot: QtBot, field: NumberField, text: str
    ) -> None:
        field.setFocus()
        field.selectAll()
        qtbot.keyClick(field, Qt.Key.Key_Delete)
        with (
            qtbot.assertNotEmitted(field.value_changed),
            qtbot.waitSignal(field.refused) as refusal,
        ):
            type_in(qtbot, field, text)
        assert field.text() == "0.9"
        assert field.value() == 0.9
        assert refusal.args[0].startswith("Momentum: expected a number")
        assert refusal.args[0] in field.toolTip()

    def test_typing_again_takes_the_refusal_back(self, qtbot: QtBot, field: NumberField) -> None:
        field.setToolTip("Share of the last update")
        type_in(qtbot, field, "fast")
        type_in(qtbot, field, "slow")
        assert field.toolTip() != "Share of the last update"
        type_in(qtbot, field, "0.5")
        assert field.toolTip() == "Share of the last update"

    def test_escape_takes_typing_back(self, qtbot: QtBot, field: NumberField) -> None:
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, "0.1")
        qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert field.text() == "0.9"

    def test_setting_is_silent_and_leaves_typing_alone(
        self, qtbot: QtBot, field: NumberField
    ) -> None:
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, "0.1")
        with qtbot.assertNotEmitted(field.value_changed):
            field.set_value(0.7)
        assert field.text() == "0.1"
        qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert field.text() == "0.7"

    def test_a_whole_number_is_asked_for_where_only_one_makes_sense(self, qtbot: QtBot) -> None:
        field = NumberField(0, 100, whole=True)
        qtbot.addWidget(field)
        with qtbot.waitSignal(field.refused) as refusal:
            type_in(qtbot, field, "1.5")
        assert "whole number" in refusal.args[0]


class TestSlider:
    @pytest.fixture
    def slider(self, qtbot: QtBot) -> Slider:
        slider = Slider()
        slider.setRange(0, 100)
        slider.resize(112, 24)
        qtbot.addWidget(slider)
        slider.show()
        return slider

    def test_a_click_goes_there_at_once(self, qtbot: QtBot, slider: Slider) -> None:
        qtbot.mouseClick(slider, LEFT, pos=QPoint(56, 12))
        assert slider.value() == 50

    def test_dragging_past_the_ends_stops_there(self, qtbot: QtBot, slider: Slider) -> None:
        qtbot.mousePress(slider, LEFT, pos=QPoint(56, 12))
        qtbot.mouseMove(slider, QPoint(500, 12))
        assert slider.value() == 100
        qtbot.mouseMove(slider, QPoint(-50, 12))
        qtbot.mouseRelease(slider, LEFT, pos=QPoint(-50, 12))
        assert slider.value() == 0
        assert not slider.isSliderDown()

    def test_the_wheel_counts_only_with_focus(self, slider: Slider) -> None:
        slider.clearFocus()
        wheel_over(slider)
        assert slider.value() == 0
        slider.setFocus()
        wheel_over(slider)
        assert slider.value() > 0


class TestLogSlider:
    @pytest.fixture
    def slider(self, qtbot: QtBot) -> LogSlider:
        slider = LogSlider("Learning rate", 1e-5, 10, typed_range=(1e-12, 1e6))
        slider.set_value(0.006)
        slider.resize(220, 24)
        qtbot.addWidget(slider)
        slider.show()
        return slider

    def test_the_number_carries_the_name(self, slider: LogSlider) -> None:
        assert slider.field.accessibleName() == "Learning rate"
        assert slider.field.text() == "0.006"

    def test_setting_is_silent_and_exact(self, qtbot: QtBot, slider: LogSlider) -> None:
        with qtbot.assertNotEmitted(slider.value_changed):
            slider.set_value(0.0123456)
        assert slider.value() == 0.0123456
        assert slider.field.value() == 0.0123456

    @pytest.mark.parametrize(("text", "value"), [("1e-3", 1e-3), ("0,5", 0.5), ("50", 50.0)])
    def test_typing_takes_more_than_the_slider_reaches(
        self, qtbot: QtBot, slider: LogSlider, text: str, value: float
    ) -> None:
        with qtbot.waitSignal(slider.value_changed) as changed:
            type_in(qtbot, slider.field, text)
        assert changed.args == [value]
        assert slider.value() == value

    def test_bad_text_is_refused(self, qtbot: QtBot, slider: LogSlider) -> None:
        with qtbot.waitSignal(slider.refused) as refusal:
            type_in(qtbot, slider.field, "-1")
        assert refusal.args[0].startswith("Learning rate: ")
        assert slider.value() == 0.006
        assert slider.field.text() == "0.006"

    @pytest.mark.parametrize("part", ["track", "field"])
    def test_page_keys_are_exact_decades(self, qtbot: QtBot, slider: LogSlider, part: str) -> None:
        widget = getattr(slider, part)
        widget.setFocus()
        values: list[float] = []
        slider.value_changed.connect(values.append)
        qtbot.keyClick(widget, Qt.Key.Key_PageUp)
        qtbot.keyClick(widget, Qt.Key.Key_PageDown)
        qtbot.keyClick(widget, Qt.Key.Key_PageDown)
        assert values == [0.06, 0.006, 0.0006]
        assert slider.field.text() == "6e−4"

    @pytest.mark.parametrize("part", ["track", "field"])
    def test_ten_arrow_keys_are_about_a_decade(
        self, qtbot: QtBot, slider: LogSlider, part: str
    ) -> None:
        widget = getattr(slider, part)
        for _ in range(10):
            qtbot.keyClick(widget, Qt.Key.Key_Up)
        assert slider.value() == pytest.approx(0.06, rel=0.1)

    def test_dragging_gives_numbers_that_read_well(self, qtbot: QtBot, slider: LogSlider) -> None:
        values: list[float] = []
        slider.value_changed.connect(values.append)
        track = slider.track
        qtbot.mousePress(track, LEFT, pos=QPoint(30, 12))
        qtbot.mouseMove(track, QPoint(track.width(), 12))
        qtbot.mouseRelease(track, LEFT, pos=QPoint(track.width(), 12))
        assert values[-1] == 10
        assert values == [float(f"{value:.1e}") for value in values]
        assert slider.field.text() == "10"

    def test_the_handle_does_not_jump_while_dragged(self, qtbot: QtBot, slider: LogSlider) -> None:
        qtbot.mousePress(slider.track, LEFT, pos=QPoint(30, 12))
        held = slider.value(), slider.track.value()
        slider.set_value(5.0)
        assert (slider.value(), slider.track.value()) == held
        qtbot.mouseRelease(slider.track, LEFT, pos=QPoint(30, 12))
        slider.set_value(5.0)
        assert slider.value() == 5.0


class TestLabeledSlider:
    @pytest.fixture
    def slider(self, qtbot: QtBot) -> LabeledSlider:
        slider = LabeledSlider("Batch size", [1, 2, 4, 5, 8, 10, 20], mark="live")
        slider.set_value(5)
        qtbot.addWidget(slider)
        slider.show()
        return slider

    def test_keys_go_from_stop_to_stop(self, qtbot: QtBot, slider: LabeledSlider) -> None:
        values: list[float] = []
        slider.value_changed.connect(values.append)
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Home):
            qtbot.keyClick(slider.slider, key)
        assert values == [8, 10, 20, 1]

    def test_a_click_takes_the_stop_under_the_pointer(
        self, qtbot: QtBot, slider: LabeledSlider
    ) -> None:
        end = QPoint(slider.slider.width() - 1, 12)
        with qtbot.waitSignal(slider.value_changed) as changed:
            qtbot.mouseClick(slider.slider, LEFT, pos=end)
        assert changed.args == [20]

    def test_setting_between_stops_is_silent_and_keeps_the_value(
        self, qtbot: QtBot, slider: LabeledSlider
    ) -> None:
        with qtbot.assertNotEmitted(slider.value_changed):
            slider.set_value(17)
        assert slider.value() == 17
        assert slider.slider.value() == 6
        assert slider.slider.accessibleDescription() == "17"

    def test_the_slider_is_named_and_the_mark_explained(self, slider: LabeledSlider) -> None:
        assert slider.slider.accessibleName() == "Batch size"
        assert slider.label.toolTip() == "Applies live"

    def test_even_scales_have_no_rounding_dust(self) -> None:
        assert linear_stops(0, 0.5, 0.1) == [0, 0.1, 0.2, 0.3, 0.4, 0.5]


class TestStepper:
    @pytest.fixture
    def stepper(self, qtbot: QtBot) -> Stepper:
        stepper = Stepper("units in hidden 1", 1, 4096)
        stepper.set_value(8)
        qtbot.addWidget(stepper)
        stepper.show()
        return stepper

    def test_the_buttons_count(self, qtbot: QtBot, stepper: Stepper) -> None:
        values: list[int] = []
        stepper.value_changed.connect(values.append)
        qtbot.mouseClick(stepper.plus, LEFT)
        qtbot.mouseClick(stepper.plus, LEFT)
        qtbot.mouseClick(stepper.minus, LEFT)
        assert values == [9, 10, 9]
        assert stepper.field.text() == "9"

    def test_it_is_one_stop_of_the_tab_key(self, stepper: Stepper) -> None:
        parts = (stepper.minus, stepper.field, stepper.plus)
        assert [bool(p.focusPolicy() & Qt.FocusPolicy.TabFocus) for p in parts] == [
            False,
            True,
            False,
        ]

    def test_up_and_down_count_from_within_the_number(self, qtbot: QtBot, stepper: Stepper) -> None:
        qtbot.keyClick(stepper.field, Qt.Key.Key_Up)
        assert stepper.value() == 9
        qtbot.keyClick(stepper.field, Qt.Key.Key_Down)
        assert stepper.value() == 8

    def test_a_number_can_be_typed(self, qtbot: QtBot, stepper: Stepper) -> None:
        with qtbot.waitSignal(stepper.value_changed) as changed:
            type_in(qtbot, stepper.field, "1024")
        assert changed.args == [1024]

    def test_it_stops_at_its_ends(self, qtbot: QtBot, stepper: Stepper) -> None:
        stepper.set_value(1)
        assert not stepper.minus.isEnabled()
        assert stepper.plus.isEnabled()
        with qtbot.assertNotEmitted(stepper.value_changed):
            qtbot.keyClick(stepper.field, Qt.Key.Key_Down)
        stepper.set_value(4096)
        assert not stepper.plus.isEnabled()

    def test_setting_is_silent(self, qtbot: QtBot, stepper: Stepper) -> None:
        with qtbot.assertNotEmitted(stepper.value_changed):
            stepper.set_value(16)
        assert stepper.value() == 16

    def test_no_figure_is_cut(self, stepper: Stepper) -> None:
        for value in (8, 128, 4096):
            stepper.set_value(value)
            stepper.adjustSize()
            QApplication.processEvents()
            text = stepper.field.fontMetrics().horizontalAdvance(stepper.field.text())
            assert text <= stepper.field.width()

    def test_each_part_is_a_named_target_of_24_px(self, stepper: Stepper) -> None:
        assert stepper.field.accessibleName() == "units in hidden 1"
        assert stepper.minus.accessibleName() == "Fewer: units in hidden 1"
        assert stepper.plus.accessibleName() == "More: units in hidden 1"
        for part in (stepper.minus, stepper.plus, stepper.field):
            assert min(part.width(), part.height()) >= 24
