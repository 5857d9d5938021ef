"""The stage: every number of a step in its place, read, pointed at, clicked and walked to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from core import Snapshot
from core.explain.reference import Reference
from gui.motion import apply_motion
from gui.numbers import format_value
from gui.panels.stage_panel import StagePanel
from gui.stage.canvas import StageCanvas
from gui.stage.sample_box import SampleBox
from gui.theme import ThemeName, apply_theme
from tests.gui.published import STEP, UPDATED
from tests.gui.stage.runs import BATCH_OF_4096, BLOWN_UP, UNITS_4096, run_of, stopped_after

LEFT = Qt.MouseButton.LeftButton
# The published numbers of the 2-2-1 network, in the order in which they come into being.
COMING = {"x": [0.5, 0.8], "y": [1.0], **STEP}
START = {"W1": [[0.15, 0.25], [0.2, 0.3]], "b1": [0.35, 0.35], "W2": [[0.4, 0.5]], "b2": [0.6]}


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[StagePanel]:
    apply_theme(qapp, "dark")
    panel = StagePanel()
    qtbot.addWidget(panel)
    panel.set_animated(False)
    panel.resize(808, 460)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


@pytest.fixture
def backward(panel: StagePanel) -> StagePanel:
    """Return the worked example where the error has come to the hidden units."""
    panel.show_snapshot(None, stopped_after("worked-example", "da1"))
    return panel


def numbers(panel: StagePanel) -> dict[str, str]:
    """Return what stands on the stage, by name."""
    words = panel.in_words()
    return dict(part.rsplit(" ", 1) for part in words.split("; ")) if words else {}


def entries(values: dict[str, object]) -> dict[str, str]:
    """Return each entry's name, counted from 1, and how it is written."""
    found = {}
    for name, value in values.items():
        array = np.asarray(value)
        for index in np.ndindex(array.shape):
            place = f"[{','.join(str(i + 1) for i in index)}]" if index else ""
            found[name + place] = format_value(float(array[index]))
    return found


def place_of(panel: StagePanel, reference: Reference) -> QPoint:
    place = panel.canvas.place_of(reference)
    assert place is not None, reference
    return place.toPoint()


def hover(qtbot: QtBot, panel: StagePanel, point: QPoint) -> None:
    qtbot.mouseMove(panel.canvas, point + QPoint(1, 1))
    qtbot.mouseMove(panel.canvas, point)


def picture(panel: StagePanel) -> QImage:
    return panel.canvas.grab().toImage()


def button(panel: StagePanel, name: str) -> QAbstractButton:
    buttons = panel.findChildren(QAbstractButton)
    return next(b for b in buttons if name in (b.accessibleName(), b.text()))


def box(panel: StagePanel) -> SampleBox:
    found = panel.findChild(SampleBox)
    assert found is not None
    assert found.accessibleName() == "Sample"
    return found


def focus(qtbot: QtBot, panel: StagePanel) -> StageCanvas:
    with qtbot.waitActive(panel):
        panel.activateWindow()
    panel.canvas.setFocus()
    return panel.canvas


def test_every_number_of_the_worked_example_is_read_at_every_op(panel: StagePanel) -> None:
    trainer = run_of("worked-example")
    known: dict[str, object] = dict(START)
    panel.show_snapshot(None, trainer.snapshot())
    assert numbers(panel) == entries(known)
    for _ in trainer.snapshot().trace.ops:
        op = trainer.advance_op()
        known |= {name: COMING[name] for name in op.writes if name in COMING}
        if op.name == "parameters":
            known |= UPDATED
        panel.show_snapshot(None, trainer.snapshot())
        read = numbers(panel)
        expected = entries(known)
        assert {name: read.get(name) for name in expected} == expected, op.name
        unknown = [n for n in read if n not in expected and not n.startswith(("slope", "−Δ"))]
        assert not unknown, op.name
    assert numbers(panel)["−ΔW2[1,1]"] == "0.01352"


def test_an_earlier_op_of_a_finished_step_shows_the_weights_that_it_used(
    panel: StagePanel,
) -> None:
    panel.show_snapshot(None, stopped_after("worked-example", "parameters"))
    assert numbers(panel)["W2[1,1]"] == "0.4135"
    panel.show_op(3)
    assert numbers(panel)["W2[1,1]"] == "0.4000"
    assert panel.accessibleDescription().startswith("Op 4: z2 = W2 a1 + b2.")


def test_another_op_lit_by_hand_is_forgotten_when_the_run_goes_on(panel: StagePanel) -> None:
    trainer = run_of("worked-example")
    trainer.advance_step()
    panel.show_snapshot(None, trainer.snapshot())
    panel.show_op(3)
    trainer.advance_step()
    panel.show_snapshot(None, trainer.snapshot())
    assert panel.accessibleDescription().startswith("Op 15: ")


def test_without_an_op_nothing_is_lit(backward: StagePanel) -> None:
    roles = {spot.figure.role for spot in backward.canvas.scene().spots}
    assert roles == {"plain", "written", "weights", "error"}
    backward.show_op(-1)
    assert {spot.figure.role for spot in backward.canvas.scene().spots} == {"plain"}
    assert numbers(backward)["da1[1]"] == "−0.01661"


def test_a_hidden_value_is_nowhere_to_be_read(backward: StagePanel) -> None:
    backward.set_hidden(frozenset({"da1"}))
    shown = [spot.figure.text for spot in backward.canvas.scene().spots]
    written = [spot.written for spot in backward.canvas.scene().spots]
    assert "−0.01661" not in (*shown, *written, *numbers(backward).values())
    assert "−0.01661" not in backward.accessibleDescription()
    backward.set_hidden(frozenset())
    assert numbers(backward)["da1[1]"] == "−0.01661"


def test_pointing_at_a_number_tells_other_views_and_shows_a_card(
    qtbot: QtBot, backward: StagePanel
) -> None:
    pointed: list[Reference | None] = []
    backward.value_pointed.connect(pointed.append)
    hover(qtbot, backward, place_of(backward, Reference("dz2", (0,))))
    assert pointed == [Reference("dz2", (0,))]
    facts = backward.canvas.facts_on_show()
    assert facts is not None
    assert facts.title == "Output, unit 1"
    assert ("∂L/∂z", "−0.04153") in facts.rows
    hover(qtbot, backward, QPoint(3, 3))
    assert pointed[-1] is None
    assert backward.canvas.facts_on_show() is None


def test_a_click_on_an_edge_or_a_bias_chooses_that_parameter(
    qtbot: QtBot, backward: StagePanel
) -> None:
    wire = next(w for w in backward.canvas.scene().wires if w.reference == Reference("W1", (1, 0)))
    targets = {
        Reference("W1", (1, 0)): wire.gap.middle(wire.row, 0.9).toPoint(),
        Reference("W2", (0, 1)): place_of(backward, Reference("W2", (0, 1))),
        Reference("b1", (1,)): place_of(backward, Reference("b1", (1,))),
    }
    for parameter, place in targets.items():
        with qtbot.waitSignal(backward.parameter_selected) as chosen:
            qtbot.mouseClick(backward.canvas, LEFT, pos=place)
        assert chosen.args == [parameter]


def test_a_click_on_a_gradient_chooses_its_parameter(qtbot: QtBot, panel: StagePanel) -> None:
    panel.show_snapshot(None, stopped_after("worked-example", "dW1"))
    with qtbot.waitSignal(panel.parameter_selected) as chosen:
        place = place_of(panel, Reference("dW1", (0, 1)))
        qtbot.mouseClick(panel.canvas, LEFT, pos=place)
    assert chosen.args == [Reference("W1", (0, 1))]


@pytest.mark.parametrize(
    "reference",
    [
        Reference("a1", (0,)),
        Reference("dz2"),
        Reference("W2", (0, 0)),
        Reference("dW2", (0, 1)),
        Reference("b1", (0,)),
        Reference("loss"),
        Reference("x", (1,)),
    ],
)
def test_what_another_view_points_at_is_marked_until_it_does_no_longer(
    backward: StagePanel, reference: Reference
) -> None:
    plain = picture(backward)
    backward.point_at(reference)
    assert picture(backward) != plain
    backward.point_at(None)
    assert picture(backward) == plain


def test_a_chosen_parameter_is_marked_without_a_signal(qtbot: QtBot, backward: StagePanel) -> None:
    plain = picture(backward)
    with qtbot.assertNotEmitted(backward.parameter_selected):
        backward.select_parameter(Reference("W1", (0, 0)))
    first = picture(backward)
    backward.select_parameter(Reference("b2", (0,)))
    assert plain != first != picture(backward) != plain


def test_keys_lead_to_a_weight_which_is_spoken_and_chosen(
    qtbot: QtBot, backward: StagePanel
) -> None:
    canvas = focus(qtbot, backward)
    # From the first input its edge, the hidden unit, and that one's edge to the output.
    for key in (Qt.Key.Key_Down, *[Qt.Key.Key_Right] * 3):
        qtbot.keyClick(canvas, key)
    assert canvas.accessibleDescription().startswith("Weight W₂[1, 1]: value 0.4000, ")
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    with qtbot.waitSignal(backward.parameter_selected) as chosen:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert chosen.args == [Reference("W2", (0, 1))]
    with qtbot.waitSignal(backward.value_pointed) as left:
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert left.args == [None]


def test_the_focus_has_a_ring(qtbot: QtBot, backward: StagePanel) -> None:
    canvas = focus(qtbot, backward)
    plain = picture(backward)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert picture(backward) != plain


def test_a_layer_opens_by_its_button_its_head_and_a_key(qtbot: QtBot, backward: StagePanel) -> None:
    assert "Wa1[1]" not in numbers(backward)
    qtbot.mouseClick(button(backward, "Open Hidden"), LEFT)
    # 0.15 * 0.5 + 0.25 * 0.8, without the bias.
    assert numbers(backward)["Wa1[1]"] == "0.2750"
    qtbot.keyClick(button(backward, "Close Hidden"), Qt.Key.Key_Space)
    assert not backward.canvas.is_open(1)
    card = backward.canvas.plan().card(2, 0)
    assert card is not None
    qtbot.mouseClick(backward.canvas, LEFT, pos=QPointF(card.center().x(), 30).toPoint())
    assert backward.canvas.is_open(2)
    canvas = focus(qtbot, backward)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_O):
        qtbot.keyClick(canvas, key)
    assert backward.canvas.is_open(1)


def test_a_sample_is_chosen_by_list_and_by_keys(qtbot: QtBot, panel: StagePanel) -> None:
    panel.show_snapshot(None, stopped_after("spiral", "z1"))
    rows = panel._newest.trace.rows if panel._newest is not None else []
    assert box(panel).currentText() == f"1 of 10 · row {rows[0] + 1}"
    focus(qtbot, panel)
    with qtbot.waitSignal(panel.sample_requested) as asked:
        qtbot.keyClick(box(panel), Qt.Key.Key_Down)
    assert asked.args == [1]
    with qtbot.waitSignal(panel.sample_requested) as asked:
        qtbot.keyClick(panel.canvas, Qt.Key.Key_PageDown)
    assert asked.args == [1]
    with qtbot.assertNotEmitted(panel.sample_requested, wait=20):
        qtbot.keyClick(panel.canvas, Qt.Key.Key_PageUp)


def test_one_of_4096_samples_can_be_chosen(panel: StagePanel) -> None:
    panel.show_snapshot(None, stopped_after(BATCH_OF_4096, "z1"))
    assert box(panel).count() == 4096
    assert box(panel).itemText(4095).startswith("4,096 of 4,096 · row ")


def test_one_sample_alone_is_asked_for_where_there_are_several(
    qtbot: QtBot, panel: StagePanel
) -> None:
    panel.show_snapshot(None, stopped_after("worked-example", "z1"))
    alone = button(panel, "This sample alone")
    assert not alone.isVisible()
    panel.show_snapshot(None, stopped_after("spiral", "z1"))
    assert alone.isVisible()
    with qtbot.assertNotEmitted(panel.alone_requested):
        panel.set_alone(True)
    assert alone.isChecked()
    with qtbot.waitSignal(panel.alone_requested) as asked:
        alone.click()
    assert asked.args == [False]


def test_the_tape_asks_for_an_op(qtbot: QtBot, backward: StagePanel) -> None:
    with qtbot.waitSignal(backward.op_requested) as asked:
        cell = backward.tape.cells()[3].center().toPoint()
        qtbot.mouseClick(backward.tape, LEFT, pos=cell)
    assert asked.args == [3]


def stepping(panel: StagePanel) -> tuple[Snapshot, Snapshot]:
    trainer = run_of("worked-example")
    trainer.advance_op()
    before = trainer.snapshot()
    trainer.advance_op()
    panel.show_snapshot(None, before)
    return before, trainer.snapshot()


def test_the_motion_ends_in_the_picture_that_is_there_at_once_without_it(
    qtbot: QtBot, panel: StagePanel
) -> None:
    _, after = stepping(panel)
    animate = panel.findChildren(QCheckBox)[-1]
    assert animate.text() == "Animate"
    animate.click()
    panel.show_snapshot(None, after)
    assert panel.canvas.is_moving()
    moving = picture(panel)
    qtbot.waitUntil(lambda: not panel.canvas.is_moving())
    still = picture(panel)
    assert moving != still
    panel.set_animated(False)
    panel.show_op(-1)
    panel.show_op(1)
    assert not panel.canvas.is_moving()
    assert picture(panel) == still


def test_nothing_moves_while_something_is_pointed_at(qtbot: QtBot, panel: StagePanel) -> None:
    _, after = stepping(panel)
    panel.set_animated(True)
    panel.point_at(Reference("x", (0,)))
    panel.show_snapshot(None, after)
    assert not panel.canvas.is_moving()
    panel.point_at(None)
    panel.show_op(0)
    assert panel.canvas.is_moving()
    hover(qtbot, panel, place_of(panel, Reference("x", (0,))))
    assert not panel.canvas.is_moving()


def test_with_reduced_motion_everything_stands_where_it_belongs_at_once(
    qapp: QApplication, panel: StagePanel
) -> None:
    _, after = stepping(panel)
    panel.set_animated(True)
    flash_time = qapp.cursorFlashTime()
    apply_motion(qapp, "reduced")
    animate = panel.findChildren(QCheckBox)[-1]
    assert not animate.isEnabled()
    assert "motion is reduced" in animate.toolTip()
    assert qapp.cursorFlashTime() == 0
    panel.show_snapshot(None, after)
    assert not panel.canvas.is_moving()
    apply_motion(qapp, "full")
    assert animate.isEnabled()
    assert qapp.cursorFlashTime() == flash_time
    panel.show_op(0)
    assert panel.canvas.is_moving()
    apply_motion(qapp, "system")


def test_the_desktops_wish_for_less_motion_is_followed(
    panel: StagePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, after = stepping(panel)
    panel.set_animated(True)
    monkeypatch.setattr("gui.motion._moves_on_the_desktop", lambda: False)
    panel.show_snapshot(None, after)
    assert not panel.canvas.is_moving()
    monkeypatch.undo()
    panel.show_op(0)
    assert panel.canvas.is_moving()


def test_a_motion_under_way_ends_with_the_panel(panel: StagePanel) -> None:
    _, after = stepping(panel)
    panel.set_animated(True)
    panel.show_snapshot(None, after)
    assert panel.canvas.is_moving()
    panel.close()


def test_a_small_network_is_drawn_larger_in_a_large_window_and_is_hit_where_it_stands(
    qtbot: QtBot, panel: StagePanel
) -> None:
    panel.show_snapshot(None, stopped_after("worked-example", "da1"))
    reference = Reference("W2", (0, 1))
    small = panel.canvas.plan().card(2, 0)
    panel.resize(1240, 640)
    assert small is not None
    spot = panel.canvas.scene().spot_of(reference)
    assert spot is not None
    assert place_of(panel, reference) != spot.rect.center().toPoint()
    with qtbot.waitSignal(panel.parameter_selected) as chosen:
        qtbot.mouseClick(panel.canvas, LEFT, pos=place_of(panel, reference))
    assert chosen.args == [reference]


@pytest.mark.parametrize(
    ("theme", "size", "runs"),
    [
        ("dark", (808, 460), (UNITS_4096, BLOWN_UP, "iris")),
        ("light", (808, 460), ("digits", "chain-rule")),
        ("high_contrast", (808, 460), ("iris",)),
        ("dark", (1240, 640), ("digits", "chain-rule")),
    ],
)
def test_every_kind_of_run_is_drawn_at_every_op(
    qapp: QApplication,
    panel: StagePanel,
    theme: ThemeName,
    size: tuple[int, int],
    runs: tuple[str | dict[str, Any], ...],
) -> None:
    apply_theme(qapp, theme)
    panel.resize(*size)
    for what in runs:
        trainer = run_of(what)
        pictures = []
        for _ in trainer.snapshot().trace.ops:
            trainer.advance_op()
            panel.show_snapshot(None, trainer.snapshot())
            pictures.append(picture(panel))
        assert all(a != b for a, b in pairwise(pictures)), what


def test_numbers_that_are_not_finite_are_named(panel: StagePanel) -> None:
    trainer = run_of(BLOWN_UP)
    for _ in range(60):
        trainer.advance_step()
        if trainer.snapshot().halted is not None:
            break
    panel.show_snapshot(None, trainer.snapshot())
    assert {"NaN", "∞", "−∞"} & set(numbers(panel).values())
    assert not picture(panel).isNull()


def test_the_facts_name_network_and_step(panel: StagePanel) -> None:
    trainer = run_of("worked-example")
    trainer.advance_step()
    trainer.advance_op()
    panel.show_snapshot(None, trainer.snapshot())
    assert panel._facts.text() == "2-2-1 · Worked example · step 1"


def test_weights_and_changes_of_the_whole_network_are_in_words_after_the_step(
    panel: StagePanel,
) -> None:
    panel.show_snapshot(None, stopped_after("spiral", "parameters"))
    read = numbers(panel)
    for unit, source in product(range(1, 9), range(1, 9)):
        assert f"W2[{unit},{source}]" in read
        assert f"−ΔW2[{unit},{source}]" in read
