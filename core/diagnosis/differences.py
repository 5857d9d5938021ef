"""Which settings two specifications differ in, in words such as "learning rate 0.1 → 0.01"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.diagnosis.words import number
from core.spec import ExperimentSpec, LayerSpec
from core.spoken import spoken


def differences(old: ExperimentSpec, new: ExperimentSpec) -> tuple[str, ...]:
    """Return every setting that a remedy may change and that differs, as "name old → new"."""
    found = []
    for name, value, shown in _SETTINGS:
        before, after = value(old), value(new)
        if before != after and shown(before) != shown(after):
            found.append(f"{name} {shown(before)} → {shown(after)}")
    return tuple(found)


def _widths(spec: ExperimentSpec) -> str:
    return "-".join(str(layer.units) for layer in _hidden(spec)) or "none"


def _activations(spec: ExperimentSpec) -> str:
    kinds = dict.fromkeys(spoken(layer.activation) for layer in _hidden(spec))
    return ", ".join(kinds) or "none"


def _values(spec: ExperimentSpec, name: str) -> str:
    plain = LayerSpec()
    found = dict.fromkeys(getattr(layer, name) for layer in (*_hidden(spec),) or (plain,))
    return ", ".join(value if isinstance(value, str) else f"{value:g}" for value in found) or "none"


def _shortcuts(spec: ExperimentSpec) -> str:
    return str(sum(layer.residual for layer in _hidden(spec)))


def _hidden(spec: ExperimentSpec) -> Sequence[LayerSpec]:
    return spec.network.layers[:-1]


def _or_off(value: float) -> str:
    return number(value, 3) if value else "off"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


_SETTINGS: tuple[tuple[str, Callable[[ExperimentSpec], Any], Callable[[Any], str]], ...] = (
    ("hidden units", _widths, str),
    ("activation", _activations, str),
    ("normalization", lambda spec: _values(spec, "normalization"), str),
    ("dropout", lambda spec: _values(spec, "dropout"), str),
    ("residual connections", _shortcuts, str),
    ("initializer", lambda spec: spec.network.initializer, spoken),
    ("initial bias", lambda spec: spec.network.initial_bias, number),
    ("biases", lambda spec: spec.network.biases, _yes),
    ("optimizer", lambda spec: spec.training.optimizer.kind, spoken),
    (
        "learning rate",
        lambda spec: spec.training.optimizer.learning_rate,
        lambda rate: number(rate, 3),
    ),
    ("clipping by norm", lambda spec: spec.training.clip_norm, _or_off),
    ("patience", lambda spec: spec.training.patience, _or_off),
    ("batch size", lambda spec: spec.training.batch_size, str),
    ("loss", lambda spec: spec.training.loss, spoken),
    ("gradient storage", lambda spec: spec.training.gradient_storage, str),
    ("loss scale", lambda spec: spec.training.loss_scale, lambda scale: number(scale, 6)),
    ("standardized inputs", lambda spec: spec.data.normalize, _yes),
    ("planned steps", lambda spec: spec.training.steps, lambda steps: f"{steps:,}"),
)
