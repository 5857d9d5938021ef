"""The op tape: one cell an op in its phase, reached by click and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.stage.tape import OpTape
from gui.theme import THEME_NAMES, ThemeName, apply_theme, current_theme
from tests.gui.stage.runs import run_of, stopped_after

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tape(qtbot: QtBot, qapp: QApplication) -> Iterator[OpTape]:
    apply_theme(qapp, "dark")
    tape = OpTape()
    qtbot.addWidget(tape)
    tape.resize(808, tape.sizeHint().height())
    tape.show()
    yield tape
    apply_theme(qapp, "dark")


@pytest.mark.parametrize("preset", ["worked-example", "deep-sigmoid"])
def test_cells_stand_in_order_within_the_tape_with_space_between_phases(
    tape: OpTape, preset: str
) -> None:
    snapshot = run_of(preset).snapshot()
    tape.show_snapshot(snapshot, -1)
    cells, ops = tape.cells(), snapshot.trace.ops
    assert len(cells) == len(ops)
    assert cells[0].left() >= 0
    assert cells[-1].right() <= tape.width()
    steps = zip(pairwise(cells), pairwise(ops), strict=True)
    gaps = [(b.left() - a.right(), p.phase == q.phase) for (a, b), (p, q) in steps]
    within = [gap for gap, is_same in gaps if is_same]
    between = [gap for gap, is_same in gaps if not is_same]
    assert min(within) >= 0
    assert min(between) > max(within) + 5


@pytest.mark.parametrize("name", THEME_NAMES)
def test_done_now_and_to_come_look_different(
    qapp: QApplication, tape: OpTape, name: ThemeName
) -> None:
    apply_theme(qapp, name)
    snapshot = stopped_after("worked-example", "loss")
    tape.show_snapshot(snapshot, snapshot.trace.position - 1)
    picture = tape.grab().toImage()
    place = snapshot.trace.position - 1

    def ground(cell: int) -> int:
        # Beside the number.
        rect = tape.cells()[cell]
        return picture.pixelColor(int(rect.left()) + 6, int(rect.center().y())).rgb()

    theme = current_theme()
    assert ground(place) == theme.accent.rgb()
    assert ground(place + 1) == theme.panel.rgb()
    assert ground(0) not in (theme.accent.rgb(), theme.panel.rgb(), theme.text.rgb())


def test_a_click_asks_for_the_op_of_its_cell(qtbot: QtBot, tape: OpTape) -> None:
    tape.show_snapshot(run_of("deep-sigmoid").snapshot(), -1)
    for place in (0, 17, len(tape.cells()) - 1):
        with qtbot.waitSignal(tape.op_requested) as asked:
            qtbot.mouseClick(tape, LEFT, pos=tape.cells()[place].center().toPoint())
        assert asked.args == [place]


def test_arrows_walk_and_return_asks(qtbot: QtBot, tape: OpTape) -> None:
    snapshot = stopped_after("worked-example", "loss")
    tape.show_snapshot(snapshot, snapshot.trace.position - 1)
    tape.setFocus()
    qtbot.keyClick(tape, Qt.Key.Key_Right)
    qtbot.keyClick(tape, Qt.Key.Key_Right)
    assert "slope" in tape.accessibleDescription()
    with qtbot.waitSignal(tape.op_requested) as asked:
        qtbot.keyClick(tape, Qt.Key.Key_Return)
    assert asked.args == [snapshot.trace.position + 1]
    for _ in range(40):
        qtbot.keyClick(tape, Qt.Key.Key_Left)
    with qtbot.waitSignal(tape.op_requested) as asked:
        qtbot.keyClick(tape, Qt.Key.Key_Return)
    assert asked.args == [0]
