"""What does not fit is offered with what makes it fit, in one line, and nothing is done unasked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.gui.driver import Driver
from tests.gui.test_reachability import complaints_about

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def output_of(driver: Driver) -> tuple[str, int, str]:
    layer = driver.settle().spec.network.layers[-1]
    return driver.spec.training.loss, layer.units, layer.activation


def offered(driver: Driver) -> str:
    """Return what is offered, or nothing."""
    offer = driver.window.status.offer
    return offer.accept.text() if offer.isVisible() else ""


def choose_output(driver: Driver, words: str) -> None:
    """Choose an activation of the output that may not fit: the box shows again what is."""
    driver.window.controls.network.output.activation.setCurrentText(words)
    driver.settle()


def test_an_offer_is_taken_by_key_or_click_and_undone_as_one_change(driver: Driver) -> None:
    before = driver.spec
    choose_output(driver, "softmax")
    assert driver.settle().spec is before
    assert offered(driver) == "Take cross-entropy and 2 output units"
    offer = driver.window.status.offer
    assert offer.sentence.text() == "Softmax does not go with binary cross-entropy."
    driver.wait(lambda: offer.sentence.shown_line() == offer.sentence.text())
    assert driver.window.controls.network.output.activation.selected_key() == "sigmoid"
    driver.key(driver.window.transport.play, Qt.Key.Key_E, CONTROL)
    assert output_of(driver) == ("cross_entropy", 2, "softmax")
    assert offered(driver) == ""
    driver.trigger("Edit", driver.window.changes.undo.text())
    assert driver.settle().spec == before
    choose_output(driver, "tanh")
    driver.press("Take mean squared error")
    assert output_of(driver) == ("mean_squared_error", 1, "tanh")


def test_an_offer_goes_with_the_next_change_or_when_it_is_put_away(driver: Driver) -> None:
    choose_output(driver, "softmax")
    assert offered(driver)
    assert not driver.window.status.seed.isVisible()
    assert complaints_about(driver.window) == []
    driver.press("Not now: leave everything as it is")
    assert offered(driver) == ""
    assert driver.window.status.seed.isVisible()
    assert not driver.window.offers.action.isEnabled()
    choose_output(driver, "softmax")
    driver.enter("Learning rate", "fast")
    assert offered(driver) == ""
    assert driver.news.startswith("Learning rate: expected a number")
    assert not driver.window.offers.action.isEnabled()
    choose_output(driver, "softmax")
    driver.enter("Learning rate", "0.5")
    driver.settle()
    assert offered(driver) == ""
    driver.key(driver.window.transport.play, Qt.Key.Key_E, CONTROL)
    assert output_of(driver)[0] == "binary_cross_entropy"


def test_what_a_choice_brings_along_is_said(driver: Driver) -> None:
    driver.press("Iris")
    assert output_of(driver) == ("cross_entropy", 3, "softmax")
    assert driver.news == ("The output layer becomes 3 units (softmax), the loss cross-entropy.")
    driver.press("Plane")
    assert output_of(driver) == ("mean_squared_error", 1, "linear")
    assert driver.news.endswith("the loss mean squared error.")
    driver.window.controls.network.techniques[1].residual.click()
    driver.press("Take 2 units in hidden 1")
    assert driver.settle().spec.network.layers[0].residual
    driver.click(driver.window.controls.network.hidden[0].stepper.plus)
    driver.settle()
    assert driver.news == "Hidden 1 no longer adds its input: the widths differ."


def test_the_diagram_offers_the_same(driver: Driver) -> None:
    driver.window.session.change({"training": {"gradient_source": "random_search"}})
    driver.settle()
    driver.window.network.units_requested.emit(1, 500)
    assert offered(driver) == "Take backpropagation"
    button = driver.find(QPushButton, "Take backpropagation")
    assert button is not None
    assert "Ctrl+E" in button.toolTip()
    driver.key(button, Qt.Key.Key_Space)
    spec = driver.settle().spec
    assert (spec.network.layers[0].units, spec.training.gradient_source) == (
        500,
        "backpropagation",
    )


def test_same_start_and_new_start_are_two_commands_that_can_be_undone(driver: Driver) -> None:
    first = driver.snapshot.parameters.copy()
    driver.press("Step batch")
    trained = driver.settle().parameters.copy()
    driver.trigger("Run", "Reset to the same start")
    again = driver.settle()
    assert (again.step, again.spec.seed) == (0, 0)
    assert (again.parameters == first).all()
    driver.trigger("Edit", "Undo reset")
    assert (driver.settle().parameters == trained).all()
    driver.key(
        driver.window.transport.play, Qt.Key.Key_R, CONTROL | Qt.KeyboardModifier.ShiftModifier
    )
    new = driver.settle()
    assert (new.step, new.spec.seed != 0) == (0, True)
    assert (new.parameters != first).any()
    driver.trigger("Edit", f"Undo seed {new.spec.seed}")
    assert (driver.settle().parameters == trained).all()
    driver.press("New start")
    assert driver.settle().spec.seed != 0
    driver.press("Same start")
    assert driver.settle().step == 0


def test_own_data_that_do_not_fit_are_offered_with_what_makes_them_fit(
    driver: Driver, tmp_path: Path
) -> None:
    driver.window.session.change(
        {"training": {"gradient_source": "random_search"}, "network.layers[0].units": 60}
    )
    path = tmp_path / "wide.csv"
    names = ",".join(f"c{i}" for i in range(100))
    lines = [",".join(str((7 * row + i * i) % 5) for i in range(100)) for row in range(12)]
    path.write_text("\n".join([names, *lines]))
    driver.window.data.open_path(path)
    driver.wait(lambda: (dialog := driver.window.data.dialog) is not None and dialog.isVisible())
    driver.press("Use these data")
    assert driver.settle().spec.data.kind == "spiral"
    driver.press("Take backpropagation")
    spec = driver.settle().spec
    assert (spec.data.path, spec.training.gradient_source) == (str(path), "backpropagation")
    driver.trigger("Edit", "Undo data set wide.csv")
    spec = driver.settle().spec
    assert (spec.data.kind, spec.training.gradient_source) == ("spiral", "random_search")
