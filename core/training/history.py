"""The changes of a run that can be undone, and those undone that can be made again.

An entry stands for one change of settings, structure or data and knows what lies on the other side
of it: before it, or after it once it has been undone. Training is never undone. The lists belong
to the place: a keyframe holds them, so going back behind a change takes it off the list, and going
forward again puts it back. What an entry keeps is bounded; the oldest are forgotten.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.spec import ExperimentSpec, NetworkSpec
    from core.training.keyframe import Keyframe
    from core.training.log import Mark, RunLog
    from core.training.shelf import Shelf

MOST_ENTRIES = 100
BYTES = 256 * 2**20


@dataclass(frozen=True, eq=False)
class Side:
    """What lies on the other side of a change.

    Attributes:
        spec: the settings there.
        step: where the run stood when they were left.
        marks: the marks of its log then.
        frame, log: its state and its log then; None where the sides differ in numbers alone, or
            where there is a ``shelf``.
        via: the networks on the way from there to here, where one gesture made several.
        shelf: the run there, where the change has begun another one.
        entry: where one parameter was set by hand, its place in the vector and its value there.
    """

    spec: ExperimentSpec
    step: int
    marks: tuple[Mark, ...] = ()
    frame: Keyframe | None = None
    log: RunLog | None = None
    via: tuple[NetworkSpec, ...] = ()
    shelf: Shelf | None = None
    entry: tuple[int, float] | None = None

    @property
    def byte_count(self) -> int:
        """Return about how much memory is held by this alone."""
        return self._state_bytes if self.shelf is None else self.shelf.byte_count

    @cached_property
    def _state_bytes(self) -> int:
        return sum(part.byte_count for part in (self.frame, self.log) if part is not None)


@dataclass(eq=False)
class Entry:
    """One change.

    Attributes:
        title: what was changed, in a few words.
        side: what lies on the other side; None once it has been forgotten.
        gesture: changes that follow each other with the same one are one change; "" for none.
    """

    title: str
    side: Side | None
    gesture: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """The lists as they are at one place of a run, the latest change last."""

    done: tuple[Entry, ...] = ()
    undone: tuple[Entry, ...] = ()


NOWHERE = Position()


class History:
    """The changes of one trainer.

    Attributes:
        position: the lists of the place where the run stands.
    """

    def __init__(self, most: int = MOST_ENTRIES, byte_limit: int = BYTES) -> None:
        """Begin empty; at most ``most`` entries, and about ``byte_limit`` bytes in all of them."""
        self.position = NOWHERE
        self._most = most
        self._byte_limit = byte_limit
        # Keyframes hold entries too; those that nothing holds any more vanish from here.
        self._known: list[weakref.ref[Entry]] = []

    @property
    def last_done(self) -> Entry | None:
        """Return the change that is undone next, or None."""
        return _usable(self.position.done)

    @property
    def last_undone(self) -> Entry | None:
        """Return the change that is made again next, or None."""
        return _usable(self.position.undone)

    @property
    def undo_title(self) -> str:
        """Return the title of the change that is undone next, or an empty text."""
        return "" if self.last_done is None else self.last_done.title

    @property
    def redo_title(self) -> str:
        """Return the title of the change that is made again next, or an empty text."""
        return "" if self.last_undone is None else self.last_undone.title

    def continued_by(self, gesture: str) -> Entry | None:
        """Return the latest change if it comes from the same ``gesture``, else None."""
        last = self.last_done
        return last if last is not None and gesture and last.gesture == gesture else None

    def add(self, entry: Entry, instead_of: Entry | None = None) -> None:
        """Add a change, or widen the latest one to it; what was undone cannot be made again."""
        done = self.position.done if instead_of is None else self.position.done[:-1]
        self.position = Position((*done, entry)[-self._most :])
        self._keep(entry)

    def drop_last(self) -> None:
        """Take the latest change off the list: it has come back to where it began."""
        self.position = Position(self.position.done[:-1])

    def undid(self, before: Position, here: Side) -> None:
        """Note that the last change of ``before`` was undone; ``here`` is what lies behind it."""
        entry = Entry(before.done[-1].title, here)
        self.position = Position(before.done[:-1], (*before.undone, entry))
        self._keep(entry)

    def made_again(self, before: Position, here: Side) -> None:
        """Note that the last undone change of ``before`` was made again, coming from ``here``."""
        entry = Entry(before.undone[-1].title, here)
        self.position = Position((*before.done, entry)[-self._most :], before.undone[:-1])
        self._keep(entry)

    def arrive(self, position: Position) -> None:
        """Take the lists of another place of the run.

        Where no change lies between, what was undone can still be made again.
        """
        if position.done[-1:] != self.position.done[-1:]:
            self.position = position

    def clear(self) -> None:
        """Forget everything."""
        self.position = NOWHERE
        self._known.clear()

    def _keep(self, entry: Entry) -> None:
        """Keep ``entry`` and forget others where they become too many or take too much memory."""
        self._known = [known for known in self._known if known() is not None]
        self._known.append(weakref.ref(entry))
        held = {id(e): e for e in (*self.position.done, *self.position.undone)}
        alive = [e for e in self._alive() if e.side is not None and e is not entry]
        # Those of places that the run has left go first, then the oldest.
        alive.sort(key=lambda each: id(each) in held)
        for each in alive[: max(0, len(alive) + 1 - self._most)]:
            self._forget(each)
        for lighten in (_shorten, self._forget):
            for each in alive:
                if self._byte_count() <= self._byte_limit:
                    return
                lighten(each)

    def _forget(self, entry: Entry) -> None:
        side = entry.side
        if side is None:
            return
        entry.side = None
        if side.shelf is not None and side.shelf.run is not None:
            side.shelf.clear()
            for other in self._alive():
                if other.side is not None and other.side.shelf is side.shelf:
                    other.side = None

    def _byte_count(self) -> int:
        sides = [entry.side for entry in self._alive() if entry.side is not None]
        return sum({id(side.shelf or side): side.byte_count for side in sides}.values())

    def _alive(self) -> list[Entry]:
        return [entry for known in self._known if (entry := known()) is not None]


def _shorten(entry: Entry) -> None:
    if entry.side is not None and entry.side.shelf is not None:
        entry.side.shelf.shorten()


def _usable(entries: tuple[Entry, ...]) -> Entry | None:
    return entries[-1] if entries and entries[-1].side is not None else None
