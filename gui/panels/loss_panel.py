"""The panel of the loss: the plot, its legend, and the choice between a log and a linear axis."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.training.snapshot import Snapshot
from gui.loss.plot import DASHES, LossPlot
from gui.loss.rate_strip import RateStrip, rate_curve, varies
from gui.numbers import format_count, format_value
from gui.snapshot_card import SnapshotCard
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.segmented_control import SegmentedControl

# Below this width the legend stands under the header.
WIDTH_FOR_LEGEND = 310
SAMPLE_WIDTH, SAMPLE_GAP, ENTRY_GAP = 21, 6, 12


class LossPanel(SnapshotCard):
    """Training and test loss over the steps of the run."""

    def __init__(self) -> None:
        """Show empty axes until a run has taken a step."""
        super().__init__("Loss")
        self._plot = LossPlot()
        self._rate = RateStrip()
        self._rate.hide()
        self._legends = (LossLegend(), LossLegend())
        self._scale = SegmentedControl({"log": "Log", "linear": "Linear"}, name="Loss axis")
        self._scale.segment("log").setToolTip("Equal distances are equal factors")
        self._scale.segment("linear").setToolTip("Equal distances are equal differences")
        self.add_control(self._legends[0])
        self.add_control(self._scale)
        self._second_row = QHBoxLayout()
        self._second_row.addStretch(1)
        self._second_row.addWidget(self._legends[1])
        self.body.addLayout(self._second_row)
        self.body.addWidget(self._rate)
        self.body.addWidget(self._plot, 1)
        self._scale.selected.connect(self._choose_scale)
        themes.changed.connect(self._place_legend)
        self._place_legend()

    @property
    def plot(self) -> LossPlot:
        """The plot inside."""
        return self._plot

    @property
    def rate(self) -> RateStrip:
        """The strip of the learning rate, hidden while the rate has always been the same."""
        return self._rate

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the curves of ``new``, which are empty before the first step."""
        if old is None or old.test_targets is not new.test_targets:
            for legend in self._legends:
                legend.set_with_test(new.test_targets is not None)
        restarted = old is None or new.step < old.step or new.structure != old.structure
        is_due = old is None or old.curves is not new.curves or old.step == 0
        if restarted or is_due or (old is not None and old.trial is not new.trial):
            has_trial = new.trial is not None and len(new.trial.steps) > 0
            curves = new.curves if new.step or has_trial else None
            self._plot.show_run(curves, restarted=restarted, trial=new.trial)
        if restarted or is_due or old is None or old.spec is not new.spec:
            self._show_rate(new)

    def _show_rate(self, snapshot: Snapshot) -> None:
        is_scheduled = snapshot.spec.training.schedule.kind != "constant"
        is_of_interest = snapshot.step > 0 and (is_scheduled or varies(snapshot.curves))
        curve = rate_curve(snapshot.curves, self._plot.step_shares) if is_of_interest else None
        self._rate.show_curve(curve)
        self._rate.setVisible(curve is not None)

    def describe(self, shown: Snapshot) -> str:
        """Return the step, the latest losses and the changes of settings."""
        if shown.step == 0 or shown.evaluation is None:
            return "No step has been taken yet."
        evaluation = shown.evaluation
        sentences = [
            f"Step {format_count(shown.step)}: train loss {format_value(evaluation.train.loss)}"
        ]
        if evaluation.test is not None:
            sentences[0] += f", test loss {format_value(evaluation.test.loss)}"
        if shown.spec.training.l1 or shown.spec.training.l2:
            sentences[0] += f", penalty {format_value(shown.penalty, 3)}"
        if shown.trial is not None and len(shown.trial.loss):
            trial = format_value(float(shown.trial.loss[-1]))
            at = format_count(shown.trial.steps_done)
            sentences.append(f"Trial after {at} steps: train loss {trial}")
        if not self._rate.isHidden():
            sentences.append(f"The learning rate is {format_value(shown.learning_rate, 3)}")
        sentences.append(f"Guessing gives {format_value(shown.guessing, 3)}")
        sentences += [f"{m.text} at step {format_count(m.step)}" for m in shown.curves.marks[-5:]]
        return ". ".join(sentences) + "."

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the legend where there is room for it."""
        super().resizeEvent(event)
        self._place_legend()

    @Slot(str)
    def _choose_scale(self, key: str) -> None:
        self._plot.set_log(key == "log")

    @Slot()
    def _place_legend(self) -> None:
        wide = self.width() >= scaled(WIDTH_FOR_LEGEND)
        self._legends[0].setVisible(wide)
        self._legends[1].setVisible(not wide)
        self._second_row.setContentsMargins(0, 0, scaled(12), 0)


class LossLegend(QWidget):
    """A sample of each line beside its name."""

    def __init__(self) -> None:
        """Name the training curve alone."""
        super().__init__()
        self._names: tuple[str, ...] = ("train",)
        themes.changed.connect(self.updateGeometry)

    def set_with_test(self, with_test: bool) -> None:
        """Name the test curve too, or not."""
        self._names = ("train", "test") if with_test else ("train",)
        self.updateGeometry()
        self.update()

    def names(self) -> tuple[str, ...]:
        """Return the curves that are named."""
        return self._names

    def sizeHint(self) -> QSize:
        """Return the room for all entries in one row."""
        metrics = QFontMetricsF(ui_font(12))
        words = sum(metrics.horizontalAdvance(name) for name in self._names)
        gaps = scaled(SAMPLE_WIDTH + SAMPLE_GAP) * len(self._names)
        gaps += scaled(ENTRY_GAP) * (len(self._names) - 1)
        return QSize(round(words + gaps) + 2, scaled(20))

    def minimumSizeHint(self) -> QSize:
        """Hold no card wide: below some width another legend stands in for this one."""
        return QSize(0, scaled(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line samples and names."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setFont(ui_font(12))
        metrics = QFontMetricsF(ui_font(12))
        x, middle = 0.0, self.height() // 2
        for name in self._names:
            pen = QPen(theme.text if name == "train" else theme.accent, 2)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if name == "test":
                pen.setDashPattern(DASHES)
            painter.setPen(pen)
            painter.drawLine(QLineF(x, middle, x + scaled(SAMPLE_WIDTH), middle))
            x += scaled(SAMPLE_WIDTH + SAMPLE_GAP)
            painter.setPen(theme.text2)
            baseline = middle + metrics.capHeight() / 2
            painter.drawText(round(x), round(baseline), name)
            x += metrics.horizontalAdvance(name) + scaled(ENTRY_GAP)
