"""The status bar says in words where a run stands, what went wrong and what is new."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import gui.panels.status_bar as module
from core import Finding, Snapshot, Trainer
from core.presets import load_preset
from gui.panels.status_bar import StatusBar
from gui.theme import apply_theme
from tests.gui.findings import finding

LEFT = Qt.MouseButton.LeftButton
VANISHING = finding("vanishing", message="The error signal dies on its way back.")
DEAD = finding("dead", message="Half of the units are silent.")
EXPLODING = finding("exploding", "error", message="The loss is 7 times what it was.")


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1280, bar.height())
    bar.show()
    return bar


@pytest.fixture(scope="module")
def fresh() -> Snapshot:
    return Trainer(load_preset("circle")).snapshot()


class Clock:
    """Time that passes only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    return clock


def test_a_new_run_is_paused_and_untouched(bar: StatusBar, fresh: Snapshot) -> None:
    bar.show_snapshot(None, fresh)
    assert (bar.state.text(), bar.place.text()) == ("Paused", "nothing has been updated yet")
    assert (bar.precision.text(), bar.seed.text()) == ("float64", "seed 0")


def test_a_running_one_says_how_fast(bar: StatusBar, fresh: Snapshot) -> None:
    bar.show_snapshot(None, replace(fresh, state="running", steps_per_second=18412.3))
    assert (bar.state.text(), bar.place.text()) == ("Training", "18,412 steps/s")
    bar.set_fps(59.7)
    assert bar.frames.isVisible()
    assert bar.frames.text() == "60 fps"
    bar.set_fps(0.0)
    assert not bar.frames.isVisible()


def test_between_and_within_steps_the_place_is_named(bar: StatusBar) -> None:
    trainer = Trainer(load_preset("circle"))
    trainer.advance_step()
    bar.show_snapshot(None, trainer.snapshot())
    assert (bar.state.text(), bar.place.text()) == ("Paused", "between two steps")
    while trainer.advance_op().name != "dz2":
        pass
    bar.show_snapshot(None, trainer.snapshot())
    assert (bar.state.text(), bar.place.text()) == ("Stepping", "backward pass, dz₂")


def test_in_the_first_step_it_says_that_nothing_has_been_updated(bar: StatusBar) -> None:
    trainer = Trainer(load_preset("circle"))
    trainer.advance_op()
    trainer.advance_op()
    bar.show_snapshot(None, trainer.snapshot())
    assert bar.place.text() == "forward pass, z₁; nothing has been updated yet"


def test_a_failed_run_says_so_and_what_to_do(bar: StatusBar, fresh: Snapshot) -> None:
    bar.show_snapshot(None, replace(fresh, state="failed"))
    assert (bar.state.text(), bar.place.text()) == ("Failed", "reset to go on")


def test_a_run_with_numbers_that_are_not_finite_is_halted(bar: StatusBar) -> None:
    spec = load_preset("regression-sine").with_changes(
        {"training": {"optimizer": {"kind": "sgd", "learning_rate": 1e6}}}
    )
    trainer = Trainer(spec)
    trainer.advance_steps(500)
    bar.show_snapshot(None, trainer.snapshot())
    assert bar.state.text() == "Halted"
    assert bar.badge.text().endswith(": number not finite")
    assert "Reset" in bar.news.text()


def test_without_findings_all_is_well(bar: StatusBar, fresh: Snapshot) -> None:
    bar.show_snapshot(None, replace(fresh, findings=(replace(VANISHING, cleared_step=20),)))
    assert bar.badge.text() == "No warnings"
    assert bar.news.text() == ""


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ((VANISHING,), "1 warning: vanishing gradient"),
        ((VANISHING, DEAD), "2 warnings: vanishing gradient"),
        ((VANISHING, EXPLODING), "1 error, 1 warning: exploding loss"),
    ],
)
def test_open_findings_are_counted_and_the_gravest_is_named(
    bar: StatusBar, fresh: Snapshot, findings: tuple[Finding, ...], words: str
) -> None:
    bar.show_snapshot(None, replace(fresh, findings=findings))
    gravest = EXPLODING if EXPLODING in findings else VANISHING
    assert bar.badge.text() == bar.badge.accessibleName() == words
    assert bar.badge.toolTip() == bar.news.text() == gravest.message


def test_the_cause_of_the_others_is_named(bar: StatusBar, fresh: Snapshot) -> None:
    dead = replace(DEAD, cause="learning_rate_too_high")
    rate = finding("learning_rate_too_high", step=90, message="The steps are too long.")
    bar.show_snapshot(None, replace(fresh, findings=(dead, rate)))
    assert bar.badge.text() == "2 warnings: learning rate too high"


def test_the_kind_of_a_finding_is_never_cut(bar: StatusBar, fresh: Snapshot) -> None:
    long = replace(VANISHING, message="a very long sentence " * 30)
    bar.show_snapshot(None, replace(fresh, findings=(long,)))
    bar.resize(1120, bar.height())
    QApplication.processEvents()
    assert bar.badge.width() >= bar.badge.sizeHint().width()
    assert bar.badge.geometry().right() < 1120
    assert bar.news.geometry().right() < bar.precision.x()


@pytest.mark.parametrize("key", [None, Qt.Key.Key_Space])
def test_the_badge_leads_to_the_findings(qtbot: QtBot, bar: StatusBar, key: Qt.Key | None) -> None:
    with qtbot.waitSignal(bar.findings_clicked, timeout=1000):
        if key is None:
            qtbot.mouseClick(bar.badge, LEFT)
        else:
            qtbot.keyClick(bar.badge, key)


def test_news_stand_before_findings(bar: StatusBar, fresh: Snapshot) -> None:
    bar.show_snapshot(None, replace(fresh, findings=(VANISHING,)))
    bar.show_message("seed: expected a whole number, got 1.5", "refused")
    assert bar.news.text() == "seed: expected a whole number, got 1.5"
    assert bar.news.toolTip() == bar.news.text()


def test_news_go_when_they_have_been_readable_and_the_run_has_changed(
    bar: StatusBar, fresh: Snapshot, clock: Clock
) -> None:
    running = replace(fresh, state="running")
    bar.show_snapshot(None, fresh)
    bar.show_message("The step in progress was abandoned.")
    clock.now += 7.0
    bar.show_snapshot(fresh, running)
    assert bar.news.text() == "The step in progress was abandoned."
    clock.now += 2.0
    bar.show_snapshot(running, replace(running, step=5))
    assert bar.news.text() == ""


def test_what_was_refused_is_forgotten_with_the_next_change(
    bar: StatusBar, fresh: Snapshot, clock: Clock
) -> None:
    bar.show_snapshot(None, fresh)
    bar.show_message("Learning rate: expected a number, got abc", "refused")
    clock.now += 0.1
    bar.show_snapshot(fresh, replace(fresh, step=5))
    assert bar.news.text() == "Learning rate: expected a number, got abc"
    bar.show_snapshot(fresh, replace(fresh, undo="learning rate 0.05"))
    assert bar.news.text() == ""


def test_news_stay_as_long_as_nothing_changes(
    bar: StatusBar, fresh: Snapshot, clock: Clock
) -> None:
    bar.show_snapshot(None, fresh)
    bar.show_message("The planned 100 steps are done.")
    clock.now += 3600.0
    bar.show_snapshot(fresh, fresh)
    assert bar.news.text() == "The planned 100 steps are done."


@pytest.mark.parametrize("theme", ["dark", "light", "high_contrast"])
def test_the_state_has_a_word_and_not_only_a_colour(
    qapp: QApplication, bar: StatusBar, fresh: Snapshot, theme: str
) -> None:
    apply_theme(qapp, theme)  # type: ignore[arg-type]
    words, pictures = set(), set()
    for state in ("paused", "running", "failed"):
        bar.show_snapshot(None, replace(fresh, state=state))
        words.add(bar.state.text())
        image = bar.state.grab().toImage()
        pictures.add(bytes(image.constBits()))
    assert len(words) == len(pictures) == 3


def test_a_finding_without_room_is_said_shortly_and_whole_in_the_tooltip(
    bar: StatusBar, fresh: Snapshot
) -> None:
    long = replace(VANISHING, message=VANISHING.message + " And on and on." * 20)
    bar.show_snapshot(None, replace(fresh, findings=(long,)))
    assert bar.news.shown_line() == "The first layers hardly learn."
    assert bar.news.toolTip() == long.message


def test_a_finding_with_room_is_said_whole(bar: StatusBar, fresh: Snapshot) -> None:
    bar.show_snapshot(None, replace(fresh, findings=(VANISHING,)))
    QApplication.processEvents()
    assert bar.news.shown_line() == VANISHING.message


def test_news_that_repeat_a_finding_are_shortened_like_it(bar: StatusBar, fresh: Snapshot) -> None:
    long = replace(EXPLODING, message=EXPLODING.message + " And on and on." * 20)
    bar.show_message(long.message)
    bar.show_snapshot(None, replace(fresh, findings=(long,)))
    assert bar.news.shown_line() == "The loss grows instead of falling."
