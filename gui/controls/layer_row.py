"""One row of the network's section: a name, how many, and which activation."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel

from gui.controls.choice import Choice
from gui.controls.fold_label import FoldLabel
from gui.controls.names import ACTIVATIONS
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.control_row import ControlRow
from gui.widgets.stepper import Stepper

LABEL_PIXELS = 52
# Up to so many: the widths of name and stepper and the spacing, for two, three and four figures.
WIDTHS = ((99, 62, 66, 4), (999, 62, 72, 3), (9999, 60, 80, 1))


class LayerRow(ControlRow):
    """A stepper and a choice of activation behind a name.

    Attributes:
        fold: the name, by which more about the layer unfolds.
        stepper: the number.
        activation: the choice.

    Signals:
        count_chosen: the user wants another number; the row's index and the number.
        activation_chosen: the user wants another activation; the row's index and its key.
        refused: one line about a typed number that was not taken.
    """

    count_chosen = Signal(int, int)
    activation_chosen = Signal(int, str)
    refused = Signal(str)

    def __init__(
        self,
        text: str,
        index: int,
        count_name: str,
        activation_name: str,
        bounds: tuple[int, int],
        fold_words: str = "",
    ) -> None:
        """Count within ``bounds``; the names are read aloud, ``fold_words`` as what unfolds."""
        self.stepper = Stepper(count_name, *bounds)
        self.activation = with_role(Choice(ACTIVATIONS, name=activation_name), "tight")
        super().__init__(text, self.stepper, self.activation, label_width=LABEL_PIXELS)
        self._index = index
        self.fold = FoldLabel(text, fold_words)
        self._layout.replaceWidget(self.label, self.fold)
        self.label.hide()
        self._layout.setStretch(1, 0)
        self._layout.setStretch(2, 1)
        self.stepper.value_changed.connect(self._on_count)
        self.stepper.refused.connect(self.refused)
        self.activation.selected.connect(self._on_activation)
        themes.changed.connect(self._set_widths)
        self._set_widths()

    def show_layer(self, count: int, activation: str | None) -> None:
        """Show both without a signal; ``activation`` None where there is no common one."""
        self.stepper.set_value(count)
        self.activation.set_selected(activation)
        self._set_widths()

    @Slot(int)
    def _on_count(self, count: int) -> None:
        self._set_widths()
        self.count_chosen.emit(self._index, count)

    @Slot(str)
    def _on_activation(self, activation: str) -> None:
        self.activation_chosen.emit(self._index, activation)

    @Slot()
    def _set_widths(self) -> None:
        count = self.stepper.value()
        name, stepper, spacing = next(widths for most, *widths in WIDTHS if count <= most)
        self.fold.setFixedWidth(scaled(name))
        self.stepper.setFixedWidth(scaled(stepper))
        self._layout.setSpacing(scaled(spacing))


class FoldedRow(LayerRow):
    """The row that stands for the units of all hidden layers."""

    def __init__(self, bounds: tuple[int, int]) -> None:
        """Count within ``bounds``."""
        super().__init__("Units", 0, "Units of every hidden layer", "", bounds)
        self._hint = with_role(QLabel(), "caption")
        self._layout.addWidget(self._hint, 1)
        self.activation.hide()

    def show_units(self, widths: set[int]) -> None:
        """Show the common width, or the largest of several."""
        self.stepper.set_value(max(widths))
        self._hint.setText("in each" if len(widths) == 1 else "at most")
        self._set_widths()
