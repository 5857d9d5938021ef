"""The thread that owns a trainer and drives it in the slices it is granted.

It is a plain daemon thread without Qt. What goes in is an ordered queue of commands and a grant,
the time until which it may train; what comes out is a mailbox with the latest snapshot and a queue
of events. Whoever paints grants slices between frames, because a thread that trained all the time
would starve the window of the interpreter lock. What a command does is up to the helm.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import perf_counter

import numpy as np

from core.training.chunks import Chunks
from core.training.commands import Changing, Command, Event
from core.training.helm import Helm
from core.training.snapshot import ALL_PARTS, Part, Snapshot
from core.training.trainer import Trainer

FOREVER = math.inf


class Runner:
    """Drives one trainer on a thread of its own.

    The state is "paused", "running" or "failed" and travels in the snapshots.

    Attributes:
        obeyed: how many commands have been carried out and followed by a snapshot.
    """

    def __init__(self, trainer: Trainer) -> None:
        """Own ``trainer``; nothing else may touch it from now on."""
        self._helm = Helm(trainer)
        self._wake = threading.Condition()
        self._commands: deque[Command] = deque()
        self._mail: Snapshot | None = None
        self._arrival = threading.Event()
        self._grant = 0.0
        self._parts = ALL_PARTS
        self._closing = False
        self._chunks = Chunks()
        self._snapshot_seconds: dict[Part, float] = {}
        self.obeyed = 0
        self._picture: Snapshot | None = None
        self._thread = threading.Thread(target=self._work, name="trainer", daemon=True)

    # -------------------------------------------------------- called from other threads

    def start(self) -> None:
        """Start the thread; it publishes a first snapshot."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Put a command into the queue."""
        with self._wake:
            self._commands.append(command)
            self._wake.notify()

    def grant(self, until: float, parts: Part = ALL_PARTS) -> None:
        """Allow training until ``until`` (of ``perf_counter``), then a snapshot with ``parts``."""
        with self._wake:
            self._grant = until
            self._parts = parts
            self._wake.notify()

    def take_snapshot(self, patience: float = 0.0) -> Snapshot | None:
        """Return the latest snapshot, or None if it has been taken already.

        With ``patience`` a new one is waited for so many seconds.
        """
        if self._mail is None and patience > 0.0:
            self._arrival.wait(patience)
        # In this order one that comes in between is taken at once.
        self._arrival.clear()
        snapshot, self._mail = self._mail, None
        return snapshot

    @property
    def has_mail(self) -> bool:
        """Return whether a snapshot or an event waits to be taken."""
        return self._mail is not None or bool(self._helm.events)

    def take_events(self) -> list[Event]:
        """Return what happened since the last call, in order."""
        events, waiting = [], self._helm.events
        while waiting:
            events.append(waiting.popleft())
        return events

    def shutdown(self, timeout: float = 2.0) -> bool:
        """End the thread and return whether it has ended; may be called again."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    # -------------------------------------------------------- on the thread

    def _work(self) -> None:
        np.seterr(all="ignore")
        self._guarded(partial(self._publish, ALL_PARTS))
        while True:
            with self._wake:
                while not (self._closing or self._commands or self._may_train()):
                    self._wake.wait(self._seconds_until_due())
                if self._closing:
                    return
                commands = list(self._commands)
                self._commands.clear()
            for command in commands:
                if isinstance(command, Changing):
                    self._chunks.restart()
                self._guarded(partial(self._helm.obey, command))
            if commands:
                self._guarded(partial(self._publish, ALL_PARTS))
                self.obeyed += len(commands)
            if self._may_train():
                self._guarded(self._train)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do ``work``; an error of the program puts the run into the failed state."""
        try:
            work()
        except Exception as error:  # the thread must outlive any error of a step
            self._helm.fail(error)
            if self._picture is not None:
                self._deliver(replace(self._picture, state="failed", trial=None))

    def _may_train(self) -> bool:
        now = perf_counter()
        return now < self._grant and self._helm.due(now) > 0

    def _seconds_until_due(self) -> float | None:
        """Return how long to sleep for a paced run that has time left in its grant."""
        now = perf_counter()
        return self._helm.seconds_until_due(now) if now < self._grant else None

    def _train(self) -> None:
        """Train until the grant ends, a command comes or the run stops."""
        # The snapshot is part of the slice: it is to be there when the slice ends.
        # Where it costs more than the slice, half of the slice goes to training all the same.
        left = self._grant - perf_counter()
        end = self._grant - min(self._snapshot_seconds.get(self._parts, 0.0), left / 2)
        while not (self._commands or self._closing):
            began = perf_counter()
            if began >= end:
                break
            count = self._helm.within_reach(self._chunks.count(end - began), began)
            if count == 0:
                break
            self._helm.advance(count)
            self._chunks.done(count, perf_counter() - began)
        if self._grant != FOREVER:
            self._grant = 0.0
        self._publish(self._parts if self._helm.state == "running" else ALL_PARTS)

    def _publish(self, parts: Part) -> None:
        began = perf_counter()
        picture = self._helm.picture(parts, self._picture)
        self._snapshot_seconds[parts] = perf_counter() - began
        self._deliver(picture)

    def _deliver(self, picture: Snapshot) -> None:
        self._mail = self._picture = picture
        self._arrival.set()
