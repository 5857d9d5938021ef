"""Formulas as they stand in the program, taken apart for a painter.

``dW3 = dz3 a2ᵀ`` becomes pieces that know how they are set: variables italic, the d of a gradient
and the names of functions upright, digits after a name lowered, ᵀ and ² raised. A piece that is a
value of the step carries its name. No layout and no Qt here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
RAISED = {"ᵀ": "T", "ᵗ": "t", "²": "2", "³": "3"}
HAT = "\u0302"
GREEK_VARIABLES = "αβγεηθλμσ"
# Each alternative is one kind of piece; the order decides where several would match.
_PIECES = re.compile(
    rf"(?P<value>(?:d?[Wbzaxy]|slope)\d*(?:…\d+)?(?![A-Za-z]))"
    rf"|(?P<word>[A-Za-z]{{2,}})"
    rf"|(?P<letter>[A-Za-z{GREEK_VARIABLES}])(?P<hat>{HAT}?)"
    rf"|(?P<low>[{''.join(LOWERED)}]+)"
    rf"|(?P<high>[{''.join(RAISED)}])"
    rf"|(?P<space> +)"
    rf"|(?P<number>\d+(?:\.\d+)?)"
    rf"|(?P<other>.)"
)
_VALUE = re.compile(r"(d?)(slope|[Wbzaxy])([\d…]*)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a formula that is set in one way.

    Attributes:
        text: what is drawn, or white space.
        italic: whether it is a variable.
        script: 0 on the line, -1 lowered, 1 raised.
        hat: whether a circumflex stands over it.
        name: the value of the step that it belongs to, or "".
    """

    text: str
    italic: bool = False
    script: int = 0
    hat: bool = False
    name: str = ""


@lru_cache(maxsize=2048)
def pieces_of(formula: str) -> tuple[Piece, ...]:
    """Return the pieces of ``formula`` in order; every character of it is in one of them."""
    pieces: list[Piece] = []
    for match in _PIECES.finditer(formula):
        kind, text = match.lastgroup, match.group()
        if kind == "value":
            pieces += _value_pieces(text)
        elif kind in ("letter", "hat"):
            pieces.append(Piece(match["letter"], italic=True, hat=bool(match["hat"])))
        elif kind == "low":
            digits = "".join(LOWERED[digit] for digit in text)
            pieces.append(Piece(digits, script=-1))
        elif kind == "high":
            raised = RAISED[text]
            owner = pieces[-1].name if pieces else ""
            pieces.append(Piece(raised, italic=raised == "t", script=1, name=owner))
        else:
            pieces.append(Piece(text))
    return tuple(pieces)


def _value_pieces(text: str) -> list[Piece]:
    match = _VALUE.fullmatch(text)
    assert match is not None
    differential, letter, index = match.groups()
    is_letter = len(letter) == 1
    pieces = [Piece("d", name=text)] if differential else []
    pieces.append(Piece(letter, italic=is_letter, name=text))
    if index:
        # The mathematical fonts have no ellipsis of their own.
        pieces.append(Piece(index.replace("…", "..."), script=-1, name=text))
    return pieces
