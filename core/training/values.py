"""Every named value of a step as an array with one row a sample.

Names are those of the ops' reads and writes. Two values of a fused output layer, da and the slope,
are factors that training never needs apart; they are derived here from the same a and y.
"""

from __future__ import annotations

import numpy as np

from core.network.activations import ACTIVATIONS
from core.network.feedback import Feedback
from core.network.losses import LOSSES
from core.network.network import Layer, Network
from core.network.parameters import Floats
from core.step.backward import is_fused
from core.step.half_precision import EXACT, is_of_parameters
from core.step.optimizers import OptimizerState
from core.step.program import Program
from core.step.shaping import Shaping
from core.step.wiring import wires_of
from core.step.workspace import Workspace


class StepValues:
    """Reads the values of one program over one workspace.

    Attributes:
        by_sample: the names whose values have one row a sample.
        factors: the names that no op writes: the factors of a fused output layer, else none.
    """

    def __init__(
        self,
        network: Network,
        workspace: Workspace,
        state: OptimizerState,
        shaping: Shaping,
        program: Program,
        loss: str,
        feedback: Feedback | None = None,
    ) -> None:
        """Collect the arrays by name; nothing is copied yet."""
        self._program = program
        self._workspace = workspace
        self._network = network
        self._loss = loss
        self._last = len(network.layers)
        self._fused = is_fused(network, loss)
        # Softmax has no slope per unit: its second factor is a matrix.
        by_unit = ACTIVATIONS[network.layers[-1].activation].by_unit
        factors = (f"da{self._last}", f"slope{self._last}")[: 2 if by_unit else 1]
        self.factors = factors if self._fused else ()
        self._wires = wires_of(network.layers, drops=workspace.drops, directs=network.directs)
        fused = f"d{self._wires[-1].entering}"
        exact = f"{EXACT}{fused}"
        self._fused_name = exact if program.writes(exact) else fused
        self._kept: dict[str, Floats] = {
            "parameters": network.params.data,
            **state.arrays,
            **(feedback or {}),
        }
        for layer in network.layers:
            self._keep(layer, "W", "b", "gamma", "beta", "running_mean", "running_var")
        self._flat: dict[str, Floats] = {
            "update": state.update,
            "loss": workspace.loss,
            **shaping.vectors,
            **shaping.numbers,
        }
        self._flat["gradient"] = network.grads.data
        self._written_with = {"gradient": "dW1"}
        for layer in network.layers:
            self._flat[f"dW{layer.index}"] = layer.dW
            self._flat[f"db{layer.index}"] = layer.db
            if not program.writes(f"db{layer.index}"):
                self._written_with[f"db{layer.index}"] = f"dW{layer.index}"
            if layer.dgamma is not None and layer.dbeta is not None:
                self._flat[f"dgamma{layer.index}"] = layer.dgamma
                self._flat[f"dbeta{layer.index}"] = layer.dbeta
        self._columns: dict[str, Floats] = {
            "x": workspace.inputs,
            "y": workspace.targets,
            "dx": workspace.da[0],
        }
        for n in range(1, self._last + 1):
            for name in ("z", "a", "slope", "da", "dz"):
                self._columns[f"{name}{n}"] = getattr(workspace, name)[n]
        for name, array in workspace.extra.items():
            # The statistics of batch normalization are those of all samples together.
            if array.shape[1] == workspace.batch_size and program.writes(name):
                self._columns[name] = array
            elif program.writes(name):
                self._flat[name] = array[:, 0]
        for name, array in workspace.exact.items():
            is_flat = is_of_parameters(name.removeprefix(EXACT))
            (self._flat if is_flat else self._columns)[name] = array
        self.by_sample = frozenset(self._columns)

    def read(self, name: str) -> Floats | None:
        """Return the live array called ``name``, or None if it is not computed in this step.

        Values of samples have one row a sample.

        Raises:
            KeyError: there is no such value in this program.
        """
        if name in self._kept:
            return self._kept[name]
        if name in self.factors:
            # The op that fuses them is the first of the output layer.
            return self._factor(name) if self._program.has_written(self._fused_name) else None
        written_with = self._written_with.get(name, name)
        found = self._columns.get(name, self._flat.get(name))
        if found is None:
            raise KeyError(name)
        if not self._program.has_written(written_with):
            return None
        return found.T if name in self.by_sample else found

    def first_non_finite(self) -> tuple[int, str] | None:
        """Return (op index, value name) of the first written value that is not finite."""
        for index, op in enumerate(self._program.ops):
            for name in op.writes:
                value = self.read(name)
                if value is not None and not np.isfinite(value).all():
                    return index, name
        return None

    @property
    def loss_scale(self) -> float:
        """Return the factor of all gradients within the backward pass."""
        return float(self._workspace.loss_scale)

    def before(self, layer: int) -> str:
        """Return the name of what ``layer`` takes."""
        return self._wires[layer].before

    def _keep(self, layer: Layer, *names: str) -> None:
        for name in names:
            array = getattr(layer, name)
            if array is not None:
                self._kept[f"{name}{layer.index}"] = array

    def _factor(self, name: str) -> Floats:
        a, y = self._workspace.a[self._last], self._workspace.targets
        factor = np.empty_like(a)
        if name.startswith("da"):
            LOSSES[self._loss].bind_gradient(a, y, factor)()
        else:
            np.multiply(a, 1 - a, factor)
        return factor.T
