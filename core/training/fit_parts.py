"""What the rules of fitting share: the choice, and specifications with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from core.data import Dataset
from core.errors import UserError
from core.spec import ExperimentSpec, LayerSpec
from core.spec_rules import check_memory, input_width
from core.training.layer_changes import fitted_layers

# A specification, why the choice alone does not fit, and what is changed beside it.
Proposal = tuple[ExperimentSpec, str, str]
Proposals = Iterator[Proposal]


@dataclass(frozen=True)
class Wish:
    """A choice that does not fit.

    Attributes:
        spec: what is trained now.
        wanted: the same with the choice made; not a valid specification.
        dataset: the data of ``wanted``, perhaps a few rows of them only.
    """

    spec: ExperimentSpec
    wanted: ExperimentSpec
    dataset: Dataset


def with_output(spec: ExperimentSpec, layer: LayerSpec, loss: str) -> ExperimentSpec:
    """Return ``spec`` with another output layer and loss."""
    changed = with_layers(spec, [*spec.network.layers[:-1], layer])
    return replace(changed, training=replace(changed.training, loss=loose(loss)))


def with_layers(spec: ExperimentSpec, layers: Sequence[LayerSpec]) -> ExperimentSpec:
    """Return ``spec`` with other layers, without start values and shortcuts of another width."""
    fitted = fitted_layers(layers, input_width(spec))
    return replace(spec, network=replace(spec.network, layers=fitted))


def with_training(spec: ExperimentSpec, **changes: Any) -> ExperimentSpec:
    """Return ``spec`` with other fields of ``training``."""
    return replace(spec, training=replace(spec.training, **changes))


def has_memory(spec: ExperimentSpec, wish: Wish) -> bool:
    """Return whether there is memory for ``spec`` on the data of ``wish``."""
    try:
        check_memory(spec, wish.dataset.input_count, len(wish.dataset.inputs))
    except UserError:
        return False
    return True


def loose(value: str) -> Any:
    """Return a string for a field of few words; the specification checks which."""
    return value
