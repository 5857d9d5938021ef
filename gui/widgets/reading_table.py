"""A table that is read and not edited: rows are chosen one at a time, and Tab leaves it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget


def make_readable(table: QTableView) -> None:
    """Let ``table`` show its rows and choose among them, without a grid or heads of rows."""
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)


class CopiedTable(QTableView):
    """A readable table; the usual key copies all of it."""

    def __init__(self, as_text: Callable[[], str], parent: QWidget | None = None) -> None:
        """Copy what ``as_text`` returns: all rows, columns parted by tabs."""
        super().__init__(parent)
        self._as_text = as_text
        make_readable(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the whole table where that is asked for."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._as_text())
            return
        super().keyPressEvent(event)
