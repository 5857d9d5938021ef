"""Runs the benchmarks: ``python -m tests.benchmarks [core] [live]``, all of them by default."""

from __future__ import annotations

import os
import sys

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

chosen = sys.argv[1:] or ["core", "live"]
if "core" in chosen:
    from tests.benchmarks import core_speed

    core_speed.main()
if "live" in chosen:
    from tests.benchmarks import live_window

    live_window.main()
