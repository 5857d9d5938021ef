"""The dialog after an unexpected error: what happened, where the settings are safe, a report.

It blocks nothing: the window behind it goes on. It counts what else goes wrong while it is open.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes
from gui.widgets.paragraph import Paragraph

SIZE_PIXELS = (640, 440)
EDGE_PIXELS, ICON_PIXELS = 16, 20
MOST_COUNTED = 100


class ErrorDialog(QDialog):
    """One error.

    Attributes:
        sentence: what happened.
        rescue: where the settings have been saved.
        report: the text to send, read-only.
        copy, reset, go_on: the buttons; ``reset`` is there only where the run has failed.

    Signals:
        reset_requested: the user wants to start the run again.
    """

    reset_requested = Signal()

    def __init__(
        self,
        sentence: str,
        rescue: str,
        report: str,
        *,
        has_run_failed: bool,
        parent: QWidget | None = None,
    ) -> None:
        """Make the dialog; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Nablascope: an unexpected error")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._more = 0
        self._mark = QLabel()
        self.sentence = Paragraph("headline", sentence)
        self.rescue = Paragraph("sentence", rescue)
        self._count = Paragraph("facts")
        self._count.set_words("")
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setAccessibleName("Report")
        self.report.setAccessibleDescription("Versions, traceback and specification, as text")
        self.report.setToolTip("Report: what whoever mends the program has to know")
        self.copy = QPushButton("Copy report")
        self.copy.setToolTip("Copy report: put the whole text on the clipboard")
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Reset: start the same run again, with the same weights")
        self.reset.hide()
        self.go_on = QPushButton("Go on")
        self.go_on.setToolTip("Go on: close this and work on (Esc)")
        self.go_on.setDefault(True)
        self._build()
        self.copy.clicked.connect(self._copy)
        self.reset.clicked.connect(self._reset)
        self.go_on.clicked.connect(self.accept)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())
        self.go_on.setFocus()
        if has_run_failed:
            self.offer_reset()

    def offer_reset(self) -> None:
        """Offer Reset before all else: the run has failed."""
        self.reset.show()
        self.reset.setFocus()
        with_role(self.reset, "primary")

    def count_one_more(self) -> None:
        """Say that something else has gone wrong meanwhile."""
        self._more += 1
        if self._more > MOST_COUNTED:
            # An error of the dialog's own painting would bring itself about for ever.
            return
        noun = "error" if self._more == 1 else "errors"
        end = " or more" if self._more == MOST_COUNTED else ""
        self._count.set_words(f"{self._more}{end} {noun} since.")

    def sizeHint(self) -> QSize:
        """Return a size at which a traceback can be read."""
        return QSize(*map(scaled, SIZE_PIXELS))

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self.sentence, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.copy)
        self._foot.addStretch(1)
        self._foot.addWidget(self.reset)
        self._foot.addWidget(self.go_on)
        self._column.addLayout(self._head)
        self._column.addWidget(self.rescue)
        self._column.addWidget(self.report, 1)
        self._column.addWidget(self._count)
        self._column.addLayout(self._foot)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())

    @Slot()
    def _reset(self) -> None:
        self.reset_requested.emit()
        self.accept()

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(scaled(12))
        self._head.setSpacing(scaled(10))
        self._foot.setSpacing(scaled(8))
        self._mark.setPixmap(icon_pixmap("x", current_theme().err, scaled(ICON_PIXELS)))
