"""The failure gallery in the real window: Play, read the card, press its first cure, see it mend.

The twins look alarming and nothing is said of them.
"""

from __future__ import annotations

import pytest

from core.presets import presets
from gui.panels.warnings_panel import NOTHING
from gui.warnings.card import WarningCard
from gui.widgets.paragraph import Paragraph
from tests.gui.driver import Driver, OpenWindow

# What the head of the card says, and the cure at its top.
CARDS = {
    "deep-sigmoid": ("Vanishing gradient", "ReLU + He initialization"),
    "fail-exploding": ("Exploding loss", "ReLU + He initialization, Adam at 0.003"),
    "fail-learning-rate": ("Learning rate too high", "Learning rate 1"),
    "fail-dead-start": ("Dead units", "He initialization, biases 0"),
    "fail-dead-later": ("Learning rate too high", "Learning rate 0.2"),
    "fail-unscaled": ("Unnormalized inputs", "Standardize the inputs"),
    "fail-zero-start": ("Symmetric units", "ReLU + He initialization"),
    "fail-no-biases": ("Plateau", "Biases"),
    "fail-local-minimum": ("Plateau", "More units in the hidden layers"),
    "fail-saturated-output": ("Saturated units", "Cross-entropy loss"),
    "fail-underflow": ("Underflow", "Loss scale 512"),
}


def first_card(driver: Driver) -> WarningCard | None:
    cards = driver.window.right.warnings.cards
    return cards[0] if cards else None


def wait_for_card(driver: Driver, title: str) -> WarningCard:
    def is_there() -> bool:
        card = first_card(driver)
        return card is not None and card.accessibleName() == title

    driver.wait(is_there)
    card = first_card(driver)
    assert card is not None
    return card


def has_learnt(driver: Driver) -> bool:
    evaluation = driver.snapshot.evaluation
    assert evaluation is not None
    metrics = evaluation.train
    score = metrics.r2 if metrics.accuracy is None else metrics.accuracy
    return score is not None and score > 0.9


@pytest.mark.parametrize("key", CARDS)
def test_a_failure_tells_what_is_wrong_and_its_first_cure_mends_it(
    open_window: OpenWindow, key: str
) -> None:
    title, cure = CARDS[key]
    driver = open_window(key)
    driver.press("Right column: Warnings")
    driver.press("Play")
    if key == "fail-exploding":
        # A number that is not finite opens the trace at the op that wrote it.
        driver.wait(lambda: driver.window.right.tab == "trace")
        driver.press("Right column: Warnings")
    card = wait_for_card(driver, title)
    assert card.is_open()
    assert card.finding.message in (card.band.sentence.text(), card.band.sentence.toolTip())
    assert card.cures[0].remedy.title == cure
    assert not has_learnt(driver)
    driver.click(card.cures[0].apply)
    driver.wait(lambda: driver.snapshot.spec == driver.window.session.spec)
    driver.wait(lambda: driver.snapshot.undo == cure)
    if driver.snapshot.state != "running":
        driver.press("Play")
    driver.wait(lambda: has_learnt(driver))
    driver.pause()
    assert driver.snapshot.halted is None


def test_an_overfitting_run_is_ended_where_its_test_loss_was_best(open_window: OpenWindow) -> None:
    driver = open_window("fail-overfitting")
    driver.press("Right column: Warnings")
    driver.press("Play")
    card = wait_for_card(driver, "Overfitting")
    cure = card.cures[0]
    evaluation = driver.snapshot.evaluation
    assert evaluation is not None
    assert evaluation.test is not None
    late = evaluation.test.loss
    assert cure.remedy.title.startswith("Stop at step ")
    driver.click(cure.apply)
    driver.wait(lambda: driver.snapshot.undo == cure.remedy.title)
    if driver.snapshot.state != "running" and driver.snapshot.step == 0:
        driver.press("Play")
    driver.wait(lambda: driver.snapshot.step == driver.spec.training.steps)
    driver.settle()
    stopped = driver.snapshot.evaluation
    assert stopped is not None
    assert stopped.test is not None
    assert stopped.test.loss < late / 2


@pytest.mark.parametrize(
    "key", [preset.key for preset in presets() if preset.key.startswith("twin-")]
)
def test_a_twin_learns_in_silence(open_window: OpenWindow, key: str) -> None:
    driver = open_window(key)
    driver.press("Right column: Warnings")
    driver.run_until(2500)
    driver.pause()
    assert has_learnt(driver)
    assert driver.snapshot.findings == ()
    assert first_card(driver) is None
    said = [each.text() for each in driver.window.right.warnings.findChildren(Paragraph)]
    assert NOTHING in said
