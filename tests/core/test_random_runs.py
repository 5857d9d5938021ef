"""Claims about any run at all, tried on specifications and changes drawn at random.

A specification is refused with a line that names the place, or it trains: to finite numbers or to a
finding that says which op wrote one that is not, at full speed as op by op.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import ExperimentSpec, Trainer
from core.errors import UserError
from core.spec import (
    Activation,
    Initializer,
    Loss,
    OptimizerKind,
    ScheduleKind,
    TwoInputClasses,
    TwoInputRegression,
    choices,
)
from tests.core.experiments import bits, readable

STEPS = 20
# The same draws in every run of the suite.
ALIKE = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

SOURCES = (
    "backpropagation",
    "central_differences",
    "evolution_strategies",
    "random_search",
    "feedback_alignment",
)

Changes = dict[str, Any]
shares = st.floats(0, 0.9)
rates = st.floats(-5, 2).map(lambda power: 10.0**power)
units = st.integers(1, 5)


def layer() -> st.SearchStrategy[Changes]:
    return st.fixed_dictionaries(
        {"units": units, "activation": st.sampled_from(choices(Activation))},
        optional={
            "normalization": st.sampled_from(("none", "batch", "layer")),
            "dropout": shares,
            "residual": st.booleans(),
        },
    )


def output() -> st.SearchStrategy[tuple[str, Changes]]:
    """Return a loss and an output layer that fits it, or often enough one that does not."""
    fitting = {"binary_cross_entropy": ("sigmoid",), "cross_entropy": ("softmax",)}
    return st.sampled_from(choices(Loss)).flatmap(
        lambda loss: st.tuples(
            st.just(loss),
            st.fixed_dictionaries(
                {
                    "units": st.integers(1, 3),
                    "activation": st.sampled_from(fitting.get(loss, choices(Activation))),
                },
                optional={"normalization": st.sampled_from(("none", "batch", "layer"))},
            ),
        )
    )


optimizers = st.fixed_dictionaries(
    {"kind": st.sampled_from(choices(OptimizerKind)), "learning_rate": rates},
    optional={
        "momentum": shares,
        "dampening": st.floats(0, 1),
        "momentum_form": st.sampled_from(("standard", "running_mean")),
        "weight_decay": st.floats(0, 0.1),
    },
)
schedules = st.fixed_dictionaries(
    {"kind": st.sampled_from(choices(ScheduleKind))},
    optional={
        "step_size": st.integers(1, 10),
        "gamma": st.floats(0.1, 1.5),
        "warmup_steps": st.integers(0, 10),
        "minimum": st.floats(0, 0.1),
        "total_steps": st.integers(1, 30),
    },
)
techniques: dict[str, st.SearchStrategy[Any]] = {
    "training.schedule": schedules,
    "training.l1": st.floats(0, 0.5),
    "training.l2": st.floats(0, 0.5),
    "training.decay_biases": st.booleans(),
    "training.gradient_storage": st.sampled_from(("same", "float16")),
    "training.loss_scale": st.sampled_from((1.0, 0.001, 1024.0, 1e6)),
    "training.clip_norm": st.floats(0, 2),
    "training.clip_value": st.floats(0, 0.5),
    "training.patience": st.integers(0, 3),
    "training.gradient_source": st.sampled_from(SOURCES),
    "training.population": st.integers(2, 8),
    "training.sigma": st.floats(0.001, 0.1),
}


@st.composite
def experiments(draw: st.DrawFn) -> Changes:
    loss, last = draw(output())
    kinds = choices(TwoInputClasses) + choices(TwoInputRegression)
    mapping: Changes = {
        "seed": draw(st.integers(0, 5)),
        "data": {
            "kind": draw(st.sampled_from(kinds)),
            "samples": draw(st.integers(2, 40)),
            "noise": draw(st.floats(0, 0.5)),
            "test_fraction": draw(st.sampled_from((0.0, 0.25, 0.5))),
            "normalize": draw(st.booleans()),
        },
        "network": {
            "layers": [*draw(st.lists(layer(), max_size=3)), last],
            "initializer": draw(st.sampled_from(choices(Initializer))),
            "initial_bias": draw(st.floats(-1, 1)),
            "biases": draw(st.booleans()),
            "input_gradient": draw(st.booleans()),
            "dtype": draw(st.sampled_from(("float64", "float32"))),
        },
        "training": {
            "loss": loss,
            "batch_size": draw(st.integers(1, 12)),
            "shuffle": draw(st.booleans()),
            "optimizer": draw(optimizers),
        },
    }
    for place in draw(st.sets(st.sampled_from(sorted(techniques)))):
        mapping["training"][place.partition(".")[2]] = draw(techniques[place])
    return mapping


def begun(mapping: Changes) -> Trainer | None:
    """Return a trainer, or None where the specification or its data are refused as they must be."""
    try:
        return Trainer(ExperimentSpec.from_dict(mapping))
    except UserError as refused:
        line = str(refused)
        assert "\n" not in line
        assert line.startswith(("data", "network", "training")), line
        return None


def is_sound(trainer: Trainer) -> bool:
    """Return whether all numbers are finite, or else the finding says which op wrote one first."""
    numbers = [trainer.network.params.data, trainer.network.running.data]
    assert all(np.isfinite(array).all() for array in numbers)
    if trainer.halted is None:
        return True
    op = trainer.program.ops[trainer.halted_at or 0]
    assert trainer.halted.kind == "non_finite"
    assert trainer.halted.layer == op.layer
    assert any(name in trainer.halted.message for name in op.writes)
    return False


@ALIKE
@given(experiments())
def test_a_run_is_refused_by_its_place_or_is_the_same_op_by_op(mapping: Changes) -> None:
    fast = begun(mapping)
    if fast is None:
        return
    slow = Trainer(fast.spec)
    for step in range(STEPS):
        fast.advance_step()
        while slow.halted is None and slow.step == step:
            slow.advance_op()
        assert readable(fast) == readable(slow)
        assert is_sound(fast) == is_sound(slow)
        if fast.halted is not None:
            # Nobody has kept the start of a step that is taken whole: its numbers are on show.
            break
        assert bits(fast) == bits(slow)


def state(trainer: Trainer) -> tuple[bytes, ...]:
    return (*bits(trainer), trainer.network.running.data.tobytes())


changes = st.one_of(
    st.fixed_dictionaries({"training.optimizer": optimizers}),
    st.fixed_dictionaries({"training.batch_size": st.integers(1, 12)}),
    st.fixed_dictionaries({"network.layers[0]": layer()}),
    st.fixed_dictionaries({"network.biases": st.booleans()}),
    *(st.fixed_dictionaries({place: values}) for place, values in sorted(techniques.items())),
)


@ALIKE
@given(
    experiments(),
    st.lists(st.tuples(st.integers(0, 40), changes), min_size=1, max_size=5),
)
def test_any_change_in_mid_run_can_be_undone_and_made_again(
    mapping: Changes, plan: list[tuple[int, Changes]]
) -> None:
    trainer = begun(mapping)
    if trainer is None:
        return
    for ops, change in plan:
        for _ in range(ops):
            if trainer.halted is None:
                trainer.advance_op()
        if trainer.halted is not None:
            assert not is_sound(trainer)
            return
        spec, before, at_start = trainer.spec, state(trainer), trainer.program.pc == 0
        try:
            trainer.change(change)
        except UserError:
            assert trainer.spec == spec
            continue
        if trainer.spec == spec:
            continue
        after = bits(trainer)
        trainer.undo()
        assert trainer.spec == spec
        assert state(trainer) == before or not at_start
        trainer.redo()
        assert bits(trainer) == after
        assert len(trainer.snapshot().parameters) == trainer.network.layout.size
