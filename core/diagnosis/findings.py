"""What a diagnosis says: findings with their evidence, and remedies that can be applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal[
    "vanishing",
    "exploding",
    "dead",
    "saturated",
    "learning_rate_too_high",
    "slow",
    "overfitting",
    "symmetric",
    "unnormalized",
    "non_finite",
    "underflow",
    "plateau",
]
Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that may mend a finding.

    Attributes:
        title, why: what to do and why it helps, for people.
        changes: over the spec, for ``spec.with_changes``.
        changed: every setting that it changes, in words, such as "learning rate 0.1 → 0.01".
        restarts: whether the run begins again at step 0; otherwise it goes on with its weights.
        cured, tried: how many of the faulty runs tried reached their target by this change alone;
            ``tried`` 0 where that has not been measured.
        tried_on: which runs those were, such as "vanishing runs with a sigmoid".
    """

    title: str
    why: str
    changes: Mapping[str, Any]
    changed: tuple[str, ...] = ()
    restarts: bool = True
    cured: int = 0
    tried: int = 0
    tried_on: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding was measured by.

    Attributes:
        quantity: what was measured, for people, such as "Error signal, hidden 1 ÷ hidden 9".
        value, threshold: the measured value when the finding was raised, and the limit.
        is_high: whether values above the limit are the trouble, else values below it.
        is_log: whether the quantity belongs on a logarithmic axis.
        source: where the limit comes from.
        why: two or three sentences with this run's numbers.
        clears: what would clear the finding, such as "Clears above 0.03 for 8 checks".
        layers: the first and the last layer concerned, from 1; (0, 0) for the whole network.
        units: single units concerned as (layer, unit), from 1, where it is not all of a layer.
        not_offered: which cure of the textbooks is not offered, and why.
        series: the name of the quantity's history, as in ``Snapshot.histories``.
        numbers: further measured numbers by name.
    """

    quantity: str
    value: float
    threshold: float
    is_high: bool
    source: str
    why: tuple[str, ...]
    clears: str
    is_log: bool = False
    layers: tuple[int, int] = (0, 0)
    units: tuple[tuple[int, int], ...] = ()
    not_offered: tuple[str, ...] = ()
    series: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong, when, and by which measurement.

    Attributes:
        kind, severity: what it is.
        layer: where (from 1), or 0 for the whole network.
        step: when it was raised.
        cleared_step: when it had passed, or None while it lasts.
        message: one sentence in plain words.
        evidence: what it was measured by.
        remedies: the best first.
        cause: the kind of the open finding that explains this one, or None where it stands alone.
        began: the step from which on what was measured had held when the finding was raised.
    """

    kind: Kind
    severity: Severity
    layer: int
    step: int
    message: str
    evidence: Evidence
    remedies: tuple[Remedy, ...] = ()
    cleared_step: int | None = None
    cause: Kind | None = None
    began: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """How one measured quantity went.

    Attributes:
        steps, values: (n,) read-only.
    """

    steps: NDArray[np.float64]
    values: NDArray[np.float64]
