"""Gradients made of forward passes alone: the loss is looked at with other parameters.

A probe is a second network with the same batch, whose parameters are tried; the run's own are only
read. Each source is one op that fills the whole gradient, so any optimizer can use it. Central
differences are exact up to rounding; evolution strategies follow Salimans et al. 2017 with
antithetic pairs and without rank shaping; random search takes the best of several trial directions
(Rastrigin 1963; convergence in Solis and Wets 1981). Draws are functions of seed and step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.network import Network
from core.network.parameters import Floats
from core.network.runs import Run
from core.random_streams import random_stream
from core.spec import TrainingSpec
from core.step.hyperparameters import Hyperparameters
from core.step.operations import Op
from core.step.straight_line import straight_line
from core.step.workspace import Workspace

# The error of a central difference is about h² + (rounding of the loss) / h: least near the cube
# root of the rounding, which is 6e-6 and 5e-3.
STEP_SIZES = {"float64": 1e-5, "float32": 5e-3}

BuildPass = Callable[[Network, Workspace], list[Op]]


@dataclass(frozen=True)
class Probe:
    """A forward pass with parameters of its own.

    Attributes:
        parameters: (P,) to be tried; nothing else reads them.
        take_batch: brings in the batch of the step.
        loss: runs the pass and returns the mean loss over the batch.
    """

    parameters: Floats
    take_batch: Run
    loss: Callable[[], float]


def make_probe(network: Network, workspace: Workspace, build: BuildPass) -> Probe:
    """Return a probe of ``network`` over the batch that ``workspace`` holds.

    ``build`` returns the ops of a forward pass and its loss over the network and the workspace that
    it is given.
    """
    twin = network.twin()
    # A forward pass of training, where the one in ``workspace`` is; what only a backward pass would
    # fill is never touched.
    training, signed = workspace.training, workspace.signs is not None
    own = Workspace(network.layout.widths, workspace.batch_size, network.dtype, training, signed)
    run_all = straight_line((op.run for op in build(twin, own)), {})
    running = twin.running.data
    columns, batch, read_loss = own.columns, workspace.columns, own.loss.item

    def take_batch() -> None:
        columns[...] = batch
        running[...] = network.running.data

    def loss() -> float:
        run_all()
        return read_loss()

    return Probe(twin.params.data, take_batch, loss)


def gradient_op(
    network: Network,
    workspace: Workspace,
    training: TrainingSpec,
    seed: int,
    hyper: Hyperparameters,
    probe: Probe,
) -> Op:
    """Return the op that fills ``network.grads`` for the batch in ``workspace``."""
    source = training.gradient_source
    parts = _Parts(network, workspace, training.population, seed, hyper, probe)
    reads: tuple[str, ...] = ("parameters", "x", "y")
    if source == "random_search":
        reads = (*reads, "loss")
    kinds = dict.fromkeys(
        (kind, layer.index)
        for layer in network.layers
        for kind in network.layout.row_names(layer.index)
    )
    writes = [f"d{kind}{n}" for kind, n in kinds]
    make, formula = _SOURCES[source]
    run = make(parts)
    return Op("gradient", "backward", 0, reads, tuple(writes), formula, run)


@dataclass(frozen=True)
class _Parts:
    network: Network
    workspace: Workspace
    population: int
    seed: int
    hyper: Hyperparameters
    probe: Probe

    @property
    def parameters(self) -> Floats:
        return self.network.params.data

    @property
    def gradient(self) -> Floats:
        return self.network.grads.data


def steps_of_differences(parameters: Floats) -> NDArray[np.float64]:
    """Return h by parameter (P,): larger only where adding it would be lost in rounding."""
    least = np.spacing(np.abs(parameters)).astype(np.float64)
    return np.maximum(STEP_SIZES[parameters.dtype.name], least)


def _central_differences(p: _Parts) -> Run:
    parameters, gradient = p.parameters, p.gradient
    tried, loss, take_batch = p.probe.parameters, p.probe.loss, p.probe.take_batch

    def run() -> None:
        take_batch()
        tried[...] = parameters
        for i, h in enumerate(steps_of_differences(parameters).tolist()):
            kept = tried.item(i)
            tried[i] = kept + h
            above, loss_above = tried.item(i), loss()
            tried[i] = kept - h
            below, loss_below = tried.item(i), loss()
            tried[i] = kept
            # By what was really added: a sum with h is rounded too.
            gradient[i] = (loss_above - loss_below) / (above - below)

    return run


def _evolution_strategies(p: _Parts) -> Run:
    parameters, gradient, hyper, seed = p.parameters, p.gradient, p.hyper, p.seed
    tried, loss, take_batch = p.probe.parameters, p.probe.loss, p.probe.take_batch
    size, dtype, pairs = len(tried), tried.dtype, p.population // 2

    def run() -> None:
        take_batch()
        gradient[...] = 0.0
        stream = random_stream(seed, "evolution strategies", hyper.step)
        for _ in range(pairs):
            direction = stream.standard_normal(size).astype(dtype, copy=False)
            shift = hyper.sigma * direction
            np.add(parameters, shift, tried)
            loss_above = loss()
            np.subtract(parameters, shift, tried)
            direction *= (loss_above - loss()) / (2 * pairs * hyper.sigma)
            np.add(gradient, direction, gradient)

    return run


def _random_search(p: _Parts) -> Run:
    parameters, gradient, hyper, seed = p.parameters, p.gradient, p.hyper, p.seed
    tried, loss, take_batch = p.probe.parameters, p.probe.loss, p.probe.take_batch
    size, dtype, here = len(tried), tried.dtype, p.workspace.loss

    def run() -> None:
        take_batch()
        gradient[...] = 0.0
        stream = random_stream(seed, "random search", hyper.step)
        best = here.item()
        for _ in range(p.population):
            direction = stream.standard_normal(size)
            direction /= np.linalg.norm(direction)
            direction = direction.astype(dtype, copy=False)
            np.add(parameters, hyper.sigma * direction, tried)
            found = loss()
            if found < best:
                best = found
                np.multiply(direction, (found - here.item()) / hyper.sigma, gradient)

    return run


_SOURCES: dict[str, tuple[Callable[[_Parts], Run], str]] = {
    "central_differences": (_central_differences, "∂L/∂θᵢ ≈ (L(θ + h eᵢ) − L(θ − h eᵢ)) / 2h"),
    "evolution_strategies": (_evolution_strategies, "∇L ≈ Σ L(θ + σ εᵢ) εᵢ / (n σ)"),
    "random_search": (_random_search, "∇L ≈ (L(θ + σ u) − L(θ)) / σ · u,  u = the best of n"),
}
