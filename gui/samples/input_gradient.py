"""What the loss of the sample in view does when its inputs move: a tinted picture, or bars."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.training.snapshot import Snapshot
from gui.controls.column_scroll import ColumnScroll
from gui.diagram.names import input_name
from gui.numbers import format_count, format_value
from gui.samples.feature_bars import FeatureBars
from gui.samples.tinted_picture import TintedPicture
from gui.samples.view import SampleView
from gui.theme import scaled, themes
from gui.widgets.check_box import CheckBox

MOST_NAMED = 5
TINT_WORDS = "Colour each pixel by how the loss changes with it; the scale stands below."


class InputGradientView(SampleView):
    """∂L/∂x of the probe.

    Attributes:
        picture, bars: what data that are pictures and other data show.
        tint: whether the picture is tinted.
    """

    steps_rows = True

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.picture, self.bars = TintedPicture(), FeatureBars()
        self.tint = CheckBox("Tint by ∂L/∂x")
        self.tint.setToolTip(f"Tint by ∂L/∂x\n{TINT_WORDS}")
        self.tint.setAccessibleDescription(TINT_WORDS)
        self.tint.setChecked(True)
        with_tint = QWidget()
        column = QVBoxLayout(with_tint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        self._row = QHBoxLayout()
        self._row.addWidget(self.tint)
        self._row.addStretch(1)
        column.addLayout(self._row)
        self.bars.setObjectName("contents")
        scroll = ColumnScroll(self.bars)
        # The arrows scroll it.
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName("Gradient of the loss by input")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(with_tint)
        self._stack.addWidget(scroll)
        self.tint.toggled.connect(self.picture.set_tinted)
        self.picture.pointed.connect(self.pointed)
        themes.changed.connect(self._place)
        self._place()

    def show_snapshot(self, new: Snapshot) -> None:
        """Show the probe of ``new``."""
        self.snapshot = new
        is_picture = new.dataset.image_shape is not None
        self._stack.setCurrentIndex(0 if is_picture else 1)
        if is_picture:
            self.picture.show_probe(new.probe)
        else:
            self.bars.show_snapshot(new)

    def hint(self) -> str:
        """Return how colours and signs are read."""
        if self.snapshot is not None and self.snapshot.dataset.image_shape is not None:
            return "blue +: L rises with the pixel; orange −: it falls"
        return "x as the network sees it; right, blue: L rises"

    def facts(self) -> str:
        """Return which row it is and what its loss is."""
        if self.snapshot is None:
            return ""
        probe = self.snapshot.probe
        split = "test" if probe.split == "test" else "training"
        words = f"{split} row {format_count(probe.row + 1)}"
        if probe.saliency is None:
            return words
        return f"{words}, loss {format_value(probe.saliency.loss)}"

    def in_words(self) -> str:
        """Return the row and the inputs with the largest gradients."""
        if self.snapshot is None or self.snapshot.probe.saliency is None:
            return self.facts()
        gradient = self.snapshot.probe.saliency.gradient
        order = abs(gradient).argsort()[::-1][:MOST_NAMED]
        named = [f"{self._name(i)} {format_value(float(gradient[i]))}" for i in order.tolist()]
        return f"{self.facts()}. Largest ∂L/∂x: {', '.join(named)}"

    def _name(self, place: int) -> str:
        assert self.snapshot is not None
        shape = self.snapshot.dataset.image_shape
        if shape is None:
            return input_name(self.snapshot.dataset.feature_names[place])
        row, column = divmod(place, shape[1])
        return f"pixel {row + 1}, {column + 1}"

    @Slot()
    def _place(self) -> None:
        self._row.setContentsMargins(scaled(13), 0, scaled(13), scaled(4))
