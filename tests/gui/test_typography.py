"""Plain text of core is printed with real minus signs, short exponents and lowered numbers."""

from __future__ import annotations

import pytest

from gui.typography import in_print


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("b1[1] -0.2495 → 25", "b₁[1] −0.2495 → 25"),
        ("W12[3,10] 1 → -1e-05", "W₁₂[3,10] 1 → −1e−5"),
        ("learning rate 1e+09", "learning rate 1e9"),
        ("data set my-file-2.csv", "data set my-file-2.csv"),
        ("L2 0.01, layers 2-8-8-1", "L2 0.01, layers 2-8-8-1"),
    ],
)
def test_numbers_and_names_are_printed_as_everywhere_else(typed: str, printed: str) -> None:
    assert in_print(typed) == printed
