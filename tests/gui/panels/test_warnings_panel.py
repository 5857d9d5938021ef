"""The warnings panel: one card a cause, its evidence, its cures, and a log of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core import Finding, Snapshot, Trainer
from core.presets import load_preset
from core.training.snapshot import TrialReport, TrialView
from gui.controls.column_scroll import ColumnScroll
from gui.findings import SpotChoice, key_of, spot_of
from gui.panels.warnings_panel import NOTHING, WarningsPanel
from gui.theme import apply_theme
from gui.warnings.cure_row import CureRow
from tests.gui.findings import (
    FAILED,
    HELPED,
    RATE,
    RELU,
    TANH,
    evidence,
    finding,
    history,
    trial,
    vanishing,
)

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
SATURATED = finding("saturated", cause="vanishing", evidence=evidence(layers=(1, 3)))
DEAD = finding("dead", layer=3, step=30, remedies=(RATE,), evidence=evidence(layers=(3, 3)))
WIDER = replace(TANH, title="More units")
NORMALIZED = replace(TANH, title="Batch normalization", cured=12, tried=14)
MANY = (RELU, TANH, WIDER, RATE, NORMALIZED)
OLD = finding("slow", step=4, cleared_step=60)


@cache
def fresh() -> Snapshot:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_step()
    return trainer.snapshot()


def run(
    *findings: Finding, tried: TrialView | None = None, step: int = 640, **changes: object
) -> Snapshot:
    """Return a snapshot with ``findings`` and the history of the first one's quantity."""
    histories = {"error_signal_ratio": history([0.5, 1e-5, 1.4e-6, 1.3e-6], last_step=step)}
    return replace(
        fresh(), findings=findings, histories=histories, trial=tried, step=step, **changes
    )


Show = Callable[[Snapshot], WarningsPanel]


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[WarningsPanel]:
    apply_theme(qapp, "dark")
    panel = WarningsPanel()
    qtbot.addWidget(panel)
    panel.resize(380, 702)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    apply_theme(qapp, "dark")


def show(panel: WarningsPanel, snapshot: Snapshot) -> None:
    panel.show_snapshot(None, snapshot)
    QApplication.processEvents()


def texts(widget: QWidget) -> str:
    """Return every visible text in ``widget``."""
    labels = [child for child in widget.findChildren(QWidget) if child.isVisible()]
    return "\n".join(label.text() for label in labels if hasattr(label, "text"))


def row(panel: WarningsPanel, title: str) -> CureRow:
    rows = [row for card in panel.cards for row in card.cures]
    return next(row for row in rows if row.remedy.title == title)


def visible_buttons(cure: CureRow) -> list[str]:
    buttons = (cure.discard, cure.apply, cure.try_it, cure.begin)
    shown = [button for button in buttons if button.isVisible()]
    return [getattr(button, "text", str)() or button.accessibleName() for button in shown]


# ---------------------------------------------------------------------- cards


def test_without_a_finding_the_panel_says_so_in_one_line(panel: WarningsPanel) -> None:
    show(panel, run())
    assert panel.cards == []
    assert NOTHING in texts(panel)
    assert panel.accessibleDescription().startswith(NOTHING)


def test_a_warning_shows_kind_beginning_sentence_and_both_numbers(panel: WarningsPanel) -> None:
    show(panel, run(vanishing()))
    shown = texts(panel)
    for words in ("Vanishing gradient", "since step 8", "the early layers do not learn"):
        assert words in shown
    assert "Error signal, hidden 1 ÷ hidden 10" in shown
    bar = panel.cards[0].bar
    assert bar.accessibleDescription().endswith("1.4e−6, below the threshold 0.01")
    assert "0.223⁹ = 1.4e−6" in shown
    assert "Not offered: drawing new sigmoid weights (cured 0 of 12)." in shown
    assert "Clears above 0.03 for 8 checks" in shown
    assert NOTHING not in shown


def test_the_history_says_where_the_value_was_and_is(panel: WarningsPanel) -> None:
    show(panel, run(vanishing()))
    words = panel.cards[0].sparkline.accessibleDescription()
    assert words == "0.5 at step 0, 1.3e−6 at step 640; warned at step 8"


def test_a_finding_without_numbers_or_history_hides_bar_and_history(panel: WarningsPanel) -> None:
    bare = evidence(quantity="", why=(), clears="", source="", not_offered=(), series="")
    show(panel, run(vanishing(evidence=bare, remedies=())))
    card = panel.cards[0]
    assert not card.bar.isVisible()
    assert not card.sparkline.isVisible()
    assert "Why is that" not in texts(panel)
    assert "Cures" not in texts(panel)


def test_an_empty_history_hides_the_plot_until_there_is_one(panel: WarningsPanel) -> None:
    empty = replace(run(vanishing()), histories={"error_signal_ratio": history([])})
    show(panel, empty)
    assert not panel.cards[0].sparkline.isVisible()
    show(panel, run(vanishing()))
    assert panel.cards[0].sparkline.isVisible()


def test_measured_and_threshold_are_never_written_over_each_other(panel: WarningsPanel) -> None:
    for value in (0.0099, 0.01, 1e-12, 0.0101):
        for is_high in (False, True):
            show(panel, run(vanishing(evidence=evidence(value=value, is_high=is_high))))
            bar = panel.cards[0].bar
            first, second = bar.label_boxes()
            assert not first.intersects(second)
            for box in (first, second):
                assert box.left() >= 0
                assert box.right() <= bar.width()


def scroll_area(panel: WarningsPanel) -> ColumnScroll:
    return next(each for each in panel.findChildren(ColumnScroll) if each.isVisible())


@pytest.mark.parametrize(
    ("findings", "tried"),
    [
        ((vanishing(), SATURATED), None),
        ((vanishing(remedies=(RELU, TANH, RATE)),), None),
        ((vanishing(),), trial(report=HELPED)),
    ],
)
def test_one_card_fits_the_smallest_usual_window(
    panel: WarningsPanel, findings: tuple[Finding, ...], tried: TrialView | None
) -> None:
    show(panel, run(*findings, tried=tried))
    assert scroll_area(panel).verticalScrollBar().maximum() == 0


def test_only_what_does_not_fit_is_scrolled(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(), SATURATED))
    area = scroll_area(panel)
    contents = area.widget()
    needed = contents.layout().heightForWidth(contents.width())
    panel.resize(panel.width(), panel.height() + needed - area.viewport().height())
    QApplication.processEvents()
    assert area.verticalScrollBar().maximum() == 0
    panel.resize(panel.width(), panel.height() - 20)
    QApplication.processEvents()
    assert area.verticalScrollBar().maximum() > 0


def test_the_card_is_as_wide_at_every_height(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(), SATURATED))
    area = scroll_area(panel)
    needed = area.widget().layout().heightForWidth(area.widget().width())
    highest = panel.height() + needed - area.viewport().height()
    for height in range(highest - 30, highest + 3):
        panel.resize(panel.width(), height)
        QApplication.processEvents()
        assert area.widget().width() == panel.cards[0].width() == panel.width() - 2


def test_what_a_finding_explains_is_listed_on_its_card_and_unfolds(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(vanishing(), SATURATED))
    assert len(panel.cards) == 1
    companions = panel.cards[0].companions
    assert companions.text() == "Also: saturated units in layers 1 to 3"
    assert "The error signal dies" not in texts(companions)
    qtbot.mouseClick(companions.toggle, LEFT)
    assert "The error signal dies" in texts(companions)


def test_of_several_cards_the_first_is_open_and_a_click_on_a_band_opens_another(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(vanishing(), DEAD))
    first, second = panel.cards
    assert (first.is_open(), second.is_open()) == (True, False)
    qtbot.mouseClick(second.band, LEFT)
    assert second.is_open()
    second.band.toggle.setFocus()
    qtbot.keyClick(second.band.toggle, Key.Key_Space)
    assert not second.is_open()


def test_a_single_card_cannot_be_folded(panel: WarningsPanel, qtbot: QtBot) -> None:
    show(panel, run(vanishing()))
    qtbot.mouseClick(panel.cards[0].band, LEFT)
    assert panel.cards[0].is_open()
    assert not panel.cards[0].band.toggle.isVisible()


def test_a_card_stays_the_same_while_its_finding_is_open(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(), DEAD))
    cards = list(panel.cards)
    cards[1].set_open(True)
    show(panel, run(vanishing(), DEAD, step=700))
    assert panel.cards == cards
    show(panel, run(vanishing(cleared_step=720), DEAD, step=720))
    assert panel.cards == [cards[1]]
    assert cards[1].is_open()


def test_a_card_is_gone_from_the_picture_as_soon_as_its_finding_has_passed(
    panel: WarningsPanel,
) -> None:
    show(panel, run(vanishing(), DEAD))
    passed, stays = panel.cards
    panel.show_snapshot(None, run(vanishing(cleared_step=700), DEAD))
    assert not passed.isVisible()
    assert stays.isVisible()


def test_a_new_error_opens_above_what_is_being_read(panel: WarningsPanel) -> None:
    show(panel, run(vanishing()))
    error = finding("non_finite", "error", step=650, evidence=evidence(layers=(2, 2)))
    show(panel, run(vanishing(), error))
    assert [card.finding.kind for card in panel.cards] == ["non_finite", "vanishing"]
    assert all(card.is_open() for card in panel.cards)


def test_information_has_a_quiet_card_behind_the_warnings(panel: WarningsPanel) -> None:
    plateau = finding("plateau", "info", message="The loss has stopped falling.", began=300)
    show(panel, run(plateau, vanishing()))
    warning, told = panel.cards
    assert [warning.finding.kind, told.finding.kind] == ["vanishing", "plateau"]
    assert (warning.band.property("role"), warning.is_open()) == ("warning_band", True)
    assert (told.band.property("role"), told.is_open()) == ("information_band", False)
    show(panel, run(plateau))
    assert [card.finding.kind for card in panel.cards] == ["plateau"]
    assert "The loss has stopped falling." in texts(panel)
    assert panel.cards[0].is_open()


def test_the_log_lists_every_finding_once_it_is_unfolded(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(OLD, vanishing()))
    assert panel.log.counts() == "All warnings: 1 open, 1 cleared"
    entry = "step 4: slow learning in layer 1, cleared at step 60"
    assert entry not in texts(panel.log)
    panel.log.toggle.setFocus()
    qtbot.keyClick(panel.log.toggle, Key.Key_Space)
    assert entry in texts(panel.log)
    assert "step 8: vanishing gradient in layers 1 to 6, open" in texts(panel.log)


def test_a_hidden_panel_catches_up_when_it_is_seen(panel: WarningsPanel) -> None:
    panel.hide()
    show(panel, run(vanishing()))
    assert panel.cards == []
    panel.show()
    assert len(panel.cards) == 1


def test_the_panel_is_described_in_words(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(), SATURATED))
    words = panel.accessibleDescription()
    assert "Vanishing gradient, since step 8" in words
    assert "1.4e−6, below the threshold 0.01" in words
    assert "Also: saturated units in layers 1 to 3" in words
    assert "ReLU + He initialization (cures 26 of 27)" in words


@pytest.mark.parametrize("theme", ["light", "high_contrast"])
def test_a_change_of_theme_repaints_cards(
    panel: WarningsPanel, qapp: QApplication, theme: str
) -> None:
    show(panel, run(vanishing(), DEAD))
    before = panel.grab().toImage()
    apply_theme(qapp, theme)
    assert panel.grab().toImage() != before


# ---------------------------------------------------------------------- cures


def test_cures_show_how_often_they_worked_and_the_first_is_filled(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(remedies=(RELU, TANH, RATE))))
    rows = panel.cards[0].cures
    assert [cure.rate() for cure in rows] == [
        "cures 26 of 27",
        "cures 12 of 12",
        "cure not measured",
    ]
    assert [cure.try_it.property("role") for cure in rows] == ["primary", "", ""]
    assert "Cures that were measured to work" in texts(panel)


def test_a_best_cure_that_was_not_measured_is_not_said_to_be(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(remedies=(RATE, RELU))))
    assert "Cures that were measured to work" not in texts(panel)
    assert "Cures" in texts(panel)


def test_new_cures_stand_on_the_card_at_once(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(remedies=(RELU,))))
    panel.show_snapshot(None, run(vanishing(remedies=(RELU, TANH))))
    cures = panel.cards[0].cures
    assert [cure.remedy.title for cure in cures] == [RELU.title, TANH.title]
    assert all(cure.isVisible() for cure in cures)
    assert cures[1].y() >= cures[0].geometry().bottom()


def test_details_tell_what_changes_on_demand(panel: WarningsPanel, qtbot: QtBot) -> None:
    show(panel, run(vanishing()))
    cure = row(panel, RELU.title)
    assert "initializer Xavier → He normal" not in texts(cure)
    assert "initializer Xavier → He normal" in cure.toolTip()
    cure.details.setFocus()
    qtbot.keyClick(cure.details, Key.Key_Space)
    assert "initializer Xavier → He normal" in texts(cure)
    assert "The slope of a ReLU is 1" in texts(cure)


def test_try_it_asks_for_a_trial_from_the_start(panel: WarningsPanel, qtbot: QtBot) -> None:
    show(panel, run(vanishing()))
    with qtbot.waitSignal(panel.try_requested) as asked:
        qtbot.mouseClick(row(panel, TANH.title).try_it, LEFT)
    assert asked.args == ["vanishing", TANH, True]


def test_a_cure_that_need_not_restart_can_be_tried_from_here(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(DEAD))
    cure = row(panel, RATE.title)
    qtbot.mouseClick(cure.begin, LEFT)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    with qtbot.waitSignal(panel.try_requested) as asked:
        qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, Key.Key_Return)
    assert asked.args == ["dead", RATE, False]


def test_a_cure_that_restarts_offers_no_other_beginning(panel: WarningsPanel) -> None:
    show(panel, run(vanishing()))
    assert visible_buttons(row(panel, RELU.title)) == ["Apply", "Try it"]


def test_apply_asks_for_the_change_itself(panel: WarningsPanel, qtbot: QtBot) -> None:
    show(panel, run(vanishing()))
    cure = row(panel, RELU.title)
    cure.apply.setFocus()
    with qtbot.waitSignal(panel.apply_requested) as asked:
        qtbot.keyClick(cure.apply, Key.Key_Space)
    assert asked.args == ["vanishing", RELU]


# ---------------------------------------------------------------------- trials


def test_a_running_trial_shows_its_progress_and_holds_the_others_back(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(vanishing(), tried=trial(RELU, done=120)))
    tried, other = row(panel, RELU.title), row(panel, TANH.title)
    assert tried.rate() == "step 120 of 400"
    assert visible_buttons(tried) == ["Stop"]
    assert not other.try_it.isEnabled()
    with qtbot.waitSignal(panel.trial_ended) as ended:
        qtbot.mouseClick(tried.discard, LEFT)
    assert ended.args == [False]


def test_a_number_that_grows_is_never_cut(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(), tried=trial(RELU, done=9)))
    cure = row(panel, RELU.title)
    panel.show_snapshot(None, run(vanishing(), tried=trial(RELU, done=300_000)))
    label = next(each for each in cure.findChildren(QLabel) if each.text() == cure.rate())
    assert label.text() == "step 300,000 of 400"
    assert label.width() >= label.sizeHint().width()


def test_a_trial_that_helped_can_be_applied_or_discarded(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(vanishing(), tried=trial(RELU, HELPED, done=400)))
    cure = row(panel, RELU.title)
    assert cure.report() == "Tried: helped. The training loss is 0.068 instead of 0.693."
    assert visible_buttons(cure) == ["Discard", "Apply"]
    assert cure.apply.property("role") == "primary"
    other = row(panel, TANH.title).try_it
    assert other.isEnabled()
    assert other.property("role") != "primary"
    with qtbot.waitSignal(panel.trial_ended) as ended:
        qtbot.mouseClick(cure.apply, LEFT)
    assert ended.args == [True]


@pytest.mark.parametrize("report", [HELPED, FAILED])
def test_what_came_of_a_trial_has_its_room_before_it_is_painted(
    panel: WarningsPanel, report: TrialReport
) -> None:
    show(panel, run())
    longer = replace(report, sentence=report.sentence * 3)
    panel.show_snapshot(None, run(vanishing(), tried=trial(RELU, longer, done=400)))
    cure = row(panel, RELU.title)
    assert cure.height() >= cure.heightForWidth(cure.width())


def test_a_trial_that_did_not_help_can_only_be_discarded(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(), tried=trial(RELU, FAILED, done=400)))
    cure = row(panel, RELU.title)
    assert cure.report() == "Tried: did not help. The training loss is still 0.693."
    assert visible_buttons(cure) == ["Discard"]


def test_a_cure_that_did_not_help_stays_withdrawn_and_the_next_is_filled(
    panel: WarningsPanel,
) -> None:
    show(panel, run(vanishing(), tried=trial(RELU, FAILED, done=400)))
    show(panel, run(vanishing()))
    cure, other = row(panel, RELU.title), row(panel, TANH.title)
    assert visible_buttons(cure) == []
    assert "did not help" in cure.report()
    assert other.try_it.property("role") == "primary"


def test_it_is_offered_again_when_the_finding_is_raised_anew(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(), tried=trial(RELU, FAILED, done=400)))
    show(panel, run(vanishing(cleared_step=700)))
    show(panel, run(vanishing(cleared_step=700), vanishing(step=900)))
    assert visible_buttons(row(panel, RELU.title)) == ["Apply", "Try it"]


def test_a_trial_whose_finding_has_passed_can_still_be_ended(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(vanishing(cleared_step=650), tried=trial(RELU, HELPED, done=400)))
    assert panel.other_trial is not None
    with qtbot.waitSignal(panel.trial_ended) as ended:
        qtbot.mouseClick(panel.other_trial.discard, LEFT)
    assert ended.args == [False]
    show(panel, run(vanishing(cleared_step=650)))
    assert panel.other_trial is None


def test_of_many_cures_the_best_are_shown_and_the_others_are_told_in_a_line(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(vanishing(remedies=MANY)))
    card = panel.cards[0]
    assert [cure.isVisible() for cure in card.cures] == [True, True, True, False, False]
    assert card.more.text() == f"2 more: {RATE.title}, Batch normalization (12 of 14)"
    assert card.more.y() > card.cures[2].y()
    card.more.toggle.setFocus()
    qtbot.keyClick(card.more.toggle, Key.Key_Space)
    assert all(cure.isVisible() for cure in card.cures)
    assert card.cures[3].y() > card.more.y()
    # They stay unfolded when the numbers of the cures change.
    panel.show_snapshot(None, run(vanishing(remedies=(*MANY[:4], replace(MANY[4], cured=13)))))
    assert all(cure.isVisible() for cure in card.cures)
    qtbot.mouseClick(card.more.toggle, LEFT)
    assert not card.cures[4].isVisible()


def test_few_cures_are_all_shown(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(remedies=MANY[:4])))
    card = panel.cards[0]
    assert all(cure.isVisible() for cure in card.cures)
    assert not card.more.isVisible()


def test_a_cure_is_not_folded_while_it_is_tried(panel: WarningsPanel) -> None:
    show(panel, run(vanishing(remedies=MANY), tried=trial(MANY[4])))
    assert panel.cards[0].cures[4].isVisible()


def test_the_card_of_a_deep_sigmoid_fits_the_smallest_usual_window(panel: WarningsPanel) -> None:
    trainer = Trainer(load_preset("deep-sigmoid"))
    trainer.advance_steps(1500)
    show(panel, trainer.snapshot())
    (card,) = panel.cards
    assert len(card.cures) == 5
    column = next(c for c in panel.findChildren(ColumnScroll) if c.isAncestorOf(card))
    assert column.verticalScrollBar().maximum() == 0


# ---------------------------------------------------------------------- show me


def test_show_me_is_pressed_for_what_is_pointed_out_and_takes_it_away(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    snapshot = run(vanishing(), DEAD)
    show(panel, snapshot)
    button = panel.cards[0].show_me
    assert button.isChecked()
    with qtbot.waitSignal(panel.spot_chosen) as chosen:
        qtbot.mouseClick(button, LEFT)
    assert not button.isChecked()
    assert spot_of(snapshot.findings, chosen.args[0]) is None


def test_show_me_points_out_another_finding(panel: WarningsPanel, qtbot: QtBot) -> None:
    show(panel, run(vanishing(), DEAD))
    first, second = panel.cards
    second.set_open(True)
    with qtbot.waitSignal(panel.spot_chosen) as chosen:
        qtbot.mouseClick(second.show_me, LEFT)
    assert chosen.args == [SpotChoice(key_of(DEAD))]
    assert (first.show_me.isChecked(), second.show_me.isChecked()) == (False, True)


def test_a_finding_about_the_whole_network_has_nothing_to_show(panel: WarningsPanel) -> None:
    whole = finding("slow", layer=0, evidence=evidence(layers=(0, 0)))
    show(panel, run(whole))
    assert not panel.cards[0].show_me.isVisible()


# ---------------------------------------------------------------------- keyboard


def test_every_button_of_a_card_is_reached_with_tab_and_has_a_name_of_its_own(
    panel: WarningsPanel, qtbot: QtBot
) -> None:
    show(panel, run(vanishing(remedies=(RELU, RATE)), SATURATED))
    wanted = [button for button in panel.findChildren(QPushButton) if button.isVisible()]
    card = panel.cards[0]
    wanted += [card.companions.toggle, card.cures[0].details, card.cures[1].begin, panel.log.toggle]
    reached = set()
    panel.setFocus()
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget() or panel, Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert set(wanted) <= reached
    names = [widget.accessibleName() for widget in wanted]
    assert all(names)
    assert len(set(names)) == len(names)


def test_the_line_of_lesser_cures_is_reached_with_tab(panel: WarningsPanel, qtbot: QtBot) -> None:
    show(panel, run(vanishing(remedies=MANY)))
    toggle = panel.cards[0].more.toggle
    panel.setFocus()
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget() or panel, Key.Key_Tab)
        if QApplication.focusWidget() is toggle:
            break
    assert toggle.hasFocus()
    assert toggle.accessibleName() == "Unfold: 2 more cures"
