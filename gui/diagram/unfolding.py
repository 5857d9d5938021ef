"""What the user has unfolded, and which units stand for a folded layer meanwhile.

The busiest units change as training goes on. So that nodes do not dance, a choice is kept until
the run pauses or some seconds have passed.
"""

from __future__ import annotations

from time import monotonic

from core.training.snapshot import Snapshot
from gui.diagram.folding import busiest_units

RECHOOSE_SECONDS = 3.0


class Unfolding:
    """The state of folding of one diagram.

    Attributes:
        first_layer: where the window of shown hidden layers begins if not all fit.
        opened: layers whose units are shown as far as they fit.
    """

    def __init__(self) -> None:
        """Begin with everything folded."""
        self.first_layer = 1
        self.opened: frozenset[int] = frozenset()
        self._snapshot: Snapshot | None = None
        self._choices: dict[tuple[int, int], tuple[int, ...]] = {}
        self._chosen_at = 0.0

    def restart(self, snapshot: Snapshot) -> None:
        """Take a network of another shape; what is unfolded stays so where it still can."""
        self._snapshot = snapshot
        self._choices.clear()
        layers = snapshot.layout.layer_count
        self.opened = frozenset(layer for layer in self.opened if layer <= layers)
        self.first_layer = min(self.first_layer, max(1, layers - 1))

    def renew(self, snapshot: Snapshot) -> bool:
        """Choose again if it is time to; returns whether other units are chosen now."""
        self._snapshot = snapshot
        if snapshot.state == "running" and monotonic() - self._chosen_at < RECHOOSE_SECONDS:
            return False
        self._chosen_at = monotonic()
        widths = snapshot.layout.widths
        folded = [key for key in self._choices if key[1] < widths[key[0]]]
        newest = {key: busiest_units(snapshot.layout, snapshot.parameters, *key) for key in folded}
        changed = any(self._choices[key] != units for key, units in newest.items())
        self._choices |= newest
        return changed

    def choose(self, layer: int, count: int) -> tuple[int, ...]:
        """Return the ``count`` units of ``layer`` to show; needs ``restart`` before."""
        assert self._snapshot is not None
        key = (layer, count)
        if key not in self._choices:
            layout, parameters = self._snapshot.layout, self._snapshot.parameters
            self._choices[key] = busiest_units(layout, parameters, layer, count)
        return self._choices[key]

    def toggle(self, layer: int) -> None:
        """Open the units of ``layer``, or fold them again."""
        self.opened ^= {layer}

    def leaf_to(self, first: int, last: int, shown: int) -> None:
        """Move the window of ``shown`` hidden layers to the folded layers ``first`` to ``last``."""
        backwards = first < self.first_layer
        self.first_layer = max(1, last + 1 - shown) if backwards else first
