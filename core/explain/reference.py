"""A pointer to a value of a step, by which formula, diagram and tables speak of the same thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A named value of a step, or one entry of it.

    Attributes:
        name: as in the ops' reads and writes: ``"a1"``, ``"W2"``, ``"dz1"``, ``"loss"``.
        index: of the entry, from 0: (unit,) of values of a sample and of biases, (unit,
            source) of weights and their gradients; () is the whole value.
    """

    name: str
    index: tuple[int, ...] = ()

    def covers(self, other: Reference) -> bool:
        """Return whether ``other`` is this value or a part of it."""
        return self.name == other.name and self.index == other.index[: len(self.index)]
