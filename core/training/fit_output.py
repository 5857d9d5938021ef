"""How loss, output layer and classes are made to fit each other: the one not chosen follows."""

from __future__ import annotations

from dataclasses import replace as replace_dataset

import numpy as np
from msgspec.structs import replace

from core.data import Dataset, build_dataset, resolved_task, suitable_output
from core.errors import UserError
from core.spec import ExperimentSpec, LayerSpec
from core.spoken import capital, counted, spoken
from core.training.fit_parts import Proposals, Wish, loose, with_output

# So many rows hold every class of every generated set.
SKETCH_ROWS = 32
# Numbers of so few different values can be taken for classes.
MOST_LEVELS = 10
LARGEST_GAUSSIANS, LARGEST_SPIRAL = 6, 3


def output_and_loss(wish: Wish) -> Proposals:
    """Loss and output layer have to fit each other and the classes; the one not chosen follows."""
    spec, wanted = wish.spec, wish.wanted
    output, before = wanted.network.layers[-1], spec.network.layers[-1]
    units, activations = [output.units], [output.activation]
    if output.units == before.units:
        units += _usual_units(wish.dataset, wanted.training.loss)
    if output.activation == before.activation:
        activations += ["sigmoid", "softmax"]
    losses = [wanted.training.loss, "binary_cross_entropy", "cross_entropy", "mean_squared_error"]
    for loss in dict.fromkeys(losses):
        for activation in dict.fromkeys(activations):
            for count in dict.fromkeys(units):
                layer = replace(output, units=count, activation=activation)
                final = with_output(wanted, layer, loss)
                yield final, _why(wish, final), _take(wanted, final)
    yield from _other_classes(wish)


def _why(wish: Wish, final: ExperimentSpec) -> str:
    """Return why the output layer that was chosen does not fit as things are."""
    output, loss = wish.wanted.network.layers[-1], wish.wanted.training.loss
    name = capital(spoken(output.activation))
    if output.units != wish.spec.network.layers[-1].units:
        return f"{capital(spoken(loss))} does not go with {counted(output.units, 'output unit')}."
    if final.training.loss != loss:
        return f"{name} does not go with {spoken(loss)}."
    return f"{name} needs an output unit for each class."


def _other_classes(wish: Wish) -> Proposals:
    """Another number of classes, or other data, where the output layer fits none of these."""
    output = wish.wanted.network.layers[-1]
    if resolved_task(wish.dataset, wish.wanted.training.loss) == "regression":
        if output.activation == "softmax":
            why = f"Softmax answers with classes; {_data_words(wish.wanted)} has numbers."
            yield from _classes_instead(wish, why, "cross_entropy")
        return
    classes = max(2, output.units)
    why = f"{counted(output.units, 'output unit')} would answer with {classes} classes."
    data = wish.wanted.data
    # The set at hand first: it may have as many classes.
    for kind, most in sorted(
        (("gaussians", LARGEST_GAUSSIANS), ("spiral", LARGEST_SPIRAL)),
        key=lambda known: known[0] != data.kind,
    ):
        if classes <= most:
            name = "classes" if kind == "gaussians" else "arms"
            changed = replace(data, kind=loose(kind), **{name: classes})
            words = f"Take {classes} {'Gaussians' if kind == 'gaussians' else 'spirals'}"
            for loss, activation in (
                (wish.wanted.training.loss, output.activation),
                ("cross_entropy", "softmax"),
                ("binary_cross_entropy", "sigmoid"),
            ):
                layer = replace(output, activation=loose(activation))
                yield with_output(replace(wish.wanted, data=changed), layer, loss), why, words


def classes_for_loss(wish: Wish) -> Proposals:
    """The cross-entropies answer with classes: read whole numbers as such, or take other data."""
    loss = wish.wanted.training.loss
    why = f"{capital(spoken(loss))} needs classes; {_data_words(wish.wanted)} has numbers."
    yield from _classes_instead(wish, why, loss)


def _classes_instead(wish: Wish, why: str, loss: str) -> Proposals:
    wanted = wish.wanted
    if wanted.data.kind in ("inline", "file"):
        read = replace(wanted.data, task="classification", standardize_target=False)
        classes = as_classes(wish.dataset, wanted.data.kind)
        if classes is not None:
            layer = usual_layer(classes, loss)
            final = with_output(replace(wanted, data=read), layer, loss)
            yield final, why, "Take the numbers for classes"
    kind = "gaussians" if loss == "cross_entropy" else "circle"
    data = replace(wanted.data, kind=loose(kind), task=None)
    if wanted.data.kind in ("inline", "file"):
        data = replace(type(data)(kind=loose(kind)), samples=data.samples, noise=data.noise)
    try:
        sketch = build_dataset(replace(data, samples=SKETCH_ROWS), wanted.seed)
    except UserError:
        return
    final = with_output(replace(wanted, data=data), usual_layer(sketch, loss), loss)
    yield final, why, f"Take the data set {capital(kind)}"


def as_classes(dataset: Dataset, kind: str) -> Dataset | None:
    """Return the rows of a table with their few whole numbers read as classes, or None.

    A file may hold any numbers, of which the lowest is class 0; given rows hold the indices.
    """
    parts = [part for part in (dataset.targets, dataset.test_targets) if part is not None]
    levels = np.unique(np.concatenate(parts))
    if dataset.target_count > 1 or not 2 <= len(levels) <= MOST_LEVELS:
        return None
    if (levels != np.floor(levels)).any():
        return None
    if kind != "file":
        is_index = levels[0] >= 0 and levels[-1] < MOST_LEVELS
        return replace_dataset(dataset, task="classification") if is_index else None
    coded = [np.searchsorted(levels, part).astype(np.float64) for part in parts]
    return replace_dataset(
        dataset,
        targets=coded[0],
        test_targets=coded[1] if len(coded) > 1 else None,
        task="classification",
        class_names=tuple(f"{level:.12g}" for level in levels),
    )


def _usual_units(dataset: Dataset, loss: str) -> list[int]:
    if resolved_task(dataset, loss) == "regression":
        return [dataset.target_count]
    return [1, dataset.class_count] if dataset.class_count == 2 else [dataset.class_count]


def sketch_of(spec: ExperimentSpec) -> Dataset:
    """Return so few rows of the data of ``spec`` that their kind can be told."""
    samples = min(spec.data.samples, SKETCH_ROWS)
    return build_dataset(replace(spec.data, samples=samples), spec.seed)


def usual_layer(dataset: Dataset, loss: str) -> LayerSpec:
    """Return the output layer that fits classes and ``loss``."""
    units, activation = suitable_output(dataset, "classification", loss)
    return LayerSpec(units=units, activation=loose(activation))


def _take(wanted: ExperimentSpec, final: ExperimentSpec) -> str:
    """Return what of loss and output layer changes beside the choice: ``Take cross-entropy``."""
    before, after = wanted.network.layers[-1], final.network.layers[-1]
    words = []
    if final.training.loss != wanted.training.loss:
        words.append(spoken(final.training.loss))
    if after.activation != before.activation:
        words.append(spoken(after.activation))
    if after.units != before.units:
        words.append(counted(after.units, "output unit"))
    return f"Take {' and '.join(words)}"


def _data_words(spec: ExperimentSpec) -> str:
    known = {"inline": "this table", "file": "this table"}
    return known.get(spec.data.kind, f"the data set {capital(spoken(spec.data.kind))}")
