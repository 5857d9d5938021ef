"""The right column: one place for the output map or the samples, and the trace behind a tab."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from core import Snapshot
from gui.arrangement import Mode
from gui.panels.output_panel import OutputPanel
from gui.panels.samples_panel import SamplesPanel
from gui.panels.trace_panel import TracePanel
from gui.widgets.segmented_control import SegmentedControl


class RightColumn(QStackedWidget):
    """Shows one of its panels; the tabs stand in their headers in place of a title.

    Attributes:
        output, samples, trace: the panels.

    Signals:
        tab_selected: "output" or "trace".
    """

    tab_selected = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the panels; the first tab is chosen."""
        super().__init__(parent)
        self.output = OutputPanel()
        self.samples = SamplesPanel()
        self.trace = TracePanel()
        self._tab = "output"
        self._is_planar = True
        for panel, own, first in (
            (self.output, "output", "Output"),
            (self.samples, "output", "Samples"),
            (self.trace, "trace", "Output"),
        ):
            tabs = SegmentedControl({"output": first, "trace": "Trace"}, name="Right column")
            tabs.set_selected(own)
            tabs.selected.connect(self.select_tab)
            panel.replace_title(tabs)
            if panel is self.trace:
                self._trace_tabs = tabs
            self._tabs = tabs
            self.addWidget(panel)

    @property
    def mode(self) -> Mode:
        """Return which arrangement of the window the visible panel asks for."""
        if self._tab == "trace":
            return "tall"
        return "map" if self._is_planar else "samples"

    @property
    def tab(self) -> str:
        """Return "output" or "trace"."""
        return self._tab

    @Slot(str)
    def select_tab(self, tab: str) -> None:
        """Show the output (or samples), or the trace."""
        self._tab = tab
        self._show_panel()
        self.tab_selected.emit(tab)

    def fit(self, snapshot: Snapshot) -> None:
        """Show the map for data in the plane and the samples for others."""
        self._is_planar = snapshot.dataset.domain is not None
        self._trace_tabs.segment("output").setText("Output" if self._is_planar else "Samples")
        self._show_panel()

    def _show_panel(self) -> None:
        planar = self.output if self._is_planar else self.samples
        panel = self.trace if self._tab == "trace" else planar
        if self.currentWidget() is panel:
            return
        moves_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.setCurrentWidget(panel)
        if moves_focus:
            panel.setFocus()
