"""What an operation does: a function without arguments, bound to its arrays.

Most are one call of NumPy with the arrays bound to it. Where it takes several, ``InTurn`` keeps
them apart, so that a step at full speed makes them directly, with no function around them.
"""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[[], object]


class InTurn:
    """Runs ``parts`` one after the other; parts that are such sequences themselves are opened."""

    def __init__(self, *parts: Run) -> None:
        """Take the parts in order."""
        self.parts: tuple[Run, ...] = tuple(p for part in parts for p in parts_of(part))

    def __call__(self) -> None:
        """Run all parts."""
        for part in self.parts:
            part()


def parts_of(run: Run) -> tuple[Run, ...]:
    """Return what ``run`` does, call by call."""
    return run.parts if isinstance(run, InTurn) else (run,)
