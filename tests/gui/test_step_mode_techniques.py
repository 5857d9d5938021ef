"""Step mode through the real window where layers have normalization, dropout and shortcuts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core import ExperimentSpec, Trainer
from tests.gui.driver import Driver, OpenWindow
from tests.gui.test_step_mode import CTRL, entries, stage_numbers, step, trace_words

BATCH, LAYER = {"normalization": "batch"}, {"normalization": "layer"}
DROPOUT, RESIDUAL = {"dropout": 0.4}, {"residual": True}
CASES: dict[str, dict[str, Any]] = {
    "batch": BATCH,
    "layer, residual": {**LAYER, **RESIDUAL},
    "batch, dropout, residual": {**BATCH, **DROPOUT, **RESIDUAL},
}


def spec_with(techniques: dict[str, Any], rows: int = 4) -> ExperimentSpec:
    """Return a 2-3-3-1 network whose second hidden layer has ``techniques``."""
    draw = np.random.default_rng(8)
    plain = {"units": 3, "activation": "tanh"}
    return ExperimentSpec.from_dict(
        {
            "data": {
                "kind": "inline",
                "inputs": draw.normal(size=(rows, 2)).round(2).tolist(),
                "targets": draw.uniform(-1, 1, size=(rows, 1)).round(2).tolist(),
                "task": "regression",
                "test_fraction": 0,
                "normalize": False,
            },
            "network": {
                "layers": [plain, {**plain, **techniques}, {"units": 1, "activation": "linear"}],
                "initial_bias": 0.2,
            },
            "training": {"loss": "half_squared_error", "batch_size": rows, "shuffle": False},
        }
    )


def opened(open_window: OpenWindow, spec: ExperimentSpec) -> Driver:
    driver = open_window(spec)
    driver.window.resize(1920, 1080)
    driver.window.steps.stage.set_animated(False)
    driver.settle()
    return driver


def is_by_sample(value: np.ndarray[Any, Any], rows: int, name: str) -> bool:
    return value.ndim == 2 and len(value) == rows and not name.startswith("dW")


@pytest.mark.parametrize("case", CASES)
def test_every_op_is_read_from_stage_and_trace_and_again_on_the_way_back(
    open_window: OpenWindow, case: str
) -> None:
    spec = spec_with(CASES[case])
    driver, run = opened(open_window, spec), Trainer(spec)
    pictures = []
    for _ in range(len(driver.snapshot.trace.ops)):
        name = step(driver)
        assert run.advance_op().name == name
        shown, spoken = stage_numbers(driver), trace_words(driver)
        for written in driver.snapshot.trace.ops[driver.snapshot.trace.position - 1].writes:
            value = run.value(written)
            assert value is not None
            if written not in ("update", "parameters"):
                check(shown, spoken, written, value)
        if name == "parameters":
            check_parameters(shown, run)
        pictures.append((shown, spoken))
    assert driver.snapshot.step == 1
    # One way back is as good as another; the longest has all of it.
    for before in reversed(pictures[:-1] if len(CASES[case]) == 3 else []):
        driver.key(driver.window.transport.play, Qt.Key.Key_F7, CTRL)
        driver.settle()
        assert (stage_numbers(driver), trace_words(driver)) == before


def check(shown: dict[str, str], spoken: str, name: str, value: np.ndarray[Any, Any]) -> None:
    row = value[0] if is_by_sample(value, 4, name) else value
    # Layer normalization has one mean and one variance for all units.
    on_stage = np.broadcast_to(row, (3,)) if name in ("mean2", "var2") else row
    for entry, text in entries(name, on_stage):
        assert shown[entry] == text, entry
    for _, text in entries(name, row):
        assert text in spoken, f"{name} in the trace"


def check_parameters(shown: dict[str, str], run: Trainer) -> None:
    """Check that the stage has the parameters after the update."""
    layer = run.network.layers[1]
    for name, value in (("gamma2", layer.gamma), ("beta2", layer.beta), ("W2", layer.W)):
        for entry, text in entries(name, value) if value is not None else ():
            assert shown[entry] == text, entry


def test_with_one_row_the_trace_says_that_running_statistics_are_used(
    open_window: OpenWindow,
) -> None:
    driver = opened(open_window, spec_with(BATCH, rows=1))
    while step(driver) != "mean2":
        pass
    assert "the running statistics are used" in trace_words(driver)
    assert "running" not in [op.name for op in driver.snapshot.trace.ops]


def test_an_opened_layer_is_a_chain_of_all_its_operations(open_window: OpenWindow) -> None:
    driver = opened(open_window, spec_with({**BATCH, **DROPOUT, **RESIDUAL}))
    while step(driver) != "r2":
        pass
    driver.press("Open Hidden 2")
    driver.settle()
    shown, values = stage_numbers(driver), driver.snapshot.trace.values
    for name in ("z2", "s2", "a2", "h2", "r2"):
        for entry, text in entries(name, values[name]):
            assert shown[entry] == text
    titles = [
        spot.words
        for spot in driver.window.steps.stage.canvas.scene().spots
        if spot.kind == "box" and spot.unit == 0
    ]
    assert titles == ["Σ w·a", "+ b", "γ ẑ + β", "tanh", "⊙ mask", "+ input"]
