"""The specification of an experiment: everything that decides what a run computes.

An ``ExperimentSpec`` is frozen and valid: it is made through ``from_dict`` (or ``load``), which
refuses anything wrong with one line that begins with the place. The same structure is what presets,
saved files and live changes hold. It knows nothing of arrays; ``Trainer`` turns it into a run.
"""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
import tomli_w
from msgspec import Meta, Struct
from msgspec.structs import replace

from core.errors import FileError
from core.spec_paths import found_from, seen_from
from core.spec_rules import check_rules
from core.spec_words import check_tree, merge_changes, spec_error

TwoInputClasses = Literal["circle", "xor", "gaussians", "spiral", "moons", "checkerboard"]
TwoInputRegression = Literal["plane", "bumps", "sine"]
BundledSet = Literal["digits", "iris", "wine", "breast_cancer"]
DataKind = Literal[TwoInputClasses, TwoInputRegression, BundledSet, "inline", "file"]
Activation = Literal[
    "linear",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
    "softmax",
]
Loss = Literal["mean_squared_error", "half_squared_error", "binary_cross_entropy", "cross_entropy"]
Initializer = Literal[
    "zeros",
    "constant",
    "normal",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
]
OptimizerKind = Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
ScheduleKind = Literal["constant", "step", "exponential", "cosine", "warmup_cosine"]
GradientSource = Literal[
    "backpropagation",
    "central_differences",
    "evolution_strategies",
    "random_search",
    "feedback_alignment",
    "forward_forward",
]
Task = Literal["classification", "regression"]
MissingRule = Literal["refuse", "fill", "drop"]

MAX_LAYERS = 128
MAX_UNITS = 4096
LARGEST_FILE_BYTES = 16 * 2**20

Positive = Annotated[float, Meta(gt=0)]
NonNegative = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, lt=1)]
Count = Annotated[int, Meta(ge=1)]
Row = tuple[float, ...]
Rows = tuple[Row, ...]
Targets = tuple[Row | float, ...]


class DataSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the samples come from and how they are prepared."""

    kind: DataKind
    samples: Annotated[int, Meta(ge=2, le=1_000_000)] = 500
    noise: Annotated[float, Meta(ge=0, le=0.5)] = 0.1
    classes: Annotated[int, Meta(ge=2, le=6)] = 3
    arms: Annotated[int, Meta(ge=2, le=3)] = 2
    test_fraction: Share = 0.5
    features: Annotated[tuple[str, ...], Meta(min_length=1)] | None = None
    normalize: bool = True
    task: Task | None = None
    inputs: Rows | None = None
    targets: Targets | None = None
    test_inputs: Rows | None = None
    test_targets: Targets | None = None
    path: str | None = None
    target: str | None = None
    missing: MissingRule = "refuse"
    header: bool | None = None
    standardize_target: bool = False


class LayerSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One dense layer: its units, what follows z = W a + b, and explicit start values if any."""

    units: Annotated[int, Meta(ge=1, le=MAX_UNITS)] = 8
    activation: Activation = "tanh"
    normalization: Literal["none", "batch", "layer"] = "none"
    dropout: Share = 0.0
    residual: bool = False
    weights: Rows | None = None
    biases: Row | None = None


class NetworkSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The layers, the last of which is the output layer, and how their parameters start."""

    layers: Annotated[tuple[LayerSpec, ...], Meta(min_length=1, max_length=MAX_LAYERS)]
    initializer: Initializer = "xavier_normal"
    initializer_scale: float = 0.1
    initial_bias: float = 0.0
    biases: bool = True
    input_gradient: bool = False
    dtype: Literal["float64", "float32"] = "float64"


class OptimizerSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The update rule; ``eps`` and ``weight_decay`` None mean the kind's own default."""

    kind: OptimizerKind = "sgd"
    learning_rate: Positive = 0.03
    momentum: Share = 0.9
    dampening: Annotated[float, Meta(ge=0, le=1)] = 0.0
    momentum_form: Literal["standard", "running_mean"] = "standard"
    alpha: Share = 0.99
    beta1: Share = 0.9
    beta2: Share = 0.999
    eps: Positive | None = None
    weight_decay: NonNegative | None = None


class ScheduleSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the learning rate follows the number of updates."""

    kind: ScheduleKind = "constant"
    step_size: Count = 1000
    gamma: Positive = 0.5
    warmup_steps: Annotated[int, Meta(ge=0)] = 0
    minimum: NonNegative = 0.0
    total_steps: Count | None = None


class TrainingSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The loss, the batches, the length of the run and how gradients become updates."""

    loss: Loss = "binary_cross_entropy"
    batch_size: Count = 10
    shuffle: bool = True
    steps: Annotated[int, Meta(ge=0)] = 0
    l1: NonNegative = 0.0
    l2: NonNegative = 0.0
    decay_biases: bool = False
    clip_norm: NonNegative = 0.0
    clip_value: NonNegative = 0.0
    patience: Annotated[int, Meta(ge=0)] = 0
    gradient_source: GradientSource = "backpropagation"
    population: Annotated[int, Meta(ge=2, le=10_000)] = 32
    sigma: Positive = 0.02
    gradient_storage: Literal["same", "float16"] = "same"
    loss_scale: Positive = 1.0
    optimizer: OptimizerSpec = OptimizerSpec()
    schedule: ScheduleSpec = ScheduleSpec()


class ExperimentSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole experiment; frozen, validated, equal when it computes the same run."""

    data: DataSpec
    network: NetworkSpec
    name: str = ""
    seed: Annotated[int, Meta(ge=0, le=2**53)] = 0
    training: TrainingSpec = TrainingSpec()

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> ExperimentSpec:
        """Return the spec that ``mapping`` describes.

        Raises:
            SpecError: one line that begins with the place of the first thing wrong.
        """
        check_tree(mapping)
        return cls._convert(mapping)

    @classmethod
    def _convert(cls, mapping: Mapping[str, Any]) -> ExperimentSpec:
        """Return the spec of a tree that has been checked."""
        try:
            spec = msgspec.convert(mapping, cls)
        except msgspec.ValidationError as error:
            raise spec_error(str(error), mapping, cls) from None
        check_rules(spec)
        return spec

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, lists, strings and numbers; values that are None are left out."""
        plain: dict[str, Any] = _without_none(msgspec.to_builtins(self))
        return plain

    def with_changes(self, changes: Mapping[str, Any]) -> ExperimentSpec:
        """Return this spec with ``changes`` merged over it.

        ``changes`` is nested like the specification; a key may also be a dotted place such as
        ``"network.layers[0].units"``. Lists are replaced whole; None returns a key to its default.

        Raises:
            SpecError: as ``from_dict``.
        """
        # What is there is sound, and may be large: only what comes is checked.
        check_tree(changes)
        return self._convert(merge_changes(self.to_dict(), changes))

    @classmethod
    def load(cls, path: str | Path) -> ExperimentSpec:
        """Read a TOML or JSON file (by its suffix; anything but ``.json`` is TOML).

        A relative ``data.path`` starts from the folder of this file; where it leads nowhere from
        there, from the working directory.

        Raises:
            FileError: the file cannot be read or parsed.
            SpecError: what it holds is refused; the line begins with the place.
        """
        path = Path(path)
        try:
            text = _read_text(path)
            mapping = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
        except OSError as error:
            raise FileError(f"{path}: cannot be read ({error.strerror or error})") from None
        except (ValueError, RecursionError) as error:
            reason = str(error).splitlines()[0]
            raise FileError(f"{path}: not a readable specification ({reason})") from None
        if not isinstance(mapping, dict):
            raise FileError(f"{path}: expected a table of settings at the top")
        spec = cls.from_dict(mapping)
        if spec.data.path is None:
            return spec
        data = replace(spec.data, path=found_from(path.parent, spec.data.path))
        return replace(spec, data=data)

    def save(self, path: str | Path) -> None:
        """Write TOML, or JSON where the suffix says so, and never leave half a file behind.

        A ``data.path`` within the folder of this file is written relative to it.

        Raises:
            FileError: the file cannot be written.
        """
        path = Path(path)
        plain = self.to_dict()
        if self.data.path is not None:
            plain["data"]["path"] = seen_from(path.parent, self.data.path)
        is_json = path.suffix.lower() == ".json"
        text = json.dumps(plain, indent=2) + "\n" if is_json else tomli_w.dumps(plain)
        scratch = path.with_name(path.name + ".part")
        try:
            scratch.write_text(text, encoding="utf-8")
            scratch.replace(path)
        except (OSError, UnicodeError) as error:
            with contextlib.suppress(OSError):
                scratch.unlink(missing_ok=True)
            reason = getattr(error, "strerror", None) or error
            raise FileError(f"{path}: cannot be written ({reason})") from None


def _read_text(path: Path) -> str:
    """Return what ``path`` holds, and no more of a device or a huge file than can be refused."""
    with path.open("rb") as stream:
        content = stream.read(LARGEST_FILE_BYTES + 1)
    if len(content) > LARGEST_FILE_BYTES:
        raise ValueError(f"it is larger than {LARGEST_FILE_BYTES // 2**20} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8 text; save it as UTF-8") from None


def choices(literal: Any) -> tuple[str, ...]:
    """Return the strings that a Literal of this module allows, in their order."""
    flat: list[str] = []
    for item in get_args(literal):
        flat.extend((item,) if isinstance(item, str) else choices(item))
    return tuple(flat)


def _without_none(value: Any) -> Any:
    # Leaves, which may be the numbers of large data, are not worth a call each.
    branches = (dict, list, tuple)
    if isinstance(value, dict):
        return {
            key: _without_none(item) if isinstance(item, branches) else item
            for key, item in value.items()
            if item is not None
        }
    return [_without_none(item) if isinstance(item, branches) else item for item in value]


__all__ = [
    "MAX_LAYERS",
    "MAX_UNITS",
    "DataSpec",
    "ExperimentSpec",
    "GradientSource",
    "LayerSpec",
    "NetworkSpec",
    "OptimizerSpec",
    "ScheduleSpec",
    "TrainingSpec",
    "choices",
]
