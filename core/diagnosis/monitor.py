"""Raises and clears the findings of one run from what is recorded of it.

Rules are relative, gated on "not solved" and must hold for a while, so that healthy runs stay
quiet: absolute gradient sizes say nothing, and a converged network has small gradients too. A
change of structure, loss or data starts a new segment with its own baselines.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.baseline import skill
from core.diagnosis.findings import Finding, Kind, Severity
from core.diagnosis.remedies import exploding_remedies, vanishing_remedies
from core.spec import ExperimentSpec

SOLVED_SKILL = 0.5
VANISHING = 1e-2
VANISHING_AT_START = 3e-2
PERSISTENCE_SHARE = 0.09
BLOW_UP = 10.0
FAR_FROM_GUESSING = 20.0
STILL_FAR_EVALUATIONS = 10


class Monitor:
    """The findings of a run and the state of the rules.

    Attributes:
        findings: every finding raised so far, cleared or not, in order.
        spec: what is trained; remedies are changes of it.
    """

    def __init__(self, spec: ExperimentSpec, guessing: float, horizon: int) -> None:
        """Begin at step 0; ``guessing`` is the best constant loss, ``horizon`` the run's length."""
        self.findings: tuple[Finding, ...] = ()
        self.restart(spec, guessing, horizon, step=0)

    def restart(self, spec: ExperimentSpec, guessing: float, horizon: int, step: int) -> None:
        """Begin a new segment: what was open is cleared at ``step``."""
        for finding in self.open_findings():
            self._clear(finding, step)
        self.spec = spec
        self._guessing = guessing
        self._patience = max(8, round(PERSISTENCE_SHARE * horizon))
        self._recent: deque[float] = deque(maxlen=3)
        self._loss_at_start: float | None = None
        self._ratio_at_start: float | None = None
        self._far_evaluations = 0
        self._low_since: int | None = None
        self._recovered_since: int | None = None

    def open_findings(self) -> tuple[Finding, ...]:
        """Return the findings that last."""
        return tuple(finding for finding in self.findings if finding.cleared_step is None)

    def truncate(self, step: int) -> None:
        """Forget what was raised after ``step`` and open again what was cleared after it."""
        # A run halts within the step that would have followed its step count.
        kept = (
            finding
            for finding in self.findings
            if finding.step < step or (finding.step == step and finding.kind != "non_finite")
        )
        self.findings = tuple(
            replace(finding, cleared_step=None)
            if finding.cleared_step is not None and finding.cleared_step > step
            else finding
            for finding in kept
        )
        self._low_since = self._recovered_since = None

    def add_evaluation(self, step: int, loss: float) -> None:
        """Take the training loss of one evaluation."""
        self._recent.append(loss)
        if self._loss_at_start is None:
            self._loss_at_start = loss
        opened = self._open("exploding")
        if opened is not None:
            if not self._is_unsolved() and loss < self._loss_at_start:
                self._clear(opened, step)
            return
        if loss > BLOW_UP * max(self._loss_at_start, self._guessing):
            self._raise_explosion(step, loss, self._loss_at_start, "what it was at the start")
            return
        far = FAR_FROM_GUESSING * self._guessing
        if min(loss, self._loss_at_start) > far > 0:
            self._far_evaluations += 1
        else:
            self._far_evaluations = 0
        if self._far_evaluations > STILL_FAR_EVALUATIONS:
            self._raise_explosion(step, loss, self._guessing, "that of the best constant guess")

    def add_error_signal(
        self, step: int, delta: NDArray[np.float64], has_other_cause: Callable[[], bool]
    ) -> None:
        """Take the error signal (L,) of the step whose update made the step count ``step``.

        ``has_other_cause`` is asked only when the signal is weak: whether symmetric, saturated or
        dead layers explain it.
        """
        if len(delta) < 3 or not delta[-2] > 0:
            return
        ratio = float(delta[0] / delta[-2])
        if self._ratio_at_start is None:
            self._ratio_at_start = ratio
        low = ratio < VANISHING and self._is_unsolved() and not has_other_cause()
        opened = self._open("vanishing")
        if opened is None:
            self._low_since = (
                (step if self._low_since is None else self._low_since) if low else None
            )
            born_so = self._ratio_at_start < VANISHING_AT_START
            if born_so and self._low_since is not None and self._held(self._low_since, step):
                self._raise_vanishing(step, ratio, len(delta) - 1)
        else:
            recovered = ratio > VANISHING_AT_START or not self._is_unsolved()
            since = step if self._recovered_since is None else self._recovered_since
            self._recovered_since = since if recovered else None
            if recovered and self._held(since, step):
                self._clear(opened, step)
                self._recovered_since = None

    def add_non_finite(self, step: int, layer: int, message: str) -> None:
        """Take the news that an op wrote a number that is not finite."""
        self._raise("non_finite", "error", layer, step, message, {})

    def _held(self, since: int, step: int) -> bool:
        return step - since >= self._patience

    def _is_unsolved(self) -> bool:
        if not self._recent:
            return True
        # Where every target is the same there is no constant to beat but the start.
        yardstick = self._guessing or self._loss_at_start or 0.0
        return skill(median(self._recent), yardstick) < SOLVED_SKILL

    def _raise_vanishing(self, step: int, ratio: float, hidden: int) -> None:
        per_layer = ratio ** (1 / (hidden - 1)) if ratio > 0 else 0.0
        message = (
            f"The error signal dies on its way back: hidden layer 1 receives {ratio:.1e} of what "
            f"hidden layer {hidden} receives; each layer passes back {100 * per_layer:.2g} %."
        )
        evidence = {"ratio": ratio, "threshold": VANISHING, "per_layer": per_layer}
        self._raise("vanishing", "warning", 1, step, message, evidence)

    def _raise_explosion(self, step: int, loss: float, reference: float, words: str) -> None:
        times = loss / reference if reference > 0 else math.inf
        message = f"The loss is {loss:.3g}: {times:.3g} times {words}."
        self._raise("exploding", "error", 0, step, message, {"loss": loss, "reference": reference})

    def _open(self, kind: Kind) -> Finding | None:
        return next((f for f in self.open_findings() if f.kind == kind), None)

    def _raise(
        self,
        kind: Kind,
        severity: Severity,
        layer: int,
        step: int,
        message: str,
        evidence: dict[str, float],
    ) -> None:
        remedies = {
            "vanishing": vanishing_remedies,
            "exploding": exploding_remedies,
            "non_finite": exploding_remedies,
        }[kind](self.spec)
        finding = Finding(kind, severity, layer, step, message, evidence, remedies)
        self.findings = (*self.findings, finding)

    def _clear(self, finding: Finding, step: int) -> None:
        self.findings = tuple(
            replace(other, cleared_step=step) if other is finding else other
            for other in self.findings
        )
