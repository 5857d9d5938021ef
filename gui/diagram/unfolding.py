"""What the user has unfolded, and which units stand for a folded layer meanwhile.

The busiest units change as training goes on. So that nodes do not dance, a choice is kept until
the run pauses or some seconds have passed.
"""

from __future__ import annotations

from time import monotonic

from core.training.snapshot import Snapshot
from gui.diagram.folding import activity, busiest_units

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
        self._pinned: dict[int, int] = {}

    def restart(self, snapshot: Snapshot) -> None:
        """Take a network of another shape; what is unfolded stays so where it still can."""
        self._snapshot = snapshot
        self._choices.clear()
        self._pinned.clear()
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
        newest = {key: self._busiest(*key, kept=self._choices[key]) for key in folded}
        changed = any(self._choices[key] != units for key, units in newest.items())
        self._choices |= newest
        return changed

    def choose(self, layer: int, count: int) -> tuple[int, ...]:
        """Return the ``count`` units of ``layer`` to show; needs ``restart`` before."""
        assert self._snapshot is not None
        key = (layer, count)
        if key not in self._choices:
            self._choices[key] = self._busiest(layer, count)
        return self._choices[key]

    def pin(self, layer: int, unit: int) -> bool:
        """Show ``unit`` of ``layer`` whatever it does; returns whether it was not shown."""
        self._pinned[layer] = unit
        hiding = [k for k, units in self._choices.items() if k[0] == layer and unit not in units]
        for key in hiding:
            self._choices[key] = self._busiest(*key, kept=self._choices[key])
        return bool(hiding)

    def _busiest(self, layer: int, count: int, kept: tuple[int, ...] = ()) -> tuple[int, ...]:
        snapshot = self._snapshot
        assert snapshot is not None
        sizes = activity(snapshot.layout, snapshot.parameters, snapshot.gradient, layer)
        return busiest_units(sizes, count, kept, self._pinned.get(layer))

    def toggle(self, layer: int) -> None:
        """Open the units of ``layer``, or fold them again."""
        self.opened ^= {layer}

    def leaf_to(self, first: int, last: int, shown: int) -> None:
        """Move the window of ``shown`` hidden layers to the folded layers ``first`` to ``last``."""
        backwards = first < self.first_layer
        self.first_layer = max(1, last + 1 - shown) if backwards else first
