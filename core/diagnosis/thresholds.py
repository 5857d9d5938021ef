"""From where on a warning is raised: the measured thresholds, and a user's own in their place.

The defaults separate healthy runs from faulty ones on the labelled runs; with them a run is judged
the same everywhere. Whoever is watched for more, or for less, sets others. What is exact (copies,
numbers that are not finite) and what belongs to the task (guessing) is no threshold of taste and
not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from core.diagnosis.words import number
from core.errors import UserError


class Thresholds(Struct, frozen=True, kw_only=True):
    """The thresholds of all rules; what each means stands in ``THRESHOLDS``."""

    growth: float = 10.0
    spike: float = 1000.0
    far: float = 20.0
    signal: float = 1e-2
    silent_layer: float = 0.75
    silent_network: float = 0.4
    flat: float = 0.5
    long_steps: float = 0.1
    wrecked: float = 0.3
    above_guessing: float = 1.01
    lost_ground: float = 1.4
    rise: float = 1.25
    gap: float = 0.08
    pace: float = 0.5
    underflow: float = 0.5
    feature_spread: float = 10.0
    feature_size: float = 10.0
    feature_shift: float = 3.0

    def source(self, name: str, measured: str, factor: float = 1.0) -> str:
        """Return where ``factor`` times the threshold ``name`` comes from.

        ``measured`` is said of the default.
        """
        default = getattr(MEASURED, name)
        if getattr(self, name) == default:
            return measured
        return f"yours, in place of the measured {number(factor * default, 4)}"

    def with_value(self, name: str, value: float) -> Thresholds:
        """Return these with another value of ``name``.

        Raises:
            UserError: there is no such threshold, or the value is outside its range.
        """
        known = next((each for each in THRESHOLDS if each.name == name), None)
        if known is None:
            raise UserError(f"thresholds.{name}: there is no such threshold")
        if not known.low <= value <= known.high:
            low, high = number(known.low, 4), number(known.high, 4)
            raise UserError(
                f"thresholds.{name}: expected a number from {low} to {high}, got {value}"
            )
        changes: Mapping[str, Any] = {name: float(value)}
        return replace(self, **changes)


MEASURED = Thresholds()


class InForce:
    """The thresholds in force: all runs of a trainer read them here, at every record.

    Attributes:
        thresholds: the measured ones, until others are set.
    """

    def __init__(self) -> None:
        """Begin with the measured ones."""
        self.thresholds = MEASURED


@dataclass(frozen=True, slots=True)
class Threshold:
    """What there is to say of one.

    Attributes:
        name: its field in ``Thresholds``.
        kind: the warning it belongs to, in words.
        title: what is compared with it.
        sentence: when the warning is raised.
        unit: what it counts.
        low, high: its range.
    """

    name: str
    kind: str
    title: str
    sentence: str
    unit: str
    low: float
    high: float

    @property
    def default(self) -> float:
        """Return the measured value."""
        return float(getattr(MEASURED, self.name))


THRESHOLDS = (
    Threshold(
        "signal",
        "Vanishing gradient",
        "Error signal that is left",
        "Warns where the first hidden layer receives less than this of what the last one does.",
        "of the signal",
        1e-12,
        0.3,
    ),
    Threshold(
        "growth",
        "Exploding, learning rate too high",
        "Growth of the loss",
        "Warns where the loss, or a batch's, is more than so many times that of the start.",
        "times",
        1.5,
        1e12,
    ),
    Threshold(
        "spike",
        "Exploding, learning rate too high",
        "Spike of a batch",
        "Warns where one batch was ever so many times the start and the run has not recovered.",
        "times",
        1.5,
        1e12,
    ),
    Threshold(
        "far",
        "Exploding, learning rate too high",
        "Distance from guessing",
        "Warns where the loss begins at and stays above so many times the best constant guess.",
        "times",
        1.5,
        1e12,
    ),
    Threshold(
        "long_steps",
        "Exploding, learning rate too high",
        "Size of an update",
        "Warns where an update is larger than this share of the weights.",
        "of the weights",
        1e-4,
        10.0,
    ),
    Threshold(
        "wrecked",
        "Exploding, learning rate too high",
        "Units lost to long steps",
        "Warns where steps push more than this share of a layer onto its flat side.",
        "of a layer",
        0.01,
        1.0,
    ),
    Threshold(
        "above_guessing",
        "Exploding, learning rate too high",
        "Stay above guessing",
        "Warns where the loss stays above so many times the best constant guess.",
        "times",
        1.001,
        100.0,
    ),
    Threshold(
        "lost_ground",
        "Exploding, learning rate too high",
        "Ground that is lost",
        "Warns where the loss is back at more than so many times its best.",
        "times",
        1.05,
        100.0,
    ),
    Threshold(
        "silent_layer",
        "Dead units",
        "Silent units of a layer",
        "Warns where this share of a layer's ReLU units answers 0 to every row.",
        "of a layer",
        0.01,
        1.0,
    ),
    Threshold(
        "silent_network",
        "Dead units",
        "Silent units of the network",
        "Warns where this share of all ReLU units answers 0 to every row.",
        "of all units",
        0.01,
        1.0,
    ),
    Threshold(
        "flat",
        "Saturated units",
        "Outputs on the flat part",
        "Warns where this share of a layer's outputs lies where the activation has no slope.",
        "of a layer",
        0.01,
        1.0,
    ),
    Threshold(
        "rise",
        "Overfitting",
        "Rise of the test loss",
        "Warns where the test loss is so many times its best, and the gap is there too.",
        "times",
        1.01,
        100.0,
    ),
    Threshold(
        "gap",
        "Overfitting",
        "Gap between the scores",
        "Warns where the training score is above the test score by more, and the rise is there.",
        "of the score",
        0.001,
        1.0,
    ),
    Threshold(
        "pace",
        "Slow",
        "Progress that is expected",
        "Warns of a loss that hardly moves and will have lost less than this by the end.",
        "of guessing's loss",
        0.01,
        0.65,
    ),
    Threshold(
        "underflow",
        "Half precision",
        "Gradients rounded to 0",
        "Warns where half precision rounds this share of a layer's gradients to 0.",
        "of a layer",
        0.01,
        1.0,
    ),
    Threshold(
        "feature_spread",
        "Inputs that are not normalized",
        "Widest to narrowest",
        "Warns where the widest input spans more than so many times the narrowest.",
        "times",
        1.5,
        1e12,
    ),
    Threshold(
        "feature_size",
        "Inputs that are not normalized",
        "Size of the inputs",
        "Warns where the widest input deviates more than this, or less than 1 over this.",
        "deviation",
        1.5,
        1e12,
    ),
    Threshold(
        "feature_shift",
        "Inputs that are not normalized",
        "Shift of an input",
        "Warns where the mean of an input is more than so many deviations away from 0.",
        "deviations",
        0.5,
        1e12,
    ),
)
