"""The loss over the steps: three curves, their axes, and a read-out at the pointer.

The curves are pyqtgraph's; the plot is made once and only its data change. Pointer and keyboard
belong to this widget alone: there is no zoom, no drag and no menu, so the picture is always the
whole run. Which runs and which words to show is the panel's business.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.training.log import Curves
from core.training.snapshot import TrialView
from gui.loss.axes import LossAxis, StepAxis, loss_axis, step_axis
from gui.loss.decor import Decor, DecorItem
from gui.loss.polylines import cut_dashes, thin
from gui.loss.reading import Reading, nearest, read_curves
from gui.loss.trial import trial_curve
from gui.theme import current_theme, mix, scaled, themes

Array = NDArray[np.float64]

EMPTY_MESSAGE = "Press Play: the loss appears here"
LEFT, TOP, RIGHT, BOTTOM = 44, 10, 12, 26
CURVE_WIDTH = 2.0
# In pen widths, as Qt counts.
DASHES = (4.0, 2.5)
TRIAL_DASHES = (4.0, 2.0, 1.0, 2.0)
RAW_SHARE = {"dark": 0.22, "light": 0.16, "high_contrast": 0.4}
# While no curve of evaluations stands out against them the losses of batches are the curve.
LONE_RAW_SHARE = 0.6
# Guessing is marked once the loss is above its 1.4th part, and until it is below its 1.6th.
NEAR_GUESSING = (1.4, 1.6)
MARK_REACH = 6
# Extremes of single batches do not decide the range.
BATCH_QUANTILES = (0.01, 0.99)


class LossPlot(QWidget):
    """The painted plot.

    Signals:
        read: what is read at the pointer, as text; empty when it leaves.
    """

    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show empty axes."""
        super().__init__(parent)
        self._curves: Curves | None = None
        self._trial = trial_curve(None)
        self._log = True
        self._steps = StepAxis()
        self._losses: LossAxis | None = None
        self._near_guessing = False
        self._pointed_step: float | None = None
        self._view: Any = pg.GraphicsView(self)
        self._box: Any = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self._lines: dict[str, Any] = {
            name: pg.PlotCurveItem(skipFiniteCheck=True)
            for name in ("batch", "trial", "test", "train")
        }
        self._below, self._above = DecorItem(below=True), DecorItem(below=False)
        self._build()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Loss over steps")
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_run(
        self, curves: Curves | None, *, restarted: bool, trial: TrialView | None = None
    ) -> None:
        """Show ``curves``, or empty axes for None, and beside them the loss of a ``trial``.

        ``restarted`` lets the range begin anew.
        """
        self._curves = curves
        self._trial = trial_curve(trial if curves is not None else None)
        if restarted or curves is None:
            self._losses = None
        self._refresh()

    def set_log(self, log: bool) -> None:
        """Choose between a logarithmic and a linear axis."""
        self._log = log
        self._losses = None
        self._refresh()

    def decor(self) -> Decor:
        """Return what is drawn beside the curves."""
        area, curves = self._area(), self._curves
        size, unit = QRectF(self.rect()), themes.font_scale
        axis = self._losses or LossAxis(self._log, *((-2.0, 0.0) if self._log else (0.0, 1.0)))
        decor = Decor(
            size,
            area,
            self._steps.ticks(area.width() / unit),
            axis.ticks(area.height() / unit),
            focused=self.hasFocus(),
        )
        if curves is None:
            return replace(decor, message=EMPTY_MESSAGE)
        shows_guessing = self._near_guessing and axis.holds(curves.guessing)
        return replace(
            decor,
            marks=[(mark.step / self._steps.limit, mark.text) for mark in curves.marks],
            guessing=(axis.share(curves.guessing), curves.guessing) if shows_guessing else None,
            points=self._single_points(curves, axis),
            trial=self._trial_end(axis),
            reading=self._reading(curves, axis),
        )

    def step_shares(self, steps: Array) -> Array:
        """Return where ``steps`` (n,) stand on the axis, for what is drawn over the same ones."""
        return self._steps.shares(steps)

    def sizeHint(self) -> QSize:
        """Return the size in the window's smallest layout."""
        return QSize(scaled(400), scaled(230))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which a curve can still be read."""
        return QSize(scaled(200), scaled(130))

    # ------------------------------------------------------------------ data

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        # The widget around it hears the pointer and the keyboard.
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setBackground(None)
        self._view.setAntialiasing(True)
        scene = self._view.scene()
        for item in (self._below, self._box, self._above):
            scene.addItem(item)
        self._box.setRange(xRange=(0.0, 1.0), yRange=(0.0, 1.0), padding=0.0)
        for line in self._lines.values():
            line.setSegmentedLineMode("on")
            self._box.addItem(line)

    def _refresh(self) -> None:
        curves = self._curves
        if curves is None:
            self._steps = StepAxis()
            for line in self._lines.values():
                line.setData([], [])
        else:
            self._fit(curves)
            self._show_lines(curves)
        self._redecorate()

    def _fit(self, curves: Curves) -> None:
        runs = (curves.batch_steps, curves.steps, self._trial[0])
        ends = [steps[-1] for steps in runs if len(steps)]
        self._steps = step_axis(max(ends, default=0.0))
        latest = curves.train_loss[-1] if len(curves.train_loss) else np.inf
        factor = NEAR_GUESSING[self._near_guessing]
        self._near_guessing = bool(latest * factor > curves.guessing > 0)
        wanted = [_finite(curves.train_loss), _finite(curves.test_loss), self._trial[1]]
        batch = _finite(curves.batch_loss)
        if len(batch):
            wanted.append(np.quantile(batch, BATCH_QUANTILES))
        if self._near_guessing and latest < curves.guessing * NEAR_GUESSING[1]:
            wanted.append(np.array([curves.guessing]))
        values = np.concatenate(wanted)
        if self._log:
            values = values[values > 0]
        if len(values):
            low, high = float(values.min()), float(values.max())
            self._losses = loss_axis(self._losses, low, high, log=self._log)

    def _show_lines(self, curves: Curves) -> None:
        area = self._area()
        columns = max(1, int(area.width()))
        axis = self._losses or LossAxis(self._log)
        self._set_raw_pen(is_alone=len(_finite(curves.train_loss)) < 2)
        patterns = {"test": DASHES, "trial": TRIAL_DASHES}
        for name, (steps, losses) in {**_series(curves), "trial": self._trial}.items():
            x, y = thin(self._steps.shares(steps), axis.shares(losses), columns)
            if name in patterns:
                pattern = tuple(length * CURVE_WIDTH for length in patterns[name])
                x, y = cut_dashes(x, y, (area.width(), area.height()), pattern)
            self._lines[name].setData(x, y, connect="pairs" if name in patterns else "all")

    def _set_raw_pen(self, *, is_alone: bool) -> None:
        theme = current_theme()
        share = LONE_RAW_SHARE if is_alone else RAW_SHARE[theme.name]
        pen = QPen(mix(theme.panel, theme.text, share), 1.0)
        pen.setCosmetic(True)
        if self._lines["batch"].opts["pen"] != pen:
            self._lines["batch"].setPen(pen)

    def _single_points(self, curves: Curves, axis: LossAxis) -> list[tuple[float, float, str]]:
        return [
            (float(self._steps.shares(steps)[0]), axis.share(losses[0]), token)
            for name, token in (("batch", "text3"), ("test", "accent"), ("train", "text"))
            for steps, losses in [_series(curves)[name]]
            if len(steps) == 1
        ]

    def _trial_end(self, axis: LossAxis) -> tuple[float, float, bool] | None:
        steps, losses = self._trial
        if not len(steps):
            return None
        falls = bool(losses[-1] <= np.median(losses[-8:]))
        return float(self._steps.shares(steps[-1:])[0]), axis.share(losses[-1]), falls

    def _area(self) -> QRectF:
        area = QRectF(self.rect()).adjusted(
            scaled(LEFT), scaled(TOP), -scaled(RIGHT), -scaled(BOTTOM)
        )
        return QRectF(area.x(), area.y(), max(1.0, area.width()), max(1.0, area.height()))

    def _redecorate(self) -> None:
        decor = self.decor()
        self._below.show_decor(decor)
        self._above.show_decor(decor)

    # ------------------------------------------------------------------ reading

    def _reading(self, curves: Curves, axis: LossAxis) -> Reading | None:
        if self._pointed_step is None:
            return None
        reach = MARK_REACH / self._area().width()
        return read_curves(curves, self._pointed_step, self._steps, axis, reach)

    def _point_at(self, step: float | None) -> None:
        if step == self._pointed_step:
            return
        self._pointed_step = step
        self._redecorate()
        reading = self.decor().reading
        text = reading.sentence() if reading else ""
        self.setAccessibleDescription(text)
        self.read.emit(text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read at the pointer."""
        area, x = self._area(), event.position().x()
        inside = area.left() <= x <= area.right()
        share = (x - area.left()) / area.width()
        self._point_at(share * self._steps.limit if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read with the arrows, Home and End from value to value; Escape ends it."""
        steps = self._curves.steps if self._curves is not None else np.empty(0)
        last = len(steps) - 1
        at = last + 1 if self._pointed_step is None else nearest(steps, self._pointed_step)
        targets = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._pointed_step is not None:
            self._point_at(None)
        elif key in targets and last >= 0:
            self._point_at(float(steps[min(max(targets[key], 0), last)]))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self._redecorate()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take away the ring and the read-out that the keyboard asked for."""
        super().focusOutEvent(event)
        self._point_at(None)
        self._redecorate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the curves to the new size."""
        super().resizeEvent(event)
        self._box.setGeometry(self._area())
        self._refresh()

    @Slot()
    def _restyle(self) -> None:
        theme = current_theme()
        pens = {
            "test": QPen(theme.accent, CURVE_WIDTH),
            "train": QPen(theme.text, CURVE_WIDTH),
            "trial": QPen(theme.ok, CURVE_WIDTH),
        }
        for name, pen in pens.items():
            pen.setCosmetic(True)
            self._lines[name].setPen(pen)
        self._box.setGeometry(self._area())
        for item in (self._below, self._above):
            item.update()
        self._refresh()


def _series(curves: Curves) -> dict[str, tuple[Array, Array]]:
    """Return steps and losses of each curve without the values that are not finite."""
    return {
        "batch": _finite_pairs(curves.batch_steps, curves.batch_loss),
        "test": _finite_pairs(curves.steps, curves.test_loss),
        "train": _finite_pairs(curves.steps, curves.train_loss),
    }


def _finite_pairs(steps: Array, losses: Array) -> tuple[Array, Array]:
    kept = np.isfinite(losses)
    return steps[kept], losses[kept]


def _finite(losses: Array) -> Array:
    return losses[np.isfinite(losses)]
