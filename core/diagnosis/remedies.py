"""Changes of the specification that are known to mend a finding, the best first.

Each is data: a title, the reason, and what ``spec.with_changes`` takes. The counts say how many of
the faulty runs of that kind reached their target by this change alone (``make diagnose`` measures
them anew). What fits depends on the cause: a change that mends a bad start does not mend a learning
rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.diagnosis.case import Case
from core.diagnosis.differences import differences
from core.diagnosis.findings import Kind, Remedy
from core.diagnosis.rules.units import silent_shares
from core.diagnosis.words import number
from core.errors import SpecError
from core.spec import MAX_UNITS, ExperimentSpec

Changes = Mapping[str, Any]
Tried = tuple[int, int, str]
UNTRIED: Tried = (0, 0, "")
# Narrow and deep ReLU networks lose whole layers whatever the start: they need units.
NARROW, DEEP = 6, 6


def remedies_for(kind: Kind, case: Case) -> tuple[Remedy, ...]:
    """Return the remedies that fit a finding of ``kind``, without those that change nothing."""
    choose = _CHOICES.get(kind)
    if choose is None:
        return ()
    found = [*choose(case), recommended(case.spec)]
    return tuple({remedy.title: remedy for remedy in found if remedy.changed}.values())


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


# ---------------------------------------------------------------------- changes


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
    if len(spec.network.layers) == 1:
        return suitable_start(spec)
    return _remedy(
        spec,
        "ReLU + He initialization",
        "Its slope is 1 wherever a unit is active, and He weights keep the signal's size.",
        _start_anew(spec, "he_normal", "relu"),
        tried,
    )


def tanh_with_xavier(spec: ExperimentSpec, tried: Tried = UNTRIED) -> Remedy:
    """Return tanh in every hidden layer and the weights that suit it."""
    if len(spec.network.layers) == 1:
        return suitable_start(spec)
    return _remedy(
        spec,
        "tanh + Xavier initialization",
        "The largest slope of tanh is 1, four times that of the sigmoid.",
        _start_anew(spec, "xavier_normal", "tanh"),
        tried,
    )


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
    return _remedy(
        spec,
        "More units in the hidden layers" if hidden else "A hidden layer of 16 units",
        "A wider network has more ways down, and seldom gets stuck.",
        {"network": {"layers": [*(wider or [{"units": 16, "activation": "tanh"}]), output]}},
    )


def stop_at(spec: ExperimentSpec, step: int, tried: Tried = UNTRIED) -> Remedy:
    """Return a run that ends where the test loss was best."""
    return _remedy(
        spec,
        f"Stop at step {step:,}",
        "There the test loss was best; the same run, ended there, keeps those weights.",
        {"training": {"steps": step}},
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
        {"network": {"layers": [first, output]}},
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


# ---------------------------------------------------------------------- choices


def _vanishing(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if any(layer.activation == "sigmoid" for layer in case.hidden):
        on = "vanishing runs with a sigmoid"
        return relu_with_he(spec, (24, 26, on)), tanh_with_xavier(spec, (24, 26, on))
    on = "other vanishing runs"
    return suitable_start(spec, (22, 23, on)), relu_with_he(spec, (20, 23, on))


def _exploding(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if not case.starts_normally:
        on = "runs with a first loss far above guessing"
        both = with_rate_of_adam(relu_with_he(spec), spec, (53, 60, "exploding runs"))
        return both, relu_with_he(spec, (12, 20, on))
    on = "runs whose loss rose from a normal start"
    return adam(spec, (32, 34, on)), lower_rate(spec, (26, 34, on))


def _learning_rate(case: Case) -> tuple[Remedy, ...]:
    on = "runs with a learning rate too high"
    return lower_rate(case.spec, (46, 54, on)), adam(case.spec, (48, 54, on))


def _dead(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if any(share >= 0.4 for share in silent_shares(case, case.first)):
        if min(layer.units for layer in case.hidden) <= NARROW and len(case.hidden) >= DEEP:
            return (recommended(spec),)
        on = "runs dead from the start, not narrow"
        return suitable_start(spec, (6, 9, on)), tanh_with_xavier(spec, (7, 9, on))
    on = "runs whose units died later"
    return adam(spec, (8, 8, on)), lower_rate(spec, (7, 8, on))


def _saturated(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    is_sigmoid = spec.network.layers[-1].activation == "sigmoid"
    if case.now.flat[-1] >= 0.5 and is_sigmoid and _has_classes(case):
        return cross_entropy(spec), suitable_start(spec)
    started_so = any(share >= 0.5 for share in case.first.flat)
    on = f"runs saturated {'from the start' if started_so else 'later'}"
    if started_so:
        return relu_with_he(spec, (3, 4, on)), suitable_start(spec, (1, 4, on))
    return lower_rate(spec, (6, 13, on)), relu_with_he(spec, (9, 13, on))


def _has_classes(case: Case) -> bool:
    """Return whether the targets are classes, or given numbers that can be taken for classes."""
    data = case.spec.data
    if case.beginning.chance > 0:
        return True
    rows = (*(data.targets or ()), *(data.test_targets or ()))
    values = {value for row in rows for value in (row if isinstance(row, tuple) else (row,))}
    return data.task is None and bool(values) and values <= {0.0, 1.0}


def _slow(case: Case) -> tuple[Remedy, ...]:
    on = "slow runs"
    return adam(case.spec, (34, 45, on), restarts=False), higher_rate(case.spec, 100, (34, 45, on))


def _symmetric(case: Case) -> tuple[Remedy, ...]:
    on = "symmetric runs"
    return relu_with_he(case.spec, (31, 36, on)), suitable_start(case.spec, (26, 36, on))


def _unnormalized(case: Case) -> tuple[Remedy, ...]:
    on = "runs with unnormalized inputs"
    return standardize(case.spec, (24, 24, on)), adam(case.spec, (8, 24, on))


def _overfitting(case: Case) -> tuple[Remedy, ...]:
    step = case.best_test[1]
    # A run planned for 0 steps would go on without an end.
    stop = (stop_at(case.spec, step),) if step > 0 else ()
    return *stop, smaller_network(case.spec)


def _non_finite(case: Case) -> tuple[Remedy, ...]:
    return _exploding(case)


def _plateau(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if not spec.network.biases:
        return biases(spec), more_units(spec)
    if case.hidden and all(layer.activation == "linear" for layer in case.hidden):
        return tanh_with_xavier(spec), relu_with_he(spec)
    return more_units(spec), adam(spec)


_CHOICES: dict[Kind, Callable[[Case], tuple[Remedy, ...]]] = {
    "vanishing": _vanishing,
    "exploding": _exploding,
    "learning_rate_too_high": _learning_rate,
    "dead": _dead,
    "saturated": _saturated,
    "slow": _slow,
    "symmetric": _symmetric,
    "unnormalized": _unnormalized,
    "overfitting": _overfitting,
    "non_finite": _non_finite,
    "plateau": _plateau,
}
