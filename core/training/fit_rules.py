"""The rules by which a choice is made to fit, one for each place at which it can be refused.

A rule yields specifications that hold the choice and one thing changed beside it, the likeliest
first, with the reason and the change in words. It may be wrong: ``misfits.py`` takes the first that
is accepted. Where the choice itself is too large, the largest that fits is yielded instead.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from core.errors import SpecError, UserError
from core.spec_rules import FORWARD_FORWARD
from core.spoken import spoken
from core.training.fit_forward_forward import plain_digits
from core.training.fit_output import classes_for_loss, output_and_loss
from core.training.fit_parts import Proposals, Wish, has_memory, with_training
from core.training.fit_widths import few_parameters, same_widths, within_memory

# Of rows that had none.
TEST_SHARES = (0.2, 0.5)


def proposals(wish: Wish, problem: UserError) -> Proposals:
    """Yield what may solve ``problem``: a specification, the reason, and the change in words."""
    place = problem.place if isinstance(problem, SpecError) else ""
    if wish.wanted.training.gradient_source == FORWARD_FORWARD:
        yield from plain_digits(wish)
    if place in ("network.layers", "training.batch_size") and not has_memory(wish.wanted, wish):
        yield from within_memory(wish)
    elif place.endswith(".residual"):
        yield from same_widths(wish)
    elif place in _RULES:
        yield from _RULES[place](wish)


def _test_rows(wish: Wish) -> Proposals:
    """Early stopping watches test rows."""
    wanted = wish.wanted
    why = "Early stopping watches the test loss, and there are no test rows."
    if wanted.data != wish.spec.data:
        yield with_training(wanted, patience=0), why, "Switch early stopping off"
        return
    for share in TEST_SHARES:
        final = replace(wanted, data=replace(wanted.data, test_fraction=share))
        yield final, why, f"Take a test share of {share:.0%}".replace("%", " %")


def _even_population(wish: Wish) -> Proposals:
    population = wish.wanted.training.population + 1
    final = with_training(wish.wanted, population=population)
    why = "Evolution strategies try directions in pairs; their number is even."
    yield final, why, f"Take a population of {population}"


def _whole_backward_pass(wish: Wish) -> Proposals:
    """What is stored in half precision are numbers of the backward pass."""
    wanted, source = wish.wanted, wish.wanted.training.gradient_source
    why = f"With {spoken(source)} there is no backward pass whose numbers could be stored."
    if source == wish.spec.training.gradient_source:
        yield with_training(wanted, gradient_source="backpropagation"), why, "Take backpropagation"
    yield with_training(wanted, gradient_storage="same"), why, "Store gradients as computed"


def _without_input_gradient(wish: Wish) -> Proposals:
    network = replace(wish.wanted.network, input_gradient=False)
    why = f"With {spoken(wish.wanted.training.gradient_source)} there is no ∂L/∂x."
    yield replace(wish.wanted, network=network), why, "Leave ∂L/∂x out"


def _longer_schedule(wish: Wish) -> Proposals:
    """A warm-up has to end before the schedule does; the one that was not chosen follows."""
    before, schedule = wish.spec.training.schedule, wish.wanted.training.schedule
    total = schedule.total_steps or wish.wanted.training.steps
    why = f"A warm-up of {schedule.warmup_steps:,} steps does not fit into {total:,} steps."
    if before.warmup_steps != schedule.warmup_steps:
        old_total = before.total_steps or wish.spec.training.steps or total
        longer = schedule.warmup_steps + max(1, old_total - before.warmup_steps)
        changed = replace(schedule, total_steps=longer)
        yield with_training(wish.wanted, schedule=changed), why, f"End at step {longer:,}"
    shorter = total // 10
    changed = replace(schedule, warmup_steps=shorter)
    yield with_training(wish.wanted, schedule=changed), why, f"Warm up for {shorter:,} steps"


_RULES: dict[str, Callable[[Wish], Proposals]] = {
    "network.layers": output_and_loss,
    "training.loss": classes_for_loss,
    "training.gradient_source": few_parameters,
    "training.patience": _test_rows,
    "training.population": _even_population,
    "training.gradient_storage": _whole_backward_pass,
    "network.input_gradient": _without_input_gradient,
    "training.schedule.warmup_steps": _longer_schedule,
}
