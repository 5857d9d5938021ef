"""Changing a run: other numbers, another program, other layers, or another run altogether.

These functions act on a trainer, which has methods for them. Every change that is made here can be
undone: what it takes to come back is added to the trainer's history.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from core.step.schedules import in_force
from core.training.assembly import Assembly
from core.training.changes import Scope, describe, scope_of
from core.training.history import Entry, Side
from core.training.keyframe import Keyframe, take_keyframe
from core.training.points import PointEdit, edited
from core.training.returning import Return
from core.training.shelf import Shelf, WholeRun, set_aside
from core.training.stopping import stop_again
from core.training.timeline import Timeline
from core.training.titles import title_of, title_of_loading
from core.training.travel import begin_again_with

if TYPE_CHECKING:
    from core.diagnosis.findings import Remedy
    from core.spec import ExperimentSpec
    from core.training.log import Mark
    from core.training.trainer import Trainer

ABANDONED = "The step in progress was abandoned; it starts again."


def adopt(
    trainer: Trainer, spec: ExperimentSpec, title: str = "", gesture: str = ""
) -> tuple[str, ...]:
    """Go on with ``spec``, keeping every weight that still has a place; return what to say.

    Other data, another seed or other start values begin another run. ``title`` is what the change
    is called where it can be undone, by default what it changes.

    Raises:
        SpecError, DataError: the change is refused; nothing has changed.
    """
    scope = scope_of(trainer.spec, spec)
    if scope == Scope.NOTHING:
        return ()
    if scope == Scope.ANEW:
        begin(trainer, spec, title, gesture)
        return ()
    last = trainer.history.continued_by(gesture)
    side = side_here(trainer, with_state=scope >= Scope.PROGRAM)
    if last is not None and last.side is not None:
        side = _widened(last.side, side)
    notes = take_up(trainer, spec)
    if spec == side.spec and side.frame is None and side.shelf is None:
        trainer.history.drop_last()
    else:
        entry = Entry(title or title_of(side.spec, spec), side, gesture)
        trainer.history.add(entry, instead_of=last)
    note_change(trainer)
    return notes


def begin(trainer: Trainer, spec: ExperimentSpec, title: str = "", gesture: str = "") -> None:
    """Begin another run with ``spec`` at step 0; the former one is set aside.

    Raises:
        SpecError, DataError: the specification is refused; nothing has changed.
    """
    assembly = Assembly.from_spec(spec, trainer.given)
    last = trainer.history.continued_by(gesture)
    if last is None or last.side is None or last.side.shelf is None:
        # Otherwise the run before the gesture waits already, and this one is only on the way.
        last = None
        side = Side(trainer.spec, trainer.step, shelf=trainer.shelf)
        set_aside(trainer)
    else:
        side = last.side
    trainer.shelf = Shelf()
    trainer.history.add(Entry(title or title_of(side.spec, spec), side, gesture), instead_of=last)
    trainer.start(assembly)


def reset(trainer: Trainer) -> None:
    """Begin the same run again; one that has not gone anywhere is not worth coming back to."""
    is_at_start = trainer.step == 0 and trainer.program.pc == 0
    if is_at_start and trainer.timeline.is_untouched:
        trainer.start(Assembly.from_spec(trainer.spec, trainer.given))
    else:
        begin(trainer, trainer.spec, "reset")


def load(trainer: Trainer, spec: ExperimentSpec) -> None:
    """Begin a run of another experiment; as ``begin``."""
    begin(trainer, spec, title_of_loading(spec))
    trainer.in_view.begin_rows()


@np.errstate(all="ignore")
def recover(trainer: Trainer, spec: ExperimentSpec) -> None:
    """Begin a run with ``spec`` after an error of the program, from which no way leads back.

    Raises:
        SpecError, DataError: the specification is refused; nothing has changed.
    """
    assembly = Assembly.from_spec(spec, trainer.given)
    trainer.history.clear()
    trainer.shelf = Shelf()
    trainer.start(assembly)
    trainer.in_view.begin_rows()


def restore(trainer: Trainer, frame: Keyframe) -> None:
    """Go to a state that may come from another trainer; history and timeline begin with it."""
    trainer.return_to(frame)
    trainer.history.clear()
    trainer.shelf = Shelf()
    trainer.timeline = Timeline(replace(frame, position=trainer.history.position))


def edit_points(trainer: Trainer, edit: PointEdit, gesture: str) -> tuple[str, ...]:
    """Add or erase points of the plane, keeping every weight; return what to say.

    Raises:
        UserError: these data cannot be edited so; nothing has changed.
    """
    if trainer.given is not None:
        raise UserError("Data that a program has handed over cannot be edited.")
    spec = edited(trainer.spec, trainer.dataset, edit, trainer.assembly.task)
    return adopt(trainer, spec, edit.title, gesture)


def cure(trainer: Trainer, remedy: Remedy) -> tuple[str, ...]:
    """Apply ``remedy`` as one change, from step 0 where it restarts the run; return what to say.

    A run that has stopped at a number that is not finite can go on with it.

    Raises:
        UserError: it would change nothing, or is refused; nothing has changed.
    """
    spec = trainer.spec.with_changes(remedy.changes)
    if spec == trainer.spec:
        raise UserError(f"{remedy.title}: the run has these settings already.")
    if remedy.restarts:
        begin(trainer, spec, remedy.title)
        return ()
    notes = adopt(trainer, spec, remedy.title)
    if trainer.halted is not None:
        # With other numbers the step that was not finite is taken again.
        trainer.return_to(trainer.keyframe())
        notes = (ABANDONED,)
    return notes


def take_over(trainer: Trainer, ghost: Trainer, origin: int, title: str) -> None:
    """Let the run of ``ghost``, another trainer, take the place of this one as one change.

    ``origin`` is the step at which the ghost left this run; nothing may use the ghost afterwards.
    """
    side = Side(trainer.spec, trainer.step, shelf=trainer.shelf)
    set_aside(trainer)
    trainer.shelf = Shelf()
    trainer.history.add(Entry(title, side))
    ghost.timeline.put_at(trainer.history.position, origin)
    WholeRun.of(ghost).put_into(trainer)


def side_here(trainer: Trainer, *, with_state: bool) -> Side:
    """Return what it takes to come back from a change that keeps the run.

    That is the state of the run and its log ``with_state``, else its settings.
    """
    here = Side(trainer.spec, trainer.step, trainer.log.marks)
    if not with_state:
        return here
    return replace(here, frame=trainer.keyframe(), log=trainer.log.copy())


def take_up(
    trainer: Trainer,
    spec: ExperimentSpec,
    former: Side | None = None,
    outcome: Keyframe | None = None,
    marks: tuple[Mark, ...] | None = None,
) -> tuple[str, ...]:
    """Go on with ``spec`` without a word to history or timeline; return what to say.

    What has no counterpart in the present layers is drawn, or comes from ``former``, where ``spec``
    was left; where the ``outcome`` is known already, everything comes from there. The log gets a
    mark, or ``marks`` in place of all that it has.
    """
    old = trainer.spec
    scope = scope_of(old, spec)
    notes: tuple[str, ...] = ()
    if scope >= Scope.PROGRAM:
        changed = _continued(trainer, spec, former)
        if trainer.program.pc:
            trainer.return_to(trainer.keyframe())
            changed = _continued(trainer, spec, former)
            notes = (ABANDONED,)
        if outcome is not None:
            outcome.load_into(changed)
        trainer.enter(changed)
        trainer.recorder.adopt(changed, trainer.step)
    elif scope == Scope.NUMBERS:
        if trainer.rule_used is None and trainer.shown.program.has_written("update"):
            done = trainer.step - (1 if trainer.shown.program.completed else 0)
            trainer.rule_used = in_force(old.training, done)
        trainer.assembly.spec = spec
        trainer.assembly.hyper.load(spec.training, trainer.step)
        trainer.recorder.take_numbers(spec)
    if marks is not None:
        trainer.log.marks = marks
    elif text := describe(old, spec):
        trainer.log.add_mark(trainer.step, text)
    if scope == Scope.NUMBERS and trainer.program.pc:
        begin_again_with(trainer, spec)
    return notes


def note_change(trainer: Trainer) -> None:
    """Leave a keyframe where something was changed; what came after it takes another way."""
    frame = replace(trainer.keyframe(), is_change=True, position=trainer.history.position)
    if trainer.program.pc:
        trainer.step_start = frame
    trainer.timeline.forget_after(trainer.step)
    trainer.timeline.add(frame)


def pass_keyframe(trainer: Trainer) -> None:
    """Leave a keyframe, or do again what was done here before the run went back."""
    known = trainer.timeline.at(trainer.step)
    if known is not None:
        if known.stop is not None:
            stop_again(trainer, known.stop)
        # Several changes may have been made here: their outcome counts, not the way.
        if known.spec is not trainer.spec:
            take_up(trainer, known.spec, outcome=known)
        known.load_into(trainer.assembly)
        trainer.log.marks = known.moment.marks
        trainer.recorder.take_counts(known.moment)
        if known.is_change:
            trainer.recorder.take_outcome(trainer.step, known.moment)
        trainer.history.arrive(known.position)
        if known.alone is None:
            trainer.timeline.seek(trainer.step)
            return
    trainer.timeline.forget_after(trainer.step)
    trainer.timeline.make_room()
    trainer.timeline.add(take_keyframe(trainer, is_change=known is not None))


def _continued(trainer: Trainer, spec: ExperimentSpec, former: Side | None) -> Assembly:
    old = trainer.assembly
    changed = old.continued(spec, trainer.given)
    if former is not None and former.frame is not None and changed.network is not old.network:
        Return(former.frame, former.via, old).fill(changed)
    return changed


def _widened(side: Side, here: Side) -> Side:
    """Return ``side``, from which a gesture began, so that it also undoes a change made here."""
    if side.shelf is not None or here.frame is None:
        return side
    if side.frame is not None:
        return replace(side, via=(*side.via, here.spec.network))
    # So far the gesture has changed numbers alone: the rest is as it is here.
    moment = replace(here.frame.moment, marks=side.marks)
    frame = replace(here.frame, spec=side.spec, moment=moment)
    return replace(side, frame=frame, log=here.log)
