"""Steps taken apart for the tests of the stage."""

from __future__ import annotations

from typing import Any

from core import ExperimentSpec, Snapshot, Trainer
from core.presets import load_preset
from gui.stage.act import Act
from gui.stage.arranging import arrange
from gui.stage.casting import make_scene
from gui.stage.layers import Attention
from gui.stage.plan import Plan
from gui.stage.scene import Scene

SMALL, LARGE = (808, 370), (1240, 548)
UNITS_4096: dict[str, Any] = {
    "data": {"kind": "spiral", "samples": 60},
    "network": {"layers": [{"units": 4096}, {"units": 1, "activation": "sigmoid"}]},
}
TWO_OUTPUTS: dict[str, Any] = {
    "data": {
        "kind": "inline",
        "inputs": [[0.1, 0.2, 0.3], [0.5, 0.4, 0.1]],
        "targets": [[0.25, -0.5], [0.3, -0.2]],
        "task": "regression",
        "test_fraction": 0,
        "normalize": False,
    },
    "network": {"layers": [{"units": 4}, {"units": 2, "activation": "tanh"}]},
    "training": {"loss": "mean_squared_error", "batch_size": 2, "shuffle": False},
}
BLOWN_UP: dict[str, Any] = {
    "data": {"kind": "plane", "samples": 60},
    "network": {
        "layers": [{"units": 3, "activation": "linear"}] * 2
        + [{"units": 1, "activation": "linear"}]
    },
    "training": {"loss": "half_squared_error", "optimizer": {"learning_rate": 1e6}},
}
BATCH_OF_4096: dict[str, Any] = {
    "data": {"kind": "spiral", "samples": 4096, "test_fraction": 0},
    "network": {"layers": [{"units": 2}, {"units": 1, "activation": "sigmoid"}]},
    "training": {"batch_size": 4096},
}


def run_of(what: str | dict[str, Any], **changes: Any) -> Trainer:
    """Return a run of a preset or of a specification."""
    spec = load_preset(what) if isinstance(what, str) else ExperimentSpec.from_dict(what)
    return Trainer(spec.with_changes(changes) if changes else spec)


def stopped_after(what: str | dict[str, Any], name: str, **changes: Any) -> Snapshot:
    """Return a step of which the op that writes ``name`` has run last."""
    trainer = run_of(what, **changes)
    while True:
        op = trainer.advance_op()
        if name in op.writes:
            return trainer.snapshot()


def lit(snapshot: Snapshot, hidden: frozenset[str] = frozenset()) -> Act:
    """Return the act of the op that has run last."""
    return Act(snapshot, snapshot.trace.position - 1, hidden)


def plan_of(act: Act, size: tuple[int, int] = SMALL, opened: frozenset[int] = frozenset()) -> Plan:
    """Return where everything stands for ``act``."""
    return arrange(act, *size, opened, 1.0)[0]


def scene_of(
    act: Act,
    size: tuple[int, int] = SMALL,
    opened: frozenset[int] = frozenset(),
    attention: Attention | None = None,
) -> Scene:
    """Return what is on the stage for ``act``."""
    return make_scene(plan_of(act, size, opened), act, (attention or Attention()).in_order())


def texts(scene: Scene) -> dict[tuple[str, tuple[int, ...]], str]:
    """Return what stands on the stage, by name and index of the value."""
    return {(s.figure.reference.name, s.figure.reference.index): s.written for s in scene.spots}
