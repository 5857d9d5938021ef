"""The group Schedule: how the learning rate follows the steps, with the numbers of the kind."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from core.spec import TrainingSpec
from core.step.schedules import total_steps
from core.training.snapshot import Snapshot
from gui.controls.choice import Choice
from gui.controls.names import SCHEDULES
from gui.controls.technique_group import TechniqueGroup
from gui.numbers import format_count, format_setting
from gui.widgets.control_row import ControlRow
from gui.widgets.number_field import NumberField
from gui.widgets.paragraph import Paragraph

MOST_STEPS = 2**53
LARGEST = 1e9
# Per number its label, what it means, and whether it is a count of steps.
NUMBERS = {
    "step_size": ("Every", "Steps between two cuts of the rate, in updates", True),
    "gamma": ("Factor γ", "What the rate is multiplied by, without a unit", False),
    "warmup_steps": ("Warm-up", "Over so many updates the rate rises to the base rate", True),
    "total_steps": ("Ends at", "The step at which the rate has reached its minimum", True),
    "minimum": ("Minimum", "The rate at the end of the schedule, per update", False),
}
USED = {
    "constant": (),
    "step": ("step_size", "gamma"),
    "exponential": ("gamma",),
    "cosine": ("total_steps", "minimum"),
    "warmup_cosine": ("warmup_steps", "total_steps", "minimum"),
}


class ScheduleGroup(TechniqueGroup):
    """The schedule of the learning rate.

    Attributes:
        kind: the choice of a schedule.
        fields: all its numbers, by their keys in the specification.

    Signals:
        kind_chosen: the user wants another schedule.
    """

    kind_chosen = Signal(str)

    def __init__(self) -> None:
        """Make the rows of every kind."""
        super().__init__("Schedule", "Schedule: how the learning rate follows the steps")
        self.kind = Choice(SCHEDULES, name="Schedule of the learning rate")
        self.kind.setToolTip("Schedule: the learning rate as a function of the updates done")
        self.fields: dict[str, NumberField] = {}
        self._rows: dict[str, ControlRow] = {}
        self._caption = Paragraph("heading")
        self.body.addWidget(ControlRow("Kind", self.kind, mark="live"))
        for key, (label, words, is_count) in NUMBERS.items():
            name = f"Schedule: {label.lower()}"
            field = NumberField(0, MOST_STEPS if is_count else LARGEST, name=name, whole=is_count)
            field.setToolTip(words)
            field.setObjectName(key)
            field.value_changed.connect(self._on_number)
            field.refused.connect(self.refused)
            self.fields[key] = field
            self._rows[key] = ControlRow(label, field, mark="live")
            self.body.addWidget(self._rows[key])
        self.body.addWidget(self._caption)
        self.kind.selected.connect(self.kind_chosen)

    def caption(self) -> str:
        """Return the sentence about the schedule."""
        return self._caption.text()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the schedule and the rows that it uses."""
        training = snapshot.spec.training
        schedule = training.schedule
        self.kind.set_selected(schedule.kind)
        for key, row in self._rows.items():
            row.setVisible(key in USED[schedule.kind])
            is_end = key == "total_steps"
            self.fields[key].set_value(total_steps(training) if is_end else getattr(schedule, key))

    def follow(self, snapshot: Snapshot) -> None:
        """Say where the schedule leads, and whether it has ended."""
        self._caption.set_words(_in_words(snapshot.spec.training, snapshot.step))

    def summary(self, snapshot: Snapshot) -> str:
        """Return the kind and where it leads."""
        training = snapshot.spec.training
        schedule = training.schedule
        name = SCHEDULES[schedule.kind]
        match schedule.kind:
            case "constant":
                return ""
            case "step" | "exponential":
                return f"{name} × {format_setting(schedule.gamma)}"
        ended = ", ended" if snapshot.step >= total_steps(training) else ""
        return f"{name} to {format_setting(schedule.minimum)}{ended}"

    @Slot(float)
    def _on_number(self, value: float) -> None:
        key = self.sender().objectName()
        number = round(value) if NUMBERS[key][2] else value
        self.change_requested.emit({"training": {"schedule": {key: number}}})


def _in_words(training: TrainingSpec, step: int) -> str:
    schedule = training.schedule
    base = format_setting(training.optimizer.learning_rate)
    gamma, every = format_setting(schedule.gamma), format_count(schedule.step_size)
    minimum, total = format_setting(schedule.minimum), total_steps(training)
    end = f"down to {minimum} at step {format_count(total)}"
    match schedule.kind:
        case "constant":
            return "The rate stays as it is set."
        case "step":
            return f"Base rate {base}, times {gamma} after every {every} steps."
        case "exponential":
            return f"Base rate {base}, times {gamma} after every step."
    if step >= total:
        return f"Ended at step {format_count(total)}: the rate stays at {minimum}."
    if schedule.kind == "cosine":
        return f"From {base} {end}, then constant."
    warmup = format_count(schedule.warmup_steps)
    return f"Up to {base} in {warmup} steps, then {end}."
