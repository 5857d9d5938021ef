"""What the cards say: numbers in the window's own way, and nothing of what is not known."""

from __future__ import annotations

from dataclasses import replace

from core.diagnosis.findings import Finding
from gui.warnings import words
from tests.gui.findings import RATE, RELU, evidence, finding, trial, vanishing


def test_a_measured_value_is_written_with_a_real_minus_and_few_digits() -> None:
    assert words.measured(evidence(value=1.4321e-6)) == "measured 1.43e−6"
    assert words.threshold(evidence(threshold=0.01)) == "threshold 0.01"


def test_a_comparison_says_on_which_side_the_value_lies() -> None:
    low, high = evidence(), evidence(value=0.62, threshold=0.5, is_high=True)
    assert words.comparison(low).endswith("1.4e−6, below the threshold 0.01")
    assert words.comparison(high).endswith("0.62, above the threshold 0.5")


def test_since_when_counts_from_the_beginning_and_not_from_the_alarm() -> None:
    assert words.since(finding(began=1200, step=2000)) == "since step 1,200"
    assert words.since(finding(began=0, step=8)) == "since the start"


def test_a_cure_without_a_measurement_claims_none() -> None:
    assert words.cure_rate(RELU) == "cures 26 of 27"
    assert words.cure_rate(RATE) == "cure not measured"
    assert not any("Measured" in line for line in words.remedy_details(RATE))


def test_the_details_say_what_changes_and_whether_the_run_begins_again() -> None:
    assert "initializer Xavier → He normal" in words.remedy_details(RELU)[0]
    assert "begins again at step 0" in words.remedy_details(RELU)[1]
    assert "goes on from here" in words.remedy_details(RATE)[1]
    assert words.remedy_details(RELU)[-1] == "Measured on 27 runs: vanishing runs"


def test_what_is_explained_is_named_with_its_place() -> None:
    companions = [finding("saturated", evidence=evidence(layers=(1, 3))), _slow()]
    assert words.also(companions) == "Also: saturated units in layers 1 to 3, slow learning"


def test_reasons_are_one_paragraph_with_raised_exponents() -> None:
    told = evidence(why=("Each passes back 22 %.", "Over 9 layers that is 0.22^9."))
    assert words.why(told) == "Each passes back 22 %. Over 9 layers that is 0.22⁹."


def test_what_is_not_offered_is_one_sentence_with_reasons_in_brackets() -> None:
    told = evidence(not_offered=("New weights: they cured 0 of 12.", "clipping"))
    assert words.not_offered(told) == "Not offered: New weights (they cured 0 of 12); clipping."


def test_empty_evidence_says_nothing() -> None:
    nothing = evidence(quantity="", source="", clears="", not_offered=(), why=())
    assert words.source(nothing) == words.not_offered(nothing) == ""
    assert words.companion(_slow()).endswith("The error signal dies on its way back.")


def test_the_log_has_the_latest_first_and_says_what_has_passed() -> None:
    findings = [replace(_slow(), step=3, cleared_step=2500), vanishing()]
    assert words.log_entries(findings) == [
        "step 8: vanishing gradient in layers 1 to 6, open",
        "step 3: slow learning, cleared at step 2,500",
    ]
    assert (
        words.log_counts([*findings, finding("plateau", "info")])
        == "All warnings: 1 open, 1 cleared"
    )


def test_a_trial_tells_how_far_it_is_and_where_it_began() -> None:
    assert words.progress(trial(done=120)) == "step 120 of 400"
    assert "at the start" in words.beginning(trial())
    assert "at step 1,500" in words.beginning(trial(from_start=False, origin=1500))


def _slow() -> Finding:
    return finding("slow", layer=0, evidence=evidence(layers=(0, 0), quantity=""))
