"""One line for what only backpropagation can explain, where the gradient comes from elsewhere."""

from __future__ import annotations

from core.spec import TrainingSpec

_WHY = {
    "central_differences": "central differences send no error back",
    "evolution_strategies": "evolution strategies send no error back",
    "random_search": "random search sends no error back",
    "forward_forward": "in forward-forward every layer learns by itself",
    "feedback_alignment": "feedback alignment sends errors through random numbers, not weights",
}


def needs_backpropagation(training: TrainingSpec, what: str) -> str:
    """Return why there is no ``what`` ("The waterfall") in this run; "" where there is."""
    why = _WHY.get(training.gradient_source)
    return f"{what} needs backpropagation: {why}." if why else ""
