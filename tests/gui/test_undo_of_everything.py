"""Whatever is changed in the window is undone to the bit, made again, and called by name.

One window serves all rows of the table: each leaves it as it found it. Panels that show what is
trained are hidden, since only the controls are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Trainer
from core.diagnosis.findings import Remedy
from core.training.points import PointEdit
from core.training.shares import ParameterPlace
from gui.theme import apply_theme
from gui.widgets.slider import Slider
from tests.gui.driver import Driver

LEFT, RIGHT_KEY = Qt.MouseButton.LeftButton, Qt.Key.Key_Right
Act = Callable[[Driver], None]
Bits = tuple[object, ...]

SPEC = ExperimentSpec.from_dict(
    {
        "data": {"kind": "spiral", "samples": 50, "test_fraction": 0.2},
        "network": {
            "layers": [
                {"units": 4, "normalization": "batch"},
                {"units": 4},
                {"units": 1, "activation": "sigmoid"},
            ]
        },
        "training": {
            "optimizer": {"kind": "adam", "learning_rate": 0.01},
            "schedule": {"kind": "step", "step_size": 50},
            "gradient_storage": "float16",
        },
    }
)
TABLE = "a;b;kind\n" + "".join(
    f"{i},5;{i * i % 7};{'red' if i % 3 else 'blue'}\n" for i in range(20)
)
REMEDY = Remedy("Smaller steps", "They overshoot.", {"training.optimizer.learning_rate": 0.001})


def bits(trainer: Trainer) -> Bits:
    """Return all that a run is: settings, place, parameters, state of the rule, data."""
    frame, data = trainer.keyframe(), trainer.dataset
    arrays = [frame.parameters, frame.gradient, frame.update, frame.running]
    arrays += [frame.optimizer[name] for name in sorted(frame.optimizer)]
    arrays += [data.inputs, data.targets, trainer.assembly.targets]
    arrays += [rows for rows in (data.test_inputs, data.test_targets) if rows is not None]
    place = (frame.step, frame.epoch, frame.row, frame.updates, frame.loss)
    return (trainer.spec, place, *(array.tobytes() for array in arrays))


@dataclass
class Someone:
    """Someone at the one window, who can ask what the run is."""

    driver: Driver
    folder: Path
    answers: list[Bits] = field(default_factory=list)

    def latest(self) -> Bits:
        """Return what the run was when it was last asked for."""
        return self.answers[-1] if self.answers else self.bits()

    def bits(self) -> Bits:
        """Wait until all is obeyed; return what the run is then."""
        count = len(self.answers)
        self.driver.window.session.ask(bits, "bits")
        self.driver.wait(lambda: len(self.answers) > count)
        self.driver.settle()
        return self.answers[-1]


@pytest.fixture(scope="module")
def someone(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Someone]:
    apply_theme(qapp, "dark")
    driver = Driver(QtBot(request), SPEC)
    someone = Someone(driver, tmp_path_factory.mktemp("tables"))
    driver.window.session.answered.connect(lambda _, answer: someone.answers.append(answer))
    for name in ("network", "right", "loss", "gradients"):
        driver.window.workspace.set_shown(name, False)
    for _ in range(3):
        driver.press("Step batch")
    driver.settle()
    yield someone
    driver.window.close()
    driver.window.deleteLater()


def slide(of: Callable[[Any], Slider]) -> Act:
    """Return a press of the right arrow on a slider of the controls."""
    return lambda driver: driver.key(of(driver.window.controls), RIGHT_KEY)


def drag_rate(driver: Driver) -> None:
    track = driver.window.controls.training.learning_rate.track
    middle = track.height() // 2
    QTest.mousePress(track, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(20, middle))
    for x in (30, 40, 50):
        QTest.mouseMove(track, QPoint(x, middle))
        driver.settle()
    QTest.mouseRelease(track, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(50, middle))


def in_group(group: str, act: Act) -> Act:
    """Return ``act`` with a group of techniques unfolded for it."""

    def unfolded(driver: Driver) -> None:
        driver.press(group)
        act(driver)
        driver.press(group)

    return unfolded


def in_layer(row: int, act: Act) -> Act:
    """Return ``act`` with the techniques of a layer unfolded; row 0 are all hidden layers."""

    def unfolded(driver: Driver) -> None:
        network = driver.window.controls.network
        fold = (network.all_hidden, *network.hidden, network.output)[row].fold
        driver.click(fold)
        act(driver)
        driver.click(fold)

    return unfolded


def enter(name: str, text: str) -> Act:
    return lambda driver: driver.enter(name, text)


def choose(name: str, words: str) -> Act:
    return lambda driver: driver.choose(name, words)


def press(name: str) -> Act:
    return lambda driver: driver.press(name)


def click(of: Callable[[Any], Any]) -> Act:
    return lambda driver: driver.click(of(driver.window.controls))


def ask(name: str, *args: Any) -> Act:
    """Return a command to the session, which other tests give by click."""
    return lambda driver: getattr(driver.window.session, name)(*args)


def request_layers(name: str, *args: Any) -> Act:
    return lambda driver: getattr(driver.window.layers, name)(*args)


def with_offer(act: Act) -> Act:
    def accepted(driver: Driver) -> None:
        act(driver)
        driver.settle()
        driver.window.status.offer.accept.click()

    return accepted


def set_loss(words: str) -> Act:
    return lambda driver: driver.window.controls.training.loss.setCurrentText(words)


def set_output(driver: Driver) -> None:
    driver.window.controls.network.output.activation.setCurrentText("tanh")


# What is done, and what the menu calls it.
CHANGES: dict[str, tuple[Act, str]] = {
    "data set": (press("Moons"), "data set moons"),
    "collected data": (press("Iris"), "data set iris"),
    "noise": (slide(lambda c: c.data.noise.slider), "noise 0.11"),
    "samples": (slide(lambda c: c.data.samples.slider), "samples 100"),
    "test share": (slide(lambda c: c.data.test_share.slider), "test share 25 %"),
    "features": (click(lambda c: c.data.features.chip("x1^2")), "inputs x1, x2, x1^2"),
    "point added": (ask("edit_points", PointEdit(1.0, 2.0, 1.0)), "points added"),
    "points erased": (ask("edit_points", PointEdit(0.0, 0.0, None, "both", 3.0)), "points erased"),
    "weight": (ask("set_parameter", ParameterPlace(1, 0, 0), 1.5), "W₁[1, 1]"),
    "bias": (ask("set_parameter", ParameterPlace(2, 0, None), -0.5), "b₂[1]"),
    "layers": (click(lambda c: c.network.all_hidden.stepper.plus), "layers 4-4-4-1"),
    "no layers": (enter("Hidden layers", "0"), "layers 1"),
    "many layers": (enter("Hidden layers", "12"), "layers 4×12-1"),
    "units": (enter("Units of hidden 2", "7"), "layers 4-7-1"),
    "layer inserted": (request_layers("insert_layer", 1), "layers 4-4-4-1"),
    "layer removed": (request_layers("remove_layer", 1), "layers 4-1"),
    "activation of all": (choose("Activation", "ReLU"), "activation ReLU"),
    "activation of one": (choose("Activation of hidden 1", "ReLU"), "activation ReLU"),
    "activation of the output": (
        with_offer(set_output),
        "loss mean squared error, activation tanh",
    ),
    "output units": (click(lambda c: c.network.output.stepper.plus), "layers 4-4-2"),
    "normalization": (
        in_layer(2, choose("Normalization of hidden 2", "layer")),
        "hidden 2 normalization layer",
    ),
    "normalization of all": (
        in_layer(0, choose("Normalization of all hidden layers", "layer")),
        "normalization layer",
    ),
    "dropout": (
        in_layer(1, slide(lambda c: c.network.techniques[1].dropout.slider)),
        "hidden 1 dropout 0.05",
    ),
    "residual": (in_layer(2, press("Residual of hidden 2")), "hidden 2 residual on"),
    "initializer": (choose("Initializer", "orthogonal"), "initializer orthogonal"),
    "precision": (ask("change", {"network": {"dtype": "float32"}}), "precision float32"),
    "loss": (set_loss("mean squared error"), "loss mean squared error"),
    "loss and output": (set_loss("cross-entropy"), "loss cross-entropy, layers 4-4-2"),
    "optimizer": (choose("Optimizer", "RMSprop"), "optimizer RMSprop"),
    "rate typed": (enter("Learning rate", "0.25"), "base rate 0.25"),
    "rate dragged": (drag_rate, "base rate"),
    "number of the rule": (enter("β₁", "0.8"), "beta1 0.8"),
    "batch size": (slide(lambda c: c.training.batch_size.slider), "batch size 16"),
    "seed": (enter("Seed", "42"), "seed 42"),
    "new start": (press("New start"), "seed"),
    "same start": (press("Same start"), "reset"),
    "schedule": (
        in_group("Schedule", choose("Schedule of the learning rate", "cosine")),
        "schedule cosine",
    ),
    "number of the schedule": (
        in_group("Schedule", enter("Schedule: factor γ", "0.7")),
        "schedule gamma 0.7",
    ),
    "L1": (in_group("Regularization", enter("L1 penalty", "0.01")), "L1 0.01"),
    "L2": (in_group("Regularization", enter("L2 penalty", "0.01")), "L2 0.01"),
    "decay of biases": (
        in_group("Regularization", press("Decay biases")),
        "decay of biases on",
    ),
    "patience": (in_group("Regularization", enter("Patience", "9")), "patience 9"),
    "clip norm": (in_group("Gradient", enter("Clip norm", "2")), "clipping by norm 2"),
    "clip value": (in_group("Gradient", enter("Clip value", "2")), "clipping by value 2"),
    "gradient source": (
        in_group("Gradient", choose("Gradient source", "feedback")),
        "gradient source feedback alignment",
    ),
    "another source and what it needs": (
        in_group("Gradient", with_offer(partial(lambda d: choose_source(d)))),
        "gradient source random search, gradients in full precision",
    ),
    "gradient storage": (
        in_group("Gradient", choose("Gradient storage", "as computed")),
        "gradients in full precision",
    ),
    "loss scale": (in_group("Gradient", enter("Loss scale", "256")), "loss scale 256"),
    "cure": (ask("cure", "exploding", REMEDY), "Smaller steps"),
    "another experiment": (
        lambda d: d.trigger("Presets", "Moons"),
        "experiment",
    ),
}


def choose_source(driver: Driver) -> None:
    driver.window.controls.training.gradient.source.setCurrentText("random search")


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_undone_to_the_bit_and_made_again(someone: Someone, name: str) -> None:
    act, words = CHANGES[name]
    driver, changes = someone.driver, someone.driver.window.changes
    # Every row has just been seen to leave the run as it was.
    before, former = someone.latest(), changes.undo.text()
    act(driver)
    after = someone.bits()
    assert after != before
    assert changes.undo.text().startswith(f"Undo {words}")
    changes.undo.trigger()
    assert someone.bits() == before
    assert changes.undo.text() == former
    assert changes.redo.text().startswith(f"Redo {words}")
    changes.redo.trigger()
    assert someone.bits() == after
    changes.undo.trigger()
    assert someone.bits() == before


def test_own_data_are_undone_to_the_bit_and_made_again(someone: Someone) -> None:
    driver, changes = someone.driver, someone.driver.window.changes
    path = someone.folder / "flowers.csv"
    path.write_text(TABLE)
    before = someone.bits()
    driver.window.data.open_path(path)
    driver.settle()
    dialog = driver.window.data.dialog
    assert dialog is not None
    dialog.use.click()
    after = someone.bits()
    changes.undo.trigger()
    assert someone.bits() == before
    assert changes.redo.text() == "Redo data set flowers.csv"
    changes.redo.trigger()
    assert someone.bits() == after
    changes.undo.trigger()
    assert someone.bits() == before


def test_several_changes_are_undone_one_by_one(someone: Someone) -> None:
    driver, changes = someone.driver, someone.driver.window.changes
    driver.window.activateWindow()
    states = [someone.bits()]
    for name in ("units", "loss", "weight", "noise", "data set", "rate typed"):
        CHANGES[name][0](driver)
        states.append(someone.bits())
    assert len({state[1:] for state in states} | {repr(state[0]) for state in states}) > 6
    for state in reversed(states[:-1]):
        changes.undo.trigger()
        assert someone.bits() == state
    for state in states[1:]:
        changes.redo.trigger()
        assert someone.bits() == state
    for _ in states[1:]:
        changes.undo.trigger()
    driver.settle()
    np.testing.assert_equal(someone.bits(), states[0])


def test_the_return_of_early_stopping_is_undone_and_made_again(someone: Someone) -> None:
    driver, changes = someone.driver, someone.driver.window.changes
    former = someone.bits()
    hasty = {"patience": 2, "optimizer": {"kind": "sgd", "learning_rate": 5.0}}
    driver.window.session.load(SPEC.with_changes({"training": hasty}))
    someone.bits()
    driver.press("Play")
    driver.wait(lambda: driver.snapshot.state == "paused" and driver.snapshot.step > 0)
    stopped = someone.bits()
    assert changes.undo.text() == f"Undo early stop at step {driver.snapshot.step:,}"
    changes.undo.trigger()
    as_trained = someone.bits()
    assert as_trained != stopped
    changes.redo.trigger()
    assert someone.bits() == stopped
    changes.undo.trigger()
    assert someone.bits() == as_trained
    changes.undo.trigger()
    assert someone.bits() == former
