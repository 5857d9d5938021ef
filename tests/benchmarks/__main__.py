"""Runs every benchmark: ``python -m tests.benchmarks``."""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from tests.benchmarks import core_speed

core_speed.main()
