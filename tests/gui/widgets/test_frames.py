"""What holds the controls: cards, sections, rows, read-outs and icon buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from gui.theme import apply_theme, current_theme
from gui.widgets.card import Card
from gui.widgets.control_row import ControlRow
from gui.widgets.icon_button import IconButton
from gui.widgets.mark_label import MarkLabel, mark_key
from gui.widgets.section import Section
from gui.widgets.value_readout import ValueReadout


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


def test_a_card_shows_title_facts_controls_and_body(qtbot: QtBot) -> None:
    card = Card("Network")
    card.set_facts("2-8-8-1")
    control, content = QPushButton("Weight"), QLabel("diagram")
    card.add_control(control)
    card.body.addWidget(content)
    card.resize(400, 200)
    qtbot.addWidget(card)
    card.show()
    assert card.title() == "Network"
    assert card.accessibleName() == "Network"
    assert "2-8-8-1" in [label.text() for label in card.header.findChildren(QLabel)]
    assert card.header.height() == 34
    assert control.geometry().right() > 380
    assert content.y() >= 34


def test_a_cards_look_does_not_reach_what_is_inside(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    card = Card("Loss")
    inside = QLabel("text")
    card.body.addWidget(inside)
    card.resize(200, 120)
    qtbot.addWidget(card)
    card.show()
    image = inside.grab().toImage()
    assert image.pixelColor(0, 0) == current_theme().panel
    assert image.pixelColor(0, inside.height() - 1) == current_theme().panel


class TestSection:
    @pytest.fixture
    def section(self, qtbot: QtBot) -> Section:
        section = Section("Training")
        section.body.addWidget(QLabel("row"))
        qtbot.addWidget(section)
        section.show()
        return section

    def test_a_click_on_the_header_folds_it(self, qtbot: QtBot, section: Section) -> None:
        row = section.findChildren(QLabel)[-1]
        with qtbot.waitSignal(section.toggled) as toggled:
            qtbot.mouseClick(section.header, Qt.MouseButton.LeftButton)
        assert toggled.args == [False]
        assert not section.is_open()
        assert not row.isVisible()

    def test_space_folds_and_unfolds_it(self, qtbot: QtBot, section: Section) -> None:
        section.header.setFocus()
        qtbot.keyClick(section.header, Qt.Key.Key_Space)
        assert not section.is_open()
        qtbot.keyClick(section.header, Qt.Key.Key_Space)
        assert section.is_open()

    def test_its_fact_is_shown_and_read_aloud(self, section: Section) -> None:
        section.set_fact("105 parameters")
        assert section.header.fact.text() == "105 parameters"
        assert section.header.accessibleName() == "Training"
        assert section.header.accessibleDescription() == "105 parameters"

    def test_it_takes_only_its_header_when_folded(self, section: Section) -> None:
        section.set_open(False)
        assert section.sizeHint().height() == section.header.height()


def test_a_row_names_its_control(qtbot: QtBot) -> None:
    field = QLineEdit()
    row = ControlRow("Seed", field, mark="anew")
    qtbot.addWidget(row)
    assert field.accessibleName() == "Seed"
    assert row.label.buddy() is field
    assert row.label.toolTip() == "Starts anew"
    assert row.height() == 27


def test_a_label_is_wide_enough_for_text_and_mark(qtbot: QtBot) -> None:
    plain, marked = MarkLabel("Learning rate"), MarkLabel("Learning rate", "live")
    for label in (plain, marked):
        qtbot.addWidget(label)
    assert plain.sizeHint().width() < marked.sizeHint().width() <= 96


def test_the_key_explains_both_marks(qtbot: QtBot) -> None:
    key = mark_key()
    qtbot.addWidget(key)
    assert [label.text() for label in key.findChildren(QLabel)] == ["applies live", "starts anew"]


def test_a_readout_keeps_its_width_while_it_counts(qtbot: QtBot) -> None:
    readout = ValueReadout("Train loss", "0.0000e−00", sample="solid")
    qtbot.addWidget(readout)
    readout.show()
    widths = set()
    for text in ("0", "0.6931", "1.234e−5"):
        readout.set_text(text)
        widths.add(readout.sizeHint().width())
        assert readout.text() == text
    assert len(widths) == 1
    assert readout.number.accessibleName() == "Train loss"


def test_an_icon_button_is_pressed_by_mouse_and_space(qtbot: QtBot) -> None:
    button = IconButton("reset", "Reset")
    qtbot.addWidget(button)
    button.show()
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.accessibleName() == button.toolTip() == "Reset"
    assert min(button.width(), button.height()) >= 24


def test_an_icon_button_changes_colour_with_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    button = IconButton("play", "Play", token="text")
    qtbot.addWidget(button)
    before = button.icon().pixmap(16).toImage()
    apply_theme(qapp, "light")
    assert button.icon().pixmap(16).toImage() != before
