"""The path that a dialog for saving has brought, with the suffix that it may lack."""

from __future__ import annotations

from pathlib import Path

from core.errors import FileError


def with_its_suffix(name: str, suffix: str) -> Path:
    """Return the path called ``name``, with ``suffix`` where it has none.

    Raises:
        FileError: there is such a file, and the dialog has asked about another name only.
    """
    path = Path(name)
    if path.suffix:
        return path
    path = path.with_suffix(suffix)
    if path.exists():
        raise FileError(f"{path}: is there already; choose this name to replace it")
    return path
