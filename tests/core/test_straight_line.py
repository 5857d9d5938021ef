"""Claims about the function that a list of calls is written out as."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from core.network import runs
from core.network.runs import InTurn, Mend, Sweep, parts_of
from core.step.gates import Gate, finite_gate
from core.step.straight_line import straight_line


def gate(is_open: Callable[[], bool]) -> Gate:
    """Return a gate that asks ``is_open``; numbers that are not finite settle nothing."""
    return Gate(lambda: None, (lambda: math.inf,), is_open)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_every_call_is_made_once_and_in_order(count: int) -> None:
    made: list[int] = []
    run = straight_line([partial(made.append, i) for i in range(count)], {})
    assert run() == 0
    assert made == list(range(count))


def test_a_closed_gate_stops_before_its_call_and_tells_the_place() -> None:
    made: list[int] = []
    answers = {1: True, 3: False}
    gates = {position: gate(partial(answers.__getitem__, position)) for position in answers}
    run = straight_line([partial(made.append, i) for i in range(5)], gates)
    assert run() == 3
    assert made == [0, 1, 2]
    answers[3] = True
    assert run() == 0
    assert made == [0, 1, 2, 0, 1, 2, 3, 4]


@pytest.mark.parametrize("numbers", [(1.0, 2.0), (-1e308, 0.0)])
def test_a_gate_of_finite_numbers_is_open_and_settles_nothing(numbers: tuple[float, ...]) -> None:
    made: list[str] = []
    reads = tuple(partial(float, number) for number in numbers)

    def settle() -> bool:
        raise AssertionError("nothing is to be settled")

    asked = Gate(partial(made.append, "added"), reads, settle)
    assert asked.is_open()
    assert straight_line([int, partial(made.append, "run")], {1: asked})() == 0
    assert made == ["added", "added", "run"]


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_gate_settles_what_a_sum_that_is_not_finite_leaves_open(wrong: float) -> None:
    for is_open in (True, False):
        asked = Gate(int, (partial(float, 1.0), partial(float, wrong)), partial(bool, is_open))
        assert asked.is_open() == is_open
        assert straight_line([int, int], {1: asked})() == (0 if is_open else 1)


def test_what_has_been_called_is_let_go_with_the_function() -> None:
    held = np.zeros(3)
    alive = weakref.ref(held)
    run = straight_line([partial(np.add, held, held, held), partial(held.fill, 1.0)], {})
    gc.disable()
    try:
        del held
        run()
        assert alive() is not None
        del run
        assert alive() is None
    finally:
        gc.enable()


def test_arguments_that_are_bound_by_position_and_by_name_arrive() -> None:
    made: list[tuple[object, ...]] = []

    def take(*values: object, last: object) -> None:
        made.append((*values, last))

    straight_line([partial(take, 1, "two", last=3.0), partial(take, last=None)], {})()
    assert made == [(1, "two", 3.0), (None,)]


@pytest.mark.parametrize(
    ("number", "is_mended"), [(2.0, False), (math.nan, True), (math.inf, True)]
)
def test_only_a_number_that_is_not_finite_is_mended(number: float, is_mended: bool) -> None:
    made: list[str] = []
    mend = Mend(lambda: number, partial(made.append, "mended"))
    for run in (mend, straight_line([mend], {}), straight_line([InTurn(int, mend)], {})):
        made.clear()
        run()
        assert made == ["mended"] * is_mended


def test_what_runs_in_turn_is_opened_and_counts_as_one_place() -> None:
    made: list[int] = []
    one, two, three, four = (partial(made.append, i) for i in (1, 2, 3, 4))
    group = InTurn(one, InTurn(two, three))
    assert parts_of(group) == (one, two, three)
    group()
    assert made == [1, 2, 3]
    run = straight_line([group, four], {1: gate(lambda: False)})
    assert run() == 1
    assert made == [1, 2, 3] * 2


def test_sweeps_in_a_row_are_done_stretch_by_stretch_and_none_passes_a_gate() -> None:
    made: list[str] = []

    def sweep(name: str) -> Sweep:
        both = InTurn(partial(made.append, f"{name}1"), partial(made.append, f"{name}1'"))
        return Sweep(both, partial(made.append, f"{name}2"))

    runs = [sweep("a"), sweep("b"), partial(made.append, "c"), sweep("d"), sweep("e")]
    run = straight_line(runs, {4: gate(lambda: "d2" in made)})
    assert run() == 0
    assert made == ["a1", "a1'", "b1", "b1'", "a2", "b2", "c", "d1", "d1'", "d2", "e1", "e1'", "e2"]
    made.clear()
    for single in runs:
        single()
    assert made == ["a1", "a1'", "a2", "b1", "b1'", "b2", "c", "d1", "d1'", "d2", "e1", "e1'", "e2"]


def test_what_a_gate_adds_up_is_done_along_with_the_sweeps_before_it() -> None:
    made: list[str] = []

    def sweep(name: str) -> Sweep:
        return Sweep(*(partial(made.append, f"{name}{i}") for i in (1, 2)))

    asked = Gate(sweep("sum"), (lambda: float(len(made)),), bool)
    run = straight_line([sweep("a"), sweep("b"), sweep("c")], {2: asked})
    assert run() == 0
    assert made == ["a1", "b1", "sum1", "a2", "b2", "sum2", "c1", "c2"]


@pytest.mark.parametrize("size", [1, 7, 8, 20])
def test_a_gate_looks_at_every_entry_of_every_stretch(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "STRETCH_BYTES", 7 * 8)
    vector = np.zeros(size)
    asked = finite_gate(vector, vector.sum().item)
    assert asked.is_open()
    for index in range(size):
        for wrong in (math.nan, math.inf, -math.inf):
            vector[index] = wrong
            assert not asked.is_open()
        # Its square is too large for a number.
        vector[index] = -1e300
        with np.errstate(over="ignore"):
            assert asked.is_open()
        vector[index] = 0.0


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_gate_looks_at_its_number_too(wrong: float) -> None:
    assert not finite_gate(np.ones(3), lambda: wrong).is_open()
