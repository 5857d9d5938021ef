"""Does the window stay live while training goes on, and how fast is training beside it?

Opens the real window offscreen, plays and measures frame intervals, the time the event loop takes
to answer, and the steps done. A trainer without a window takes turns with it, since the machine's
own pace may change from second to second; the median over the rounds of their ratios counts.
"""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest

from core import ExperimentSpec, Trainer
from core.presets import load_preset
from gui.application import make_application
from gui.main_window import MainWindow

ROUNDS = 8
WARM_UP_SECONDS, MEASURED_SECONDS, ALONE_SECONDS = 0.3, 1.0, 0.5
PROBE_SECONDS = 0.02


@dataclass(frozen=True)
class Measured:
    """Intervals and stalls in ms, and the speed as a share of that without a window."""

    frames: np.ndarray
    stalls: np.ndarray
    share: float


def small_network() -> ExperimentSpec:
    """Return 2-8-8-8-1 on two spirals."""
    layers = [{"units": 8}] * 3 + [{"units": 1, "activation": "sigmoid"}]
    return ExperimentSpec.from_dict(
        {
            "data": {"kind": "spiral"},
            "network": {"layers": layers},
            "training": {"optimizer": {"kind": "adam", "learning_rate": 0.003}},
        }
    )


def main() -> None:
    """Print one line per network and frame rate."""
    print(f"{'network':<14}{'rate':>5}{'frame p50':>11}{'p99 ms':>8}{'stall p99':>11}{'speed':>9}")
    for name, spec, rates in (
        ("2-8-8-8-1", small_network(), (60, 30)),
        ("deep-relu", load_preset("deep-relu"), (60,)),
        ("digits", load_preset("digits"), (60,)),
    ):
        for rate in rates:
            live = play(spec, rate)
            p50, p99 = np.percentile(live.frames, [50, 99])
            stall = np.percentile(live.stalls, 99)
            share = 100 * live.share
            print(f"{name:<14}{rate:>5}{p50:>11.1f}{p99:>8.1f}{stall:>11.1f}{share:>7.0f} %")


def play(spec: ExperimentSpec, rate: int) -> Measured:
    """Play in the window at ``rate`` frames a second, in turns with a trainer that has none."""
    application = make_application()
    window = MainWindow(Trainer(spec))
    window.clock.frame_seconds = 1 / rate
    window.show()
    QTest.qWaitForWindowExposed(window)
    # As the application does.
    gc.freeze()
    began: list[float] = []
    window.clock.frame.connect(lambda _: began.append(perf_counter()))
    frames, stalls, shares = [], [], []
    alone = Trainer(spec)
    before = _pace_alone(alone)
    for _ in range(ROUNDS):
        window.session.play()
        _wait(WARM_UP_SECONDS)
        began.clear()
        probe = StallProbe()
        pace = _pace_beside(window)
        probe.stop()
        frames.append(np.diff(began))
        stalls += probe.stalls
        window.session.pause()
        _wait(WARM_UP_SECONDS)
        after = _pace_alone(alone)
        shares.append(pace / ((before + after) / 2))
        before = after
    gc.unfreeze()
    window.close()
    window.deleteLater()
    application.processEvents()
    return Measured(
        1000 * np.concatenate(frames), 1000 * np.array(stalls), float(np.median(shares))
    )


def _pace_alone(trainer: Trainer) -> float:
    """Return the steps a second of a trainer without a window."""
    began, before = perf_counter(), trainer.step
    while perf_counter() - began < ALONE_SECONDS:
        trainer.advance_steps(50)
    return (trainer.step - before) / (perf_counter() - began)


def _pace_beside(window: MainWindow) -> float:
    """Return the steps a second of the trainer of ``window``, which plays."""
    assert window.session.snapshot is not None
    began, before = perf_counter(), window.session.snapshot.step
    _wait(MEASURED_SECONDS)
    return (window.session.snapshot.step - before) / (perf_counter() - began)


class StallProbe:
    """Notes how late a timer fires: how long a click would have waited."""

    def __init__(self) -> None:
        """Fire every ``PROBE_SECONDS`` and append the delay in seconds to ``stalls``."""
        self.stalls: list[float] = []
        self._timer = QTimer()
        self._timer.setInterval(round(1000 * PROBE_SECONDS))
        self._timer.timeout.connect(self._fire)
        self._due = perf_counter() + PROBE_SECONDS
        self._timer.start()

    def stop(self) -> None:
        """Fire no more."""
        self._timer.stop()

    def _fire(self) -> None:
        now = perf_counter()
        self.stalls.append(max(0.0, now - self._due))
        self._due = now + PROBE_SECONDS


def _wait(seconds: float) -> None:
    """Run an event loop for real: waiting in it, not spinning."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
