"""Which commands are meant by what is typed, and how surely.

Every word that is typed has to be found: in the name, in the path of the menus, in the sentence, or
as letters of the name in their order. The better a place suits, the earlier the command stands.
Knows nothing of actions and windows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Letters that are typed otherwise than they are written.
_TYPED = {"−": "-", "×": "x", "²": "2", "’": "'"}
# With fewer letters than this in their order, anything would be meant.
_FEWEST_LETTERS = 3
_MARK_NOTHING: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """How a command suits what is typed.

    Attributes:
        rank: 0 is best; the sum over the words that are typed.
        marks: the places in the name that are meant, ascending.
    """

    rank: int
    marks: tuple[int, ...]


def match(query: str, name: str, path: str, sentence: str) -> Match | None:
    """Return how a command suits ``query``; None where a word of it is not found at all."""
    name, path, sentence = _fold(name), _fold(path), _fold(sentence)
    rank, marks = 0, set[int]()
    for word in _fold(query).split():
        found = _best(word, name, path, sentence)
        if found is None:
            return None
        rank += found.rank
        marks.update(found.marks)
    return Match(rank, tuple(sorted(marks)))


def _best(word: str, name: str, path: str, sentence: str) -> Match | None:
    place = _start_of_a_word(word, name)
    if place < 0:
        place = name.find(word)
        rank = 2
    else:
        rank = 0 if place == 0 else 1
    if place >= 0:
        return Match(rank, tuple(range(place, place + len(word))))
    initials = _initials(word, name)
    if initials:
        return Match(3, initials)
    for rank, text in ((4, path), (6, sentence)):
        if _start_of_a_word(word, text) >= 0:
            return Match(rank, _MARK_NOTHING)
        if word in text:
            return Match(rank + 1, _MARK_NOTHING)
    letters = _in_order(word, name)
    return Match(8, letters) if letters else None


def _start_of_a_word(word: str, text: str) -> int:
    """Return where a word of ``text`` begins with ``word``, -1 where none does."""
    starts = (at for at in _starts(text) if text.startswith(word, at))
    return next(starts, -1)


def _starts(text: str) -> list[int]:
    return [found.start() for found in re.finditer(r"(?<!\w)\S", text)]


def _initials(word: str, text: str) -> tuple[int, ...]:
    """Return where ``word`` is made of the beginnings of words of ``text``, in their order."""
    starts = _starts(text)
    # From how many letters and which word on it is known to lead nowhere.
    dead = set[tuple[int, int]]()

    def place(done: int, first: int) -> tuple[int, ...] | None:
        if done == len(word):
            return ()
        for index in range(first, len(starts)):
            if (done, index) in dead:
                break
            common = _common_length(text, starts[index], word[done:])
            for used in range(common, 0, -1):
                rest = place(done + used, index + 1)
                if rest is not None:
                    return (*range(starts[index], starts[index] + used), *rest)
        dead.update((done, index) for index in range(first, len(starts)))
        return None

    return place(0, 0) or _MARK_NOTHING


def _common_length(text: str, place: int, letters: str) -> int:
    """Return how many of ``letters`` stand in ``text`` from ``place`` on."""
    pairs = enumerate(zip(text[place : place + len(letters)], letters, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(text) - place, len(letters)))


def _in_order(word: str, text: str) -> tuple[int, ...]:
    """Return where the letters of ``word`` stand one after the other, close together."""
    if len(word) < _FEWEST_LETTERS:
        return _MARK_NOTHING
    for first in (at for at, letter in enumerate(text) if letter == word[0]):
        places = [first]
        for letter in word[1:]:
            at = text.find(letter, places[-1] + 1)
            if at < 0:
                return _MARK_NOTHING
            places.append(at)
        if places[-1] - first < 2 * len(word):
            return tuple(places)
    return _MARK_NOTHING


def _fold(text: str) -> str:
    """Return ``text`` in small letters, letter by letter, so that places stay what they are."""
    return "".join(_TYPED.get(letter, letter.lower()[:1]) for letter in text)
