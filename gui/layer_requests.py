"""What the diagram and its header ask for of layers, as changes of the specification at hand."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from core.training.layer_changes import (
    change_activation,
    change_hidden_count,
    change_units,
    insert_layer,
    remove_layer,
)
from gui.fit_offers import FitOffers
from gui.session import Session


class LayerRequests(QObject):
    """Asks for changes of layers, which are counted from 1, where they fit."""

    def __init__(self, session: Session, offers: FitOffers) -> None:
        """Change what ``session`` trains, by way of ``offers``."""
        super().__init__(session)
        self._session = session
        self._offers = offers

    @Slot(int, int)
    def change_units(self, layer: int, units: int) -> None:
        """Give a layer another width."""
        if self._has(layer):
            self._offers.request(change_units(self._session.spec, layer - 1, units))

    @Slot(int)
    def insert_layer(self, after: int) -> None:
        """Put a layer behind another; behind 0 are the inputs."""
        if after == 0 or self._has_hidden(after):
            self._offers.request(insert_layer(self._session.spec, after))

    @Slot(int)
    def remove_layer(self, layer: int) -> None:
        """Take a layer away."""
        if self._has_hidden(layer):
            self._offers.request(remove_layer(self._session.spec, layer - 1))

    @Slot(int, str)
    def change_activation(self, layer: int, activation: str) -> None:
        """Give a layer another activation."""
        if self._has(layer):
            self._offers.request(change_activation(self._session.spec, layer - 1, activation))

    @Slot(int)
    def change_hidden_count(self, count: int) -> None:
        """Have so many hidden layers."""
        self._offers.request(change_hidden_count(self._session.spec, count))

    def _has(self, layer: int) -> bool:
        """Return whether ``layer`` stays: the diagram shows a moment longer what is to go."""
        return layer <= len(self._session.spec.network.layers)

    def _has_hidden(self, layer: int) -> bool:
        return layer < len(self._session.spec.network.layers)
