"""Why a parameter has the gradient it has: the factors from the output's error down to it.

For the sample in view the gradient of a weight is the error at its unit times the activation
before it, and that error has come down through the weights and slopes of the layers above, their
masks, normalizations and shortcuts. Where several paths lead there, the strongest is followed, and
a factor of its own says how much all of them bring, so that the factors multiply out to the
sample's share of the gradient. Every product on the way is the number of the step itself; what the
step has not computed yet is unknown.
"""

from __future__ import annotations

from core.explain.reference import Reference
from core.explain.waterfall_chain import Chain
from core.explain.waterfall_steps import MOST_STEPS, Waterfall, folded
from core.training.snapshot import Snapshot


def gradient_waterfall(
    snapshot: Snapshot,
    parameter: Reference,
    hidden: frozenset[str] = frozenset(),
    most: int = MOST_STEPS,
) -> Waterfall:
    """Return the factors of ``parameter`` for the sample in view.

    Values whose names are in ``hidden``, and products that would give them away, are unknown.
    Where there are more than ``most`` factors, those of a layer are taken together.
    """
    groups = Chain(snapshot, parameter, hidden).groups()
    flat = [step for _, group in groups for step in group]
    known = [step.product for step in flat if step.product is not None]
    gradient_name = f"d{parameter.name}"
    gradient = None if gradient_name in hidden else snapshot.trace.values.get(gradient_name)
    return Waterfall(
        parameter,
        tuple(folded(groups, most)),
        known[-1] if known else None,
        flat[-1].product,
        None if gradient is None else float(gradient[parameter.index]),
        len(snapshot.trace.rows),
    )
