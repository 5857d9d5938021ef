"""Everything there is to say of one op: formula, numbers put in, lines, title and sentence.

It is a function of a snapshot, the op's place, the parameter that stands for all in the update,
and what a learner wants hidden. How it is drawn is the window's affair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.explain.formulas import formula_of
from core.explain.local_learning import threshold
from core.explain.op_formula import NumberRow, OpFormula
from core.explain.parameter_order import number_of
from core.explain.reading import Reading, read_op
from core.explain.reference import Reference
from core.explain.sentences import sentence, title
from core.explain.source_formulas import source_settings
from core.explain.terms import layer_line, layer_line_count
from core.explain.update_terms import settings_in_words, update_line, worked_numbers
from core.explain.written_line import Line
from core.spec_rules import FORWARD_ONLY
from core.training.snapshot import Snapshot

# Runs that diverge are explained too; their numbers speak for themselves.
_QUIETLY = np.errstate(all="ignore")


@dataclass(frozen=True)
class Explanation:
    """An op explained.

    Attributes:
        reading: the op and the values that may be shown.
        formula: how it is written.
        numbers: its equations with slots for values, or for one parameter in the update.
        title: what it is about.
        sentence: one or two plain sentences.
        settings: numbers by symbol, of the rule for ops of the update, or of a gradient's source.
        line_count: how many entries can be written out.
        first_line: where to begin with them.
    """

    reading: Reading
    formula: OpFormula
    numbers: tuple[NumberRow, ...]
    title: str
    sentence: str
    settings: tuple[tuple[str, float], ...]
    line_count: int
    first_line: int

    @_QUIETLY
    def lines(self, first: int, count: int) -> tuple[Line, ...]:
        """Return up to ``count`` entries written out, from number ``first`` on."""
        write = update_line if self.reading.is_of_parameters else layer_line
        stop = min(first + count, self.line_count)
        return tuple(write(self.reading, number) for number in range(first, stop))


def _settings(reading: Reading) -> tuple[tuple[str, float], ...]:
    if reading.kind in FORWARD_ONLY:
        return source_settings(reading)
    if reading.kind in ("local", "e"):
        return (("θ", threshold(reading)),)
    return settings_in_words(reading) if reading.op.phase == "update" else ()


@_QUIETLY
def explain(
    snapshot: Snapshot,
    place: int,
    parameter: Reference | None = None,
    hidden: frozenset[str] = frozenset(),
) -> Explanation:
    """Explain the op at ``place`` of the step in ``snapshot``."""
    reading = read_op(snapshot, place, parameter, hidden)
    formula = formula_of(reading.op, reading.setting)
    in_update = reading.is_of_parameters
    return Explanation(
        reading,
        formula,
        worked_numbers(reading) if in_update else formula.numbers,
        title(reading),
        sentence(reading),
        _settings(reading),
        reading.layout.size if in_update else layer_line_count(reading),
        number_of(reading.layout, reading.parameter) if in_update else 0,
    )
