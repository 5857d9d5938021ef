"""The curves of the loss plot as pyqtgraph draws them: items, pens, and points ready for them.

The items are made once and only their data change. What is drawn is said by ``RunLines``; which
part of it is seen by the two axes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPen

from gui.loss.axes import LossAxis, StepAxis
from gui.loss.lines import Line, RunLines
from gui.loss.polylines import cut_dashes, fence, thin
from gui.theme import Theme, current_theme, mix

Array = NDArray[np.float64]

CURVE_WIDTH, RAW_WIDTH, SMOOTH_BATCH_WIDTH = 2.0, 1.0, 1.5
# In pen widths, as Qt counts.
DASHES = (4.0, 2.5)
TRIAL_DASHES = (4.0, 2.0, 1.0, 2.0)
RAW_SHARE = {"dark": 0.22, "light": 0.16, "high_contrast": 0.4}
# While no curve of evaluations stands out against them the losses of batches are the curve.
LONE_RAW_SHARE = 0.6
# What was recorded, under a smooth line of the same colour.
UNDER_SHARE = 0.4
PATTERNS = {"test": DASHES, "trial": TRIAL_DASHES}
# From the lowest to the topmost.
ORDER = ("batch", "raw test", "raw train", "smooth batch", "trial", "test", "train")


class Drawing:
    """The items in one box, whose units are pixels."""

    def __init__(self, box: Any) -> None:
        """Put empty items into ``box``."""
        self._items: dict[str, Any] = {
            name: pg.PlotCurveItem(skipFiniteCheck=True) for name in ORDER
        }
        for item in self._items.values():
            item.setSegmentedLineMode("on")
            box.addItem(item)
        self.restyle(is_alone=False)

    def clear(self) -> None:
        """Draw nothing."""
        for item in self._items.values():
            item.setVisible(False)

    def show(self, run: RunLines, steps: StepAxis, losses: LossAxis, area: QRectF) -> None:
        """Draw ``run`` into ``area``, which says how many pixels there are."""
        self.restyle(is_alone=len(run.recorded["train"][0]) < 2 and not run.is_smooth)
        for name, (at, values) in _lines(run).items():
            # What is not seen is not asked for its bounds either.
            self._items[name].setVisible(len(at) > 0)
            if not len(at):
                continue
            x, y = steps.shares(run.places(at)), losses.shares(values)
            if losses.is_part:
                x, y = fence(x, y)
            x, y = thin(x, y, max(1, int(area.width())))
            pattern = tuple(length * CURVE_WIDTH for length in PATTERNS.get(name, ()))
            if pattern:
                x, y = cut_dashes(x, y, (area.width(), area.height()), pattern)
            x, y = x * area.width(), y * area.height()
            self._items[name].setData(x, y, connect="pairs" if pattern else "all")

    def restyle(self, *, is_alone: bool) -> None:
        """Take the pens of the theme; ``is_alone``: nothing stands out against the batches."""
        for name, (color, width) in _pens(current_theme(), is_alone).items():
            # In units of the box, which are pixels: a sharper picture has broader lines.
            pen = QPen(color, width)
            pen.setCosmetic(False)
            if self._items[name].opts["pen"] != pen:
                self._items[name].setPen(pen)


def _pens(theme: Theme, is_alone: bool) -> dict[str, tuple[QColor, float]]:
    share = LONE_RAW_SHARE if is_alone else RAW_SHARE[theme.name]
    return {
        "batch": (mix(theme.panel, theme.text, share), RAW_WIDTH),
        "raw test": (mix(theme.panel, theme.accent, UNDER_SHARE), RAW_WIDTH),
        "raw train": (mix(theme.panel, theme.text, UNDER_SHARE), RAW_WIDTH),
        "smooth batch": (theme.text3, SMOOTH_BATCH_WIDTH),
        "trial": (theme.ok, CURVE_WIDTH),
        "test": (theme.accent, CURVE_WIDTH),
        "train": (theme.text, CURVE_WIDTH),
    }


def _lines(run: RunLines) -> dict[str, Line]:
    """Return what each item draws: steps and losses."""
    nothing: Line = (np.empty(0), np.empty(0))
    raw, over = run.recorded, run.smooth if run.is_smooth else run.recorded
    return {
        "batch": run.spread,
        "raw test": raw["test"] if run.is_smooth else nothing,
        "raw train": raw["train"] if run.is_smooth else nothing,
        "smooth batch": over["batch"] if run.is_smooth else nothing,
        "trial": run.ghost,
        "test": over["test"],
        "train": over["train"],
    }
