"""The rules: for every kind of trouble what must hold, for how long, and what to say of it."""

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

__all__ = ["RULES", "Account", "Rule"]
