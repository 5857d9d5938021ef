"""Who is painted anew in a frame, and that nobody is forgotten."""

from __future__ import annotations

import pytest

from gui.diagram.turns import Turns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time, which nobody but the test moves on."""
    time = [0.0]
    monkeypatch.setattr("gui.diagram.turns.perf_counter", lambda: time[0])
    return time


def paint(turns: Turns[str], parts: list[str], clock: list[float], *, running: bool) -> list[str]:
    """Paint ``parts`` anew, each of which takes longer than a frame has."""
    painted = []
    for part in turns.due(parts, running=running):
        painted.append(part)
        clock[0] += 1.0
    return painted


def test_while_running_slow_parts_take_turns_and_none_is_forgotten(clock: list[float]) -> None:
    turns: Turns[str] = Turns()
    parts = ["a", "b", "c"]
    painted = [paint(turns, parts, clock, running=True) for _ in range(6)]
    assert painted == [["a"], ["b"], ["c"], ["a"], ["b"], ["c"]]


def test_parts_that_are_quick_are_all_painted_in_one_frame(clock: list[float]) -> None:
    assert list(Turns[str]().due(["a", "b", "c"], running=True)) == ["a", "b", "c"]


def test_in_a_pause_nothing_waits(clock: list[float]) -> None:
    assert paint(Turns(), ["a", "b", "c"], clock, running=False) == ["a", "b", "c"]
