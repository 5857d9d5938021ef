"""The loss plot as a table: the numbers on show, to be read, copied and read aloud."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtWidgets import QHeaderView, QWidget

from core.training.abscissa import ABSCISSAS
from gui.help.gestures import how_to
from gui.loss.lines import RunLines
from gui.loss.reading import values_at
from gui.numbers import format_count, format_value
from gui.theme import scaled, themes
from gui.widgets.reading_table import CopiedTable

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

ROW_PIXELS = 24
NARROWEST = 54
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MISSING = "–"


class LossModel(QAbstractTableModel):
    """A row for every recorded step on show, the latest first."""

    def __init__(self) -> None:
        """Hold no rows."""
        super().__init__()
        self._run: RunLines | None = None
        self._steps = np.empty(0)
        self._heads: tuple[str, ...] = ("step",)

    def show_run(self, run: RunLines | None, left: float, right: float) -> None:
        """Hold what ``run`` has between two places of its abscissa."""
        steps = np.empty(0) if run is None else run.read_steps(left, right)[::-1]
        heads = () if run is None else _heads(run, steps)
        is_same_shape = len(steps) == len(self._steps) and heads == self._heads
        if not is_same_shape:
            self.beginResetModel()
        self._run, self._steps, self._heads = run, steps, heads
        if not is_same_shape:
            self.endResetModel()
        elif len(steps):
            self.dataChanged.emit(self.index(0, 0), self.index(len(steps) - 1, len(heads) - 1))

    def as_text(self) -> str:
        """Return all of it, columns parted by tabs."""
        rows = [self._row(row) for row in range(len(self._steps))]
        return "\n".join("\t".join(row) for row in [list(self._heads), *rows])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._steps)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a cell's text, or what is read aloud, or its alignment."""
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role not in (Role.DisplayRole, Role.AccessibleTextRole):
            return None
        text = self._row(index.row())[index.column()]
        return text if role == Role.DisplayRole else f"{self._heads[index.column()]} {text}"

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the heads of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role == Role.ToolTipRole:
            return self._heads[section]
        # Beside the column that it belongs to the rest of a name is enough.
        short = self._heads[section].split(", ")[-1].replace("smoothed", "smooth")
        return short if role == Role.DisplayRole else None

    def _row(self, row: int) -> list[str]:
        run = self._run
        assert run is not None
        step = float(self._steps[row])
        found = {name: format_value(value) for name, value, _ in values_at(run, step)}
        found["step"] = format_count(step)
        found[ABSCISSAS[run.abscissa].word] = (
            found["step"] if run.abscissa == "step" else format_value(run.place(step))
        )
        return [found.get(head, MISSING) for head in self._heads]


class LossTable(CopiedTable):
    """The table; the usual key copies all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no rows."""
        self._model = LossModel()
        super().__init__(self._model.as_text, parent)
        self.setModel(self._model)
        self.setAccessibleName("Losses by step")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_run(self, run: RunLines | None, left: float, right: float) -> None:
        """Show what ``run`` has between two places of its abscissa."""
        self._model.show_run(run, left, right)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PIXELS))
        self.horizontalHeader().setMinimumSectionSize(scaled(NARROWEST))


def _heads(run: RunLines, steps: np.ndarray[Any, Any]) -> tuple[str, ...]:
    """Return the names of the columns: what some row has."""
    heads = ["step"] if run.abscissa == "step" else ["step", ABSCISSAS[run.abscissa].word]
    # Rows are alike but at the ends, where a test loss may be missing.
    some = steps[:: max(1, len(steps) // 8)]
    names = [name for step in some.tolist() for name, _, _ in values_at(run, step)]
    return (*heads, *dict.fromkeys(names))
