"""A layer opened into its operations: the dot product, the bias added to it, the activation."""

from __future__ import annotations

from core.network.parameters import Floats
from core.training.snapshot import Snapshot


def weighted_sums(snapshot: Snapshot, layer: int) -> Floats | None:
    """Return (n,) W a of the sample in view, before the bias; None while there is no z.

    The program adds the bias within the product, so this is z − b, to the last rounding.
    """
    values = snapshot.trace.values
    z, b = values.get(f"z{layer}"), values.get(f"b{layer}")
    if z is None:
        return None
    sums: Floats = z if b is None else z - b
    return sums
