"""The rules: for every kind of trouble what must hold, for how long, and what to say of it."""

from core.diagnosis.case import LEARNT, SOLVED, Case
from core.diagnosis.rules import (
    exploding,
    learning_rate,
    overfitting,
    precision,
    slow,
    start,
    units,
    vanishing,
)
from core.diagnosis.rules.rule import Account, Rule

RULES: tuple[Rule, ...] = (
    *start.RULES,
    *precision.RULES,
    *exploding.RULES,
    *vanishing.RULES,
    *units.RULES,
    *learning_rate.RULES,
    *overfitting.RULES,
    *slow.RULES,
)

URGENT_RULES = tuple(rule for rule in RULES if rule.is_urgent)

_BY_STAGE = {
    (skill, moment): tuple(
        rule for rule in RULES if rule.until > skill and rule.when in ("always", moment)
    )
    for skill in (0.0, SOLVED, LEARNT)
    for moment in ("start", "under way", "standstill")
}


def rules_for(case: Case) -> tuple[Rule, ...]:
    """Return the rules to be asked: few of a network that has learnt its task or is learning it."""
    skill = LEARNT if case.skill >= LEARNT else 0.0 if case.skill < SOLVED else SOLVED
    if case.now is case.first:
        return _BY_STAGE[skill, "start"]
    stands_still = skill < LEARNT and case.gets_nowhere
    return _BY_STAGE[skill, "standstill" if stands_still else "under way"]


__all__ = ["RULES", "URGENT_RULES", "Account", "Rule", "rules_for"]
