"""The dialog in which the columns of a data file become inputs and target.

It shows a table that was read elsewhere and says what the user makes of it; what that amounts to,
and why something cannot be, comes from core.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMargins, QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.data.loading import Choice, Plan, TextTable, plan_rows, usual_scale, usual_task
from core.errors import UserError
from gui.own_data.table import ColumnTable
from gui.own_data.words import MISSING, ROLES, TASKS, facts, gap_words, plan_words
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.check_box import CheckBox
from gui.widgets.paragraph import Paragraph
from gui.widgets.segmented_control import SegmentedControl

SIZE_PIXELS = (860, 560)
EDGE_PIXELS = 16
# Of the window below; more columns and rows are seen in a large one.
SHARES = (0.62, 0.72)
STANDARDIZE = (
    "Standardize the target: numbers to fit become distances from their mean, in standard "
    "deviations; large ones cannot be learnt otherwise"
)
NO_FIT = "Not now: the target is classes."
NO_NUMBERS = "Not now: the target holds texts."
NO_GAPS = "Not now: no value of the chosen columns is missing."


class OwnDataDialog(QDialog):
    """The first rows, the use of each column, task and missing values, and what comes of it.

    Attributes:
        columns: the table.
        role: the use of its current column.
        task, missing: what is learnt, and what becomes of missing values.
        header: whether the first line holds the names.
        standardize: whether numbers to fit are standardized.
        use: the button that ends it.

    Signals:
        planned: what the choice amounts to, a ``Plan``, whenever it changes and can be.
        used: choice and plan that the user has decided on.
        header_wanted: the file is to be read anew, with or without a line of names.
    """

    planned = Signal(object)
    used = Signal(object, object)
    header_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no table yet; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Own data")
        self.setModal(True)
        self._table: TextTable | None = None
        self._choice = Choice("")
        self._plan: Plan | None = None
        self._test_fraction = 0.0
        self._title = with_role(QLabel(), "title")
        self._facts = with_role(QLabel(), "facts")
        self.columns = ColumnTable()
        self._column = with_role(QLabel(), "emphasis")
        self.role = SegmentedControl(ROLES, name="Use of the column")
        self.header = CheckBox("The first line holds names")
        self.header.setToolTip("Read the file anew, with its first line as names or as a row")
        self.task = SegmentedControl(TASKS, name="Task")
        self.standardize = CheckBox("Standardize the target")
        self.missing = SegmentedControl(MISSING, name="Missing values")
        self._band = with_role(QFrame(), "information_band")
        self._outcome = Paragraph("sentence")
        self._outcome.setAccessibleName("What is made of the data")
        self._consequence = Paragraph("facts")
        self.use = with_role(QPushButton("Use these data"), "primary")
        self.use.setToolTip("Use these data (Return)\nThe run begins anew; undo goes back.")
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Cancel (Escape)\nEverything stays as it is.")
        self._build()
        self._connect()
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())

    def show_table(self, table: TextTable, choice: Choice, test_fraction: float) -> None:
        """Show ``table`` with ``choice`` made of it; ``test_fraction`` of the rows will test."""
        self._table, self._test_fraction = table, test_fraction
        self._title.setText(table.name)
        self._facts.setText(facts(table))
        self.header.setChecked(table.dialect.has_header)
        self._choice = choice
        self.columns.show_table(table, self._roles(), choice.target)
        self.columns.setFocus()
        self._take(choice)

    def choice(self) -> Choice:
        """Return what is chosen."""
        return self._choice

    def outcome(self) -> str:
        """Return the sentence of what is made of the data, or why nothing can be."""
        return self._outcome.text()

    def set_consequence(self, words: str) -> None:
        """Say what else changes with the data."""
        gaps = "" if self._plan is None else gap_words(self._plan, self._choice.missing)
        self._consequence.set_words(" ".join(filter(None, (gaps, words))))

    def refuse(self, line: str) -> None:
        """Say why the data cannot be used as they are."""
        self._plan = None
        with_role(self._band, "error_band")
        self._outcome.set_words(line)
        self._consequence.set_words("")
        self.use.setEnabled(False)

    def sizeHint(self) -> QSize:
        """Return the size at which everything has its room."""
        return QSize(*map(scaled, SIZE_PIXELS))

    def showEvent(self, event: QShowEvent) -> None:
        """Open as large as suits the window below, and no larger than it is."""
        parent = self.parentWidget()
        if parent is not None and not event.spontaneous():
            below, edge = parent.window().size(), scaled(EDGE_PIXELS)
            wanted = QSize(*(round(s * n) for s, n in zip(SHARES, below.toTuple(), strict=True)))
            most = below.shrunkBy(QMargins(edge, edge, edge, edge))
            self.resize(self.sizeHint().expandedTo(wanted).boundedTo(most))
        super().showEvent(event)

    # ------------------------------------------------------------------ choosing

    def _take(self, choice: Choice) -> None:
        """Show ``choice`` and what it amounts to."""
        table = self._table
        if table is None:
            return
        self._choice = choice
        self.columns.columns.show_roles(self._roles())
        self._show_column(self.columns.current_name())
        target = table.column(choice.target)
        is_text = target is not None and target.kind == "text"
        self.task.set_selected(choice.task or "classification")
        self._allow_numbers(is_text, choice.task == "regression")
        self.standardize.setChecked(choice.task == "regression" and choice.standardize)
        chosen = {choice.target, *(choice.features or ())}
        has_gaps = any(c.missing_count for c in table.columns if c.name in chosen)
        self.missing.set_selected(choice.missing)
        self.missing.setEnabled(has_gaps)
        self.missing.setToolTip("" if has_gaps else NO_GAPS)
        try:
            self._plan = plan_rows(table, choice)
        except UserError as error:
            self.refuse(str(error).removeprefix(f"{table.path}: "))
            return
        with_role(self._band, "information_band")
        self._outcome.set_words(plan_words(self._plan, choice, self._test_fraction))
        self.use.setEnabled(True)
        self.planned.emit(self._plan)

    def _allow_numbers(self, is_text: bool, is_regression: bool) -> None:
        """Let numbers be fitted where the target has any, and say why where it has none."""
        regression = self.task.segment("regression")
        regression.setEnabled(not is_text)
        regression.setToolTip(NO_NUMBERS if is_text else "")
        self.standardize.setEnabled(is_regression)
        self.standardize.setToolTip(STANDARDIZE if is_regression else f"{STANDARDIZE}\n{NO_FIT}")

    def _roles(self) -> dict[str, str]:
        if self._table is None:
            return {}
        inputs = set(self._choice.features or ())
        roles = {c.name: "input" if c.name in inputs else "out" for c in self._table.columns}
        if self._choice.target in roles:
            roles[self._choice.target] = "target"
        return roles

    @Slot(str)
    def _show_column(self, name: str) -> None:
        roles = self._roles()
        if name in roles:
            self._column.setText(name if len(name) <= 30 else f"{name[:29]}…")
            self._column.setToolTip(name)
            self.role.set_selected(roles[name])

    @Slot(str)
    def _on_role(self, role: str) -> None:
        self._set_role(self.columns.current_name(), role)

    @Slot(str, str)
    def _set_role(self, name: str, role: str) -> None:
        """Give a column another role; the former target becomes an input."""
        table, choice = self._table, self._choice
        column = None if table is None else table.column(name)
        if table is None or column is None or self._roles()[name] == role:
            return
        roles = self._roles() | {name: role}
        target, task = choice.target, choice.task
        if role == "target":
            roles[choice.target] = "input"
            target = name
            task = "regression" if column.kind == "empty" else usual_task(column)
        features = tuple(c.name for c in table.columns if roles[c.name] == "input")
        if role != "target" and name == target:
            target = ""
        scales = usual_scale(column) if role == "target" else choice.standardize
        self._take(replace(choice, target=target, features=features, task=task, standardize=scales))

    @Slot(str)
    def _on_task(self, task: str) -> None:
        self._take(replace(self._choice, task=task))

    @Slot(bool)
    def _on_standardize(self, is_on: bool) -> None:
        self._take(replace(self._choice, standardize=is_on))

    @Slot(str)
    def _on_missing(self, missing: str) -> None:
        self._take(replace(self._choice, missing=missing))

    @Slot()
    def _on_use(self) -> None:
        if self._plan is not None:
            self.used.emit(self._choice, self._plan)
            self.accept()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self._body = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._facts)
        head.addStretch(1)
        head.addWidget(self.header)
        self._body.addLayout(head)
        self._body.addWidget(self.columns, 1)
        self._choices = QGridLayout()
        rows: tuple[tuple[QLabel | str, QWidget], ...] = (
            (self._column, self.role),
            ("Task", self.task),
            ("Missing values", self.missing),
        )
        for row, (label, control) in enumerate(rows):
            words = label if isinstance(label, QLabel) else with_role(QLabel(label), "facts")
            self._choices.addWidget(words, row, 0)
            self._choices.addWidget(control, row, 1, Qt.AlignmentFlag.AlignLeft)
        self._choices.addWidget(self.standardize, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._choices.setColumnStretch(2, 1)
        self._body.addLayout(self._choices)
        inside = QVBoxLayout(self._band)
        inside.addWidget(self._outcome)
        inside.addWidget(self._consequence)
        self._inside = inside
        self._body.addWidget(self._band)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.use)
        self._body.addLayout(foot)
        self.use.setDefault(True)
        self.cancel.setAutoDefault(False)

    def _connect(self) -> None:
        self.columns.column_chosen.connect(self._show_column)
        self.columns.role_wanted.connect(self._set_role)
        self.role.selected.connect(self._on_role)
        self.task.selected.connect(self._on_task)
        self.missing.selected.connect(self._on_missing)
        self.standardize.clicked.connect(self._on_standardize)
        self.header.clicked.connect(self.header_wanted)
        self.use.clicked.connect(self._on_use)
        self.cancel.clicked.connect(self.reject)

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._body.setContentsMargins(edge, scaled(12), edge, scaled(12))
        self._body.setSpacing(scaled(12))
        self._choices.setHorizontalSpacing(scaled(16))
        self._choices.setVerticalSpacing(scaled(6))
        self._inside.setContentsMargins(scaled(12), scaled(8), scaled(12), scaled(8))
        self._inside.setSpacing(scaled(2))
