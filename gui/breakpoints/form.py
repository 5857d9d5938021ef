"""The form that makes a breakpoint: its kind, and the fields that this kind needs.

Return in any of them adds, as the button does. What cannot be used is said in one line beneath and
nothing is added.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core import SpecError
from core.diagnosis.breakpoints import Breakpoint
from gui.breakpoints.fields import FormField, LimitField
from gui.controls.choice import Choice
from gui.status.line import NewsLabel
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.combo_box import ComboBox

KINDS = {
    "gradient_rms": "Gradient RMS of a layer leaves a range",
    "dead_unit": "Unit of a hidden layer dies",
    "loss_rise": "Loss rises above a multiple of its recent level",
    "step": "Step is reached",
}
FIELDS_OF = {
    "gradient_rms": ("layer", "low", "high"),
    "dead_unit": ("layer",),
    "loss_rise": ("factor",),
    "step": ("step",),
}
FIELD_PIXELS = {"layer": 96, "low": 96, "high": 96, "factor": 96, "step": 96}
LINE_PIXELS = 18


class BreakpointForm(QWidget):
    """Kind, fields and a button.

    Attributes:
        kind: the choice of the kind.
        layer: the choice of the layer, by number; 0 for any.
        low, high, factor, step: the numbers.
        add: the button.

    Signals:
        made: the breakpoint that the user wants to add.
    """

    made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Offer the first kind with usual values and no layer but any."""
        super().__init__(parent)
        self.setAccessibleName("Add a breakpoint")
        self._layer_names: tuple[str, ...] = ()
        self.kind = ComboBox(KINDS, name="Breakpoint when")
        self.layer = Choice({"0": "any"}, name="Layer")
        self.low = FormField(1e-6, name="Low")
        self.high = LimitField(10, name="High")
        self.high.setToolTip("Leave it empty for no upper limit")
        self.factor = FormField(2, name="Factor")
        self.step = FormField(100, name="Step", whole=True)
        self.add = QPushButton("Add")
        self.add.setAccessibleName("Add breakpoint")
        self.add.setToolTip("Add breakpoint: put it into the list (Return)")
        # The form itself hears Return: a default button would answer to it in the list as well.
        self.add.setAutoDefault(False)
        self._message = NewsLabel()
        self._message.setAccessibleName("What is wrong")
        self._labels: dict[str, QLabel] = {}
        self._fields: dict[str, QWidget] = {
            "layer": self.layer,
            "low": self.low,
            "high": self.high,
            "factor": self.factor,
            "step": self.step,
        }
        self._lay_out()
        for field in (self.low, self.high, self.factor, self.step):
            field.refused.connect(self.say)
            field.textEdited.connect(self._forget)
        self.kind.currentIndexChanged.connect(self._show_fields)
        self.add.clicked.connect(self.send)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._show_fields()

    def set_layers(self, names: Sequence[str]) -> None:
        """Offer these layers, layer 1 first and the output layer last."""
        if tuple(names) != self._layer_names:
            self._layer_names = tuple(names)
            self._offer_layers()

    def stops(self) -> list[QWidget]:
        """Return what takes the focus, in the order of the keyboard."""
        return [self.kind, *self._fields.values(), self.add]

    def message(self) -> str:
        """Return the line beneath the fields; empty if there is nothing to say."""
        return self._message.text()

    @Slot(str)
    def say(self, line: str) -> None:
        """Show ``line`` beneath the fields; empty for none."""
        self._message.set_line(line, "err", "warn")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Return in a field or choice do what the button does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.send()
        else:
            super().keyPressEvent(event)

    @Slot()
    def send(self) -> None:
        """Make the breakpoint that the form describes, or say why there is none."""
        try:
            made = self._described()
        except SpecError as error:
            field = self._fields[error.place]
            if isinstance(field, FormField):
                field.mark_wrong()
            # The core names the field as well, but in small letters.
            line = str(error)
            self.say(line[:1].upper() + line[1:])
        except ValueError as error:
            self.say(str(error))
        else:
            self.say("")
            self.made.emit(made)

    def _described(self) -> Breakpoint:
        layer = int(self.layer.selected_key())
        match self.kind.selected_key():
            case "gradient_rms":
                low, high = self.low.entered(), self.high.entered()
                return Breakpoint("gradient_rms", layer, low=low, high=high)
            case "dead_unit":
                return Breakpoint("dead_unit", layer)
            case "loss_rise":
                return Breakpoint("loss_rise", factor=self.factor.entered())
            case _:
                return Breakpoint("step", step=int(self.step.entered()))

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        for name, field in self._fields.items():
            label = with_role(QLabel(name.capitalize()), "facts")
            label.setBuddy(field)
            self._labels[name] = label
            self._row.addWidget(label)
            self._row.addWidget(field)
        self._row.addStretch(1)
        self._row.addWidget(self.add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.kind)
        self._column.addLayout(self._row)
        self._column.addWidget(self._message)

    def _offer_layers(self) -> None:
        chosen = self.layer.selected_key()
        names = self._layer_names
        if self.kind.selected_key() == "dead_unit":
            names = names[:-1]
        options = {"0": "any"} | {str(n): name for n, name in enumerate(names, start=1)}
        self.layer.set_options(options)
        self.layer.set_selected(chosen if chosen in options else "0")

    @Slot()
    def _show_fields(self) -> None:
        shown = FIELDS_OF[self.kind.selected_key()]
        for name, field in self._fields.items():
            self._labels[name].setVisible(name in shown)
            field.setVisible(name in shown)
        self._offer_layers()
        self._forget()

    @Slot()
    def _forget(self) -> None:
        self.say("")

    @Slot()
    def _restyle(self) -> None:
        for name, field in self._fields.items():
            field.setFixedWidth(scaled(FIELD_PIXELS[name]))
        self._row.setSpacing(scaled(8))
        self._column.setSpacing(scaled(8))
        # The line keeps its height while it is empty, so that nothing moves.
        self._message.setFixedHeight(scaled(LINE_PIXELS))
