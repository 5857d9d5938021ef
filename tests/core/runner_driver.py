"""Drives a runner as the window does: sends commands and waits for what they bring."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, sleep
from typing import Any

import numpy as np

from core import ExperimentSpec, Snapshot, Trainer
from core.training.commands import Command, Event
from core.training.runner import Runner

PATIENCE = 20.0


def spec(**training: Any) -> ExperimentSpec:
    return ExperimentSpec.from_dict(
        {
            "data": {"kind": "circle", "samples": 60},
            "network": {"layers": [{"units": 4}, {"units": 1, "activation": "sigmoid"}]},
            "training": training,
        }
    )


class Driver:
    """Sends commands and waits for what they bring."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.sent = 0
        self.events: list[Event] = []
        self.snapshot: Snapshot | None = None

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.sent += 1
            self.runner.send(command)

    def settle(self) -> Snapshot:
        """Wait until every command is obeyed; return the newest snapshot."""
        self.wait(lambda: self.runner.obeyed >= self.sent)
        return self.look()

    def look(self) -> Snapshot:
        self.events += self.runner.take_events()
        self.snapshot = self.runner.take_snapshot() or self.snapshot
        assert self.snapshot is not None
        return self.snapshot

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline = perf_counter() + PATIENCE
        while not condition():
            assert perf_counter() < deadline, "the runner does not answer"
            sleep(0.001)

    def wait_for_state(self, state: str) -> Snapshot:
        self.wait(lambda: self.look().state == state)
        return self.look()


def trained(steps: int) -> np.ndarray:
    trainer = Trainer(spec())
    trainer.advance_steps(steps)
    return trainer.network.params.data
