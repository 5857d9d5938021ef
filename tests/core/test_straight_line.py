"""Claims about the function that a list of calls is written out as."""

from __future__ import annotations

from functools import partial

import pytest

from core.network.runs import InTurn, Sweep, parts_of
from core.step.straight_line import straight_line


@pytest.mark.parametrize("count", [0, 1, 500])
def test_every_call_is_made_once_and_in_order(count: int) -> None:
    made: list[int] = []
    run = straight_line([partial(made.append, i) for i in range(count)], {})
    assert run() == 0
    assert made == list(range(count))


def test_a_closed_gate_stops_before_its_call_and_tells_the_place() -> None:
    made: list[int] = []
    answers = {1: True, 3: False}
    gates = {position: partial(answers.__getitem__, position) for position in answers}
    run = straight_line([partial(made.append, i) for i in range(5)], gates)
    assert run() == 3
    assert made == [0, 1, 2]
    answers[3] = True
    assert run() == 0
    assert made == [0, 1, 2, 0, 1, 2, 3, 4]


def test_what_runs_in_turn_is_opened_and_counts_as_one_place() -> None:
    made: list[int] = []
    one, two, three, four = (partial(made.append, i) for i in (1, 2, 3, 4))
    group = InTurn(one, InTurn(two, three))
    assert parts_of(group) == (one, two, three)
    group()
    assert made == [1, 2, 3]
    run = straight_line([group, four], {1: lambda: False})
    assert run() == 1
    assert made == [1, 2, 3] * 2


def test_sweeps_in_a_row_are_done_stretch_by_stretch_and_none_passes_a_gate() -> None:
    made: list[str] = []

    def sweep(name: str) -> Sweep:
        both = InTurn(partial(made.append, f"{name}1"), partial(made.append, f"{name}1'"))
        return Sweep(both, partial(made.append, f"{name}2"))

    runs = [sweep("a"), sweep("b"), partial(made.append, "c"), sweep("d"), sweep("e")]
    run = straight_line(runs, {4: lambda: "d2" in made})
    assert run() == 0
    assert made == ["a1", "a1'", "b1", "b1'", "a2", "b2", "c", "d1", "d1'", "d2", "e1", "e1'", "e2"]
    made.clear()
    for single in runs:
        single()
    assert made == ["a1", "a1'", "a2", "b1", "b1'", "b2", "c", "d1", "d1'", "d2", "e1", "e1'", "e2"]
