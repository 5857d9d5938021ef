"""The menu of the loss plot: how it is smoothed, what it is drawn over, how it is looked at.

The same menu opens at the panel's button and where the plot is clicked with the right button. It
holds the choices, which last as long as the window.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from core.training.abscissa import ABSCISSAS
from core.training.smoothing import Smoothing
from gui.actions import add_menu, make_choice

SMOOTHINGS: dict[str, tuple[str, Smoothing]] = {
    "off": ("Off", Smoothing()),
    "mean 10": ("Mean of about 10 values", Smoothing("exponential", 10)),
    "mean 50": ("Mean of about 50 values", Smoothing("exponential", 50)),
    "median 5": ("Median of 5 values", Smoothing("median", 5)),
    "median 25": ("Median of 25 values", Smoothing("median", 25)),
}
SCALES = {"log": "Log", "linear": "Linear"}
SMOOTHING_TIPS = {
    "mean": "An exponential mean: later values count more. The recorded ones stay visible, faint.",
    "median": "The middle one of the values around each: a lone spike does not move it.",
}


class LossOptions(QObject):
    """The choices and the menu that shows them.

    Attributes:
        menu: to be opened wherever it is asked for.
        table: the action that shows the numbers as a table.
        is_smoothing: whether anything is smoothed.

    Signals:
        smoothing_chosen: a ``Smoothing``.
        abscissa_chosen: a key of ``core.training.abscissa``.
        scale_chosen: a key of SCALES.
        closer_requested, farther_requested, fit_requested: less, more or all is to be shown.
        table_chosen: the table is to be shown, or the plot again.
    """

    smoothing_chosen = Signal(object)
    abscissa_chosen = Signal(str)
    scale_chosen = Signal(str)
    closer_requested = Signal()
    farther_requested = Signal()
    fit_requested = Signal()
    table_chosen = Signal(bool)

    def __init__(self, owner: QWidget) -> None:
        """Make the menu with nothing smoothed, over the steps."""
        super().__init__(owner)
        self.is_smoothing = False
        self._smoothing, self._wish = "off", "step"
        self.menu = QMenu(owner)
        self.menu.setAccessibleName("Loss plot")
        self.menu.setToolTipsVisible(True)
        smoothing = add_menu(self.menu, "Smoothing")
        words = {key: words for key, (words, _) in SMOOTHINGS.items()}
        self._smoothings = make_choice(smoothing, words, "off", self.choose_smoothing)
        for action in self._smoothings.actions():
            action.setToolTip(SMOOTHING_TIPS.get(str(action.data()).split()[0], "As recorded."))
        self._across = add_menu(self.menu, "Across")
        self._abscissas: QActionGroup | None = None
        self.offer(("step",))
        scale_menu = self.menu.addMenu("Loss axis")
        self._scales = make_choice(scale_menu, SCALES, "log", self.scale_chosen.emit)
        self.menu.addSeparator()
        # The keys are the plot's own; behind the tab they are only named.
        for text, sentence, asked in (
            ("Look closer\t+", "Or turn the wheel, or frame a part.", self.closer_requested),
            ("Look from farther\t−", "Or turn the wheel back.", self.farther_requested),
            ("Show all\t0", "The whole run, as a double click does.", self.fit_requested),
        ):
            self._add(text, sentence).triggered.connect(asked)
        self.table = self._add("Show as table\tT", "Read the numbers that are on show.")
        self.table.setCheckable(True)
        self.table.toggled.connect(self.table_chosen)

    def offer(self, keys: Sequence[str]) -> None:
        """Offer the abscissas ``keys``; the one that was chosen counts while it is among them."""
        known = [] if self._abscissas is None else self._abscissas.actions()
        if [action.data() for action in known] == list(keys):
            return
        before = next((action.data() for action in known if action.isChecked()), "step")
        self._across.clear()
        words = {key: _plural(ABSCISSAS[key].word).capitalize() for key in keys}
        chosen = self._wish if self._wish in words else "step"
        self._abscissas = make_choice(self._across, words, chosen, self.choose_abscissa)
        for action in self._abscissas.actions():
            action.setToolTip(f"{ABSCISSAS[str(action.data())].sentence}.")
        if chosen != before:
            self.abscissa_chosen.emit(chosen)

    def set_scale(self, key: str) -> None:
        """Tick another of SCALES without a signal."""
        _tick(self._scales, key)

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Append ``actions`` below a line."""
        self.menu.addSeparator()
        self.menu.addActions(list(actions))

    def _add(self, text: str, sentence: str) -> QAction:
        action = self.menu.addAction(text)
        action.setToolTip(sentence)
        return action

    def smoothing(self) -> str:
        """Return what is chosen of SMOOTHINGS."""
        return self._smoothing

    def choose_smoothing(self, key: str) -> None:
        """Choose one of SMOOTHINGS."""
        self._smoothing, self.is_smoothing = key, key != "off"
        _tick(self._smoothings, key)
        self.smoothing_chosen.emit(SMOOTHINGS[key][1])

    def abscissa(self) -> str:
        """Return the abscissa that the user wants, whether this run has it or not."""
        return self._wish

    def choose_abscissa(self, key: str) -> None:
        """Choose an abscissa; a run that does not have it is drawn over its steps."""
        self._wish = key
        if self._abscissas is None or key in {a.data() for a in self._abscissas.actions()}:
            if self._abscissas is not None:
                _tick(self._abscissas, key)
            self.abscissa_chosen.emit(key)


def _plural(word: str) -> str:
    return word if word.endswith("s") else f"{word}s"


def _tick(group: QActionGroup, key: str) -> None:
    for action in group.actions():
        action.setChecked(action.data() == key)
