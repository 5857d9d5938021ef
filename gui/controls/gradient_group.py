"""The group Gradient: in which numbers it is stored."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot
from gui.controls.choice import Choice
from gui.controls.names import GRADIENT_STORAGES
from gui.controls.technique_group import TechniqueGroup
from gui.numbers import format_setting
from gui.widgets.control_row import ControlRow
from gui.widgets.number_field import NumberField

LOSS_SCALES = (0.0, 1e12)
LABEL_PIXELS = 80


class GradientGroup(TechniqueGroup):
    """The way to a gradient.

    Attributes:
        storage, loss_scale: in which type gradients are kept, and what the loss is scaled by.
    """

    def __init__(self) -> None:
        """Make all rows."""
        super().__init__("Gradient", "Gradient: what is done to it before the update")
        self.storage = Choice(GRADIENT_STORAGES, name="Gradient storage")
        self.storage.setToolTip("Storage: the type of number in which gradients are kept")
        self.loss_scale = NumberField(*LOSS_SCALES, name="Loss scale")
        self.loss_scale.setToolTip(
            "Loss scale: factor of the loss in the backward pass, taken out again before the update"
        )
        self._scale = _row("Loss scale", self.loss_scale)
        for row in (_row("Storage", self.storage), self._scale):
            self.body.addWidget(row)
        self.loss_scale.refused.connect(self.refused)
        self.storage.selected.connect(self._on_storage)
        self.loss_scale.value_changed.connect(self._on_loss_scale)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the settings and the rows that they use."""
        training = snapshot.spec.training
        self.storage.set_selected(training.gradient_storage)
        self._scale.setVisible(training.gradient_storage != "same")
        self.loss_scale.set_value(training.loss_scale)

    def summary(self, snapshot: Snapshot) -> str:
        """Return what is not as usual."""
        training = snapshot.spec.training
        if training.gradient_storage == "same":
            return ""
        return f"{training.gradient_storage} × {format_setting(training.loss_scale)}"

    @Slot(str)
    def _on_storage(self, storage: str) -> None:
        self.change_requested.emit({"training": {"gradient_storage": storage}})

    @Slot(float)
    def _on_loss_scale(self, scale: float) -> None:
        self.change_requested.emit({"training": {"loss_scale": scale}})


def _row(text: str, *controls: QWidget) -> ControlRow:
    row = ControlRow(text, *controls, mark="live", label_width=LABEL_PIXELS)
    row.share_evenly()
    return row
