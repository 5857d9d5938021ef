"""The corridor as a widget: how large signals are in every layer, forward above, backward below.

Pointing at a layer, or walking to it with the arrow keys, tells which one is meant; its numbers
are shown elsewhere.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from core.diagnosis.corridor import Corridor
from gui.corridor.axes import Axes, fitted_axes
from gui.corridor.geometry import ChartGeometry, chart_geometry
from gui.corridor.key import paint_key
from gui.corridor.paint import (
    paint_bands,
    paint_column,
    paint_dots,
    paint_factors,
    paint_grid,
    paint_head,
    paint_names,
    paint_theory,
    paint_zeros,
)
from gui.corridor.words import EMPTY, in_words, lack_of_theory, layer_in_words, theory_name
from gui.help.gestures import how_to
from gui.theme import current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

SMALLEST, USUAL = (720, 380), (820, 460)
# A share below this is not worth a row of its own.
FEWEST_ZEROS = 0.005
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class CorridorChart(QWidget):
    """The painted corridor.

    Signals:
        layer_pointed: the layer under the pointer or the focus (0: the inputs), or None.
    """

    layer_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show empty axes."""
        super().__init__(parent)
        self.setAccessibleName("Signal corridor")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._corridor: Corridor | None = None
        self._axes: Axes | None = None
        self._has_zeros = False
        self._layer: int | None = None

    def show_corridor(self, corridor: Corridor) -> None:
        """Show ``corridor``; the axes rest unless it is of other layers or an earlier step."""
        old, self._corridor = self._corridor, corridor
        if old is None or old.layer_count != corridor.layer_count or corridor.step < old.step:
            self._axes = None
            self._has_zeros = False
            if self._layer is not None and self._layer > corridor.layer_count:
                self._point(None)
        self._axes = fitted_axes(self._axes, corridor)
        spreads = (*corridor.activations, *corridor.errors)
        # Once there, the row stays, so that nothing jumps.
        self._has_zeros = self._has_zeros or any(s.zeros >= FEWEST_ZEROS for s in spreads)
        self._describe()
        self.update()

    def geometry_of_parts(self) -> ChartGeometry | None:
        """Return where everything stands; None while there is nothing to show."""
        shown = self._corridor
        if shown is None or self._axes is None:
            return None
        theory = "" if shown.theory is None else theory_name(shown.theory.initializer)
        return chart_geometry(
            self.width(), self.height(), shown.layer_count, self._axes, theory, self._has_zeros
        )

    def pointed_layer(self) -> int | None:
        """Return the layer that is pointed at."""
        return self._layer

    def sizeHint(self) -> QSize:
        """Return the size in the window as it opens."""
        return QSize(*map(scaled, USUAL))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which a dozen layers are legible."""
        return QSize(*map(scaled, SMALLEST))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint grid, bands, theory and words."""
        theme, shown, geometry = current_theme(), self._corridor, self.geometry_of_parts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shown is None or geometry is None:
            painter.setFont(ui_font(12))
            painter.setPen(theme.text3)
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, EMPTY)
            return
        if self._layer is not None:
            paint_column(painter, geometry, self._layer, theme)
        theory = shown.theory
        for plot in geometry.plots:
            is_forward = plot.way == "forward"
            spreads = shown.activations if is_forward else shown.errors
            factors = shown.forward_factors() if is_forward else shown.backward_factors()
            paint_head(painter, plot, shown, theme)
            paint_grid(painter, plot, theme)
            paint_bands(painter, geometry, plot, spreads, theme)
            if theory is not None:
                sizes = theory.activations if is_forward else theory.errors
                name = theory_name(theory.initializer)
                paint_theory(painter, geometry, plot, sizes, name, theme)
            paint_dots(painter, geometry, plot, spreads, theme)
            paint_factors(painter, geometry, plot, factors, theme)
            paint_zeros(painter, geometry, plot, spreads, theme)
        paint_names(painter, geometry, theme)
        paint_key(painter, geometry, lack_of_theory(shown), theme)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), scaled(4))

    # ------------------------------------------------------------------ pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find the layer under the pointer."""
        geometry = self.geometry_of_parts()
        self._point(None if geometry is None else geometry.column_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was pointed at."""
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from layer to layer."""
        by, shown = STEPS.get(Qt.Key(event.key())), self._corridor
        if by is None or shown is None:
            super().keyPressEvent(event)
            return
        here = self._layer
        start = 0 if by > 0 else shown.layer_count
        self._point(start if here is None else min(max(here + by, 0), shown.layer_count))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        super().focusOutEvent(event)
        self._point(None)
        self.update()

    def _point(self, layer: int | None) -> None:
        if layer != self._layer:
            self._layer = layer
            self._describe()
            self.layer_pointed.emit(layer)
            self.update()

    def _describe(self) -> None:
        shown = self._corridor
        if shown is None:
            return
        words = in_words(shown) if self._layer is None else layer_in_words(shown, self._layer)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
