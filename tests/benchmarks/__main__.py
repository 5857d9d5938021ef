"""Runs benchmarks: ``python -m tests.benchmarks [core] [agreement] [diagnosis] [live]``, or all."""

from __future__ import annotations

import os
import sys

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

chosen = sys.argv[1:] or ["core", "agreement", "diagnosis", "live"]
if "core" in chosen:
    from tests.benchmarks import core_speed, distribution_cost, memory_use, statistics_cost

    core_speed.main()
    statistics_cost.main()
    distribution_cost.main()
    memory_use.main()
if "agreement" in chosen:
    from tests.benchmarks import agreement

    agreement.main()
if "diagnosis" in chosen:
    from tests.benchmarks import diagnosis_cost

    diagnosis_cost.main()
if "live" in chosen:
    from tests.benchmarks import live_window

    live_window.main()
