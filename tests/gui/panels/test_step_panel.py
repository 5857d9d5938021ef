"""The stage as a widget: pointing, choosing, walking, opening layers, the tape, the limits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox
from pytestqt.qtbot import QtBot

from core import Dataset, ExperimentSpec, Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from gui.panels.stage_panel import StagePanel
from gui.theme import apply_theme

LEFT = Qt.MouseButton.LeftButton
Open = Callable[..., StagePanel]


def at_op(preset: str, name: str, steps: int = 0) -> Trainer:
    trainer = Trainer(load_preset(preset))
    trainer.advance_steps(steps)
    while trainer.advance_op().name != name:
        pass
    return trainer


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication) -> Open:
    apply_theme(qapp, "dark")

    def open_one(trainer: Trainer, width: int = 820, height: int = 454) -> StagePanel:
        panel = StagePanel()
        qtbot.addWidget(panel)
        panel.set_animated(False)
        panel.resize(width, height)
        panel.show()
        panel.show_snapshot(None, trainer.snapshot())
        return panel

    return open_one


def spot(panel: StagePanel, reference: Reference) -> QPoint:
    found = panel.canvas.scene().spot_of(reference)
    assert found is not None, reference
    return found.rect.center().toPoint()


def test_pointing_at_a_number_says_which_and_the_card_tells_its_kin(
    qtbot: QtBot, opened: Open
) -> None:
    panel = opened(at_op("worked-example", "dW1"))
    heard: list[object] = []
    panel.value_pointed.connect(heard.append)
    reference = Reference("dz2", (0,))
    qtbot.mouseMove(panel.canvas, spot(panel, reference))
    assert heard == [reference]
    qtbot.mouseMove(panel.canvas, QPoint(2, 2))
    assert heard[-1] is None


def test_a_click_on_an_edge_or_a_bias_chooses_it(qtbot: QtBot, opened: Open) -> None:
    panel = opened(at_op("worked-example", "a2"))
    heard: list[object] = []
    panel.parameter_selected.connect(heard.append)
    for reference in (Reference("W2", (0, 1)), Reference("b1", (1,)), Reference("W1", (1, 0))):
        qtbot.mouseClick(panel.canvas, LEFT, pos=spot(panel, reference))
        assert heard[-1] == reference
    assert len(heard) == 3


def test_a_thin_edge_is_hit_beside_its_number(qtbot: QtBot, opened: Open) -> None:
    panel = opened(at_op("spiral", "a2"))
    gap = panel.canvas.scene().gaps[1]
    wire = gap.wires[-1]
    heard: list[object] = []
    panel.value_pointed.connect(heard.append)
    qtbot.mouseMove(panel.canvas, gap.middle(wire, 0.06).toPoint())
    found = heard[-1]
    assert isinstance(found, Reference)
    assert found.name == "W2"


def test_keys_walk_to_every_number_of_the_worked_example(qtbot: QtBot, opened: Open) -> None:
    panel = opened(at_op("worked-example", "dW1"))
    heard: list[Reference] = []
    panel.value_pointed.connect(heard.append)
    wanted = {s.figure.reference for s in panel.canvas.scene().spots}
    panel.canvas.setFocus()
    for _ in range(12):
        for _ in range(14):
            qtbot.keyClick(panel.canvas, Qt.Key.Key_Down)
        for _ in range(14):
            qtbot.keyClick(panel.canvas, Qt.Key.Key_Up)
        qtbot.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert wanted <= set(heard)
    assert "0.02706" in panel.canvas.accessibleDescription()


def test_a_layer_opens_into_its_operations_and_closes(qtbot: QtBot, opened: Open) -> None:
    panel = opened(at_op("worked-example", "a2"))
    stand = panel.canvas.plan().stand(1)
    assert stand is not None
    head = QPoint(round((stand.left + stand.right) / 2), 14)
    qtbot.mouseClick(panel.canvas, LEFT, pos=head)
    texts = {(s.figure.label, s.figure.text) for s in panel.canvas.scene().spots}
    # 0.15 · 0.5 + 0.25 · 0.8 = 0.275, with the bias 0.625, its sigmoid 0.6514.
    assert {("Σ w·a", "0.2750"), ("b", "0.35"), ("z", "0.6250"), ("a", "0.6514")} <= texts
    qtbot.mouseClick(panel.canvas, LEFT, pos=head)
    assert all(s.figure.label != "Σ w·a" for s in panel.canvas.scene().spots)


def test_the_tape_goes_to_the_op_that_is_clicked(qtbot: QtBot, opened: Open) -> None:
    panel = opened(at_op("worked-example", "loss"))
    heard: list[int] = []
    panel.op_requested.connect(heard.append)
    for place in (0, 9, 14):
        cell = panel.tape.cells()[place]
        qtbot.mouseClick(panel.tape, LEFT, pos=cell.center().toPoint())
    assert heard == [0, 9, 14]


def test_samples_are_chosen_from_the_list_and_by_page_keys(qtbot: QtBot, opened: Open) -> None:
    panel = opened(at_op("spiral", "z1"))
    heard: list[int] = []
    panel.sample_requested.connect(heard.append)
    box = next(b for b in panel.findChildren(QComboBox) if b.accessibleName() == "Sample")
    assert box.count() == 10
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    panel.activateWindow()
    panel.canvas.setFocus()
    qtbot.waitUntil(panel.canvas.hasFocus)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_PageDown)
    assert heard == [1, 1]


def test_one_sample_alone_is_asked_for_and_shown(qtbot: QtBot, opened: Open) -> None:
    panel = opened(at_op("spiral", "z1"))
    heard: list[bool] = []
    panel.alone_requested.connect(heard.append)
    box = next(b for b in panel.findChildren(QCheckBox) if b.text() == "This sample alone")
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert heard == [True]
    panel.set_alone(False)
    assert not box.isChecked()
    assert heard == [True]


def test_another_views_value_lights_up(opened: Open) -> None:
    panel = opened(at_op("worked-example", "da1"))
    before = panel.canvas.grab().toImage()
    panel.point_at(Reference("a1", (1,)))
    assert panel.canvas.grab().toImage() != before
    panel.point_at(None)
    assert panel.canvas.grab().toImage() == before


def test_a_hidden_value_is_nowhere_on_the_stage(opened: Open) -> None:
    panel = opened(at_op("worked-example", "da1"))
    assert "da1[1] −0.01661" in panel.in_words()
    panel.set_hidden(frozenset({"da1"}))
    assert "da1" not in panel.in_words()
    assert all(s.figure.text != "−0.01661" for s in panel.canvas.scene().spots)


def test_numbers_that_are_not_finite_are_said_as_they_are(opened: Open) -> None:
    spec = load_preset("regression-sine").with_changes(
        {"training.optimizer.learning_rate": 1e300, "network.layers[0].activation": "linear"}
    )
    trainer = Trainer(spec)
    trainer.advance_steps(100)
    assert trainer.halted is not None
    panel = opened(trainer)
    panel.grab()
    assert "NaN" in panel.in_words() or "∞" in panel.in_words()


def wide(widths: tuple[int, ...], rows: int) -> Trainer:
    draw = np.random.default_rng(0)
    layers = [{"units": n, "activation": "relu"} for n in widths[1:-1]]
    layers.append({"units": widths[-1], "activation": "softmax"})
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "digits"},
            "network": {"layers": layers},
            "training": {"loss": "cross_entropy", "batch_size": rows},
        }
    )
    targets = np.eye(widths[-1])[draw.integers(0, widths[-1], rows)]
    inputs = draw.normal(size=(rows, widths[0]))
    return Trainer(spec, Dataset(inputs, targets, task="classification"))


@pytest.mark.parametrize(
    ("widths", "rows"), [((30, 4096, 3), 16), ((8, 16, 3), 4096)], ids=["units", "batch"]
)
def test_four_thousand_units_or_samples_step_with_the_rest_counted(
    opened: Open, widths: tuple[int, ...], rows: int
) -> None:
    trainer = wide(widths, rows)
    panel = opened(trainer)
    for _ in trainer.program.ops:
        trainer.advance_op()
        panel.show_snapshot(None, trainer.snapshot())
        panel.grab()
    stand = panel.canvas.plan().stand(1)
    assert stand is not None
    assert len(stand.units) + stand.hidden == widths[1]
    box = next(b for b in panel.findChildren(QComboBox) if b.accessibleName() == "Sample")
    assert box.itemText(0).startswith(f"1 of {rows:,}")
