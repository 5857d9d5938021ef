"""The head of a card: a soft band with a coloured edge, the kind, since when, and one sentence."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.diagnosis.findings import Finding, Severity
from gui.findings import SEVERITY_ICONS, SEVERITY_TOKENS
from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes
from gui.warnings import words
from gui.widgets.fold_toggle import FoldToggle
from gui.widgets.paragraph import Paragraph

ICON_PIXELS = 18
BANDS: dict[Severity, str] = {
    "error": "error_band",
    "warning": "warning_band",
    "info": "information_band",
}


class CardBand(QFrame):
    """Icon, kind, since when; the sentence while the card is open.

    Attributes:
        toggle: folds and unfolds the card.

    Signals:
        toggled: whether the card is open now.
    """

    toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a folded band that says nothing yet."""
        super().__init__(parent)
        self._icon, self._token = "warn", "warn"
        self._mark = QLabel()
        self._kind = with_role(QLabel(), "headline")
        self._since = with_role(QLabel(), "facts")
        self.toggle = FoldToggle("")
        self.sentence = Paragraph("sentence")
        self._row = QHBoxLayout()
        self._row.addWidget(self._mark)
        self._row.addWidget(self._kind)
        self._row.addStretch(1)
        self._row.addWidget(self._since)
        self._row.addWidget(self.toggle)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self.sentence)
        self.toggle.toggled.connect(self._on_toggled)
        self._on_toggled(False)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_finding(self, finding: Finding, severity: Severity) -> None:
        """Say what has been found; ``severity`` is of all that the card is about."""
        self._icon = SEVERITY_ICONS[severity]
        self._token = SEVERITY_TOKENS[severity]
        with_role(self, BANDS[severity])
        self._kind.setText(words.title(finding))
        self._since.setText(words.since(finding))
        self._since.setToolTip(f"Raised at step {finding.step:,}")
        self.toggle.set_subject(words.title(finding))
        self.sentence.setText(finding.message)
        self.setToolTip("" if self.toggle.isChecked() else finding.message)
        self._restyle()

    def set_foldable(self, foldable: bool) -> None:
        """Show the chevron, or not where there is a single card."""
        self.toggle.setVisible(foldable)
        shape = Qt.CursorShape.PointingHandCursor if foldable else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold by a click anywhere on the band."""
        if event.button() == Qt.MouseButton.LeftButton and not self.toggle.isHidden():
            self.toggle.click()
        super().mouseReleaseEvent(event)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self.sentence.setVisible(is_open)
        self.setToolTip("" if is_open else self.sentence.text())
        self.toggled.emit(is_open)

    @Slot()
    def _restyle(self) -> None:
        color = current_theme().color(self._token)
        pixmap = icon_pixmap(self._icon, color, scaled(ICON_PIXELS), self.devicePixelRatioF())
        self._mark.setPixmap(pixmap)
        self._row.setSpacing(scaled(8))
        self._column.setSpacing(scaled(4))
        self._column.setContentsMargins(scaled(12), scaled(7), scaled(16), scaled(8))
