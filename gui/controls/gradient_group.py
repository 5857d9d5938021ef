"""The group Gradient: where it comes from, and in which numbers it is stored."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot
from gui.controls.choice import Choice
from gui.controls.names import GRADIENT_SOURCES, GRADIENT_STORAGES
from gui.controls.technique_group import TechniqueGroup
from gui.numbers import format_setting
from gui.widgets.control_row import ControlRow
from gui.widgets.number_field import NumberField

POPULATIONS = (2, 10_000)
SIGMAS = (0.0, 1e6)
# These try parameters near the present ones: so many, so far away.
TRYING = ("evolution_strategies", "random_search")
LOSS_SCALES = (0.0, 1e12)
LABEL_PIXELS = 80


class GradientGroup(TechniqueGroup):
    """The way to a gradient.

    Attributes:
        source: where the gradient comes from.
        population, sigma: the numbers of sources that try parameters.
        storage, loss_scale: in which type gradients are kept, and what the loss is scaled by.
    """

    def __init__(self) -> None:
        """Make all rows."""
        super().__init__("Gradient", "Gradient: where it comes from and what is done to it")
        self.source = Choice(GRADIENT_SOURCES, name="Gradient source")
        self.source.setToolTip("Source: how the gradient of the mean loss is found at every step")
        self.population = NumberField(*POPULATIONS, name="Population", whole=True)
        self.population.setToolTip("Population n: how many directions a step tries")
        self.sigma = NumberField(*SIGMAS, name="Sigma")
        self.sigma.setToolTip("σ: how far from the parameters they are tried, in their own unit")
        self._numbers = _row("n, σ", self.population, self.sigma)
        self.storage = Choice(GRADIENT_STORAGES, name="Gradient storage")
        self.storage.setToolTip("Storage: the type of number in which gradients are kept")
        self.loss_scale = NumberField(*LOSS_SCALES, name="Loss scale")
        self.loss_scale.setToolTip(
            "Loss scale: factor of the loss in the backward pass, taken out again before the update"
        )
        self._scale = _row("Loss scale", self.loss_scale)
        rows = (
            _row("Source", self.source),
            self._numbers,
            _row("Storage", self.storage),
            self._scale,
        )
        for row in rows:
            self.body.addWidget(row)
        self.loss_scale.refused.connect(self.refused)
        for field in (self.population, self.sigma):
            field.setAlignment(Qt.AlignmentFlag.AlignCenter)
            field.refused.connect(self.refused)
        self.source.selected.connect(self._on_source)
        self.storage.selected.connect(self._on_storage)
        self.loss_scale.value_changed.connect(self._on_loss_scale)
        self.population.value_changed.connect(self._on_population)
        self.sigma.value_changed.connect(self._on_sigma)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the settings and the rows that they use."""
        training = snapshot.spec.training
        self.source.set_selected(training.gradient_source)
        self._numbers.setVisible(training.gradient_source in TRYING)
        self.population.set_value(training.population)
        self.sigma.set_value(training.sigma)
        self.storage.set_selected(training.gradient_storage)
        self._scale.setVisible(training.gradient_storage != "same")
        self.loss_scale.set_value(training.loss_scale)

    def summary(self, snapshot: Snapshot) -> str:
        """Return what is not as usual."""
        training = snapshot.spec.training
        source = training.gradient_source
        words = [] if source == "backpropagation" else [GRADIENT_SOURCES[source]]
        if training.gradient_storage != "same":
            words.append(f"{training.gradient_storage} × {format_setting(training.loss_scale)}")
        return ", ".join(words)

    @Slot(str)
    def _on_source(self, source: str) -> None:
        self.change_requested.emit({"training": {"gradient_source": source}})

    @Slot(str)
    def _on_storage(self, storage: str) -> None:
        self.change_requested.emit({"training": {"gradient_storage": storage}})

    @Slot(float)
    def _on_loss_scale(self, scale: float) -> None:
        self.change_requested.emit({"training": {"loss_scale": scale}})

    @Slot(float)
    def _on_population(self, population: float) -> None:
        self.change_requested.emit({"training": {"population": round(population)}})

    @Slot(float)
    def _on_sigma(self, sigma: float) -> None:
        self.change_requested.emit({"training": {"sigma": sigma}})


def _row(text: str, *controls: QWidget) -> ControlRow:
    row = ControlRow(text, *controls, mark="live", label_width=LABEL_PIXELS)
    row.share_evenly()
    return row
