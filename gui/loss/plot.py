"""The loss over the steps: its curves and axes, a read-out at the pointer, and a closer look.

The plot is made once and only its data change. Pointer and keyboard belong to this widget alone:
the wheel and a framed rectangle look closer, a double click shows the whole run again, and every
one of them has a key. Which runs and which words to show is the panel's business.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.training.abscissa import ABSCISSAS, offered
from core.training.log import Curves
from core.training.smoothing import Smoothing
from core.training.snapshot import TrialView
from gui.help.gestures import how_to
from gui.loss.axes import LossAxis, StepAxis
from gui.loss.decor import Decor, DecorItem
from gui.loss.drawing import Drawing
from gui.loss.gestures import Gestures
from gui.loss.lines import RunLines
from gui.loss.ranges import Ranges
from gui.loss.reading import Reading, nearest, read_run
from gui.loss.zoom import View, following
from gui.theme import scaled, themes, ui_font
from gui.typography import in_print

Array = NDArray[np.float64]

EMPTY_MESSAGE = "Press Play: the loss appears here"
LEFT, TOP, RIGHT, BOTTOM = 44, 10, 12, 26
LABEL_GAP = 9
MARK_REACH = 6
FEWEST_STEPS = 2.0


class LossPlot(QWidget):
    """The painted plot.

    Signals:
        read: what is read at the pointer, as text; empty when it leaves.
        view_changed: another part of the run is on show, or another run.
    """

    read = Signal(str)
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show empty axes."""
        super().__init__(parent)
        self._run: RunLines | None = None
        self._abscissa = "step"
        self._smoothing = Smoothing()
        self._ranges = Ranges()
        self._part: View | None = None
        self._gutter = 0.0
        self._pointed_step: float | None = None
        self._view: Any = pg.GraphicsView(self)
        self._box: Any = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self._drawing = Drawing(self._box)
        self._gestures = Gestures()
        self._below, self._above = DecorItem(below=True), DecorItem(below=False)
        self._build()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Loss over steps")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_run(
        self, curves: Curves | None, *, restarted: bool, trial: TrialView | None = None
    ) -> None:
        """Show ``curves``, or empty axes for None, and beside them the loss of a ``trial``.

        ``restarted`` lets the range begin anew.
        """
        if curves is not None and self._abscissa not in offered(curves):
            self._abscissa = "step"
        self._run = None
        if curves is not None:
            self._run = RunLines(curves, self._abscissa, self._smoothing, trial)
        if restarted or curves is None:
            self._ranges.begin_anew()
            self._part = None
        self._refresh()

    def set_log(self, log: bool) -> None:
        """Choose between a logarithmic and a linear axis; the whole run is shown."""
        self._ranges.set_log(log)
        self._part = None
        self._refresh()

    def set_abscissa(self, key: str) -> None:
        """Draw over another of ``core.training.abscissa``; the whole run is shown."""
        self._abscissa, self._part = key, None
        if self._run is not None:
            self._run = replace(self._run, abscissa=key)
        self._refresh()

    def set_smoothing(self, smoothing: Smoothing) -> None:
        """Draw smooth lines over the recorded ones, or none."""
        self._smoothing = smoothing
        if self._run is not None:
            self._run = replace(self._run, smoothing=smoothing)
        self._refresh()

    def look_at(self, part: View | None) -> None:
        """Show a part of the run, in the units of the axes, or all of it for None."""
        if part is not None and self._abscissa == "step" and part.right - part.left < FEWEST_STEPS:
            return
        if part != self._part:
            self._part = part
            self._refresh()

    @property
    def run(self) -> RunLines | None:
        """What is drawn; None before the first step."""
        return self._run

    @property
    def part(self) -> View | None:
        """The part on show, or None for the whole run."""
        return self._part

    @property
    def whole(self) -> View:
        """All that there is to be seen."""
        steps, losses = self._ranges.steps, self._ranges.losses
        return View(steps.low, steps.limit, losses.low, losses.high)

    def step_axis(self) -> StepAxis:
        """Return the axis of steps, or of what else is counted, as it is on show."""
        part = self._part
        return self._ranges.steps if part is None else StepAxis(part.right, part.left)

    def loss_axis(self) -> LossAxis:
        """Return the axis of losses as it is on show."""
        part, whole = self._part, self._ranges.losses
        if part is None:
            return whole
        return replace(whole, low=part.bottom, high=part.top, is_part=True)

    def decor(self) -> Decor:
        """Return what is drawn beside the curves."""
        area, run, unit = self.area(), self._run, themes.font_scale
        steps, losses = self.step_axis(), self.loss_axis()
        decor = Decor(
            QRectF(self.rect()),
            area,
            steps.ticks(area.width() / unit),
            losses.ticks(area.height() / unit),
            unit=ABSCISSAS[self._abscissa].word,
            is_part=self._part is not None,
            frame=self._gestures.frame,
            focused=self.hasFocus(),
        )
        if run is None:
            return replace(decor, message=EMPTY_MESSAGE)
        guessing = run.curves.guessing
        shows_guessing = self._ranges.is_near_guessing and losses.holds(guessing)
        marks = run.curves.marks
        return replace(
            decor,
            marks=[(steps.share(run.place(mark.step)), in_print(mark.text)) for mark in marks],
            guessing=self._guessing(run) if shows_guessing else None,
            points=self._single_points(run),
            trial=self._trial_end(run),
            reading=self._reading(),
        )

    def keep_grid(self, keeps: bool) -> None:
        """Keep the grid as a picture, which is fast, or paint it each time."""
        self._below.keep(keeps)

    def step_shares(self, steps: Array) -> Array:
        """Return where ``steps`` (n,) stand on the axis, for what is drawn over the same ones."""
        axis, run = self.step_axis(), self._run
        return axis.shares(steps if run is None else run.places(steps))

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
        self._view.setCacheMode(pg.GraphicsView.CacheModeFlag.CacheNone)
        self._view.setAntialiasing(True)
        scene = self._view.scene()
        for item in (self._below, self._box, self._above):
            scene.addItem(item)

    def _refresh(self) -> None:
        run = self._run
        self._ranges.fit(run)
        if run is None:
            self._drawing.clear()
        else:
            self._fit_gutter()
            self._drawing.show(run, self.step_axis(), self.loss_axis(), self.area())
        self._redecorate()
        self.view_changed.emit()
        # The scene tells its view only with the next event; it is to be painted with this frame.
        QCoreApplication.sendPostedEvents(self._view.scene())

    def _fit_gutter(self) -> None:
        """Make room for the widest label, which is wider than usual only in a close look."""
        metrics = QFontMetricsF(ui_font(11))
        ticks = self.loss_axis().ticks(self.area().height() / themes.font_scale)
        widest = max((metrics.horizontalAdvance(text) for _, text in ticks), default=0.0)
        gutter = widest + scaled(LABEL_GAP)
        if gutter != self._gutter:
            self._gutter = gutter
            self._fit_box()

    def _single_points(self, run: RunLines) -> list[tuple[float, float, str]]:
        steps_axis, axis = self.step_axis(), self.loss_axis()
        return [
            (steps_axis.share(run.place(float(steps[0]))), axis.share(losses[0]), token)
            for name, token in (("batch", "text3"), ("test", "accent"), ("train", "text"))
            for steps, losses in [run.recorded[name]]
            if len(steps) == 1
        ]

    def _guessing(self, run: RunLines) -> tuple[float, float, bool]:
        """Return where guessing's loss lies, that loss, and whether the curves end above it."""
        loss = run.curves.guessing
        ends = [
            losses[-1] for _, losses in (run.recorded["train"], run.recorded["test"]) if len(losses)
        ]
        return self.loss_axis().share(loss), loss, bool(ends) and min(ends) > loss

    def _trial_end(self, run: RunLines) -> tuple[float, float, bool] | None:
        steps, losses = run.ghost
        if not len(steps):
            return None
        falls = bool(losses[-1] <= np.median(losses[-8:]))
        across = self.step_axis().share(run.place(float(steps[-1])))
        return across, self.loss_axis().share(losses[-1]), falls

    def area(self) -> QRectF:
        """Return the rectangle within the axes."""
        left = max(float(scaled(LEFT)), self._gutter)
        area = QRectF(self.rect()).adjusted(left, scaled(TOP), -scaled(RIGHT), -scaled(BOTTOM))
        return QRectF(area.x(), area.y(), max(1.0, area.width()), max(1.0, area.height()))

    def _redecorate(self) -> None:
        decor = self.decor()
        self._below.show_decor(decor)
        self._above.show_decor(decor)

    # ------------------------------------------------------------------ reading

    def _reading(self) -> Reading | None:
        if self._pointed_step is None or self._run is None:
            return None
        reach = MARK_REACH / self.area().width()
        return read_run(self._run, self._pointed_step, self.step_axis(), self.loss_axis(), reach)

    def point_at(self, step: float | None) -> None:
        """Read at ``step``, or nothing any more."""
        if step == self._pointed_step:
            return
        self._pointed_step = step
        self._redecorate()
        reading = self.decor().reading
        text = reading.sentence() if reading else ""
        self.setAccessibleDescription(text)
        self.read.emit(text)

    @property
    def pointed_step(self) -> float | None:
        """The step that is read at, or None."""
        return self._pointed_step

    def walk(self, by: int | None, to_end: bool = False) -> None:
        """Read ``by`` values farther, or with None the first or last; the view follows."""
        if self._run is None:
            return
        steps = self._run.curves.steps
        if self._part is not None:
            whole = self.whole
            steps = self._run.read_steps(whole.left, whole.right)
        if not len(steps):
            return
        last = len(steps) - 1
        at = last + 1 if self._pointed_step is None else nearest(steps, self._pointed_step)
        target = (last if to_end else 0) if by is None else at + by
        step = float(steps[min(max(target, 0), last)])
        self.look_at(following(self._part, self.whole, self._run.place(step)))
        self.point_at(step)

    # ------------------------------------------------------------------ pointer and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to frame a part, or to move the view."""
        self._gestures.press(self, event)
        self._redecorate()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what a button has begun, else read at the pointer."""
        self._gestures.move(self, event)
        self._redecorate()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Look at what was framed."""
        self._gestures.release(self, event)
        self._redecorate()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole run."""
        self.look_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Look closer at the place under the pointer, or less close."""
        self._gestures.turn(self, event)

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key is for."""
        if not self._gestures.key(self, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self._redecorate()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take away the ring and the read-out that the keyboard asked for."""
        super().focusOutEvent(event)
        self._gestures.cancel()
        self.point_at(None)
        self._redecorate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the curves to the new size."""
        super().resizeEvent(event)
        self._fit_box()
        self._refresh()

    def _fit_box(self) -> None:
        area = self.area()
        self._box.setGeometry(area)
        size = {"xRange": (0.0, area.width()), "yRange": (0.0, area.height())}
        self._box.setRange(**size, padding=0.0)

    @Slot()
    def _restyle(self) -> None:
        self._fit_box()
        for item in (self._below, self._above):
            item.update()
        self._refresh()
