"""Claims about where bars stand: on a log axis that keeps still, one after the other."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF

from core import Trainer
from core.explain.reference import Reference
from core.explain.waterfall import gradient_waterfall
from core.explain.waterfall_steps import Waterfall, WaterfallStep
from core.presets import load_preset
from gui.waterfall.plan import LogAxis, Row, fitted_axis, make_rows, row_at
from gui.waterfall.words import batch_words, in_words, note_of, number_of, result_words

PLOT = QRectF(100, 0, 200, 150)


def waterfall_after(op: str, preset: str = "worked-example") -> Waterfall:
    trainer = Trainer(load_preset(preset))
    while trainer.advance_op().name != op:
        pass
    return gradient_waterfall(trainer.snapshot(), Reference("W1", (0, 0)))


def rows_of(found: Waterfall, axis: LogAxis) -> list[Row]:
    return make_rows(found, axis, PLOT, 10, 390, 34)


def steps_with(products: list[float | None], expected: list[float | None]) -> Waterfall:
    """Return a waterfall of made-up products."""
    steps = tuple(
        WaterfallStep("f", "slope" if i else "start", p, p, e, "", (i,))
        for i, (p, e) in enumerate(zip(products, expected, strict=True))
    )
    return Waterfall(Reference("W1", (0, 0)), steps, None, None, None, 1)


def test_a_bar_runs_from_the_product_before_to_the_product_after() -> None:
    found = waterfall_after("dW1")
    axis = LogAxis(-3, 0)
    rows = rows_of(found, axis)
    products = [-0.23262901, -0.04152725, -0.01661090, -0.00377220, -0.00188610]
    places = [100 + 200 * (math.log10(abs(p)) + 3) / 3 for p in products]
    assert [row.end for row in rows] == pytest.approx(places, abs=1e-4)
    assert [row.begin for row in rows[1:]] == [row.end for row in rows[:-1]]
    assert [row.shape for row in rows] == ["dot", "bar", "bar", "bar", "bar"]


def test_what_is_not_known_yet_is_hatched_and_already_as_long_as_it_will_be() -> None:
    axis = LogAxis(-3, 0)
    halfway, whole = rows_of(waterfall_after("da1"), axis), rows_of(waterfall_after("dW1"), axis)
    assert [row.shape for row in halfway] == ["dot", "bar", "bar", "hatched", "hatched"]
    assert [row.end for row in halfway] == pytest.approx([row.end for row in whole])


def test_before_the_outputs_exist_all_is_hatched_and_within_the_plot() -> None:
    rows = rows_of(waterfall_after("z1"), LogAxis())
    assert [row.shape for row in rows] == ["ring"] + 4 * ["hatched"]
    assert all(PLOT.left() <= row.end <= PLOT.right() for row in rows)


def test_a_product_of_zero_has_no_bar_and_nothing_comes_down_from_it() -> None:
    rows = rows_of(steps_with([-0.5, 0.0, 0.0], [-0.5, 0.0, 0.0]), LogAxis(-2, 0))
    assert [row.shape for row in rows] == ["dot", "none", "none"]
    assert [row.joint for row in rows] == [None, None, None]


@pytest.mark.parametrize("product", [math.nan, math.inf, -math.inf])
def test_a_product_that_is_not_finite_has_no_bar(product: float) -> None:
    found = steps_with([0.5, product], [0.5, product])
    assert [row.shape for row in rows_of(found, fitted_axis(None, found))] == ["dot", "none"]


def test_rows_fill_the_plot_but_are_never_taller_than_asked() -> None:
    many = steps_with([0.5] * 9, [0.5] * 9)
    assert rows_of(many, LogAxis())[-1].rect.bottom() == pytest.approx(PLOT.bottom())
    few = steps_with([0.5] * 2, [0.5] * 2)
    assert [row.rect.height() for row in rows_of(few, LogAxis())] == [34, 34]
    assert row_at(rows_of(few, LogAxis()), 200, 40) == 1
    assert row_at(rows_of(few, LogAxis()), 200, 100) is None


def test_the_axis_spans_all_products_in_half_decades() -> None:
    found = steps_with([-0.2326, -0.04153, None], [-0.2326, -0.04153, -0.001886])
    assert fitted_axis(None, found) == LogAxis(-3, -0.5)
    narrow = steps_with([0.5, 0.4], [0.5, 0.4])
    assert fitted_axis(None, narrow) == LogAxis(-2, 0)
    assert fitted_axis(None, steps_with([None], [None])) == LogAxis()


def test_the_axis_is_held_where_it_still_does() -> None:
    held = LogAxis(-4, 0)
    assert fitted_axis(held, steps_with([0.5, 0.002], [0.5, 0.002])) is held
    assert fitted_axis(held, steps_with([0.5, 2e-6], [0.5, 2e-6])) == LogAxis(-6, 0)
    assert fitted_axis(held, steps_with([None], [None])) is held
    empty = fitted_axis(None, steps_with([None], [None]))
    assert fitted_axis(empty, steps_with([-0.2, 0.003], [-0.2, 0.003])) == LogAxis(-3, -0.5)
    wide = LogAxis(-9, 0)
    assert fitted_axis(wide, steps_with([0.5, 0.002], [0.5, 0.002])) == LogAxis(-3, 0)


def test_through_the_backward_pass_the_axis_does_not_move() -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    axis, seen = None, set()
    for _ in trainer.program.ops:
        trainer.advance_op()
        snapshot = trainer.snapshot()
        found = gradient_waterfall(snapshot, Reference("W1", (0, 0)))
        axis = fitted_axis(axis, found)
        if "loss" in snapshot.trace.values:
            seen.add(axis)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("axis", "pixels", "ticks"),
    [
        (LogAxis(-3, 0), 200, [-3, -2, -1, 0]),
        (LogAxis(-3, -0.5), 200, [-3, -2, -1]),
        (LogAxis(-9.5, -1), 200, [-9, -7, -5, -3, -1]),
    ],
)
def test_ticks_are_whole_decades_that_have_room(
    axis: LogAxis, pixels: float, ticks: list[int]
) -> None:
    assert axis.ticks(pixels, 40) == ticks


def test_a_single_sample_has_no_line_about_a_batch() -> None:
    found = waterfall_after("dW1")
    assert batch_words(found) == ""
    assert result_words(found) == "gradient −0.001886"
    assert result_words(waterfall_after("da1")) == "so far −0.01661"
    assert result_words(waterfall_after("z1")) == "so far ?"


def test_share_and_gradient_of_a_batch_stand_side_by_side() -> None:
    found = waterfall_after("dW1", "spiral")
    assert found.share is not None
    assert found.gradient is not None
    words = batch_words(found)
    assert words.startswith("share of this sample ")
    assert "gradient of all 10 samples" in words
    assert result_words(found).startswith("share ")
    early = batch_words(waterfall_after("z1", "spiral"))
    assert early == "share of this sample ? · gradient of all 10 samples ?"


def test_a_factor_of_zero_is_told_in_words() -> None:
    step = WaterfallStep("ReLU′(z₁)", "slope", 0.0, 0.0, 0.0, "the unit is off", (3,))
    assert number_of(step) == "0"
    assert note_of(step) == "× 0: the unit is off"
    start = WaterfallStep("∂L/∂z₁", "start", math.nan, math.nan, None, "not a number", (3,))
    assert note_of(start) == "NaN: not a number"


def test_the_whole_waterfall_reads_as_text() -> None:
    words = in_words(waterfall_after("da1"))
    assert "∂L/∂a₂: −0.2326" in words
    assert "× W₂[1, 1]: 0.40, makes −0.01661" in words
    assert "× x₁: ?" in words
    folded = in_words(waterfall_after("dW1", "deep-sigmoid"))
    assert "weight, paths and slope are one bar each for Hidden 7–10, Hidden 6" in folded
