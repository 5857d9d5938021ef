"""Raises and clears the findings of one run from what is recorded of it.

Rules are relative, gated on "not solved" and must hold for a while, so that healthy runs stay
quiet: absolute gradient sizes say nothing, and a converged network has small gradients too. A
change of structure, loss or data starts a new segment with its own baselines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

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
RECENT_EVALUATIONS = 3


@dataclass(frozen=True, slots=True)
class Watch:
    """All that the rules remember, so that a run can go back to a moment.

    Attributes:
        findings: every finding raised so far, cleared or not, in order.
        recent: the latest training losses.
        loss_at_start, ratio_at_start: of this segment, before its first update.
        far_evaluations: how many in a row were far worse than guessing.
        low_since, recovered_since: the steps since which the error signal is weak, or well again.
    """

    findings: tuple[Finding, ...] = ()
    recent: tuple[float, ...] = ()
    loss_at_start: float | None = None
    ratio_at_start: float | None = None
    far_evaluations: int = 0
    low_since: int | None = None
    recovered_since: int | None = None


class Monitor:
    """Applies the rules to one run.

    Attributes:
        spec: what is trained; remedies are changes of it.
        watch: what the rules remember.
    """

    def __init__(self, spec: ExperimentSpec, guessing: float, horizon: int) -> None:
        """Begin at step 0; ``guessing`` is the best constant loss, ``horizon`` the run's length."""
        self.watch = Watch()
        self.restart(spec, guessing, horizon, step=0)

    def restart(self, spec: ExperimentSpec, guessing: float, horizon: int, step: int) -> None:
        """Begin a new segment: what was open is cleared at ``step``."""
        self.watch = Watch(
            tuple(
                replace(finding, cleared_step=step) if finding.cleared_step is None else finding
                for finding in self.watch.findings
            )
        )
        self.take(spec, guessing, horizon)

    def take(self, spec: ExperimentSpec, guessing: float, horizon: int) -> None:
        """Go on with another spec in the same segment."""
        self.spec = spec
        self._guessing = guessing
        self._patience = max(8, round(PERSISTENCE_SHARE * horizon))

    def add_evaluation(self, step: int, loss: float) -> None:
        """Take the training loss of one evaluation."""
        watch = self.watch
        start = loss if watch.loss_at_start is None else watch.loss_at_start
        far = FAR_FROM_GUESSING * self._guessing
        is_far = min(loss, start) > far > 0
        self._update(
            recent=(*watch.recent, loss)[-RECENT_EVALUATIONS:],
            loss_at_start=start,
            far_evaluations=watch.far_evaluations + 1 if is_far else 0,
        )
        opened = self._open("exploding")
        if opened is not None:
            if not self._is_unsolved() and loss < start:
                self._clear(opened, step)
        elif loss > BLOW_UP * max(start, self._guessing):
            self._raise_explosion(step, loss, start, "what it was at the start")
        elif self.watch.far_evaluations > STILL_FAR_EVALUATIONS:
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
        if self.watch.ratio_at_start is None:
            self._update(ratio_at_start=ratio)
        opened = self._open("vanishing")
        if opened is None:
            self._watch_for_vanishing(step, delta, ratio, has_other_cause)
        else:
            self._watch_for_recovery(step, ratio, opened)

    def _watch_for_vanishing(
        self,
        step: int,
        delta: NDArray[np.float64],
        ratio: float,
        has_other_cause: Callable[[], bool],
    ) -> None:
        if ratio >= VANISHING or not self._is_unsolved() or has_other_cause():
            if self.watch.low_since is not None:
                self._update(low_since=None)
            return
        since = step if self.watch.low_since is None else self.watch.low_since
        self._update(low_since=since)
        ratio_at_start = self.watch.ratio_at_start
        assert ratio_at_start is not None
        if ratio_at_start < VANISHING_AT_START and step - since >= self._patience:
            starved = int(np.count_nonzero(delta[:-1] < VANISHING * delta[-2]))
            self._raise_vanishing(step, ratio, len(delta) - 1, starved)

    def _watch_for_recovery(self, step: int, ratio: float, opened: Finding) -> None:
        if ratio <= VANISHING_AT_START and self._is_unsolved():
            self._update(recovered_since=None)
            return
        since = step if self.watch.recovered_since is None else self.watch.recovered_since
        self._update(recovered_since=since)
        if step - since >= self._patience:
            self._clear(opened, step)
            self._update(low_since=None, recovered_since=None)

    def add_non_finite(self, step: int, layer: int, message: str) -> None:
        """Take the news that an op wrote a number that is not finite."""
        self._raise("non_finite", "error", layer, step, message, {})

    def _is_unsolved(self) -> bool:
        watch = self.watch
        if not watch.recent:
            return True
        # Where every target is the same there is no constant to beat but the start.
        yardstick = self._guessing or watch.loss_at_start or 0.0
        return skill(median(watch.recent), yardstick) < SOLVED_SKILL

    def _update(self, **changes: Any) -> None:
        self.watch = replace(self.watch, **changes)

    def _raise_vanishing(self, step: int, ratio: float, hidden: int, starved: int) -> None:
        message = (
            f"The error signal dies on its way back: hidden layer 1 receives {in_words(ratio)} "
            f"of what hidden layer {hidden} receives."
        )
        per_layer = ratio ** (1 / (hidden - 1)) if ratio > 0 else 0.0
        evidence = {
            "ratio": ratio,
            "threshold": VANISHING,
            "per_layer": per_layer,
            "starved_layers": float(starved),
        }
        self._raise("vanishing", "warning", 1, step, message, evidence)

    def _raise_explosion(self, step: int, loss: float, reference: float, words: str) -> None:
        times = loss / reference if reference > 0 else math.inf
        message = f"The loss is {in_words(loss)}: {in_words(times)} times {words}."
        self._raise("exploding", "error", 0, step, message, {"loss": loss, "reference": reference})

    def _open(self, kind: Kind) -> Finding | None:
        for finding in self.watch.findings:
            if finding.kind == kind and finding.cleared_step is None:
                return finding
        return None

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
        self._update(findings=(*self.watch.findings, finding))

    def _clear(self, finding: Finding, step: int) -> None:
        self._update(
            findings=tuple(
                replace(other, cleared_step=step) if other is finding else other
                for other in self.watch.findings
            )
        )


def in_words(number: float) -> str:
    """Return ``number`` with two significant digits as people write it: 0.018, 1.3e−6."""
    return f"{number:.2g}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")
