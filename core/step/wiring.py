"""How values hang together within and between layers, by name.

A layer is z = W a + b, then perhaps a normalization (s), the activation (a), perhaps dropout (h),
and perhaps the sum with the layer's input (r). What a layer hands on is the last of a, h and r, or
in forward-forward the direction u of its answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Techniques(Protocol):
    """What of a layer decides its wires; a specified layer has it and a built one."""

    @property
    def normalization(self) -> str:
        """None, batch or layer."""

    @property
    def dropout(self) -> float:
        """The probability."""

    @property
    def residual(self) -> bool:
        """Whether it adds its input."""


class Wires(NamedTuple):
    """The names at the joints of one layer.

    Attributes:
        before: what z is made of.
        entering: what the activation is applied to, z or s.
        dropped: what the residual adds its input to, a or h.
        out: what the layer hands on.
        out_gradient: dL/d out; where the layer adds its input, that of ``dropped`` is the same.
    """

    before: str
    entering: str
    dropped: str
    out: str
    out_gradient: str


def wires_of(layers: Sequence[Techniques], *, drops: bool, directs: bool = False) -> list[Wires]:
    """Return the wires of all layers, the inputs first; without ``drops`` dropout is off.

    With ``directs`` hidden layers hand on directions, and have no other techniques.
    """
    wires = [Wires("", "", "", "x", "dx")]
    for n, layer in enumerate(layers, start=1):
        dropped = f"h{n}" if layer.dropout and drops else f"a{n}"
        if directs and n < len(layers):
            dropped = f"u{n}"
        wires.append(
            Wires(
                before=wires[-1].out,
                entering=f"z{n}" if layer.normalization == "none" else f"s{n}",
                dropped=dropped,
                out=f"r{n}" if layer.residual else dropped,
                out_gradient=f"d{dropped}",
            )
        )
    return wires
