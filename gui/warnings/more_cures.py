"""The cures of a card that are not among its best: one line that says how often each has worked.

It unfolds their rows. A card of few cures has no such line: to fold one row would save no room.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import scaled, themes
from gui.warnings import words
from gui.warnings.cure_row import CureRow
from gui.widgets.fold_toggle import FoldToggle
from gui.widgets.paragraph import Paragraph

# A card that has more than so many shows the best of them.
MOST_UNFOLDED, BEST = 4, 3


class MoreCures(QWidget):
    """Folds the rows of the lesser cures; hidden where there are none.

    Attributes:
        toggle: unfolds them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Be hidden and folded."""
        super().__init__(parent)
        self.toggle = FoldToggle("more cures")
        self._line = Paragraph("facts")
        self._rows: tuple[CureRow, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._line, 1, Qt.AlignmentFlag.AlignVCenter)
        self.hide()
        self.toggle.toggled.connect(self._show_state)
        themes.changed.connect(self._restyle)
        self._restyle()

    def take(self, rows: Sequence[CureRow]) -> int:
        """Fold all of ``rows`` but the best, as before if there were any; return how many stay."""
        shown = BEST if len(rows) > MOST_UNFOLDED else len(rows)
        self._rows = tuple(rows[shown:])
        self.setVisible(bool(self._rows))
        self._show_state()
        return shown

    def unfold_for(self, row: CureRow) -> None:
        """Unfold if ``row`` is folded: it is what matters now."""
        if row in self._rows:
            self.toggle.setChecked(True)

    def text(self) -> str:
        """Return the line."""
        return self._line.text()

    @Slot()
    def _show_state(self) -> None:
        is_open = self.toggle.isChecked()
        self.toggle.set_subject(f"{len(self._rows)} more cures")
        remedies = [row.remedy for row in self._rows]
        self._line.set_words(f"{len(remedies)} more" if is_open else words.more_cures(remedies))
        for row in self._rows:
            row.setVisible(is_open)

    @Slot()
    def _restyle(self) -> None:
        self._row.setSpacing(scaled(6))
        self._row.setContentsMargins(scaled(4), 0, scaled(10), 0)
