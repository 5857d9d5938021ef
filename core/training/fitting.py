"""Which output layer and loss go together with which data, as changes of a specification.

Another data set or loss may need another output layer; these functions return everything that has
to change with it as one change, as ``ExperimentSpec.with_changes`` takes it, and list the choices
that would be accepted. What fits is judged by the same code that refuses what does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from core.data import (
    CROSS_ENTROPIES,
    Dataset,
    build_dataset,
    encode_targets,
    has_independent_labels,
    resolved_task,
    suitable_loss,
    suitable_output,
)
from core.data.loading import Choice, Plan
from core.errors import UserError
from core.spec import (
    BundledSet,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    TwoInputClasses,
    TwoInputRegression,
    choices,
)
from core.spec_rules import FORWARD_FORWARD
from core.training.fit_output import SKETCH_ROWS
from core.training.layer_changes import change_layers

TWO_INPUT_SETS = choices(TwoInputClasses) + choices(TwoInputRegression)
BUNDLED_SETS = choices(BundledSet)
DEFAULT_FEATURES = ("x1", "x2")

_ROWS = ("inputs", "targets", "test_inputs", "test_targets", "task", "test_fraction", "normalize")
_FILE = (
    "path",
    "target",
    "features",
    "task",
    "missing",
    "header",
    "standardize_target",
    "test_fraction",
    "normalize",
)
# What goes with data that were given, by their kind.
_OF_GIVEN_DATA = {"inline": _ROWS, "file": _FILE}
MOST_DRAWN_CLASSES = 6


class FileSource(msgspec.Struct, frozen=True):
    """Which file is read and how: ``path``, ``header`` and ``test_fraction`` of the data."""

    path: str
    header: bool | None
    test_fraction: float


def change_for_data_set(spec: ExperimentSpec, kind: str) -> dict[str, Any]:
    """Return what changes with the data set ``kind``.

    Output layer and loss stay where they fit and the task is the same; else they become the usual
    ones of the data. Forward-forward, which needs digits, gives way to backpropagation. Features go
    where inputs cannot be derived, and what belonged to given rows goes with them.
    """
    data: dict[str, Any] = {"kind": kind}
    if kind in BUNDLED_SETS:
        data["features"] = None
    data |= dict.fromkeys(_OF_GIVEN_DATA.get(spec.data.kind, ()))
    fitted = _fitted(spec, _sketch(spec, _generated(spec.data, kind)))
    return {"data": data} | _with_a_source(spec, kind, fitted)


def change_for_file(
    spec: ExperimentSpec, source: FileSource, choice: Choice, plan: Plan
) -> dict[str, Any]:
    """Return what changes with the columns that ``choice`` makes of a file.

    ``plan`` is what they amount to; output layer and loss follow as for any other data set.
    """
    data = dict.fromkeys(name for name in _ROWS if name not in ("task", "test_fraction"))
    data |= {
        "kind": "file",
        **msgspec.structs.asdict(source),
        "target": choice.target,
        "features": list(plan.features),
        "task": plan.task,
        "missing": choice.missing,
        "standardize_target": choice.standardize and plan.task == "regression",
    }
    fitted = _fitted(spec, _dataset_of(plan))
    return {"name": "", "data": data} | _with_a_source(spec, "file", fitted)


def _with_a_source(spec: ExperimentSpec, kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Return ``changes`` with a way to the gradient that can be gone with data of ``kind``."""
    if spec.training.gradient_source != FORWARD_FORWARD or kind == "digits":
        return changes
    training = {**changes.get("training", {}), "gradient_source": "backpropagation"}
    return {**changes, "training": training}


def _fitted(spec: ExperimentSpec, new: Dataset) -> dict[str, Any]:
    """Return what output layer and loss become with the data set ``new``.

    They stay where they fit and the task is the same.
    """
    loss = spec.training.loss
    task = resolved_task(new, loss)
    *hidden, output = spec.network.layers
    changes: dict[str, Any] = {}
    if task != _task_of(spec) or not _is_accepted(spec, new, {}):
        changes["training"] = {"loss": suitable_loss(new, task)}
        output = _output_layer(new, task, changes["training"]["loss"])
    return changes | change_layers(spec, [*hidden, output], new.input_count)


def change_for_loss(spec: ExperimentSpec, dataset: Dataset, loss: str) -> dict[str, Any]:
    """Return what changes with ``loss``: the output layer too, where it would not fit."""
    changes: dict[str, Any] = {"training": {"loss": loss}}
    if _is_accepted(spec, dataset, changes):
        return changes
    output = _output_layer(dataset, resolved_task(dataset, loss), loss)
    return changes | change_layers(spec, [*spec.network.layers[:-1], output])


def change_for_features(spec: ExperimentSpec, features: Sequence[str]) -> dict[str, Any]:
    """Return what changes with the derived ``features`` of a two-input set."""
    return {
        "data": {"features": list(features)},
        **change_layers(spec, spec.network.layers, len(features)),
    }


def offered_output_units(spec: ExperimentSpec, dataset: Dataset) -> tuple[int, int]:
    """Return the fewest and the most units that can be chosen for the output layer.

    Where the number of classes is fixed there is no choice, but for two of them one unit will do.
    Of sets that are drawn there are some with more classes.
    """
    now = spec.network.layers[-1].units
    if resolved_task(dataset, spec.training.loss) == "regression" or has_independent_labels(
        dataset
    ):
        return now, now
    if spec.data.kind in TWO_INPUT_SETS:
        return 1, MOST_DRAWN_CLASSES
    return (1, 2) if dataset.class_count == 2 else (now, now)


def _is_accepted(spec: ExperimentSpec, dataset: Dataset, changes: Mapping[str, Any]) -> bool:
    """Return whether output layer and loss of the changed spec fit each other and the data."""
    try:
        changed = spec.with_changes(changes)
        output, loss = changed.network.layers[-1], changed.training.loss
        encode_targets(dataset, resolved_task(dataset, loss), output.units, output.activation)
    except UserError:
        return False
    return True


def _output_layer(dataset: Dataset, task: str, loss: str) -> LayerSpec:
    units, activation = suitable_output(dataset, task, loss)
    return replace(LayerSpec(), units=units, activation=activation)


def _task_of(spec: ExperimentSpec) -> str:
    """Return the task of the present data; a file is not read for it."""
    loss = spec.training.loss
    if spec.data.kind == "file":
        return spec.data.task or ("classification" if loss in CROSS_ENTROPIES else "regression")
    return resolved_task(_sketch(spec, spec.data), loss)


def _generated(data: DataSpec, kind: str) -> DataSpec:
    blank = DataSpec(kind="circle", classes=data.classes, arms=data.arms)
    features = None if kind in BUNDLED_SETS or data.kind == "file" else data.features
    return replace(blank, kind=kind, features=features)


def _dataset_of(plan: Plan) -> Dataset:
    """Return a data set with a row for every class of ``plan``: enough to see what fits it."""
    rows = max(1, len(plan.class_names))
    targets = np.arange(rows, dtype=np.float64)
    return Dataset(np.zeros((rows, plan.width)), targets, plan.task, class_names=plan.class_names)


def _sketch(spec: ExperimentSpec, data: DataSpec) -> Dataset:
    """Return the data set with few rows: enough to see its columns, classes and task."""
    return build_dataset(replace(data, samples=min(data.samples, SKETCH_ROWS)), spec.seed)
