"""What has changed along with a choice, in one line: output layer, loss, shortcuts.

Another data set or loss brings the output layer that it needs, and a shortcut goes where widths no
longer agree. That is part of the same change; this is what is said of it.
"""

from __future__ import annotations

from core.network.network import layer_origins
from core.spec import ExperimentSpec
from core.spoken import capital, counted, spoken


def consequence(old: ExperimentSpec, new: ExperimentSpec) -> str:
    """Return sentences about what ``new`` has beside what was chosen; empty where that is all."""
    sentences = (
        _output_words(old, new),
        _source_words(old, new),
        _shortcut_words(old, new),
        _batch_words(old, new),
    )
    return " ".join(filter(None, sentences))


def _output_words(old: ExperimentSpec, new: ExperimentSpec) -> str:
    is_other_set = _set_of(old) != _set_of(new)
    before, after = old.network.layers[-1], new.network.layers[-1]
    parts = []
    if is_other_set or old.training.loss != new.training.loss:
        if (before.units, before.activation) != (after.units, after.activation):
            units = counted(after.units, "unit")
            parts.append(f"the output layer becomes {units} ({spoken(after.activation)})")
        if is_other_set and old.training.loss != new.training.loss:
            parts.append(f"the loss {'' if parts else 'becomes '}{spoken(new.training.loss)}")
    return f"{capital(', '.join(parts))}." if parts else ""


def _source_words(old: ExperimentSpec, new: ExperimentSpec) -> str:
    before, after = old.training.gradient_source, new.training.gradient_source
    if _set_of(old) == _set_of(new) or before == after:
        return ""
    return f"{capital(spoken(after))} takes the place of {spoken(before)}."


def _shortcut_words(old: ExperimentSpec, new: ExperimentSpec) -> str:
    """Return which layers no longer add their input, though that was not what was chosen."""
    before, after = old.network.layers, new.network.layers
    if [layer.units for layer in before] == [layer.units for layer in after] and (
        _set_of(old) == _set_of(new)
    ):
        return ""
    lost = [
        f"hidden {place}"
        for place, origin in enumerate(layer_origins(before, after), start=1)
        if origin and before[origin - 1].residual and not after[place - 1].residual
    ]
    if not lost:
        return ""
    names, verb = " and ".join(lost), "adds its input" if len(lost) == 1 else "add their inputs"
    return f"{capital(names)} no longer {verb}: the widths differ."


def _batch_words(old: ExperimentSpec, new: ExperimentSpec) -> str:
    if _normalizes_single_rows(new) and not _normalizes_single_rows(old):
        return "Batches of 1 have nothing to average: batch norm takes its running statistics."
    return ""


def _normalizes_single_rows(spec: ExperimentSpec) -> bool:
    has_batch = any(layer.normalization == "batch" for layer in spec.network.layers)
    return has_batch and spec.training.batch_size == 1


def _set_of(spec: ExperimentSpec) -> tuple[object, ...]:
    data = spec.data
    return data.kind, data.classes, data.arms, data.features, data.task, data.path, data.target
