"""What else there is because of the finding on a card, in one line that unfolds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.diagnosis.findings import Finding
from gui.theme import scaled, themes
from gui.warnings import words
from gui.widgets.fold_toggle import FoldToggle
from gui.widgets.paragraph import Paragraph


class Companions(QWidget):
    """The findings that another one explains; hidden where there are none.

    Attributes:
        toggle: unfolds what was measured of each.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Be hidden."""
        super().__init__(parent)
        self.toggle = FoldToggle("what follows from this", size=24)
        self._line = Paragraph("facts")
        self._details = Paragraph("facts")
        self._row = QHBoxLayout()
        self._row.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._line, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._below = QVBoxLayout()
        self._below.addWidget(self._details)
        self._column.addLayout(self._below)
        self._details.hide()
        self.toggle.toggled.connect(self._details.setVisible)
        self.hide()
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_findings(self, companions: Sequence[Finding]) -> None:
        """List ``companions``."""
        self.setVisible(bool(companions))
        if companions:
            self._line.setText(words.also(companions))
            self._details.setText("\n".join(words.companion(finding) for finding in companions))

    def text(self) -> str:
        """Return the line."""
        return self._line.text()

    def details(self) -> str:
        """Return what unfolds."""
        return self._details.text()

    @Slot()
    def _restyle(self) -> None:
        self._row.setSpacing(scaled(4))
        self._column.setSpacing(scaled(4))
        self._column.setContentsMargins(0, 0, 0, 0)
        self._below.setContentsMargins(scaled(28), 0, 0, 0)
