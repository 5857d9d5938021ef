"""Every named value of a step as an array with one row a sample.

Names are those of the ops' reads and writes. Two values of a fused output layer, da and the slope,
are factors that training never needs apart; they are derived here from the same a and y.
"""

from __future__ import annotations

import numpy as np

from core.network.activations import ACTIVATIONS
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.parameters import Floats
from core.step.backward import is_fused
from core.step.optimizers import OptimizerState
from core.step.program import Program
from core.step.shaping import Shaping
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
        self._kept: dict[str, Floats] = {"parameters": network.params.data, **state.arrays}
        for layer in network.layers:
            self._kept[f"W{layer.index}"] = layer.W
            self._kept[f"b{layer.index}"] = layer.b
        self._flat: dict[str, Floats] = {
            "update": state.update,
            "loss": workspace.loss,
            **shaping.vectors,
            **shaping.numbers,
        }
        self._flat["gradient"] = network.grads.data
        for layer in network.layers:
            self._flat[f"dW{layer.index}"] = layer.dW
            self._flat[f"db{layer.index}"] = layer.db
        self._columns: dict[str, Floats] = {
            "x": workspace.inputs,
            "y": workspace.targets,
            "dx": workspace.da[0],
        }
        for n in range(1, self._last + 1):
            for name in ("z", "a", "slope", "da", "dz"):
                self._columns[f"{name}{n}"] = getattr(workspace, name)[n]

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
            return self._factor(name) if self._program.has_written(f"dz{self._last}") else None
        written_with = "dW1" if name in ("gradient", "db1") else name
        written_with = f"dW{name[2:]}" if name.startswith("db") else written_with
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

    def _factor(self, name: str) -> Floats:
        a, y = self._workspace.a[self._last], self._workspace.targets
        factor = np.empty_like(a)
        if name.startswith("da"):
            LOSSES[self._loss].bind_gradient(a, y, factor)()
        else:
            np.multiply(a, 1 - a, factor)
        return factor.T
