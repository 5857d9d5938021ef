"""The rules of a specification that types alone cannot say, because they span several keys.

``spec.py`` holds the structure, ``spec_words.py`` the words for what is wrong with its parts.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

from core.errors import SpecError
from core.spec_words import shown

if TYPE_CHECKING:
    from core.spec import DataSpec, ExperimentSpec, LayerSpec

BUNDLED_WIDTHS = {"digits": 64, "iris": 4, "wine": 13, "breast_cancer": 30}
ELEMENT_BYTES = {"float64": 8, "float32": 4}
# Parameters, gradients, update, two optimizer states, and one copy for the picture of a moment.
VECTORS_PER_PARAMETER = 6
# z, a, slope, da and dz of every unit and row.
BUFFERS_PER_UNIT = 5
FALLBACK_MEMORY = 8 * 2**30
NOT_OF_A_FILE = (
    ("path", None),
    ("target", None),
    ("missing", "refuse"),
    ("header", None),
    ("standardize_target", False),
)

# So many parameters are trained at most by a source of gradients that only runs forward passes.
MOST_FOR_FORWARD_PASSES = 5000
FORWARD_ONLY = ("central_differences", "evolution_strategies", "random_search")
FORWARD_FORWARD = "forward_forward"

NO_TEST_ROWS = "there are no test rows to watch; set data.test_fraction above 0, or this to 0"


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
            raise SpecError(f"data.features[{index}]", f"{shown(name)} is {why}")


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
    if source == FORWARD_FORWARD:
        _check_forward_forward(spec)
    if source != "backpropagation" and spec.network.input_gradient:
        place = "network.input_gradient"
        raise SpecError(place, f"dL/dx needs backpropagation; set false, or leave {source}")


def _check_forward_forward(spec: ExperimentSpec) -> None:
    """Raise SpecError where layers cannot learn from labels written into a picture."""
    place, training = "training.gradient_source", spec.training
    if spec.data.kind != "digits":
        why = f"writes labels over the margin of a picture; it takes digits, not {spec.data.kind}"
        raise SpecError(place, f"{FORWARD_FORWARD} {why}")
    if training.loss != "cross_entropy":
        why = f"reads labels by softmax; expected cross_entropy, got {training.loss}"
        raise SpecError("training.loss", f"{FORWARD_FORWARD} {why}")
    if training.gradient_storage != "same":
        why = f'rounds the backward pass; {FORWARD_FORWARD} has none, set "same"'
        raise SpecError("training.gradient_storage", why)
    if len(spec.network.layers) < 2:
        why = "lets hidden layers learn, and there is none; add one"
        raise SpecError("network.layers", f"{FORWARD_FORWARD} {why}")
    for index, layer in enumerate(spec.network.layers):
        at = f"network.layers[{index}]"
        for name, off in (("normalization", "none"), ("dropout", 0.0), ("residual", False)):
            if getattr(layer, name) != off:
                why = f"lets layers hand on directions and nothing else; set {shown(off)}"
                raise SpecError(f"{at}.{name}", f"{FORWARD_FORWARD} {why}")
        if layer.activation == "softmax" and index < len(spec.network.layers) - 1:
            why = "needs hidden units that answer each for itself, not softmax"
            raise SpecError(f"{at}.activation", f"{FORWARD_FORWARD} {why}")


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


__all__ = [
    "FORWARD_FORWARD",
    "FORWARD_ONLY",
    "MOST_FOR_FORWARD_PASSES",
    "NO_TEST_ROWS",
    "check_memory",
    "check_rules",
    "input_width",
    "parameter_count",
    "physical_memory",
    "refuse_too_many",
]
