"""The card "Output": the output map for data in the plane, with the choice of points above it.

Of a regression a scatter of predicted against true values can take the map's place. For other data
it says in one line why there is no map and where to look instead.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from core.training.points import PointEdit, can_edit
from core.training.snapshot import Snapshot
from gui.maps.output_map import LEFT, OutputMap
from gui.maps.picture import output_scale, shows_classes
from gui.maps.point_tool import PointTool
from gui.numbers import format_count, format_setting
from gui.samples.scatter import Scatter
from gui.snapshot_card import SnapshotCard
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.combo_box import ComboBox
from gui.widgets.icon_button import IconButton

EDIT_WORDS = "Click on the map to add points of a class, or to erase them."
AREA_WORDS = "Show which class is predicted where, in flat areas instead of shades."
SCATTER_WORDS = "Show predicted against true values, with R², in the place of the map."
CHOICES = {"train": "Train points", "test": "Test points", "both": "Both"}


class OutputPanel(SnapshotCard):
    """What the network answers all over the square, and the samples in it.

    Attributes:
        map: the painted map.
        scatter: what can take its place.
        discretize, compare: the switches to flat areas, and to the scatter.
        edit: the switch between looking at points and editing them.
        tool: what a click adds, there while points are edited.

    Signals:
        sample_chosen: split ("train" or "test") and row of the point that the user chose.
        points_chosen: "train", "test" or "both".
        edit_requested: a ``PointEdit`` that the user wants, and the stroke it belongs to.
    """

    sample_chosen = Signal(str, int)
    points_chosen = Signal(str)
    edit_requested = Signal(object, str)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Output")
        # A list, since the tabs of the right column take most of the header.
        self._choice = ComboBox(CHOICES, name="Points")
        self._choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.add_control(self._choice)
        self.map = OutputMap()
        self._reading = with_role(QLabel(), "caption")
        self._reading.setAccessibleName("Value at the pointer")
        self.edit = IconButton("brush", "Edit points", size=24)
        self.edit.setToolTip(f"Edit points\n{EDIT_WORDS}")
        self.edit.setAccessibleDescription(EDIT_WORDS)
        self.edit.setCheckable(True)
        self.scatter = Scatter()
        self.discretize = IconButton("areas", "Discretize", size=24)
        self.compare = IconButton("scatter", "Predicted against true", size=24)
        for button, words in ((self.discretize, AREA_WORDS), (self.compare, SCATTER_WORDS)):
            button.setToolTip(f"{button.accessibleName()}\n{words}")
            button.setAccessibleDescription(words)
            button.setCheckable(True)
        self.tool = PointTool()
        self.tool.hide()
        self._reason = with_role(QLabel(), "caption")
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reason.setWordWrap(True)

        with_map = QWidget()
        column = QVBoxLayout(with_map)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._pictures = QStackedLayout()
        self._pictures.addWidget(self.map)
        self._pictures.addWidget(self.scatter)
        column.addLayout(self._pictures, 1)
        column.addWidget(self.tool)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._reading, 1)
        self._foot.addWidget(self.discretize)
        self._foot.addWidget(self.compare)
        self._foot.addWidget(self.edit)
        column.addLayout(self._foot)
        self._stack = QStackedLayout()
        self._stack.addWidget(with_map)
        self._stack.addWidget(self._reason)
        self.body.addLayout(self._stack)

        self._choice.selected.connect(self.choose_points)
        self.map.sample_chosen.connect(self.sample_chosen)
        self.map.pointed.connect(self._on_pointed)
        self.map.edit_wanted.connect(self._on_edit)
        self.scatter.pointed.connect(self._on_pointed)
        self.scatter.row_chosen.connect(self._on_row_chosen)
        self.discretize.toggled.connect(self.map.set_discretized)
        self.compare.toggled.connect(self._set_compared)
        self.edit.toggled.connect(self._set_edited)
        themes.changed.connect(self._place_lines)
        self._place_lines()
        self._on_pointed("")

    def reading(self) -> str:
        """Return the line beneath the map."""
        return self._reading.text()

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the map of ``new``, or why there is none."""
        if old is None or old.dataset is not new.dataset:
            self._reason.setText(_why_no_map(new))
            self._stack.setCurrentIndex(0 if new.maps is not None else 1)
            if new.maps is None or new.test_targets is None:
                self._choice.set_selected("train")
                self.map.set_points("train")
            self.tool.show_labels(new)
        if old is None or old.dataset is not new.dataset or old.task != new.task:
            self._offer(new)
        if new.maps is not None:
            self.map.show_snapshot(new)
            if self.compare.isChecked():
                self.scatter.show_snapshot(new)

    def describe(self, shown: Snapshot) -> str:
        """Return what the map shows, or why there is none."""
        if shown.maps is None:
            return _why_no_map(shown)
        if self.compare.isChecked():
            return self.scatter.in_words()
        scale = output_scale(shown)
        what = "the output" + f" from {format_setting(scale.low)} to {format_setting(scale.high)}"
        what = "the winning class" if shows_classes(shown) else what
        step = format_count(shown.maps.step)
        points = self.map.shown_points()
        count = format_count(0 if points is None else len(points.row))
        return f"Map of {what} over the square −6 to 6 at step {step}, with {count} points"

    def _offer(self, shown: Snapshot) -> None:
        """Show the controls that these data and this picture of them have a use for."""
        is_regression = shown.task == "regression"
        self.discretize.setVisible(not is_regression)
        self.compare.setVisible(is_regression)
        if not is_regression:
            self.compare.setChecked(False)
        is_map = not self.compare.isChecked()
        self._choice.setVisible(
            is_map and shown.maps is not None and shown.test_targets is not None
        )
        is_editable = is_map and can_edit(shown.spec, shown.dataset)
        self.edit.setVisible(is_editable)
        if not is_editable:
            self.edit.setChecked(False)

    @Slot(bool)
    def _set_compared(self, is_compared: bool) -> None:
        """Show the scatter in the map's place, or the map again."""
        self._pictures.setCurrentIndex(1 if is_compared else 0)
        if self._shown is None:
            return
        if is_compared:
            self.scatter.show_snapshot(self._shown)
        self._offer(self._shown)
        self._on_pointed("")

    @Slot(int)
    def _on_row_chosen(self, row: int) -> None:
        if self._shown is not None:
            self.sample_chosen.emit(self._shown.predictions.split, row)

    def points(self) -> str:
        """Return which points are drawn."""
        return self._choice.selected_key()

    @Slot(str)
    def choose_points(self, choice: str) -> None:
        """Draw others of CHOICES."""
        self._choice.set_selected(choice)
        self.map.set_points(choice)
        self._on_pointed("")
        self.points_chosen.emit(choice)

    @Slot(bool)
    def _set_edited(self, is_edited: bool) -> None:
        self.tool.setVisible(is_edited)
        self.map.set_edited(is_edited)
        self._on_pointed("")

    @Slot(float, float, bool, str)
    def _on_edit(self, x1: float, x2: float, erases: bool, stroke: str) -> None:
        label = None if erases else self.tool.label
        split = self._choice.selected_key()
        if label is not None and split == "both":
            split = "train"
        edit = PointEdit(x1, x2, label, split, self.map.reach())
        self.edit_requested.emit(edit, stroke)

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        words = reading or self._hint()
        if words != self._reading.text():
            self._reading.setText(words)

    def _hint(self) -> str:
        """Return what the line says while nothing is pointed at."""
        maps = self._shown.maps if self._shown is not None else None
        if self.compare.isChecked():
            outside = self.scatter.outside()
            return self.scatter.facts() + (f" · {outside} beyond the axis" if outside else "")
        if maps is not None and not np.isfinite(maps.output).all():
            return "NaN or infinite outputs have no colour"
        if self.edit.isChecked():
            return "click adds, right click erases; Return, Delete"
        if self._choice.selected_key() != "both" or self._shown is None:
            return "point at the map to read it, click a sample"
        if self._shown.task == "regression":
            return "large: training points; small: test points"
        return "filled: training points; hollow: test points"

    @Slot()
    def _place_lines(self) -> None:
        self._reading.setContentsMargins(scaled(LEFT), 0, 0, 0)
        self._reading.setFixedHeight(scaled(24))
        self._foot.setContentsMargins(0, 0, scaled(8), scaled(4))
        self._foot.setSpacing(0)
        self._reason.setContentsMargins(scaled(16), 0, scaled(16), 0)


def _why_no_map(snapshot: Snapshot) -> str:
    if snapshot.maps is not None:
        return ""
    count = snapshot.dataset.input_count
    if count == 2:
        return "No map: the inputs reach beyond −6 to 6. The Samples tab shows predictions."
    inputs = "1 input" if count == 1 else f"{format_count(count)} inputs"
    return f"No map: {inputs}. The Samples tab shows predictions."
