"""What each sample adds to one gradient entry: the terms of the sum that the step has made."""

from __future__ import annotations

import numpy as np
import pytest

from core import Trainer
from core.presets import load_preset
from core.training.commands import LookAt, Step
from core.training.runner import Runner
from core.training.shares import FIRST_PLACE, ParameterPlace
from tests.core.experiments import bits, small_trainer, value_of
from tests.core.runner_driver import Driver


def places(trainer: Trainer) -> list[ParameterPlace]:
    widths = trainer.network.layout.widths
    found = []
    for layer in range(1, len(widths)):
        for unit in range(widths[layer]):
            found.append(ParameterPlace(layer, unit, None))
            found += [ParameterPlace(layer, unit, source) for source in range(widths[layer - 1])]
    return found


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_shares_of_all_samples_are_the_gradient(dtype: str) -> None:
    trainer = small_trainer({"network.dtype": dtype})
    trainer.advance_steps(3)
    while trainer.advance_op().name != "dW1":
        pass
    for place in places(trainer):
        trainer.in_view.parameter = place
        shares = trainer.snapshot().trace.shares
        assert shares is not None
        assert shares.place == place
        assert shares.values.shape == (6,)
        assert not shares.values.flags.writeable
        layer, unit, source, _ = place
        name = f"db{layer}" if source is None else f"dW{layer}"
        gradient = value_of(trainer, name)[unit if source is None else (unit, source)]
        total = shares.values.astype(np.float64).sum()
        largest = np.abs(shares.values).sum()
        precision = float(np.finfo(dtype).eps)
        assert abs(total - gradient) <= 4 * precision * largest


def test_the_share_of_the_sample_in_view_is_its_error_times_its_activation() -> None:
    trainer = small_trainer()
    trainer.in_view.sample, trainer.in_view.parameter = 4, ParameterPlace(2, 1, 3)
    while trainer.advance_op().name != "dW1":
        pass
    trace = trainer.snapshot().trace
    assert trace.shares is not None
    assert trace.shares.values[4] == trace.values["dz2"][1] * trace.values["a1"][3]


def test_shares_come_with_their_gradient_and_stay_to_the_next_step() -> None:
    trainer = small_trainer()
    trainer.in_view.parameter = ParameterPlace(2, 0, 0)
    names = []
    for _ in trainer.program.ops:
        names.append(trainer.advance_op().name)
        is_known = trainer.snapshot().trace.shares is not None
        assert is_known == ("dW2" in names)
    trainer.advance_op()
    assert trainer.snapshot().trace.shares is None


@pytest.mark.parametrize(
    "place",
    [
        ParameterPlace(9, 0, 0),
        ParameterPlace(1, 7, 0),
        ParameterPlace(1, 0, 5),
        ParameterPlace(0, 0, 0),
        ParameterPlace(1, 0, None),
    ],
)
def test_a_parameter_that_is_not_there_has_no_shares(place: ParameterPlace) -> None:
    trainer = small_trainer({"network.biases": False})
    trainer.in_view.parameter = place
    trainer.advance_step()
    assert trainer.snapshot().trace.shares is None


def test_one_sample_alone_is_the_whole_gradient() -> None:
    trainer = Trainer(load_preset("worked-example"))
    assert trainer.in_view.parameter == FIRST_PLACE
    trainer.advance_step()
    shares = trainer.snapshot().trace.shares
    assert shares is not None
    assert shares.values.tolist() == [value_of(trainer, "dW1")[0, 0]]


def test_the_runner_looks_where_it_is_told_and_trains_the_same() -> None:
    trainer, other = small_trainer(), small_trainer()
    place = ParameterPlace(3, 0, 2)
    driver = Driver(Runner(trainer))
    driver.runner.start()
    driver.send(LookAt(parameter=place), LookAt(sample=2), Step("batch"))
    trace = driver.settle().trace
    assert driver.runner.shutdown()
    assert trace.shares is not None
    assert (trace.shares.place, trace.sample) == (place, 2)
    other.advance_step()
    assert bits(trainer) == bits(other)
