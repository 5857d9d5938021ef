"""The trace: which ops are shown and how they are marked, their values, and the sample's choice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.explain.reference import Reference
from gui.numbers import format_value
from gui.panels.trace_panel import TracePanel
from gui.theme import apply_theme, current_theme, scaled
from gui.trace.model import ROW_ROLE, Mark
from gui.trace.op_rows import ROW
from gui.trace.words import entries, shape_of, shapes_line
from tests.gui.test_step_mode_techniques import spec_with

Show = Callable[[Snapshot], TracePanel]


def _worked_example() -> Trainer:
    """Return the 2-2-1 network whose numbers are known: one sample, half squared error."""
    layers = [
        {
            "units": 2,
            "activation": "sigmoid",
            "weights": [[0.15, 0.25], [0.20, 0.30]],
            "biases": [0.35, 0.35],
        },
        {"units": 1, "activation": "sigmoid", "weights": [[0.40, 0.50]], "biases": [0.60]},
    ]
    data = {
        "kind": "inline",
        "inputs": [[0.5, 0.8]],
        "targets": [[1]],
        "test_fraction": 0,
        "normalize": False,
        "task": "regression",
    }
    training = {
        "loss": "half_squared_error",
        "batch_size": 1,
        "shuffle": False,
        "optimizer": {"learning_rate": 0.5},
    }
    return Trainer(
        ExperimentSpec.from_dict(
            {"data": data, "network": {"layers": layers}, "training": training}
        )
    )


def _circle(layers: int = 2, batch_size: int = 10) -> Trainer:
    hidden = [{"units": 4}] * (layers - 1)
    spec = {
        "data": {"kind": "circle", "samples": 60},
        "network": {"layers": [*hidden, {"units": 1, "activation": "sigmoid"}]},
        "training": {"batch_size": batch_size},
    }
    return Trainer(ExperimentSpec.from_dict(spec))


def _advance_to(trainer: Trainer, name: str) -> Snapshot:
    """Run ops up to and with the one called ``name``."""
    while trainer.advance_op().name != name:
        pass
    return trainer.snapshot()


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Show:
    apply_theme(qapp, "dark")

    def show(snapshot: Snapshot) -> TracePanel:
        panel = TracePanel()
        qtbot.addWidget(panel)
        panel.resize(380, 702)
        panel.show()
        panel.show_snapshot(None, snapshot)
        return panel

    return show


def _lines(panel: TracePanel) -> list[str]:
    rows = panel.list.rows
    return [rows.index(i).data() for i in range(rows.rowCount())]


def _index_of(panel: TracePanel, start: str) -> QModelIndex:
    lines = _lines(panel)
    row = next(i for i, line in enumerate(lines) if line.startswith(start))
    return panel.list.rows.index(row)


def _click(panel: TracePanel, start: str, qtbot: QtBot) -> None:
    place = panel.list.visualRect(_index_of(panel, start)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _texts(panel: TracePanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel)]


def _marks(panel: TracePanel) -> list[Mark]:
    rows = panel.list.rows
    count = len(panel.list.rows.snapshot.trace.ops)
    return [rows.mark(place) for place in range(count)]


def test_before_the_first_step_all_ops_are_to_come(shown: Show) -> None:
    trainer = _worked_example()
    panel = shown(trainer.snapshot())
    formulas = [op.formula for op in trainer.program.ops]
    for formula in formulas:
        assert any(line.startswith(formula) for line in _lines(panel))
    assert _marks(panel) == [Mark.NEXT] + [Mark.TO_COME] * (len(formulas) - 1)


def test_finished_phases_fold_and_the_one_at_hand_is_open(shown: Show) -> None:
    panel = shown(_advance_to(_worked_example(), "dz2"))
    lines = _lines(panel)
    assert any(line.startswith("Forward") and "folded" in line for line in lines)
    assert any(line.startswith("Backward") and "open" in line for line in lines)
    assert not any(line.startswith("z1 =") for line in lines)
    assert any(line.startswith("da1 =") for line in lines)


def test_the_op_last_run_is_marked_and_the_one_after_it_is_next(shown: Show) -> None:
    trainer = _worked_example()
    panel = shown(_advance_to(trainer, "z2"))
    place = trainer.program.pc
    marks = _marks(panel)
    assert marks[: place + 1] == [Mark.DONE] * (place - 1) + [Mark.NOW, Mark.NEXT]
    assert set(marks[place + 1 :]) == {Mark.TO_COME}


def test_the_next_op_is_in_sight_also_at_the_start_of_another_phase(shown: Show) -> None:
    panel = shown(_advance_to(_worked_example(), "a2"))
    assert any(line.startswith("L =") and "next" in line for line in _lines(panel))


def test_an_op_that_has_run_shows_the_numbers_it_wrote(shown: Show) -> None:
    panel = shown(_advance_to(_worked_example(), "z1"))
    line = _index_of(panel, "z1 =").data()
    assert line.endswith("z1 is 0.6250, 0.6900")


def test_the_op_up_close_says_what_it_wrote_and_read(shown: Show) -> None:
    panel = shown(_advance_to(_worked_example(), "da1"))
    words = panel.detail.in_words().replace("−", "-")
    assert "da1: -0.01661, -0.02076" in words
    assert "W2: 0.4000, 0.5000" in words
    assert "dz2: -0.04153" in words


def test_a_finished_step_is_folded_with_its_loss_and_says_how_to_go_on(shown: Show) -> None:
    trainer = _worked_example()
    trainer.advance_step()
    panel = shown(trainer.snapshot())
    lines = _lines(panel)
    assert len(lines) == 5
    assert any(line.startswith("Loss, 0.02706") for line in lines)
    assert "Press F7" in panel.detail.in_words()


def test_weights_read_in_a_finished_step_are_said_to_be_later_ones(
    shown: Show, qtbot: QtBot
) -> None:
    trainer = _worked_example()
    trainer.advance_step()
    panel = shown(trainer.snapshot())
    _click(panel, "Forward", qtbot)
    before = panel.detail.grab().toImage()
    _click(panel, "z1 =", qtbot)
    assert panel.detail.grab().toImage() != before
    assert "Op 2 of" in panel.detail.in_words()
    assert "after the update" in panel.detail.in_words()


def test_a_click_on_a_phase_opens_and_folds_it(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_advance_to(_worked_example(), "dz2"))
    _click(panel, "Forward", qtbot)
    assert any(line.startswith("z1 =") for line in _lines(panel))
    _click(panel, "Forward", qtbot)
    assert not any(line.startswith("z1 =") for line in _lines(panel))


def test_a_phase_opens_and_folds_by_keyboard(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_advance_to(_worked_example(), "dz2"))
    panel.list.setCurrentIndex(_index_of(panel, "Forward"))
    qtbot.keyClick(panel.list, Qt.Key.Key_Right)
    assert any(line.startswith("z1 =") for line in _lines(panel))
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert "Op 2 of" in panel.detail.in_words()
    qtbot.keyClick(panel.list, Qt.Key.Key_Left)
    assert not any(line.startswith("z1 =") for line in _lines(panel))


def test_what_the_user_opened_stays_open_within_a_phase(shown: Show, qtbot: QtBot) -> None:
    trainer = _worked_example()
    panel = shown(_advance_to(trainer, "da2"))
    _click(panel, "Forward", qtbot)
    panel.show_snapshot(None, _advance_to(trainer, "dz2"))
    assert any(line.startswith("z1 =") for line in _lines(panel))


def test_the_card_says_where_the_step_stands(shown: Show) -> None:
    trainer = _circle()
    for _ in range(3):
        trainer.advance_step()
    panel = shown(_advance_to(trainer, "z1"))
    count = len(trainer.program.ops)
    assert any(text.startswith("step 3 · ") for text in _texts(panel))
    assert panel.accessibleDescription().startswith(f"op 2 of {count} · step 3")


def test_the_sample_is_named_by_its_row_and_place(shown: Show) -> None:
    trainer = _circle()
    snapshot = _advance_to(trainer, "z1")
    row = int(snapshot.trace.rows[0])
    assert f"step 0 · row {row + 1}, sample 1 of 10 in the batch" in _texts(shown(snapshot))


def test_the_arrows_ask_for_the_neighbouring_sample(shown: Show, qtbot: QtBot) -> None:
    trainer = _circle()
    trainer.in_view.sample = 4
    panel = shown(_advance_to(trainer, "z1"))
    before, after = (button for button in panel.findChildren(QToolButton) if button.isVisible())
    for button, wanted in ((before, 3), (after, 5)):
        with qtbot.waitSignal(panel.sample_requested) as signal:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert signal.args == [wanted]


def test_a_batch_of_one_has_no_other_sample(shown: Show) -> None:
    panel = shown(_advance_to(_worked_example(), "z1"))
    assert not any(button.isEnabled() for button in panel.findChildren(QToolButton))


def test_a_step_on_moves_the_selection_to_the_op_it_ran(shown: Show) -> None:
    trainer = _worked_example()
    panel = shown(_advance_to(trainer, "z1"))
    panel.show_snapshot(None, _advance_to(trainer, "a1"))
    row = panel.list.currentIndex().data(ROW_ROLE)
    assert trainer.program.ops[row.first].name == "a1"


def test_the_op_last_run_is_in_sight_in_a_deep_network(shown: Show) -> None:
    panel = shown(_advance_to(_circle(layers=128), "da60"))
    rect = panel.list.visualRect(_index_of(panel, "da60 ="))
    assert panel.list.viewport().rect().contains(rect)
    assert panel.list.rows.rowCount() > 300


def test_a_hidden_panel_catches_up_when_it_is_shown(shown: Show) -> None:
    trainer = _worked_example()
    panel = shown(_advance_to(trainer, "z1"))
    before = panel.detail.in_words()
    panel.hide()
    panel.show_snapshot(None, _advance_to(trainer, "a2"))
    assert panel.detail.in_words() == before
    panel.show()
    assert panel.detail.in_words().startswith("Op 5 of")


def test_written_values_are_drawn_in_the_accent_colour(shown: Show) -> None:
    panel = shown(_advance_to(_worked_example(), "da1"))
    image = panel.detail.grab().toImage()
    drawn = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    theme = current_theme()
    for color in (theme.accent, theme.opA, theme.opB):
        assert any(_close(QColor(pixel), color) for pixel in drawn)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("x", (2, 10)), ("W1", (4, 2)), ("dW2", (1, 4)), ("b1", (4, 1)), ("z1", (4, 10))],
)
def test_shapes_are_those_of_the_literature(name: str, shape: tuple[int, int]) -> None:
    assert shape_of(name, _circle().snapshot()) == shape


def test_shapes_agree_with_the_values_of_every_op() -> None:
    trainer = _circle(layers=3)
    trainer.advance_step()
    snapshot = trainer.snapshot()
    for op in trainer.program.ops:
        for name in (*op.reads, *op.writes):
            shape = shape_of(name, snapshot)
            if shape is not None:
                assert trainer.value(name).size == shape[0] * shape[1]


def test_a_product_is_written_with_shapes_in_place_of_names() -> None:
    snapshot = _circle().snapshot()
    ops = {op.name: op for op in snapshot.trace.ops}
    assert shapes_line(ops["z1"], snapshot) == "(4 × 10) = (4 × 2) (2 × 10) + (4 × 1)"
    assert shapes_line(ops["da1"], snapshot) == "(4 × 10) = (4 × 1) (1 × 10)"
    assert shapes_line(ops["dW1"], snapshot).startswith("(4 × 2) = (4 × 10) (10 × 2)")


@pytest.mark.parametrize("kind", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adamw"])
def test_every_op_of_every_optimizer_has_a_sentence(kind: str, shown: Show) -> None:
    spec = {
        "data": {"kind": "circle", "samples": 60},
        "network": {"layers": [{"units": 2}, {"units": 2, "activation": "softmax"}]},
        "training": {
            "loss": "mean_squared_error",
            "optimizer": {"kind": kind},
        },
    }
    trainer = Trainer(ExperimentSpec.from_dict(spec))
    panel = shown(trainer.snapshot())
    for _ in trainer.program.ops[:-1]:
        trainer.advance_op()
        panel.show_snapshot(None, trainer.snapshot())
        assert panel.detail.in_words().endswith(".")


def test_long_values_say_how_many_entries_are_left() -> None:
    value = _circle().network.params.data
    text = entries(value, lambda words: len(words) <= 30)
    shown_entries = text.partition("  …")[0].split(", ")
    assert text.endswith(f"… {value.size - len(shown_entries)} more")
    assert len(text) <= 30


def _close(one: QColor, other: QColor) -> bool:
    pairs = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return max(abs(a - b) for a, b in pairs) < 12


def test_the_next_op_says_with_which_key_it_runs(shown: Show) -> None:
    panel = shown(_worked_example().snapshot())
    assert panel.detail.in_words().endswith("F7 runs it.")


def test_the_sentence_of_an_op_with_many_values_stays_above_the_key(shown: Show) -> None:
    trainer = _circle(layers=6)
    panel = shown(_advance_to(trainer, "slope1…5"))
    image = panel.detail.grab().toImage()
    gap = panel.detail.height() - scaled(30)
    rows = {image.pixel(x, gap) for x in range(scaled(20), panel.detail.width() - scaled(20))}
    assert len(rows) == 1


def test_a_double_click_and_return_ask_to_go_to_an_op(shown: Show, qtbot: QtBot) -> None:
    trainer = _worked_example()
    panel = shown(_advance_to(trainer, "dz2"))
    places = {op.name: place for place, op in enumerate(trainer.program.ops)}
    point = panel.list.visualRect(_index_of(panel, "da2 =")).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=point)
    with qtbot.waitSignal(panel.op_activated) as signal:
        qtbot.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert signal.args == [places["da2"]]
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.op_activated) as signal:
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert signal.args == [places["da2"] + 1]


def test_the_op_in_view_is_told_also_when_the_step_goes_on(shown: Show) -> None:
    trainer = _worked_example()
    panel = shown(_advance_to(trainer, "z1"))
    selected: list[int] = []
    panel.op_selected.connect(selected.append)
    panel.show_snapshot(None, _advance_to(trainer, "a1"))
    assert selected[-1] == 2


def test_a_number_under_the_pointer_is_told_by_the_panel(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_advance_to(_worked_example(), "da1"))
    sheet = panel.detail.sheet()
    assert sheet is not None
    origin, area = next(
        (origin, area)
        for origin, box in sheet.boxes
        for area in box.areas
        if area.reference == Reference("W2", (0, 1)) and area.kind == "number"
    )
    with qtbot.waitSignal(panel.value_pointed) as signal:
        qtbot.mouseMove(panel.detail, (origin + area.rect.center()).toPoint())
    assert signal.args == [Reference("W2", (0, 1))]


def test_every_row_of_the_list_is_whole(shown: Show) -> None:
    for trainer in (_worked_example(), _circle()):
        panel = shown(_advance_to(trainer, "z1"))
        QApplication.processEvents()
        assert panel.list.viewport().height() % scaled(ROW) == 0
        assert panel.list.viewport().height() >= 6 * scaled(ROW)


class Learner:
    """Someone who predicts first at a panel that follows a trainer op by op."""

    def __init__(self, panel: TracePanel, trainer: Trainer, qtbot: QtBot) -> None:
        self.panel, self.trainer, self.qtbot = panel, trainer, qtbot
        self.hidden: list[frozenset[str]] = []
        panel.hidden_changed.connect(self.hidden.append)
        box = panel.predict
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))

    def step_to(self, name: str) -> None:
        while self.trainer.advance_op().name != name:
            self.panel.show_snapshot(None, self.trainer.snapshot())
        self.panel.show_snapshot(None, self.trainer.snapshot())

    def answer(self, text: str) -> str:
        field = self.panel.guess.findChild(QLineEdit)
        field.clear()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)
        return self.panel.guess.verdict()


@pytest.fixture
def learner(shown: Show, qtbot: QtBot) -> Learner:
    trainer = _worked_example()
    return Learner(shown(trainer.snapshot()), trainer, qtbot)


def test_a_learner_does_not_see_what_an_op_wrote_before_answering(learner: Learner) -> None:
    learner.step_to("da1")
    panel = learner.panel
    assert learner.hidden[-1] == panel.hidden == {"da1"}
    spoken = panel.detail.in_words() + _index_of(panel, "da1 =").data()
    assert "0.01661" not in spoken
    assert "unit 1: 0.4 × −0.04153 = ?" in panel.detail.in_words()
    assert panel.guess.question is not None
    assert panel.guess.question.label == "∂L/∂a₁[1]"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("-0.0166", "Right: ∂L/∂a₁[1] is −0.01661."),
        ("-0,01661", "Right: "),
        ("-0.09305", "That comes out with this mistake: the slope left out. "),
        ("7.5", "Not quite: "),
    ],
)
def test_an_answer_is_judged_and_the_value_shown(
    learner: Learner, answer: str, verdict: str
) -> None:
    learner.step_to("da1")
    assert learner.answer(answer).startswith(verdict)
    assert "is −0.01661." in learner.panel.guess.verdict()
    assert learner.hidden[-1] == frozenset()
    assert "unit 1: 0.4 × −0.04153 = −0.01661" in learner.panel.detail.in_words()


@pytest.mark.parametrize("answer", ["-0.02", "about a tenth"])
def test_an_answer_that_cannot_be_judged_may_be_given_again(learner: Learner, answer: str) -> None:
    learner.step_to("da1")
    learner.answer(answer)
    assert learner.panel.hidden == {"da1"}
    assert learner.answer("-0.0166").startswith("Right")


def test_a_learner_may_have_the_value_shown(learner: Learner, qtbot: QtBot) -> None:
    learner.step_to("z1")
    button = learner.panel.guess.findChild(QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert learner.panel.guess.verdict() == "Shown: z₁[1] is 0.6250."
    assert learner.panel.hidden == frozenset()


def test_the_last_op_of_a_step_is_asked_for_too(learner: Learner) -> None:
    learner.step_to("parameters")
    panel = learner.panel
    assert panel.hidden == {"parameters"}
    assert "0.1509" not in panel.detail.in_words()
    assert learner.answer("0.14906").endswith("Right is 0.1509.")
    assert "added instead of subtracted" in panel.guess.verdict()
    assert "= 0.1509" in panel.detail.in_words()


def test_nothing_is_hidden_after_more_than_one_op_or_without_the_wish(learner: Learner) -> None:
    learner.step_to("z1")
    assert learner.panel.hidden
    learner.trainer.advance_phase()
    learner.panel.show_snapshot(None, learner.trainer.snapshot())
    assert learner.panel.hidden == frozenset()
    learner.step_to("da2")
    assert learner.panel.hidden == {"da2"}
    learner.panel.predict.click()
    assert learner.panel.hidden == frozenset()
    assert not learner.panel.guess.isVisible()


def test_a_step_on_without_an_answer_asks_for_the_next_op(learner: Learner) -> None:
    learner.step_to("z1")
    learner.step_to("a1")
    assert learner.panel.hidden == {"a1"}
    assert "z1 is 0.6250" in _index_of(learner.panel, "z1 =").data()


@pytest.mark.parametrize("name", ["mean2", "zhat2", "s2", "h2", "r2", "da1", "dgamma2", "dz2"])
def test_ops_of_techniques_are_asked_for_and_give_nothing_away(
    shown: Show, qtbot: QtBot, name: str
) -> None:
    techniques = {"normalization": "batch", "dropout": 0.4, "residual": True}
    trainer = Trainer(spec_with(techniques))
    # A fresh scale of 1 and a shift of 0 change nothing.
    trainer.network.params.data[...] *= 1.3
    learner = Learner(shown(trainer.snapshot()), trainer, qtbot)
    learner.step_to(name)
    question = learner.panel.guess.question
    assert question is not None
    assert name in learner.panel.hidden
    assert format_value(question.right) not in learner.panel.detail.in_words()
    assert learner.answer(repr(question.right)).startswith("Right")
    assert learner.panel.hidden == frozenset()


def test_a_mask_is_drawn_and_not_asked_for(shown: Show, qtbot: QtBot) -> None:
    trainer = Trainer(spec_with({"dropout": 0.4}))
    learner = Learner(shown(trainer.snapshot()), trainer, qtbot)
    learner.step_to("mask2")
    assert learner.panel.guess.question is None
    assert learner.panel.hidden == frozenset()
