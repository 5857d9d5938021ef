"""The dialog of breakpoints: listing, switching, removing and adding, by pointer and by keys."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.diagnosis.breakpoints import Breakpoint
from gui.panels.breakpoints_dialog import BreakpointsDialog
from gui.status.line import NewsLabel
from gui.theme import apply_theme

W = TypeVar("W", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton
RETURN, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
LAYERS = ["Hidden 1", "Hidden 2", "Output"]
SET = (
    Breakpoint("gradient_rms", layer=2, low=1e-6, high=10),
    Breakpoint("loss_rise", factor=2.5, enabled=False),
    Breakpoint("step", step=1200),
)
WORDS = [
    "Hidden 2: gradient RMS leaves 1e−6 to 10",
    "Loss rises above 2.5 times its recent level",
    "Step 1,200 is reached",
]


class Person:
    """Someone at the dialog, who takes down what it emits."""

    def __init__(self, qtbot: QtBot, breakpoints: tuple[Breakpoint, ...] = ()) -> None:
        self.qtbot = qtbot
        self.dialog = BreakpointsDialog()
        qtbot.addWidget(self.dialog)
        self.dialog.show_breakpoints(breakpoints, LAYERS)
        self.wanted: list[tuple[Breakpoint, ...]] = []
        self.dialog.breakpoints_changed.connect(self.wanted.append)
        self.dialog.show()
        qtbot.waitExposed(self.dialog)
        self.dialog.activateWindow()
        self.dialog.form.kind.setFocus()

    def words(self) -> list[str]:
        return [row.check.text() for row in self.dialog.rows.rows]

    def choose(self, kind: str, layer: int = 0) -> None:
        """Choose by the arrow keys: the kind that begins with ``kind``, and the layer."""
        kinds = self.dialog.form.kind
        texts = [kinds.itemText(i).startswith(kind) for i in range(kinds.count())]
        self.go_to(kinds, texts.index(True))
        if layer:
            self.go_to(self.named(QComboBox, "Layer"), layer)

    def go_to(self, box: QComboBox, index: int) -> None:
        self.qtbot.keyClick(box, Qt.Key.Key_Home)
        for _ in range(index):
            self.qtbot.keyClick(box, Qt.Key.Key_Down)

    def type_in(self, name: str, text: str) -> QLineEdit:
        field = self.named(QLineEdit, name)
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClick(field, Qt.Key.Key_Backspace)
        if text.isascii():
            self.qtbot.keyClicks(field, text)
        else:
            field.insert(text)
        return field

    def enter(self, name: str, text: str) -> None:
        self.qtbot.keyClick(self.type_in(name, text), RETURN)

    def click(self, name: str) -> None:
        self.qtbot.mouseClick(self.named(QAbstractButton, name), LEFT)

    def named(self, kind: type[W], name: str) -> W:
        """Return the visible widget with that text or accessible name."""
        for widget in self.dialog.findChildren(kind):
            names = (widget.accessibleName(), getattr(widget, "text", str)())
            if widget.isVisible() and name in names:
                return widget
        raise AssertionError(name)

    def labels(self) -> list[str]:
        return [label.text() for label in self.dialog.findChildren(QLabel) if label.isVisible()]

    def message(self) -> str:
        return self.dialog.form.message()


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


@pytest.fixture
def someone(qtbot: QtBot) -> Person:
    """Return someone at a dialog without breakpoints."""
    return Person(qtbot)


@pytest.fixture
def owner(qtbot: QtBot) -> Person:
    """Return someone at a dialog with three breakpoints."""
    return Person(qtbot, SET)


class TestTheList:
    def test_says_what_is_always_on_and_when_training_pauses(self, someone: Person) -> None:
        labels = someone.labels()
        assert labels[:3] == [
            "Training pauses before the update of the step in which one of these happens.",
            "",
            "A number is not finite",
        ]
        assert "always on" in labels
        assert someone.words() == []

    def test_has_one_row_each_in_plain_words_with_the_names_of_layers(self, owner: Person) -> None:
        assert owner.words() == WORDS
        assert [row.check.isChecked() for row in owner.dialog.rows.rows] == [True, False, True]

    def test_showing_emits_nothing(self, owner: Person) -> None:
        owner.dialog.show_breakpoints(SET[:1], LAYERS)
        assert owner.words() == WORDS[:1]
        assert owner.wanted == []

    def test_what_is_always_on_gets_no_second_row_and_is_handed_back(self, qtbot: QtBot) -> None:
        always = Breakpoint("non_finite")
        person = Person(qtbot, (SET[0], always))
        assert person.words() == WORDS[:1]
        person.click(WORDS[0])
        assert person.wanted == [(always, replace(SET[0], enabled=False))]

    def test_a_layer_that_is_not_there_is_said_so(self, owner: Person) -> None:
        assert "no such layer" not in owner.labels()
        owner.dialog.show_breakpoints(SET, ["Output"])
        assert owner.words()[0] == "Layer 2: gradient RMS leaves 1e−6 to 10"
        assert owner.labels().count("no such layer") == 1
        owner.dialog.show_breakpoints(SET, LAYERS)
        assert owner.words() == WORDS
        assert "no such layer" not in owner.labels()

    @pytest.mark.parametrize("index", [0, 1])
    def test_a_click_switches_a_breakpoint(self, owner: Person, index: int) -> None:
        owner.click(WORDS[index])
        changed = replace(SET[index], enabled=not SET[index].enabled)
        assert owner.wanted == [(*SET[:index], changed, *SET[index + 1 :])]
        assert owner.dialog.breakpoints() == owner.wanted[0]

    @pytest.mark.parametrize("index", [0, 1, 2])
    def test_the_button_of_a_row_removes_its_breakpoint(self, owner: Person, index: int) -> None:
        owner.click(f"Remove breakpoint: {WORDS[index]}")
        assert owner.wanted == [SET[:index] + SET[index + 1 :]]
        assert owner.words() == WORDS[:index] + WORDS[index + 1 :]

    def test_the_dialog_is_as_high_as_its_rows_and_a_long_list_scrolls(self, qtbot: QtBot) -> None:
        person = Person(qtbot)
        heights = []
        for count in (0, 1, 5, 20, 40, 1):
            person.dialog.show_breakpoints(
                tuple(Breakpoint("step", step=n) for n in range(count)), LAYERS
            )
            qtbot.wait(1)
            heights.append(person.dialog.height())
        assert heights[0] < heights[1] < heights[2] < heights[3] == heights[4]
        assert heights[5] == heights[1]


class TestAdding:
    def test_return_adds_the_range_of_a_gradient(self, someone: Person) -> None:
        someone.choose("Gradient", 2)
        someone.type_in("Low", "1e-5")
        someone.enter("High", "0,5")
        assert someone.wanted == [(Breakpoint("gradient_rms", layer=2, low=1e-5, high=0.5),)]
        assert someone.words() == ["Hidden 2: gradient RMS leaves 1e−5 to 0.5"]
        assert someone.message() == ""

    @pytest.mark.parametrize("nothing", ["", "∞", "inf"])
    def test_without_an_upper_limit_only_the_lower_one_counts(
        self, someone: Person, nothing: str
    ) -> None:
        someone.enter("High", nothing)
        assert someone.wanted == [(Breakpoint("gradient_rms", low=1e-6, high=math.inf),)]
        assert someone.named(QLineEdit, "High").text() == "∞"

    @pytest.mark.parametrize(
        ("layer", "words"),
        [(0, "Any hidden layer: a unit dies"), (1, "Hidden 1: a unit dies")],
    )
    def test_the_button_adds_the_death_of_a_unit(
        self, someone: Person, layer: int, words: str
    ) -> None:
        someone.choose("Unit", layer)
        someone.click("Add")
        assert someone.wanted == [(Breakpoint("dead_unit", layer=layer),)]
        assert someone.words() == [words]

    def test_a_rise_of_the_loss_takes_a_factor(self, owner: Person) -> None:
        owner.choose("Loss")
        owner.enter("Factor", "3")
        assert owner.wanted == [(*SET, Breakpoint("loss_rise", factor=3.0))]

    def test_a_step_takes_a_whole_number(self, someone: Person) -> None:
        someone.choose("Step")
        someone.enter("Step", "2,500")
        ((made,),) = someone.wanted
        assert made == Breakpoint("step", step=2500)
        assert isinstance(made.step, int)

    def test_a_kind_shows_the_fields_that_it_needs_and_no_others(self, someone: Person) -> None:
        shown = {}
        for kind in ("Gradient", "Unit", "Loss", "Step"):
            someone.choose(kind)
            stops = someone.dialog.form.stops()
            shown[kind] = [stop.accessibleName() for stop in stops if stop.isVisible()]
        assert shown == {
            "Gradient": ["Breakpoint when", "Layer", "Low", "High", "Add breakpoint"],
            "Unit": ["Breakpoint when", "Layer", "Add breakpoint"],
            "Loss": ["Breakpoint when", "Factor", "Add breakpoint"],
            "Step": ["Breakpoint when", "Step", "Add breakpoint"],
        }

    def test_the_output_layer_has_gradients_but_no_units_that_die(self, someone: Person) -> None:
        layer = someone.named(QComboBox, "Layer")

        def offered() -> list[str]:
            return [layer.itemText(i) for i in range(layer.count())]

        assert offered() == ["any", *LAYERS]
        someone.choose("Gradient", 3)
        someone.choose("Unit")
        assert offered() == ["any", "Hidden 1", "Hidden 2"]
        assert layer.currentText() == "any"

    def test_the_chosen_layer_stays_while_the_network_changes(self, someone: Person) -> None:
        someone.choose("Gradient", 2)
        layer = someone.named(QComboBox, "Layer")
        someone.dialog.show_breakpoints((), [*LAYERS[:2], "Hidden 3", "Output"])
        assert layer.currentText() == "Hidden 2"
        someone.dialog.show_breakpoints((), ["Output"])
        assert layer.currentText() == "any"

    def test_a_second_one_of_the_same_is_not_added(self, owner: Person) -> None:
        for kind, name, text in (("Loss", "Factor", "2.5"), ("Step", "Step", "1200")):
            owner.choose(kind)
            owner.enter(name, text)
            assert owner.message() == "This breakpoint is in the list already."
        assert owner.wanted == []

    def test_a_new_row_at_the_end_of_a_long_list_comes_into_view(self, qtbot: QtBot) -> None:
        person = Person(qtbot, tuple(Breakpoint("step", step=n) for n in range(30)))
        person.choose("Step")
        person.enter("Step", "77")
        row = person.dialog.rows.rows[-1]
        assert row.check.text() == "Step 77 is reached"
        qtbot.waitUntil(lambda: row.visibleRegion().boundingRect().height() == row.height())


class TestRefusing:
    @pytest.mark.parametrize(
        ("kind", "name", "text", "line"),
        [
            ("Gradient", "Low", "abc", "Low: expected a number such as 0.03 or 1e−3, got abc"),
            ("Gradient", "Low", "", "Low: expected a number such as 0.03 or 1e−3, got nothing"),
            ("Gradient", "Low", "-1", "Low: expected a number from 0 up, got −1"),
            ("Gradient", "Low", "20", "High: expected a number above low, which is 20, got 10"),
            ("Gradient", "High", "1e-9", "High: expected a number above low, which is 1e−6, "
             "got 1e−9"),
            ("Loss", "Factor", "1", "Factor: expected a number above 1, got 1"),
            ("Step", "Step", "1.5", "Step: expected a whole number, got 1.5"),
            ("Step", "Step", "-2", "Step: expected a whole number from 0 up, got -2"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("by", ["Return", "the button"])
    def test_bad_input_says_one_line_and_adds_nothing(
        self, someone: Person, kind: str, name: str, text: str, line: str, by: str
    ) -> None:
        someone.choose(kind)
        if by == "Return":
            someone.enter(name, text)
        else:
            someone.type_in(name, text)
            someone.click("Add")
        assert someone.wanted == []
        assert someone.words() == []
        assert someone.message() == line
        assert someone.dialog.form.findChild(NewsLabel).shown_line() == line
        wrong = line.partition(":")[0]
        assert someone.named(QLineEdit, wrong).property("wrong")

    def test_pressing_again_says_it_again(self, someone: Person) -> None:
        field = someone.type_in("Low", "abc")
        for _ in range(2):
            someone.qtbot.keyClick(field, RETURN)
            someone.click("Add")
            assert someone.message().endswith("got abc")
        assert someone.wanted == []

    def test_what_was_typed_stays_and_can_be_mended(self, someone: Person) -> None:
        field = someone.type_in("Low", "1e-4x")
        someone.qtbot.keyClick(field, RETURN)
        assert field.text() == "1e-4x"
        someone.qtbot.keyClick(field, Qt.Key.Key_Backspace)
        assert someone.message() == ""
        assert not field.property("wrong")
        someone.qtbot.keyClick(field, RETURN)
        assert someone.wanted == [(Breakpoint("gradient_rms", low=1e-4, high=10),)]

    def test_another_kind_takes_the_line_away(self, someone: Person) -> None:
        someone.enter("Low", "abc")
        someone.choose("Unit")
        assert someone.message() == ""

    def test_a_range_that_nothing_leaves_is_refused(self, someone: Person) -> None:
        someone.type_in("Low", "0")
        someone.enter("High", "")
        assert someone.message() == "High: expected a number where low is 0: no RMS leaves 0 to ∞"
        assert someone.wanted == []


class TestKeyboard:
    def test_tab_goes_through_the_rows_and_then_the_form(self, owner: Person) -> None:
        owner.dialog.show_breakpoints((*SET, Breakpoint("step", step=7)), LAYERS)
        owner.dialog.rows.rows[0].check.setFocus()
        visited = []
        for _ in range(13):
            focus = QApplication.focusWidget()
            assert focus is not None
            visited.append(focus.accessibleName() or getattr(focus, "text", str)())
            owner.qtbot.keyClick(focus, TAB)
        rows = [*WORDS, "Step 7 is reached"]
        assert visited == [
            *(name for words in rows for name in (words, f"Remove breakpoint: {words}")),
            *("Breakpoint when", "Layer", "Low", "High", "Add breakpoint"),
        ]

    def test_space_switches_and_the_focus_stays(self, owner: Person) -> None:
        check = owner.dialog.rows.rows[1].check
        check.setFocus()
        owner.qtbot.keyClick(check, Qt.Key.Key_Space)
        owner.qtbot.keyClick(check, Qt.Key.Key_Space)
        assert [wanted[1].enabled for wanted in owner.wanted] == [True, False]
        assert check.hasFocus()

    def test_removing_one_after_the_other_by_keys_ends_in_the_form(self, owner: Person) -> None:
        rows = owner.dialog.rows
        rows.rows[1].remove.setFocus()
        for left in ([WORDS[0], WORDS[2]], [WORDS[0]], []):
            focus = QApplication.focusWidget()
            assert focus is not None
            owner.qtbot.keyClick(focus, Qt.Key.Key_Space)
            assert owner.words() == left
        assert owner.dialog.form.kind.hasFocus()

    def test_return_in_a_choice_adds_and_in_the_list_does_not(self, owner: Person) -> None:
        owner.qtbot.keyClick(owner.dialog.rows.rows[0].check, RETURN)
        assert owner.wanted == []
        for focus in (owner.named(QComboBox, "Layer"), owner.named(QAbstractButton, "Add")):
            owner.choose("Unit" if isinstance(focus, QComboBox) else "Loss")
            focus.setFocus()
            owner.qtbot.keyClick(focus, RETURN)
        assert [len(wanted) for wanted in owner.wanted] == [4, 5]

    def test_escape_takes_typing_back_and_then_closes(self, someone: Person) -> None:
        field = someone.type_in("Low", "abc")
        someone.qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert (field.text(), someone.dialog.isVisible()) == ("1e−6", True)
        someone.qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert not someone.dialog.isVisible()
        assert someone.wanted == []


class TestLooks:
    @pytest.mark.parametrize("scale", [1.0, 1.6])
    @pytest.mark.parametrize("theme", ["dark", "light", "high_contrast"])
    def test_no_words_are_cut(
        self, qapp: QApplication, owner: Person, theme: str, scale: float
    ) -> None:
        apply_theme(qapp, theme, font_scale=scale)
        owner.dialog.show_breakpoints(SET, ["Output"])
        owner.qtbot.wait(1)
        inside = owner.dialog.rect()
        for kind in ("Gradient", "Unit", "Loss", "Step"):
            owner.choose(kind)
            owner.qtbot.wait(1)
            for widget in owner.dialog.findChildren(QWidget):
                if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton):
                    needed = 0 if isinstance(widget, NewsLabel) else widget.sizeHint().width()
                    assert widget.width() >= needed, widget
                    corner = widget.mapTo(owner.dialog, QPoint(0, 0))
                    assert inside.contains(widget.rect().translated(corner)), widget

    def test_the_dialog_does_not_block_the_window(self, someone: Person) -> None:
        assert not someone.dialog.isModal()
        assert someone.dialog.windowTitle() == "Breakpoints"
