"""The goodness of each label in the place of the samples: sums, what is taken for true, keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core import Snapshot, Trainer
from core.presets import load_preset
from gui.panels.samples_panel import SamplesPanel
from gui.samples.label_goodness import LabelGoodness
from gui.theme import apply_theme, current_theme


@pytest.fixture(scope="module")
def learnt() -> Snapshot:
    trainer = Trainer(load_preset("digits-forward-forward"))
    trainer.advance_steps(300)
    trainer.in_view.probe = ("test", 8)
    return trainer.snapshot()


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication, learnt: Snapshot) -> Iterator[LabelGoodness]:
    apply_theme(qapp, "dark")
    panel = SamplesPanel()
    qtbot.addWidget(panel)
    panel.resize(332, 402)
    panel.show()
    panel.show_snapshot(None, learnt)
    panel.choice.setFocus()
    qtbot.keyClick(panel.choice, Qt.Key.Key_End)
    assert panel.choice.selected_key() == "goodness"
    found = panel.views["goodness"]
    assert isinstance(found, LabelGoodness)
    # A panel without a name would be gone.
    yield found
    del panel


def words(view: LabelGoodness) -> list[str]:
    return [label.text() for label in view.window().findChildren(QLabel) if label.isVisible()]


def test_the_longest_bar_is_what_the_row_is_taken_for(
    view: LabelGoodness, learnt: Snapshot
) -> None:
    goodness = learnt.probe.goodness
    assert goodness is not None
    totals = goodness.sum(axis=1)
    best, true = int(totals.argmax()), int(learnt.probe.target.argmax())
    end = "right" if best == true else f"≠ {true}"
    (facts,) = [text for text in words(view) if text.startswith("test row 9")]
    assert facts.startswith(f"test row 9: most goodness for {best}")
    assert facts.endswith(end)
    image, ground = view.grab().toImage(), current_theme().panel.rgb()
    lengths = []
    for label in range(10):
        row = view.row_rect(label)
        y = round(row.center().y())
        # The bar begins behind the name and ends where the ground shows.
        across = [image.pixel(x, y) != ground for x in range(32, view.width())]
        lengths.append(across.index(False))
    order = totals.argsort()
    assert lengths[int(order[-1])] == max(lengths)
    assert lengths[int(order[0])] <= min(lengths) + 1


def test_pointer_and_keys_read_what_each_layer_gives(
    view: LabelGoodness, learnt: Snapshot, qtbot: QtBot
) -> None:
    goodness = learnt.probe.goodness
    assert goodness is not None

    def reads(label: int) -> bool:
        first, second = (f"{value:.3g}" for value in goodness[label])
        return any(
            text.startswith(f"{label}: ") and first[:3] in text and second[:3] in text
            for text in words(view)
        )

    qtbot.mouseMove(view, QPoint(100, round(view.row_rect(3).center().y())))
    assert reads(3)
    qtbot.mouseMove(view, QPoint(100, 2))
    view.setFocus()
    best = int(goodness.sum(axis=1).argmax())
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert reads(best)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert reads(max(best - 1, 0))
    assert f"{best}: " in view.in_words()


def test_it_is_offered_where_layers_learn_alone_and_nowhere_else(
    qtbot: QtBot, learnt: Snapshot
) -> None:
    def offered(snapshot: Snapshot) -> list[str]:
        panel = SamplesPanel()
        qtbot.addWidget(panel)
        panel.show()
        panel.show_snapshot(None, snapshot)
        return [panel.choice.itemText(k) for k in range(panel.choice.count())]

    assert "Goodness" in offered(learnt)
    assert "Goodness" not in offered(Trainer(load_preset("digits")).snapshot())
