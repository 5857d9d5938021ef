"""A line edit for one number.

Return or leaving the field commits; Escape takes the typing back. Where 0 means that something is
off, the field says so by a word, which can be typed as well as 0. Text that is no number, or one
out of range, is refused: the old value comes back, the field is framed in the error colour with
the reason as its tooltip, and ``refused`` carries the reason for the status bar.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.numbers import format_setting, parse_number
from gui.tips import tip


class NumberField(QLineEdit):
    """A number within a range.

    Signals:
        value_changed: the user committed another number.
        refused: the user's text was not taken; one line that says why.
    """

    value_changed = Signal(float)
    refused = Signal(str)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        parent: QWidget | None = None,
        *,
        name: str = "",
        whole: bool = False,
        zero: str = "",
    ) -> None:
        """Accept ``minimum`` to ``maximum``, both included; only whole numbers if ``whole``.

        ``zero`` is written in place of 0 (``off``).
        """
        super().__init__(parent)
        self._minimum = minimum
        self._maximum = maximum
        self._whole = whole
        self._zero = zero
        self._value = minimum
        self._tip = ""
        self.setAccessibleName(name)
        self.setToolTip(tip(name))
        self.editingFinished.connect(self._commit)
        self.textEdited.connect(self._forgive)
        self._show_value()

    def value(self) -> float:
        """Return the last number that was committed or set."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` without a signal; what the user is just typing stays."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._show_value()

    def set_range(self, minimum: float, maximum: float) -> None:
        """Accept ``minimum`` to ``maximum`` from now on; the value itself stays."""
        self._minimum, self._maximum = minimum, maximum

    def revert(self) -> None:
        """Drop what is typed and show the value again."""
        self._forgive()
        self._show_value()

    def event(self, event: QEvent) -> bool:
        """Leave the keys of undo and redo to the window while nothing is being typed.

        A line edit claims them even where it has nothing to take back.
        """
        is_claim = event.type() == QEvent.Type.ShortcutOverride
        if is_claim and isinstance(event, QKeyEvent) and not self.isModified():
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape take back what is typed."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.revert()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the word for 0: a number is typed in its place, not into it."""
        super().mouseReleaseEvent(event)
        if self._zero and self.text() == self._zero and not self.hasSelectedText():
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit, and forgive what was refused before: the user has read it and goes on."""
        was_wrong = bool(self.property("wrong"))
        super().focusOutEvent(event)
        if was_wrong and not self.isModified():
            self._forgive()

    def _show_value(self) -> None:
        text = self._value_text()
        if text != self.text():
            self.setText(text)
        self.setModified(False)

    def _value_text(self) -> str:
        if self._zero and self._value == 0:
            return self._zero
        return f"{self._value:.0f}" if self._whole else format_setting(self._value)

    @Slot()
    def _commit(self) -> None:
        # Not ``isModified``: text that a program has put in counts as well.
        if self.text() == self._value_text():
            return
        try:
            value = self._accepted(self.text())
        except ValueError as error:
            self._refuse(str(error))
            return
        changed = value != self._value
        self._value = value
        self._show_value()
        if changed:
            self.value_changed.emit(value)

    def _accepted(self, text: str) -> float:
        is_word = bool(self._zero) and text.strip().lower() == self._zero
        value = 0.0 if is_word else parse_number(text)
        if self._whole and value != round(value):
            raise ValueError(f"expected a whole number, got {text.strip()}")
        if not self._minimum <= value <= self._maximum:
            low, high = format_setting(self._minimum), format_setting(self._maximum)
            raise ValueError(f"expected a number from {low} to {high}, got {text.strip()}")
        return value

    def _refuse(self, reason: str) -> None:
        self._show_value()
        self._tip = self._tip or self.toolTip()
        message = f"{self.accessibleName()}: {reason}" if self.accessibleName() else reason
        self.setToolTip(f"{message}; still {self.text()}")
        self._mark(wrong=True)
        self.refused.emit(message)

    @Slot()
    def _forgive(self) -> None:
        if self.property("wrong"):
            self.setToolTip(self._tip)
            self._tip = ""
            self._mark(wrong=False)

    def _mark(self, *, wrong: bool) -> None:
        self.setProperty("wrong", wrong)
        self.style().unpolish(self)
        self.style().polish(self)
