"""Claims about how a slice of time is cut into chunks of steps."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from core.training.chunks import CHUNK_SECONDS, MOST_STEPS, Chunks


def drive(chunks: Chunks, step_seconds: float, left: float) -> tuple[list[int], float]:
    """Train ``left`` seconds; return the chunks and how long after the end the last one ended."""
    counts = []
    while left > 0.0:
        counts.append(chunks.count(left))
        chunks.done(counts[-1], counts[-1] * step_seconds)
        left -= counts[-1] * step_seconds
    return counts, -left


@pytest.mark.parametrize("step_seconds", [1e-6, 15e-6, 1e-4, 1.5e-3, 0.03])
def test_a_slice_ends_less_than_a_step_late(step_seconds: float) -> None:
    chunks = Chunks()
    for slice_seconds in (0.02, 0.0133, 0.03):
        counts, late = drive(chunks, step_seconds, slice_seconds)
        assert late <= step_seconds * 1.001
        assert min(counts) >= 1
        assert max(counts) <= max(1.0, CHUNK_SECONDS / step_seconds)


def test_chunks_begin_with_one_step_and_at_most_double() -> None:
    chunks = Chunks()
    counts, _ = drive(chunks, 1e-7, 0.01)
    assert counts[0] == 1
    assert all(after <= 2 * before for before, after in pairwise(counts))
    assert max(counts) == MOST_STEPS
    chunks.restart()
    assert chunks.count(0.01) == 1


def test_quick_steps_come_in_long_chunks_and_slow_ones_alone() -> None:
    chunks = Chunks()
    drive(chunks, 1e-5, 0.05)
    assert chunks.count(math.inf) == pytest.approx(CHUNK_SECONDS / 1e-5, abs=1)
    chunks.done(10, 10 * CHUNK_SECONDS)
    assert chunks.count(math.inf) == 1
