"""Errors that a user can cause and mend.

Every one carries a single line that begins with the place ("training.batch_size: ...") and says
the way out. Anything else that is raised is a bug of the program and no part of this family.
"""

from __future__ import annotations


class UserError(ValueError):
    """A mistake that the user can mend; its text is one line fit to be shown as it is."""

    def __init__(self, text: str) -> None:
        """Keep ``text`` on one line, whatever is named in it: files may have odd names."""
        super().__init__(" ".join(text.splitlines()))


class SpecError(UserError):
    """A specification that is refused; the text begins with the dotted place of the value."""

    def __init__(self, place: str, message: str) -> None:
        """Join ``place`` ("network.layers[0].units") and ``message`` into one line."""
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)


class DataError(UserError):
    """Data that cannot be used; the text names file, line and column where they exist."""


class FileError(UserError):
    """A file that cannot be read or written; the text begins with its path."""
