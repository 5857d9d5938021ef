"""Which part of a run a change of the specification touches.

Most changes are live: they keep every weight. Few start anew: the seed, the data and how weights
are drawn. The scopes are ordered; a change that touches several counts as the widest.
"""

from __future__ import annotations

import itertools
from enum import IntEnum

from msgspec.structs import replace

from core.network.network import layer_origins
from core.spec import (
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    ScheduleSpec,
    TwoInputClasses,
    TwoInputRegression,
    choices,
)
from core.spoken import spoken
from core.step.shaping import names_of

# Settings that are off at 0, in plain words.
_SWITCHED = {
    "clip_value": "clipping by value",
    "clip_norm": "clipping by norm",
    "patience": "patience",
}

# Of more layers those of one width are counted.
MOST_WIDTHS = 6

_PLANAR = choices(TwoInputClasses) + choices(TwoInputRegression)


class Scope(IntEnum):
    """How far a change reaches."""

    NOTHING = 0
    # Numbers that ops read when they run: they count at the next update, in mid-step too.
    NUMBERS = 1
    # Other batches, another loss or update rule, other noise or points: the program is built anew.
    PROGRAM = 2
    # Other layers: a new parameter vector, which keeps what overlaps.
    STRUCTURE = 3
    # Other data, seed or start values: everything is drawn again.
    ANEW = 4


def scope_of(old: ExperimentSpec, new: ExperimentSpec) -> Scope:
    """Return how far the change from ``old`` to ``new`` reaches."""
    if old == new:
        return Scope.NOTHING
    is_edit = _are_points_edited(old.data, new.data)
    former = replace(old, data=new.data) if is_edit else old
    if _start(former) != _start(new) or _asks_for_start_values(old, new):
        return Scope.ANEW
    if old.network != new.network:
        return Scope.STRUCTURE
    if is_edit or _program(old) != _program(new) or old.data.noise != new.data.noise:
        return Scope.PROGRAM
    return Scope.NUMBERS


def describe(old: ExperimentSpec, new: ExperimentSpec) -> str:
    """Return the changed settings in a few words, such as ``learning rate 0.006``."""
    words = []
    before, after = old.training.optimizer, new.training.optimizer
    if before.kind != after.kind:
        words.append(f"optimizer {spoken(after.kind)}")
    if before.learning_rate != after.learning_rate:
        is_scheduled = new.training.schedule.kind != "constant"
        rate = "base rate" if is_scheduled else "learning rate"
        words.append(f"{rate} {after.learning_rate:g}")
    words += [
        f"{name} {getattr(after, name):g}"
        for name in ("momentum", "dampening", "alpha", "beta1", "beta2")
        if getattr(before, name) != getattr(after, name)
    ]
    if old.training.gradient_source != new.training.gradient_source:
        words.append(f"gradient source {spoken(new.training.gradient_source)}")
    words += [
        f"{name} {getattr(new.training, name):g}"
        for name in ("population", "sigma")
        if getattr(old.training, name) != getattr(new.training, name)
    ]
    words += _schedule_in_words(old.training.schedule, new.training.schedule)
    words += [
        f"{name.upper()} {_number_or_off(getattr(new.training, name))}"
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
    if old.training.decay_biases != new.training.decay_biases:
        words.append(f"decay of biases {'on' if new.training.decay_biases else 'off'}")
    if old.training.batch_size != new.training.batch_size:
        words.append(f"batch size {new.training.batch_size}")
    if old.training.loss != new.training.loss:
        words.append(f"loss {spoken(new.training.loss)}")
    if old.data.noise != new.data.noise:
        words.append(f"noise {new.data.noise:g}")
    if "inline" in (old.data.kind, new.data.kind) and _points(old.data) != _points(new.data):
        words.append(f"points edited: now {_point_count(new.data)}")
    if old.network != new.network:
        words.append(_layers_in_words(old.network.layers, new.network.layers))
    return ", ".join(word for word in words if word)


def _schedule_in_words(old: ScheduleSpec, new: ScheduleSpec) -> list[str]:
    """Return the kind if that is another one, since its numbers come with it; else what differs."""
    if old.kind != new.kind:
        return [f"schedule {new.kind.replace('_', ' ')}"]
    return [
        f"schedule {name.replace('_', ' ')} {_number(getattr(new, name))}"
        for name in ("step_size", "gamma", "warmup_steps", "minimum", "total_steps")
        if getattr(old, name) != getattr(new, name)
    ]


def _number_or_off(value: float) -> str:
    return f"{value:g}" if value else "off"


def _number(value: float | None) -> str:
    return "by default" if value is None else f"{value:g}" if value % 1 else f"{value:.0f}"


def holds_points(data: DataSpec) -> bool:
    """Return whether the data are generated in the plane, or given as rows of two numbers."""
    return len((data.inputs or ((),))[0]) == 2 if data.kind == "inline" else data.kind in _PLANAR


def _are_points_edited(old: DataSpec, new: DataSpec) -> bool:
    """Return whether ``new`` holds the points of ``old``, some added or erased.

    Only given rows can be an edit: to choose a generated set is to begin with it.
    """
    if new.kind != "inline" or _points(old) == _points(new):
        return False
    if not holds_points(old) or not holds_points(new):
        return False
    widths = [_target_width(data) for data in (old, new)]
    same = (old.features, old.normalize) == (new.features, new.normalize)
    return same and widths[0] == widths[1]


def _target_width(data: DataSpec) -> int:
    first = (data.targets or (0.0,))[0]
    return len(first) if isinstance(first, tuple) else 1


def _points(data: DataSpec) -> tuple[object, ...]:
    return data.kind, data.inputs, data.targets, data.test_inputs, data.test_targets


def _point_count(data: DataSpec) -> int:
    if data.kind != "inline":
        return data.samples
    return len(data.inputs or ()) + len(data.test_inputs or ())


def _layers_in_words(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> str:
    if [layer.units for layer in old] != [layer.units for layer in new]:
        widths = f"layers {_widths_in_words([layer.units for layer in new])}"
        return ", ".join([widths, *_techniques_of_kept_layers(old, new)])
    words = [
        f"activation {spoken(after.activation)}"
        for before, after in zip(old, new, strict=True)
        if before.activation != after.activation
    ][:1]
    return ", ".join([*words, *_techniques_in_words(old, new)])


def _widths_in_words(widths: list[int]) -> str:
    """Return ``4-8-8-1``, and for deep networks ``8×12-1``."""
    if len(widths) <= MOST_WIDTHS:
        return "-".join(map(str, widths))
    runs = [(width, len(list(same))) for width, same in itertools.groupby(widths)]
    return "-".join(f"{width}×{count}" if count > 1 else f"{width}" for width, count in runs)


def _techniques_in_words(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> list[str]:
    """Return what layers of the same widths have beside activations; a single one is named."""
    words = []
    for name in ("normalization", "dropout", "residual"):
        changed = {
            layer: getattr(after, name)
            for layer, (before, after) in enumerate(zip(old, new, strict=True), start=1)
            if getattr(before, name) != getattr(after, name)
        }
        if changed:
            layer, value = next(iter(changed.items()))
            whose = "output " if layer == len(new) else f"hidden {layer} "
            # All hidden layers together need no names, nor does the only one.
            is_plain = len(changed) > 1 or len(new) == 2 > layer
            words.append(f"{'' if is_plain else whose}{name} {_technique_in_words(value)}")
    return words


def _technique_in_words(value: object) -> str:
    if value is True:
        return "on"
    return "off" if value in (False, "none") else f"{value}"


def _techniques_of_kept_layers(old: tuple[LayerSpec, ...], new: tuple[LayerSpec, ...]) -> list[str]:
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
