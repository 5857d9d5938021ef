"""The group Gradient: where it comes from, how it is stored, and how it is clipped."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot
from gui.controls.choice import Choice
from gui.controls.names import GRADIENT_SOURCES, GRADIENT_STORAGES
from gui.controls.technique_group import TechniqueGroup
from gui.numbers import format_percent, format_setting
from gui.widgets.control_row import ControlRow
from gui.widgets.number_field import NumberField
from gui.widgets.paragraph import Paragraph
from gui.widgets.zero_log_slider import ZeroLogSlider

POPULATIONS = (2, 10_000)
SIGMAS = (0.0, 1e6)
# These try parameters near the present ones: so many, so far away.
TRYING = ("evolution_strategies", "random_search")
LOSS_SCALES = (0.0, 1e12)
CLIPS = (1e-3, 100.0)
HIGHEST_CLIP = 1e9
LABEL_PIXELS = 80


class GradientGroup(TechniqueGroup):
    """The way to a gradient.

    Attributes:
        source: where the gradient comes from.
        population, sigma: the numbers of sources that try parameters.
        storage, loss_scale: in which type gradients are kept, and what the loss is scaled by.
        clip_norm, clip_value: the most that a gradient may be, 0 for any.
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
        self.clip_norm = _clip("Clip norm", "a longer gradient is shortened to this norm")
        self.clip_value = _clip("Clip value", "larger entries of the gradient become this large")
        self._caption = Paragraph("heading")
        rows = (
            _row("Clip norm", self.clip_norm),
            _row("Clip value", self.clip_value),
            self._caption,
            _row("Source", self.source),
            self._numbers,
            _row("Storage", self.storage),
            self._scale,
        )
        for row in rows:
            self.body.addWidget(row)
        for clip in (self.clip_norm, self.clip_value, self.loss_scale):
            clip.refused.connect(self.refused)
        self.clip_norm.value_changed.connect(self._on_clip_norm)
        self.clip_value.value_changed.connect(self._on_clip_value)
        for field in (self.population, self.sigma):
            field.setAlignment(Qt.AlignmentFlag.AlignCenter)
            field.refused.connect(self.refused)
        self.source.selected.connect(self._on_source)
        self.storage.selected.connect(self._on_storage)
        self.loss_scale.value_changed.connect(self._on_loss_scale)
        self.population.value_changed.connect(self._on_population)
        self.sigma.value_changed.connect(self._on_sigma)

    def caption(self) -> str:
        """Return the sentence about clipping."""
        return self._caption.text()

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
        self.clip_norm.set_value(training.clip_norm)
        self.clip_value.set_value(training.clip_value)

    def follow(self, snapshot: Snapshot) -> None:
        """Say how often clipping has acted of late."""
        share = snapshot.clipped_share
        is_known = not math.isnan(share)
        words = f"Clipped in {format_percent(share, decimals=0)} of recent steps."
        self._caption.set_words(words if is_known else "")

    def summary(self, snapshot: Snapshot) -> str:
        """Return what is not as usual."""
        training = snapshot.spec.training
        source = training.gradient_source
        words = [] if source == "backpropagation" else [GRADIENT_SOURCES[source]]
        if training.gradient_storage != "same":
            words.append(f"{training.gradient_storage} × {format_setting(training.loss_scale)}")
        for name, limit in (("norm", training.clip_norm), ("value", training.clip_value)):
            if limit:
                words.append(f"{name} {format_setting(limit)}")
        return ", ".join(words)

    @Slot(float)
    def _on_clip_norm(self, limit: float) -> None:
        self.change_requested.emit({"training": {"clip_norm": limit}})

    @Slot(float)
    def _on_clip_value(self, limit: float) -> None:
        self.change_requested.emit({"training": {"clip_value": limit}})

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


def _clip(name: str, words: str) -> ZeroLogSlider:
    slider = ZeroLogSlider(name, *CLIPS, highest=HIGHEST_CLIP)
    slider.set_tool_tip(f"{name}: {words}, in units of the gradient; 0 is off")
    return slider


def _row(text: str, *controls: QWidget) -> ControlRow:
    row = ControlRow(text, *controls, mark="live", label_width=LABEL_PIXELS)
    row.share_evenly()
    return row
