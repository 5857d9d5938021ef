"""Randomness as a function of (seed, purpose, index).

Every random draw of the program starts from a generator made here, so that no draw depends on what
was drawn before: keyframes hold no generators, and a replay or a branch gets the same bits.
"""

from __future__ import annotations

import random
import zlib

import numpy as np

SEEDS_DRAWN = 10_000


def random_stream(seed: int, purpose: str, index: int = 0) -> np.random.Generator:
    """Return the generator of one draw, for instance ``(seed, "permutation", epoch)``."""
    entropy = (seed, zlib.crc32(purpose.encode()), index)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def another_seed(seed: int) -> int:
    """Return a seed of at most four digits that is not ``seed``, drawn from outside the program."""
    drawn = random.SystemRandom().randrange(SEEDS_DRAWN - 1)
    return drawn + 1 if drawn >= seed else drawn
