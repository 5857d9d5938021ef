"""What a plan of the stage consists of: columns of cards, folded layers, the loss; and its lengths.

A plan depends on the shape of the network, the room and the layers at hand, not on values. How it
is made is the work of ``arranging``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QRectF

Style = Literal["full", "some", "two", "one", "open", "input", "picture"]

HEAD, FOOT = 44, 30
ROW, CARD_PADDING = 18, 12
CARD, SMALLEST_CARD = 132, 112
# Of an opened unit with three boxes; further ones make it wider.
OPEN_CARD, MORE_BOX = 254, 88
INPUT, LOSS = 76, 66
PICTURE = 112
FOLDED = 30
LABEL = 26
SMALLEST_GAP, MOST_GAP = 44, 250
# What a bias beneath its card takes.
BIASES = {"full": 24, "two": 8, "one": 8}
SPACE = {"full": 10, "some": 8, "two": 6, "one": 6, "open": 12, "input": 10}
MOST_SPACE = 76
ROOMY_GAP = 104
PILL_ROW = 28
CAPTION = 18
# A box of an opened unit, and the space between those that stand above each other.
BOX, BOX_SPACE = 38, 4
OPEN_HEIGHT = 2 * (BOX + BOX_SPACE) + 13


@dataclass(frozen=True, slots=True)
class Wish:
    """What a plan is made for.

    Attributes:
        width, height: of the room.
        widths: units per layer, the inputs first.
        biases: whether layers have them.
        at_hand: the layers that the op reads and writes, which are shown first.
        rows: per layer (from 1) how many rows a full card has.
        chains: per layer how many boxes an opened unit has.
        opened: the layers that are opened into their operations.
        image: rows and columns of the inputs where they are a picture.
        targets: whether each output has a target of its own beside it.
        scale: of the text.
    """

    width: float
    height: float
    widths: tuple[int, ...]
    biases: bool
    at_hand: tuple[int, ...]
    rows: tuple[int, ...]
    chains: tuple[int, ...]
    opened: frozenset[int] = frozenset()
    image: tuple[int, int] | None = None
    targets: bool = False
    scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One layer unit by unit.

    Attributes:
        layer: 0 for the inputs.
        style: how its cards are drawn.
        units: those shown, from 0, in order; the rest is counted in ``hidden``.
        cards: their rectangles; of a picture the picture's alone.
        pill: where the hidden units are counted.
        weights: beneath a picture, where a unit's weights stand as a picture of their own.
    """

    layer: int
    style: Style
    units: tuple[int, ...]
    hidden: int
    cards: tuple[QRectF, ...]
    pill: QRectF | None
    weights: QRectF | None = None

    @property
    def left(self) -> float:
        """Where edges arrive."""
        return self.cards[0].left()

    @property
    def right(self) -> float:
        """Where edges leave."""
        return self.cards[0].right()

    def levels(self) -> list[float]:
        """Return the height at which the edges of each card end."""
        share = BOX / 2 / OPEN_HEIGHT if self.style == "open" else 0.5
        return [card.top() + share * card.height() for card in self.cards]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Layers that stand folded in one narrow column."""

    first: int
    last: int
    rect: QRectF


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A stage with everything in its place.

    Attributes:
        wish: what it was made for.
        slots: columns from left to right.
        loss: the box of the loss.
        body: the area of the cards.
    """

    wish: Wish
    slots: tuple[Stand | Fold, ...]
    loss: QRectF
    body: QRectF

    def stand(self, layer: int) -> Stand | None:
        """Return where ``layer`` stands, None where it is folded."""
        found = (s for s in self.slots if isinstance(s, Stand) and s.layer == layer)
        return next(found, None)

    def is_roomy(self) -> bool:
        """Return whether every number has its place and the columns stand well apart."""
        stands = [slot for slot in self.slots if isinstance(slot, Stand)]
        whole = all(s.style in ("full", "open", "input") and not s.hidden for s in stands)
        gaps = [b.left - a.right for a, b in pairwise(stands)]
        return len(stands) == len(self.slots) and whole and min(gaps) > ROOMY_GAP * self.wish.scale

    def card(self, layer: int, unit: int) -> QRectF | None:
        """Return the card of a unit, None where it is not shown."""
        stand = self.stand(layer)
        if stand is None or stand.style == "picture" or unit not in stand.units:
            return None
        return stand.cards[stand.units.index(unit)]


def card_padding(style: Style) -> int:
    """Return how much higher a card is than its rows."""
    return {"one": 4, "two": 8}.get(style, CARD_PADDING)
