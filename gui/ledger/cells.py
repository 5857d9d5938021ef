"""What stands in the parameter table: name, value, gradient, change and the optimizer's state.

Cells are read off the snapshot when they are asked for, so a million parameters cost as much as
ten. No Qt in here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.explain.notation import parameter_label
from core.explain.parameter_order import flat_index, parameter_at
from core.explain.reference import Reference
from core.explain.setting import Setting
from core.network.parameters import Floats
from core.training.snapshot import Snapshot
from gui.numbers import SMALLEST_PLAIN, format_column
from gui.stage.act import UNKNOWN, short, signed

NOT_YET = "–"
CHUNK = 1 << 16
NAME, VALUE, GRADIENT, CHANGE = range(4)
# What the update writes beside the memory of its rule.
NO_STATE = ("penalized", "clamped", "rescaled", "decayed", "update", "parameters")
KINDS = ("W", "b", "gamma", "beta")
HEADS = ("Parameter", "value", "gradient", "change")


@dataclass(frozen=True)
class Cells:
    """The cells of one snapshot.

    Attributes:
        snapshot: the run.
        place: of the op that is lit, -1 for none.
        hidden: names of values that are shown as unknown although they exist.
    """

    snapshot: Snapshot
    place: int
    hidden: frozenset[str] = frozenset()

    @cached_property
    def state_names(self) -> tuple[str, ...]:
        """Return the names of what the optimizer remembers of every parameter."""
        ops = self.snapshot.trace.ops
        written = [op.writes[0] for op in ops if Setting.is_of_parameters(op)]
        return tuple(name for name in written if name not in NO_STATE)

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the heads of all columns, those of the state last."""
        return HEADS + tuple(name.replace("_", " ") for name in self.state_names)

    def parameter(self, row: int) -> Reference:
        """Return the parameter in ``row``."""
        return parameter_at(self.snapshot.layout, row)

    def is_editable(self, row: int) -> bool:
        """Return whether the value in ``row`` can be set: a weight or bias that is told."""
        is_told = self.text(row, VALUE) != UNKNOWN
        return is_told and self.parameter(row).name.rstrip("0123456789") in ("W", "b")

    def value(self, row: int) -> float:
        """Return the present value of the parameter in ``row``."""
        snapshot = self.snapshot
        return float(snapshot.parameters[flat_index(snapshot.layout, self.parameter(row))])

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        parameter = self.parameter(row)
        if column == NAME:
            return parameter_label(parameter)
        if self._is_hidden(parameter, column):
            return UNKNOWN
        number = self._number(parameter, column)
        if number is None:
            return NOT_YET
        if self._has_small(column):
            # A column that goes below 0.001 has exponents on all of its numbers.
            text = format_column([number, SMALLEST_PLAIN / 2])[0]
            return f"+{text}" if column == CHANGE and number > 0 else text
        if column == VALUE:
            return short(number)
        return signed(number) if column == CHANGE else format_column([number])[0]

    def is_written(self, row: int, column: int) -> bool:
        """Return whether the op that is lit wrote a cell."""
        ops = self.snapshot.trace.ops
        if column == NAME or not 0 <= self.place < min(len(ops), self.snapshot.trace.position):
            return False
        return self._source(self.parameter(row), column) in ops[self.place].writes

    def state_in_words(self, row: int) -> str:
        """Return what the optimizer remembers of the parameter in ``row``."""
        columns = range(len(HEADS), len(self.heads))
        return ", ".join(f"{self.heads[column]} {self.text(row, column)}" for column in columns)

    def in_words(self, row: int) -> str:
        """Return all of a row."""
        texts = [self.text(row, column) for column in range(len(self.heads))]
        words = [
            f"{head} {'not yet known' if text == NOT_YET else text}"
            for head, text in zip(self.heads[1:], texts[1:], strict=True)
        ]
        return f"{texts[0]}: {', '.join(words)}"

    def _source(self, parameter: Reference, column: int) -> str:
        """Return the name of the value that a column shows of a parameter."""
        if column >= len(HEADS):
            return self.state_names[column - len(HEADS)]
        return ("", "parameters", f"d{parameter.name}", "update")[column]

    def _is_hidden(self, parameter: Reference, column: int) -> bool:
        source = self._source(parameter, column)
        if source == "parameters":
            return source in self.hidden and self._is_moved
        is_gradient = column == GRADIENT and "gradient" in self.hidden
        return is_gradient or source in self.hidden

    @cached_property
    def _is_moved(self) -> bool:
        trace = self.snapshot.trace
        return any("parameters" in op.writes for op in trace.ops[: trace.position])

    def _number(self, parameter: Reference, column: int) -> float | None:
        source = self._source(parameter, column)
        if column == GRADIENT:
            found = self.snapshot.trace.values.get(source)
            return None if found is None else float(found[parameter.index])
        vector = self._vector(source)
        if vector is None:
            return None
        number = float(vector[flat_index(self.snapshot.layout, parameter)])
        # What is subtracted is shown as what it does; 0 keeps its sign to itself.
        return -number if column == CHANGE and number else number

    def _vector(self, name: str) -> Floats | None:
        if name == "parameters":
            return self.snapshot.parameters
        return self.snapshot.trace.values.get(name)

    def _has_small(self, column: int) -> bool:
        if column == GRADIENT:
            return self._has_small_gradients
        name = "parameters" if column == VALUE else self._source(Reference(""), column)
        if name not in self._small:
            vector = self._vector(name)
            self._small[name] = vector is not None and _goes_below(vector)
        return self._small[name]

    @cached_property
    def _small(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _has_small_gradients(self) -> bool:
        return any(_goes_below(gradient) for gradient in self._gradients())

    def _gradients(self) -> Iterator[Floats]:
        for layer in range(1, self.snapshot.layout.layer_count + 1):
            for kind in KINDS:
                found = self.snapshot.trace.values.get(f"d{kind}{layer}")
                if found is not None:
                    yield found


def _goes_below(numbers: Floats) -> bool:
    """Return whether any number is under 1e-3 and not 0; where many are, it is soon found."""
    flat = numbers.ravel()
    for start in range(0, flat.size, CHUNK):
        sizes = np.abs(flat[start : start + CHUNK])
        if bool(((sizes > 0) & (sizes < SMALLEST_PLAIN)).any()):
            return True
    return False
