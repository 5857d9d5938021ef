"""What lies over the diagram: the card, the region of a finding, what is unfolded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from core import Finding, Snapshot
from gui.diagram.card import place_card
from gui.diagram.unfolding import Unfolding
from gui.findings import SpotChoice, spot_of
from tests.gui.diagram.runs import snapshot
from tests.gui.findings import vanishing

AREA = QRectF(0, 38, 644, 330)


def deep(finding: Finding) -> Snapshot:
    """Return a snapshot of a network with 127 hidden layers and ``finding``."""
    return replace(snapshot("LAYERS_128"), findings=(finding,))


@pytest.mark.parametrize("x", [50, 230, 400, 600])
@pytest.mark.parametrize("y", [90, 220, 360])
def test_the_card_covers_neither_the_pointer_nor_what_it_explains(x: int, y: int) -> None:
    node = QRectF(x - 16, y - 16, 32, 32)
    card = place_card((160, 100), QPointF(x, y), [node], [], AREA)
    assert not card.intersects(node)
    assert AREA.adjusted(-1, -1, 1, 1).contains(card)


def test_the_card_keeps_off_other_nodes_where_there_is_room() -> None:
    own, next_column = QRectF(200, 50, 46, 290), QRectF(390, 50, 46, 290)
    card = place_card((120, 100), QPointF(230, 200), [own], [own, next_column], AREA)
    assert not card.intersects(own)
    assert not card.intersects(next_column)


def test_the_region_covers_the_layers_that_the_finding_measured_as_starved() -> None:
    spot = spot_of(deep(vanishing()).findings, SpotChoice())
    assert spot is not None
    assert spot.layers == (1, 6)
    assert spot.words == "less than 1 % of the error signal arrives here"


def test_a_finding_that_has_passed_outlines_nothing() -> None:
    assert spot_of(deep(vanishing(cleared_step=20)).findings, SpotChoice()) is None


def with_busiest(shown: Snapshot, unit: int, state: str) -> Snapshot:
    """Return ``shown`` with ``unit`` of layer 1 by far the busiest."""
    gradient = np.array(shown.gradient)
    shown.layout.weights(gradient, 1)[unit] = 100.0
    return replace(shown, gradient=gradient, state=state)


def test_the_choice_of_units_rests_while_training_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("gui.diagram.unfolding.monotonic", lambda: clock[0])
    shown = snapshot("DIGITS")
    unfolding = Unfolding()
    unfolding.restart(with_busiest(shown, 3, "running"))
    unfolding.renew(with_busiest(shown, 3, "running"))
    assert unfolding.choose(1, 1) == (3,)
    clock[0] += 1.0
    assert not unfolding.renew(with_busiest(shown, 5, "running"))
    assert unfolding.choose(1, 1) == (3,)
    clock[0] += 3.0
    assert unfolding.renew(with_busiest(shown, 5, "running"))
    assert unfolding.choose(1, 1) == (5,)


def test_a_pause_shows_the_busiest_units_of_that_moment() -> None:
    shown = snapshot("DIGITS")
    unfolding = Unfolding()
    unfolding.restart(with_busiest(shown, 3, "running"))
    assert unfolding.choose(1, 1) == (3,)
    assert unfolding.renew(with_busiest(shown, 5, "paused"))
    assert unfolding.choose(1, 1) == (5,)
