"""How things were looked at, from one start to the next: one table of what is remembered.

A row names a choice and says how it is read and made, and which signal tells of another. Choices
are made at start as the user would make them, and kept at once when the user makes others. What
cannot be used, or is of another version, is told in the log and stays as designed. Without settings
nothing is read or kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

from core.training.abscissa import ABSCISSAS
from gui.diagram.strength import QUANTITIES
from gui.diagram.strength import SCALES as WIDTHS
from gui.loss.options import SCALES, SMOOTHINGS
from gui.panels import output_panel, samples_panel
from gui.ridges.quantities import WORDS

if TYPE_CHECKING:
    from gui.main_window import MainWindow

logger = logging.getLogger("nablascope")

GROUP = "choices"
# To be raised when the meaning of a name or of a value changes.
VERSION = 1
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Choice:
    """One row of the table.

    Attributes:
        name: where it is kept.
        known: whether a text is one of its values.
        get: returns what is chosen.
        choose: chooses, and has what that brings with it done.
        changed: the signal that there is another; what it carries is not looked at.
    """

    name: str
    known: Callable[[str], bool]
    get: Callable[[], str]
    choose: Callable[[str], object]
    changed: Any


def choices_of(window: MainWindow) -> tuple[Choice, ...]:
    """Return what is remembered of ``window``."""
    loss, network, output = window.loss, window.network, window.right.output
    options, samples, layers = loss.options, window.right.samples, window.gradients
    files, data, exports = window.files, window.data, window.exports
    points = output_panel.CHOICES
    rows = samples_panel.CHOICES
    return (
        _of("loss smoothing", SMOOTHINGS, options.smoothing, options.choose_smoothing,
            options.smoothing_chosen),
        _of("loss across", ABSCISSAS, options.abscissa, options.choose_abscissa,
            options.abscissa_chosen),
        _of("loss axis", SCALES, loss.scale, loss.choose_scale, loss.scale_chosen),
        _switch("loss as table", options.table),
        _of("edges", QUANTITIES, network.quantity, network.set_quantity, network.quantity_changed),
        _of("width of edges", WIDTHS, network.scale, network.set_scale, network.scale_changed),
        _switch("network as table", network.table_action),
        _of("layers", WORDS, layers.quantity, layers.choose_quantity, layers.quantity_requested),
        _of("points", points, output.points, output.choose_points, output.points_chosen),
        _switch("flat areas", output.discretize),
        _switch("predicted against true", output.compare),
        _of("samples", rows, samples.choice.selected_key, samples.choose, samples.choice.selected),
        _switch("animate", window.steps.stage.animate),
        _folder("folder of specifications", files.folder, files.begin_in, files.used),
        _folder("folder of data", data.folder, data.begin_in, data.used),
        _folder("folder of exports", exports.folder, exports.begin_in, exports.folder_changed),
    )  # fmt: skip


class ChoiceKeeper(QObject):
    """Makes choices as they were made last, and keeps others from then on."""

    def __init__(
        self, settings: QSettings | None, choices: Iterable[Choice], parent: QObject
    ) -> None:
        """Make what ``settings`` hold of ``choices``."""
        super().__init__(parent)
        if settings is None:
            return
        self._settings = settings
        is_ours = self._is_of_this_version()
        for choice in choices:
            key = f"{GROUP}/{choice.name}"
            if is_ours and settings.contains(key):
                value = str(settings.value(key))
                if choice.known(value):
                    choice.choose(value)
                else:
                    logger.warning("%s: %r is left aside for the default", key, value)
            choice.changed.connect(partial(self._keep, key, choice.get))

    def _is_of_this_version(self) -> bool:
        key = f"{GROUP}/version"
        version = self._settings.value(key)
        if version is not None and str(version) != str(VERSION):
            logger.warning("%s: %r is left aside, the choices are as designed", key, version)
            self._settings.remove(GROUP)
            version = None
        if version is None:
            self._settings.setValue(key, str(VERSION))
        return version is not None

    def _keep(self, key: str, get: Callable[[], str], *_: object) -> None:
        self._settings.setValue(key, get())


def _of(
    name: str,
    values: Collection[str],
    get: Callable[[], str],
    choose: Callable[[str], object],
    changed: Any,
) -> Choice:
    """Return a choice among ``values``."""
    return Choice(name, values.__contains__, get, choose, changed)


def _switch(name: str, switch: QAction | QAbstractButton) -> Choice:
    """Return the choice of a switch; what the program switches of itself is none of the user's."""
    changed = switch.toggled if isinstance(switch, QAction) else switch.clicked
    return _of(
        name,
        (YES, NO),
        lambda: YES if switch.isChecked() else NO,
        lambda value: switch.setChecked(value == YES),
        changed,
    )


def _folder(
    name: str, get: Callable[[], str], choose: Callable[[Path], object], changed: Any
) -> Choice:
    """Return the choice of a folder; one that is gone is no folder."""
    return Choice(
        name, lambda text: Path(text).is_dir(), get, lambda text: choose(Path(text)), changed
    )
