"""The group Regularization: penalties on large weights, and stopping before a net overfits."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy

from core.step.hyperparameters import effective_weight_decay
from core.training.snapshot import Snapshot
from gui.controls.technique_group import TechniqueGroup
from gui.numbers import OFF, counted, format_count, format_setting, format_value
from gui.widgets.check_box import CheckBox
from gui.widgets.control_row import ControlRow
from gui.widgets.paragraph import Paragraph
from gui.widgets.stepper import Stepper
from gui.widgets.zero_log_slider import ZeroLogSlider

STRENGTHS = (1e-6, 1.0)
HIGHEST = 1e9
MOST_PATIENCE = 100_000
LABEL_PIXELS = 80


class RegularizationGroup(TechniqueGroup):
    """Penalties on weights.

    Attributes:
        l1, l2: how strong they are, 0 for off.
        biases: whether they and weight decay act on biases too.
        patience: of early stopping, 0 for off.
    """

    def __init__(self) -> None:
        """Make all rows."""
        super().__init__(
            "Regularization", "Regularization: penalties on large weights, and early stopping"
        )
        self.l1 = _strength("L1 penalty", "λ₁ |W| is added to the loss: small weights become 0")
        self.l2 = _strength("L2 penalty", "λ₂/2 |W|² is added to the loss: weights stay small")
        self.biases = CheckBox("decay too")
        self.biases.setAccessibleName("Decay biases")
        self.biases.setToolTip("Penalties and weight decay act on biases too, not on weights alone")
        self._caption = Paragraph("heading")
        self.patience = Stepper("Patience", 0, MOST_PATIENCE, zero=OFF)
        self.patience.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.patience.field.setToolTip(
            "Patience: training stops after so many evaluations without a lower test loss; 0 is off"
        )
        self._wait = Paragraph("heading")
        for text, control in (("L1", self.l1), ("L2", self.l2), ("Biases", self.biases)):
            self.body.addWidget(ControlRow(text, control, mark="live", label_width=LABEL_PIXELS))
        self.body.addWidget(self._caption)
        self.body.addWidget(
            ControlRow("Patience", self.patience, mark="live", label_width=LABEL_PIXELS)
        )
        self.body.addWidget(self._wait)
        for numeric in (self.l1, self.l2, self.patience):
            numeric.refused.connect(self.refused)
        self.l1.value_changed.connect(self._on_l1)
        self.l2.value_changed.connect(self._on_l2)
        self.patience.value_changed.connect(self._on_patience)
        self.biases.clicked.connect(self._on_biases)

    def caption(self) -> str:
        """Return the sentences about penalty and patience."""
        return f"{self._caption.text()} {self._wait.text()}".strip()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the strengths."""
        training = snapshot.spec.training
        self.l1.set_value(training.l1)
        self.l2.set_value(training.l2)
        self.biases.setChecked(training.decay_biases)
        self.patience.set_value(training.patience)

    def follow(self, snapshot: Snapshot) -> None:
        """Say what the penalties add to the loss, and how long the wait has been."""
        self._wait.set_words(_wait_in_words(snapshot))
        is_on = snapshot.spec.training.l1 or snapshot.spec.training.l2
        penalty = format_value(snapshot.penalty, 3)
        self._caption.set_words(f"Penalty {penalty}, beside the loss." if is_on else "")

    def summary(self, snapshot: Snapshot) -> str:
        """Return the penalties that are on."""
        training = snapshot.spec.training
        words = [
            f"{name} {format_setting(strength)}"
            for name, strength in (("L1", training.l1), ("L2", training.l2))
            if strength
        ]
        if training.decay_biases and (words or effective_weight_decay(training.optimizer)):
            words.append("biases decay too")
        if training.patience:
            words.append(f"patience {format_count(training.patience)}")
        return ", ".join(words)

    @Slot(float)
    def _on_l1(self, strength: float) -> None:
        self.change_requested.emit({"training": {"l1": strength}})

    @Slot(float)
    def _on_l2(self, strength: float) -> None:
        self.change_requested.emit({"training": {"l2": strength}})

    @Slot(int)
    def _on_patience(self, patience: int) -> None:
        self.change_requested.emit({"training": {"patience": patience}})

    @Slot(bool)
    def _on_biases(self, is_on: bool) -> None:
        self.change_requested.emit({"training": {"decay_biases": is_on}})


def _wait_in_words(snapshot: Snapshot) -> str:
    patience, wait = snapshot.spec.training.patience, snapshot.wait
    if not patience or wait.best is None:
        return ""
    best = f"Best test loss {format_value(wait.best.loss)} at step {format_count(wait.best.step)}"
    return f"{best}, {format_count(wait.evaluations)} of {counted(patience, 'evaluation')} since."


def _strength(name: str, words: str) -> ZeroLogSlider:
    slider = ZeroLogSlider(name, *STRENGTHS, highest=HIGHEST)
    slider.set_tool_tip(f"{name}: {words}; 0 is off")
    return slider
