"""The comparison of the ways to a gradient: right numbers, and no bit of the run is changed."""

from __future__ import annotations

import numpy as np
import pytest

from core import Trainer
from core.explain.gradient_ways import Way, compare_ways
from core.presets import load_preset
from tests.core.experiments import bits, readable, small_trainer, value_of

SOURCES = (
    "backpropagation",
    "central_differences",
    "evolution_strategies",
    "random_search",
    "feedback_alignment",
)
# More than any of the small networks here takes.
AMPLE = 60.0


@pytest.mark.parametrize("source", SOURCES)
def test_measuring_changes_no_bit_of_the_run_at_a_step_s_start_and_within(source: str) -> None:
    runs = [small_trainer({"training.gradient_source": source}) for _ in range(2)]
    for number, trainer in enumerate(runs):
        trainer.advance_steps(5)
        for _ in range(len(trainer.program.ops) - 1):
            if number:
                before = bits(trainer), readable(trainer), trainer.program.pc
                compare_ways(trainer, AMPLE)
                assert (bits(trainer), readable(trainer), trainer.program.pc) == before
            trainer.advance_op()
        trainer.advance_steps(5)
    assert bits(runs[0]) == bits(runs[1])


@pytest.mark.parametrize("source", SOURCES)
def test_error_and_cosine_are_those_of_the_gradients_that_the_next_step_would_take(
    source: str,
) -> None:
    trainer = small_trainer()
    trainer.advance_steps(7)
    ways = compare_ways(trainer, AMPLE)
    gradients = []
    for taken in ("backpropagation", source):
        other = small_trainer({"training.gradient_source": taken})
        other.assembly.network.params.data[...] = trainer.network.params.data
        other.assembly.feed.seek(trainer.assembly.feed.epoch, trainer.assembly.feed.row)
        other.assembly.hyper.seek(trainer.step)
        other.station = other.assembly.station()
        other.advance_phase()
        other.advance_phase()
        other.advance_phase()
        other.advance_phase()
        gradients.append(value_of(other, "gradient"))
    exact, found = gradients
    way = ways.way(source)
    assert way.error == pytest.approx(
        np.linalg.norm(found - exact) / np.linalg.norm(exact), rel=1e-6, abs=1e-12
    )
    cosine = found @ exact / (np.linalg.norm(found) * np.linalg.norm(exact))
    assert way.cosine == pytest.approx(cosine, rel=1e-9)
    assert not way.is_estimated
    assert way.seconds > 0


def test_central_differences_agree_with_backpropagation_and_cost_p_times_as_much() -> None:
    trainer = small_trainer()
    ways = compare_ways(trainer, AMPLE)
    size = trainer.network.layout.size
    exact, way = ways.way("backpropagation"), ways.way("central_differences")
    assert exact.error == 0
    assert way.error is not None
    assert way.error < 1e-7
    assert (exact.passes.total, way.passes.total) == (2, 2 * size + 1)
    assert way.factor == size + 0.5
    assert (ways.parameter_count, ways.rows, ways.step) == (size, 8, 0)


def test_bytes_are_those_of_the_arrays_that_a_way_needs_more() -> None:
    trainer = small_trainer()
    ways = compare_ways(trainer, AMPLE)
    units, rows, size = 4 + 3 + 1, 8, trainer.network.layout.size
    assert ways.way("backpropagation").byte_count == 8 * 3 * units * rows
    assert ways.way("feedback_alignment").byte_count == 8 * (3 * units * rows + 4 * 3 + 3 * 1)
    # One target and two inputs; z and a of all layers, inputs too, with a row of ones each.
    batch = (1 + 2 * (2 + units) + 4) * rows
    assert ways.way("central_differences").byte_count == 8 * (size + batch)
    assert ways.way("evolution_strategies").byte_count == 8 * (3 * size + batch)


def test_what_takes_longer_than_the_budget_is_estimated_and_says_so() -> None:
    trainer = small_trainer()
    ways = {way.source: way for way in compare_ways(trainer, 0.0).ways}
    for source in ("central_differences", "evolution_strategies", "random_search"):
        way: Way = ways[source]
        assert way.is_estimated
        assert way.error is None
        assert way.cosine is None
        assert way.seconds > 0
    assert not ways["backpropagation"].is_estimated
    assert not ways["feedback_alignment"].is_estimated


def test_of_a_large_network_differences_are_taken_of_some_parameters_only() -> None:
    wide = {"network": {"layers": [{"units": 200}, {"units": 10, "activation": "softmax"}]}}
    trainer = Trainer(load_preset("digits").with_changes(wide))
    # A pass takes some microseconds: all 15,010 parameters take longer, some do not.
    ways = compare_ways(trainer, 0.02)
    way = ways.way("central_differences")
    assert way.is_estimated
    assert way.sampled < ways.parameter_count
    assert "5,000" in way.refusal
    assert ways.way("feedback_alignment").refusal == ""
    if way.sampled:
        assert way.error is not None
        assert way.error < 1e-6


def test_the_way_of_the_run_is_named_and_what_the_run_would_refuse_is_told() -> None:
    trainer = small_trainer({"training.gradient_source": "random_search", "training.population": 5})
    ways = compare_ways(trainer, AMPLE)
    assert ways.current == "random_search"
    assert ways.way("random_search").passes.total == 6
    assert "even number" in ways.way("evolution_strategies").refusal
