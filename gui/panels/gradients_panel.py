"""The panel of what the layers hold: how large gradients, weights, activations or updates are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton

from core.diagnosis.histograms import Quantity
from core.training.snapshot import Snapshot
from gui.exporting import Exportable
from gui.findings import SpotChoice, spot_of
from gui.ridges.quantities import WORDS
from gui.ridges.ridges import Ridges, row_sentence
from gui.snapshot_card import SnapshotCard
from gui.theme import scaled, themes
from gui.widgets.combo_box import ComboBox
from gui.widgets.icon_button import IconButton
from gui.widgets.segmented_control import SegmentedControl


class GradientsPanel(SnapshotCard):
    """Ridges, counts and RMS of one quantity, as it was after the last step.

    Signals:
        quantity_requested: the quantity that the user wants to see.
    """

    quantity_requested = Signal(str)

    def __init__(self) -> None:
        """Show empty axes until a gradient has been computed."""
        super().__init__("Gradients")
        self._ridges = Ridges()
        self._choice = SpotChoice()
        titles = {str(key): words.title for key, words in WORDS.items()}
        self._quantities = SegmentedControl(titles, name="Layers show", tight=True)
        # Where the header is too narrow for all four words.
        self._list = ComboBox(titles, name="Layers show")
        for key, words in WORDS.items():
            self._quantities.segment(key).setToolTip(words.sentence)
        self._list.setToolTip("What the layers show")
        self.replace_title(self._quantities)
        self._row.insertWidget(1, self._list)
        self.menu = QMenu(self)
        self.menu.setAccessibleName("Layers")
        self._more = IconButton("more", "Export", size=24)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(self.menu)
        self._more.hide()
        self.add_control(self._more)
        self.body.addWidget(self._ridges, 1)
        self._quantities.selected.connect(self.choose_quantity)
        self._list.selected.connect(self.choose_quantity)
        self._ridges.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._ridges.customContextMenuRequested.connect(self._open_menu)
        themes.changed.connect(self._fit_header)
        self._fit_header()

    @property
    def ridges(self) -> Ridges:
        """The painted rows."""
        return self._ridges

    def exportable(self) -> Exportable:
        """Return the rows as they are to be exported."""
        return Exportable(self._ridges, "Layers")

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer ``actions``, such as those that save a picture, in the menu of the ridges."""
        self.menu.addActions(list(actions))
        self._more.show()

    @Slot(object)
    def choose_spot(self, choice: SpotChoice) -> None:
        """Mark the layers of another finding."""
        self._choice = choice
        self._ridges.choose_spot(choice)
        if self._shown is not None:
            self.setAccessibleDescription(self.describe(self._shown))

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Hand the snapshot to the rows, which know what differs."""
        quantity = new.histograms.quantity
        if old is None or old.histograms.quantity != quantity:
            self.set_title(WORDS[quantity].title)
        self._ridges.show_snapshot(new)

    def describe(self, shown: Snapshot) -> str:
        """Return every layer's row in words, the earliest first."""
        if self._ridges.is_empty():
            # Said of one of many: "No gradient has been computed yet."
            return f"No {shown.histograms.quantity.removesuffix('s')} has been computed yet."
        layers = range(1, shown.layout.layer_count + 1)
        sentences = [row_sentence(shown, layer) for layer in layers]
        spot = spot_of(shown.findings, self._choice)
        if spot is not None:
            sentences.append(spot.in_words())
        return ". ".join(sentences) + "."

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the header to the new width."""
        super().resizeEvent(event)
        self._fit_header()

    def quantity(self) -> str:
        """Return what the user wants to see."""
        return self._quantities.selected_key()

    @Slot(str)
    def choose_quantity(self, key: str) -> None:
        """Ask for another quantity."""
        self._quantities.set_selected(key)
        self._list.set_selected(key)
        self.quantity_requested.emit(cast("Quantity", key))

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        if not self.menu.isEmpty():
            self.menu.popup(self._ridges.mapToGlobal(place))

    @Slot()
    def _fit_header(self) -> None:
        room = self.width() - scaled(12 + 8 + 24 + 4 * 8)
        is_wide = room >= self._quantities.sizeHint().width()
        self._quantities.setVisible(is_wide)
        self._list.setVisible(not is_wide)
