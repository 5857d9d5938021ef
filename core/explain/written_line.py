"""One entry of a value written out: its terms, their sum, and how signs stand between them."""

from __future__ import annotations

from dataclasses import dataclass

from core.explain.activation_formulas import bracketed
from core.explain.notation import Node, Number, Row, row


@dataclass(frozen=True, slots=True)
class Line:
    """One entry written out.

    Attributes:
        label: of which entry, such as "unit 1".
        terms: what is added up; none where that cannot be told.
        result: the sum, without a value while it is not known.
        whole: what the result is a part of: the number of the whole batch.
    """

    label: str
    terms: tuple[Node, ...]
    result: Number
    whole: Number | None = None


def times(first: Node, second: Node) -> Row:
    """Return a product."""
    return row(first, " × ", second)


def added(terms: list[Node]) -> tuple[Node, ...]:
    """Return terms as they stand in a sum: a leading negative number in brackets but the first."""
    return tuple(_bracketed_first(term) if i else term for i, term in enumerate(terms))


def _bracketed_first(term: Node) -> Node:
    if isinstance(term, Row):
        return Row((bracketed(term.parts[0]), *term.parts[1:]))
    return bracketed(term)
