"""The card "Why this gradient": the factors from the loss down to the chosen weight."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel

from core.explain.gradient_path import GradientPath, gradient_path
from core.explain.reference import Reference
from core.training.snapshot import Snapshot
from gui.diagram.names import parameter_name
from gui.numbers import format_count, format_value
from gui.snapshot_card import SnapshotCard
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.waterfall.view import WaterfallView, number_of


class WaterfallCard(SnapshotCard):
    """The waterfall of one parameter.

    Attributes:
        view: the painted factors.

    Signals:
        value_pointed: the Reference of the factor under the pointer, or None.
    """

    value_pointed = Signal(object)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Why this gradient")
        self._parameter = Reference("W1", (0, 0))
        self._place: int | None = None
        self._hidden: frozenset[str] = frozenset()
        self._so_far = with_role(QLabel(), "facts")
        self.add_control(self._so_far)
        self.view = WaterfallView()
        self._batch = with_role(QLabel(), "caption")
        self._batch.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._batch.hide()
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._batch)
        self.view.value_pointed.connect(self.value_pointed)
        themes.changed.connect(self._place_batch)
        self._place_batch()

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the factors in ``new``."""
        if old is not None and old.trace.position != new.trace.position:
            self._place = None
        if old is not None and old.structure != new.structure:
            self._parameter = Reference("W1", (0, 0))
        self._show()

    def select_parameter(self, reference: Reference) -> None:
        """Explain another weight or bias."""
        self._parameter = reference
        self._show()

    def show_op(self, place: int) -> None:
        """Light the factors that the op at ``place`` brings."""
        self._place = place
        self._show()

    def point_at(self, reference: Reference | None) -> None:
        """Light up what another view points at."""
        self.view.point_at(reference)

    def set_hidden(self, names: frozenset[str]) -> None:
        """Show the values called so as unknown although they exist."""
        self._hidden = names
        self._show()

    def describe(self, shown: Snapshot) -> str:
        """Return all factors and what they come to."""
        path = gradient_path(shown, self._parameter, self._hidden)
        factors = " × ".join(f"{f.label} {number_of(f)}" for f in path.factors)
        return f"{_name(path.parameter)}: {factors}. {_so_far(path)}. {_batch_words(path)}"

    def _show(self) -> None:
        shown = self._shown
        if shown is None:
            return
        path = gradient_path(shown, self._parameter, self._hidden)
        self.set_facts(_name(path.parameter))
        self._so_far.setText(_so_far(path))
        words = _batch_words(path)
        self._batch.setText(words)
        self._batch.setVisible(bool(words))
        place = shown.trace.position - 1 if self._place is None else self._place
        self.view.show_path(path, place)

    @Slot()
    def _place_batch(self) -> None:
        self._batch.setFixedHeight(scaled(22))


def _name(parameter: Reference) -> str:
    return parameter_name(parameter.name[0], int(parameter.name[1:]), *parameter.index)


def _so_far(path: GradientPath) -> str:
    if path.so_far is None:
        return "the error has not set out yet"
    if path.share is None:
        return f"so far {format_value(path.so_far)}"
    if path.batch_size > 1:
        return f"this sample {format_value(path.share)}"
    return f"gradient {format_value(path.share)}"


def _batch_words(path: GradientPath) -> str:
    """Return how the sample's share stands to the batch, and which zero ended it."""
    parts = []
    if path.share == 0:
        off = next(f for f in path.factors if f.value == 0)
        parts.append(f"{off.label} is 0: no error comes through")
    if path.batch_size > 1 and path.gradient is not None and path.share is not None:
        count = format_count(path.batch_size)
        parts.append(
            f"this sample {format_value(path.share)} · "
            f"all {count} samples {format_value(path.gradient)}"
        )
    return " · ".join(parts)
