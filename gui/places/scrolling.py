"""A place that scrolls what it holds where there is too little room, and is not seen otherwise."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrollable(widget: QWidget) -> QScrollArea:
    """Return ``widget`` as large as there is room for, and never smaller than its least size."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    # The window's colour shows between the panels.
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    return area
