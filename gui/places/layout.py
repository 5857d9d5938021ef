"""What the user made of the arrangement: moved, resized, hidden and floating panels.

A ``Layout`` is a value that can be written to a file. What the user has not moved follows the
design, whose trees stand here: they differ with what the right column shows, as the design asks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from gui.arrangement import Mode
from gui.places.tree import Split, as_data, column, from_data, row

# Raised when what is written changes its meaning: an older one is then left aside.
VERSION = 1

TITLES = {
    "controls": "Controls",
    "network": "Network",
    "right": "Output, trace, warnings",
    "loss": "Loss",
    "gradients": "Layers",
    "confusion": "Confusion",
    "stage": "Stage",
    "waterfall": "Why this gradient",
    "ledger": "Parameters",
}
TRAINING = ("controls", "network", "right", "loss", "gradients", "confusion")
STEP = ("rail", "stage", "right", "waterfall", "ledger")
# They stand at the left or the right edge, with a width of their own.
AT_EDGES = frozenset({"controls", "rail"})

_PLOTS = row("loss", "gradients")
DESIGN: dict[Mode, Split] = {
    "map": row("controls", column(row("network", "right"), _PLOTS)),
    "samples": row("controls", column("network", _PLOTS), column("right", "confusion")),
    "tall": row("controls", column("network", _PLOTS), "right"),
}
DESIGN_STEP = row("rail", column("stage", row("waterfall", "ledger")), "right")


@dataclass(frozen=True)
class Layout:
    """Where the panels are.

    Attributes:
        training, step: what lies beside what while training runs and while a step is taken
            apart; None: as designed.
        factors: see ``placing.Sizes``.
        hidden: panels that are not to be seen.
        floating: panels in windows of their own, with x, y, width, height of these.
    """

    training: str | Split | None = None
    step: str | Split | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    floating: Mapping[str, tuple[int, int, int, int]] = field(default_factory=dict)


def to_text(layout: Layout) -> str:
    """Return ``layout`` as one line of JSON."""
    trees = {"training": layout.training, "step": layout.step}
    return json.dumps(
        {
            "version": VERSION,
            **{key: None if tree is None else as_data(tree) for key, tree in trees.items()},
            "factors": dict(layout.factors),
            "hidden": sorted(layout.hidden),
            "floating": dict(layout.floating),
        }
    )


def from_text(text: str) -> Layout:
    """Return the layout that ``to_text`` wrote.

    Raises:
        ValueError: it is damaged or of another version, with what is wrong.
    """
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError(f"not of version {VERSION}")
    try:
        training, step = data["training"], data["step"]
        layout = Layout(
            None if training is None else from_data(training, TRAINING),
            None if step is None else from_data(step, STEP),
            {str(key): float(factor) for key, factor in data["factors"].items()},
            frozenset(data["hidden"]),
            {name: _window(numbers) for name, numbers in data["floating"].items()},
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    if not all(math.isfinite(factor) and 0 < factor < 1e6 for factor in layout.factors.values()):
        raise ValueError("a factor is not a number > 0")
    unknown = (layout.hidden | set(layout.floating)) - set(TITLES)
    if unknown:
        raise ValueError(f"no panels: {', '.join(sorted(map(str, unknown)))}")
    return layout


def _window(numbers: list[int]) -> tuple[int, int, int, int]:
    x, y, width, height = (int(number) for number in numbers)
    if not (0 < width < 1e5 and 0 < height < 1e5 and max(abs(x), abs(y)) < 1e6):
        raise ValueError(f"no window: {numbers}")
    return x, y, width, height
