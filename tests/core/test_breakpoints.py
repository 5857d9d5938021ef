"""Claims about breakpoints: each is reported at the steps that an independent calculation names."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from core import SpecError, Trainer
from core.diagnosis.breakpoints import (
    Breakpoint,
    BreakpointWatch,
    Hit,
    WatchState,
    describe,
    fits,
)
from core.step.workspace import Workspace
from core.training.evaluation import ForwardPass
from tests.core.experiments import (
    ACTIVATION_ORACLE,
    Array,
    Layers,
    small_trainer,
    trainer_on,
    value_of,
)

RELU: Layers = ((8, "relu"), (6, "relu"), (1, "linear"))
EVERY_KIND = (
    Breakpoint("gradient_rms", low=0.01, high=0.2),
    Breakpoint("dead_unit"),
    Breakpoint("loss_rise", factor=1.5),
    Breakpoint("step", step=41),
)


def to_update(trainer: Trainer) -> None:
    """Run the ops of a step up to its update."""
    trainer.advance_op()
    while trainer.program.peek().phase != "update":
        trainer.advance_op()


def training_rows(trainer: Trainer) -> Workspace:
    """Run all training rows through the network as it is now."""
    inputs = trainer.dataset.inputs
    forward = ForwardPass(trainer.network, len(inputs))
    forward.load(inputs)
    forward.run()
    return forward.workspace


def check(watch: BreakpointWatch, trainer: Trainer, asked: list[int] | None = None) -> list[Hit]:
    """Check the step at hand; ``asked`` takes down the steps at which training rows are needed."""

    def confirm() -> Workspace:
        if asked is not None:
            asked.append(trainer.step)
        return training_rows(trainer)

    workspace = trainer.shown.workspace
    loss = workspace.loss.item()
    return list(watch.check(trainer.step, loss, trainer.network, workspace, confirm))


def reached(
    watch: BreakpointWatch, trainer: Trainer, until: int, asked: list[int] | None = None
) -> list[tuple[int, Hit]]:
    """Train up to step ``until`` and return what is reached, with the step."""
    hits = []
    while trainer.step < until and trainer.halted is None:
        to_update(trainer)
        hits += [(trainer.step, hit) for hit in check(watch, trainer, asked)]
        trainer.advance_step()
    return hits


def steps_of(hits: list[tuple[int, Hit]]) -> list[int]:
    return [step for step, _ in hits]


def rises(conditions: list[bool]) -> list[int]:
    """Return where a condition holds that did not hold one place before."""
    return [i for i, holds in enumerate(conditions) if holds and not (i and conditions[i - 1])]


def trained(changes: dict[str, Any] | None = None, layers: Layers = RELU) -> Trainer:
    return small_trainer(changes, layers, "half_squared_error")


def fast(rate: float = 0.5) -> Trainer:
    return trained({"training.optimizer.learning_rate": rate})


def record(trainer: Trainer, until: int, read: Callable[[Trainer], Any]) -> list[Any]:
    """Train without a watch; return what ``read`` says before each update."""
    taken = []
    while trainer.step < until:
        to_update(trainer)
        taken.append(read(trainer))
        trainer.advance_step()
    return taken


class TestStep:
    @pytest.mark.parametrize("step", [0, 1, 13])
    def test_is_reached_once_when_so_many_updates_are_finished(self, step: int) -> None:
        trainer = fast()
        watch = BreakpointWatch([Breakpoint("step", step=step)], 3)
        ((at, hit),) = reached(watch, trainer, 30)
        assert at == step
        assert hit.breakpoint.step == step

    def test_the_message_says_how_many_updates_that_are(self) -> None:
        ((_, hit),) = reached(BreakpointWatch([Breakpoint("step", step=3)], 3), fast(), 5)
        assert hit.message == (
            "Breakpoint: the count of finished updates is 3 (step 3, before the update)"
        )

    def test_a_second_look_at_the_same_step_is_no_second_hit(self) -> None:
        trainer = fast()
        watch = BreakpointWatch([Breakpoint("step", step=0)], 3)
        to_update(trainer)
        assert len(check(watch, trainer)) == 1
        assert check(watch, trainer) == []


class TestGradientRms:
    @staticmethod
    def _rms(trainer: Trainer) -> list[float]:
        parts = [
            np.concatenate([value_of(trainer, f"dW{n}").ravel(), value_of(trainer, f"db{n}")])
            for n in (1, 2, 3)
        ]
        return [float(np.sqrt(np.mean(part**2))) for part in parts]

    @pytest.mark.parametrize(
        ("layer", "low", "high"),
        [(1, 0.01, math.inf), (2, 0.0, 0.015), (3, 0.02, 0.2), (1, 0.015, 0.06)],
    )
    def test_is_reached_whenever_the_rms_leaves_the_range(
        self, layer: int, low: float, high: float
    ) -> None:
        point = Breakpoint("gradient_rms", layer=layer, low=low, high=high)
        hits = reached(BreakpointWatch([point], 3), fast(0.3), 120)
        rms = [row[layer - 1] for row in record(fast(0.3), 120, self._rms)]
        outside = [not low <= value <= high for value in rms]
        assert steps_of(hits) == rises(outside)
        assert 3 < len(hits) < sum(outside)

    def test_layer_0_looks_at_every_layer_by_itself(self) -> None:
        point = Breakpoint("gradient_rms", low=0.015)
        hits = reached(BreakpointWatch([point], 3), fast(0.3), 120)
        rms = np.array(record(fast(0.3), 120, self._rms))
        leaving = [rises(list(rms[:, layer] < 0.015)) for layer in range(3)]
        assert all(leaving)
        assert steps_of(hits) == sorted({step for steps in leaving for step in steps})
        for step, hit in hits:
            layers = [layer + 1 for layer in range(3) if step in leaving[layer]]
            assert f"gradient RMS of layer {layers[0]} is " in hit.message
            others = len(layers) - 1
            words = {0: "", 1: "; likewise 1 more layer ", 2: "; likewise 2 more layers "}[others]
            assert words in hit.message
            assert ("likewise" in hit.message) == (others > 0)

    def test_what_is_outside_when_watching_begins_is_reported_there_and_then_rests(self) -> None:
        point = Breakpoint("gradient_rms", layer=1, high=1e-12)
        assert steps_of(reached(BreakpointWatch([point], 3), fast(), 40)) == [0]

    def test_the_message_puts_the_measured_value_against_the_limit(self) -> None:
        trainer = trainer_on(
            np.array([[1.0, 2.0]]), np.array([[0.0]]), ((1, "linear"),), "half_squared_error"
        )
        trainer.network.layers[0].W[:] = [[3.0, 0.5]]
        to_update(trainer)
        # a = 3 + 1 = 4, so dW = (4, 8), db = 4 and the mean square is 32.
        assert value_of(trainer, "dW1").tolist() == [[4.0, 8.0]]
        above = Breakpoint("gradient_rms", layer=1, low=1e-6, high=2.5)
        below = Breakpoint("gradient_rms", layer=1, low=12000)
        messages = [hit.message for hit in check(BreakpointWatch([above, below], 1), trainer)]
        assert messages == [
            "Breakpoint: gradient RMS of layer 1 is 5.657, above 2.5 (step 0, before the update)",
            "Breakpoint: gradient RMS of layer 1 is 5.657, below 12000 (step 0, before the update)",
        ]

    def test_a_value_close_to_the_limit_is_written_so_that_it_differs(self) -> None:
        trainer = trainer_on(
            np.array([[1.0]]), np.array([[0.0]]), ((1, "linear"),), "half_squared_error"
        )
        trainer.network.layers[0].W[:] = 1.000004
        to_update(trainer)
        (hit,) = check(BreakpointWatch([Breakpoint("gradient_rms", 1, high=1.0)], 1), trainer)
        assert "is 1.000004, above 1 (" in hit.message


class TestLossRise:
    @pytest.mark.parametrize("factor", [1.2, 1.5, 2.0])
    def test_is_reached_whenever_the_loss_rises_above_the_median_times_the_factor(
        self, factor: float
    ) -> None:
        point = Breakpoint("loss_rise", factor=factor)
        hits = reached(BreakpointWatch([point], 3), fast(0.3), 150)
        losses = record(fast(0.3), 150, lambda trainer: float(value_of(trainer, "loss")))
        high = [
            n >= 8 and losses[n] > factor * np.median(losses[max(0, n - 32) : n])
            for n in range(150)
        ]
        assert steps_of(hits) == rises(high)
        assert len(hits) > 2

    @staticmethod
    def _hits(losses: list[float], factor: float = 2.0) -> list[tuple[int, str]]:
        trainer = fast()
        to_update(trainer)
        watch = BreakpointWatch([Breakpoint("loss_rise", factor=factor)], 3)
        workspace = trainer.shown.workspace
        found = []
        for step, loss in enumerate(losses):
            hits = watch.check(
                step, loss, trainer.network, workspace, lambda: training_rows(trainer)
            )
            found += [(step, hit.message) for hit in hits]
        return found

    def test_nothing_is_said_before_eight_losses_are_known(self) -> None:
        assert self._hits([1.0] * 7 + [100.0]) == []
        assert self._hits([1.0] * 8 + [100.0]) == [
            (8, "Breakpoint: the loss is 100, above 2 times its recent level of 1 "
             "(step 8, before the update)")
        ]  # fmt: skip

    def test_an_outlier_does_not_hide_the_next_one(self) -> None:
        # The mean of the first eleven losses is 10, four times the last one.
        found = self._hits([1.0] * 8 + [100.0, 1.0, 1.0, 2.5])
        assert [step for step, _ in found] == [8, 11]

    def test_a_loss_that_stays_high_is_reported_once_and_becomes_the_level(self) -> None:
        found = self._hits([1.0] * 8 + [5.0] * 40 + [9.0, 11.0])
        assert [step for step, _ in found] == [8, 49]

    def test_exactly_the_factor_is_not_above_it(self) -> None:
        assert self._hits([1.0] * 8 + [2.0]) == []

    def test_losses_that_are_not_finite_do_not_count_for_the_level(self) -> None:
        found = self._hits([1.0] * 8 + [math.nan] * 20 + [math.inf, 1.0, 3.0])
        assert [step for step, _ in found] == [28, 30]


class TestDeadUnit:
    @staticmethod
    def _alive(trainer: Trainer) -> list[Array]:
        """Return for each hidden ReLU layer which units are on for some training row."""
        x, alive = trainer.dataset.inputs, []
        for n in (1, 2):
            x = np.maximum(0.0, x @ value_of(trainer, f"W{n}").T + value_of(trainer, f"b{n}"))
            alive.append((x > 0).any(axis=0))
        return alive

    @pytest.mark.parametrize("layer", [1, 2])
    def test_is_reached_when_a_unit_falls_silent_on_all_training_rows(self, layer: int) -> None:
        point = Breakpoint("dead_unit", layer=layer)
        asked: list[int] = []
        hits = reached(BreakpointWatch([point], 3), fast(1.5), 120, asked)
        alive = np.array([row[layer - 1] for row in record(fast(1.5), 120, self._alive)])
        fallen = [np.flatnonzero(was & ~now) for was, now in pairwise(alive)]
        expected = {step: units for step, units in enumerate(fallen, start=1) if units.size}
        # No unit comes back here, so every fall is the first one of its unit.
        assert not (~alive[:-1] & alive[1:]).any()
        assert expected
        assert steps_of(hits) == list(expected)
        for step, hit in hits:
            assert f"unit {expected[step][0] + 1} of layer {layer} has died" in hit.message
        # Batches of 8 of 30 rows raise false alarms, which the training rows lay to rest.
        assert set(asked) > set(steps_of(hits))

    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    @pytest.mark.parametrize(
        "kind", ["relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sigmoid", "tanh"]
    )
    def test_every_activation_with_a_flat_side_can_die(self, kind: str, dtype: str) -> None:
        layers: Layers = ((4, kind), (3, "tanh"), (1, "linear"))
        trainer = trained({"network.dtype": dtype}, layers)
        watch = BreakpointWatch([Breakpoint("dead_unit")], 3)
        assert reached(watch, trainer, 5) == []
        trainer.network.layers[0].b[2] = -60.0
        ((step, hit),) = reached(watch, trainer, 12)
        assert step == 5
        what = "saturated" if kind in ("sigmoid", "tanh") else "died"
        assert f"unit 3 of layer 1 has {what}: " in hit.message
        assert "over 30 training rows" in hit.message

    @pytest.mark.parametrize(("kind", "z"), [("sigmoid", 5.97), ("tanh", 2.98)])
    def test_saturated_is_less_than_a_hundredth_of_the_largest_slope(
        self, kind: str, z: float
    ) -> None:
        a = ACTIVATION_ORACLE[kind](np.array([z, z + 0.05]))
        share = 4 * a * (1 - a) if kind == "sigmoid" else 1 - a**2
        assert share[0] > 0.01 > share[1]
        rows = np.array([[0.0], [0.0]])
        trainer = trainer_on(rows, rows, ((2, kind), (1, "linear")), "half_squared_error")
        watch = BreakpointWatch([Breakpoint("dead_unit")], 2)
        to_update(trainer)
        assert check(watch, trainer) == []
        for place, hits in ((z, 0), (z + 0.05, 1)):
            trainer.reset()
            trainer.network.layers[0].b[:] = [0.0, place]
            to_update(trainer)
            assert len(check(watch, trainer)) == hits

    def test_a_unit_on_a_falling_stretch_is_alive(self) -> None:
        trainer = trained({}, ((4, "gelu"), (1, "linear")))
        watch = BreakpointWatch([Breakpoint("dead_unit")], 2)
        assert reached(watch, trainer, 2) == []
        layer = trainer.network.layers[0]
        layer.W[2], layer.b[2] = 0.0, -1.6
        to_update(trainer)
        assert (value_of(trainer, "slope1")[:, 2] < -0.05).all()
        asked: list[int] = []
        assert check(watch, trainer, asked) == []
        assert asked == []

    def test_a_unit_that_was_dead_when_watching_began_is_not_reported(self) -> None:
        trainer = fast()
        trainer.network.layers[0].b[2] = -60.0
        watch = BreakpointWatch([Breakpoint("dead_unit", layer=1)], 3)
        assert reached(watch, trainer, 6) == []
        trainer.network.layers[0].b[3] = -60.0
        ((step, hit),) = reached(watch, trainer, 8)
        assert step == 6
        assert "unit 4 of layer 1 has died" in hit.message

    def test_a_unit_that_comes_back_can_die_again(self) -> None:
        trainer = trained({"training.batch_size": 30})
        watch = BreakpointWatch([Breakpoint("dead_unit", layer=1)], 3)
        bias = trainer.network.layers[0].b
        steps = []
        for value in (0.0, -60.0, 0.0, -60.0):
            bias[2] = value
            steps += steps_of(reached(watch, trainer, trainer.step + 2))
        assert steps == [2, 6]

    def test_the_batch_alone_decides_while_every_unit_shows_a_slope(self) -> None:
        trainer = trained({"training.batch_size": 30}, ((4, "tanh"), (1, "linear")))
        asked: list[int] = []
        assert reached(BreakpointWatch([Breakpoint("dead_unit")], 2), trainer, 20, asked) == []
        assert asked == []

    def test_training_rows_are_run_once_a_step_at_most(self) -> None:
        asked: list[int] = []
        points = [Breakpoint("dead_unit", layer=layer) for layer in (0, 1, 2)]
        reached(BreakpointWatch(points, 3), fast(), 60, asked)
        assert asked
        assert len(asked) == len(set(asked))

    def test_all_breakpoints_that_look_there_are_reached_and_others_are_not(self) -> None:
        points = [Breakpoint("dead_unit", layer=layer) for layer in (0, 1, 2)]
        trainer = trained()
        watch = BreakpointWatch(points, 3)
        reached(watch, trainer, 3)
        trainer.network.layers[1].b[[1, 4, 5]] = -60.0
        to_update(trainer)
        hits = check(watch, trainer)
        assert [hit.breakpoint.layer for hit in hits] == [0, 2]
        for hit in hits:
            assert hit.message == (
                "Breakpoint: unit 2 of layer 2 has died: its largest slope over 30 training rows "
                "is 0, not above 0.01; likewise 2 more units (step 3, before the update)"
            )

    def test_layers_whose_units_have_no_slope_of_their_own_are_passed_over(self) -> None:
        trainer = trained({}, ((4, "softmax"), (3, "linear"), (1, "linear")))
        assert reached(BreakpointWatch([Breakpoint("dead_unit")], 3), trainer, 10) == []

    def test_a_layer_of_another_width_is_watched_anew(self) -> None:
        trainer = fast()
        watch = BreakpointWatch([Breakpoint("dead_unit", layer=1)], 3)
        reached(watch, trainer, 4)
        trainer.change({"network.layers[0].units": 12})
        trainer.network.layers[0].b[[2, 11]] = -60.0
        wider = BreakpointWatch([Breakpoint("dead_unit", layer=1)], 3)
        wider.restore(watch.state())
        assert reached(wider, trainer, 8) == []


class TestNonFinite:
    @pytest.mark.parametrize("optimizer", ["sgd", "adam"])
    def test_is_reached_once_at_the_step_at_which_the_run_halts(self, optimizer: str) -> None:
        trainer = fast(50.0) if optimizer == "sgd" else fast()
        trainer.change({"training.optimizer.kind": optimizer})
        if optimizer == "adam":
            trainer.advance_steps(3)
            trainer.network.params.data[:] *= 1e200
        hits = reached(BreakpointWatch([Breakpoint("non_finite")], 3), trainer, 400)
        assert trainer.halted is not None
        assert steps_of(hits) == [trainer.step]
        assert "not finite" in hits[0][1].message

    def test_a_run_with_finite_numbers_goes_on(self) -> None:
        assert reached(BreakpointWatch([Breakpoint("non_finite")], 3), fast(), 50) == []

    def test_the_loss_is_named_with_its_value(self) -> None:
        trainer = trained()
        to_update(trainer)
        watch = BreakpointWatch([Breakpoint("non_finite")], 3)
        workspace = trainer.shown.workspace
        for loss, words in ((math.nan, "NaN"), (1.0, ""), (math.inf, "∞")):
            hits = watch.check(0, loss, trainer.network, workspace, lambda: training_rows(trainer))
            messages = [f"Breakpoint: the loss is {words}, not finite (step 0, before the update)"]
            assert [hit.message for hit in hits] == (messages if words else [])

    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    def test_the_entry_nearest_to_the_output_is_named(self, dtype: str) -> None:
        trainer = trained({"network.dtype": dtype})
        to_update(trainer)
        trainer.network.layers[0].dW[0, 1] = math.inf
        trainer.network.layers[1].dW[4, 7] = -math.inf
        (hit,) = check(BreakpointWatch([Breakpoint("non_finite")], 3), trainer)
        assert hit.message == (
            "Breakpoint: the gradient of W2[5, 8] is −∞, not finite (step 0, before the update)"
        )

    def test_finite_entries_whose_squares_overflow_are_finite(self) -> None:
        trainer = trained()
        to_update(trainer)
        trainer.network.layers[0].dW[0, 1] = 1e200
        assert check(BreakpointWatch([Breakpoint("non_finite")], 3), trainer) == []


class TestMemory:
    @pytest.mark.parametrize("at", [0, 3, 20, 41, 55])
    def test_going_back_and_forward_again_reaches_the_same(self, at: int) -> None:
        trainer = fast(1.2)
        watch = BreakpointWatch(EVERY_KIND, 3)
        before = reached(watch, trainer, at)
        frame, state = trainer.keyframe(), watch.state()
        after = reached(watch, trainer, 80)
        straight = reached(BreakpointWatch(EVERY_KIND, 3), fast(1.2), 80)
        assert before + after == straight
        for other in (watch, watch, BreakpointWatch(EVERY_KIND, 3)):
            trainer.restore(frame)
            other.restore(state)
            assert reached(other, trainer, 80) == after

    def test_that_run_reaches_every_kind(self) -> None:
        hits = reached(BreakpointWatch(EVERY_KIND, 3), fast(1.2), 80)
        assert {hit.breakpoint for _, hit in hits} == set(EVERY_KIND)

    def test_what_is_remembered_goes_over_to_a_watch_with_one_breakpoint_more(self) -> None:
        trainer = fast()
        outside = Breakpoint("gradient_rms", layer=1, high=1e-12)
        watch = BreakpointWatch([outside], 3)
        reached(watch, trainer, 4)
        longer = BreakpointWatch([Breakpoint("step", step=6), outside], 3)
        longer.restore(watch.state())
        ((step, hit),) = reached(longer, trainer, 10)
        assert (step, hit.breakpoint.kind) == (6, "step")

    def test_a_watch_that_takes_over_knows_which_units_were_alive(self) -> None:
        trainer = fast()
        first, second = (BreakpointWatch([Breakpoint("dead_unit", layer=1)], 3) for _ in range(2))
        reached(first, trainer, 4)
        second.restore(first.state())
        trainer.network.layers[0].b[2] = -60.0
        ((step, hit),) = reached(second, trainer, 6)
        assert step == 4
        assert "unit 3 of layer 1" in hit.message

    def test_an_empty_state_makes_a_watch_new(self) -> None:
        trainer = fast()
        watch = BreakpointWatch([Breakpoint("step", step=0)], 3)
        to_update(trainer)
        assert len(check(watch, trainer)) == 1
        watch.restore(WatchState())
        assert len(check(watch, trainer)) == 1


class TestWhatIsWatched:
    def test_breakpoints_that_are_off_are_not_reached(self) -> None:
        off = [Breakpoint("step", step=2, enabled=False), Breakpoint("step", step=4)]
        assert steps_of(reached(BreakpointWatch(off, 3), fast(), 8)) == [4]

    @pytest.mark.parametrize(
        ("point", "layers", "expected"),
        [
            (Breakpoint("gradient_rms", layer=3, low=1), 3, True),
            (Breakpoint("gradient_rms", layer=4, low=1), 3, False),
            (Breakpoint("gradient_rms", low=1), 1, True),
            (Breakpoint("dead_unit", layer=2), 3, True),
            (Breakpoint("dead_unit", layer=3), 3, False),
            (Breakpoint("dead_unit"), 1, False),
            (Breakpoint("step", layer=9), 1, True),
        ],
    )
    def test_what_the_network_does_not_have_rests(
        self, point: Breakpoint, layers: int, expected: bool
    ) -> None:
        assert fits(point, layers) is expected

    def test_a_breakpoint_on_a_layer_that_is_not_there_is_never_reached(self) -> None:
        points = [Breakpoint("gradient_rms", layer=4, high=1e-12), Breakpoint("dead_unit", 3)]
        assert reached(BreakpointWatch(points, 3), fast(), 5) == []

    def test_a_check_changes_no_number_of_the_run(self) -> None:
        watched, alone = fast(), fast()
        reached(BreakpointWatch((*EVERY_KIND, Breakpoint("non_finite")), 3), watched, 60)
        alone.advance_steps(60)
        np.testing.assert_array_equal(watched.network.params.data, alone.network.params.data)


class TestTheBreakpointItself:
    @pytest.mark.parametrize(
        ("point", "words"),
        [
            (Breakpoint("non_finite"), "the loss or a gradient is not finite"),
            (
                Breakpoint("gradient_rms", layer=2, low=1e-6, high=10),
                "layer 2: gradient RMS leaves 1e−6 to 10",
            ),
            (Breakpoint("gradient_rms", low=1e-6), "any layer: gradient RMS falls below 1e−6"),
            (Breakpoint("gradient_rms", high=0.5), "any layer: gradient RMS rises above 0.5"),
            (Breakpoint("dead_unit"), "any hidden layer: a unit dies"),
            (Breakpoint("dead_unit", layer=3), "layer 3: a unit dies"),
            (Breakpoint("loss_rise", factor=2.5), "loss rises above 2.5 times its recent level"),
            (Breakpoint("step", step=1200), "step 1,200 is reached"),
        ],
    )
    def test_is_described_in_plain_words(self, point: Breakpoint, words: str) -> None:
        assert describe(point) == words

    def test_the_words_take_the_names_of_layers_where_they_are_known(self) -> None:
        names = ["Hidden 1", "Output"]
        assert describe(Breakpoint("gradient_rms", 2, high=1), names).startswith("Output: ")
        assert describe(Breakpoint("dead_unit", 1), names) == "Hidden 1: a unit dies"
        assert describe(Breakpoint("dead_unit", 3), names) == "layer 3: a unit dies"

    @pytest.mark.parametrize(
        ("fields", "line"),
        [
            ({"kind": "spell"}, "kind: expected one of non_finite, gradient_rms, dead_unit, "
             "loss_rise, step, got 'spell'"),
            ({"kind": "dead_unit", "layer": -1},
             "layer: expected a whole number from 0 up, got -1"),
            ({"kind": "step", "step": -3}, "step: expected a whole number from 0 up, got -3"),
            ({"kind": "step", "step": 1.5}, "step: expected a whole number from 0 up, got 1.5"),
            ({"kind": "gradient_rms", "low": -1.0}, "low: expected a number from 0 up, got −1"),
            ({"kind": "gradient_rms", "low": math.nan},
             "low: expected a number from 0 up, got NaN"),
            ({"kind": "gradient_rms", "low": 2.0, "high": 2.0},
             "high: expected a number above low, which is 2, got 2"),
            ({"kind": "gradient_rms", "low": 2.0, "high": math.nan},
             "high: expected a number above low, which is 2, got NaN"),
            ({"kind": "gradient_rms"},
             "high: expected a number where low is 0: no RMS leaves 0 to ∞"),
            ({"kind": "loss_rise", "factor": 1.0}, "factor: expected a number above 1, got 1"),
            ({"kind": "loss_rise", "factor": math.inf}, "factor: expected a number above 1, got ∞"),
        ],
    )  # fmt: skip
    def test_one_that_says_nothing_is_refused_in_one_line(
        self, fields: dict[str, Any], line: str
    ) -> None:
        with pytest.raises(SpecError) as refused:
            Breakpoint(**fields)
        assert str(refused.value) == line

    def test_equal_ones_are_one_in_a_set(self) -> None:
        one, other = (Breakpoint("gradient_rms", layer=1, low=0.5) for _ in range(2))
        assert one == other
        assert len({one, other, Breakpoint("gradient_rms", layer=2, low=0.5)}) == 2


def test_a_breakpoint_added_in_a_run_leaves_what_another_has_seen() -> None:
    rise = Breakpoint("loss_rise", factor=1.000001)
    trainer = small_trainer()
    trainer.guard.set((rise,))
    trainer.advance_steps(5)
    trainer.guard.set((rise, Breakpoint("step", step=10_000)))
    steps = []
    while trainer.step < 40:
        if not trainer.guard.advance(trainer):
            steps.append(trainer.step)
            trainer.advance_step()
    # Alone, and never touched, it stops at the same steps: its recent losses were not forgotten.
    alone = small_trainer()
    alone.guard.set((rise,))
    expected = []
    while alone.step < 40:
        if not alone.guard.advance(alone):
            expected.append(alone.step)
            alone.advance_step()
    assert steps == expected != []
