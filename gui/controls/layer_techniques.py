"""What a layer has beside units and activation: normalization, dropout, and a way round it.

The rows stand folded under the layer's own row; what is on is said there in one line meanwhile.
The same rows without the last one set all hidden layers together.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.spec import LayerSpec
from gui.controls.choice import Choice
from gui.controls.names import NORMALIZATIONS
from gui.numbers import OFF, format_setting
from gui.widgets.check_box import CheckBox
from gui.widgets.control_row import ControlRow
from gui.widgets.labeled_slider import LabeledSlider, linear_stops
from gui.widgets.paragraph import Paragraph

DROPOUTS = linear_stops(0.0, 0.9, 0.05)
VALUE_PIXELS = 30


class LayerTechniques(QWidget):
    """The rows of one layer, or of all hidden ones.

    Attributes:
        normalization, dropout, residual: the controls; rows that do not apply are never shown.

    Signals:
        normalization_chosen, dropout_chosen, residual_chosen: what the user wants, behind the row's
            index.
    """

    normalization_chosen = Signal(int, str)
    dropout_chosen = Signal(int, float)
    residual_chosen = Signal(int, bool)

    def __init__(self, whose: str, index: int, parts: Sequence[str]) -> None:
        """Make the rows ``parts``, folded; ``whose`` layer it is, such as ``hidden 1``, is read."""
        super().__init__()
        self._index = index
        self._is_open = False
        self.normalization = Choice(NORMALIZATIONS, name=f"Normalization of {whose}")
        self.normalization.setToolTip(
            "Normalization: z is centred and scaled over the batch or over the layer's units"
        )
        self.dropout = LabeledSlider(
            "Dropout", DROPOUTS, mark="live", words=_share_in_words, value_width=VALUE_PIXELS
        )
        self.dropout.slider.setAccessibleName(f"Dropout of {whose}")
        self.dropout.slider.setToolTip("Dropout: share of units left out at random at every step")
        self.residual = CheckBox("adds its input")
        self.residual.setAccessibleName(f"Residual of {whose}")
        self.residual.setToolTip(
            "Residual: the layer's input is added to its output; both need the same width"
        )
        self._rows = {
            "normalization": ControlRow("Normalization", self.normalization, mark="live"),
            "dropout": self.dropout,
            "residual": ControlRow("Residual", self.residual, mark="live"),
        }
        self._parts = parts
        self._line = Paragraph("heading")
        self._line.setAccessibleName(f"On in {whose}")
        self._line.set_words("")
        self._summary = ""
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(0)
        for row in (*self._rows.values(), self._line):
            self._layout.addWidget(row)
        self.normalization.selected.connect(self._on_normalization)
        self.dropout.value_changed.connect(self._on_dropout)
        self.residual.clicked.connect(self._on_residual)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.set_open(False)

    def line(self) -> str:
        """Return what is said while the rows are folded; empty where nothing is on."""
        return self._line.text()

    @Slot(bool)
    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the rows."""
        self._is_open = is_open
        for part, row in self._rows.items():
            row.setVisible(is_open and part in self._parts)
        self._line.set_words("" if is_open else self._summary)

    def show_layers(self, layers: Sequence[LayerSpec], *, says: bool = True) -> None:
        """Show what ``layers`` have in common, and if it ``says`` so, one line of what is on."""
        kinds = {layer.normalization for layer in layers} or {"none"}
        shares = {layer.dropout for layer in layers} or {0.0}
        self.normalization.set_selected(kinds.pop() if len(kinds) == 1 else None)
        self.dropout.set_value(max(shares))
        self.residual.setChecked(bool(layers) and all(layer.residual for layer in layers))
        self._summary = _in_words(layers) if says else ""
        self.set_open(self._is_open)

    @Slot(str)
    def _on_normalization(self, kind: str) -> None:
        self.normalization_chosen.emit(self._index, kind)

    @Slot(float)
    def _on_dropout(self, share: float) -> None:
        self.dropout_chosen.emit(self._index, share)

    @Slot(bool)
    def _on_residual(self, is_on: bool) -> None:
        self.residual_chosen.emit(self._index, is_on)


def _share_in_words(share: float) -> str:
    return format_setting(share) if share else OFF


def _in_words(layers: Sequence[LayerSpec]) -> str:
    """Return what is on: of one layer what it has, of several what some of them have."""
    words = [
        f"{name} norm"
        for key, name in NORMALIZATIONS.items()
        if key != "none" and any(layer.normalization == key for layer in layers)
    ]
    shares = sorted({layer.dropout for layer in layers})
    if shares and shares[-1]:
        up_to = "" if len(shares) == 1 else "up to "
        words.append(f"dropout {up_to}{format_setting(shares[-1])}")
    if any(layer.residual for layer in layers):
        words.append("residual")
    return ", ".join(words)
