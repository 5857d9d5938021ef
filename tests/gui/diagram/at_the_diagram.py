"""Someone at a network panel alone: what it asks for is done by a trainer at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer, UserError
from core.training.editing import set_parameter
from core.training.layer_changes import change_units
from core.training.shares import ParameterPlace
from gui.diagram.targets import Bias, Edge
from gui.panels.network_panel import NetworkPanel


class AtTheDiagram:
    """A panel and the run that it shows.

    Attributes:
        panel, trainer: both.
        snapshot: what the panel shows.
        news: the lines that were refused.
    """

    def __init__(self, qtbot: QtBot, spec: dict[str, Any]) -> None:
        """Show the run of ``spec`` after a few steps."""
        self._qtbot = qtbot
        self.trainer = Trainer(ExperimentSpec.from_dict(spec))
        self.trainer.advance_steps(5)
        self.news: list[str] = []
        self.panel = NetworkPanel()
        qtbot.addWidget(self.panel)
        self.panel.parameter_requested.connect(self._set)
        self.panel.units_requested.connect(self._change_units)
        self.panel.refused.connect(self.news.append)
        self.panel.resize(644, 426)
        self.panel.show()
        with qtbot.waitActive(self.panel):
            self.panel.activateWindow()
        self.snapshot = self.trainer.snapshot()
        self.panel.show_snapshot(None, self.snapshot)

    def show(self) -> Snapshot:
        """Let the panel show what the run is now."""
        old, self.snapshot = self.snapshot, self.trainer.snapshot()
        self.panel.show_snapshot(old, self.snapshot)
        QApplication.processEvents()
        return self.snapshot

    def undo(self) -> Snapshot:
        self.trainer.undo()
        return self.show()

    def redo(self) -> Snapshot:
        self.trainer.redo()
        return self.show()

    def key(self, widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier | None = None) -> None:
        """Give ``widget`` the focus and press a key there."""
        widget.setFocus()
        self._qtbot.keyClick(widget, key, keys or Qt.KeyboardModifier.NoModifier)

    def find(self, name: str) -> QLineEdit | None:
        """Return the visible field called ``name``."""
        fields = self.panel.findChildren(QLineEdit)
        named = (field for field in fields if field.accessibleName() == name and field.isVisible())
        return next(named, None)

    def value(self, target: Edge | Bias) -> float:
        """Return the present value of a weight or bias."""
        layout, parameters = self.snapshot.layout, self.snapshot.parameters
        if isinstance(target, Bias):
            return float(layout.bias(parameters, target.layer)[target.unit])
        return float(layout.weights(parameters, target.layer)[target.unit, target.source])

    def _set(self, place: ParameterPlace, value: float, gesture: str) -> None:
        try:
            set_parameter(self.trainer, place, value, gesture)
        except UserError as error:
            self.news.append(str(error))
        self.show()

    def _change_units(self, layer: int, units: int) -> None:
        self.trainer.change(change_units(self.trainer.spec, layer - 1, units))
        self.show()
