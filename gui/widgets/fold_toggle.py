"""A small chevron that unfolds something and folds it again."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gui.widgets.icon_button import IconButton


class FoldToggle(IconButton):
    """Points right while what it belongs to is folded, and down while that is open."""

    def __init__(self, subject: str, parent: QWidget | None = None, *, size: int = 24) -> None:
        """Belong to ``subject``, folded; the subject is read aloud."""
        super().__init__("right", subject, parent, size=size, icon_size=14)
        self._subject = subject
        self.setCheckable(True)
        self.toggled.connect(self._show_state)
        self._show_state()

    def set_subject(self, subject: str) -> None:
        """Belong to something else."""
        self._subject = subject
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        is_open = self.isChecked()
        self.set_words(f"{'Fold' if is_open else 'Unfold'}: {self._subject}")
        self.set_icon("down" if is_open else "right")
