"""Plain text of core as it is printed: a real minus, short exponents, lowered layer numbers.

Core writes names and numbers as they are typed (``b1[1] -0.25 → 1e+09``), since they also stand in
files and messages of the command line. Here nothing but the writing changes.
"""

from __future__ import annotations

import re

from gui.numbers import MINUS

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MINUS = re.compile(r"(?<![\w.)\]-])-(?=[\d.∞])")
_EXPONENT = re.compile(r"(?<=\d)e([+-]?)0*(\d+)\b")
_LAYER = re.compile(r"\b(W|b|γ|β)(\d+)(?=\[)")


def in_print(text: str) -> str:
    """Return ``text`` as it is printed: ``b1[1] -0.25`` is b₁[1] −0.25, ``1e-05`` is 1e−5."""
    text = _MINUS.sub(MINUS, text)
    text = _EXPONENT.sub(lambda match: "e" + MINUS * (match[1] == "-") + match[2], text)
    return _LAYER.sub(lambda match: match[1] + match[2].translate(_SUBSCRIPTS), text)
