"""Claims about stepping: however a step is run, in one go or op by op, the bits are the same."""

from __future__ import annotations

import random

import pytest

from core import Trainer
from tests.core.experiments import (
    OPTIMIZERS,
    SMALL,
    Layers,
    bits,
    readable,
    small_trainer,
    value_of,
)

# Two epochs of four steps, the last of each with a partial batch, and one step more.
STEPS = 9
NETS: dict[str, tuple[Layers, str]] = {
    "one layer": (((1, "sigmoid"),), "binary_cross_entropy"),
    "mixed": (((4, "relu"), (3, "gelu"), (3, "gelu"), (1, "tanh")), "half_squared_error"),
    "softmax inside": (((4, "softmax"), (2, "softmax")), "cross_entropy"),
    "softmax with squares": (((3, "elu"), (2, "softmax")), "mean_squared_error"),
}


def by_ops(trainer: Trainer, steps: int) -> None:
    while trainer.step < steps:
        trainer.advance_op()


def by_steps(trainer: Trainer, steps: int) -> None:
    while trainer.step < steps:
        trainer.advance_step()


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_op_by_op_gives_the_bits_of_full_speed_for_every_optimizer(kind: str) -> None:
    changes = {"training.optimizer.kind": kind}
    slow, fast = small_trainer(changes), small_trainer(changes)
    by_ops(slow, STEPS)
    by_steps(fast, STEPS)
    assert bits(slow) == bits(fast)
    assert readable(slow) == readable(fast)


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("net", NETS)
def test_op_by_op_gives_the_bits_of_full_speed_for_every_net(
    net: str, dtype: str, biases: bool
) -> None:
    layers, loss = NETS[net]
    changes = {"network": {"dtype": dtype, "biases": biases, "input_gradient": True}}
    slow, fast = (small_trainer(changes, layers, loss) for _ in range(2))
    by_ops(slow, STEPS)
    by_steps(fast, STEPS)
    assert bits(slow) == bits(fast)
    assert readable(slow) == readable(fast)


@pytest.mark.parametrize("seed", range(8))
def test_any_mixture_of_paces_gives_the_same_bits(seed: int) -> None:
    mixed, straight = (small_trainer({"training.optimizer.kind": "adam"}) for _ in range(2))
    choose = random.Random(seed)
    for _ in range(40):
        pace = choose.choices(
            ["advance_op", "advance_layer", "advance_phase", "advance_step", "advance_epoch"],
            weights=[20, 6, 4, 2, 1],
        )[0]
        getattr(mixed, pace)()
    by_steps(straight, mixed.step)
    if mixed.program.pc:
        mixed.advance_step()
        straight.advance_step()
    assert bits(mixed) == bits(straight)
    assert readable(mixed) == readable(straight)


def test_step_counter_rises_with_the_last_op_of_a_step() -> None:
    trainer = small_trainer()
    count = len(trainer.program.ops)
    for position in range(count):
        assert trainer.step == 0
        assert trainer.program.pc == position
        trainer.advance_op()
    assert (trainer.step, trainer.program.pc) == (1, 0)


def test_epoch_counter_rises_with_the_last_step_of_an_epoch() -> None:
    trainer = small_trainer()
    epochs = []
    for _ in range(9):
        trainer.advance_step()
        epochs.append(trainer.epoch)
    assert epochs == [0, 0, 0, 1, 1, 1, 1, 2, 2]


def test_peek_always_gives_the_op_that_runs_next() -> None:
    trainer = small_trainer()
    for _ in range(2 * len(trainer.program.ops)):
        expected = trainer.program.peek()
        assert trainer.advance_op() is expected


def test_ops_come_in_the_order_of_the_phases() -> None:
    phases = [op.phase for op in small_trainer().program.ops]
    order = ["batch", "forward", "loss", "backward", "update"]
    assert phases == sorted(phases, key=order.index)
    assert set(phases) == set(order)


def test_advance_phase_stops_before_the_next_phase_from_wherever_it_begins() -> None:
    trainer = small_trainer()
    trainer.advance_op()
    trainer.advance_op()
    seen = [(trainer.advance_phase().phase, trainer.program.peek().phase) for _ in range(4)]
    assert seen == [
        ("forward", "loss"),
        ("loss", "backward"),
        ("backward", "update"),
        ("update", "batch"),
    ]
    assert trainer.step == 1


def test_advance_layer_runs_what_belongs_to_one_layer() -> None:
    trainer = small_trainer()
    trainer.advance_op()
    for layer in (1, 2, 3):
        assert trainer.advance_layer().name == f"a{layer}"
    assert trainer.value("loss") is None
    assert trainer.value("a3") is not None


def test_advance_step_from_the_middle_finishes_that_step() -> None:
    trainer, straight = small_trainer(), small_trainer()
    for _ in range(5):
        trainer.advance_op()
    assert trainer.advance_step() == straight.advance_step()
    assert (trainer.step, trainer.program.pc) == (1, 0)
    assert bits(trainer) == bits(straight)


def test_the_loss_returned_is_that_of_the_batch_before_the_update() -> None:
    trainer = small_trainer({"training.batch_size": 30})
    before = trainer.evaluate("train")
    assert before is not None
    assert trainer.advance_step() == pytest.approx(before.loss, rel=1e-12)
    assert trainer.value("loss") == pytest.approx(before.loss, rel=1e-12)


def test_the_last_batch_of_an_epoch_is_smaller_and_every_row_is_seen_once() -> None:
    trainer = small_trainer()
    rows = []
    for size in (8, 8, 8, 6):
        trainer.advance_step()
        x = value_of(trainer, "x")
        assert len(x) == size
        rows += x.tolist()
    assert sorted(rows) == sorted(trainer.dataset.inputs.tolist())


def test_a_batch_size_above_the_number_of_rows_takes_all_of_them() -> None:
    trainer = small_trainer({"training.batch_size": 1000})
    trainer.advance_step()
    assert len(value_of(trainer, "x")) == 30
    assert trainer.epoch == 1


def test_a_program_run_by_itself_stops_before_the_phase_asked_for() -> None:
    program = small_trainer(layers=SMALL).program
    program.run_until("backward")
    assert program.peek().phase == "backward"
    program.run_step()
    assert program.pc == 0
    assert program.run_op() is program.ops[0]
