"""The right column: one place for the output map or the samples, the trace, and the warnings.

A warning never opens its tab by itself; the tab says how many there are.
"""

from __future__ import annotations

from typing import Literal, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from core import Snapshot
from gui.arrangement import Mode
from gui.findings import open_warnings
from gui.help.shortcuts import actions_under, keys_of
from gui.numbers import format_count
from gui.panels.output_panel import OutputPanel
from gui.panels.samples_panel import SamplesPanel
from gui.panels.trace_panel import TracePanel
from gui.panels.warnings_panel import WarningsPanel
from gui.widgets.segmented_control import SegmentedControl

Tab = Literal["output", "trace", "warnings"]
WORDS: dict[str, str] = {"output": "Output", "trace": "Trace", "warnings": "Warnings"}


class RightColumn(QStackedWidget):
    """Shows one of its panels; the tabs stand in their headers in place of a title.

    Attributes:
        output, samples, trace, warnings: the panels.

    Signals:
        tab_selected: "output", "trace" or "warnings".
    """

    tab_selected = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the panels; the first tab is chosen."""
        super().__init__(parent)
        self.output = OutputPanel()
        self.samples = SamplesPanel()
        self.trace = TracePanel()
        self.warnings = WarningsPanel()
        self._tab: Tab = "output"
        self._is_planar = True
        self._tabs: list[tuple[SegmentedControl, Tab]] = []
        own: tuple[tuple[OutputPanel | SamplesPanel | TracePanel | WarningsPanel, Tab], ...] = (
            (self.output, "output"),
            (self.samples, "output"),
            (self.trace, "trace"),
            (self.warnings, "warnings"),
        )
        for panel, tab in own:
            tabs = SegmentedControl(WORDS, name="Right column", tight=True)
            tabs.set_selected(tab)
            tabs.selected.connect(self.select_tab)
            panel.replace_title(tabs)
            self._tabs.append((tabs, tab))
            self.addWidget(panel)

    @property
    def mode(self) -> Mode:
        """Return which arrangement of the window the visible panel asks for."""
        if self._tab != "output":
            return "tall"
        return "map" if self._is_planar else "samples"

    @property
    def tab(self) -> str:
        """Return "output", "trace" or "warnings"."""
        return self._tab

    @Slot(str)
    def select_tab(self, tab: str) -> None:
        """Show the output (or samples), the trace, or the warnings."""
        self._tab = cast(Tab, tab)
        for tabs, own in self._tabs:
            # The one that was clicked stands in the header of a panel that is about to hide.
            tabs.set_selected(own)
        self._show_panel()
        self.tab_selected.emit(tab)

    @Slot()
    def show_warnings(self) -> None:
        """Show the warnings."""
        self.select_tab("warnings")

    def show_keys(self, menu: QMenu) -> None:
        """Let the tabs say the keys of their commands in ``menu``."""
        keys = {action.text(): keys_of(action) for _, action in actions_under(menu)}
        for tabs, _ in self._tabs:
            for tab, word in WORDS.items():
                segment = tabs.segment(tab)
                segment.setToolTip(f"{segment.toolTip()} ({keys[word]})")

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Count the open warnings on the tab; the panels take their snapshots themselves."""
        if old is not None and old.findings is new.findings:
            return
        count = len(open_warnings(new.findings))
        words = f"{WORDS['warnings']} · {format_count(count)}" if count else WORDS["warnings"]
        for tabs, _ in self._tabs:
            tabs.set_word("warnings", words)
            tabs.segment("warnings").setAccessibleDescription(f"{format_count(count)} open")

    def fit(self, snapshot: Snapshot) -> None:
        """Show the map for data in the plane and the samples for others."""
        self._is_planar = snapshot.dataset.domain is not None
        for tabs, _ in self._tabs:
            tabs.set_word("output", "Output" if self._is_planar else "Samples")
        self._show_panel()

    def _show_panel(self) -> None:
        planar = self.output if self._is_planar else self.samples
        panels: dict[Tab, QWidget] = {
            "output": planar,
            "trace": self.trace,
            "warnings": self.warnings,
        }
        panel = panels[self._tab]
        if self.currentWidget() is panel:
            return
        moves_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.setCurrentWidget(panel)
        if moves_focus:
            # On the tab of what is shown now, so that arrows go on from tab to tab.
            tabs = self._tabs[self.currentIndex()][0]
            tabs.segment(self._tab).setFocus(Qt.FocusReason.TabFocusReason)
