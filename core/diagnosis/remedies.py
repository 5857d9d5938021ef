"""Changes of the specification that are known to mend a finding.

Each is data: a title, the reason, and what ``spec.with_changes`` takes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from core.diagnosis.differences import differences
from core.diagnosis.findings import Remedy
from core.diagnosis.words import number
from core.errors import SpecError
from core.spec import MAX_UNITS, ExperimentSpec
from core.spec_rules import input_width

Changes = Mapping[str, Any]
Tried = tuple[int, int, str]
UNTRIED: Tried = (0, 0, "")
# In half precision, which ends at 65,504, gradients may still grow from here.
COMFORTABLE = 64.0
# In evaluations. Of 17 runs that overfit 13 end within 10 % of the best test loss they ever have,
# with 10 evaluations 10 of them: the others stop in an early rise.
PATIENCE = 20


def recommended(spec: ExperimentSpec) -> Remedy:
    """Return the start with settings that suit most small tasks."""
    hidden = [max(32, layer.units) for layer in spec.network.layers[:-1][:2]] or [32, 32]
    layers = [{"units": units, "activation": "relu"} for units in hidden]
    changes = {
        "data": {"normalize": True},
        "network": {
            "initializer": "he_normal",
            "initial_bias": 0.0,
            "biases": True,
            "layers": [*layers, _without_start(spec)[-1]],
        },
        "training": {
            "batch_size": min(32, spec.training.batch_size),
            "gradient_storage": "same",
            "loss_scale": 1.0,
            "optimizer": _adam(0.005),
        },
    }
    return _remedy(
        spec,
        "Recommended settings",
        "Two hidden layers of ReLU units with He weights, Adam and standardized inputs learn most "
        "small tasks.",
        changes,
        (260, 262, "faulty runs of all kinds"),
    )


def _remedy(
    spec: ExperimentSpec,
    title: str,
    why: str,
    changes: Changes,
    tried: Tried = UNTRIED,
    restarts: bool = True,
) -> Remedy:
    try:
        changed = differences(spec, spec.with_changes(changes))
    except SpecError:
        # Such as more units than there can be: it is not offered, like one that changes nothing.
        changed = ()
    return Remedy(title, why, changes, changed, restarts, *tried)


def _without_start(spec: ExperimentSpec) -> list[dict[str, Any]]:
    """Return the layers without explicit start values, which would take the place of new draws."""
    layers = spec.to_dict()["network"]["layers"]
    return [{k: v for k, v in x.items() if k not in ("weights", "biases")} for x in layers]


def _with_fitting_shortcuts(
    spec: ExperimentSpec, layers: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return ``layers`` where only those add their input that are as wide as it."""
    widths = [input_width(spec), *(layer["units"] for layer in layers)]
    return [
        {**layer, "residual": bool(layer.get("residual")) and n_in == layer["units"]}
        for n_in, layer in zip(widths, layers, strict=False)
    ]


def _start_anew(spec: ExperimentSpec, initializer: str, activation: str = "") -> dict[str, Any]:
    *hidden, output = _without_start(spec)
    if activation:
        hidden = [{**layer, "activation": activation} for layer in hidden]
    network = {"initializer": initializer, "initial_bias": 0.0, "layers": [*hidden, output]}
    return {"network": network}


def _adam(rate: float) -> dict[str, Any]:
    return {"kind": "adam", "learning_rate": rate, "eps": None, "weight_decay": None}


def relu_with_he(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return ReLU in every hidden layer and the weights that suit it."""
    why = "Its slope is 1 wherever a unit is active, and He weights keep the signal's size."
    return _activation(spec, "relu", "he_normal", "ReLU + He initialization", why, tried)


def tanh_with_xavier(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return tanh in every hidden layer and the weights that suit it."""
    why = "The largest slope of tanh is 1, four times that of the sigmoid."
    return _activation(spec, "tanh", "xavier_normal", "tanh + Xavier initialization", why, tried)


def _activation(
    spec: ExperimentSpec, activation: str, initializer: str, title: str, why: str, tried: Tried
) -> Remedy:
    if len(spec.network.layers) == 1:
        return suitable_start(spec)
    return _remedy(spec, title, why, _start_anew(spec, initializer, activation), tried)


def suitable_start(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return start weights that suit the activation that is there."""
    kinds = {layer.activation for layer in spec.network.layers[:-1]}
    name = "xavier_normal" if kinds <= {"sigmoid", "tanh", "linear", "softmax"} else "he_normal"
    return _remedy(
        spec,
        f"{'Xavier' if name == 'xavier_normal' else 'He'} initialization, biases 0",
        "Weights of a size that fits the widths keep the signal's size in both directions.",
        _start_anew(spec, name),
        tried,
    )


def lower_rate(spec: ExperimentSpec, tried: Tried = UNTRIED, restarts: bool = True) -> Remedy:
    """Return a tenth of the learning rate."""
    rate = float(f"{spec.training.optimizer.learning_rate / 10:.3g}")
    return _remedy(
        spec,
        f"Learning rate {number(rate, 3)}",
        "A step ten times shorter does not overshoot the valley.",
        {"training": {"optimizer": {"learning_rate": rate}}},
        tried,
        restarts,
    )


def higher_rate(spec: ExperimentSpec, factor: float, tried: Tried = UNTRIED) -> Remedy:
    """Return a multiple of the learning rate; the run goes on with its weights."""
    rate = float(f"{spec.training.optimizer.learning_rate * factor:.3g}")
    return _remedy(
        spec,
        f"Learning rate {number(rate, 3)}",
        f"The steps point downwards and are {factor:g} times shorter than they might be.",
        {"training": {"optimizer": {"learning_rate": rate}}},
        tried,
        restarts=False,
    )


def adam(spec: ExperimentSpec, tried: Tried = UNTRIED, restarts: bool = True) -> Remedy:
    """Return Adam at a rate that suits most networks."""
    return _remedy(
        spec,
        "Adam at learning rate 0.003",
        "Adam fits the step to every weight, whatever the size of its gradient.",
        {"training": {"optimizer": _adam(0.003)}},
        tried,
        restarts,
    )


def standardize(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return inputs with mean 0 and deviation 1."""
    return _remedy(
        spec,
        "Standardize the inputs",
        "With mean 0 and deviation 1 one learning rate suits the weights of every input.",
        {"data": {"normalize": True}},
        tried,
    )


def cross_entropy(spec: ExperimentSpec) -> Remedy:
    """Return the loss whose gradient does not carry the slope of a sigmoid output."""
    return _remedy(
        spec,
        "Cross-entropy loss",
        "Its gradient at the output is a − y, whatever the slope of the sigmoid.",
        {"training": {"loss": "binary_cross_entropy"}},
    )


def biases(spec: ExperimentSpec) -> Remedy:
    """Return a network with biases."""
    return _remedy(
        spec,
        "Biases",
        "Without biases every boundary runs through the origin.",
        {"network": {"biases": True}},
    )


def more_units(spec: ExperimentSpec) -> Remedy:
    """Return hidden layers of at least 16 units, twice those there are."""
    *hidden, output = _without_start(spec)
    wider = [{**layer, "units": min(MAX_UNITS, max(16, 2 * layer["units"]))} for layer in hidden]
    wider = _with_fitting_shortcuts(spec, wider)
    return _remedy(
        spec,
        "More units in the hidden layers" if hidden else "A hidden layer of 16 units",
        "A wider network has more ways down, and seldom gets stuck.",
        {"network": {"layers": [*(wider or [{"units": 16, "activation": "tanh"}]), output]}},
    )


def loss_scale(spec: ExperimentSpec, largest: float) -> Remedy:
    """Return a loss scale that brings ``largest``, the largest rounded number, to some 64.

    One that is infinite was above 65,504, nobody knows how far.
    """
    factor = COMFORTABLE / largest if 0 < largest < math.inf else 1 / 4096
    scale = 2.0 ** math.floor(math.log2(spec.training.loss_scale * factor))
    return _remedy(
        spec,
        f"Loss scale {number(scale, 6)}",
        "All gradients are that many times as large while they are stored, and divided by it "
        "before the update.",
        {"training": {"loss_scale": scale}},
    )


def full_precision(spec: ExperimentSpec) -> Remedy:
    """Return gradients that are not rounded."""
    return _remedy(
        spec,
        "Gradients in full precision",
        "Single precision reaches down to 1e−45: nothing is lost.",
        {"training": {"gradient_storage": "same", "loss_scale": 1.0}},
    )


def stop_at(spec: ExperimentSpec, step: int, tried: Tried = UNTRIED) -> Remedy:
    """Return a run that ends where the test loss was best."""
    return _remedy(
        spec,
        f"Stop at step {step:,}",
        "There the test loss was best; the run starts again and ends there.",
        {"training": {"steps": step}},
        tried,
    )


def early_stopping(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return a run that stops by itself where the test loss gets no better."""
    return _remedy(
        spec,
        f"Early stopping with patience {PATIENCE}",
        f"The run starts again, stops once {PATIENCE} evaluations have brought no better test "
        "loss, and puts the best weights back.",
        {"training": {"patience": PATIENCE}},
        tried,
    )


def batch_normalization(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return batch normalization in every hidden layer."""
    hidden = range(len(spec.network.layers) - 1)
    return _remedy(
        spec,
        "Batch normalization",
        "Every unit's sums are brought back to the steep part of the activation, in every layer.",
        {f"network.layers[{i}].normalization": "batch" for i in hidden},
        tried,
    )


def residual_connections(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return a connection past every hidden layer that is as wide as the one before it."""
    layers = spec.network.layers
    fitting = [i for i in range(1, len(layers) - 1) if layers[i].units == layers[i - 1].units]
    return _remedy(
        spec,
        "Residual connections",
        "Past every layer leads a way on which the error signal keeps its size.",
        {f"network.layers[{i}].residual": True for i in fitting},
        tried,
    )


def clip(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return gradients no longer than 1; one that is clipped more strictly is left alone."""
    limit = min(spec.training.clip_norm or 1.0, 1.0)
    return _remedy(
        spec,
        "Clip the gradient at norm 1",
        "A steep batch keeps its direction, but can no longer throw the weights far.",
        {"training": {"clip_norm": limit}},
        tried,
    )


def smaller_network(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return one hidden layer of 8 units, which has less room for noise."""
    *hidden, output = _without_start(spec)
    first = {**(hidden[0] if hidden else {"activation": "tanh"}), "units": 8}
    return _remedy(
        spec,
        "A smaller network: one hidden layer of 8 units",
        "With fewer weights there is less room to learn the noise of single rows.",
        {"network": {"layers": [*_with_fitting_shortcuts(spec, [first]), output]}},
        tried,
    )


def with_rate_of_adam(remedy: Remedy, spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return ``remedy`` together with Adam."""
    changes = {**remedy.changes, "training": {"optimizer": _adam(0.003)}}
    return _remedy(
        spec,
        f"{remedy.title}, Adam at 0.003",
        f"{remedy.why} Adam fits the step to every weight.",
        changes,
        tried,
    )
