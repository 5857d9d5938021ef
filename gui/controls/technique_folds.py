"""Groups of training techniques behind one row of buttons: a press unfolds one of them below.

What is on while its group is folded is said in one line, and its button has a dot, so nothing that
acts on a run is out of sight.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.training.snapshot import Snapshot
from gui.controls.feature_chips import FeatureChip
from gui.controls.technique_group import TechniqueGroup
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes
from gui.widgets.paragraph import Paragraph

DOT_PIXELS = 5
BETWEEN = " · "
NO_BREAK = "\u00a0"


class GroupButton(FeatureChip):
    """A chip that unfolds a group; a dot in its corner says that something in there is on."""

    def __init__(self, group: TechniqueGroup) -> None:
        """Belong to ``group``, folded."""
        super().__init__(group.title)
        with_role(self, "chip")
        self.setCheckable(True)
        self._is_in_use = False
        self._words = group.words
        self.setAccessibleName(group.title)
        self.setToolTip(group.words)

    def set_summary(self, summary: str) -> None:
        """Say what is on in the group."""
        if summary != self.accessibleDescription():
            self._is_in_use = bool(summary)
            self.setAccessibleDescription(summary)
            self.setToolTip(f"{self._words}\nNow: {summary}" if summary else self._words)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip, then the dot."""
        super().paintEvent(event)
        if not self._is_in_use:
            return
        side = scaled(DOT_PIXELS)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().accent)
        painter.drawEllipse(QRectF(self.width() - side - 2, 2, side, side))


class TechniqueFolds(QWidget):
    """Several groups of which one at most is unfolded.

    Attributes:
        groups: all of them, in order.

    Signals:
        unfolded: the group that the user has just unfolded.
    """

    unfolded = Signal(QWidget)

    def __init__(self, groups: Sequence[TechniqueGroup]) -> None:
        """Hold ``groups``, all folded."""
        super().__init__()
        self.groups = list(groups)
        self._buttons = [GroupButton(group) for group in groups]
        self._summaries = [""] * len(self.groups)
        self._line = Paragraph("heading")
        self._line.setAccessibleName("Training techniques that are on")
        self._line.set_words("")
        self._row = QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row)
        for button, group in zip(self._buttons, self.groups, strict=True):
            # Room in proportion to the words, so that none touches the edge of its button.
            self._row.addWidget(button, len(group.title) + 4)
            group.hide()
            column.addWidget(group)
            button.clicked.connect(self._on_clicked)
        column.addWidget(self._line)
        themes.changed.connect(self._restyle)
        self._restyle()

    def button(self, title: str) -> GroupButton:
        """Return the button of the group called ``title``; raises StopIteration for another."""
        return next(b for b in self._buttons if b.accessibleName() == title)

    def line(self) -> str:
        """Return what is said of the groups that are folded; empty where nothing is on."""
        return self._line.text().replace(NO_BREAK, " ")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the settings of ``snapshot`` in every group."""
        for group in self.groups:
            group.show_snapshot(snapshot)

    def follow(self, snapshot: Snapshot) -> None:
        """Keep up with what changes from step to step."""
        for group in self.groups:
            group.follow(snapshot)
        self._summaries = [group.summary(snapshot) for group in self.groups]
        self._say_what_is_on()

    def _say_what_is_on(self) -> None:
        folded = []
        for button, summary in zip(self._buttons, self._summaries, strict=True):
            button.set_summary(summary)
            if summary and not button.isChecked():
                folded.append(summary)
        self._line.set_words(BETWEEN.join(_unbroken(summary) for summary in folded))

    @Slot()
    def _on_clicked(self) -> None:
        clicked = self.sender()
        for button, group in zip(self._buttons, self.groups, strict=True):
            if button is not clicked:
                button.setChecked(False)
            group.setVisible(button.isChecked())
            if button.isChecked():
                self.unfolded.emit(group)
        self._say_what_is_on()

    @Slot()
    def _restyle(self) -> None:
        self._row.setSpacing(scaled(3))
        self._row.setContentsMargins(0, scaled(2), 0, 0)
        self._line.setContentsMargins(0, scaled(3), 0, 0)


def _unbroken(summary: str) -> str:
    """Return ``summary`` so that no line ends between a name and its number."""
    return ", ".join(part.replace(" ", NO_BREAK) for part in summary.split(", "))
