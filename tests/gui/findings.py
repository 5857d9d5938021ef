"""Findings made up for the tests of the window: rich in words and numbers, and easy to vary."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.diagnosis.findings import Evidence, Finding, History, Kind, Remedy, Severity
from core.training.snapshot import TrialReport, TrialView

RELU = Remedy(
    "ReLU + He initialization",
    "The slope of a ReLU is 1 wherever a unit is active, and He weights keep the signal's size.",
    {"network": {"initializer": "he_normal"}},
    ("activation of all hidden layers sigmoid → ReLU", "initializer Xavier → He normal"),
    restarts=True,
    cured=26,
    tried=27,
    tried_on="vanishing runs",
)
TANH = Remedy(
    "tanh + Xavier initialization",
    "The largest slope of tanh is 1, four times that of the sigmoid.",
    {"network": {"initializer": "xavier_normal"}},
    ("activation of all hidden layers sigmoid → tanh",),
    restarts=True,
    cured=12,
    tried=12,
    tried_on="vanishing runs with a sigmoid",
)
RATE = Remedy(
    "Learning rate 0.01",
    "A step ten times shorter does not overshoot the valley.",
    {"training": {"optimizer": {"learning_rate": 0.01}}},
    ("learning rate 0.1 → 0.01",),
    restarts=False,
)


def evidence(**changes: Any) -> Evidence:
    """Return the evidence of a vanishing gradient with ``changes``."""
    fields: dict[str, Any] = {
        "quantity": "Error signal, hidden 1 ÷ hidden 10",
        "value": 1.4e-6,
        "threshold": 0.01,
        "is_high": False,
        "is_log": True,
        "source": "one clean decade parted 27 vanishing runs from 111 healthy ones",
        "why": (
            "The slope of a sigmoid is at most 0.25.",
            "Here each layer passes back 22.3 %; over nine layers that is 0.223⁹ = 1.4e−6.",
            "It was so before the first update, so the start is the cause, not the learning rate.",
        ),
        "clears": "Clears above 0.03 for 8 checks",
        "layers": (1, 6),
        "not_offered": ("drawing new sigmoid weights (cured 0 of 12)",),
        "series": "error_signal_ratio",
    }
    return Evidence(**{**fields, **changes})


def finding(
    kind: Kind = "vanishing",
    severity: Severity = "warning",
    *,
    layer: int = 1,
    step: int = 8,
    message: str = "The error signal dies on its way back.",
    **changes: Any,
) -> Finding:
    """Return a finding; without ``evidence`` among ``changes`` it concerns ``layer`` alone."""
    changes.setdefault("evidence", evidence(layers=(layer, layer)))
    return Finding(kind, severity, layer, step, message, **changes)


def vanishing(**changes: Any) -> Finding:
    """Return the warning of the design's picture, with two cures."""
    fields: dict[str, Any] = {
        "message": (
            "The error signal dies on its way back: hidden 1 receives about a millionth of what "
            "hidden 10 receives, so the early layers do not learn."
        ),
        "evidence": evidence(),
        "remedies": (RELU, TANH),
        "began": 8,
        "step": 8,
    }
    return finding(**{**fields, **changes})


def history(values: list[float], *, last_step: int = 640) -> History:
    """Return ``values`` spread evenly from step 0 to ``last_step``."""
    return History(np.linspace(0.0, last_step, len(values)), np.array(values))


HELPED = TrialReport(True, "The training loss is 0.068 instead of 0.693.", 0.693, 0.068, 0.5, 0.98)
FAILED = TrialReport(False, "The training loss is still 0.693.", 0.693, 0.693, 0.5, 0.5)


def trial(
    remedy: Remedy = RELU,
    report: TrialReport | None = None,
    *,
    done: int = 120,
    layers: int = 11,
    **changes: Any,
) -> TrialView:
    """Return a trial of ``remedy`` for a vanishing gradient after ``done`` of 400 steps."""
    steps = np.arange(0.0, done + 1, 10.0)
    fields: dict[str, Any] = {
        "kind": "vanishing",
        "remedy": remedy,
        "from_start": True,
        "origin": 0,
        "steps_done": done,
        "steps_planned": 400,
        "steps": steps,
        "loss": 0.69 * np.exp(-steps / 150) + 0.02,
        "error_signal": np.full(layers, 0.1),
        "gradient_rms": np.logspace(-2, -1, layers),
        "report": report,
    }
    return TrialView(**{**fields, **changes})
