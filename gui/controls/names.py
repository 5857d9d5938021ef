"""What the choices of the controls are called; keys are those of the specification."""

from __future__ import annotations

from core.spec import Activation, DataSpec, Initializer, OptimizerKind, choices
from core.spoken import capital, spoken
from gui.diagram.names import activation_name

MIXED = "mixed"

DATA_SETS = {
    "circle": "Circle",
    "xor": "XOR",
    "gaussians": "Gaussians",
    "spiral": "Two spirals",
    "moons": "Moons",
    "checkerboard": "Checkerboard",
    "plane": "Plane",
    "bumps": "Bumps",
    "sine": "Sine surface",
    "digits": "Handwritten digits",
    "iris": "Iris",
    "wine": "Wine",
    "breast_cancer": "Breast cancer",
    "inline": "Given rows",
    "file": "Own data",
}

LOSSES = {
    "mean_squared_error": "mean squared error",
    "half_squared_error": "half squared error",
    "binary_cross_entropy": "binary cross-entropy",
    "cross_entropy": "cross-entropy",
}

OPTIMIZERS = {kind: capital(spoken(kind)) for kind in choices(OptimizerKind)}

SCHEDULES = {
    "constant": "constant",
    "step": "in steps",
    "exponential": "exponential",
    "cosine": "cosine",
    "warmup_cosine": "warm-up, cosine",
}

GRADIENT_SOURCES = {
    "backpropagation": "backpropagation",
    "central_differences": "central differences",
    "evolution_strategies": "evolution strategies",
    "random_search": "random search",
    "feedback_alignment": "feedback alignment",
    "forward_forward": "forward-forward",
}

GRADIENT_STORAGES = {"same": "as computed", "float16": "float16"}

NORMALIZATIONS = {"none": "none", "batch": "batch", "layer": "layer"}

INITIALIZERS = {key: spoken(key) for key in choices(Initializer)}

ACTIVATIONS = {key: activation_name(key) for key in choices(Activation)}


def data_set_name(data: DataSpec) -> str:
    """Return what the data set is called, with the number of spirals where there are three."""
    return "Three spirals" if data.kind == "spiral" and data.arms == 3 else DATA_SETS[data.kind]
