"""Runs the measurements: ``python -m tests.diagnosis [file.json ...]``.

Without a file the labelled runs of the library; a file holds runs in the same form. With
``--random N SEED FILE`` N runs are drawn at random, labelled by trying what mends them (which
takes a dozen trainings a run) and written to FILE. With ``--cures`` the remedies are tried too,
with ``--techniques`` single techniques such as batch normalization.
"""

from __future__ import annotations

import json
import os
import sys
from multiprocessing import Pool
from pathlib import Path
from time import perf_counter

# Before NumPy is imported: one thread a process.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402

from tests.diagnosis.cures import print_cures  # noqa: E402
from tests.diagnosis.drawing import draw_runs  # noqa: E402
from tests.diagnosis.labelling import label  # noqa: E402
from tests.diagnosis.rates import score, watch  # noqa: E402
from tests.diagnosis.runs import LIBRARY, load_runs  # noqa: E402
from tests.diagnosis.techniques import print_techniques  # noqa: E402


def main(arguments: list[str]) -> None:
    """Do what the arguments ask for."""
    if arguments[:1] == ["--random"]:
        count, seed, path = int(arguments[1]), int(arguments[2]), Path(arguments[3])
        with _pool() as pool:
            runs = pool.map(label, draw_runs(count, seed), chunksize=2)
        path.write_text(json.dumps(runs, indent=0), encoding="utf-8")
        return
    files = [Path(name) for name in arguments if not name.startswith("--")]
    for path in files or [LIBRARY]:
        began = perf_counter()
        runs = [run for run in load_runs(path) if run.get("status") != "unclear"]
        with _pool() as pool:
            outcomes = pool.map(watch, runs, chunksize=2)
            print(f"\n{path.name}: {len(runs)} runs\n\n{score(runs, outcomes).table()}")
            if "--cures" in arguments:
                print_cures(runs, outcomes, pool)
            if "--techniques" in arguments:
                print_techniques(runs, outcomes, pool)
        print(f"\n{perf_counter() - began:.0f} s")


def _pool():  # type: ignore[no-untyped-def]
    return Pool(os.cpu_count(), initializer=np.seterr, initargs=("ignore",))


if __name__ == "__main__":
    main(sys.argv[1:])
