"""The plot of a difference quotient's error against its step h: two curves, both axes in decades.

The ranges are fixed, so curves of different parameters can be compared by eye. There is no zoom
and no menu.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QBrush, QPen
from PySide6.QtWidgets import QWidget

from core.explain.numeric_check import ErrorCurve
from gui.numbers import format_setting, power_of_ten
from gui.numeric_check.words import format_error
from gui.theme import current_theme, scaled, themes, ui_font
from gui.typography import in_print

H_DECADES = (-13.4, -0.6)
ERROR_DECADES = (-13.0, 0.7)
TICKS_EVERY = 2
# An error of exactly 0 has no place on a logarithmic axis; it lies on the lower edge.
FLOOR = 10.0 ** ERROR_DECADES[0]
# Steps at which the names of the curves find room: beside the right branch, under the valley.
ONE_SIDED_NAMED, CENTRAL_NAMED = (1e-6, 2e-3), (0.9e-12, 1.1e-2)
LOWEST_NAME, HIGHEST_NAME = -11.5, -0.1


class DecadeAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of powers of ten with a tick at every other one."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[int, list[int]]]:
        """Return the even decades."""
        first = math.ceil(low / TICKS_EVERY) * TICKS_EVERY
        return [(TICKS_EVERY, list(range(first, math.floor(high) + 1, TICKS_EVERY)))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write the decades as powers."""
        return [power_of_ten(round(value)) for value in values]


class CurvePlot(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """The painted plot: a view between two axes.

    A ``PlotItem`` would bring menus of its own, which outlive it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show empty axes."""
        super().__init__(parent)
        self._curve: ErrorCurve | None = None
        self._box: Any = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self._axes: dict[str, Any] = {side: DecadeAxis(side) for side in ("left", "bottom")}
        self.ci.layout.setSpacing(0)
        self.ci.layout.setContentsMargins(0, 0, 0, 0)
        self.addItem(self._axes["left"], 0, 0)
        self.addItem(self._box, 0, 1)
        self.addItem(self._axes["bottom"], 1, 1)
        for axis in self._axes.values():
            axis.linkToView(self._box)
            # The grid is part of the axes and belongs behind the curves.
            axis.setZValue(self._box.zValue() - 1)
        self._box.setRange(xRange=H_DECADES, yRange=ERROR_DECADES, padding=0.0)
        self._box.disableAutoRange()
        self._lines: dict[str, Any] = {
            name: pg.PlotCurveItem(skipFiniteCheck=True) for name in ("one_sided", "central")
        }
        self._labels: dict[str, Any] = {
            "one_sided": pg.TextItem("one-sided", anchor=(1.0, 1.0)),
            "central": pg.TextItem("central", anchor=(0.5, 0.0)),
            "h": pg.TextItem("", anchor=(1.0, 1.0)),
        }
        self._mark: Any = pg.InfiniteLine(angle=90)
        self._mark.setZValue(-20)
        for label in self._labels.values():
            label.setZValue(-10)
        for part in (self._mark, *self._lines.values(), *self._labels.values()):
            self._box.addItem(part)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Relative error against the step h")
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_curve(self, curve: ErrorCurve | None, h: float) -> None:
        """Show ``curve`` and mark ``h``."""
        self._curve = curve
        self._mark.setValue(math.log10(h))
        self._labels["h"].setText(f"h = {format_setting(h)}")
        self._labels["h"].setPos(math.log10(h), ERROR_DECADES[0])
        for name, errors in _errors(curve).items():
            x = np.log10(curve.steps) if curve is not None else np.empty(0)
            self._lines[name].setData(x, errors)
        self._place_labels()
        self.setAccessibleDescription(_description(curve, h))

    def lines(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Return what is drawn, in decades, by name."""
        return {name: line.getData() for name, line in self._lines.items()}

    def labels(self) -> dict[str, Any]:
        """Return the names on the plot: of the two curves, and of the marked ``h``."""
        return dict(self._labels)

    def sizeHint(self) -> QSize:
        """Return the size in the dialog."""
        return QSize(scaled(340), scaled(300))

    def _place_labels(self) -> None:
        curve = self._curve
        for name in ("one_sided", "central"):
            self._labels[name].setVisible(curve is not None)
        if curve is None:
            return
        errors = _errors(curve)
        gap = errors["one_sided"] - errors["central"]
        for name, height, (low, high) in (
            ("one_sided", gap, ONE_SIDED_NAMED),
            ("central", -errors["central"], CENTRAL_NAMED),
        ):
            fitting = (curve.steps >= low) & (curve.steps <= high)
            best = int(np.argmax(np.where(fitting, height, -np.inf)))
            self._labels[name].setPos(math.log10(curve.steps[best]), errors[name][best])
            if name == "central":
                has_room = errors[name][best] > LOWEST_NAME
                self._labels[name].setAnchor((0.5, 0.0 if has_room else 1.0))
            else:
                has_room = errors[name][best] < HIGHEST_NAME
                self._labels[name].setAnchor((1.0, 1.0 if has_room else 0.0))

    @Slot()
    def _restyle(self) -> None:
        theme = current_theme()
        self.setBackground(theme.panel)
        colors = {"one_sided": theme.text2, "central": theme.accent, "h": theme.text2}
        for name, line in self._lines.items():
            pen = QPen(colors[name], 2.0)
            pen.setCosmetic(True)
            line.setPen(pen)
        for name, label in self._labels.items():
            label.setColor(colors[name])
            label.fill = QBrush(theme.panel)
            label.setFont(ui_font(11, 600 if name == "central" else 400))
        self._mark.setPen(QPen(theme.strong, 0, Qt.PenStyle.DashLine))
        for side, title in (("bottom", "step h"), ("left", "relative error")):
            axis = self._axes[side]
            axis.setStyle(tickFont=ui_font(11), tickLength=-scaled(4))
            axis.setPen(theme.grid)
            axis.setGrid(255)
            axis.setTextPen(theme.text2)
            axis.setLabel(title)
            axis.label.setFont(ui_font(11))
            axis.label.setDefaultTextColor(theme.text2)
        self._axes["left"].setWidth(scaled(58))
        self._axes["bottom"].setHeight(scaled(40))


def _errors(curve: ErrorCurve | None) -> dict[str, NDArray[np.float64]]:
    """Return the decades of both errors; what has none lies on an edge of the plot."""
    if curve is None:
        return {"central": np.empty(0), "one_sided": np.empty(0)}
    ceiling = 10.0 ** ERROR_DECADES[1]
    return {
        name: np.log10(np.clip(errors, FLOOR, ceiling))
        for name, errors in (("central", curve.central), ("one_sided", curve.one_sided))
    }


def _description(curve: ErrorCurve | None, h: float) -> str:
    if curve is None:
        return ""
    best, one_sided = int(np.argmin(curve.central)), int(np.argmin(curve.one_sided))
    return (
        f"{in_print(curve.name)}: central differences are best at "
        f"h = {_size(curve.steps[best])} with "
        f"{format_error(float(curve.central[best]))}, one-sided ones at h = "
        f"{_size(curve.steps[one_sided])} with "
        f"{format_error(float(curve.one_sided[one_sided]))}; the check uses h = "
        f"{format_setting(h)}."
    )


def _size(step: float) -> str:
    return format_setting(float(step), 2)
