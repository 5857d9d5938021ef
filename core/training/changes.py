"""Which part of a run a change of the specification touches.

Most changes are live: they keep every weight. Few start anew: the seed, the data and how weights
are drawn. The scopes are ordered; a change that touches several counts as the widest.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec.structs import replace

from core.network.network import layer_origins
from core.spec import DataSpec, ExperimentSpec, LayerSpec
from core.step.regularization import names_of


class Scope(IntEnum):
    """How far a change reaches."""

    NOTHING = 0
    # Numbers that ops read when they run: they count at the next update, in mid-step too.
    NUMBERS = 1
    # Other batches, another loss or update rule, other noise: the program is built anew.
    PROGRAM = 2
    # Other layers: a new parameter vector, which keeps what overlaps.
    STRUCTURE = 3
    # Other data, seed or start values: everything is drawn again.
    ANEW = 4


def scope_of(old: ExperimentSpec, new: ExperimentSpec) -> Scope:
    """Return how far the change from ``old`` to ``new`` reaches."""
    if old == new:
        return Scope.NOTHING
    if _start(old) != _start(new) or _asks_for_start_values(old, new):
        return Scope.ANEW
    if old.network != new.network:
        return Scope.STRUCTURE
    if _program(old) != _program(new) or old.data.noise != new.data.noise:
        return Scope.PROGRAM
    return Scope.NUMBERS


def describe(old: ExperimentSpec, new: ExperimentSpec) -> str:
    """Return the changed settings in a few words, such as ``learning rate 0.006``."""
    words = []
    before, after = old.training.optimizer, new.training.optimizer
    if before.kind != after.kind:
        words.append(f"optimizer {after.kind}")
    words += [
        f"{name.replace('_', ' ')} {getattr(after, name):g}"
        for name in ("learning_rate", "momentum", "dampening", "alpha", "beta1", "beta2")
        if getattr(before, name) != getattr(after, name)
    ]
    if old.training.schedule.kind != new.training.schedule.kind:
        words.append(f"schedule {new.training.schedule.kind.replace('_', ' ')}")
    words += [
        f"{name.upper()} {getattr(new.training, name):g}"
        for name in ("l1", "l2")
        if getattr(old.training, name) != getattr(new.training, name)
    ]
    if old.training.batch_size != new.training.batch_size:
        words.append(f"batch size {new.training.batch_size}")
    if old.training.loss != new.training.loss:
        words.append(f"loss {new.training.loss.replace('_', ' ')}")
    if old.data.noise != new.data.noise:
        words.append(f"noise {new.data.noise:g}")
    if old.network != new.network:
        words.append(_layers_in_words(old.network.layers, new.network.layers))
        words += _techniques_in_words(old.network.layers, new.network.layers)
    return ", ".join(word for word in words if word)


def _layers_in_words(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> str:
    if len(old) == len(new) and all(a.units == b.units for a, b in zip(old, new, strict=True)):
        pairs = zip(old, new, strict=True)
        changed = [b.activation for a, b in pairs if a.activation != b.activation]
        return f"activation {changed[0]}" if changed else ""
    return "layers " + "-".join(str(layer.units) for layer in new)


def _techniques_in_words(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> list[str]:
    """Return which techniques of layers that are still there have changed: ``residual off``."""
    pairs = [
        (old[origin - 1], layer)
        for origin, layer in zip(layer_origins(old, new), new, strict=True)
        if origin
    ]
    words = []
    for name in ("normalization", "dropout", "residual"):
        values = {getattr(b, name) for a, b in pairs if getattr(a, name) != getattr(b, name)}
        if len(values) == 1:
            value = values.pop()
            words.append(f"{name} {('off', 'on')[value] if name == 'residual' else value}")
        elif values:
            words.append(name)
    return words


def _start(spec: ExperimentSpec) -> tuple[object, ...]:
    network = spec.network
    data: DataSpec = replace(spec.data, noise=0.0)
    return (
        spec.seed,
        data,
        network.initializer,
        network.initializer_scale,
        network.initial_bias,
        network.dtype,
    )


def _asks_for_start_values(old: ExperimentSpec, new: ExperimentSpec) -> bool:
    """Return whether ``new`` fixes start values that ``old`` did not."""
    origins = layer_origins(old.network.layers, new.network.layers)
    for origin, layer in zip(origins, new.network.layers, strict=True):
        before = old.network.layers[origin - 1] if origin else LayerSpec()
        for values, known in ((layer.weights, before.weights), (layer.biases, before.biases)):
            if values is not None and values != known:
                return True
    return False


def _program(spec: ExperimentSpec) -> tuple[object, ...]:
    training = spec.training
    optimizer = (training.optimizer.kind, training.optimizer.momentum_form)
    shaping = (names_of(training), training.decay_biases)
    return (training.loss, training.batch_size, training.shuffle, optimizer, shaping)
