"""The rules of a specification that types alone cannot say, and the words for what breaks them.

``spec.py`` holds the structure; this module turns its conversion errors into lines that begin with
the place, merges changes, checks what spans several keys, and refuses by name what is not built.
"""

from __future__ import annotations

import itertools
import math
import os
import re
import typing
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import SpecError

if TYPE_CHECKING:
    from core.spec import DataSpec, ExperimentSpec, LayerSpec

BUNDLED_WIDTHS = {"digits": 64, "iris": 4, "wine": 13, "breast_cancer": 30}
ELEMENT_BYTES = {"float64": 8, "float32": 4}
# Parameters, gradients, update, two optimizer states, and one copy for the picture of a moment.
VECTORS_PER_PARAMETER = 6
# z, a, slope, da and dz of every unit and row.
BUFFERS_PER_UNIT = 5
FALLBACK_MEMORY = 8 * 2**30
NOT_OF_A_FILE = (("path", None), ("target", None), ("missing", "refuse"), ("header", None))
# The structure itself goes six deep; a table that holds itself has no end.
DEEPEST = 16

# So many parameters are trained at most by a source of gradients that only runs forward passes.
MOST_FOR_FORWARD_PASSES = 5000
FORWARD_ONLY = ("central_differences", "evolution_strategies", "random_search")

NO_TEST_ROWS = "there are no test rows to watch; set data.test_fraction above 0, or this to 0"


def check_tree(value: Any, place: str = "", depth: int = 0) -> None:
    """Raise SpecError at the first number that is not finite, odd key, or bottomless nesting."""
    if depth > DEEPEST:
        raise SpecError("", f"expected tables and lists at most {DEEPEST} deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise SpecError(place, f"expected a finite number, got {value}")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isprintable() or "`" in key:
                raise SpecError(_join(place, _shown(key)), "unknown key")
            check_tree(item, _join(place, key), depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            check_tree(item, f"{place}[{index}]", depth + 1)


def merge_changes(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``changes`` merged over it; neither is altered.

    Raises:
        SpecError: a dotted place leads nowhere.
    """
    if not isinstance(changes, Mapping):
        raise SpecError("", f"expected a table of changes, got {_shown(changes)}")
    merged = dict(base)
    for key, change in changes.items():
        steps = list(_steps(key)) if isinstance(key, str) else [key]
        _merge_at(merged, steps or [key], change, key)
    return merged


def _merge_at(container: Any, steps: list[str | int], change: Any, place: str) -> None:
    head, rest = steps[0], steps[1:]
    if isinstance(container, list):
        if not isinstance(head, int) or head >= len(container):
            raise SpecError(place, "there is no such entry")
        current = container[head]
    else:
        current = container.get(head)
    if rest:
        if not isinstance(current, dict | list | None):
            raise SpecError(place, "there is no such entry")
        child = list(current) if isinstance(current, list) else dict(current or {})
        _merge_at(child, rest, change, place)
        container[head] = child
    elif isinstance(change, Mapping) and isinstance(current, dict):
        container[head] = merge_changes(current, change)
    elif change is None and isinstance(container, dict):
        container.pop(head, None)
    else:
        container[head] = change


def spec_error(text: str, mapping: Any, root: type) -> SpecError:
    """Return the one-line error for what msgspec said of ``mapping`` (converted to ``root``)."""
    message, _, path = text.partition(" - at `")
    place = path.rstrip("`").removeprefix("$").removeprefix(".")
    steps = list(_steps(place))
    if unknown := re.search(r"unknown field `(.*)`", message):
        known = ", ".join(_type_at(root, steps).__struct_fields__)
        return SpecError(_join(place, unknown[1]), f"unknown key; known here: {known}")
    if missing := re.search(r"required field `(.*)`", message):
        return SpecError(_join(place, missing[1]), "missing; it has no default")
    value = _value_at(mapping, steps)
    if message.startswith("Invalid enum"):
        allowed = ", ".join(_strings(_type_at(root, steps)))
        return SpecError(place, f"expected one of {allowed}, got {_shown(value)}")
    return SpecError(place, f"{_in_words(message)}, got {_shown(value)}")


def check_rules(spec: ExperimentSpec) -> None:
    """Raise SpecError for what is inconsistent, not built yet, or too large for this machine."""
    _check_data(spec)
    _check_output_layer(spec)
    _check_residuals(spec)
    _check_start_values(spec)
    _check_schedule(spec)
    _check_gradient_source(spec)
    _check_patience(spec)
    check_memory(spec, input_width(spec), _sample_count(spec))


def input_width(spec: ExperimentSpec) -> int:
    """Return the number of network inputs; 0 where only the data file knows it."""
    data = spec.data
    if data.kind == "inline":
        return len(data.features) if data.features else len((data.inputs or ((),))[0])
    if data.kind == "file":
        return 0
    return BUNDLED_WIDTHS.get(data.kind) or len(data.features or ("x1", "x2"))


def parameter_count(spec: ExperimentSpec, inputs: int | None = None) -> int:
    """Return P, the number of weights and biases, for ``inputs`` where only the data know them."""
    first = input_width(spec) if inputs is None else inputs
    widths = [first, *(layer.units for layer in spec.network.layers)]
    bias_rows = 1 if spec.network.biases else 0
    normalized = sum(2 * n.units for n in spec.network.layers if n.normalization != "none")
    return normalized + sum((n + bias_rows) * m for n, m in itertools.pairwise(widths))


def physical_memory() -> int:
    """Return this machine's memory in bytes, or a cautious guess where it cannot be asked."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return FALLBACK_MEMORY


def _sample_count(spec: ExperimentSpec) -> int:
    if spec.data.kind == "inline":
        return len(spec.data.inputs or ())
    if spec.data.kind == "file":
        return 0
    return max(spec.data.samples, 2000)


def _check_data(spec: ExperimentSpec) -> None:
    data = spec.data
    _check_file(data)
    if data.kind == "inline":
        for name in ("inputs", "targets"):
            if not getattr(data, name):
                raise SpecError(f"data.{name}", "inline data need at least one row here")
        if (data.test_inputs is None) != (data.test_targets is None):
            missing = "test_inputs" if data.test_inputs is None else "test_targets"
            raise SpecError(f"data.{missing}", "test rows need both inputs and targets")
        return
    for name in ("inputs", "targets", "test_inputs", "test_targets"):
        if getattr(data, name) is not None:
            raise SpecError(f"data.{name}", f"only for kind 'inline', not {data.kind!r}")
    if data.features is not None and data.kind in BUNDLED_WIDTHS:
        raise SpecError("data.features", f"only for two-input sets, not {data.kind!r}")


def _check_file(data: DataSpec) -> None:
    if data.kind != "file":
        for name, off in NOT_OF_A_FILE:
            if getattr(data, name) != off:
                raise SpecError(f"data.{name}", f"only for kind 'file', not {data.kind!r}")
        return
    for name, content in (("path", "the file's path"), ("target", "the column to be answered")):
        if not getattr(data, name):
            raise SpecError(f"data.{name}", f"missing; kind 'file' needs {content} here")
    for index, name in enumerate(data.features or ()):
        if name == data.target or name in (data.features or ())[:index]:
            why = "the target" if name == data.target else "listed twice"
            raise SpecError(f"data.features[{index}]", f"{_shown(name)} is {why}")


def _check_output_layer(spec: ExperimentSpec) -> None:
    output, loss = spec.network.layers[-1], spec.training.loss
    needed = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}.get(loss)
    if needed and output.activation != needed:
        raise SpecError(
            "network.layers",
            f"{loss} needs an output layer with {needed}, got {output.activation}",
        )
    if output.activation == "softmax" and output.units < 2:
        raise SpecError("network.layers", "softmax needs at least 2 output units, got 1")
    place = f"network.layers[{len(spec.network.layers) - 1}]"
    if output.dropout:
        raise SpecError(f"{place}.dropout", "the output layer can drop no units; set 0.0")
    if output.residual:
        raise SpecError(f"{place}.residual", "the output layer adds no input; set false")


def _check_residuals(spec: ExperimentSpec) -> None:
    n_in = input_width(spec)
    for index, layer in enumerate(spec.network.layers):
        if layer.residual and n_in and layer.units != n_in:
            raise SpecError(
                f"network.layers[{index}].residual",
                f"needs as many units as inputs, got {layer.units} units and {n_in} inputs",
            )
        n_in = layer.units


def _check_start_values(spec: ExperimentSpec) -> None:
    n_in = input_width(spec)
    for index, layer in enumerate(spec.network.layers):
        place = f"network.layers[{index}]"
        if layer.weights is not None:
            _check_weights(layer, n_in, place)
        if layer.biases is not None:
            if not spec.network.biases:
                raise SpecError(f"{place}.biases", "network.biases is false; remove one of them")
            if len(layer.biases) != layer.units:
                found = len(layer.biases)
                raise SpecError(f"{place}.biases", f"expected {layer.units} numbers, got {found}")
        n_in = layer.units


def _check_weights(layer: LayerSpec, n_in: int, place: str) -> None:
    rows = layer.weights or ()
    if len(rows) != layer.units:
        raise SpecError(
            f"{place}.weights",
            f"expected {layer.units} rows (one a unit), got {len(rows)}",
        )
    for r, row in enumerate(rows):
        if n_in and len(row) != n_in:
            raise SpecError(f"{place}.weights[{r}]", f"expected {n_in} numbers, got {len(row)}")


def _check_schedule(spec: ExperimentSpec) -> None:
    schedule = spec.training.schedule
    if schedule.kind not in ("cosine", "warmup_cosine"):
        return
    total = schedule.total_steps or spec.training.steps
    if not total:
        place = "training.schedule.total_steps"
        raise SpecError(place, f"missing; {schedule.kind} needs it while training.steps is 0")
    if schedule.kind == "warmup_cosine" and schedule.warmup_steps >= total:
        raise SpecError(
            "training.schedule.warmup_steps",
            f"expected fewer than the {total} steps in all, got {schedule.warmup_steps}",
        )


def _check_gradient_source(spec: ExperimentSpec) -> None:
    training = spec.training
    source = training.gradient_source
    refuse_too_many(source, parameter_count(spec))
    if source == "evolution_strategies" and training.population % 2:
        raise SpecError(
            "training.population",
            f"evolution_strategies tries pairs; expected an even number, got {training.population}",
        )
    if source in FORWARD_ONLY and training.gradient_storage != "same":
        place = "training.gradient_storage"
        raise SpecError(place, f'rounds the backward pass; {source} has none, set "same"')
    if source != "backpropagation" and spec.network.input_gradient:
        place = "network.input_gradient"
        raise SpecError(place, f"dL/dx needs backpropagation; set false, or leave {source}")


def refuse_too_many(source: str, parameters: int) -> None:
    """Raise SpecError where ``source`` would need far too many passes for so many parameters."""
    if source in FORWARD_ONLY and parameters > MOST_FOR_FORWARD_PASSES:
        raise SpecError(
            "training.gradient_source",
            f"{source} takes at most {MOST_FOR_FORWARD_PASSES:,} parameters, this network has "
            f"{parameters:,}; take backpropagation or feedback_alignment, or fewer units",
        )


def _check_patience(spec: ExperimentSpec) -> None:
    has_test_rows = spec.data.test_fraction > 0 or spec.data.test_inputs is not None
    if spec.training.patience and not has_test_rows:
        raise SpecError("training.patience", NO_TEST_ROWS)


def check_memory(spec: ExperimentSpec, inputs: int, samples: int) -> None:
    """Raise SpecError where a run on ``samples`` rows of ``inputs`` would need too much memory."""
    element = ELEMENT_BYTES[spec.network.dtype]
    units = inputs + sum(layer.units for layer in spec.network.layers)
    rows = max(min(spec.training.batch_size, samples), 2000)
    parameters = parameter_count(spec, inputs)
    needed = element * (VECTORS_PER_PARAMETER * parameters + BUFFERS_PER_UNIT * units * rows)
    allowed = physical_memory() // 4
    if needed > allowed:
        place = "network.layers" if parameters > units * rows else "training.batch_size"
        raise SpecError(
            place,
            f"this run would need about {needed / 2**30:.1f} GiB, "
            f"more than a quarter of this machine's memory ({allowed / 2**30:.1f} GiB)",
        )


def _steps(place: str) -> Iterator[str | int]:
    """Yield the keys and indices of a dotted place."""
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", place):
        yield int(index) if index else name


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value_at(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _type_at(annotation: Any, steps: list[str | int]) -> Any:
    """Return the annotation that the schema gives to a place, Optional and Annotated removed."""
    for step in steps:
        annotation = _bare(annotation)
        if isinstance(step, int):
            annotation = typing.get_args(annotation)[0]
        else:
            annotation = typing.get_type_hints(annotation, include_extras=True)[step]
    return _bare(annotation)


def _bare(annotation: Any) -> Any:
    while typing.get_origin(annotation) not in (None, tuple, typing.Literal):
        annotation = typing.get_args(annotation)[0]
    return annotation


def _strings(literal: Any) -> list[str]:
    found: list[str] = []
    for item in typing.get_args(literal):
        found.extend([item] if isinstance(item, str) else _strings(item))
    return found


def _in_words(message: str) -> str:
    words = {
        "`float`": "a number",
        "`int`": "a whole number",
        "`str`": "text",
        "`bool`": "true or false",
        "`array`": "a list",
        "`object`": "a table",
        "`null`": "nothing",
    }
    message = re.sub(r", got .*$", "", message)
    message = re.sub(
        r"`([^`]*)`",
        lambda m: " or ".join(f"`{k}`" for k in m[1].split(" | ")),
        message,
    )
    for code, plain in words.items():
        message = message.replace(code, plain)
    message = re.sub(r"(\d)\.0\b", r"\1", message.replace(" or nothing", ""))
    return message[:1].lower() + message[1:]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"a list of length {len(value)}"
    if isinstance(value, Mapping):
        return "a table"
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


__all__ = [
    "FORWARD_ONLY",
    "MOST_FOR_FORWARD_PASSES",
    "NO_TEST_ROWS",
    "check_memory",
    "check_rules",
    "check_tree",
    "input_width",
    "merge_changes",
    "parameter_count",
    "physical_memory",
    "refuse_too_many",
    "spec_error",
]
