"""While a run goes on panels are refreshed at their own pace, while it is paused all at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gui.panel_schedule as module
from core import Snapshot, Trainer
from core.presets import load_preset
from gui.panel_schedule import HEAVY_PANELS_PER_FRAME, PanelSchedule

FRAME = 1 / 60


class FakePanel:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[Snapshot | None, Snapshot]] = []
        self.is_visible = True

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        self.shown.append((old, new))

    def isVisible(self) -> bool:
        return self.is_visible


class Window:
    """A schedule with panels of given paces, and a clock that goes when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *paces: float) -> None:
        self.now = 1000.0
        monkeypatch.setattr(module, "perf_counter", lambda: self.now)
        self.schedule = PanelSchedule()
        self.panels = [FakePanel() for _ in paces]
        for panel, pace in zip(self.panels, paces, strict=True):
            self.schedule.add(panel, pace)

    def show(self, snapshot: Snapshot) -> list[int]:
        """Show ``snapshot`` a frame later; return which panels took it."""
        self.now += FRAME
        before = [len(panel.shown) for panel in self.panels]
        self.schedule.show(snapshot)
        return [i for i, panel in enumerate(self.panels) if len(panel.shown) > before[i]]


@pytest.fixture(scope="module")
def paused() -> Snapshot:
    return Trainer(load_preset("xor")).snapshot()


@pytest.fixture(scope="module")
def running(paused: Snapshot) -> Snapshot:
    return replace(paused, state="running")


def test_the_first_snapshot_goes_to_every_panel(
    monkeypatch: pytest.MonkeyPatch, running: Snapshot
) -> None:
    window = Window(monkeypatch, 20, 10, 5, 5)
    assert window.show(running) == [0, 1, 2, 3]
    assert all(panel.shown == [(None, running)] for panel in window.panels)


def test_while_paused_every_panel_shows_every_snapshot(
    monkeypatch: pytest.MonkeyPatch, paused: Snapshot
) -> None:
    window = Window(monkeypatch, 20, 10, 5)
    window.panels[1].is_visible = False
    for _ in range(3):
        assert window.show(paused) == [0, 1, 2]


def test_a_pause_is_seen_by_every_panel_at_once(
    monkeypatch: pytest.MonkeyPatch, running: Snapshot, paused: Snapshot
) -> None:
    window = Window(monkeypatch, 20, 10, 5, 5)
    window.show(running)
    window.show(running)
    assert window.show(paused) == [0, 1, 2, 3]


def test_each_panel_keeps_its_pace(monkeypatch: pytest.MonkeyPatch, running: Snapshot) -> None:
    window = Window(monkeypatch, 20, 10, 5)
    window.show(running)
    for _ in range(600):
        window.show(running)
    # Ten seconds; a panel waits for the first frame after it is due, so it is a little behind.
    counts = [len(panel.shown) - 1 for panel in window.panels]
    for count, pace in zip(counts, (20, 10, 5), strict=True):
        assert 0.7 * 10 * pace <= count <= 10 * pace


def test_no_frame_refreshes_more_than_a_few(
    monkeypatch: pytest.MonkeyPatch, running: Snapshot
) -> None:
    window = Window(monkeypatch, *[15.0] * 8)
    window.show(running)
    taken = [window.show(running) for _ in range(120)]
    assert max(map(len, taken)) == HEAVY_PANELS_PER_FRAME
    # Nobody is passed over: whoever waits longest is next.
    assert {i for frame in taken[-24:] for i in frame} == set(range(8))


def test_light_panels_take_every_snapshot_that_is_due(running: Snapshot) -> None:
    schedule, panels = PanelSchedule(), [FakePanel() for _ in range(4)]
    for panel in panels:
        schedule.add(panel, 1e9, is_heavy=False)
    for _ in range(3):
        schedule.show(running)
    assert [len(panel.shown) for panel in panels] == [3, 3, 3, 3]


def test_hidden_panels_wait_until_they_are_seen(
    monkeypatch: pytest.MonkeyPatch, running: Snapshot
) -> None:
    window = Window(monkeypatch, 10, 10)
    window.show(running)
    window.panels[1].is_visible = False
    for _ in range(30):
        window.show(running)
    assert len(window.panels[1].shown) == 1
    window.panels[1].is_visible = True
    assert 1 in window.show(running)


def test_a_panel_is_told_what_it_showed_before(
    monkeypatch: pytest.MonkeyPatch, running: Snapshot
) -> None:
    window = Window(monkeypatch, 10)
    snapshots = [replace(running, step=step) for step in range(20)]
    for snapshot in snapshots:
        window.show(snapshot)
    shown = window.panels[0].shown
    assert len(shown) > 2
    assert [old for old, _ in shown[1:]] == [new for _, new in shown[:-1]]
