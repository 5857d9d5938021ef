"""Which findings stand alone, what is told with them, and which one is pointed out."""

from __future__ import annotations

import pytest

from core.diagnosis.findings import Finding
from gui.findings import SpotChoice, key_of, place_in_words, spot_of, with_companions
from tests.gui.findings import evidence, finding, vanishing

SATURATED = finding("saturated", cause="vanishing", evidence=evidence(layers=(1, 3)))
SLOW = finding("slow", layer=0, cause="vanishing", evidence=evidence(layers=(0, 0)))
DEAD = finding("dead", layer=3, evidence=evidence(layers=(3, 3), units=((3, 1), (3, 4))))
EXPLODING = finding("exploding", "error", layer=0, evidence=evidence(layers=(0, 0)))
PLATEAU = finding("plateau", "info")


def kinds(findings: list[Finding]) -> list[tuple[str, list[str]]]:
    return [
        (root.kind, [other.kind for other in others]) for root, others in with_companions(findings)
    ]


def test_what_another_open_finding_explains_is_told_with_it() -> None:
    assert kinds([vanishing(), SATURATED, DEAD, SLOW]) == [
        ("vanishing", ["saturated", "slow"]),
        ("dead", []),
    ]


def test_causes_are_followed_to_the_first() -> None:
    slow = finding("slow", cause="saturated")
    assert kinds([vanishing(), SATURATED, slow]) == [("vanishing", ["saturated", "slow"])]


def test_a_finding_stands_alone_once_its_cause_has_passed() -> None:
    assert kinds([vanishing(cleared_step=90), SATURATED]) == [("saturated", [])]


def test_findings_that_explain_each_other_both_stand_alone() -> None:
    circle = [finding("dead", cause="slow"), finding("slow", cause="dead")]
    assert kinds(circle) == [("dead", []), ("slow", [])]


def test_errors_come_first_and_information_is_no_warning() -> None:
    assert kinds([PLATEAU, DEAD, EXPLODING]) == [("exploding", []), ("dead", [])]


def test_the_first_finding_with_a_place_is_pointed_out_unasked() -> None:
    spot = spot_of([EXPLODING, vanishing(), DEAD], SpotChoice())
    assert spot is not None
    assert (spot.layers, spot.units) == ((1, 6), ())


def test_the_chosen_finding_is_pointed_out_in_its_place() -> None:
    spot = spot_of([vanishing(), DEAD], SpotChoice(key_of(DEAD)))
    assert spot is not None
    assert spot.units == ((3, 1), (3, 4))
    assert [spot.holds_layer(layer) for layer in (2, 3, 4)] == [False, True, False]


def test_of_what_is_hidden_nothing_is_pointed_out_but_a_new_finding_is() -> None:
    choice = SpotChoice(hidden=frozenset({key_of(vanishing())}))
    assert spot_of([vanishing()], choice) is None
    again = spot_of([vanishing(cleared_step=90), vanishing(step=200)], choice)
    assert again is not None


def test_a_chosen_finding_that_has_passed_gives_way_to_the_first() -> None:
    spot = spot_of([vanishing(), finding("dead", cleared_step=50)], SpotChoice(key_of(DEAD)))
    assert spot is not None
    assert spot.layers == (1, 6)


def test_a_card_that_explains_an_error_comes_first() -> None:
    rate = finding("learning_rate_too_high")
    error = finding("non_finite", "error", cause="learning_rate_too_high")
    assert kinds([DEAD, rate, error]) == [("learning_rate_too_high", ["non_finite"]), ("dead", [])]


def test_many_units_are_pointed_out_by_their_layers() -> None:
    units = tuple((layer, unit) for layer in (2, 3) for unit in range(1, 6))
    many = finding("dead", evidence=evidence(layers=(2, 3), units=units))
    spot = spot_of([many], SpotChoice())
    assert spot is not None
    assert (spot.layers, spot.units) == ((2, 3), ())


@pytest.mark.parametrize(
    ("layers", "units", "words"),
    [
        ((1, 3), (), "in layers 1 to 3"),
        ((2, 2), (), "in layer 2"),
        ((0, 0), (), ""),
        ((2, 4), ((2, 1), (4, 3)), "in layers 2 to 4"),
        ((2, 2), ((2, 5),), "in unit 5 of layer 2"),
    ],
)
def test_places_are_told_in_words(
    layers: tuple[int, int], units: tuple[tuple[int, int], ...], words: str
) -> None:
    assert place_in_words(finding(evidence=evidence(layers=layers, units=units))) == words


def test_the_words_at_the_spot_take_the_share_from_the_threshold() -> None:
    spot = spot_of([vanishing(evidence=evidence(threshold=0.05))], SpotChoice())
    assert spot is not None
    assert spot.in_words() == "Layers 1 to 6: less than 5 % of the error signal arrives here"
