"""What the sections of the controls have in common: they show snapshots and ask for changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from msgspec.structs import replace
from PySide6.QtCore import Signal, Slot

from core.spec import ExperimentSpec
from core.training.snapshot import Snapshot
from gui.theme import scaled, themes
from gui.widgets.section import Section

P = ParamSpec("P")

# Narrower than a section's own, so that five pictures stand in a row.
MARGIN_PIXELS, BOTTOM_PIXELS = 10, 3


class ControlSection(Section):
    """A section over the specification.

    Attributes:
        spec: what changes are made of; None before the first snapshot.

    Signals:
        change_requested: a dict as ``ExperimentSpec.with_changes`` takes it.
        refused: one line about an entry that was not taken.
    """

    change_requested = Signal(dict)
    refused = Signal(str)

    def __init__(self, title: str) -> None:
        """Make an open section without rows."""
        super().__init__(title)
        self.spec: ExperimentSpec | None = None
        self._options_key: tuple[object, ...] | None = None
        themes.changed.connect(self._set_margins)
        self._set_margins()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the settings of ``snapshot``; no control announces anything by that."""
        self.spec = snapshot.spec

    def request(
        self,
        change: Callable[Concatenate[ExperimentSpec, P], dict[str, Any]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Ask for what ``change`` makes of the spec and the arguments."""
        if self.spec is not None:
            self.change_requested.emit(change(self.spec, *args, **kwargs))

    def options_are_due(self, spec: ExperimentSpec) -> bool:
        """Return whether data, loss or output layer differ from the last time, and note them.

        What fits depends on nothing else, and finding it out takes longer than showing a number.
        """
        key = (replace(spec.data, noise=0.0), spec.training.loss, spec.network.layers[-1])
        is_due = key != self._options_key
        self._options_key = key
        return is_due

    @Slot()
    def _set_margins(self) -> None:
        self.body.setContentsMargins(
            scaled(MARGIN_PIXELS), 0, scaled(MARGIN_PIXELS), scaled(BOTTOM_PIXELS)
        )
