"""One op of a step with what can be read of it: the values that exist and may be shown.

A learner who predicts first hides what an op wrote; whatever is hidden is missing here, so that
formulas, lines and sentences built on a reading cannot give it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.explain.notation import Number
from core.explain.op_formula import JACOBIAN, SHARE
from core.explain.parameter_order import is_parameter
from core.explain.reference import Reference
from core.explain.setting import Setting, setting_of
from core.network.parameters import Floats, ParameterLayout
from core.training.snapshot import OpInfo, Snapshot


@dataclass(frozen=True)
class Reading:
    """An op at its place in a step.

    Attributes:
        snapshot: the run at this moment.
        place: of the op in the program.
        setting: of the run.
        parameter: the one whose numbers stand for all in the update.
        hidden: names of values that are not to be shown.
        values: what can be shown by name, derived ones too.
    """

    snapshot: Snapshot
    place: int
    setting: Setting
    parameter: Reference
    hidden: frozenset[str]
    values: Mapping[str, Floats]

    @property
    def op(self) -> OpInfo:
        """Return the op."""
        return self.snapshot.trace.ops[self.place]

    @property
    def kind(self) -> str:
        """Return the op's kind as ``Setting.kind_of`` tells it."""
        return self.setting.kind_of(self.op)

    @property
    def is_of_parameters(self) -> bool:
        """Return whether the op does the same to every parameter, as those of the rule do."""
        return self.setting.is_of_parameters(self.op)

    @property
    def layout(self) -> ParameterLayout:
        """Return where the parameters lie in the flat vectors."""
        return self.snapshot.layout

    @property
    def has_run(self) -> bool:
        """Return whether the op has run in this step."""
        return self.place < self.snapshot.trace.position

    @property
    def weights_changed(self) -> bool:
        """Return whether the weights at hand are no longer those that the step began with."""
        return not self.snapshot.trace.holds_start

    def knows(self, *names: str) -> bool:
        """Return whether all these values can be shown."""
        return all(name in self.values for name in names)

    def number(self, name: str, *index: int) -> Number:
        """Return one entry with its reference; without a value where it cannot be shown."""
        reference = Reference(name, index)
        value = self.values.get(name)
        return Number(None if value is None else float(value[index]), reference)


def read_op(
    snapshot: Snapshot,
    place: int,
    parameter: Reference | None = None,
    hidden: frozenset[str] = frozenset(),
) -> Reading:
    """Return the op at ``place`` with what may be shown of it.

    The parameter is the first weight where none, or one of another network, is given.
    """
    trace = snapshot.trace
    op, setting = trace.ops[place], setting_of(snapshot)
    # State and parameters exist before their op has run, but what it writes does not.
    unwritten = frozenset(op.writes) if place >= trace.position else frozenset()
    concealed = hidden | unwritten
    values = {name: value for name, value in trace.values.items() if name not in concealed}
    if setting.batch > 1 and not concealed & set(op.writes):
        if setting.kind_of(op) == "dW":
            values[SHARE] = np.outer(*(trace.values[name] for name in op.reads))
        elif setting.kind_of(op) == "dW_local":
            first, before, second, behind = (trace.values[name] for name in op.reads)
            values[SHARE] = np.outer(first, before) + np.outer(second, behind)
        elif setting.kind_of(op) == "dgamma":
            values[SHARE] = np.multiply(*(trace.values[name] for name in op.reads))
    softmax = f"a{op.layer}"
    if JACOBIAN in _slot_names(op, setting) and softmax in values:
        values[JACOBIAN] = softmax_jacobian(values[softmax])
    known = parameter is not None and is_parameter(snapshot.layout, parameter)
    chosen = parameter if known and parameter is not None else Reference("W1", (0, 0))
    return Reading(snapshot, place, setting, chosen, hidden, values)


def softmax_jacobian(a: Floats) -> Floats:
    """Return da_i/dz_k = a_i (δ_ik − a_k) of a softmax layer's answers ``a`` (n,): (n, n)."""
    jacobian: Floats = np.diag(a) - np.outer(a, a)
    return jacobian


def _slot_names(op: OpInfo, setting: Setting) -> tuple[str, ...]:
    kind = setting.kind_of(op)
    has_jacobian = kind in ("dz_fused", "dz_softmax") and setting.activation(op.layer) == "softmax"
    return (JACOBIAN,) if has_jacobian else ()
