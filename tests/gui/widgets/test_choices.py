"""Choosing one of several: segments, pictures, lists; by mouse, by keyboard, and silently."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.palette import Theme
from gui.theme import apply_theme, current_theme
from gui.widgets.check_box import CheckBox
from gui.widgets.combo_box import ComboBox
from gui.widgets.segmented_control import SegmentedControl
from gui.widgets.thumbnail_grid import Draw, ThumbnailGrid

WORDS = {"op": "Op", "layer": "Layer", "batch": "Batch"}


@pytest.fixture
def control(qtbot: QtBot, qapp: QApplication) -> SegmentedControl:
    apply_theme(qapp, "dark")
    control = SegmentedControl(WORDS, name="Step by")
    qtbot.addWidget(control)
    control.show()
    return control


def fill_with(color: str) -> Draw:
    def draw(painter: QPainter, rect: QRectF, theme: Theme) -> None:
        painter.fillRect(rect, QColor(color))

    return draw


@pytest.fixture
def grid(qtbot: QtBot, qapp: QApplication) -> ThumbnailGrid:
    apply_theme(qapp, "dark")
    grid = ThumbnailGrid(name="Data set")
    for index in range(12):
        grid.add(f"set{index}", f"Set {index}", fill_with("#00ff00"))
    qtbot.addWidget(grid)
    grid.show()
    return grid


class TestSegmentedControl:
    def test_the_first_word_is_chosen_at_first(self, control: SegmentedControl) -> None:
        assert control.selected_key() == "op"

    def test_a_click_chooses(self, qtbot: QtBot, control: SegmentedControl) -> None:
        with qtbot.waitSignal(control.selected) as chosen:
            qtbot.mouseClick(control.segment("batch"), Qt.MouseButton.LeftButton)
        assert chosen.args == ["batch"]
        assert control.selected_key() == "batch"
        assert not control.segment("op").isChecked()

    def test_a_click_on_the_chosen_word_is_silent(
        self, qtbot: QtBot, control: SegmentedControl
    ) -> None:
        with qtbot.assertNotEmitted(control.selected):
            qtbot.mouseClick(control.segment("op"), Qt.MouseButton.LeftButton)
        assert control.segment("op").isChecked()

    def test_arrows_choose_and_stop_at_the_ends(
        self, qtbot: QtBot, control: SegmentedControl
    ) -> None:
        chosen: list[str] = []
        control.selected.connect(chosen.append)
        control.segment("op").setFocus()
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
            qtbot.keyClick(QApplication.focusWidget(), key)
        assert chosen == ["layer", "batch", "layer"]
        assert control.segment("layer").hasFocus()

    def test_home_and_end_go_to_the_ends(self, qtbot: QtBot, control: SegmentedControl) -> None:
        control.segment("op").setFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_End)
        assert control.selected_key() == "batch"
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Home)
        assert control.selected_key() == "op"

    def test_tab_enters_at_the_chosen_word_and_leaves_again(self, qtbot: QtBot) -> None:
        window = QWidget()
        layout = QVBoxLayout(window)
        before, after = QPushButton("before"), QPushButton("after")
        control = SegmentedControl(WORDS)
        for widget in (before, control, after):
            layout.addWidget(widget)
        qtbot.addWidget(window)
        control.set_selected("layer")
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        before.setFocus()
        qtbot.keyClick(before, Qt.Key.Key_Tab)
        assert control.segment("layer").hasFocus()
        qtbot.keyClick(control.segment("layer"), Qt.Key.Key_Tab)
        assert after.hasFocus()

    def test_setting_is_silent(self, qtbot: QtBot, control: SegmentedControl) -> None:
        with qtbot.assertNotEmitted(control.selected):
            control.set_selected("layer")
        assert control.segment("layer").isChecked()

    def test_an_unknown_key_is_refused(self, control: SegmentedControl) -> None:
        with pytest.raises(KeyError):
            control.set_selected("epoch")

    def test_choosing_moves_no_word(self, control: SegmentedControl) -> None:
        places = [control.segment(key).geometry() for key in WORDS]
        control.set_selected("batch")
        control.layout().activate()
        assert [control.segment(key).geometry() for key in WORDS] == places

    def test_each_word_is_a_target_of_24_px_with_a_name(self, control: SegmentedControl) -> None:
        for key, word in WORDS.items():
            assert min(control.segment(key).width(), control.segment(key).height()) >= 24
            assert control.segment(key).accessibleName() == f"Step by: {word}"

    @pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
    def test_words_are_never_cut(
        self, control: SegmentedControl, qapp: QApplication, scale: float
    ) -> None:
        apply_theme(qapp, "dark", font_scale=scale)
        control.adjustSize()
        for key, word in WORDS.items():
            segment = control.segment(key)
            assert segment.fontMetrics().horizontalAdvance(word) < segment.width() - 4
        apply_theme(qapp, "dark")


class TestThumbnailGrid:
    def test_a_picture_painted_too_small_at_first_is_painted_anew(
        self, grid: ThumbnailGrid
    ) -> None:
        def draw_line(painter: QPainter, rect: QRectF, theme: Theme) -> None:
            painter.fillRect(rect.adjusted(0, 0, 1 - rect.width(), 0), theme.text)

        fresh, early = (grid.add_button("Line", draw_line, cell) for cell in (12, 13))
        for side in (3, 18):
            early.setFixedSize(side, side)
            early.grab()
        early.setFixedSize(fresh.sizeHint())
        fresh.setFixedSize(fresh.sizeHint())
        assert early.grab().toImage() == fresh.grab().toImage()

    def test_nothing_is_chosen_at_first(self, grid: ThumbnailGrid) -> None:
        assert grid.selected_key() == ""

    def test_a_click_chooses_one(self, qtbot: QtBot, grid: ThumbnailGrid) -> None:
        grid.set_selected("set0")
        with qtbot.waitSignal(grid.selected) as chosen:
            qtbot.mouseClick(grid.thumbnail("set7"), Qt.MouseButton.LeftButton)
        assert chosen.args == ["set7"]
        assert not grid.thumbnail("set0").isChecked()

    def test_arrows_move_along_rows_and_columns(self, qtbot: QtBot, grid: ThumbnailGrid) -> None:
        chosen: list[str] = []
        grid.selected.connect(chosen.append)
        grid.set_selected("set1")
        grid.thumbnail("set1").setFocus()
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left)
        for key in keys:
            qtbot.keyClick(QApplication.focusWidget(), key)
        # Below set7 there is no picture: the key does nothing.
        assert chosen == ["set6", "set7", "set2", "set1"]

    def test_pictures_stand_five_a_row_and_name_themselves(self, grid: ThumbnailGrid) -> None:
        tops = [grid.thumbnail(f"set{index}").y() for index in range(12)]
        assert len(set(tops[:5])) == 1
        assert tops[5] > tops[4]
        assert grid.thumbnail("set3").accessibleName() == "Set 3"
        assert grid.thumbnail("set3").toolTip() == "Set 3"

    def test_the_choice_is_framed_in_the_accent(self, grid: ThumbnailGrid) -> None:
        thumbnail = grid.thumbnail("set4")
        edge = QPoint(thumbnail.width() // 2, 3)
        assert thumbnail.grab().toImage().pixelColor(edge) != current_theme().accent
        grid.set_selected("set4")
        assert thumbnail.grab().toImage().pixelColor(edge) == current_theme().accent

    def test_pictures_are_drawn_once_a_theme(self, qtbot: QtBot, qapp: QApplication) -> None:
        apply_theme(qapp, "dark")
        drawn: list[str] = []
        grid = ThumbnailGrid()
        grid.add("one", "One", lambda painter, rect, theme: drawn.append(theme.name))
        qtbot.addWidget(grid)
        grid.show()
        for _ in range(3):
            grid.grab()
        apply_theme(qapp, "light")
        grid.grab()
        apply_theme(qapp, "dark")
        assert drawn == ["dark", "light"]


class TestComboBox:
    @pytest.fixture
    def box(self, qtbot: QtBot, qapp: QApplication) -> ComboBox:
        apply_theme(qapp, "dark")
        box = ComboBox({"tanh": "tanh", "relu": "ReLU", "gelu": "GELU"}, name="Activation")
        qtbot.addWidget(box)
        box.show()
        return box

    def test_keys_choose(self, qtbot: QtBot, box: ComboBox) -> None:
        box.setFocus()
        with qtbot.waitSignal(box.selected) as chosen:
            qtbot.keyClick(box, Qt.Key.Key_Down)
        assert chosen.args == ["relu"]
        assert box.selected_key() == "relu"

    def test_the_open_list_chooses(self, qtbot: QtBot, box: ComboBox) -> None:
        box.showPopup()
        row = box.view().visualRect(box.model().index(2, 0)).center()
        with qtbot.waitSignal(box.selected) as chosen:
            qtbot.mouseClick(box.view().viewport(), Qt.MouseButton.LeftButton, pos=row)
        assert chosen.args == ["gelu"]

    def test_the_open_list_cuts_no_option(self, qtbot: QtBot, box: ComboBox) -> None:
        box.addItem("an option much wider than the box", "wide")
        box.setFixedWidth(60)
        box.showPopup()
        assert box.view().viewport().width() >= box.view().sizeHintForColumn(0)
        box.hidePopup()

    def test_setting_is_silent(self, qtbot: QtBot, box: ComboBox) -> None:
        with qtbot.assertNotEmitted(box.selected):
            box.set_selected("gelu")
        assert box.currentText() == "GELU"

    def test_an_unknown_key_is_refused(self, box: ComboBox) -> None:
        with pytest.raises(KeyError):
            box.set_selected("swish")

    def test_the_wheel_passes_over_it_without_focus(self, box: ComboBox) -> None:
        box.clearFocus()
        wheel = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(box, wheel)
        assert box.selected_key() == "tanh"


def test_a_check_box_shows_its_tick_on_the_accent(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    box = CheckBox("Animate")
    qtbot.addWidget(box)
    box.show()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))
    assert box.isChecked()
    image = box.grab().toImage()
    colors = {image.pixelColor(x, y).name() for x in range(20) for y in range(image.height())}
    assert {current_theme().accent.name(), current_theme().accent_ink.name()} <= colors
