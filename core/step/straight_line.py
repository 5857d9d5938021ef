"""Writes a list of calls out as one function, one line a call.

In a loop all calls share one place in the code, and the interpreter, which learns at each place how
to call what it met there, finds something else every time. Written out, every call has its own
place, calls what ``partial`` has bound without it in between, and finds everything among its local
names. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from core.network.runs import InTurn, Mend, Run, Sweep, parts_of
from core.step.gates import Gate


def straight_line(runs: Iterable[Run], gates: Mapping[int, Gate]) -> Callable[[], int]:
    """Return a function that does ``runs`` in order, part by part, and returns 0.

    Sweeps that follow one another are done stretch by stretch.

    Before the run at a position that ``gates`` names it asks that gate; where it is closed the
    function stops and returns the position, which is greater than 0.
    """
    writer = _Writer()
    sweeps: list[Sweep] = []

    def finish_sweeps() -> None:
        for runs_of_stretch in zip(*(sweep.stretches for sweep in sweeps), strict=True):
            for part in InTurn(*runs_of_stretch).parts:
                writer.add_call(part)
        sweeps.clear()

    def add(run: Run) -> None:
        if isinstance(run, Sweep):
            sweeps.append(run)
            return
        finish_sweeps()
        for part in parts_of(run):
            writer.add_call(part)

    for position, run in enumerate(runs):
        if position in gates:
            add(gates[position].add_up)
            finish_sweeps()
            writer.add_question(gates[position], position)
        add(run)
    finish_sweeps()
    return writer.function()


class _Writer:
    """Lines of code, and the names of the objects in them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._names: dict[int, str] = {}
        self._objects: list[object] = []

    def add_call(self, run: Run) -> None:
        if isinstance(run, Mend):
            self._add_unless_finite(self._call(run.read), "")
            self._lines.append(f"  {self._call(run.mend)}")
        else:
            self._lines.append(self._call(run))

    def add_question(self, gate: Gate, position: int) -> None:
        total = " + ".join(self._call(read) for read in gate.reads)
        self._add_unless_finite(total, f" and not {self._call(gate.settle)}")
        self._lines.append(f"  return {position}")

    def _add_unless_finite(self, number: str, condition: str) -> None:
        # Only a finite number less itself is 0.
        self._lines.append(f"number = {number}")
        self._lines.append(f"if number - number != 0.0{condition}:")

    def function(self) -> Callable[[], int]:
        # As defaults of parameters the objects are local names, which are the fastest.
        names = ", ".join(f"{name}={name}" for name in self._names.values())
        body = "\n  ".join([f"def run_all({names}):", *self._lines, "return 0"])
        made = dict(zip(self._names.values(), self._objects, strict=True))
        exec(body, made)
        run_all: Callable[[], int] = made["run_all"]  # type: ignore[assignment]
        # A function that is among its own globals would keep all arrays until a collection.
        made.clear()
        return run_all

    def _call(self, run: Run) -> str:
        if not isinstance(run, partial):
            return f"{self._name(run)}()"
        arguments = [self._name(value) for value in run.args]
        arguments += [f"{key}={self._name(value)}" for key, value in run.keywords.items()]
        return f"{self._name(run.func)}({', '.join(arguments)})"

    def _name(self, thing: object) -> str:
        # The objects are kept, so that no other one takes the identity of one that has gone.
        if id(thing) not in self._names:
            self._names[id(thing)] = f"v{len(self._objects)}"
            self._objects.append(thing)
        return self._names[id(thing)]
