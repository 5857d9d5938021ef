"""The card "Samples": rows of the data with what the network answers to them.

Pictures come as a grid, other data as a table. The order of rows stands still while the network
trains; the filter "Errors" is renewed at a pace that can be read. In the place of the rows stand
on request the sample in view with dL/dx or the goodness of its labels, the weights of the first
layer, or a scatter plot.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout

from core.training.snapshot import Snapshot
from gui.description import Pace
from gui.numbers import format_count
from gui.samples.facts import split_word, summary, wrong_rows
from gui.samples.feature_table import FeatureTable
from gui.samples.input_gradient import InputGradientView
from gui.samples.label_goodness import LabelGoodness
from gui.samples.page import SamplePage
from gui.samples.picture_grid import PictureGrid
from gui.samples.scatter import Scatter
from gui.samples.view import SampleView
from gui.samples.weight_pictures import WeightPictures
from gui.snapshot_card import SnapshotCard
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.arrow_button import ArrowButton
from gui.widgets.combo_box import ComboBox

# Margins and arrows beside the foot's lines.
FOOT_BESIDE = 13 + 8 + 2 * 28
CHOICES = {
    "all": "All",
    "errors": "Errors",
    "scatter": "Scatter",
    "gradient": "∂L/∂x",
    "weights": "Weights",
    "goodness": "Goodness",
}
SENTENCES = {
    "all": "All rows, with what the network answers",
    "errors": "The rows whose class is predicted wrongly",
    "scatter": "Predicted against true values, and R²",
    "gradient": "How the loss of the sample in view changes with each of its inputs",
    "weights": "The weights of the first layer as pictures, one for each unit",
    "goodness": "How much goodness the sample in view has with each label",
}


class SamplesPanel(SnapshotCard):
    """Samples and predictions, a page at a time.

    Attributes:
        choice: what is shown, a key of ``CHOICES``.
        views: what stands in the place of the rows, by the same keys.

    Signals:
        sample_chosen: split ("train" or "test") and row of the sample that the user chose.
        saliency_wanted: whether dL/dx of the sample in view can be seen now.
    """

    sample_chosen = Signal(str, int)
    saliency_wanted = Signal(bool)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Samples")
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._sort_pace = Pace()
        self._first = 0
        self._selected = -1

        # A list, since the tabs of the right column take most of the header.
        self.choice = ComboBox(CHOICES, name="Samples show")
        self.choice.setToolTip("What the samples show")
        self.choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.add_control(self.choice)
        self._wants_saliency = False
        self._grid, self._table = PictureGrid(), FeatureTable()
        self._nothing = with_role(QLabel(), "caption")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self.views: dict[str, SampleView] = {
            "gradient": InputGradientView(),
            "weights": WeightPictures(),
            "scatter": Scatter(),
            "goodness": LabelGoodness(),
        }
        for view in (self._grid, self._table, self._nothing, *self.views.values()):
            self._stack.addWidget(view)
        self._key = with_role(QLabel(), "caption")
        self._range = with_role(QLabel(), "caption")
        self._back = ArrowButton("‹", "Previous rows (Page Up)")
        self._on = ArrowButton("›", "Next rows (Page Down)")
        self.body.addLayout(self._stack, 1)
        self._foot = self._make_foot()
        self.body.addLayout(self._foot)

        self.choice.selected.connect(self._on_choice)
        for view in self.views.values():
            view.pointed.connect(self._write_key)
            view.row_chosen.connect(self._choose)
        self._back.clicked.connect(self._on_back)
        self._on.clicked.connect(self._on_forward)
        for page in (self._grid, self._table):
            page.row_chosen.connect(self._choose)
            page.moved.connect(self._on_moved)
            page.paged.connect(self._on_paged)
            page.capacity_changed.connect(self._show_page)
        themes.changed.connect(self._place_foot)
        self._place_foot()

    def page_rows(self) -> list[int]:
        """Return the rows on the page."""
        return [int(row) for row in self._view().rows] if len(self._order) else []

    def selected_row(self) -> int:
        """Return the chosen row, -1 where it belongs to the other split."""
        return self._selected

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the predictions in ``new`` for the rows on the page."""
        if old is None or old.dataset is not new.dataset:
            self._first = 0
        if old is None or self._offered(old) != self._offered(new):
            self._offer(self._offered(new))
        rebuilt = old is None or old.structure != new.structure
        if self._sort_pace.is_due(new) or rebuilt:
            self._sort()
        probe = new.probe
        if old is None or (old.probe.split, old.probe.row) != (probe.split, probe.row):
            self._selected = probe.row if probe.split == new.predictions.split else -1
        self._show_page()

    def describe(self, shown: Snapshot) -> str:
        """Return the page as text."""
        view = self._own_view()
        if view is not None:
            return view.in_words()
        return f"{summary(shown)}. {self._range.text()}: {self._view().in_words()}"

    # ------------------------------------------------------------------ what is shown

    def _offered(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return what can be shown of these data."""
        has_class = snapshot.predictions.predicted is not None
        is_picture = snapshot.dataset.image_shape is not None
        rows = ("all", "errors") if has_class else ("all", "scatter")
        own = ("goodness",) if snapshot.probe.goodness is not None else ()
        return (*rows, "gradient", *("weights",) * is_picture, *own)

    def _offer(self, keys: tuple[str, ...]) -> None:
        before = self.choice.selected_key()
        self.choice.clear()
        for key in keys:
            self.choice.addItem(CHOICES[key], key)
            sentence = SENTENCES[key]
            self.choice.setItemData(self.choice.count() - 1, sentence, Qt.ItemDataRole.ToolTipRole)
        self.choice.set_selected(before if before in keys else "all")
        self._key.clear()
        self._tell_saliency()

    def _own_view(self) -> SampleView | None:
        """Return what stands in the place of the rows, None for the rows themselves."""
        return self.views.get(self.choice.selected_key())

    def _sort(self) -> None:
        """Find the rows that the filter lets through."""
        if self._shown is None:
            return
        predictions = self._shown.predictions
        if self.choice.selected_key() == "errors" and predictions.predicted is not None:
            self._order = wrong_rows(predictions)
        else:
            self._order = np.arange(len(predictions.outputs))

    def _view(self) -> SamplePage:
        shown = self._shown
        is_picture = shown is not None and shown.dataset.image_shape is not None
        has_class = shown is not None and shown.predictions.predicted is not None
        return self._grid if is_picture and has_class else self._table

    @Slot()
    def _show_page(self) -> None:
        """Show the page that begins at or before the first sample on show."""
        shown, view = self._shown, self._view()
        if shown is None:
            return
        own = self._own_view()
        if own is not None:
            own.show_snapshot(shown)
            self._stack.setCurrentWidget(own)
            self._write_own_foot(own)
            return
        capacity = view.capacity()
        last = max(0, len(self._order) - 1)
        self._first = min(self._first, last) // capacity * capacity
        view.show_page(shown, self._order[self._first : self._first + capacity], self._selected)
        self._stack.setCurrentWidget(view if len(self._order) else self._nothing)
        self._write_foot(shown, view)

    def _write_foot(self, shown: Snapshot, view: SamplePage) -> None:
        count = len(self._order)
        what = "errors" if self.choice.selected_key() == "errors" else "rows"
        is_classification = shown.predictions.predicted is not None
        # The header has no room for it beside the tabs of the right column.
        words = f"{summary(shown)} · " if is_classification else ""
        words += f"{split_word(shown)} {what}"
        self._nothing.setText(f"No errors among the {split_word(shown)} rows.")
        if count:
            end = self._first + len(view.rows)
            words += f" {format_count(self._first + 1)} to {format_count(end)}"
            words += f" of {format_count(count)}"
        key = ""
        if is_classification:
            long, short = "predicted, confidence; red: predicted ≠ truth", "red: predicted ≠ truth"
            room = self.width() - scaled(FOOT_BESIDE)
            key = long if self._key.fontMetrics().horizontalAdvance(long) <= room else short
        if view is self._table:
            hidden = self._table.hidden_features()
            key = "red: predicted ≠ truth" if key else "error: prediction − target"
            if shown.spec.data.standardize_target and not is_classification:
                key += ", in standard deviations"
            key += f"; {format_count(hidden)} more input{'s' * (hidden > 1)}" if hidden else ""
        _set_text(self._range, words)
        _set_text(self._key, key)
        self._set_arrows("rows", self._first > 0, self._first + len(view.rows) < count)

    def _write_own_foot(self, view: SampleView) -> None:
        _set_text(self._range, view.facts())
        if not self._key.text():
            self._write_key("")
        place, count = self._place_of_selected(), len(self._order)
        self._set_arrows("sample", place > 0, place < count - 1, is_shown=view.steps_rows)

    @Slot(str)
    def _write_key(self, reading: str) -> None:
        """Write what is read in a view, or how the view is read."""
        view = self._own_view()
        if view is not None:
            _set_text(self._key, reading or view.hint())

    def _set_arrows(self, what: str, back: bool, on: bool, *, is_shown: bool = True) -> None:
        keys = (" (Page Up)", " (Page Down)") if what == "rows" else ("", "")
        for button, word, key, is_enabled in (
            (self._back, "Previous", keys[0], back),
            (self._on, "Next", keys[1], on),
        ):
            words = f"{word} {what}{key}"
            if button.accessibleName() != words:
                button.setToolTip(words)
                button.setAccessibleName(words)
            button.setVisible(is_shown)
            button.setEnabled(is_enabled)

    def _place_of_selected(self) -> int:
        places = np.flatnonzero(self._order == self._selected)
        return int(places[0]) if len(places) else -1

    # ------------------------------------------------------------------ what the user does

    @Slot(int)
    def _choose(self, row: int) -> None:
        if self._shown is not None and row != self._selected:
            self._selected = row
            self._show_page()
            self.sample_chosen.emit(self._shown.predictions.split, row)

    @Slot(int)
    def _on_moved(self, by: int) -> None:
        """Choose the sample ``by`` places on, on another page if need be."""
        if not len(self._order):
            return
        place = self._place_of_selected()
        place = place + by if place >= 0 else self._first
        if 0 <= place < len(self._order):
            self._first = place
            self._choose(int(self._order[place]))

    @Slot(int)
    def _on_paged(self, by: int) -> None:
        first = self._first + by * self._view().capacity()
        if 0 <= first < len(self._order):
            self._first = first
            self._show_page()

    @Slot()
    def _on_back(self) -> None:
        self._turn(-1)

    @Slot()
    def _on_forward(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        """Go a page on, or a sample where one sample is shown."""
        if self._own_view() is None:
            self._on_paged(by)
        else:
            self._on_moved(by)

    def choose(self, key: str) -> None:
        """Show another of CHOICES."""
        self.choice.set_selected(key)
        self._on_choice()

    @Slot()
    def _on_choice(self) -> None:
        self._first = 0
        self._key.clear()
        self._sort()
        self._show_page()
        self._tell_saliency()

    def showEvent(self, event: QShowEvent) -> None:
        """Want again what is costly."""
        super().showEvent(event)
        self._tell_saliency()

    def hideEvent(self, event: QHideEvent) -> None:
        """Want nothing costly that cannot be seen."""
        super().hideEvent(event)
        self._tell_saliency()

    def _tell_saliency(self) -> None:
        wants = self.isVisible() and self.choice.selected_key() == "gradient"
        if wants != self._wants_saliency:
            self._wants_saliency = wants
            self.saliency_wanted.emit(wants)

    # ------------------------------------------------------------------ looks

    def _make_foot(self) -> QHBoxLayout:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._key)
        texts.addWidget(self._range)
        foot = QHBoxLayout()
        foot.setSpacing(0)
        foot.addLayout(texts, 1)
        foot.addWidget(self._back)
        foot.addWidget(self._on)
        return foot

    @Slot()
    def _place_foot(self) -> None:
        self._foot.setContentsMargins(scaled(13), 0, scaled(8), scaled(5))


def _set_text(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
