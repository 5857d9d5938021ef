"""A part of the controls that folds away under its title."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes


class SectionHeader(QPushButton):
    """Chevron, title and a fact at the right; pressing it folds the section."""

    def __init__(self, title: str) -> None:
        """Show ``title``, open."""
        super().__init__()
        self.setAccessibleName(title)
        self.setToolTip(f"{title}: show this part, or fold it away")
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._chevron = QLabel()
        self.fact = with_role(QLabel(), "facts")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._chevron)
        self._layout.addWidget(with_role(QLabel(title), "title"))
        self._layout.addStretch(1)
        self._layout.addWidget(self.fact)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.toggled.connect(self._restyle)
        themes.changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        name = "down" if self.isChecked() else "right"
        self._chevron.setPixmap(icon_pixmap(name, current_theme().text2, scaled(14)))
        self._layout.setContentsMargins(scaled(7), 0, scaled(12), 0)
        self._layout.setSpacing(scaled(6))
        self.setFixedHeight(scaled(24))


class Section(QWidget):
    """A titled part that opens and closes.

    Attributes:
        header: the button with chevron, title and fact.
        body: layout of the rows, at the controls' margins.

    Signals:
        toggled: the user (or ``set_open``) opened or closed it.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        """Make an open, empty section."""
        super().__init__(parent)
        self.header = SectionHeader(title)
        self._contents = QWidget()
        self.body = QVBoxLayout(self._contents)
        self.body.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._contents)
        self.header.toggled.connect(self._contents.setVisible)
        self.header.toggled.connect(self.toggled)
        themes.changed.connect(self._restyle)
        self._restyle()

    def is_open(self) -> bool:
        """Tell whether the rows are shown."""
        return self.header.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Open or close the section."""
        self.header.setChecked(is_open)

    def set_fact(self, fact: str) -> None:
        """Show a short fact at the header's right end, such as ``105 parameters``."""
        if fact != self.header.fact.text():
            self.header.fact.setText(fact)
            self.header.setAccessibleDescription(fact)

    @Slot()
    def _restyle(self) -> None:
        self.body.setContentsMargins(scaled(12), 0, scaled(12), scaled(6))
