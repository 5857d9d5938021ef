"""Which values an op writes and reads, and in which layers they stand."""

from __future__ import annotations

import pytest

from core import Trainer
from core.explain.roles import Role, layer_of, layers_of, role_of
from core.presets import load_preset
from core.training.snapshot import OpInfo


def op_called(name: str, preset: str = "worked-example") -> OpInfo:
    ops = Trainer(load_preset(preset)).snapshot().trace.ops
    return next(op for op in ops if op.name == name)


@pytest.mark.parametrize(
    ("op", "roles"),
    [
        ("z2", {"W2": "weights", "b2": "weights", "a1": "input", "z2": "written", "W1": "plain"}),
        ("loss", {"a2": "input", "y": "input", "loss": "written", "z2": "plain"}),
        ("da1", {"W2": "weights", "dz2": "error", "da1": "written", "dz1": "plain"}),
        ("dz1", {"da1": "error", "slope1": "input", "dz1": "written"}),
        ("dW1", {"dz1": "error", "x": "input", "dW1": "written", "db1": "written"}),
        ("update", {"gradient": "error", "update": "written", "W1": "plain"}),
        ("parameters", {"update": "error", "parameters": "written"}),
    ],
)
def test_the_role_of_a_value_follows_from_what_the_op_reads_and_writes(
    op: str, roles: dict[str, Role]
) -> None:
    found = op_called(op)
    assert {name: role_of(found, name) for name in roles} == roles


def test_without_an_op_every_value_is_plain() -> None:
    assert role_of(None, "W1") == "plain"


@pytest.mark.parametrize(
    ("op", "layers"),
    [
        ("batch", (0, 1)),
        ("z1", (0, 1)),
        ("z2", (1, 2)),
        ("a1", (1,)),
        ("loss", (2,)),
        ("slope1…2", (1, 2)),
        ("da1", (1, 2)),
        ("dW1", (0, 1)),
        ("parameters", (0, 1)),
    ],
)
def test_the_layers_at_hand_are_those_whose_values_the_op_touches(
    op: str, layers: tuple[int, ...]
) -> None:
    assert layers_of(op_called(op), 2) == layers


def test_inputs_stand_in_front_and_targets_at_the_end() -> None:
    assert [layer_of(name, 3) for name in ("x", "dx", "a1", "dW12", "y")] == [0, 0, 1, 12, 3]
    assert layers_of(op_called("dx", "chain-rule"), 1) == (0, 1)
