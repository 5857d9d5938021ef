"""What can be asked of the runner, and what it has to tell.

Commands are carried out in the order they were sent; events are delivered in the order they
happened and never dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.diagnosis.breakpoints import Breakpoint
from core.diagnosis.findings import Kind, Remedy
from core.diagnosis.histograms import Quantity
from core.spec import ExperimentSpec
from core.training.evaluation import Split
from core.training.points import PointEdit
from core.training.shares import ParameterPlace

if TYPE_CHECKING:
    from core.training.trainer import Trainer

Granularity = Literal["op", "layer", "pass", "batch", "epoch"]


@dataclass(frozen=True, slots=True)
class Run:
    """Train until paused."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop at a step's boundary."""


@dataclass(frozen=True, slots=True)
class Step:
    """Pause, then go on by one op, layer, pass, batch or epoch."""

    granularity: Granularity = "batch"


@dataclass(frozen=True, slots=True)
class StepBack:
    """Pause, then go back by one op, layer, pass, batch or epoch."""

    granularity: Granularity = "op"


@dataclass(frozen=True, slots=True)
class GoToOp:
    """Pause, then go to where the op at ``place`` of the step on show is the last that has run."""

    place: int


@dataclass(frozen=True, slots=True)
class Isolate:
    """Let the step at hand see one training row alone; None: its whole batch again."""

    row: int | None


@dataclass(frozen=True, slots=True)
class SetBreakpoints:
    """Pause before an update that one of ``breakpoints`` is about."""

    breakpoints: tuple[Breakpoint, ...]


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Run at ``steps_per_second``, or flat out where that is None."""

    steps_per_second: float | None


@dataclass(frozen=True, slots=True)
class Reset:
    """Start the same run again; also what a failed run needs."""


@dataclass(frozen=True, slots=True)
class Change:
    """Merge ``changes`` over the spec.

    Changes in a row with the same ``gesture``, such as one drag of a slider, are undone as one.
    """

    changes: Mapping[str, Any]
    gesture: str = ""


@dataclass(frozen=True, slots=True)
class EditPoints:
    """Add or erase points of the plane; those of one ``gesture`` are undone as one."""

    edit: PointEdit
    gesture: str = ""


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Give one weight or bias another value, where the run stands; a step in progress starts again.

    Edits of one place in a row with the same ``gesture`` are undone as one.
    """

    place: ParameterPlace
    value: float
    gesture: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the latest change of settings, structure or data back."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Make the change that was taken back last once more."""


@dataclass(frozen=True, slots=True)
class Cure:
    """Apply a remedy of a finding of ``kind`` as one change that can be undone."""

    kind: Kind
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Try:
    """Run a ghost with a remedy beside the run, from step 0 or from the run's weights."""

    kind: Kind
    remedy: Remedy
    from_start: bool = True


@dataclass(frozen=True, slots=True)
class EndTrial:
    """End the trial: let the ghost take the run's place, or drop it."""

    apply: bool


@dataclass(frozen=True, slots=True)
class Load:
    """Start anew with another spec."""

    spec: ExperimentSpec


@dataclass(frozen=True, slots=True)
class LookAt:
    """Choose what is looked at.

    A place in the batch, a row of a split of the data, a parameter, what histograms are made of,
    and whether the gradient of that row's loss with respect to its inputs is wanted.
    """

    sample: int | None = None
    probe: tuple[Split, int] | None = None
    parameter: ParameterPlace | None = None
    quantity: Quantity | None = None
    saliency: bool | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Call ``question`` with the trainer between steps; the answer comes back as an event."""

    question: Callable[[Trainer], Any]
    tag: str = ""


# What makes the run another one.
Changing = Reset | Load | Change | EditPoints | SetParameter | Undo | Redo | Cure
Command = (
    Run
    | Pause
    | Step
    | StepBack
    | GoToOp
    | Isolate
    | SetBreakpoints
    | SetSpeed
    | Changing
    | Try
    | EndTrial
    | LookAt
    | Ask
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the program stopped the run; it takes Reset."""

    type: str
    message: str
    traceback: str
    step: int
    op: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A command was refused and has changed nothing."""

    command: Command
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a line."""

    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an ``Ask``."""

    tag: str
    value: Any


Event = Failure | Refused | Note | Answer
