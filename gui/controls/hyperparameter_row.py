"""The numbers of the update rule at hand, in one row: as many fields as the rule has."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot

from core.spec import OptimizerSpec
from core.step.hyperparameters import effective_eps, effective_weight_decay
from gui.numbers import OFF, format_setting
from gui.theme import scaled, themes
from gui.widgets.control_row import LABEL_PIXELS, ControlRow
from gui.widgets.number_field import NumberField

NAMES = {
    "momentum": "Momentum",
    "dampening": "Dampening",
    "alpha": "Decay α of the squares",
    "beta1": "β₁",
    "beta2": "β₂",
    "weight_decay": "Weight decay",
}
# Per rule the label and its numbers; rules without numbers have no row.
RULES = {
    "momentum": ("μ, damping", ("momentum", "dampening")),
    "nesterov": ("Momentum", ("momentum",)),
    "rmsprop": ("Decay α", ("alpha",)),
    "adam": ("β₁, β₂", ("beta1", "beta2")),
    "adamw": ("β₁, β₂, λ", ("beta1", "beta2", "weight_decay")),
}
NARROW_LABEL_PIXELS = 64
HIGHEST = {"weight_decay": 1e6}
ZEROS = {"weight_decay": OFF}


class HyperparameterRow(ControlRow):
    """The fields of one rule; another rule shows other fields.

    Attributes:
        fields: the fields of all rules, by their keys in the specification.

    Signals:
        chosen: the key of a number and the value that the user wants.
        refused: one line about a typed number that was not taken.
    """

    chosen = Signal(str, float)
    refused = Signal(str)

    def __init__(self) -> None:
        """Make the fields of every rule, all hidden."""
        self.fields = {
            key: NumberField(0.0, HIGHEST.get(key, 1.0), name=name, zero=ZEROS.get(key, ""))
            for key, name in NAMES.items()
        }
        super().__init__("", *self.fields.values(), mark="live")
        self._visible: tuple[str, ...] = ()
        for index, (key, field) in enumerate(self.fields.items()):
            self._layout.setStretch(index + 1, 1)
            field.setObjectName(key)
            field.setAlignment(Qt.AlignmentFlag.AlignCenter)
            # Three fields beside each other leave the figures all the room.
            field.setTextMargins(-6, 0, -6, 0)
            field.setMinimumWidth(1)
            field.value_changed.connect(self._on_changed)
            field.refused.connect(self.refused)
        themes.changed.connect(self._set_label_width)

    def show_optimizer(self, optimizer: OptimizerSpec) -> None:
        """Show the fields of the rule and their numbers."""
        label, self._visible = RULES.get(optimizer.kind, ("", ()))
        self.setVisible(bool(self._visible))
        self.label.setText(label)
        self._set_label_width()
        eps = format_setting(effective_eps(optimizer))
        for key, field in self.fields.items():
            field.setVisible(key in self._visible)
            is_decay = key == "weight_decay"
            field.set_value(
                effective_weight_decay(optimizer) if is_decay else getattr(optimizer, key)
            )
            if not field.property("wrong"):
                field.setToolTip(f"{NAMES[key]} (ε is {eps})")

    @Slot(float)
    def _on_changed(self, value: float) -> None:
        self.chosen.emit(self.sender().objectName(), value)

    @Slot()
    def _set_label_width(self) -> None:
        is_narrow = len(self._visible) > 2
        self.label.setFixedWidth(scaled(NARROW_LABEL_PIXELS if is_narrow else LABEL_PIXELS))
