"""The path of a data file, as a specification in another file names it.

A specification and its data can be moved together: a path within the specification's folder is
written relative to it. Inside the program such paths are absolute, so that they mean the same
wherever the specification goes.
"""

from __future__ import annotations

import os
from pathlib import Path


def found_from(folder: Path, named: str) -> str:
    """Return the absolute path of ``named``, which a file in ``folder`` names.

    A relative path starts from ``folder``; where it leads nowhere from there, from the working
    directory. It need not lead anywhere.
    """
    path = Path(os.path.expanduser(named))
    places = (folder / path, path)
    return os.path.abspath(next((place for place in places if place.exists()), places[0]))


def seen_from(folder: Path, path: str) -> str:
    """Return how a file in ``folder`` is to name ``path``: relative to it where that is inside."""
    whole, above = Path(os.path.abspath(os.path.expanduser(path))), Path(os.path.abspath(folder))
    return whole.relative_to(above).as_posix() if whole.is_relative_to(above) else str(whole)
