"""What the panels call a layer."""

from __future__ import annotations


def layer_name(layer: int, layer_count: int) -> str:
    """Return the name of ``layer``: 0 the inputs, ``layer_count`` the output."""
    if layer == 0:
        return "Inputs"
    return "Output" if layer == layer_count else f"Hidden {layer}"
