"""The parameters of a network as rows of a table: name, value, gradient and change in this step.

Rows are read off the snapshot when they are painted, so a million parameters cost as much as ten.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.explain.reference import Reference
from core.network.parameters import ParameterLayout
from core.training.snapshot import Snapshot
from gui.diagram.names import parameter_name
from gui.numbers import format_value
from gui.stages.act import Act, short, signed

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
COLUMNS = ("Parameter", "value", "gradient", "change")
NOT_YET = "–"
WRITTEN_ROLE = Qt.ItemDataRole.UserRole


class LedgerModel(QAbstractTableModel):
    """One row a parameter, in the order of layers: the weights of each unit, then the biases."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Hold nothing yet."""
        super().__init__(parent)
        self._act: Act | None = None

    def show_act(self, act: Act) -> None:
        """Show a snapshot at an op; rows are made anew only where the network is another."""
        old, self._act = self._act, act
        if old is None or old.snapshot.structure != act.snapshot.structure:
            self.beginResetModel()
            self.endResetModel()
        elif self.rowCount():
            last = self.index(self.rowCount() - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of parameters."""
        return 0 if parent.isValid() or self._act is None else self._act.snapshot.layout.size

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the columns' names."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its alignment, or whether the op at hand wrote it."""
        if not index.isValid() or self._act is None:
            return None
        reference = reference_of(self._act.snapshot.layout, index.row())
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(reference, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(column))
        if role == WRITTEN_ROLE:
            return self._is_written(reference, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._state_in_words(reference)
        return None

    def _text(self, reference: Reference, column: int) -> str:
        act = self._act
        assert act is not None
        kind, layer = reference.name[0], int(reference.name[1:])
        if column == 0:
            return parameter_name(kind, layer, *reference.index)
        if column == 1:
            values = act.weights(layer) if kind == "W" else act.biases(layer)
            return short(float(values[reference.index]))
        if column == 2:
            found = act.value(f"d{reference.name}")
            return NOT_YET if found is None else format_value(float(found[reference.index]))
        change = entry_of(act.snapshot, "update", reference)
        if change is None or "update" in act.hidden:
            return NOT_YET
        return signed(-change)

    def _is_written(self, reference: Reference, column: int) -> bool:
        act = self._act
        op = None if act is None else act.op
        if op is None:
            return False
        name = ("", "parameters", f"d{reference.name}", "update")[column]
        return name in op.writes

    def _state_in_words(self, reference: Reference) -> str:
        """Return what the optimizer remembers of this parameter."""
        act = self._act
        assert act is not None
        known = ("velocity", "m", "v", "square_sum", "square_mean")
        parts = []
        for name in known:
            value = entry_of(act.snapshot, name, reference)
            if value is not None:
                parts.append(f"{name.replace('_', ' ')} {format_value(value)}")
        return ", ".join(parts)


def entry_of(snapshot: Snapshot, name: str, reference: Reference) -> float | None:
    """Return the entry of the flat vector ``name`` that belongs to a parameter, or None."""
    vector = snapshot.trace.values.get(name)
    if vector is None:
        return None
    part = snapshot.layout.weights if reference.name[0] == "W" else snapshot.layout.bias
    return float(part(vector, int(reference.name[1:]))[reference.index])


def reference_of(layout: ParameterLayout, row: int) -> Reference:
    """Return the parameter in ``row``."""
    layer = bisect_right(layout.offsets, row)
    rest = row - layout.offsets[layer - 1]
    sources = layout.widths[layer - 1]
    units = layout.widths[layer]
    if rest >= sources * units:
        return Reference(f"b{layer}", (rest - sources * units,))
    return Reference(f"W{layer}", divmod(rest, sources))


def row_of(layout: ParameterLayout, reference: Reference) -> int | None:
    """Return the row of a parameter; of a gradient that of its parameter; else None."""
    name = reference.name.removeprefix("d")
    kind, digits = name[:1], name[1:]
    if kind not in ("W", "b") or not digits.isdigit() or not reference.index:
        return None
    layer = int(digits)
    if layer > layout.layer_count:
        return None
    start = layout.offsets[layer - 1]
    sources, units = layout.widths[layer - 1], layout.widths[layer]
    if kind == "b":
        return start + sources * units + reference.index[0] if layout.biases else None
    if len(reference.index) != 2:
        return None
    return start + reference.index[0] * sources + reference.index[1]


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
