"""Which part of a run a change of the specification touches.

Most changes are live: they keep every weight. Few start anew: the seed, the data and how weights
are drawn. The scopes are ordered; a change that touches several counts as the widest.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec.structs import replace

from core.network.network import layer_origins
from core.spec import DataSpec, ExperimentSpec, LayerSpec
from core.step.shaping import names_of

# Settings that are off at 0, in plain words.
_SWITCHED = {
    "clip_value": "clipping by value",
    "clip_norm": "clipping by norm",
    "patience": "patience",
}


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
    if old.training.gradient_source != new.training.gradient_source:
        words.append(f"gradient source {new.training.gradient_source.replace('_', ' ')}")
    words += [
        f"{name} {getattr(new.training, name):g}"
        for name in ("population", "sigma")
        if getattr(old.training, name) != getattr(new.training, name)
    ]
    words += [
        f"{name.upper()} {getattr(new.training, name):g}"
        for name in ("l1", "l2")
        if getattr(old.training, name) != getattr(new.training, name)
    ]
    if old.training.gradient_storage != new.training.gradient_storage:
        storage = new.training.gradient_storage
        words.append("gradients in full precision" if storage == "same" else "float16 gradients")
    if old.training.loss_scale != new.training.loss_scale:
        words.append(f"loss scale {new.training.loss_scale:g}")
    words += [
        f"{setting} {_number_or_off(getattr(new.training, name))}"
        for name, setting in _SWITCHED.items()
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
    return ", ".join(word for word in words if word)


def _number_or_off(value: float) -> str:
    return f"{value:g}" if value else "off"


def _layers_in_words(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> str:
    if len(old) == len(new) and all(a.units == b.units for a, b in zip(old, new, strict=True)):
        pairs = zip(old, new, strict=True)
        changed = [b.activation for a, b in pairs if a.activation != b.activation]
        return f"activation {changed[0]}" if changed else ""
    return "layers " + "-".join(str(layer.units) for layer in new)


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
    return (
        training.loss,
        training.batch_size,
        training.shuffle,
        training.gradient_storage,
        training.gradient_source,
        training.population,
        # Early stopping needs test rows, for which the assembly looks when it is built.
        training.patience > 0,
        optimizer,
        shaping,
    )
