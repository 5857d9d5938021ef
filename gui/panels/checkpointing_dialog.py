"""The window "Gradient checkpointing": what is kept and computed again, and what that is worth.

It stays open beside the main window. It shows the accounts that it is given; it does not know who
reckons them.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core import Snapshot
from core.explain.checkpointing import CheckpointAccount
from gui.checkpointing.chart import CheckpointChart
from gui.checkpointing.table import IntervalTable
from gui.checkpointing.words import EMPTY, circumstances, headline, reasons
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.paragraph import Paragraph

SIZE_PIXELS, SMALLEST_PIXELS = (900, 640), (820, 560)
EDGE_PIXELS = 16


class CheckpointingDialog(QDialog):
    """One sentence on top, below it the picture of the chosen k, then the table over k.

    Attributes:
        sentence: what the best k comes to.
        chart: the pass of the chosen k.
        table: all k.
        reasons: why the best k is what it is.
        again: the button "Reckon again".

    Signals:
        account_requested: an account is wanted; the next wish comes after ``show_account``.
    """

    account_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no numbers yet; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Gradient checkpointing")
        self._account: CheckpointAccount | None = None
        # The k that the user has chosen; None while it is the best one.
        self._every: int | None = None
        self._is_waiting = False
        self.sentence = Paragraph("headline", EMPTY)
        self.chart = CheckpointChart()
        self.table = IntervalTable()
        self.again = QPushButton("Reckon again")
        self.again.setToolTip("Reckon again: for the parameters and the batch at hand.")
        self.reasons = Paragraph("caption")
        self._circumstances = with_role(QLabel(), "facts")
        self._build()
        self.table.chosen.connect(self._on_chosen)
        self.again.clicked.connect(self.reckon)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())

    def show_account(self, account: CheckpointAccount) -> None:
        """Show ``account``; a chosen k stays chosen while the network has it."""
        self._account, self._is_waiting = account, False
        if self._every not in [choice.every for choice in account.choices]:
            self._every = None
        every = account.best if self._every is None else self._every
        self.sentence.set_words(headline(account))
        self.table.show_account(account, every)
        self.chart.show_choice(account, account.choice(every))
        self.reasons.set_words(reasons(account))
        self._circumstances.setText(circumstances(account))

    def show_run(self, snapshot: Snapshot) -> None:
        """Ask anew where the numbers are those of another network or batch."""
        if snapshot.state == "failed":
            self._is_waiting = False
            return
        account, training = self._account, snapshot.spec.training
        if account is None:
            return
        shown = account.network, account.widths, account.batch_size, account.loss, account.source
        run = (
            snapshot.spec.network,
            snapshot.layout.widths,
            training.batch_size,
            training.loss,
            training.gradient_source,
        )
        if shown != run:
            self.reckon()

    def account(self) -> CheckpointAccount | None:
        """Return what is shown."""
        return self._account

    @Slot()
    def reckon(self) -> None:
        """Ask for an account, unless one is on its way."""
        if not self._is_waiting:
            self._is_waiting = True
            self.account_requested.emit()

    def sizeHint(self) -> QSize:
        """Return the size at which everything has its room."""
        return QSize(*map(scaled, SIZE_PIXELS))

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.chart, 3)
        self._column.addWidget(self.table, 2)
        self._column.addWidget(self.reasons)
        foot = QHBoxLayout()
        foot.addWidget(self._circumstances)
        foot.addStretch(1)
        foot.addWidget(self.again)
        self._column.addLayout(foot)

    @Slot(int)
    def _on_chosen(self, every: int) -> None:
        self._every = every
        if self._account is not None:
            self.chart.show_choice(self._account, self._account.choice(every))

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, scaled(12))
        self._column.setSpacing(scaled(12))
        self.setMinimumSize(*map(scaled, SMALLEST_PIXELS))
