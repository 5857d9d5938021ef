"""Steps that are too long: they overshoot, throw units away, or lose what had been learnt.

All of these begin at a sound start; where the first loss or the first error signal was bad already,
the start is to blame and another rule says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from core.diagnosis.case import LEARNT, PATIENCE, SOLVED, Case
from core.diagnosis.record import Record, middle, middle_loss
from core.diagnosis.rules.learning_rate_words import (
    BLOW_UP,
    HOVERING,
    LONG_STEPS,
    LOST_GROUND,
    LOST_SIGNALS,
    SPIKES,
    WRECKS,
    Words,
    account,
)
from core.diagnosis.rules.rule import Rule, When
from core.diagnosis.rules.units import FLAT_LAYER, silent_shares

NOTABLE_STEP = 2e-3
# Of the planned length: how fast units are lost that a step has thrown away.
THROW = 0.1
SOUND_SIGNAL, SOUND_START = 3e-2, 0.1
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
    grows = case.halted or not case.now.loss <= case.limits.growth * case.start_level
    return grows and case.starts_normally and case.has_moved


def _spikes(case: Case) -> bool:
    return (
        case.growth > case.limits.growth
        and case.starts_normally
        and not case.is_mastered
        and _recent_peak(case) > case.limits.growth
    )


def _steps_are_long(case: Case) -> bool:
    is_long = case.now.pace > case.limits.long_steps
    return is_long and case.share > WARM and not case.first.is_symmetric


def _lost_shares(case: Case, record: Record) -> tuple[float, ...]:
    """Return the shares of flat and of silent outputs by hidden layer."""
    return (*record.flat[:-1], *silent_shares(case, record))


def _growth(case: Case, before: Record, after: Record) -> float:
    """Return by how much the share of silent or flat units of a layer has grown at most."""
    pairs = zip(_lost_shares(case, after), _lost_shares(case, before), strict=False)
    return max((b - a for b, a in pairs if b == b and a == a), default=0.0)


def _wrecks_units(case: Case) -> bool:
    wrecked = case.limits.wrecked
    return (
        (case.flattest >= wrecked or any(case.now.silent))
        and _growth(case, case.first, case.now) >= wrecked
        and _is_sound(case)
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
            if _growth(case, before, after) >= case.limits.wrecked:
                return True
    return False


def _loses_signal(case: Case) -> bool:
    is_lost = case.first_ratio > SOUND_START and case.skill < 0.1
    return is_lost and _recent_ratio(case) < case.limits.signal


def _hovers_above_guessing(case: Case) -> bool:
    recent = case.recent(12 / 90)
    return bool(
        recent
        and case.share >= 0.2
        and _hovering_level(case) > case.limits.above_guessing
        and _is_sound(case)
        and middle([record.pace for record in recent]) > NOTABLE_STEP
    )


def _loses_ground(case: Case) -> bool:
    if not case.now.loss > case.best or case.share < 0.3 or case.is_mastered:
        return False
    recent = case.recent(0.06, fewest=2)
    if not recent or case.first.is_symmetric:
        return False
    return _ground(case) > case.limits.lost_ground


def _has_passed(case: Case) -> bool:
    return not case.halted and (
        not case.is_unsolved or case.is_mastered or (bool(case.recent()) and not case.gets_nowhere)
    )


def _level(case: Case) -> float:
    """Return the loss over that of the start; infinite where it is no number any more."""
    is_number = not case.halted and case.now.loss == case.now.loss
    return case.now.loss / case.start_level if is_number else math.inf


def _recent_peak(case: Case) -> float:
    recent = case.recent(24 / 90, fewest=1)
    return max(record.peak for record in recent) / case.start_level


def _hovering_level(case: Case) -> float:
    recent = case.recent(12 / 90, fewest=1)
    return middle_loss(recent) / max(case.beginning.guessing, 1e-300)


def _recent_ratio(case: Case) -> float:
    """Return the middle of the recent ratios: that of one batch jumps about by a decade."""
    return middle([record.ratio for record in case.recent(fewest=1)])


def _ground(case: Case) -> float:
    """Return the recent loss over the best so far."""
    return middle_loss(case.recent(0.06, fewest=1)) / max(case.best, 1e-300)


def _rule(
    name: str,
    patience: float,
    holds: Callable[[Case], bool],
    measure: Callable[[Case], float],
    words: Words,
    threshold: str,
    until: float = SOLVED,
    when: When = "standstill",
    is_urgent: bool = False,
) -> Rule:
    return Rule(
        name,
        "learning_rate_too_high",
        "warning",
        patience,
        holds,
        lambda case: account(case, words, measure(case), threshold),
        _has_passed,
        measure,
        until,
        when,
        is_urgent,
    )


RULES = (
    _rule("blow-up", 0.0, _blows_up, _level, BLOW_UP, "growth", math.inf, "always", True),
    _rule("spikes", 6 / 90, _spikes, _recent_peak, SPIKES, "growth"),
    _rule(
        "long steps",
        PATIENCE,
        _steps_are_long,
        lambda case: case.now.pace,
        LONG_STEPS,
        "long_steps",
    ),
    _rule(
        "wrecked units",
        PATIENCE,
        _wrecks_units,
        lambda case: _growth(case, case.first, case.now),
        WRECKS,
        "wrecked",
    ),
    _rule(
        "lost signal",
        PATIENCE,
        _loses_signal,
        _recent_ratio,
        LOST_SIGNALS,
        "signal",
    ),
    _rule(
        "above guessing",
        PATIENCE,
        _hovers_above_guessing,
        _hovering_level,
        HOVERING,
        "above_guessing",
        LEARNT,
    ),
    _rule(
        "lost ground",
        PATIENCE,
        _loses_ground,
        _ground,
        LOST_GROUND,
        "lost_ground",
        LEARNT,
        "always",
    ),
)
