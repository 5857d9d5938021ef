"""The panel of the loss: the plot or its table, the legend, and the choices of how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QWidget

from core.spec_rules import FORWARD_FORWARD
from core.training.abscissa import offered
from core.training.smoothing import Smoothing
from core.training.snapshot import Snapshot
from gui.exporting import Exportable
from gui.loss.gestures import look_closer
from gui.loss.legend import LossLegend
from gui.loss.options import SCALES, LossOptions
from gui.loss.plot import LossPlot
from gui.loss.rate_strip import RateStrip, rate_curve, varies
from gui.loss.table import LossTable
from gui.numbers import format_count, format_value
from gui.snapshot_card import SnapshotCard
from gui.theme import scaled, themes
from gui.widgets.icon_button import IconButton
from gui.widgets.segmented_control import SegmentedControl


class LossPanel(SnapshotCard):
    """Training and test loss over the steps of the run.

    Signals:
        scale_chosen: "log" or "linear".
    """

    scale_chosen = Signal(str)

    def __init__(self) -> None:
        """Show empty axes until a run has taken a step."""
        super().__init__("Loss")
        self._plot = LossPlot()
        self._table = LossTable()
        self._views = QStackedWidget()
        self._views.addWidget(self._plot)
        self._views.addWidget(self._table)
        self._rate = RateStrip()
        self._rate.hide()
        self._legends = (LossLegend(), LossLegend())
        self._has_test = False
        self._scale = SegmentedControl(SCALES, name="Loss axis", tight=True)
        self._scale.segment("log").setToolTip("Equal distances are equal factors")
        self._scale.segment("linear").setToolTip("Equal distances are equal differences")
        self._options = LossOptions(self)
        more = IconButton("more", "Smoothing, axis and export", size=24)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self._options.menu)
        for control in (self._legends[0], self._scale, more):
            self.add_control(control)
        self._second_row = QHBoxLayout()
        self._second_row.addStretch(1)
        self._second_row.addWidget(self._legends[1])
        self.body.addLayout(self._second_row)
        self.body.addWidget(self._rate)
        self.body.addWidget(self._views, 1)
        self._connect()
        self._place_legend()

    @property
    def plot(self) -> LossPlot:
        """The plot inside."""
        return self._plot

    @property
    def options(self) -> LossOptions:
        """The choices of the plot."""
        return self._options

    def exportable(self) -> Exportable:
        """Return the plot as it is to be exported."""
        return Exportable(self._plot, "Loss", self._legends[0].paint_into, self._plot.keep_grid)

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer ``actions``, such as those that save a picture, in the menu of the plot."""
        self._options.add_actions(actions)

    @property
    def rate(self) -> RateStrip:
        """The strip of the learning rate, hidden while the rate has always been the same."""
        return self._rate

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the curves of ``new``, which are empty before the first step."""
        if old is None or old.spec is not new.spec:
            # In forward-forward hidden layers have losses of their own, which are not drawn.
            is_local = new.spec.training.gradient_source == FORWARD_FORWARD
            self.set_title("Output loss" if is_local else "Loss")
        if old is None or old.test_targets is not new.test_targets:
            self._has_test = new.test_targets is not None
            self._name_lines()
        restarted = old is None or new.step < old.step or new.structure != old.structure
        is_due = old is None or old.curves is not new.curves or old.step == 0
        if restarted or is_due or (old is not None and old.trial is not new.trial):
            has_trial = new.trial is not None and len(new.trial.steps) > 0
            curves = new.curves if new.step or has_trial else None
            self._plot.show_run(curves, restarted=restarted, trial=new.trial)
            self._options.offer(offered(new.curves))
        if restarted or is_due or old is None or old.spec is not new.spec:
            self._show_rate(new)

    @Slot()
    def _place_rate(self) -> None:
        if self._shown is not None:
            self._show_rate(self._shown)

    def _show_rate(self, snapshot: Snapshot) -> None:
        is_scheduled = snapshot.spec.training.schedule.kind != "constant"
        is_of_interest = snapshot.step > 0 and (is_scheduled or varies(snapshot.curves))
        curve = rate_curve(snapshot.curves, self._plot.step_shares) if is_of_interest else None
        self._rate.show_curve(curve, self._plot.area().left())
        self._rate.setVisible(curve is not None)

    def describe(self, shown: Snapshot) -> str:
        """Return the losses with their step, and the changes of settings."""
        if shown.step == 0 or shown.evaluation is None:
            return "No step has been taken yet."
        evaluation = shown.evaluation
        step, loss = format_count(evaluation.step), format_value(evaluation.train.loss)
        sentences = [f"Step {step}: train loss {loss}"]
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

    def _connect(self) -> None:
        options, plot = self._options, self._plot
        self._scale.selected.connect(self.choose_scale)
        options.smoothing_chosen.connect(self._choose_smoothing)
        options.abscissa_chosen.connect(plot.set_abscissa)
        options.scale_chosen.connect(self.choose_scale)
        options.closer_requested.connect(self._look_closer)
        options.farther_requested.connect(self._look_from_farther)
        options.fit_requested.connect(self._show_all)
        options.table_chosen.connect(self._show_table)
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        plot.customContextMenuRequested.connect(self._open_menu)
        plot.view_changed.connect(self._fill_table)
        plot.view_changed.connect(self._place_rate)
        themes.changed.connect(self._place_legend)
        table_key = QShortcut(QKeySequence(Qt.Key.Key_T), self)
        table_key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        table_key.activated.connect(options.table.toggle)

    def scale(self) -> str:
        """Return "log" or "linear"."""
        return self._scale.selected_key()

    @Slot(str)
    def choose_scale(self, key: str) -> None:
        """Draw the loss on another of SCALES."""
        self._scale.set_selected(key)
        self._options.set_scale(key)
        self._plot.set_log(key == "log")
        self.scale_chosen.emit(key)

    @Slot(object)
    def _choose_smoothing(self, smoothing: Smoothing) -> None:
        self._plot.set_smoothing(smoothing)
        self._name_lines()

    @Slot()
    def _look_closer(self) -> None:
        look_closer(self._plot)

    @Slot()
    def _look_from_farther(self) -> None:
        look_closer(self._plot, back=True)

    @Slot()
    def _show_all(self) -> None:
        self._plot.look_at(None)

    @Slot(bool)
    def _show_table(self, shows_table: bool) -> None:
        views: tuple[QWidget, QWidget] = (self._plot, self._table)
        had_focus = any(view.hasFocus() for view in views)
        self._views.setCurrentIndex(int(shows_table))
        self._fill_table()
        if had_focus:
            views[shows_table].setFocus()

    @Slot()
    def _fill_table(self) -> None:
        if self._views.currentIndex() == 1:
            axis = self._plot.step_axis()
            self._table.show_run(self._plot.run, axis.low, axis.limit)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self._options.menu.popup(self._plot.mapToGlobal(place))

    def _name_lines(self) -> None:
        names = ["train"]
        if self._has_test:
            names.append("test")
        if self._options.is_smoothing:
            names.append("batch")
        for legend in self._legends:
            legend.set_names(tuple(names))
        self._place_legend()

    @Slot()
    def _place_legend(self) -> None:
        """Put the legend into the header, or below it where the header is too narrow."""
        title_and_button = scaled(34 + 24 + 4 * 8 + 20)
        scale = self._scale.sizeHint().width()
        # The choice of the scale is in the menu too.
        self._scale.setVisible(self.width() >= title_and_button + scale)
        others = title_and_button + scale + scaled(8)
        is_wide = self.width() >= others + self._legends[0].sizeHint().width()
        self._legends[0].setVisible(is_wide)
        self._legends[1].setVisible(not is_wide)
        self._second_row.setContentsMargins(0, 0, scaled(12), 0)
