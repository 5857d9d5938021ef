"""Claims about arrays that begin a line of the cache."""

from __future__ import annotations

import numpy as np
import pytest

from core.aligned import LINE_BYTES, aligned_zeros
from tests.core.experiments import small_trainer


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [1, 1000, (3, 5)])
def test_zeros_begin_a_line_and_are_like_any_others(
    shape: int | tuple[int, ...], dtype: str
) -> None:
    kept = [aligned_zeros(shape, dtype) for _ in range(20)]
    for array in kept:
        assert array.ctypes.data % LINE_BYTES == 0
        np.testing.assert_array_equal(array, np.zeros(shape, dtype), strict=True)
        assert array.flags.c_contiguous
        assert array.flags.writeable


def test_the_vectors_of_a_network_begin_a_line() -> None:
    for kind in ("sgd", "adam"):
        trainer = small_trainer({"training.optimizer.kind": kind})
        state = trainer.assembly.state
        vectors = (trainer.network.params.data, trainer.network.grads.data, state.update)
        for vector in (*vectors, *state.arrays.values()):
            assert vector.ctypes.data % LINE_BYTES == 0
