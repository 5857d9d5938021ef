"""One row of the controls: a label with its mark, then the control or controls."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.theme import scaled, themes
from gui.widgets.mark_label import Mark, MarkLabel

ROW_PIXELS = 27
LABEL_PIXELS = 96


class ControlRow(QWidget):
    """A row 27 high whose label is the buddy of the first control.

    Attributes:
        label: the label with its mark.
    """

    def __init__(
        self,
        text: str,
        *controls: QWidget,
        mark: Mark | None = None,
        label_width: int = LABEL_PIXELS,
        parent: QWidget | None = None,
    ) -> None:
        """Line up ``controls`` behind ``text``; the first takes the room that is left.

        ``label_width`` is in pixels of 100 %. A first control without an accessible name gets
        ``text``.
        """
        super().__init__(parent)
        self.label = MarkLabel(text, mark)
        self._label_width = label_width
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.label)
        for index, control in enumerate(controls):
            self._layout.addWidget(control, 1 if index == 0 else 0)
        if controls:
            self.label.setBuddy(controls[0])
            if not controls[0].accessibleName():
                controls[0].setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        themes.changed.connect(self._restyle)
        self._restyle()

    def share_evenly(self) -> None:
        """Give every control the same share of the room instead."""
        for index in range(1, self._layout.count()):
            self._layout.setStretch(index, 1)

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(scaled(ROW_PIXELS))
        self.label.setFixedWidth(scaled(self._label_width))
        self._layout.setSpacing(scaled(6))
