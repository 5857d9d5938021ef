"""The box that chooses which sample of the batch is on the stage.

Its rows are made when they are looked at, so a batch of thousands costs no more than one of ten.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QListView, QSizePolicy, QWidget

from gui.numbers import format_count
from gui.theme import scaled, themes
from gui.widgets.combo_box import ComboBox

Index = QModelIndex | QPersistentModelIndex


class SampleModel(QAbstractListModel):
    """The samples of a batch by their place in it and their row in the training set."""

    def __init__(self, parent: QWidget) -> None:
        """Begin without samples."""
        super().__init__(parent)
        self._rows: NDArray[np.intp] = np.zeros(0, np.intp)

    def show_rows(self, rows: NDArray[np.intp]) -> bool:
        """Hold the samples ``rows`` (B,); return whether they are others than before."""
        if np.array_equal(rows, self._rows):
            return False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        return True

    def words(self, place: int) -> str:
        """Return how the sample at ``place`` is called."""
        count = format_count(len(self._rows))
        row = format_count(int(self._rows[place]) + 1)
        return f"{format_count(place + 1)} of {count} · row {row}"

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many samples there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a sample's words."""
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        return self.words(index.row())


class SampleBox(ComboBox):
    """A combo box over the samples of a batch.

    Signals:
        sample_chosen: the place in the batch of the sample that the user chose.
    """

    sample_chosen = Signal(int)

    def __init__(self) -> None:
        """Make an empty box."""
        super().__init__({}, name="Sample")
        self.setToolTip("The sample whose numbers are shown (Page Up, Page Down)")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._samples = SampleModel(self)
        self.setModel(self._samples)
        view = self.view()
        assert isinstance(view, QListView)
        view.setUniformItemSizes(True)
        self.activated.connect(self.sample_chosen)
        themes.changed.connect(self._fit)

    def show_samples(self, rows: NDArray[np.intp], sample: int) -> None:
        """Offer the samples ``rows`` (B,) with the one at place ``sample`` chosen."""
        with QSignalBlocker(self):
            if self._samples.show_rows(rows):
                self._fit()
            self.setCurrentIndex(sample)

    @Slot()
    def _fit(self) -> None:
        """Be as wide as the longest words, so that the header rests while samples change."""
        count = self._samples.rowCount()
        if count:
            widest = QFontMetrics(self.font()).horizontalAdvance(self._samples.words(count - 1))
            self.setFixedWidth(widest + scaled(52))
