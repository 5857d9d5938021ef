"""What somebody looks at in a run. Pictures show it; nothing that is trained depends on it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from core.diagnosis.histograms import Quantity
from core.training.evaluation import Split
from core.training.shares import FIRST_PLACE, ParameterPlace

if TYPE_CHECKING:
    from core.training.commands import LookAt


@dataclass
class InView:
    """What is looked at.

    Attributes:
        sample: the place in the batch of the sample in view.
        probe: split and row of the data that is looked at between steps.
        parameter: the weight or bias whose gradient is looked at sample by sample.
        quantity: what histograms are made of.
        saliency: whether the gradient of the probed row's loss for its inputs is looked at.
    """

    sample: int = 0
    probe: tuple[Split, int] = ("test", 0)
    parameter: ParameterPlace = FIRST_PLACE
    quantity: Quantity = "gradients"
    saliency: bool = False

    def look_at(self, wish: LookAt) -> None:
        """Look at what ``wish`` names, and at all else as before."""
        for field in fields(self):
            wanted = getattr(wish, field.name)
            if wanted is not None:
                setattr(self, field.name, wanted)

    def begin_rows(self) -> None:
        """Look at the first sample and the first row, since there are others now."""
        self.sample, self.probe = 0, ("test", 0)
