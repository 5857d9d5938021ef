"""Numbers that are typed into the cells of a table.

A model keeps what it shows; these functions read what was typed, and the delegate leaves alone what
is just being typed while a run goes on. What is refused is told in one line by the model.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QWidget

from gui.numbers import format_setting, parse_number


def text_to_edit(value: float) -> str:
    """Return what stands in the editor of ``value`` when it opens."""
    return format_setting(value)


def typed_number(text: str, value: float) -> float | None:
    """Return the number that ``text`` is, None where it is still that of ``value``.

    Raises:
        ValueError: it is no finite number; the text is one line for the user.
    """
    return None if text == text_to_edit(value) else parse_number(text)


class NumberDelegate(QStyledItemDelegate):
    """Opens a line edit and keeps what is typed there."""

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Take over the cell's number unless something has been typed already."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)
            if isinstance(editor, QLineEdit):
                editor.selectAll()
