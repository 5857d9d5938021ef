"""The drawing of the network on a worksheet: what is drawn, what is said, and the ink of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from core import Trainer
from core.explain.worksheet import worksheet_question
from core.presets import load_preset
from gui.worksheet.pages import lay_out
from gui.worksheet.picture import Opening, Picture, picture_of

pytestmark = pytest.mark.usefixtures("qapp")

WIDTH = 2500.0


def picture(key: str, changes: Mapping[str, Any] | None = None) -> Picture:
    spec = load_preset(key).with_changes(changes or {})
    made = picture_of(worksheet_question(Trainer(spec)))
    assert made is not None
    return made


def drawn(one: Picture, around: int = 0) -> QImage:
    """Return the picture with a margin of ``around`` on every side."""
    size = (round(WIDTH) + 2 * around, round(one.height()) + 2 * around)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    one.paint(painter, QRectF(around, around, WIDTH, one.height()))
    painter.end()
    return image


def dark_on_line(one: Picture) -> float:
    """Return the share of ink right of the label on the edge from unit 1 to a single unit."""
    image = drawn(one)
    columns = range(round(0.5 * WIDTH), round(0.85 * WIDTH))
    dark = [
        any(image.pixelColor(x, y).lightness() < 128 for y in range(image.height()))
        for x in columns
    ]
    return sum(dark) / len(dark)


def test_the_worked_example_carries_its_weights_and_biases() -> None:
    made = picture("worked-example")
    assert made.is_labelled
    assert made.widths == (2, 2, 1)
    assert made.weights == (((0.15, 0.25), (0.20, 0.30)), ((0.40, 0.50),))
    assert made.biases == ((0.35, 0.35), (0.60,))
    assert made.note() == ""


@pytest.mark.parametrize(("key", "note"), [("digits", True), ("spiral", True), ("xor", False)])
def test_of_larger_networks_is_said_what_is_left_out(key: str, note: bool) -> None:
    made = picture(key)
    assert not made.is_labelled
    assert ("The first 4 units are drawn." in made.note()) == note
    assert "dashed: negative" in made.note()
    assert max(made.drawn(column) for column in range(len(made.widths))) == 4


def test_a_network_of_many_layers_has_facts_and_no_picture() -> None:
    sheet = worksheet_question(Trainer(load_preset("deep-relu")))
    assert picture_of(sheet) is None
    opening = lay_out(sheet, solved=False)[0][2]
    assert isinstance(opening, Opening)
    assert opening.text().startswith("Network ")
    assert "drawing" not in opening.text()


def test_a_network_without_biases_is_drawn_without() -> None:
    # The square has one weight and no bias.
    made = picture("chain-rule-square")
    assert made.biases is None
    assert dark_on_line(made) == 1.0


def test_a_negative_weight_is_dashed_and_said_to_be() -> None:
    positive = Picture((1, 1), (((0.5,),),), None)
    negative = Picture((1, 1), (((-0.5,),),), None)
    assert dark_on_line(positive) == 1.0
    assert 0.4 < dark_on_line(negative) < 0.75
    assert negative.note() == "Dashed: negative."


@pytest.mark.parametrize("key", ["one-neuron", "worked-example", "iris", "spiral", "digits"])
def test_all_ink_lies_inside_the_picture(key: str) -> None:
    around = 200
    image = drawn(picture(key), around).convertToFormat(QImage.Format.Format_Grayscale8)
    stride = image.bytesPerLine()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), stride)
    rows, columns = np.nonzero(pixels[:, : image.width()] < 200)
    assert around <= rows.min() <= rows.max() < image.height() - around
    assert around <= columns.min() <= columns.max() < image.width() - around


def test_weights_that_are_all_zero_are_drawn() -> None:
    flat = Picture((4, 4), (((0.0,) * 4,) * 4,), ((0.0,) * 4,))
    assert dark_on_line(flat) > 0.5


def test_the_blank_worked_example_keeps_to_two_pages() -> None:
    sheet = worksheet_question(Trainer(load_preset("worked-example")))
    assert [len(lay_out(sheet, solved)) for solved in (False, True)] == [2, 2]
    assert "drawing of the network 2-2-1" in "".join(b.text() for b in lay_out(sheet, False)[0])
