"""Worksheets on paper: what stands on the pages, blank and solved, and the file they go into."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from core import Trainer
from core.errors import FileError
from core.explain.worksheet import Worksheet, worksheet_question
from core.presets import load_preset
from gui.worksheet.blocks import Answers, Block, Head
from gui.worksheet.formula import Run, formula_width, paint_formula, runs_of
from gui.worksheet.pages import FOOT, MARGIN, MOST_ROWS_KEPT, PAGE, lay_out, save_worksheet

pytestmark = pytest.mark.usefixtures("qapp")

# Every number of the hand calculation with the digits that a solution shows.
BY_HAND = """
z1[1] = 0.625000; z1[2] = 0.690000; a1[1] = 0.651355; a1[2] = 0.665967; z2[1] = 1.19353;
a2[1] = 0.767371; L = 0.0270581; da2[1] = −0.232629; dz2[1] = −0.0415272; dW2[1, 1] = −0.0270490;
dW2[1, 2] = −0.0276558; db2[1] = −0.0415272; da1[1] = −0.0166109; da1[2] = −0.0207636;
dz1[1] = −0.00377220; dz1[2] = −0.00461897; dW1[1, 1] = −0.00188610; dW1[1, 2] = −0.00301776;
dW1[2, 1] = −0.00230949; dW1[2, 2] = −0.00369518; db1[1] = −0.00377220; db1[2] = −0.00461897;
new W2[1, 1] = 0.413524; new W2[1, 2] = 0.513828; new b2[1] = 0.620764; new W1[1, 1] = 0.150943;
new W1[1, 2] = 0.251509; new W1[2, 1] = 0.201155; new W1[2, 2] = 0.301848; new b1[1] = 0.351886;
new b1[2] = 0.352309; a2[1] = 0.774368; L = 0.0254550
"""


def worksheet(key: str = "worked-example") -> Worksheet:
    return worksheet_question(Trainer(load_preset(key)))


def text_of(pages: list[list[Block]]) -> str:
    return "; ".join(block.text() for page in pages for block in page)


def page_count(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


def test_the_solution_holds_every_number_of_the_hand_calculation() -> None:
    text = text_of(lay_out(worksheet(), solved=True))
    missing = [line for line in re.split(r";\s*", BY_HAND.strip()) if line not in text]
    assert missing == []


def test_the_blank_sheet_asks_for_every_result_and_gives_none_away() -> None:
    blank, solved = (text_of(lay_out(worksheet(), solved)) for solved in (False, True))
    asked = len(re.findall(r" = ____", blank))
    results = sum(len(e.lines) for section in worksheet().sections for e in section.exercises)
    assert asked == results
    assert "0.767371" in solved
    assert "0.767371" not in blank
    assert "W1 = ['0.15, 0.25', '0.2, 0.3']" in blank


@pytest.mark.parametrize("key", ["one-neuron", "worked-example", "spiral", "digits", "deep-relu"])
@pytest.mark.parametrize("solved", [True, False])
def test_every_page_holds_what_is_laid_out_on_it(key: str, solved: bool) -> None:
    pages = lay_out(worksheet(key), solved)
    width, room = 10 * (PAGE[0] - 2 * MARGIN), 10 * (PAGE[1] - 2 * MARGIN - FOOT)
    for page in pages:
        assert page
        assert sum(block.height(width) for block in page) <= room
        assert not page[-1].keeps_next


@pytest.mark.parametrize("key", ["spiral", "digits"])
@pytest.mark.parametrize("solved", [True, False])
def test_a_short_exercise_is_not_cut_by_the_end_of_a_page(key: str, solved: bool) -> None:
    pages = lay_out(worksheet(key), solved)
    blocks = [block for page in pages for block in page]
    firsts = [page[0] for page in pages[1:]]
    for first in firsts:
        assert not first.text().endswith("left out."), first.text()
        if isinstance(first, Answers):
            assert rows_of_exercise(blocks, first) > MOST_ROWS_KEPT


def rows_of_exercise(blocks: list[Block], row: Answers) -> int:
    """Return how many rows of answers the exercise of ``row`` has."""
    place = next(place for place, block in enumerate(blocks) if block is row)
    start = place - next(i for i, b in enumerate(blocks[place::-1]) if isinstance(b, Head))
    return len(list(takewhile(lambda b: isinstance(b, Answers), blocks[start + 1 :])))


def test_the_file_is_a_pdf_of_that_many_pages(tmp_path: Path) -> None:
    for solved in (True, False):
        path = tmp_path / f"sheet {solved}.pdf"
        save_worksheet(worksheet(), path, solved)
        assert path.read_bytes().startswith(b"%PDF-")
        assert page_count(path) == len(lay_out(worksheet(), solved))
        # A4 in points, to the next whole one.
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", path.read_bytes())
        assert box is not None
        assert [round(float(side)) for side in box.groups()] == [595, 842]


def test_a_file_that_cannot_be_written_is_refused_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "no such folder" / "sheet.pdf"
    with pytest.raises(FileError) as refusal:
        save_worksheet(worksheet(), path, solved=True)
    assert str(refusal.value).startswith(f"{path}: cannot be written (")
    assert "\n" not in str(refusal.value)


def test_indices_are_lowered_and_variables_are_italic() -> None:
    assert runs_of("dW2 = a1ᵀ") == (
        Run("d"),
        Run("W", italic=True),
        Run("2", level=-1),
        Run(" "),
        Run("="),
        Run(" "),
        Run("a", italic=True),
        Run("1", level=-1),
        Run("T", level=1),
    )
    assert runs_of("slope1…2")[:2] == (Run("slope"), Run("1…2", level=-1))
    assert runs_of("tanh(z1)")[:3] == (Run("tanh"), Run("("), Run("z", italic=True))
    assert runs_of("m̂ β₂ᵗ") == (
        Run("m", italic=True, hat=True),
        Run(" "),
        Run("β", italic=True),
        Run("2", level=-1),
        Run("t", italic=True, level=1),
    )
    assert runs_of("0.01 z")[-1] == Run("z", italic=True)


def test_an_index_lies_below_the_line_of_its_letter() -> None:
    def ink(text: str) -> tuple[int, int]:
        """Return the upper and the lower edge of what is painted; the base line is at 100."""
        image = QImage(400, 200, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setPen(QColor("black"))
        paint_formula(painter, QPointF(20, 100), text, 60)
        painter.end()
        rows = [
            y
            for y in range(image.height())
            if any(image.pixelColor(x, y).lightness() < 128 for x in range(image.width()))
        ]
        return rows[0], rows[-1]

    assert ink("a")[1] <= 101
    assert 105 <= ink("a1")[1] <= 118
    assert ink("aᵀ")[0] < ink("a")[0] - 10
    assert ink("v̂")[0] < ink("v")[0] - 5


def test_a_formula_is_as_wide_as_it_is_painted(qapp: QApplication) -> None:
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for text in ("dW2 = dz2 a1ᵀ,  db2 = Σ dz2", "Δ = η m̂ / (√v̂ + ε)"):
        assert paint_formula(painter, QPointF(0, 0), text, 40) == formula_width(text, 40) > 100
    painter.end()
