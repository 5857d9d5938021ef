"""Boxes: how formulas are set, what matrices show, and what is found under the pointer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontInfo, QRawFont
from PySide6.QtWidgets import QApplication

from core.explain.notation import (
    Fence,
    Fraction,
    Hat,
    Node,
    Number,
    Root,
    Script,
    Slot,
    Text,
    letter,
    partial,
    row,
    symbol,
    transposed,
)
from core.explain.reference import Reference
from gui.palette import RESOURCES
from gui.theme import apply_theme
from gui.trace.boxes import Box, beside, overlay
from gui.trace.figures import format_operand
from gui.trace.matrices import MatrixSetter
from gui.trace.typeset import formula_style, line_style, set_node

VALUES = {
    "W1": np.array([[1.5, -2.25], [0.125, 4.0]]),
    "a1": np.array([0.5, -0.25]),
    "W2": np.linspace(-1, 1, 48).reshape(6, 8),
    "z2": np.linspace(-3, 2, 6),
}


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


def _set(node: Node, pixels: float = 24, side: float = 96) -> Box:
    return set_node(node, formula_style(pixels, MatrixSetter(VALUES, side)))


def _texts(box: Box) -> list[str]:
    return [piece.text for piece in box.glyphs]


def test_a_numerator_stands_above_the_bar_and_the_denominator_beneath() -> None:
    box = _set(Fraction(letter("p"), letter("q")))
    above, below = box.glyphs
    bar = box.strokes[0].points[0][1]
    assert above.y < bar < below.y
    assert (above.text, below.text) == ("p", "q")


def test_a_fraction_is_higher_than_what_it_is_made_of() -> None:
    assert _set(partial("da1")).height > 1.8 * _set(letter("a")).height


def test_an_index_is_lowered_and_smaller_and_a_transposition_raised() -> None:
    letter_, index, raised = _set(transposed("W3")).glyphs
    assert (letter_.text, index.text, raised.text) == ("W", "3", "T")
    assert raised.y < letter_.y < index.y
    assert index.font.pixelSize() < letter_.font.pixelSize()
    assert index.x == raised.x


def test_variables_are_italic_and_the_d_of_a_gradient_is_upright() -> None:
    upright, italic, _ = _set(symbol("dz2")).glyphs
    assert (upright.text, upright.font.italic()) == ("d", False)
    assert (italic.text, italic.font.italic()) == ("z", True)


def test_numbers_put_in_are_set_in_the_font_of_the_window() -> None:
    number = _set(Number(0.65135486)).glyphs[0]
    assert number.text == "0.6514"
    assert "Inter" in QFontInfo(number.font).family()
    assert number.font.pixelSize() == round(24 * 0.8)


def test_a_root_and_a_hat_are_drawn_over_their_bodies() -> None:
    for node in (Root(letter("v")), Hat(letter("v"))):
        box = _set(node)
        top = min(y for stroke in box.strokes for _, y in stroke.points)
        assert top < -_set(letter("x")).ascent * 0.6


def test_brackets_grow_with_what_they_hold() -> None:
    flat, tall = _set(Fence(letter("a"))), _set(Fence(Fraction(letter("a"), letter("b"))))
    assert _texts(flat) == ["(", "a", ")"]
    assert _texts(tall) == ["a", "b"]
    assert len(tall.strokes) == 3


def test_a_formula_grows_with_its_size() -> None:
    node = row(symbol("z1"), " = ", symbol("W1"), " ", symbol("x"))
    assert _set(node, 24).width == pytest.approx(1.5 * _set(node, 16).width, rel=0.06)


def test_every_sign_of_formulas_is_in_the_bundled_fonts() -> None:
    upright, italic = (
        QRawFont(str(RESOURCES / "fonts" / f"NablascopeMath-{face}.otf"), 24)
        for face in ("Regular", "Italic")
    )
    for font, signs in ((upright, "∂⊙σ′√Σ−×∇=+()/.,>0123456789"), (italic, "LWzaxybηβεθΔμαλπ")):
        for sign in signs:
            assert font.glyphIndexesForString(sign)[0] != 0, sign


def test_a_small_matrix_shows_its_numbers_where_they_stand() -> None:
    box = _set(Slot("W1"), 17)
    places = {piece.text: (piece.x, piece.y) for piece in box.glyphs}
    assert set(places) == {"1.500", "−2.250", "0.1250", "4.000"}
    assert places["1.500"][1] == places["−2.250"][1] < places["4.000"][1]
    assert places["−2.250"][0] > places["1.500"][0]


def test_transposed_a_matrix_exchanges_rows_and_columns() -> None:
    places = {piece.text: (piece.x, piece.y) for piece in _set(Slot("W1", True), 17).glyphs}
    assert places["1.500"][1] == places["0.1250"][1] < places["−2.250"][1]


def test_a_value_that_is_not_known_is_a_question_mark() -> None:
    assert _texts(_set(Slot("dz9"), 17)) == ["?"]


def test_a_large_matrix_is_colours_with_its_scale_beneath() -> None:
    box = _set(Slot("z2"), 17)
    assert len(box.grids) == 1
    assert _texts(box) == ["±3.00"]
    assert box.grids[0].scale == 3.0


@pytest.mark.parametrize("is_transposed", [False, True])
def test_a_cell_under_the_pointer_is_the_entry_it_shows(is_transposed: bool) -> None:
    grid = _set(Slot("W2", is_transposed), 17).grids[0]
    rows, columns = grid.cells.shape
    for i in range(rows):
        for j in range(columns):
            x = grid.rect.left() + (j + 0.5) * grid.rect.width() / columns
            y = grid.rect.top() + (i + 0.5) * grid.rect.height() / rows
            reference = grid.reference_at(x, y)
            assert reference is not None
            assert VALUES["W2"][reference.index] == grid.cells[i, j]
            cell = grid.cell(reference)
            assert cell is not None
            assert cell.contains(x, y)


def test_an_entry_of_a_vector_has_one_index() -> None:
    grid = _set(Slot("z2"), 17).grids[0]
    assert grid.reference_at(grid.rect.center().x(), grid.rect.bottom() - 1) == Reference(
        "z2", (5,)
    )
    assert grid.cell(Reference("W2", (0, 0))) is None


def test_the_number_under_the_pointer_is_found_before_its_matrix() -> None:
    box = _set(row(symbol("a1"), " = ", Slot("a1")), 17)
    number = next(piece for piece in box.glyphs if piece.text == "−0.2500")
    middle = QPointF(number.x + 4, number.y - 4)
    assert box.reference_at(middle) == Reference("a1", (1,))
    assert box.reference_at(QPointF(2, 0)) == Reference("a1")
    assert box.reference_at(QPointF(-50, 0)) is None


def test_what_is_pointed_at_answers_in_symbols_entries_and_numbers() -> None:
    entry = Reference("a1", (1,))
    box = _set(row(symbol("a1"), " = ", Slot("a1"), Number(0.5, entry)), 17)
    answering = [area.kind for area in box.areas if area.answers(entry)]
    assert sorted(answering) == ["entry", "number", "symbol"]
    whole = [area.kind for area in box.areas if area.answers(Reference("a1"))]
    assert sorted(whole) == ["frame", "number", "symbol"]
    assert not any(area.answers(Reference("a2")) for area in box.areas)


def test_boxes_beside_each_other_do_not_overlap() -> None:
    parts = [_set(letter(name)) for name in "abc"]
    whole = beside(parts, gap=5)
    assert whole.width == pytest.approx(sum(part.width for part in parts) + 10)
    assert overlay([]).width == 0


def test_a_moved_box_takes_all_its_pieces_along() -> None:
    box = _set(row(symbol("a1"), Slot("W2"), Fraction(Text("1"), Text("2"))), 17)
    moved = box.moved(10, 20)
    assert moved.glyphs[0].x == box.glyphs[0].x + 10
    assert moved.strokes[0].points[0][1] == box.strokes[0].points[0][1] + 20
    assert moved.grids[0].rect == box.grids[0].rect.translated(10, 20)
    assert moved.areas[0].rect == box.areas[0].rect.translated(10, 20)
    assert moved.height == pytest.approx(box.height)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4, "0.4"),
        (1.0, "1"),
        (1e-8, "1e−8"),
        (1 - 0.9, "0.1"),
        (0.65135486, "0.6514"),
        (-0.04152725, "−0.04153"),
        (float("nan"), "NaN"),
        (0.0, "0"),
    ],
)
def test_a_given_number_is_written_as_it_was_given(value: float, text: str) -> None:
    assert format_operand(value) == text


def test_a_line_of_numbers_has_no_text_under_eleven_pixels() -> None:
    node = row(Script(Number(0.25), raised=Text("2")), " ⊙ ", Fraction(Text("1"), Number(0.3)))
    for style in (line_style(12), line_style(11), formula_style(14)):
        assert min(piece.font.pixelSize() for piece in set_node(node, style).glyphs) >= 11
