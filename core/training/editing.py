"""Setting one weight or bias by hand, where the run stands.

A step in progress starts again. The change is one entry of the history a gesture, leaves a
keyframe, and begins a new segment of the diagnosis. The edited network is evaluated, but the curves
get no point: nothing was trained.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from core.network.parameters import ParameterLayout
from core.training.changing import ABANDONED, note_change, side_here
from core.training.history import Entry, Side
from core.training.keyframe import Keyframe
from core.training.log import MARK_LIMIT, Mark
from core.training.shares import ParameterPlace
from core.training.travel import show_start

if TYPE_CHECKING:
    from core.training.trainer import Trainer


@np.errstate(all="ignore")
def set_parameter(
    trainer: Trainer, place: ParameterPlace, value: float, gesture: str = ""
) -> tuple[str, ...]:
    """Give the weight or bias at ``place`` another value; return what there is to say.

    Edits of one place in a row with the same ``gesture`` are undone as one.

    Raises:
        UserError: there is no such parameter, or the value is not finite; nothing has changed.
    """
    layout = trainer.network.layout
    index = _index_of(layout, place)
    name = layout.describe(index)
    dtype = trainer.network.dtype
    new = float(np.asarray(value, dtype))
    if not math.isfinite(new):
        largest = f" of at most {np.finfo(dtype).max:.2g}" if math.isfinite(value) else ""
        raise UserError(f"{name}: expected a finite number{largest}, got {value:g}")
    last = _continued(trainer, index, gesture)
    side = side_here(trainer, with_state=True) if last is None else last.side
    assert side is not None
    assert side.frame is not None
    now = trainer.keyframe()
    if new == float(now.parameters[index]):
        return ()
    before = float(side.frame.parameters[index])
    side = replace(side, entry=(index, before))
    if new == before and _is_untrained(side, now):
        # The gesture has come back to where it began, and so do the lists of changes.
        _return_to(trainer, side)
        note_change(trainer)
        return ()
    notes = _put(trainer, index, new)
    title = f"{name} {_change_in_words(before, new)}"
    # However long the gesture lasts, it leaves one mark.
    mark = Mark(trainer.step, title)
    trainer.log.marks = (*side.marks[-(MARK_LIMIT - 1) :], mark)
    trainer.history.add(Entry(title, side, gesture), instead_of=last)
    note_change(trainer)
    return notes


def cross_edit(trainer: Trainer, side: Side) -> tuple[Side, tuple[str, ...]]:
    """Go to ``side`` of an edit; return the side that is left and what there is to say.

    Where nothing was trained since, that is the former state bit for bit; otherwise the parameter
    alone gets its value of that side.
    """
    assert side.entry is not None
    index, value = side.entry
    now = trainer.keyframe()
    present = float(now.parameters[index])
    here = replace(side_here(trainer, with_state=True), entry=(index, present))
    if _is_untrained(side, now):
        was_in_step = trainer.program.pc > 0
        _return_to(trainer, side)
        return here, (ABANDONED,) if was_in_step else ()
    notes = _put(trainer, index, value)
    name = trainer.network.layout.describe(index)
    trainer.log.add_mark(trainer.step, f"{name} {_change_in_words(present, value)}")
    return here, notes


def _index_of(layout: ParameterLayout, place: ParameterPlace) -> int:
    """Return where a parameter lies in the vector.

    Raises:
        UserError: the network has no such parameter.
    """
    layer, unit, source = place[:3]
    exists = 1 <= layer <= layout.layer_count and 0 <= unit < layout.widths[layer]
    if exists:
        n_in = layout.widths[layer - 1]
        exists = layout.biases if source is None else 0 <= source < n_in
    if not exists:
        name = f"b{layer}[{unit + 1}]" if source is None else f"W{layer}[{unit + 1}, {source + 1}]"
        raise UserError(f"{name}: the network has no such parameter.")
    row = n_in if source is None else source
    return layout.offsets[layer - 1] + row * layout.widths[layer] + unit


def _continued(trainer: Trainer, index: int, gesture: str) -> Entry | None:
    """Return the latest change if it is an edit of the same parameter in the same gesture."""
    last = trainer.history.continued_by(gesture)
    if last is None or last.side is None or last.side.entry is None:
        return None
    return last if last.side.entry[0] == index else None


def _is_untrained(side: Side, now: Keyframe) -> bool:
    """Return whether nothing but the edited parameter differs between ``side`` and ``now``."""
    former = side.frame
    assert former is not None
    assert side.entry is not None
    if (now.step, now.epoch, now.row) != (former.step, former.epoch, former.row):
        return False
    differs = now.parameters != former.parameters
    differs[side.entry[0]] = False
    return not differs.any()


def _return_to(trainer: Trainer, side: Side) -> None:
    """Go to the state of ``side`` exactly as it was."""
    assert side.frame is not None
    assert side.log is not None
    trainer.return_to(side.frame)
    # Last, since to go to a step cuts a log back, which may cost the latest losses.
    trainer.recorder.log = side.log.copy()


def _put(trainer: Trainer, index: int, value: float) -> tuple[str, ...]:
    """Let the step at hand begin with another value of one parameter; return what to say."""
    notes: tuple[str, ...] = ()
    if trainer.program.pc:
        trainer.return_to(trainer.keyframe())
        notes = (ABANDONED,)
    trainer.network.params.data[index] = value
    # The values of the step before came of other parameters.
    show_start(trainer)
    trainer.recorder.begin_segment(trainer.step)
    return notes


def _change_in_words(before: float, after: float) -> str:
    """Return both values with as many digits as it takes to tell them apart."""
    for digits in (4, 6, 9, 17):
        old, new = f"{before:.{digits}g}", f"{after:.{digits}g}"
        if old != new:
            break
    return f"{old} → {new}"
