"""Pictures computed from a network for people to look at: response maps, a probe, predictions.

Everything runs forward operations over workspaces of its own, on the thread that owns the network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data import Dataset, class_indices, predicted_classes
from core.network.network import Network
from core.network.parameters import Floats
from core.training.evaluation import Evaluator, ForwardPass, determination
from core.training.frozen import frozen
from core.training.goodness import goodness_by_layer
from core.training.saliency import InputGradient, Saliency

NODE_MAP_SIZE = 40
OUTPUT_MAP_SIZE = 100
# A network with more parameters gets a coarser output map, so that a map never takes long.
LARGE_NETWORK = 4000
COARSE_MAP_SIZE = 50

Picture = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ResponseMaps:
    """What every unit answers over the square [-6, 6]²; rows run from x2 = +6 down.

    Attributes:
        inputs: (n[0], size, size) the network's inputs themselves.
        layers: per layer (n, size, size) what it hands on, layer 1 first.
        output: (n[L], fine, fine) the outputs on a finer grid.
        step: the step that they were computed at.
    """

    inputs: Picture
    layers: tuple[Picture, ...]
    output: Picture
    step: int


@dataclass(frozen=True, slots=True)
class Probe:
    """One row of the data sent through the network.

    Attributes:
        split, row: which row it is.
        raw: its inputs as they came, before any preparation.
        inputs, target: (n[0],) and (n[L],) as the network sees them.
        sums, activations: z and a per layer (n,), layer 1 first.
        outputs: what each layer hands on (n,): a, or with its input added to it.
        image_shape: of ``raw`` where it is a picture, else None.
        step: the step that it was computed at.
        saliency: of this row's loss; None while nobody looks at it.
        goodness: (C, H) that each hidden layer gives to the row with each label written in; None
            where the network does not learn by forward-forward.
    """

    split: str
    row: int
    raw: Floats
    inputs: Floats
    target: Floats
    sums: tuple[Floats, ...]
    activations: tuple[Floats, ...]
    outputs: tuple[Floats, ...]
    image_shape: tuple[int, int] | None
    step: int
    saliency: Saliency | None = None
    goodness: Floats | None = None


@dataclass(frozen=True, slots=True)
class Predictions:
    """What the network answers to the rows of one split.

    Attributes:
        split: "test", or "train" where there are no test rows.
        outputs: (N, n[L]).
        targets: (N, n[L]) encoded.
        predicted, truth: (N,) classes; None for regression.
        confusion: (C, C) counts, rows truth, columns predicted; None for regression.
        r2: coefficient of determination over all rows; None for classification, and where all
            targets are the same.
        step: the step that they were computed at.
    """

    split: str
    outputs: Floats
    targets: Floats
    predicted: NDArray[np.intp] | None
    truth: NDArray[np.intp] | None
    confusion: NDArray[np.intp] | None
    step: int
    r2: float | None = None


class Viewer:
    """Computes the pictures of one network over one dataset."""

    def __init__(self, network: Network, dataset: Dataset) -> None:
        """Build nothing yet: workspaces are made when a picture is first asked for."""
        self._network = network
        self._dataset = dataset
        self._passes: dict[int, ForwardPass] = {}
        self._input_gradient: InputGradient | None = None

    def response_maps(self, step: int) -> ResponseMaps | None:
        """Return the maps, or None where the data are not points of a plane."""
        if self._dataset.domain is None:
            return None
        large = self._network.layout.size > LARGE_NETWORK
        fine = COARSE_MAP_SIZE if large else OUTPUT_MAP_SIZE
        output = _picture(self._over_grid(fine).workspace.a[-1], fine)
        workspace = self._over_grid(NODE_MAP_SIZE).workspace
        maps = tuple(_picture(out[:-1], NODE_MAP_SIZE) for out in workspace.with_ones)
        return ResponseMaps(maps[0], maps[1:], output, step)

    def probe(
        self, split: str, row: int, targets: Floats, step: int, loss: str | None = None
    ) -> Probe:
        """Return row ``row`` of ``split``; ``targets`` are that split's, encoded.

        With ``loss`` its gradient with respect to the inputs is there too.
        """
        is_test = split == "test"
        inputs = self._dataset.test_inputs if is_test else self._dataset.inputs
        raw = self._dataset.raw_test_inputs if is_test else self._dataset.raw_inputs
        assert inputs is not None
        forward = self._pass(1)
        forward.load(inputs[row : row + 1])
        forward.run()
        return Probe(
            split,
            row,
            frozen(inputs[row] if raw is None else raw[row]),
            frozen(forward.workspace.a[0][:, 0]),
            frozen(targets[row]),
            tuple(frozen(z[:, 0]) for z in forward.workspace.z[1:]),
            tuple(frozen(a[:, 0]) for a in forward.workspace.a[1:]),
            tuple(frozen(out[:-1, 0]) for out in forward.workspace.with_ones[1:]),
            self._dataset.image_shape,
            step,
            None if loss is None else self._saliency(loss).of(inputs[row], targets[row]),
            self._goodness(inputs[row : row + 1], targets.shape[1]),
        )

    def predictions(self, split: str, evaluator: Evaluator, step: int) -> Predictions:
        """Return the answers to all rows of ``evaluator``."""
        outputs, targets = evaluator.outputs(), evaluator.targets
        if evaluator.task != "classification":
            answers = (split, frozen(outputs), frozen(targets))
            return Predictions(*answers, None, None, None, step, determination(outputs, targets))
        activation = self._network.layers[-1].activation
        predicted = predicted_classes(outputs, activation)
        truth = class_indices(targets)
        classes = max(2, outputs.shape[1])
        confusion = np.zeros((classes, classes), np.intp)
        np.add.at(confusion, (truth, predicted), 1)
        return Predictions(
            split,
            frozen(outputs),
            frozen(targets),
            frozen(predicted),
            frozen(truth),
            frozen(confusion),
            step,
        )

    def _goodness(self, inputs: Floats, classes: int) -> Floats | None:
        if not self._network.directs:
            return None
        return frozen(goodness_by_layer(self._network, inputs, classes)[0])

    def _saliency(self, loss: str) -> InputGradient:
        if self._input_gradient is None or self._input_gradient.loss != loss:
            self._input_gradient = InputGradient(self._network, loss)
        return self._input_gradient

    def _pass(self, rows: int) -> ForwardPass:
        if rows not in self._passes:
            self._passes[rows] = ForwardPass(self._network, rows)
        return self._passes[rows]

    def _over_grid(self, size: int) -> ForwardPass:
        rows = size * size
        if rows not in self._passes:
            self._pass(rows).load(self._dataset.grid(size))
        forward = self._pass(rows)
        forward.run()
        return forward


def _picture(responses: Floats, size: int) -> Picture:
    picture = responses.astype(np.float32).reshape(-1, size, size)
    picture.flags.writeable = False
    return picture
