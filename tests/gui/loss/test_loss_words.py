"""The words of changes over the loss plot: beside their lines, each in full, none over another."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from gui.loss.decor import Decor
from gui.loss.words import MOST_WORD_ROWS, words_of
from gui.theme import ui_font

pytestmark = pytest.mark.usefixtures("qapp")
AREA = QRectF(40, 10, 300, 150)


def placed(*marks: tuple[float, str]) -> dict[str, QRectF]:
    decor = Decor(QRectF(0, 0, 350, 190), AREA, marks=marks)
    return {text: box for box, text in words_of(decor, QFontMetricsF(ui_font(11)))}


def test_words_stand_behind_their_line_and_near_the_edge_before_it(qapp: QApplication) -> None:
    found = placed((0.2, "noise 0.3"), (0.95, "batch size 32"))
    assert found["noise 0.3"].left() > AREA.left() + 0.2 * AREA.width()
    assert found["batch size 32"].right() < AREA.left() + 0.95 * AREA.width()


def test_long_words_in_the_middle_go_across_their_line() -> None:
    text = "optimizer SGD, learning rate 0.3, loss binary"
    found = placed((0.1, "points edited: now 501"), (0.5, text))
    assert AREA.adjusted(-1, -1, 1, 1).contains(found[text])


def test_no_words_overlap_and_those_without_a_row_are_left_out() -> None:
    found = placed(*((0.3 + 0.001 * n, f"learning rate 0.00{n}") for n in range(6)))
    assert len(found) == MOST_WORD_ROWS
    assert not any(a.intersects(b) for a, b in combinations(found.values(), 2))


@pytest.mark.parametrize("is_below", [False, True])
def test_the_words_of_guessing_keep_off_those_of_changes(is_below: bool) -> None:
    marks = ((0.5, "optimizer SGD, base rate 0.3"), (0.501, "points edited: now 502"))
    decor = Decor(QRectF(0, 0, 350, 190), AREA, marks=marks, guessing=(0.8, 0.693, is_below))
    texts = [text for _, text in words_of(decor, QFontMetricsF(ui_font(11)))]
    boxes = [box for box, _ in words_of(decor, QFontMetricsF(ui_font(11)))]
    assert texts == [*(text for _, text in marks), "guessing: 0.693"]
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))
    assert AREA.adjusted(-1, -1, 1, 1).contains(boxes[-1])
