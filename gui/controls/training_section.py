"""The section Training: loss, update rule and its numbers, batches, the seed, and the techniques.

While a schedule is on the learning rate that is shown is the one in force, and another one scales
the schedule. Only where nothing is left to scale, at the end of a cosine, the base rate is shown.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from core.random_streams import another_seed
from core.training.fitting import change_for_loss
from core.training.misfits import dataset_of
from core.training.rate_changes import change_rate_in_force, change_schedule, is_scalable
from core.training.snapshot import Snapshot
from gui.controls.choice import Choice
from gui.controls.control_section import ControlSection
from gui.controls.feature_chips import FeatureChip
from gui.controls.gradient_group import GradientGroup
from gui.controls.hyperparameter_row import HyperparameterRow
from gui.controls.names import LOSSES, OPTIMIZERS
from gui.controls.regularization_group import RegularizationGroup
from gui.controls.schedule_group import ScheduleGroup
from gui.controls.technique_folds import TechniqueFolds
from gui.numbers import format_count, format_setting
from gui.stylesheet import with_role
from gui.widgets.control_row import ControlRow
from gui.widgets.labeled_slider import LabeledSlider
from gui.widgets.log_slider import LogSlider
from gui.widgets.number_field import NumberField

BATCH_SIZES = (1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 512, 1024)
RATES = (1e-5, 10.0)
TYPED_RATES = (1e-12, 1e9)
LOSS_LABEL_PIXELS = 58
RATE_DIGITS = 3
LARGEST_SEED = 2**53
SEED_LABEL_PIXELS = 54
# Name, sentence and keys of the buttons; the menu has the same commands.
SAME_START = ("Same start", "Begin again with this seed: the same weights and batches.", "Ctrl+R")
NEW_START = ("New start", "Begin again with another seed: all is drawn anew.", "Ctrl+Shift+R")
RATE, RATE_NOW, BASE_RATE = "Learning rate", "Rate now", "Base rate"
RATE_TIPS = {
    RATE: "Learning rate: how far an update follows the gradient, per update",
    RATE_NOW: "Learning rate in force, per update; another one scales the whole schedule",
    BASE_RATE: "Learning rate that the schedule starts from, per update; in force it is {now}",
}


class TrainingSection(ControlSection):
    """How a network learns.

    Attributes:
        loss, optimizer: choices.
        learning_rate: slider and number; with a schedule the rate in force.
        hyperparameters: the numbers of the update rule.
        batch_size: a slider over the usual sizes.
        seed: the number that everything random follows from.
        same_start, new_start: the buttons that begin again, with this seed or another.
        schedule, regularization, gradient: groups of techniques.
        techniques: what folds them away.

    Signals:
        same_start_requested: the user wants to begin again with the same seed.
    """

    same_start_requested = Signal()

    def __init__(self) -> None:
        """Make all rows."""
        super().__init__("Training")
        self._shown: Snapshot | None = None
        self._step = 0
        self.loss = Choice(LOSSES, name="Loss")
        self.optimizer = Choice(OPTIMIZERS, name="Optimizer")
        self.learning_rate = LogSlider("Learning rate", *RATES, typed_range=TYPED_RATES)
        self.hyperparameters = HyperparameterRow()
        self._rate_row = ControlRow(RATE, self.learning_rate, mark="live")
        self.batch_size = LabeledSlider("Batch size", BATCH_SIZES, mark="live", words=format_count)
        self.seed = NumberField(0, LARGEST_SEED, name="Seed", whole=True)
        self.same_start = _start_button("Same", *SAME_START)
        self.new_start = _start_button("New", *NEW_START)
        self.schedule = ScheduleGroup()
        self.regularization = RegularizationGroup()
        self.gradient = GradientGroup()
        groups = (self.schedule, self.regularization, self.gradient)
        self.techniques = TechniqueFolds(groups)
        for row in (
            ControlRow("Loss", self.loss, mark="live", label_width=LOSS_LABEL_PIXELS),
            ControlRow("Optimizer", self.optimizer, mark="live"),
            self._rate_row,
            self.hyperparameters,
            self.batch_size,
            ControlRow(
                "Seed",
                self.seed,
                self.same_start,
                self.new_start,
                mark="anew",
                label_width=SEED_LABEL_PIXELS,
            ),
            self.techniques,
        ):
            self.body.addWidget(row)
        self.loss.selected.connect(self._on_loss)
        self.optimizer.selected.connect(self._on_optimizer)
        self.learning_rate.value_changed.connect(self._on_learning_rate)
        self.hyperparameters.chosen.connect(self._on_hyperparameter)
        self.batch_size.value_changed.connect(self._on_batch_size)
        self.seed.value_changed.connect(self._on_seed)
        self.same_start.clicked.connect(self.same_start_requested)
        self.new_start.clicked.connect(self._on_new_start)
        for control in (self.learning_rate, self.hyperparameters, self.seed):
            control.refused.connect(self.refused)
        self.schedule.kind_chosen.connect(self._on_schedule)
        for group in groups:
            group.change_requested.connect(self.change_requested)
            group.refused.connect(self.refused)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the settings of training."""
        super().show_snapshot(snapshot)
        training = snapshot.spec.training
        self._shown = snapshot
        self.loss.set_selected(training.loss)
        self.optimizer.set_selected(training.optimizer.kind)
        self.hyperparameters.show_optimizer(training.optimizer)
        self.batch_size.set_value(training.batch_size)
        self.seed.set_value(snapshot.spec.seed)
        self.techniques.show_snapshot(snapshot)
        self.follow(snapshot)

    def follow(self, snapshot: Snapshot) -> None:
        """Show what changes from step to step while the settings stay."""
        self._step = snapshot.step
        self._show_rate(snapshot)
        self.techniques.follow(snapshot)

    def _show_rate(self, snapshot: Snapshot) -> None:
        training, now = snapshot.spec.training, snapshot.learning_rate
        field = self.learning_rate.field
        name, rate = RATE, training.optimizer.learning_rate
        if training.schedule.kind != "constant":
            if field.hasSelectedText():
                # Text that is about to be typed over must not be another under the hands.
                return
            name = BASE_RATE
            if is_scalable(now):
                name, rate = RATE_NOW, float(f"{now:.{RATE_DIGITS - 1}e}")
        self._rate_row.label.setText(name)
        self.learning_rate.set_value(rate)
        if not field.property("wrong"):
            field.setToolTip(RATE_TIPS[name].format(now=format_setting(now)))

    @Slot(str)
    def _on_loss(self, loss: str) -> None:
        if self._shown is not None and self.spec is not None:
            dataset = dataset_of(self._shown.spec, self._shown.dataset, self.spec)
            self.request(change_for_loss, dataset, loss)

    @Slot(str)
    def _on_optimizer(self, kind: str) -> None:
        self.change_requested.emit({"training": {"optimizer": {"kind": kind}}})

    @Slot(float)
    def _on_learning_rate(self, rate: float) -> None:
        self.request(change_rate_in_force, self._step, rate)

    @Slot(str)
    def _on_schedule(self, kind: str) -> None:
        if self._shown is not None:
            self.request(change_schedule, kind, self._step, len(self._shown.dataset.inputs))

    @Slot(str, float)
    def _on_hyperparameter(self, key: str, value: float) -> None:
        self.change_requested.emit({"training": {"optimizer": {key: value}}})

    @Slot(float)
    def _on_batch_size(self, size: float) -> None:
        self.change_requested.emit({"training": {"batch_size": round(size)}})

    @Slot(float)
    def _on_seed(self, seed: float) -> None:
        self.change_requested.emit({"seed": round(seed)})

    @Slot()
    def _on_new_start(self) -> None:
        if self.spec is not None:
            self.change_requested.emit({"seed": another_seed(self.spec.seed)})


def _start_button(text: str, name: str, sentence: str, keys: str) -> FeatureChip:
    button = with_role(FeatureChip(text), "chip")
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({keys})\n{sentence}")
    return button
