"""Frames and slices take turns, and the clock stands still while nothing is to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import gui.frame_clock as module
from core import Snapshot, Trainer
from core.presets import load_preset
from core.training.snapshot import ALL_PARTS, Part
from gui.frame_clock import (
    FRAME_SECONDS,
    LATENESS_SECONDS,
    LONGEST_FRAME_SECONDS,
    PART_SECONDS,
    FrameClock,
)


class FakeSession(QObject):
    """A run without a runner: a new snapshot after every slice that it is granted."""

    awaited = Signal()

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.running = replace(snapshot, state="running")
        self.idle = False
        self.grants: list[tuple[float, Part]] = []
        self.mail: Snapshot | None = self.running
        self.log: list[str] = []

    def is_idle(self) -> bool:
        return self.idle

    def collect(self, patience: float = 0.0) -> Snapshot | None:
        self.log.append("collect")
        mail, self.mail = self.mail, None
        return mail

    def grant(self, until: float, parts: Part) -> None:
        self.log.append("grant")
        self.grants.append((until, parts))
        self.mail = self.running


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return Trainer(load_preset("xor")).snapshot()


@pytest.fixture
def session(qapp: QApplication, snapshot: Snapshot) -> FakeSession:
    return FakeSession(snapshot)


@pytest.fixture
def clock(session: FakeSession) -> Iterator[FrameClock]:
    clock = FrameClock(session)  # type: ignore[arg-type]
    yield clock
    clock.stop()


class Time:
    """Stands in for ``perf_counter``; goes when told."""

    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(module, "perf_counter", time)
    return time


@pytest.fixture
def turn(clock: FrameClock, time: Time, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Do one frame that costs so many seconds, by hand; return when the next one is due."""
    monkeypatch.setattr(QTimer, "start", lambda *_: None)

    cost_of_frame = 0.0

    def paint() -> None:
        time.now += cost_of_frame

    def turn(cost: float) -> None:
        nonlocal cost_of_frame
        cost_of_frame = cost
        clock.tick()

    clock.frame.connect(paint)
    return turn


def grants(session: FakeSession, count: int) -> Callable[[], bool]:
    return lambda: len(session.grants) >= count


def test_frames_and_slices_take_turns(
    qtbot: QtBot, clock: FrameClock, session: FakeSession
) -> None:
    clock.frame.connect(lambda _: session.log.append("frame"))
    session.log.clear()
    qtbot.waitUntil(lambda: session.log.count("grant") >= 5)
    assert session.log[:15] == ["collect", "frame", "grant"] * 5


def test_a_late_worker_is_waited_for_and_in_the_end_granted_another_slice(
    session: FakeSession, time: Time, turn: Callable[[float], None]
) -> None:
    turn(0.002)
    granted = len(session.grants)
    session.mail = None
    time.now = session.grants[-1][0]
    turn(0.0)
    assert len(session.grants) == granted
    time.now += 2 * LATENESS_SECONDS
    turn(0.0)
    assert len(session.grants) == granted + 1


def test_loops_that_poll_grant_slices_too(clock: FrameClock, session: FakeSession) -> None:
    # Such a loop never waits, so Qt never says that it is about to.
    for _ in range(1_000_000):
        QApplication.processEvents()
        if len(session.grants) >= 3:
            break
    assert len(session.grants) >= 3


def test_the_clock_stands_still_while_nothing_is_to_come(
    qtbot: QtBot, clock: FrameClock, session: FakeSession
) -> None:
    qtbot.waitUntil(grants(session, 2))
    session.idle = True
    timer = clock.findChild(QTimer)
    assert timer is not None
    qtbot.waitUntil(lambda: not timer.isActive())
    quiet = len(session.log)
    qtbot.wait(60)
    assert len(session.log) == quiet
    assert clock.frames_per_second == 0.0


def test_a_command_wakes_the_clock(qtbot: QtBot, clock: FrameClock, session: FakeSession) -> None:
    session.idle = True
    timer = clock.findChild(QTimer)
    assert timer is not None
    qtbot.waitUntil(lambda: not timer.isActive())
    session.idle = False
    before = len(session.grants)
    session.awaited.emit()
    qtbot.waitUntil(grants(session, before + 2))


def test_a_stopped_clock_does_not_wake_and_may_be_stopped_again(
    qtbot: QtBot, clock: FrameClock, session: FakeSession
) -> None:
    qtbot.waitUntil(grants(session, 1))
    clock.stop()
    clock.stop()
    quiet = len(session.log)
    session.awaited.emit()
    qtbot.wait(60)
    assert len(session.log) == quiet


@pytest.mark.parametrize(
    ("cost", "interval"),
    [
        (0.002, FRAME_SECONDS),
        # Training keeps at least half of the time.
        (0.020, 0.040),
        (0.030, 0.060),
        # Frames do not get rarer than ten a second, but a slice is never forgotten.
        (0.090, 0.115),
    ],
)
def test_the_interval_follows_the_cost_of_a_frame(
    session: FakeSession,
    time: Time,
    turn: Callable[[float], None],
    cost: float,
    interval: float,
) -> None:
    for _ in range(60):
        began = time.now
        turn(cost)
        until = session.grants[-1][0]
        time.now = until
    assert until - began == pytest.approx(interval, rel=0.01)
    assert interval - cost >= LONGEST_FRAME_SECONDS / 4 or interval >= 2 * cost


def test_a_costly_frame_slows_only_the_next_one(
    session: FakeSession, time: Time, turn: Callable[[float], None]
) -> None:
    for cost in (0.020, 0.004):
        began = time.now
        turn(cost)
        until = session.grants[-1][0]
        time.now = until
    assert until - began == pytest.approx(FRAME_SECONDS, rel=0.01)


def test_costly_parts_are_asked_for_at_their_own_pace(
    session: FakeSession, time: Time, turn: Callable[[float], None]
) -> None:
    began = time.now
    while time.now - began < 10:
        turn(0.002)
        time.now = session.grants[-1][0]
    assert session.grants[0][1] == ALL_PARTS & ~Part.EVALUATION
    for part, seconds in PART_SECONDS.items():
        count = sum(bool(parts & part) for _, parts in session.grants)
        assert 0.7 * 10 / seconds <= count <= 10 / seconds + 1, part


def test_the_frame_rate_is_measured_while_the_run_goes_on(
    clock: FrameClock, session: FakeSession, time: Time, turn: Callable[[float], None]
) -> None:
    for _ in range(100):
        turn(0.020)
        time.now = session.grants[-1][0]
    assert clock.frames_per_second == pytest.approx(25, rel=0.05)
    session.mail = replace(session.running, state="paused")
    turn(0.002)
    assert clock.frames_per_second == 0.0
