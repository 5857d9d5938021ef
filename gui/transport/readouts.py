"""The numbers of a run in the transport bar: epoch, step, op, losses and how good it is.

They change ten times a second at most while the run goes on, and at once while it is paused.
"""

from __future__ import annotations

import math
from time import monotonic

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.network.parameters import Floats
from core.training.evaluation import Metrics, Split
from core.training.snapshot import Snapshot, Trace
from gui.diagram.names import output_names
from gui.numbers import format_count, format_percent, format_value
from gui.theme import scaled, themes
from gui.widgets.value_readout import ValueReadout

SECONDS_BETWEEN = 0.1
SPACING_PIXELS = 16
NOTHING = "–"
UNKNOWN = "?"
# Where room is short these go first.
EXPENDABLE = (
    "epoch",
    "penalty",
    "test_accuracy",
    "train_accuracy",
    "test_r2",
    "train_r2",
    "test_loss",
    "target",
    "prediction",
    "op",
    "batch_loss",
    "train_loss",
)
# What an evaluation finds, by the rows that it is of.
EVALUATED: dict[Split, tuple[str, ...]] = {
    "train": ("train_loss", "train_accuracy", "train_r2"),
    "test": ("test_loss", "test_accuracy", "test_r2"),
}


class RunReadouts(QWidget):
    """Captioned numbers; those that do not apply are not shown.

    Attributes:
        by_name: epoch, step, op, train_loss, test_loss, and the scores test_accuracy,
            train_accuracy, test_r2 and train_r2 of which one is shown; penalty where the
            optimizer minimizes more than the loss. In mid-step batch_loss,
            prediction and target of the sample in view take the place of losses and score.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make all numbers, none of which is known."""
        super().__init__(parent)
        self.by_name = {
            "epoch": ValueReadout("Epoch", "1,234"),
            "step": ValueReadout("Step", "123,456"),
            "op": ValueReadout("Op", "10 / 14"),
            "train_loss": ValueReadout("Train loss", "1.234e−9", sample="solid"),
            "test_loss": ValueReadout("Test loss", "1.234e−9", sample="dashed"),
            "penalty": ValueReadout("Penalty", "1.23e−9"),
            "batch_loss": ValueReadout("Loss", "0.02706"),
            "prediction": ValueReadout("Prediction", "0.7674"),
            "target": ValueReadout("Target", "1"),
            "test_accuracy": ValueReadout("Test accuracy", "99.6 %"),
            "train_accuracy": ValueReadout("Train accuracy", "99.6 %"),
            "test_r2": ValueReadout("Test R²", "−0.123"),
            "train_r2": ValueReadout("Train R²", "−0.123"),
        }
        self.by_name["step"].number.setAccessibleName("Step counter")
        self.by_name["step"].set_text("0")
        self._applicable = {"epoch", "step", "train_loss", "test_loss", "test_accuracy"}
        self._room: float = math.inf
        self._shown: Snapshot | None = None
        self._shown_at = 0.0
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for readout in self.by_name.values():
            self._layout.addWidget(readout)
            # A part that has never been shown takes no room, and the number would seem narrow.
            for part in readout.findChildren(QWidget):
                part.setVisible(True)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._show_what_fits()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the numbers of ``snapshot`` if it is time to."""
        now = monotonic()
        if (
            self._shown is not None
            and self._shown.state == snapshot.state == "running"
            and now - self._shown_at < SECONDS_BETWEEN
        ):
            return
        self._shown, self._shown_at = snapshot, now
        texts = _texts(snapshot)
        for name, text in texts.items():
            self.by_name[name].set_text(text)
        for split, names in EVALUATED.items():
            tip = "\n".join(filter(None, (_moment(snapshot), _rows(snapshot, split))))
            for name in names:
                self.by_name[name].setToolTip(tip)
        self._applicable = set(texts)
        self._show_what_fits()

    def fit(self, room: int) -> None:
        """Show as many numbers as find room in ``room`` pixels."""
        self._room = room
        self._show_what_fits()

    def least_width(self) -> int:
        """Return the width of what is never left out: the step."""
        return self.by_name["step"].sizeHint().width()

    def _show_what_fits(self) -> None:
        shown = set(self._applicable)
        for name in EXPENDABLE:
            if self._width_of(shown) <= self._room:
                break
            shown.discard(name)
        for name, readout in self.by_name.items():
            readout.setVisible(name in shown)

    def _width_of(self, names: set[str]) -> int:
        widths = [self.by_name[name].sizeHint().width() for name in names]
        return sum(widths) + scaled(SPACING_PIXELS) * (len(widths) - 1)

    @Slot()
    def _restyle(self) -> None:
        self._layout.setSpacing(scaled(SPACING_PIXELS))


def _texts(snapshot: Snapshot) -> dict[str, str]:
    """Return what applies to a run, by name."""
    texts = {"epoch": _epoch(snapshot.epoch), "step": format_count(snapshot.step)}
    if snapshot.in_step and snapshot.halted is None:
        return texts | _texts_of_step(snapshot)
    if snapshot.in_step:
        texts["op"] = _op(snapshot.trace)
    # The latest evaluation of a halted run is of parameters that were still well.
    evaluation = snapshot.evaluation if snapshot.halted is None else None
    train = evaluation.train if evaluation else None
    test = evaluation.test if evaluation else None
    texts["train_loss"] = format_value(train.loss) if train else _halting_loss(snapshot)
    has_test = snapshot.test_targets is not None
    if has_test:
        texts["test_loss"] = format_value(test.loss) if test else NOTHING
    if snapshot.spec.training.l1 or snapshot.spec.training.l2:
        texts["penalty"] = format_value(snapshot.penalty, digits=3)
    split, metrics = ("test", test) if has_test else ("train", train)
    score = "accuracy" if snapshot.task == "classification" else "r2"
    texts[f"{split}_{score}"] = _score(metrics)
    return texts


def _moment(snapshot: Snapshot) -> str:
    """Return of which step the losses and scores on show are, unless it is the one on show."""
    evaluation = snapshot.evaluation
    if evaluation is None or evaluation.step == snapshot.step:
        return ""
    step = format_count(evaluation.step)
    return f"Of step {step}: a run that goes on is evaluated every epoch, or every 100 steps."


def _rows(snapshot: Snapshot, split: Split) -> str:
    """Return of which rows the losses and scores of ``split`` are, unless they are of all."""
    evaluation, name = snapshot.evaluation, "training" if split == "train" else split
    train, test = (evaluation.train, evaluation.test) if evaluation else (None, None)
    metrics = train if split == "train" else test
    targets = snapshot.targets if split == "train" else snapshot.test_targets
    if metrics is None or targets is None or metrics.rows == len(targets):
        return ""
    rows, total = format_count(metrics.rows), format_count(len(targets))
    return f"Over {rows} of the {total} {name} rows, spread evenly."


def _texts_of_step(snapshot: Snapshot) -> dict[str, str]:
    """Return what a step in progress has brought so far for the sample in view."""
    values, last = snapshot.trace.values, snapshot.layout.layer_count
    return {
        "op": _op(snapshot.trace),
        "batch_loss": format_value(float(values["loss"])) if "loss" in values else UNKNOWN,
        "prediction": _answer(values.get(f"a{last}"), snapshot),
        "target": _answer(values.get("y"), snapshot),
    }


def _op(trace: Trace) -> str:
    return f"{trace.position} / {len(trace.ops)}"


def _answer(outputs: Floats | None, snapshot: Snapshot) -> str:
    """Return the one output there is, or the winning class; several numbers find no room."""
    if outputs is None:
        return UNKNOWN
    if outputs.size == 1:
        return format_value(float(outputs[0]))
    if snapshot.task == "classification":
        return output_names(snapshot)[int(outputs.argmax())]
    return f"{outputs.size} numbers"


def _halting_loss(snapshot: Snapshot) -> str:
    """Return the batch loss of the step that halted the run, if that far it came."""
    loss = snapshot.trace.values.get("loss")
    return NOTHING if snapshot.halted is None or loss is None else format_value(float(loss))


def _score(metrics: Metrics | None) -> str:
    if metrics is not None and metrics.accuracy is not None:
        return format_percent(metrics.accuracy)
    if metrics is not None and metrics.r2 is not None:
        return format_value(metrics.r2, digits=3)
    return NOTHING


def _epoch(epoch: float) -> str:
    """Write finished epochs; the first hundred with a tenth, never rounded up."""
    tenths = math.floor(10 * epoch)
    if tenths < 1000 and tenths % 10:
        return f"{tenths / 10:.1f}"
    return format_count(tenths // 10)
