"""The foot of the panel: how many findings are open and how many have passed, and all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.diagnosis.findings import Finding
from gui.controls.column_scroll import ColumnScroll
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.warnings import words
from gui.widgets.fold_toggle import FoldToggle
from gui.widgets.paragraph import Paragraph

LIST_PIXELS = 132


class FindingLog(QWidget):
    """Counts, and a list of every finding of the run that folds out above the window's foot.

    Attributes:
        toggle: folds the list out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty log, folded."""
        super().__init__(parent)
        self.toggle = FoldToggle("all findings of this run")
        self._counts = with_role(QLabel(), "facts")
        self._list = Paragraph("facts")
        self._page = QWidget()
        self._page.setObjectName("contents")
        self._page_column = QVBoxLayout(self._page)
        self._page_column.addWidget(self._list)
        self._page_column.addStretch(1)
        self._scroll = ColumnScroll(self._page)
        self._row = QHBoxLayout()
        self._row.addWidget(self.toggle)
        self._row.addWidget(self._counts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(with_role(QFrame(), "rule"))
        column.addLayout(self._row)
        column.addWidget(self._scroll)
        self._scroll.hide()
        self.toggle.toggled.connect(self._scroll.setVisible)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show every one of ``findings``."""
        self._counts.setText(words.log_counts(findings))
        entries = words.log_entries(findings)
        self._list.setText("\n".join(entries) or "nothing has been found in this run")
        self._fit()

    def counts(self) -> str:
        """Return how many there are."""
        return self._counts.text()

    def entries(self) -> list[str]:
        """Return the lines of the list."""
        return self._list.text().split("\n")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the list to the lines that it takes now."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _restyle(self) -> None:
        self._row.setContentsMargins(scaled(8), scaled(2), scaled(16), scaled(2))
        self._row.setSpacing(scaled(4))
        self._page_column.setContentsMargins(scaled(36), 0, scaled(16), scaled(8))
        self._fit()

    def _fit(self) -> None:
        """Be as high as the list, up to some lines."""
        needed = self._page_column.heightForWidth(max(1, self.width()))
        self._scroll.setFixedHeight(min(needed, scaled(LIST_PIXELS)))
