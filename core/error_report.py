"""The text that tells of an unexpected error: versions, machine, traceback and specification.

It is for whoever can mend the program, to be sent as it is. It holds nothing else of the machine:
no environment, no user's name but what stands in the traceback's paths.
"""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tomli_w

from core.spec import ExperimentSpec

MOST_CHARACTERS = 20_000


def error_report(
    trace: str,
    spec: ExperimentSpec | None,
    *,
    version: str,
    libraries: Mapping[str, str] | None = None,
) -> str:
    """Return the report of the error whose traceback is ``trace``, in plain text.

    ``version`` is the program's own; ``libraries`` names further ones, such as Qt, with theirs.
    """
    versions = {
        "Nablascope": version,
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        **(libraries or {}),
    }
    lines = [f"{name} {number}" for name, number in versions.items()]
    lines += [platform.platform(), "", trace.strip(), "", "Specification"]
    lines.append("none" if spec is None else _shortened(tomli_w.dumps(spec.to_dict()).strip()))
    return "\n".join(lines) + "\n"


def _shortened(text: str) -> str:
    """Return ``text`` without the end where data stand in it that nobody would read."""
    left = len(text) - MOST_CHARACTERS
    return f"{text[:MOST_CHARACTERS]}\n... {left} characters more" if left > 0 else text


def write_report(report: str) -> Path:
    """Write ``report`` to a new file among the machine's temporary files and return its path.

    Raises:
        OSError: there is no place to write to.
    """
    with tempfile.NamedTemporaryFile(
        "w", prefix="nablascope-", suffix=".txt", delete=False, encoding="utf-8"
    ) as stream:
        stream.write(report)
    return Path(stream.name)
