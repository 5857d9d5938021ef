"""What a network that learns by forward-forward takes a row for: the label of the most goodness.

Every label is written into the row in turn, and the goodness of all hidden layers is added up
(Hinton 2022). That takes as many passes as there are labels, so of all rows it is computed when it
is asked for; between steps the network answers by its output layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.data import class_indices
from core.network.network import Network
from core.network.parameters import Floats
from core.step.forward_forward import labelled_inputs
from core.training.evaluation import ForwardPass, Split

if TYPE_CHECKING:
    from core.training.trainer import Trainer


def goodness_by_layer(network: Network, inputs: Floats, classes: int) -> Floats:
    """Return (N, C, H) the goodness that each hidden layer gives to each label of each row.

    ``inputs`` (N, D) are as the network sees them; what stands in the label's place is replaced.
    """
    forward = ForwardPass(network, len(inputs))
    found = np.zeros((len(inputs), classes, len(network.layers) - 1))
    columns = np.ascontiguousarray(inputs.T, network.dtype)
    for label in range(classes):
        one_hot = np.zeros((classes, len(inputs)), network.dtype)
        one_hot[label] = 1.0
        forward.load(labelled_inputs(columns, one_hot).T)
        forward.run()
        for place, layer in enumerate(network.layers[:-1]):
            a = forward.workspace.a[layer.index]
            found[:, label, place] = np.sum(np.square(a, dtype=np.float64), axis=0)
    return found


def accuracy_by_goodness(trainer: Trainer, split: Split) -> float | None:
    """Return the share of rows of ``split`` whose own label has the most goodness.

    None for a run that does not learn by forward-forward, and where there are no such rows.
    """
    assembly = trainer.assembly
    is_test = split == "test"
    inputs = assembly.seen.test_inputs if is_test else assembly.seen.inputs
    targets = assembly.test_targets if is_test else assembly.targets
    if not assembly.directs or inputs is None or targets is None:
        return None
    goodness = goodness_by_layer(trainer.network, inputs, targets.shape[1]).sum(axis=2)
    return float(np.mean(goodness.argmax(axis=1) == class_indices(targets)))
