"""The bar across the window's top after an error of the program: what failed, and the way on.

The last good picture stays beneath it. It goes when the run has been reset.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from core.training.commands import Failure
from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes

HEIGHT_PIXELS = 40


class FailureBar(QFrame):
    """One line about a failure, with Reset and Copy.

    Signals:
        reset_requested: the user wants to start the run again.
    """

    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Be hidden: nothing has failed."""
        super().__init__(parent)
        with_role(self, "failure")
        self.setAccessibleName("Failure")
        self._failure: Failure | None = None
        self._mark = QLabel()
        self._words = QLabel()
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Start the same run again, with the same weights")
        self.copy = QPushButton("Copy")
        self.copy.setToolTip("Copy the whole report, to send to whoever can mend it")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self.reset)
        self._row.addWidget(self.copy)
        self.reset.clicked.connect(self.reset_requested)
        self.copy.clicked.connect(self._copy)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def text(self) -> str:
        """Return the line."""
        return self._words.text()

    def show_failure(self, failure: Failure) -> None:
        """Say what failed."""
        self._failure = failure
        where = f"step {failure.step:,}, op {failure.op}"
        line = f"{failure.type} in {where}: {failure.message}"
        self._words.setText(line)
        self._words.setToolTip(line)
        self.setAccessibleDescription(line)
        self.show()

    @Slot()
    def _copy(self) -> None:
        if self._failure is not None:
            QGuiApplication.clipboard().setText(f"{self.text()}\n\n{self._failure.traceback}")

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(scaled(HEIGHT_PIXELS))
        self._row.setContentsMargins(scaled(16), 0, scaled(16), 0)
        self._row.setSpacing(scaled(10))
        self._mark.setPixmap(icon_pixmap("x", current_theme().err, scaled(16)))
