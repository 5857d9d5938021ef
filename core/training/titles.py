"""What a change of the specification is called where it can be undone: ``data set moons``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from core.spec import ExperimentSpec
from core.training.changes import describe

# More settings than this are counted, not named.
MOST_NAMED = 3
# What makes of a data file another data set.
_OF_A_FILE = (
    "kind",
    "path",
    "target",
    "features",
    "task",
    "missing",
    "header",
    "standardize_target",
)
_NAMES = {"network.dtype": "precision"}
# What ``describe`` has words for, or what another title speaks of.
_TOLD_ELSEWHERE = (
    "data.inputs",
    "data.kind",
    "data.noise",
    "data.targets",
    "data.test_inputs",
    "data.test_targets",
    "network.layers",
    "training.batch_size",
    "training.clip_norm",
    "training.clip_value",
    "training.decay_biases",
    "training.gradient_source",
    "training.gradient_storage",
    "training.l1",
    "training.l2",
    "training.loss",
    "training.loss_scale",
    "training.optimizer.alpha",
    "training.optimizer.beta1",
    "training.optimizer.beta2",
    "training.optimizer.dampening",
    "training.optimizer.kind",
    "training.optimizer.learning_rate",
    "training.optimizer.momentum",
    "training.patience",
    "training.population",
    "training.schedule.gamma",
    "training.schedule.kind",
    "training.schedule.minimum",
    "training.schedule.step_size",
    "training.schedule.total_steps",
    "training.schedule.warmup_steps",
    "training.sigma",
)


def title_of(old: ExperimentSpec, new: ExperimentSpec) -> str:
    """Return the changed settings in a few words; the data set alone where that is another one."""
    if new.data.kind == "file" and any(
        getattr(old.data, name) != getattr(new.data, name) for name in _OF_A_FILE
    ):
        return f"data set {Path(new.data.path or '').name}"
    if old.data.kind != new.data.kind:
        return f"data set {new.data.kind.replace('_', ' ')}"
    words = [text for text in describe(old, new).split(", ") if text]
    before, after = _flat(msgspec.to_builtins(old)), _flat(msgspec.to_builtins(new))
    for place, value in after.items():
        if value != before[place] and place not in _TOLD_ELSEWHERE:
            words.append(_setting_in_words(place, value))
    if not words:
        words = ["start values" if old.network != new.network else "data"]
    rest = len(words) - MOST_NAMED
    if rest > 0:
        words[MOST_NAMED:] = [f"{rest} more"]
    return ", ".join(words)


def _setting_in_words(place: str, value: Any) -> str:
    """Return a setting as the window calls it: ``test share 25 %``."""
    if place == "data.test_fraction":
        return f"test share {100 * value:g} %"
    if place == "data.features" and value is not None:
        return f"inputs {', '.join(value)}"
    name = _NAMES.get(place) or place.rpartition(".")[2].replace("_", " ")
    return f"{name} {_in_words(value)}".strip()


def title_of_loading(spec: ExperimentSpec) -> str:
    """Return what taking up another experiment is called."""
    return f"experiment {spec.name}" if spec.name else "another experiment"


def _flat(tree: dict[str, Any], place: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{place}{key}.")
        else:
            flat[place + key] = value
    return flat


def _in_words(value: Any) -> str:
    if value is None:
        return "by default"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return " ".join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
