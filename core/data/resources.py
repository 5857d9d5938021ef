"""Where the files that ship with the program are.

Found from this file's own place, never from the working directory, so that a checkout and an
installed copy behave alike.
"""

from __future__ import annotations

from pathlib import Path

_RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def resource_path(*parts: str) -> Path:
    """Return the path of a shipped file, for instance ``resource_path("datasets", "iris.csv")``."""
    return _RESOURCES.joinpath(*parts)
