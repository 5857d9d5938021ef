"""The column of controls: data, network and training, each in a section that folds away.

It shows the specification of the latest snapshot and asks for changes of it; it never changes
anything itself. Where a wish does not fit, it says so and the control shows again what is.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.errors import UserError
from core.spec import ExperimentSpec
from core.training.misfits import accepted, dataset_of
from core.training.snapshot import Snapshot
from gui.controls.column_scroll import ColumnScroll
from gui.controls.data_section import DataSection
from gui.controls.network_section import NetworkSection
from gui.controls.training_section import TrainingSection
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.card import Card
from gui.widgets.mark_label import mark_key
from gui.widgets.slider import Slider

WIDTH_PIXELS = 248
KEY_PIXELS = 24


class ControlsPanel(Card):
    """The settings of a run.

    Attributes:
        data, network, training: the sections.

    Signals:
        change_requested: a dict as ``ExperimentSpec.with_changes`` takes it.
        misfit: such a dict that does not fit as it is, and why.
        refused: one line about an entry that was not taken.
    """

    change_requested = Signal(dict)
    misfit = Signal(dict, str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make all sections, open."""
        super().__init__("Controls", parent)
        self.header.hide()
        self._newest: Snapshot | None = None
        self._shown: ExperimentSpec | None = None
        self._drags = 0
        self.data = DataSection()
        self.network = NetworkSection()
        self.training = TrainingSection()
        contents = QWidget()
        contents.setObjectName("contents")
        column = QVBoxLayout(contents)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in self._sections():
            if section is not self.data:
                column.addWidget(with_role(QFrame(), "rule"))
            column.addWidget(section)
            section.change_requested.connect(self._on_wish)
            section.refused.connect(self.refused)
        column.addStretch(1)
        self._key = mark_key()
        scroll = ColumnScroll(contents)
        self.training.techniques.unfolded.connect(scroll.reveal)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self._key)
        for slider in contents.findChildren(Slider):
            slider.sliderPressed.connect(self._begin_drag)
        themes.changed.connect(self._resize)
        self._resize()

    @property
    def gesture(self) -> str:
        """Return what tells the drag under way from all others; empty while there is none.

        All changes of one drag belong together: they are taken back together.
        """
        is_down = any(slider.isSliderDown() for slider in self.findChildren(Slider))
        return f"drag {self._drags}" if is_down else ""

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the settings of ``new``, now or when the panel is next seen."""
        self._newest = new
        if not self.isVisible():
            return
        if new.spec is not self._shown:
            self._show_newest()
        else:
            self.training.follow(new)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the panel was hidden."""
        super().showEvent(event)
        self._show_newest()

    @Slot(str)
    def go_to(self, section: str) -> None:
        """Give the focus to the first control of "data", "network" or "training"."""
        found = {"data": self.data, "network": self.network, "training": self.training}[section]
        for control in found.findChildren(QWidget):
            if control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                control.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    @Slot()
    def _begin_drag(self) -> None:
        self._drags += 1

    def _sections(self) -> tuple[DataSection, NetworkSection, TrainingSection]:
        return self.data, self.network, self.training

    def _show_newest(self) -> None:
        if self._newest is None:
            return
        self._shown = self._newest.spec
        for section in self._sections():
            section.show_snapshot(self._newest)

    @Slot(dict)
    def _on_wish(self, changes: dict[str, Any]) -> None:
        spec, newest = self.data.spec, self._newest
        if spec is None or newest is None:
            return
        dataset = dataset_of(newest.spec, newest.dataset, spec)
        try:
            wanted = accepted(spec, dataset, changes)
        except UserError as error:
            self._show_newest()
            self.misfit.emit(changes, str(error))
            return
        # Until a snapshot has it, the next wish builds on this one.
        for section in self._sections():
            section.spec = wanted
        # The next snapshot counts even if its settings are the old ones: the wish was refused then.
        self._shown = None
        self.change_requested.emit(changes)

    @Slot()
    def _resize(self) -> None:
        self.setFixedWidth(scaled(WIDTH_PIXELS))
        self._key.setFixedHeight(scaled(KEY_PIXELS))
        self._key.setContentsMargins(scaled(12), 0, scaled(12), 0)
