"""Forward-forward through the real window: taken up by a button, and taken apart op by op."""

from __future__ import annotations

from core.presets import load_preset
from tests.gui.driver import OpenWindow


def test_it_is_compared_and_says_what_its_loss_is(open_window: OpenWindow) -> None:
    driver = open_window("digits-forward-forward")
    assert driver.window.loss.accessibleName() == "Output loss"
    driver.trigger("Run", "Ways to a gradient…")
    dialog = driver.window.tools.ways
    assert dialog is not None
    driver.wait(lambda: dialog.ways() is not None)
    driver.settle()
    assert dialog.table.text_of("forward_forward")[:2] == ("2 + 1", "1.5×")
    assert dialog.table.buttons["forward_forward"].text() == "In use"
    assert "The loss curve is that of the output layer alone" in dialog.local_note.text()
    driver.click(dialog.table.buttons["backpropagation"])
    driver.wait(lambda: driver.spec.training.gradient_source == "backpropagation")
    driver.settle()
    assert driver.window.loss.accessibleName() == "Loss"
    driver.wait(lambda: not dialog.local_note.isVisible())
    driver.click(dialog.table.buttons["forward_forward"])
    driver.wait(lambda: driver.spec.training.gradient_source == "forward_forward")
    driver.settle()


def test_a_step_is_taken_apart_op_by_op_with_what_each_pass_has_made(
    open_window: OpenWindow,
) -> None:
    layers = [{"units": n, "activation": "relu"} for n in (6, 5)]
    layers.append({"units": 10, "activation": "softmax"})
    changes = {"network": {"layers": layers}}
    driver = open_window(load_preset("digits-forward-forward").with_changes(changes))
    session = driver.window.session
    session.step("op")
    driver.settle()
    assert driver.window.steps.is_active
    names = [op.name for op in driver.snapshot.trace.ops]
    for name in ("gn2", "dW2"):
        session.go_to_op(names.index(name))
        driver.settle()
        trace = driver.snapshot.trace
        assert trace.ops[trace.position - 1].name == name
        assert not driver.window.grab().isNull()
    reason = driver.window.steps.waterfall.note.text()
    assert "forward-forward every layer learns by itself" in reason
    session.play()
    driver.wait(lambda: driver.snapshot.step >= 2)
    driver.pause()
