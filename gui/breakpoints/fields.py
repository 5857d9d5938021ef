"""Number fields of a form: what cannot be read stays, so that it can be mended where it stands."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from gui.numbers import INFINITY
from gui.widgets.number_field import NumberField

LARGEST = 1e300
LONGEST_TEXT = 16


class FormField(NumberField):
    """A number that is read when the form is sent.

    Text that is refused is framed in the error colour but not taken back.
    """

    def __init__(
        self, value: float, parent: QWidget | None = None, *, name: str, whole: bool = False
    ) -> None:
        """Show ``value``; whoever reads the form says which numbers make sense."""
        super().__init__(-LARGEST, LARGEST, parent, name=name, whole=whole)
        # A refusal quotes the text and has to fit on one line.
        self.setMaxLength(LONGEST_TEXT)
        self.set_value(value)

    def entered(self) -> float:
        """Return the number that stands in the field.

        Raises:
            ValueError: there is none that can be used; one line that begins with the field's name.
        """
        try:
            return self._accepted(self.text())
        except ValueError as error:
            self.mark_wrong()
            raise ValueError(f"{self.accessibleName()}: {error}") from None

    def mark_wrong(self) -> None:
        """Frame the field in the error colour until its text is edited."""
        self._mark(wrong=True)

    def _refuse(self, reason: str) -> None:
        self.mark_wrong()
        self.refused.emit(f"{self.accessibleName()}: {reason}")


class LimitField(FormField):
    """A number, or no limit at all: nothing, ∞ or "inf"."""

    def _accepted(self, text: str) -> float:
        if text.strip().lower() in ("", INFINITY, "inf"):
            return math.inf
        return super()._accepted(text)
