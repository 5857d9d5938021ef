"""The buffers of one batch size: everything a forward and a backward pass write.

Storage is feature-major. The buffer of a layer's activations is (n + 1, B) with a row of ones, so
that the bias is one more input of the next layer; the buffers of all layers lie behind one another,
so that one operation can fill the slopes of several. Nothing here is overwritten within a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.aligned import aligned_zeros
from core.network.parameters import Floats

# Values that every layer has.
BY_LAYER = ("z", "a", "slope", "da", "dz")


class Workspace:
    """Arrays of one batch size; ``z[0]`` is None and ``a[0]`` is the input, layers from 1.

    Attributes:
        batch_size: B.
        widths: (n[0], ..., n[L]).
        columns: (C, B) one column a sample as in a batch: its targets and below them its inputs.
        inputs, targets: x (n[0], B) and y (n[L], B), views of ``columns``.
        signs: (n[L], B) 1 - 2 y, the first rows of ``columns``, where targets are 0 and 1 and the
            loss makes use of it, else None.
        with_ones: per layer (n + 1, B), the activations and a row of ones; index 0 the inputs.
        z, a, slope, da, dz: per layer (n, B); the last three only for training. Index 0 of da is
            dL/dx.
        entering: per layer (n, B) what the activation is applied to: z, or what a normalization
            makes of it.
        entering_gradient, out_gradient: per layer (n, B) the gradients of ``entering`` and of what
            the layer hands on; dz and da where nothing stands between.
        extra: further values by name, which only some layers have.
        buffers: of further values that a layer takes, by name, with a row of ones behind them.
        exact: the gradients before they were rounded, by name, where they are stored in half
            precision.
        loss_scale: 0-d, the factor of all gradients within the backward pass.
        drops: whether dropout is on.
        loss: 0-d.
    """

    def __init__(
        self,
        widths: tuple[int, ...],
        batch_size: int,
        dtype: Any,
        training: bool,
        signed: bool = False,
    ) -> None:
        """Allocate for ``batch_size`` columns; without ``training`` only what a forward needs."""
        self.widths = widths
        self.batch_size = batch_size
        self.training = training
        self.dtype = np.dtype(dtype)
        self._rows = np.cumsum([0, *(n + 1 for n in widths)])
        self._blocks: dict[str, Floats] = {}
        # The inputs begin the block of the activations, and the targets lie right before it.
        count = widths[-1]
        above = count * (1 + signed)
        rows = aligned_zeros((above + int(self._rows[-1]), batch_size), self.dtype)
        self.columns: Floats = rows[: above + widths[0]]
        self.signs: Floats | None = rows[:count] if signed else None
        self.targets: Floats = rows[above - count : above]
        outputs = self._blocks["a"] = rows[above:]
        self.with_ones = [self._part(outputs, layer, 1) for layer in range(len(widths))]
        for buffer in self.with_ones:
            buffer[-1] = 1.0
        self.a = [buffer[:-1] for buffer in self.with_ones]
        self.z = self._parts("z")
        self.slope = self._parts("slope") if training else []
        self.da = self._parts("da") if training else []
        self.dz = self._parts("dz") if training else []
        self.inputs = self.a[0]
        self.entering = list(self.z)
        self.entering_gradient, self.out_gradient = list(self.dz), list(self.da)
        self.extra: dict[str, Floats] = {}
        self.buffers: dict[str, Floats] = {}
        self.exact: dict[str, Floats] = {}
        self.loss_scale: Floats = np.ones((), self.dtype)
        self.drops = False
        self.loss: Floats = np.zeros((), self.dtype)

    def array(self, name: str) -> Floats:
        """Return the array (n, B) of a value by its name in the ops, such as ``z1``, ``y``, ``dx``.

        Raises:
            KeyError: no such value lies here.
        """
        if name in self.extra:
            return self.extra[name]
        if name in ("x", "y", "dx"):
            return {"x": self.inputs, "y": self.targets, "dx": self.da[0]}[name]
        kind = name.rstrip("0123456789")
        if kind not in BY_LAYER or kind == name:
            raise KeyError(name)
        found: Floats = getattr(self, kind)[int(name[len(kind) :])]
        return found

    def normalize(self, layer: int) -> None:
        """Give ``layer`` an array for what its normalization makes of z, and for its gradient."""
        if "s" not in self._blocks:
            self._normalized = self._parts("s")
            self._normalized_gradient = self._parts("ds") if self.training else []
        self.entering[layer] = self.extra[f"s{layer}"] = self._normalized[layer]
        if self.training:
            gradient = self._normalized_gradient[layer]
            self.entering_gradient[layer] = self.extra[f"ds{layer}"] = gradient

    def add(self, name: str, shape: tuple[int, int]) -> Floats:
        """Return a new array for the value called ``name``."""
        array: Floats = aligned_zeros(shape, self.dtype)
        self.extra[name] = array
        return array

    def add_output(self, layer: int, name: str) -> Floats:
        """Return a new array for what ``layer`` hands on, with a row of ones behind it."""
        buffer: Floats = aligned_zeros((self.widths[layer] + 1, self.batch_size), self.dtype)
        buffer[-1] = 1.0
        self.with_ones[layer] = buffer
        self.extra[name] = buffer[:-1]
        return buffer[:-1]

    def stretch(self, name: str, first: int, last: int) -> Floats:
        """Return the flat view of block ``name`` over layers ``first`` to ``last``, padding too."""
        block = self._blocks[name]
        start, stop = int(self._rows[first]), int(self._rows[last + 1]) - 1
        return block.reshape(-1)[start * self.batch_size : stop * self.batch_size]

    def _part(self, block: Floats, layer: int, padding: int) -> Floats:
        start = int(self._rows[layer])
        return block[start : start + self.widths[layer] + padding]

    def _parts(self, name: str) -> list[Floats]:
        block: Floats = aligned_zeros((int(self._rows[-1]), self.batch_size), self.dtype)
        self._blocks[name] = block
        return [self._part(block, layer, 0) for layer in range(len(self.widths))]
