"""Claims about the named values of a step: each has one writer, and is readable from then on."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest

from core import Trainer
from tests.core.experiments import OPTIMIZERS, Layers, names_of, readable, small_trainer, value_of

NETS: dict[str, tuple[Layers, str]] = {
    "fused sigmoid": (((4, "tanh"), (3, "tanh"), (1, "sigmoid")), "binary_cross_entropy"),
    "fused softmax": (((3, "relu"), (2, "softmax")), "cross_entropy"),
    "not fused": (((3, "softmax"), (3, "silu"), (1, "tanh")), "half_squared_error"),
}
STATE = {"parameters", "velocity", "square_sum", "square_mean", "m", "v"}


def trainer_of(net: str, kind: str = "adam") -> Trainer:
    layers, loss = NETS[net]
    changes = {"network.input_gradient": True, "training.optimizer.kind": kind}
    return small_trainer(changes, layers, loss)


def is_kept(name: str) -> bool:
    """Return whether a value outlives the step: a weight or what the optimizer remembers."""
    return name in STATE or re.fullmatch(r"[Wb]\d+", name) is not None


def parts_of(name: str) -> str:
    """Return the whole that a view belongs to: an op that writes one of them changes both."""
    if re.fullmatch(r"d[Wb]\d+", name):
        return "gradient"
    return "parameters" if re.fullmatch(r"[Wb]\d+", name) else name


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("net", NETS)
def test_every_value_is_written_by_exactly_one_op(net: str, kind: str) -> None:
    writes = Counter(name for op in trainer_of(net, kind).program.ops for name in op.writes)
    assert set(writes.values()) == {1}


@pytest.mark.parametrize("kind", ["sgd", "nesterov", "adamw"])
@pytest.mark.parametrize("net", NETS)
def test_an_op_changes_nothing_but_what_it_says_it_writes(net: str, kind: str) -> None:
    trainer = trainer_of(net, kind)
    trainer.advance_step()
    for op in trainer.program.ops:
        seen = readable(trainer) if op.phase != "batch" else {}
        assert trainer.advance_op() is op
        now = readable(trainer)
        assert set(op.writes) <= set(now), op.name
        changed = {parts_of(name) for name in seen if now[name] != seen[name]}
        assert changed <= {parts_of(name) for name in op.writes}, op.name


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("net", NETS)
def test_what_an_op_reads_has_been_written_before(net: str, kind: str) -> None:
    trainer = trainer_of(net, kind)
    for op in trainer.program.ops:
        assert [name for name in op.reads if trainer.value(name) is None] == []
        trainer.advance_op()


@pytest.mark.parametrize("net", NETS)
def test_a_value_is_none_until_its_op_has_run_and_stays_readable_to_the_end(net: str) -> None:
    trainer = trainer_of(net)
    for _ in range(2):
        written: set[str] = set()
        for position, op in enumerate(trainer.program.ops):
            for name in names_of(trainer):
                fresh = position == 0 and trainer.step > 0
                if not is_kept(name) and name != "gradient" and not fresh:
                    assert (trainer.value(name) is not None) == (name in written), (op.name, name)
            trainer.advance_op()
            written |= set(op.writes)
        assert all(trainer.value(name) is not None for name in names_of(trainer))


def test_weights_are_readable_before_the_first_step_and_nothing_of_a_step_is() -> None:
    trainer = trainer_of("fused sigmoid")
    for name in ("x", "y", "z1", "a1", "loss", "da1", "dz1", "dW1", "db1", "dx", "update"):
        assert trainer.value(name) is None
    np.testing.assert_array_equal(trainer.value("W1"), trainer.network.layers[0].W)
    np.testing.assert_array_equal(trainer.value("b1"), trainer.network.layers[0].b)


def test_values_of_the_last_step_go_when_the_next_begins() -> None:
    trainer = trainer_of("fused sigmoid")
    trainer.advance_step()
    assert trainer.value("dW1") is not None
    trainer.advance_op()
    assert trainer.value("x") is not None
    assert trainer.value("z1") is None
    assert trainer.value("dW1") is None


def test_values_have_one_row_a_sample_and_weights_one_row_a_unit() -> None:
    trainer = trainer_of("fused sigmoid")
    trainer.advance_step()
    shapes = {
        "x": (8, 2),
        "y": (8, 1),
        "z1": (8, 4),
        "a2": (8, 3),
        "da1": (8, 4),
        "dz3": (8, 1),
        "dx": (8, 2),
        "W1": (4, 2),
        "dW2": (3, 4),
        "db2": (3,),
        "loss": (),
        "gradient": (31,),
        "update": (31,),
        "m": (31,),
    }
    found = {name: np.shape(value) for name in shapes if (value := trainer.value(name)) is not None}
    assert found == shapes


def test_values_cannot_be_written_and_do_not_follow_the_run() -> None:
    trainer = trainer_of("fused sigmoid")
    trainer.advance_step()
    for name in names_of(trainer):
        value = trainer.value(name)
        assert value is not None, name
        assert not value.flags.writeable, name
    a1, weights = value_of(trainer, "a1"), value_of(trainer, "W1")
    kept = a1.copy(), weights.copy()
    trainer.advance_step()
    np.testing.assert_array_equal(a1, kept[0])
    np.testing.assert_array_equal(weights, kept[1])


def test_an_unknown_name_is_an_error_and_not_none() -> None:
    trainer = trainer_of("fused sigmoid")
    for name in ("z0", "z4", "dW9", "q", ""):
        with pytest.raises(KeyError):
            trainer.value(name)


def test_layers_are_views_of_the_two_vectors() -> None:
    network = trainer_of("fused sigmoid").network
    for n, layer in enumerate(network.layers, start=1):
        for name in (f"W{n}", f"b{n}"):
            assert np.shares_memory(network.params.view(name), network.params.data)
        network.params.data[network.params.segment(n)] = n
        network.grads.data[network.grads.segment(n)] = -n
        for view, number in ((layer.W, n), (layer.b, n), (layer.dW, -n), (layer.db, -n)):
            assert set(view.ravel()) == {number}
    assert sum(layer.W.size + layer.b.size for layer in network.layers) == network.params.data.size


def test_views_of_unknown_names_are_errors() -> None:
    network = trainer_of("fused sigmoid").network
    for name in ("W0", "W4", "dW1", "x", "W", "W-1", ""):
        with pytest.raises(KeyError):
            network.params.view(name)
    with pytest.raises(IndexError):
        network.params.segment(0)


def test_formulas_name_what_ops_read_and_write() -> None:
    for net in NETS:
        for op in trainer_of(net).program.ops:
            if op.phase in ("forward", "backward"):
                assert op.formula.startswith(op.name), op
