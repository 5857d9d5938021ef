"""Someone at the column of controls alone, beside a trainer that obeys it."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.presets import load_preset
from gui.panels.controls_panel import ControlsPanel
from gui.theme import undressed
from gui.widgets.slider import Slider
from gui.widgets.stepper import Stepper

LEFT = Qt.MouseButton.LeftButton
# What is left of a window 800 high for the column.
ROOM = 702
W = TypeVar("W", bound=QWidget)


class Column:
    """A panel, and a run that does what it asks for.

    Attributes:
        panel: the controls.
        trainer: the run.
        news: why an entry was refused or did not fit last, empty before the first.
    """

    def __init__(self, qtbot: QtBot, spec: ExperimentSpec) -> None:
        self._qtbot = qtbot
        self._wishes: list[tuple[dict[str, Any], str]] = []
        self.news = ""
        self.trainer = Trainer(spec)
        with undressed():
            self.panel = ControlsPanel()
        qtbot.addWidget(self.panel)
        self.panel.resize(self.panel.width(), ROOM)
        self.panel.show()
        self.panel.change_requested.connect(self._note_wish)
        self.panel.refused.connect(self._note_refusal)
        self.panel.misfit.connect(lambda _, reason: self._note_refusal(reason))
        self.settle()

    @property
    def scroll(self) -> QScrollArea:
        area = self.panel.findChild(QScrollArea)
        assert isinstance(area, QScrollArea)
        return area

    def settle(self) -> Snapshot:
        """Carry out all that was asked for, show the result, and return it."""
        for changes, gesture in self._wishes:
            self.trainer.change(changes, gesture)
        self._wishes.clear()
        snapshot = self.trainer.snapshot()
        self.panel.show_snapshot(None, snapshot)
        QApplication.processEvents()
        return snapshot

    @property
    def spec(self) -> ExperimentSpec:
        return self.settle().spec

    @property
    def undo_title(self) -> str:
        return self.settle().undo

    def undo(self) -> ExperimentSpec:
        self.settle()
        self.trainer.undo()
        return self.settle().spec

    def step(self, count: int = 1) -> Snapshot:
        self.trainer.advance_steps(count)
        return self.settle()

    def press(self, name: str) -> None:
        """Click the visible button called ``name``."""
        self.click(self.find(QAbstractButton, name))
        QApplication.processEvents()

    def click(self, widget: QWidget) -> None:
        self._qtbot.mouseClick(widget, LEFT)

    def key(self, widget: QWidget, key: Qt.Key) -> None:
        widget.setFocus()
        self._qtbot.keyClick(widget, key)

    def enter(self, name: str, text: str) -> None:
        """Type ``text`` and Return into the field called ``name``."""
        field = self.find(QLineEdit, name)
        field.setFocus()
        field.selectAll()
        self._qtbot.keyClicks(field, text)
        self._qtbot.keyClick(field, Qt.Key.Key_Return)

    def choose(self, name: str, words: str) -> None:
        """Choose from the box called ``name`` by typing the first letters of an option."""
        box = self.find(QComboBox, name)
        box.setFocus()
        self._qtbot.keyClicks(box, words)
        assert box.currentText().startswith(words), box.currentText()

    def find(self, kind: type[W], name: str) -> W:
        found = [w for w in self.panel.findChildren(kind) if w.accessibleName() == name]
        (widget,) = [w for w in found if w.isVisible()]
        return widget

    def _note_wish(self, changes: dict[str, Any]) -> None:
        self._wishes.append((changes, self.panel.gesture))

    def _note_refusal(self, line: str) -> None:
        self.news = line


def column_on(qtbot: QtBot, preset: str, changes: dict[str, Any], *unfold: str) -> Column:
    """Return a column over ``preset`` with ``changes``, the buttons ``unfold`` pressed."""
    column = Column(qtbot, load_preset(preset).with_changes(changes))
    for name in unfold:
        column.press(name)
    return column


def check_controls(part: QWidget, least: int) -> None:
    """Hold at least so many visible controls to names, tooltips and stops of the Tab key."""
    controls = [
        control
        for kind in (QAbstractButton, QLineEdit, QComboBox, Slider)
        for control in part.findChildren(kind)
        if control.isVisible()
    ]
    assert len(controls) >= least
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        # The buttons of a stepper have keys of its number.
        if not isinstance(control.parentWidget(), Stepper):
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
