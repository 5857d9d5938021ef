"""Which settings two specifications differ in, in words such as "learning rate 0.1 → 0.01"."""

from __future__ import annotations

from collections.abc import Sequence

from core.diagnosis.words import number
from core.spec import ExperimentSpec, LayerSpec


def differences(old: ExperimentSpec, new: ExperimentSpec) -> tuple[str, ...]:
    """Return every setting that a remedy may change and that differs, as "name old → new"."""
    before, after = old.training.optimizer, new.training.optimizer
    pairs = [
        ("hidden units", _widths(old), _widths(new)),
        ("activation", _activations(old), _activations(new)),
        ("normalization", *(_values(spec, "normalization") for spec in (old, new))),
        ("dropout", *(_values(spec, "dropout") for spec in (old, new))),
        ("residual connections", *(_shortcuts(spec) for spec in (old, new))),
        ("initializer", _plain(old.network.initializer), _plain(new.network.initializer)),
        ("initial bias", number(old.network.initial_bias), number(new.network.initial_bias)),
        ("biases", _yes(old.network.biases), _yes(new.network.biases)),
        ("optimizer", before.kind, after.kind),
        ("learning rate", number(before.learning_rate, 3), number(after.learning_rate, 3)),
        ("clipping by norm", _or_off(old.training.clip_norm), _or_off(new.training.clip_norm)),
        ("patience", _or_off(old.training.patience), _or_off(new.training.patience)),
        ("batch size", str(old.training.batch_size), str(new.training.batch_size)),
        ("loss", _plain(old.training.loss), _plain(new.training.loss)),
        ("gradient storage", old.training.gradient_storage, new.training.gradient_storage),
        ("loss scale", number(old.training.loss_scale, 6), number(new.training.loss_scale, 6)),
        ("standardized inputs", _yes(old.data.normalize), _yes(new.data.normalize)),
        ("planned steps", f"{old.training.steps:,}", f"{new.training.steps:,}"),
    ]
    return tuple(f"{name} {a} → {b}" for name, a, b in pairs if a != b)


def _widths(spec: ExperimentSpec) -> str:
    return "-".join(str(layer.units) for layer in _hidden(spec)) or "none"


def _activations(spec: ExperimentSpec) -> str:
    kinds = dict.fromkeys(_plain(layer.activation) for layer in _hidden(spec))
    return ", ".join(kinds) or "none"


def _values(spec: ExperimentSpec, name: str) -> str:
    plain = LayerSpec()
    found = dict.fromkeys(getattr(layer, name) for layer in (*_hidden(spec),) or (plain,))
    return ", ".join(value if isinstance(value, str) else f"{value:g}" for value in found) or "none"


def _shortcuts(spec: ExperimentSpec) -> str:
    return str(sum(layer.residual for layer in _hidden(spec)))


def _hidden(spec: ExperimentSpec) -> Sequence[LayerSpec]:
    return spec.network.layers[:-1]


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _or_off(value: float) -> str:
    return number(value, 3) if value else "off"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
