"""The bar at the window's top: start, pause, step and reset a run, its pace, and where it is.

Buttons follow the state in the snapshot, not the click. The bar remembers granularity and speed;
everything else is the run's.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QToolButton,
    QWidget,
)

from core.training.snapshot import Snapshot
from gui.help.shortcuts import actions_under, keys_of
from gui.numbers import format_count
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.transport.play_button import PlayButton
from gui.transport.readouts import RunReadouts
from gui.widgets.icon_button import IconButton
from gui.widgets.segmented_control import SegmentedControl
from gui.widgets.slider import Slider

HEIGHT_PIXELS = 54
LOGO_PIXELS = 22
SPEED_PIXELS = 90
SPEED_WORDS_PIXELS = 62

GRANULARITIES = {"op": "Op", "layer": "Layer", "pass": "Pass", "batch": "Batch", "epoch": "Epoch"}
BACK_TIPS = {
    "op": "Back by one operation",
    "layer": "Back by the operations of one layer",
    "pass": "Back to the start of the forward, backward or update pass",
    "batch": "Back to the start of the step, or of the one before",
    "epoch": "Back to the start of the epoch, or of the one before",
}
STEP_TIPS = {
    "op": "Step op: run one operation",
    "layer": "Step layer: run the operations of one layer",
    "pass": "Step pass: run to the end of the forward, backward or update pass",
    "batch": "Step batch: do one update",
    "epoch": "Step epoch: train to the end of the epoch",
}
# Steps a second; the last stop of the slider is flat out.
SPEEDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


class TransportBar(QFrame):
    """Drives a run.

    Attributes:
        menu: the button of the window's menu, empty until ``set_menu``.
        back, play, step, slow, reset: the buttons; ``play`` is "Play" while paused and "Pause"
            while running.
        granularity: how far one step goes.
        speed: the slider; its last stop is flat out.
        readouts: the numbers at the right.

    Signals:
        play_requested, pause_requested, reset_requested: the user wants so.
        step_requested, back_requested: with "op", "layer", "pass", "batch" or "epoch".
        slow_motion_requested: whether ops are to be played one by one.
        speed_requested: with steps a second, or None for flat out.
    """

    play_requested = Signal()
    pause_requested = Signal()
    step_requested = Signal(str)
    back_requested = Signal(str)
    slow_motion_requested = Signal(bool)
    reset_requested = Signal()
    speed_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a bar for a paused run, stepping batches, flat out."""
        super().__init__(parent)
        with_role(self, "bar")
        self.setAccessibleName("Transport")
        self.menu = IconButton("nabla", "Menu", size=36, icon_size=LOGO_PIXELS, token="accent")
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.reset = IconButton("reset", "Reset", size=36)
        self.reset.setToolTip("Reset: same start, begin again with the same weights and batches")
        self.back = IconButton("back", "Back batch", size=36, token="text")
        self.play = PlayButton()
        self.step = IconButton("step", "Step batch", size=36, token="text")
        self.slow = IconButton("slow", "Slow motion", size=36)
        self.slow.setCheckable(True)
        self.slow.setToolTip("Slow motion: one operation after the other, at reading speed")
        self.granularity = SegmentedControl(GRANULARITIES, name="Step size")
        for key, sentence in STEP_TIPS.items():
            self.granularity.segment(key).setToolTip(sentence)
        self.granularity.set_selected("batch")
        self.speed = Slider()
        self.speed.setRange(0, len(SPEEDS))
        self.speed.setPageStep(3)
        self.speed.setValue(len(SPEEDS))
        self._speed_label = with_role(QLabel("Speed"), "facts")
        self._speed_label.setBuddy(self.speed)
        self._speed_words = QLabel()
        self.readouts = RunReadouts()
        self._keys: dict[str, str] = {}

        self._layout = QHBoxLayout(self)
        self._layout.setSpacing(0)
        # The bar itself sees to it that numbers fit.
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._add(self.menu, 4)
        self._add(self.reset, 4)
        self._add(self.back, 4)
        self._add(self.play, 4)
        self._add(self.step, 4)
        self._add(self.slow, 8)
        self._add(self.granularity, 12)
        self._add(self._speed_label, 8)
        self._add(self.speed, 12)
        self._add(self._speed_words, 0)
        self._layout.addStretch(1)
        self._layout.addWidget(self.readouts)

        self.play.clicked.connect(self._on_play)
        self.step.clicked.connect(self._on_step)
        self.back.clicked.connect(self._on_back)
        self.slow.clicked.connect(self.slow_motion_requested)
        self.reset.clicked.connect(self.reset_requested)
        self.granularity.selected.connect(self._on_granularity)
        self.speed.valueChanged.connect(self._on_speed)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._on_granularity("batch")
        self._show_speed()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Follow the state at once and the numbers at reading speed."""
        self.play.set_running(new.state == "running")
        # A failed run takes nothing but a reset.
        has_failed = new.state == "failed"
        if has_failed and any(button.hasFocus() for button in self._drivers()):
            self.reset.setFocus()
        for button in self._drivers():
            button.setEnabled(not has_failed)
        self.readouts.show_snapshot(new)

    def set_menu(self, menu: QMenu) -> None:
        """Open ``menu`` at the logo; the buttons say the keys of their commands in it."""
        self.menu.setMenu(menu)
        self._keys = {action.text(): keys_of(action) for _, action in actions_under(menu)}
        self.play.set_keys(self._keys["Run or pause"])
        self.reset.setToolTip(self._with_keys(self.reset.toolTip(), "Reset to the same start"))
        self.slow.setToolTip(self._with_keys(self.slow.toolTip(), "Slow motion"))
        for key, sentence in STEP_TIPS.items():
            words = self._with_keys(sentence, f"Step {key}")
            self.granularity.segment(key).setToolTip(words)
        self._on_granularity(self.granularity.selected_key())

    def steps_per_second(self) -> float | None:
        """Return the pace that is set, None for flat out."""
        position = self.speed.value()
        return None if position == len(SPEEDS) else float(SPEEDS[position])

    def minimumSizeHint(self) -> QSize:
        """Let the window be narrow: numbers that find no room go first."""
        return QSize(self._width_without_readouts() + self.readouts.least_width(), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many numbers as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit anew when a part needs another width, as after a change of the text's size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Give Play the focus if nothing else in the window has it."""
        super().showEvent(event)
        self._fit()
        if self.window().focusWidget() is None:
            self.play.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, widget: QWidget, gap: int) -> None:
        self._layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._layout.addSpacing(gap)

    @Slot()
    def _on_play(self) -> None:
        if self.play.is_running():
            self.pause_requested.emit()
        else:
            self.play_requested.emit()

    @Slot()
    def _on_step(self) -> None:
        self.step_requested.emit(self.granularity.selected_key())

    @Slot()
    def _on_back(self) -> None:
        self.back_requested.emit(self.granularity.selected_key())

    def _drivers(self) -> tuple[QAbstractButton, ...]:
        return self.back, self.play, self.step, self.slow

    def set_granularity(self, granularity: str) -> None:
        """Choose how far one step goes."""
        self.granularity.set_selected(granularity)
        self._on_granularity(granularity)

    @Slot(str)
    def _on_granularity(self, granularity: str) -> None:
        self.back.set_words(f"Back {granularity}")
        self.back.setToolTip(self._with_keys(BACK_TIPS[granularity], f"Back {granularity}"))
        words = f"Step {granularity}"
        self.step.setText(words)
        self.step.set_words(words)
        self.step.setToolTip(self._with_keys(STEP_TIPS[granularity], f"Step {granularity}"))

    def _with_keys(self, sentence: str, command: str) -> str:
        keys = self._keys.get(command)
        return f"{sentence} ({keys})" if keys else sentence

    @Slot()
    def _on_speed(self) -> None:
        self._show_speed()
        self.speed_requested.emit(self.steps_per_second())

    def _show_speed(self) -> None:
        rate = self.steps_per_second()
        words = "max" if rate is None else f"{format_count(rate)} / s"
        self._speed_words.setText(words)
        self.speed.setAccessibleName("Speed")
        self.speed.setAccessibleDescription(
            "as fast as it goes" if rate is None else f"{format_count(rate)} steps a second"
        )

    def _fit(self) -> None:
        speed = self._speed_label, self.speed, self._speed_words
        width = self._width_without_readouts()
        if self.speed.isHidden():
            # As wide as they will be when shown, or they would come and go for ever.
            width += sum(part.minimumWidth() or part.minimumSizeHint().width() for part in speed)
        has_room = width + self.readouts.least_width() <= self.width()
        for part in speed:
            part.setVisible(has_room)
        self.readouts.fit(self.width() - self._width_without_readouts())

    def _width_without_readouts(self) -> int:
        margins = self._layout.contentsMargins()
        width = margins.left() + margins.right()
        for index in range(self._layout.count()):
            item = self._layout.itemAt(index)
            if item is not None and item.widget() is not self.readouts:
                width += item.minimumSize().width()
        return width

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(scaled(HEIGHT_PIXELS))
        self._layout.setContentsMargins(scaled(10), 0, scaled(16), 0)
        self.speed.setFixedWidth(scaled(SPEED_PIXELS))
        self._speed_words.setFixedWidth(scaled(SPEED_WORDS_PIXELS))
