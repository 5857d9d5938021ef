"""A run without a window: a progress bar, metrics as JSON lines, findings as JSON.

It drives the trainer directly; the numbers are those that the window would show.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from core.diagnosis.findings import Finding
from core.errors import FileError, UserError
from core.spoken import counted
from core.training.log import Evaluation
from core.training.outputs import Outputs
from core.training.trainer import Trainer

BAR_WIDTH = 30
REFRESH_SECONDS = 0.1
CHUNK_STEPS = 100


def run_headless(
    trainer: Trainer, steps: int | None, outputs: Outputs, out: TextIO, progress: TextIO
) -> None:
    """Train ``steps`` steps (else as many as the spec plans), write the files, print the end.

    Raises:
        UserError: no number of steps is known, or a file cannot be written.
    """
    total = steps if steps is not None else trainer.spec.training.steps
    if total < 1:
        raise UserError("--steps: this run has no planned length; say how many steps to train")
    outputs.check()
    bar = ProgressBar(progress, total)
    try:
        with _opened(outputs.metrics) as metrics:
            _train(trainer, total, bar, lambda evaluation: _write_line(metrics, evaluation))
        with _opened(outputs.findings) as findings:
            if findings is not None:
                listed = [_finding_as_dict(finding) for finding in trainer.findings()]
                findings.write(_json(listed, indent=2) + "\n")
    finally:
        bar.close()
    out.write(_summary(trainer) + "\n")
    if trainer.stop is not None:
        out.write(trainer.stop.message + "\n")


class ProgressBar:
    """A bar on a terminal; nothing elsewhere."""

    def __init__(self, stream: TextIO, total: int) -> None:
        """Draw on ``stream`` if it is a terminal."""
        self._stream = stream
        self._total = total
        self._shows = stream.isatty()
        self._drawn_at = -math.inf

    def show(self, step: int, loss: float) -> None:
        """Draw the state, not more often than the eye follows."""
        now = perf_counter()
        if not self._shows or (now - self._drawn_at < REFRESH_SECONDS and step < self._total):
            return
        self._drawn_at = now
        filled = round(BAR_WIDTH * step / self._total)
        bar = "█" * filled + "░" * (BAR_WIDTH - filled)
        self._stream.write(f"\r{bar} {step:,} of {self._total:,} steps  loss {loss:.4g}\x1b[K")
        self._stream.flush()

    def close(self) -> None:
        """End the line."""
        if self._shows:
            self._stream.write("\n")
            self._stream.flush()


def _train(
    trainer: Trainer, total: int, bar: ProgressBar, write: Callable[[Evaluation], None]
) -> None:
    written = trainer.log.latest
    while trainer.step < total and trainer.halted is None and trainer.stop is None:
        # An evaluation is never skipped: steps are done one by one up to the next of them.
        for _ in range(min(CHUNK_STEPS, total - trainer.step)):
            trainer.advance_step()
            if trainer.stop is not None:
                # Two evaluations at one step: as it was trained, and with the best weights back.
                write(trainer.stop.before)
            if trainer.log.latest is not written:
                written = trainer.log.latest
                assert written is not None
                write(written)
            if trainer.stop is not None:
                break
        bar.show(trainer.step, trainer.last_loss)
    if written is None or written.step < trainer.step or trainer.halted is not None:
        write(_evaluation_of_now(trainer))


def _write_line(metrics: TextIO | None, evaluation: Evaluation) -> None:
    if metrics is None:
        return
    train, test = evaluation.train, evaluation.test
    line = {
        "step": evaluation.step,
        "epoch": evaluation.epoch,
        "loss": train.loss,
        "test_loss": None if test is None else test.loss,
        "accuracy": train.accuracy,
        "test_accuracy": None if test is None else test.accuracy,
        "learning_rate": evaluation.learning_rate,
    }
    metrics.write(_json(line) + "\n")


def _finding_as_dict(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "layer": finding.layer,
        "step": finding.step,
        "cleared_step": finding.cleared_step,
        "message": finding.message,
        "remedies": [
            {"title": remedy.title, "why": remedy.why, "changes": remedy.changes}
            for remedy in finding.remedies
        ],
    }


def _summary(trainer: Trainer) -> str:
    parts = [counted(trainer.step, "step")]
    for name, metrics in (("train", trainer.evaluate("train")), ("test", trainer.evaluate("test"))):
        if metrics is None:
            continue
        text = f"{name} loss {metrics.loss:.4f}"
        if metrics.accuracy is not None:
            text += f", {name} accuracy {100 * metrics.accuracy:.1f} %"
        if metrics.r2 is not None:
            text += f", {name} R² {metrics.r2:.3f}"
        parts.append(text)
    if trainer.halted is not None:
        parts.append(f"stopped: {trainer.halted.message}")
    return "; ".join(parts)


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value: Any) -> Any:
    """Return ``value`` with null in place of numbers that JSON cannot say."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value


@contextmanager
def _opened(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    try:
        with path.open("w", encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        # A disk that is full names no file.
        raise FileError(f"{path}: cannot be written ({error.strerror})") from None


def _evaluation_of_now(trainer: Trainer) -> Evaluation:
    """Return the metrics on all rows of both splits, whatever has been recorded."""
    train, test = trainer.evaluate("train"), trainer.evaluate("test")
    assert train is not None
    return Evaluation(trainer.step, trainer.epoch, train, test, trainer.learning_rate)
