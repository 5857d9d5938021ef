"""What is typed finds what is meant, the likeliest first."""

from __future__ import annotations

import pytest

from gui.command_palette.matching import Match, match


def meant(query: str, name: str, path: str = "", sentence: str = "") -> str | None:
    """Return the letters of ``name`` that are meant, None where nothing is."""
    found = match(query, name, path, sentence)
    return None if found is None else "".join(name[place] for place in found.marks)


@pytest.mark.parametrize(
    ("query", "letters"),
    [
        ("step", "Step"),
        ("LAYER", "layer"),
        ("layer step", "Steplayer"),
        ("sl", "Sl"),
        ("stla", "Stla"),
        ("aye", "aye"),
        ("stplr", "Stplr"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_words_first_letters_and_letters_in_order_find_a_name(query: str, letters: str) -> None:
    assert meant(query, "Step layer") == letters


@pytest.mark.parametrize("query", ["layers", "pets", "sx", "step xyzzy", "ls", "lp"])
def test_every_word_has_to_be_found(query: str) -> None:
    assert match(query, "Step layer", "", "") is None


def test_the_path_and_the_sentence_are_searched_too() -> None:
    assert meant("export loss", "Copy image", "File › Export › Loss") == ""
    assert meant("picture", "Copy image", "", "Copy a picture.") == ""
    assert meant("image export", "Copy image", "File › Export") == "image"


def test_a_minus_and_an_exponent_are_found_as_they_are_typed() -> None:
    assert meant("1e-12", "Converged, gradients of 1e−12") == "1e−12"
    assert meant("x2", "Only x²") == "x²"


def test_the_better_a_place_suits_the_earlier_it_stands() -> None:
    places = (
        ("Step op", "", ""),
        ("Take the step apart", "", ""),
        ("Footsteps", "", ""),
        ("Save the early paper", "Steps", ""),
        ("Reset", "Footsteps", ""),
        ("Reset", "", "To step 0."),
        ("Reset", "", "Footsteps"),
        ("Save the parameters", "", ""),
    )
    ranks = [match("step", *place) for place in places[:-1]]
    assert all(isinstance(found, Match) for found in ranks)
    assert [found.rank for found in ranks if found] == sorted({f.rank for f in ranks if f})
    assert match("step", *places[-1]) is None


def test_long_texts_of_the_same_letter_are_decided_at_once() -> None:
    assert match("a" * 60 + "b", "a " * 100, "a " * 100, "a " * 100) is None
