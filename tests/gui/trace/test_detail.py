"""One op up close: everything fits, every number can be read, pointer and keys reach it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from core.training.snapshot import Part
from gui.stage.paint import TOKENS
from gui.theme import apply_theme
from gui.trace.detail import TraceDetail
from gui.trace.ink import KEY

NARROW, WIDE = (380, 420), (560, 600)
Show = Callable[..., TraceDetail]


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Show:
    apply_theme(qapp, "dark")

    def show(snapshot: Snapshot, place: int, size: tuple[int, int] = NARROW) -> TraceDetail:
        detail = TraceDetail()
        qtbot.addWidget(detail)
        detail.resize(*size)
        detail.show()
        detail.show_op(snapshot, place)
        return detail

    return show


def _after(trainer: Trainer, name: str) -> tuple[Snapshot, int]:
    place = 0
    while trainer.advance_op().name != name:
        place += 1
    return trainer.snapshot(), place


def _spec(preset: str, optimizer: str = "", activation: str = "") -> ExperimentSpec:
    spec = load_preset(preset)
    if optimizer:
        spec = spec.with_changes({"training.optimizer.kind": optimizer})
    if activation:
        hidden = range(len(spec.network.layers) - 1)
        spec = spec.with_changes({f"network.layers[{i}].activation": activation for i in hidden})
    return spec


CASES = [
    *((preset, "", "") for preset in ("worked-example", "spiral", "digits", "xor", "iris")),
    ("deep-sigmoid", "", ""),
    *(("worked-example", kind, "") for kind in ("momentum", "adagrad", "adam", "adamw")),
    *(("digits", kind, "") for kind in ("nesterov", "rmsprop", "adamw")),
    *(("spiral", "", name) for name in ("leaky_relu", "elu", "gelu", "silu", "softplus")),
]


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize(("preset", "optimizer", "activation"), CASES)
def test_every_op_fits_before_and_after_it_has_run(
    preset: str, optimizer: str, activation: str, size: tuple[int, int], shown: Show
) -> None:
    trainer = Trainer(_spec(preset, optimizer, activation))
    trainer.advance_batch()
    snapshot = trainer.snapshot()
    detail = shown(snapshot, 0, size)
    for place in range(len(trainer.program.ops)):
        _assert_fits(detail, snapshot, place, size)
        trainer.advance_op()
        snapshot = trainer.snapshot(Part.TRACE, snapshot)
        _assert_fits(detail, snapshot, place, size)


def _assert_fits(
    detail: TraceDetail, snapshot: Snapshot, place: int, size: tuple[int, int]
) -> None:
    detail.show_op(snapshot, place)
    sheet = detail.sheet()
    assert sheet is not None
    assert sheet.bottom <= size[1] - 28
    assert sheet.right <= size[0] - 15
    sizes = [piece.font.pixelSize() for _, box in sheet.boxes for piece in box.glyphs]
    assert min(sizes) >= 11


WRITTEN = [
    ("z1", ["0.6250", "0.6900"]),
    ("a1", ["0.6514", "0.6660"]),
    ("z2", ["1.194"]),
    ("a2", ["0.7674"]),
    ("loss", ["0.02706"]),
    ("da2", ["−0.2326"]),
    ("slope1…2", ["0.2271", "0.2225", "0.1785"]),
    ("dz2", ["−0.04153"]),
    ("dW2", ["−0.02705", "−0.02766", "−0.04153"]),
    ("da1", ["−0.01661", "−0.02076"]),
    ("dz1", ["−0.003772", "−0.004619"]),
    ("dW1", ["−0.001886", "−0.003018", "−0.002309", "−0.003695"]),
    ("parameters", ["0.4135", "0.5138", "0.6208", "0.1509", "0.2515", "0.2012", "0.3018"]),
    ("parameters", ["0.3519", "0.3523"]),
]


@pytest.mark.parametrize(("name", "numbers"), WRITTEN)
def test_every_number_of_the_worked_example_is_read_at_the_op_that_wrote_it(
    name: str, numbers: list[str], shown: Show
) -> None:
    words = shown(*_after(Trainer(load_preset("worked-example")), name)).in_words()
    assert all(number in words for number in numbers)


def test_all_that_is_drawn_can_be_read_as_text(shown: Show) -> None:
    for preset in ("worked-example", "spiral"):
        trainer = Trainer(load_preset(preset))
        detail = shown(trainer.snapshot(), 0)
        for place, op in enumerate(trainer.program.ops):
            trainer.advance_op()
            detail.show_op(trainer.snapshot(), place)
            sheet = detail.sheet()
            assert sheet is not None
            words = detail.in_words()
            drawn = {piece.text for _, box in sheet.boxes for piece in box.glyphs}
            numbers = [text for text in drawn if text.lstrip("−")[:1].isdigit() and "." in text]
            for number in numbers:
                assert number in words, (op.name, number)


def test_the_caption_says_which_op_it_is_and_what_it_is_about(shown: Show) -> None:
    words = shown(*_after(Trainer(load_preset("worked-example")), "da1")).in_words()
    assert words.startswith("Op 11 of 15 · error at the hidden units. ")
    assert "(2 × 1) = (2 × 1) (1 × 1)" in words
    assert "unit 1: 0.4 × −0.04153 = −0.01661" in words


def _point_of(detail: TraceDetail, text: str) -> QPoint:
    """Return the middle of the first piece of text that is ``text``."""
    sheet = detail.sheet()
    assert sheet is not None
    for origin, box in sheet.boxes:
        for piece in box.glyphs:
            if piece.text == text:
                return (origin + QPointF(piece.x + 6, piece.y - 4)).toPoint()
    raise AssertionError(text)


def test_the_pointer_tells_which_number_it_rests_on(qtbot: QtBot, shown: Show) -> None:
    detail = shown(*_after(Trainer(load_preset("worked-example")), "da1"))
    with qtbot.waitSignal(detail.value_pointed) as signal:
        qtbot.mouseMove(detail, _point_of(detail, "0.5000"))
    assert signal.args == [Reference("W2", (0, 1))]
    with qtbot.waitSignal(detail.value_pointed) as signal:
        qtbot.mouseMove(detail, _point_of(detail, "−0.02076"))
    assert signal.args == [Reference("da1", (1,))]
    with qtbot.waitSignal(detail.value_pointed) as signal:
        qtbot.mouseMove(detail, QPoint(3, 3))
    assert signal.args == [None]


def test_a_cell_of_colours_tells_its_entry_and_shows_its_number(qtbot: QtBot, shown: Show) -> None:
    trainer = Trainer(load_preset("spiral"))
    detail = shown(*_after(trainer, "z2"))
    sheet = detail.sheet()
    assert sheet is not None
    origin, grid = next(
        (origin, grid) for origin, box in sheet.boxes for grid in box.grids if grid.name == "W2"
    )
    cell = grid.cell(Reference("W2", (3, 5)))
    assert cell is not None
    before = detail.grab().toImage()
    with qtbot.waitSignal(detail.value_pointed) as signal:
        qtbot.mouseMove(detail, (origin + cell.center()).toPoint())
    assert signal.args == [Reference("W2", (3, 5))]
    after = detail.grab().toImage()
    line = sheet.entry.toRect()
    assert after.copy(line) != before.copy(line)


def test_what_another_view_points_at_stands_out(shown: Show) -> None:
    detail = shown(*_after(Trainer(load_preset("worked-example")), "da1"))
    plain = detail.grab().toImage()
    detail.point_at(Reference("dz2", (0,)))
    assert detail.grab().toImage() != plain
    detail.point_at(Reference("b1", (0,)))
    assert detail.grab().toImage() == plain
    detail.point_at(None)
    assert detail.grab().toImage() == plain


def test_keys_and_wheel_go_through_all_entries(qtbot: QtBot, shown: Show) -> None:
    detail = shown(*_after(Trainer(load_preset("digits")), "a1"))
    assert "unit 1: " in detail.in_words()
    qtbot.keyClick(detail, Qt.Key.Key_End)
    sheet = detail.sheet()
    assert sheet is not None
    assert sheet.first + sheet.shown == sheet.total == 32
    assert "unit 32: " in detail.in_words()
    qtbot.keyClick(detail, Qt.Key.Key_Home)
    qtbot.keyClick(detail, Qt.Key.Key_Down)
    again = detail.sheet()
    assert again is not None
    assert again.first == 1
    wheel = QWheelEvent(
        QPointF(50, 50),
        QPointF(detail.mapToGlobal(QPoint(50, 50))),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(detail, wheel)
    turned = detail.sheet()
    assert turned is not None
    assert turned.first == 2


def test_the_parameter_that_is_selected_is_the_one_put_into_the_update(shown: Show) -> None:
    trainer = Trainer(_spec("worked-example", "adam"))
    snapshot, place = _after(trainer, "update")
    detail = shown(snapshot, place)
    assert "W₁[1, 1]: 0.5 × " in detail.in_words()
    detail.select_parameter(Reference("W2", (0, 1)))
    words = detail.in_words()
    assert "W₂[1, 2]: 0.5 × " in words
    assert "W₁[1, 1]" not in words
    assert "β" in words
    assert "t = 1" in words
    assert f"{trainer.value('m')[-2]:.6f}"[:8] in words.replace("−", "-")


def test_a_parameter_of_another_network_leaves_the_first_weight(shown: Show) -> None:
    detail = shown(*_after(Trainer(load_preset("worked-example")), "update"))
    detail.select_parameter(Reference("W7", (0, 0)))
    assert "W₁[1, 1]: " in detail.in_words()


def test_without_an_op_there_is_a_hint(shown: Show) -> None:
    assert "Press F7" in shown(Trainer(load_preset("spiral")).snapshot(), -1).in_words()


@pytest.mark.parametrize("theme", ["light", "high_contrast"])
def test_every_theme_draws_the_same_sheet_in_its_own_colours(
    theme: str, shown: Show, qapp: QApplication
) -> None:
    detail = shown(*_after(Trainer(load_preset("digits")), "dz3"))
    dark = detail.grab().toImage()
    apply_theme(qapp, theme)  # type: ignore[arg-type]
    assert detail.grab().toImage() != dark
    apply_theme(qapp, "dark")
    assert detail.grab().toImage() == dark


def test_the_key_names_every_colour_that_says_a_role() -> None:
    assert {token for token, _ in KEY} == set(TOKENS.values())
