"""The files that a headless run writes, which are looked at before it trains.

A place that cannot be written is found out before an hour of training, not after it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.errors import FileError


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a headless run writes; None where it does not."""

    metrics: Path | None = None
    findings: Path | None = None
    screenshot: Path | None = None

    def check(self, read: Iterable[Path] = ()) -> None:
        """Raise FileError if a place cannot be written, before anything is trained.

        Nothing is written over a file that the run reads, nor twice to one place.
        """
        taken = {_real(path): "is a file that this run reads" for path in read}
        for option in ("metrics", "findings", "screenshot"):
            path: Path | None = getattr(self, option)
            if path is None:
                continue
            if problem := _problem(path):
                raise FileError(f"--{option}: {problem}")
            if use := taken.get(_real(path)):
                raise FileError(f"--{option}: {str(path)!r} {use}; name another file")
            taken[_real(path)] = f"is already the file of --{option}"


def _problem(path: Path) -> str:
    """Return why nothing can be written to ``path``, "" where something can."""
    name = repr(str(path))
    if not path.parent.is_dir():
        return f"there is no folder {str(path.parent)!r}"
    try:
        if path.is_dir():
            return f"{name} is a folder; name a file"
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            return f"{name} cannot be written; name a file elsewhere"
    except OSError as error:
        return f"{name} cannot be written ({error.strerror})"
    return ""


def _real(path: Path) -> str:
    return os.path.realpath(path)
