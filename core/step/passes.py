"""How many passes through the network a step makes, by source of the gradient.

Every step makes one forward pass, which gives the loss on show; the rest is for the gradient. A
backward pass counts as much as a forward pass. Evaluations and pictures are not counted.
"""

from __future__ import annotations

from typing import NamedTuple


class Passes(NamedTuple):
    """Passes of one step through the network, the one for the loss on show among them."""

    forward: int
    backward: int = 0

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.forward + self.backward


def passes_of_step(source: str, population: int, parameters: int) -> Passes:
    """Return the passes of a step with ``source`` in a network of P ``parameters``."""
    match source:
        case "central_differences":
            return Passes(1 + 2 * parameters)
        case "evolution_strategies" | "random_search":
            return Passes(1 + population)
        case "forward_forward":
            # A label that says nothing, the true one and a wrong one.
            return Passes(3)
    return Passes(1, 1)
