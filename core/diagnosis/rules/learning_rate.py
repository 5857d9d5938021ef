"""Steps that are too long: they overshoot, throw units away, or lose what had been learnt.

All of these begin at a sound start; where the first loss or the first error signal was bad already,
the start is to blame and another rule says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from core.diagnosis.case import PATIENCE, Case, middle, middle_loss
from core.diagnosis.record import Record
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.rules.units import FLAT_LAYER, silent_shares
from core.diagnosis.words import number, percent, times

GROWTH = 10.0
RISING, TESTS = 0.5, 8
LONG_STEP, NOTABLE_STEP = 0.1, 2e-3
WRECKED_SHARE = 0.3
# Of the planned length: how fast units are lost that a step has thrown away.
THROW = 0.1
SOUND_SIGNAL, SOUND_START, LOST_SIGNAL = 3e-2, 0.1, 1e-2
ABOVE_GUESSING = 1.01
LOST = 1.4
NEARLY_SOLVED = 0.9
WARM = 0.05


def _is_sound(case: Case) -> bool:
    """Return whether nothing of the start explains that nothing is learnt."""
    first = case.first
    return not (
        first.is_symmetric
        or case.first_ratio < SOUND_SIGNAL
        or (first.flat and first.flat[-1] >= FLAT_LAYER)
    )


def _blows_up(case: Case) -> bool:
    is_sound = case.starts_normally and case.has_moved
    return is_sound and (case.halted or not case.now.loss <= GROWTH * case.start_level)


def _spikes(case: Case) -> bool:
    recent = case.recent(24 / 90, fewest=1)
    return (
        case.starts_normally
        and case.is_unsolved
        and not case.is_mastered
        and max(record.peak for record in recent) > GROWTH * case.start_level
        and case.gets_nowhere
    )


def _rising_share(case: Case) -> float:
    """Return which share of the last 8 tested steps made their own batch worse."""
    now = case.now
    for record in reversed(case.records):
        tested = now.tested - record.tested
        if tested >= TESTS:
            return (now.rose - record.rose) / tested
    return math.nan


def _overshoots(case: Case) -> bool:
    return (
        case.skill < NEARLY_SOLVED
        and _rising_share(case) >= RISING
        and case.gets_nowhere
        and not case.is_mastered
    )


def _steps_are_long(case: Case) -> bool:
    return (
        case.now.pace > LONG_STEP
        and case.is_unsolved
        and case.share > WARM
        and not case.first.is_symmetric
        and case.gets_nowhere
    )


def _lost_shares(case: Case, record: Record) -> tuple[float, ...]:
    """Return the shares of flat and of silent outputs by hidden layer."""
    return (*record.flat[:-1], *silent_shares(case, record))


def _growth(case: Case, before: Record, after: Record) -> float:
    """Return by how much the share of silent or flat units of a layer has grown at most."""
    pairs = zip(_lost_shares(case, after), _lost_shares(case, before), strict=False)
    return max((b - a for b, a in pairs if b == b and a == a), default=0.0)


def _wrecks_units(case: Case) -> bool:
    return (
        case.is_unsolved
        and _growth(case, case.first, case.now) >= WRECKED_SHARE
        and _is_sound(case)
        and case.gets_nowhere
        and not case.is_mastered
        and _were_thrown(case)
    )


def _were_thrown(case: Case) -> bool:
    """Return whether they were lost in a short while; those that drift there follow the task."""
    records = case.records
    for index, before in enumerate(records):
        until = before.step + THROW * case.horizon
        for after in records[index + 1 :]:
            if after.step > until:
                break
            if _growth(case, before, after) >= WRECKED_SHARE:
                return True
    return False


def _loses_signal(case: Case) -> bool:
    return (
        case.now.ratio < LOST_SIGNAL
        and case.first_ratio > SOUND_START
        and case.skill < 0.1
        and case.gets_nowhere
    )


def _hovers_above_guessing(case: Case) -> bool:
    recent = case.recent(12 / 90)
    return bool(
        recent
        and case.share >= 0.2
        and middle_loss(recent) > ABOVE_GUESSING * case.beginning.guessing
        and _is_sound(case)
        and middle([record.pace for record in recent]) > NOTABLE_STEP
        and case.gets_nowhere
    )


def _loses_ground(case: Case) -> bool:
    if case.share < 0.3 or case.skill >= NEARLY_SOLVED or case.is_mastered:
        return False
    recent = case.recent(0.06, fewest=2)
    if not recent or case.first.is_symmetric:
        return False
    return middle_loss(recent) > LOST * case.best


def _has_passed(case: Case) -> bool:
    return not case.halted and (
        not case.is_unsolved or case.is_mastered or (bool(case.recent()) and not case.gets_nowhere)
    )


def _account(
    case: Case,
    message: str,
    quantity: str,
    value: float,
    threshold: float,
    why: str,
    is_log: bool = False,
) -> Account:
    return Account(
        message=message,
        quantity=quantity,
        value=value,
        threshold=threshold,
        source="measured on 250 labelled runs",
        why=(
            why,
            f"The start was sound: the first loss was {number(case.first.loss, 3)}, where guessing "
            f"costs {number(case.beginning.guessing, 3)}.",
            f"So the cause is the step: the learning rate is {number(case.learning_rate)}.",
        ),
        clears="Clears when the loss falls again: by 5 % over a sixth of the run.",
        is_log=is_log,
    )


def _account_of_blow_up(case: Case) -> Account:
    loss = math.inf if case.halted else case.now.loss
    return _account(
        case,
        f"The loss rose from {number(case.first.loss, 3)} to {number(loss, 3)}: the steps "
        "are too long.",
        "Loss ÷ loss at the start",
        loss / case.start_level,
        GROWTH,
        "Each step lands on the far side of the valley, higher up than before.",
        is_log=True,
    )


def _account_of_spikes(case: Case) -> Account:
    peak = max(record.peak for record in case.recent(24 / 90, fewest=1)) / case.start_level
    return _account(
        case,
        f"Single batches have raised the loss to {times(peak)} its start, and it gets nowhere.",
        "Largest recent batch loss ÷ loss at the start",
        peak,
        GROWTH,
        "One step that is too long throws the weights out of the region that had been found.",
        is_log=True,
    )


def _account_of_overshoot(case: Case) -> Account:
    share = _rising_share(case)
    return _account(
        case,
        f"{percent(share)} of recent steps made the loss of their own batch worse.",
        "Steps that raised the loss of their own batch",
        share,
        RISING,
        "A step down the gradient lowers the loss of its own batch, unless it is too long.",
    )


def _account_of_long_steps(case: Case) -> Account:
    pace = case.now.pace
    return _account(
        case,
        f"A single update changes the weights by {percent(pace)} of their size.",
        "Size of an update ÷ size of the weights",
        pace,
        LONG_STEP,
        "Such steps replace the weights rather than improve them; 0.1 % is usual.",
        is_log=True,
    )


def _account_of_wrecks(case: Case) -> Account:
    share = _growth(case, case.first, case.now)
    return _account(
        case,
        f"Steps have pushed {percent(share)} more of a layer onto its flat side than at the start.",
        "Growth of silent or flat units in a layer",
        share,
        WRECKED_SHARE,
        "Units on their flat side pass no error signal back, and long steps have put them there.",
    )


def _account_of_lost_signal(case: Case) -> Account:
    ratio = case.now.ratio
    return _account(
        case,
        f"The error signal of the first layer has collapsed from {number(case.first_ratio)} to "
        f"{number(ratio)} of the last one's.",
        "Error signal, hidden 1 ÷ last hidden",
        ratio,
        LOST_SIGNAL,
        "At the start the signal came through: training itself has destroyed it.",
        is_log=True,
    )


def _account_of_hovering(case: Case) -> Account:
    level = middle_loss(case.recent(12 / 90)) / case.beginning.guessing
    return _account(
        case,
        "The loss stays above that of guessing, though a constant answer would reach it.",
        "Loss ÷ loss of the best constant guess",
        level,
        ABOVE_GUESSING,
        "The weights jump about instead of settling even on the simplest answer.",
    )


def _account_of_lost_ground(case: Case) -> Account:
    level = middle_loss(case.recent(0.06, fewest=2)) / max(case.best, 1e-300)
    return _account(
        case,
        f"The loss has been lower: it is {number(level)} times its best of {number(case.best, 3)}.",
        "Loss ÷ best loss so far",
        level,
        LOST,
        "Steps that are too long throw away what had been learnt.",
    )


def _rule(
    name: str,
    patience: float,
    holds: Callable[[Case], bool],
    account: Callable[[Case], Account],
    measure: Callable[[Case, Record], float],
    is_urgent: bool = False,
) -> Rule:
    return Rule(
        name,
        "learning_rate_too_high",
        "warning",
        patience,
        holds,
        account,
        _has_passed,
        measure,
        is_urgent,
    )


def _level(case: Case, record: Record) -> float:
    return record.loss / case.start_level


RULES = (
    _rule("blow-up", 0.0, _blows_up, _account_of_blow_up, _level, is_urgent=True),
    _rule(
        "spikes",
        6 / 90,
        _spikes,
        _account_of_spikes,
        lambda case, record: record.peak / case.start_level,
    ),
    _rule("overshoot", PATIENCE, _overshoots, _account_of_overshoot, lambda case, r: r.loss),
    _rule("long steps", PATIENCE, _steps_are_long, _account_of_long_steps, lambda case, r: r.pace),
    _rule("wrecked units", PATIENCE, _wrecks_units, _account_of_wrecks, lambda case, r: r.loss),
    _rule("lost signal", PATIENCE, _loses_signal, _account_of_lost_signal, lambda case, r: r.ratio),
    _rule(
        "above guessing",
        PATIENCE,
        _hovers_above_guessing,
        _account_of_hovering,
        lambda case, record: record.loss / max(case.beginning.guessing, 1e-300),
    ),
    _rule(
        "lost ground",
        PATIENCE,
        _loses_ground,
        _account_of_lost_ground,
        lambda case, record: record.loss / max(case.best, 1e-300),
    ),
)
