"""The keyframes of a run, from which every recent step can be reached again.

A keyframe stands at every 64th step and wherever something was changed; the step asked for is
computed anew from the last one before it, to the same bits. Older keyframes are thinned out, so
that memory stays bounded: the last 1,024 steps are a short replay away, earlier ones a longer one.
The timeline keeps and finds keyframes; the trainer takes and restores them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from operator import attrgetter

from core.training.history import Position
from core.training.keyframe import Keyframe

SPACING = 64
# Steps this recent keep all their keyframes.
RECENT = 1024
# Of old keyframes about this many stay for each doubling of their age.
PER_OCTAVE = RECENT // SPACING
BYTES = 64 * 2**20

_step = attrgetter("step")


class Timeline:
    """Keyframes in the order of their steps.

    Attributes:
        next_due: the step at which the trainer is to come by next: to leave a keyframe, or to find
            one there from before it went back.
    """

    def __init__(self, start: Keyframe, byte_limit: int = BYTES) -> None:
        """Begin with the keyframe of the first step."""
        self._frames = [start]
        self._byte_limit = byte_limit
        self._spacing = SPACING
        self._thin_at = 2 * PER_OCTAVE
        self.seek(start.step)

    @property
    def earliest(self) -> int:
        """Return the first step that can be reached."""
        return self._frames[0].step

    @property
    def byte_count(self) -> int:
        """Return how much memory the keyframes take."""
        return sum(frame.byte_count for frame in self._frames)

    def add(self, frame: Keyframe) -> None:
        """Keep ``frame``, in place of one at the same step."""
        index = bisect_left(self._frames, frame.step, key=_step)
        same = index < len(self._frames) and self._frames[index].step == frame.step
        self._frames[index : index + same] = [frame]
        if len(self._frames) >= self._thin_at:
            self._thin_out(frame.step)
            self._thin_at = len(self._frames) + PER_OCTAVE
        # Frames differ in size only where the structure was changed: an estimate will do.
        if len(self._frames) * frame.byte_count > self._byte_limit:
            self._fit_memory()
        self.seek(frame.step)

    def make_room(self) -> None:
        """Drop first what the next keyframe would displace: it may be a large one."""
        self._fit_memory(self._frames[-1].byte_count, least=1)

    def at(self, step: int) -> Keyframe | None:
        """Return the keyframe of exactly this step, or None."""
        index = bisect_left(self._frames, step, key=_step)
        found = index < len(self._frames) and self._frames[index].step == step
        return self._frames[index] if found else None

    def latest(self, step: int) -> Keyframe | None:
        """Return the last keyframe at or before ``step``, or None where that is out of reach."""
        index = bisect_right(self._frames, step, key=_step)
        return self._frames[index - 1] if index else None

    def latest_before(self, epoch: int) -> Keyframe | None:
        """Return the last keyframe at or before the start of ``epoch``, or None."""
        found = [k for k in self._frames if (k.epoch, k.row) <= (epoch, 0)]
        return found[-1] if found else None

    def forget_after(self, step: int) -> None:
        """Drop what lies after ``step``: the run is going to take another way."""
        del self._frames[max(1, bisect_right(self._frames, step, key=_step)) :]
        self.seek(step)

    def forget_all_but(self, step: int) -> None:
        """Drop all that is not needed to go on from ``step``."""
        index = max(1, bisect_right(self._frames, step, key=_step))
        self._frames = self._frames[index - 1 : index]
        self.seek(step)

    def copy(self) -> Timeline:
        """Return another timeline with the same keyframes."""
        other = Timeline(self._frames[0], self._byte_limit)
        other._frames = list(self._frames)
        other._spacing, other._thin_at = self._spacing, self._thin_at
        return other

    def put_at(self, position: Position, step: int) -> None:
        """Let the keyframes from ``step`` on hold ``position``."""
        self._frames = [
            frame if frame.step < step else replace(frame, position=position)
            for frame in self._frames
        ]

    @property
    def is_untouched(self) -> bool:
        """Return whether nothing has been left here since it began."""
        return len(self._frames) == 1 and not self._frames[0].is_change

    def seek(self, step: int) -> None:
        """Note that the run stands at ``step``."""
        regular = step - step % self._spacing + self._spacing
        index = bisect_right(self._frames, step, key=_step)
        known = self._frames[index].step if index < len(self._frames) else regular
        self.next_due = min(regular, known)

    def _thin_out(self, now: int) -> None:
        """Drop old keyframes that stand too close; changes are kept, they cannot be replayed."""
        kept = self._frames[:1]
        for frame in self._frames[1:]:
            age = now - frame.step
            spacing = self._spacing
            while spacing * PER_OCTAVE < age:
                spacing *= 2
            if frame.step % spacing == 0 or frame.is_change:
                kept.append(frame)
        self._frames = kept

    def _fit_memory(self, more: int = 0, least: int = 2) -> None:
        """Hold fewer keyframes of a large network, and at last forget the oldest.

        Beside them ``more`` bytes are to fit; ``least`` keyframes stay all the same.
        """
        while self.byte_count + more > self._byte_limit and len(self._frames) > least:
            if self._spacing < RECENT:
                self._spacing *= 2
                self._thin_out(self._frames[-1].step)
            else:
                del self._frames[0]
