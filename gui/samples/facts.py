"""Words and orders for lists of samples: what was predicted, how surely, and which rows are wrong.

Plain functions of a snapshot's predictions; nothing here paints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.network.parameters import Floats
from core.training.snapshot import Snapshot
from core.training.views import Predictions
from gui.numbers import counted, format_count, format_percent

NOT_EQUAL = "≠"


def raw_rows(snapshot: Snapshot) -> Floats:
    """Return the inputs (N, R) of the predicted split as they came."""
    data = snapshot.dataset
    if snapshot.predictions.split == "test" and data.test_inputs is not None:
        return data.test_inputs if data.raw_test_inputs is None else data.raw_test_inputs
    return data.inputs if data.raw_inputs is None else data.raw_inputs


def wrong_rows(predictions: Predictions) -> NDArray[np.intp]:
    """Return the rows whose class is predicted wrongly; none for regression."""
    if predictions.predicted is None or predictions.truth is None:
        return np.empty(0, np.intp)
    return np.flatnonzero(predictions.predicted != predictions.truth)


def is_wrong(predictions: Predictions, row: int) -> bool:
    """Return whether the class of ``row`` is predicted wrongly."""
    if predictions.predicted is None or predictions.truth is None:
        return False
    return bool(predictions.predicted[row] != predictions.truth[row])


def confidence(snapshot: Snapshot, row: int) -> str:
    """Return how sure the network is of its class, as a percentage; empty where it cannot say."""
    activation = snapshot.spec.network.layers[-1].activation
    if activation not in ("sigmoid", "softmax"):
        return ""
    outputs = snapshot.predictions.outputs[row]
    share = outputs.max() if len(outputs) > 1 else max(outputs[0], 1.0 - outputs[0])
    return format_percent(float(share), 0)


def class_word(snapshot: Snapshot, index: int) -> str:
    """Return the name of a class, or its number where the data have no names."""
    names = snapshot.dataset.class_names
    return names[index] if names else str(index)


def verdict(snapshot: Snapshot, row: int) -> str:
    """Return the predicted class, and the true one where they differ: ``9 ≠ 7``."""
    predictions = snapshot.predictions
    assert predictions.predicted is not None
    assert predictions.truth is not None
    predicted = class_word(snapshot, int(predictions.predicted[row]))
    if not is_wrong(predictions, row):
        return predicted
    return f"{predicted} {NOT_EQUAL} {class_word(snapshot, int(predictions.truth[row]))}"


def summary(snapshot: Snapshot) -> str:
    """Return how many rows are wrong, ``11 wrong``, or how many there are in a regression."""
    predictions = snapshot.predictions
    if predictions.predicted is None:
        return counted(len(predictions.outputs), "row")
    return f"{format_count(len(wrong_rows(predictions)))} wrong"


def split_word(snapshot: Snapshot) -> str:
    """Return ``test`` or ``training``."""
    return "test" if snapshot.predictions.split == "test" else "training"
