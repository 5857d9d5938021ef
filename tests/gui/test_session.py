"""The session carries commands to a run and brings back what it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.presets import load_preset
from core.training.layer_changes import change_hidden_count, change_units
from core.training.runner import FOREVER
from core.training.snapshot import ALL_PARTS
from gui.session import Session

# Iris has four inputs, which only the run finds out.
MISFIT = {
    "data": {"kind": "iris"},
    "network": {"layers": [{"units": 2, "activation": "softmax"}]},
    "training": {"loss": "cross_entropy"},
}


class Ear:
    """Hears what a session tells, and waits for it."""

    def __init__(self, qtbot: QtBot, session: Session) -> None:
        self._qtbot = qtbot
        self.session = session
        self.heard: list[tuple[str, Any]] = []
        for name in ("noted", "refused", "failed"):
            signal = getattr(session, name)
            signal.connect(lambda what, name=name: self.heard.append((name, what)))
        session.answered.connect(lambda tag, value: self.heard.append((tag, value)))
        session.load_refused.connect(lambda: self.heard.append(("load_refused", None)))

    def collect(self) -> Snapshot:
        """Collect once; return the latest snapshot."""
        self.session.collect()
        assert self.session.snapshot is not None
        return self.session.snapshot

    def settle(self) -> Snapshot:
        """Collect until nothing more is to come; return the latest snapshot."""

        def is_done() -> bool:
            self.session.collect()
            return self.session.is_idle()

        self._qtbot.waitUntil(is_done)
        return self.collect()


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session(Trainer(load_preset("xor")))
    yield session
    assert session.close()


@pytest.fixture
def ear(qtbot: QtBot, session: Session) -> Ear:
    return Ear(qtbot, session)


def test_the_first_snapshot_comes_unasked(ear: Ear) -> None:
    assert ear.session.snapshot is None
    assert not ear.session.is_idle()
    snapshot = ear.settle()
    assert (snapshot.step, snapshot.state) == (0, "paused")


def test_a_snapshot_is_collected_once(ear: Ear) -> None:
    ear.settle()
    assert ear.session.collect() is None
    assert ear.session.snapshot is not None


def test_every_command_is_announced_and_obeyed(ear: Ear, qtbot: QtBot) -> None:
    ear.settle()
    session = ear.session
    commands: dict[str, Callable[[], None]] = {
        "step": lambda: session.step("batch"),
        "change": lambda: session.change({"training": {"batch_size": 7}}),
        "look_at_row": lambda: session.look_at_row("train", 3),
        "look_at_sample": lambda: session.look_at_sample(2),
        "set_speed": lambda: session.set_speed(50.0),
        "ask": lambda: session.ask(lambda trainer: trainer.step, "steps"),
    }
    for command in commands.values():
        with qtbot.waitSignal(session.awaited):
            command()
        assert not session.is_idle()
        ear.settle()
    snapshot = ear.settle()
    assert (snapshot.step, snapshot.spec.training.batch_size) == (1, 7)
    assert (snapshot.probe.split, snapshot.probe.row) == ("train", 3)
    assert snapshot.trace.sample == 2
    assert ear.heard == [("steps", 1)]
    session.reset()
    assert ear.settle().step == 0
    session.load(load_preset("circle"))
    assert ear.settle().spec == load_preset("circle")


def test_a_run_trains_only_in_the_time_that_is_granted(ear: Ear, qtbot: QtBot) -> None:
    ear.settle()
    ear.session.play()
    qtbot.waitUntil(lambda: ear.collect().state == "running")
    assert ear.collect().step == 0
    assert not ear.session.is_idle()
    ear.session.grant(FOREVER, ALL_PARTS)
    ear.session.step("epoch")
    qtbot.waitUntil(lambda: ear.collect().epoch >= 1)
    assert ear.settle().state == "paused"


def test_refusals_and_notes_are_told_in_their_order(ear: Ear) -> None:
    ear.settle()
    ear.session.change({"training": {"batch_size": 0}})
    ear.session.step("op")
    ear.session.change({"network.layers[0].units": 5})
    ear.settle()
    (refused, refusal), (noted, note) = ear.heard
    assert (refused, noted) == ("refused", "noted")
    assert refusal.startswith("training.batch_size: ")
    assert "abandoned" in note


def test_a_refused_specification_is_told_as_such_and_nothing_changes(ear: Ear) -> None:
    before = ear.settle().spec
    ear.session.load(ExperimentSpec.from_dict(MISFIT))
    assert ear.settle().spec == before
    assert [name for name, _ in ear.heard] == ["load_refused", "refused"]


def test_an_error_of_the_program_is_told_with_its_place(ear: Ear) -> None:
    ear.settle()
    ear.session.ask(lambda trainer: 1 / 0, "wrong")
    assert ear.settle().state == "failed"
    ((name, failure),) = ear.heard
    assert (name, failure.type, failure.step) == ("failed", "ZeroDivisionError", 0)
    ear.session.reset()
    assert ear.settle().state == "paused"


def test_of_two_quick_changes_the_second_builds_on_the_first(ear: Ear) -> None:
    ear.settle()
    session = ear.session
    session.change(change_units(session.spec, 0, 9))
    session.change(change_hidden_count(session.spec, 2))
    assert [layer.units for layer in session.spec.network.layers] == [9, 9, 1]
    assert [layer.units for layer in ear.settle().spec.network.layers] == [9, 9, 1]


def test_a_refused_change_is_no_ground_to_build_on(ear: Ear) -> None:
    spec = ear.settle().spec
    ear.session.change({"training": {"batch_size": 0}})
    assert ear.session.spec == spec
    ear.settle()
    assert ear.session.spec == spec


def test_a_refused_change_is_told_with_what_was_asked_for_and_expected_no_more(ear: Ear) -> None:
    session = ear.session
    before = ear.settle().spec
    told: list[tuple[object, ExperimentSpec]] = []
    session.change_refused.connect(lambda changes, _: told.append((changes, session.spec)))
    session.change(MISFIT)
    # More is under way when the refusal is heard.
    for row in range(20):
        session.look_at_row("train", row % 4)
    ear.settle()
    assert told == [(MISFIT, before)]


def test_closing_may_be_repeated(session: Session) -> None:
    session.play()
    assert session.close()
    assert session.close()
