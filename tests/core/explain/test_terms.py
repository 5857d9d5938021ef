"""Entries written out: what is printed computes what was written, and worked examples by hand."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from core import ExperimentSpec, Snapshot, Trainer
from core.explain.explanation import explain
from core.explain.notation import Node, plain
from core.explain.parameter_order import flat_index, in_listed_order, number_of, parameter_at
from core.explain.reading import read_op, softmax_jacobian
from core.explain.reference import Reference
from core.explain.terms import sample_loss
from core.explain.update_terms import Entry, state_before
from core.presets import load_preset
from tests.core.experiments import OPTIMIZERS, small_spec

UNITS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
OUTPUTS = (
    ("half_squared_error", "sigmoid", 2),
    ("mean_squared_error", "linear", 2),
    ("mean_squared_error", "softmax", 3),
    ("binary_cross_entropy", "sigmoid", 1),
    ("cross_entropy", "softmax", 3),
)
_FUNCTIONS: dict[str, Any] = {
    "exp": math.exp,
    "tanh": math.tanh,
    "log": math.log,
    "max": max,
    "sqrt": math.sqrt,
    "__builtins__": {},
}


def _evaluated(node: Node) -> float:
    """Compute what stands in a tree by reading it as it is printed."""
    text = plain(node, repr).replace("−", "-").replace("×", "*").replace("²", "**2")
    text = text.replace("√(", "sqrt(")
    text = re.sub(r"√([\d.e+-]+)", r"sqrt(\1)", text)
    text = re.sub(r"^(.*) if > 0, else (.*)$", r"(\1) if \1 > 0 else \2", text)
    text = text.replace(", else", " else").replace(" log", "*log")
    text = re.sub(r"(^|[ (])-\*log", r"\1-log", text)
    return float(eval(text, _FUNCTIONS))


def _spec(loss: str, output: str, units: int, hidden: str = "tanh") -> ExperimentSpec:
    layers = ((3, hidden), (2, hidden), (units, output))
    changes: dict[str, Any] = {"training.optimizer.momentum": 0.8}
    if units == 3:
        changes["data"] = {"kind": "gaussians", "samples": 40, "classes": 3}
    if loss in ("half_squared_error", "mean_squared_error") and output != "softmax":
        rows = [[0.3 * i, 0.2 * i - 1] for i in range(9)]
        targets = [[0.1 * i, 1 - 0.1 * i][:units] for i in range(9)]
        changes["data"] = {
            "kind": "inline",
            "inputs": rows,
            "targets": targets,
            "task": "regression",
            "test_fraction": 0,
            "samples": None,
        }
        changes["training.loss"] = loss
    base = small_spec(layers, loss if units != 2 else "mean_squared_error")
    return base.with_changes(changes) if units != 2 else _inline(layers, loss, changes["data"])


def _inline(layers: Any, loss: str, data: dict[str, Any]) -> ExperimentSpec:
    plain_data = {key: value for key, value in data.items() if value is not None}
    return ExperimentSpec.from_dict(
        {
            "data": plain_data,
            "network": {"layers": [{"units": n, "activation": a} for n, a in layers]},
            "training": {"loss": loss, "batch_size": 4},
        }
    )


def assert_lines_add_up(trainer: Trainer, tolerance: float = 1e-9) -> int:
    """Run a step op by op; compute every entry of each op as it is printed; return how many."""
    count = 0
    for place in range(len(trainer.program.ops)):
        trainer.advance_op()
        explanation = explain(trainer.snapshot(), place)
        for line in explanation.lines(0, explanation.line_count):
            if line.terms:
                total = sum(_evaluated(term) for term in line.terms)
                assert total == pytest.approx(line.result.value, rel=tolerance, abs=1e-14)
                count += 1
    return count


@pytest.mark.parametrize("hidden", UNITS)
def test_every_entry_is_what_its_terms_compute(hidden: str) -> None:
    trainer = Trainer(_spec("binary_cross_entropy", "sigmoid", 1, hidden))
    trainer.advance_batch()
    assert assert_lines_add_up(trainer) > 50


@pytest.mark.parametrize(("loss", "output", "units"), OUTPUTS)
def test_every_loss_is_what_its_terms_compute(loss: str, output: str, units: int) -> None:
    trainer = Trainer(_spec(loss, output, units))
    trainer.advance_batch()
    assert assert_lines_add_up(trainer) > 50


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_update_is_what_its_terms_compute(kind: str) -> None:
    spec = small_spec(changes={"training.optimizer": {"kind": kind, "learning_rate": 0.05}})
    trainer = Trainer(spec)
    for _ in range(3):
        assert assert_lines_add_up(trainer, 1e-7) > 50


def test_dampening_and_running_means_are_written_out_as_they_ran() -> None:
    for form in ({"dampening": 0.3}, {"momentum_form": "running_mean"}):
        spec = small_spec(changes={"training.optimizer": {"kind": "momentum", **form}})
        trainer = Trainer(spec)
        for _ in range(2):
            assert_lines_add_up(trainer, 1e-7)


def _after(trainer: Trainer, name: str) -> tuple[Snapshot, int]:
    place = trainer.program.pc
    while trainer.advance_op().name != name:
        place += 1
    return trainer.snapshot(), place


@pytest.mark.parametrize(
    ("name", "text", "result"),
    [
        ("z1", "0.15 × 0.5 + 0.25 × 0.8 + 0.35", 0.625),
        ("da2", "0.76737099 − 1.0", -0.23262901),
        ("da1", "0.4 × −0.04152725", -0.01661090),
        ("dz1", "−0.0166109 × 0.2270917", -0.00377220),
        ("dW1", "−0.0037722 × 0.5", -0.00188610),
        ("update", "0.5 × −0.0018861", -0.00094305),
        ("parameters", "0.15 − (−0.00094305)", 0.15094305),
    ],
)
def test_the_worked_example_is_written_out_as_by_hand(name: str, text: str, result: float) -> None:
    trainer = Trainer(load_preset("worked-example"))
    snapshot, place = _after(trainer, name)
    line = explain(snapshot, place).lines(0, 1)[0]

    def write(value: float) -> str:
        return str(round(value, 8)).replace("-", "−")

    assert " + ".join(plain(term, write) for term in line.terms) == text
    assert line.result.value == pytest.approx(result, abs=5e-9)


def test_the_numbers_of_a_line_point_at_the_values_they_are() -> None:
    trainer = Trainer(load_preset("worked-example"))
    snapshot, place = _after(trainer, "da1")
    line = explain(snapshot, place).lines(1, 1)[0]
    assert line.result.reference == Reference("da1", (1,))
    assert _references(line.terms[0]) == [Reference("W2", (0, 1)), Reference("dz2", (0,))]


def _references(node: Any) -> list[Reference]:
    return [part.reference for part in node.parts if hasattr(part, "reference")]


def test_what_the_samples_add_makes_the_gradient_of_the_batch() -> None:
    trainer = Trainer(small_spec())
    snapshot, place = _after(trainer, "dW2")
    count = explain(snapshot, place).line_count
    shares = []
    for sample in range(8):
        trainer.in_view.sample = sample
        lines = explain(trainer.snapshot(), place).lines(0, count)
        shares.append([line.result.value for line in lines])
    weights = trainer.value("dW2").ravel()
    expected = [*weights, *trainer.value("db2")]
    np.testing.assert_allclose(np.sum(shares, axis=0), expected, rtol=1e-12)
    assert [line.whole.value for line in lines if line.whole] == expected


@pytest.mark.parametrize(("loss", "output", "units"), OUTPUTS)
def test_the_losses_of_the_samples_average_to_the_loss(loss: str, output: str, units: int) -> None:
    trainer = Trainer(_spec(loss, output, units))
    snapshot, place = _after(trainer, "loss")
    losses = []
    for sample in range(len(snapshot.trace.rows)):
        trainer.in_view.sample = sample
        losses.append(sample_loss(read_op(trainer.snapshot(), place)))
    assert np.mean(losses) == pytest.approx(float(trainer.value("loss")), rel=1e-12)


def test_the_jacobian_of_softmax_is_that_of_finite_differences() -> None:
    z, h = np.array([0.3, -1.0, 0.8]), 1e-6

    def softmax(x: Any) -> Any:
        return np.exp(x) / np.exp(x).sum()

    columns = [(softmax(z + h * e) - softmax(z - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(softmax_jacobian(softmax(z)), np.array(columns).T, atol=1e-9)


@pytest.mark.parametrize("kind", ["momentum", "nesterov", "adagrad", "rmsprop", "adam"])
def test_what_a_rule_remembered_at_the_steps_start_is_kept(kind: str) -> None:
    trainer = Trainer(small_spec(changes={"training.optimizer": {"kind": kind}}))
    trainer.advance_step()
    for place, op in enumerate(trainer.program.ops):
        before = trainer.snapshot().trace.values
        trainer.advance_op()
        if op.phase != "update" or op.name in ("update", "parameters"):
            continue
        reading = read_op(trainer.snapshot(), place)
        for number in range(reading.layout.size):
            parameter = parameter_at(reading.layout, number)
            entry = Entry(parameter, flat_index(reading.layout, parameter))
            expected = float(before[op.name][entry.index])
            assert state_before(reading, op.name, entry) == expected


def test_a_rule_chosen_in_the_middle_counts_its_own_updates() -> None:
    trainer = Trainer(small_spec())
    for _ in range(5):
        trainer.advance_step()
    trainer.change({"training.optimizer": {"kind": "adam"}})
    trainer.advance_step()
    snapshot, place = _after(trainer, "update")
    assert snapshot.trace.step == 6
    assert read_op(snapshot, place).setting.step_count == 2


def test_a_rate_changed_after_a_step_is_not_put_into_it() -> None:
    trainer = Trainer(small_spec())
    _, place = _after(trainer, "update")
    trainer.advance_op()
    trainer.change({"training.optimizer.learning_rate": 0.7})
    reading = read_op(trainer.snapshot(), place)
    assert reading.setting.optimizer.learning_rate == 0.1
    assert trainer.snapshot().learning_rate == 0.7


def test_a_rate_changed_within_the_update_counts_for_all_of_it() -> None:
    trainer = Trainer(small_spec())
    _, place = _after(trainer, "update")
    trainer.change({"training.optimizer.learning_rate": 0.7})
    values = trainer.snapshot().trace.values
    np.testing.assert_allclose(values["update"], 0.7 * values["gradient"], rtol=1e-15)
    assert read_op(trainer.snapshot(), place).setting.optimizer.learning_rate == 0.7


def test_parameters_are_listed_row_by_row_and_found_in_the_vectors() -> None:
    trainer = Trainer(small_spec())
    layout, vector = trainer.network.layout, trainer.network.params.data
    listed = in_listed_order(layout, vector)
    for number in range(layout.size):
        parameter = parameter_at(layout, number)
        assert number_of(layout, parameter) == number
        layer = trainer.network.layers[int(parameter.name[1:]) - 1]
        array = layer.W if parameter.name[0] == "W" else layer.b
        assert vector[flat_index(layout, parameter)] == array[parameter.index] == listed[number]
    with pytest.raises(IndexError):
        parameter_at(layout, layout.size)


def test_a_hidden_value_is_nowhere_in_an_explanation() -> None:
    trainer = Trainer(load_preset("worked-example"))
    snapshot, place = _after(trainer, "da1")
    explanation = explain(snapshot, place, hidden=frozenset({"da1"}))
    assert "da1" not in explanation.reading.values
    assert [line.result.value for line in explanation.lines(0, 2)] == [None, None]
    assert "Unit 2 gets most" not in explanation.sentence


def test_the_op_to_come_has_no_results() -> None:
    trainer = Trainer(load_preset("worked-example"))
    snapshot, place = _after(trainer, "dW2")
    lines = explain(snapshot, place + 1).lines(0, 2)
    assert [line.result.value for line in lines] == [None, None]
    assert all(line.terms for line in lines)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_op_ahead_can_be_looked_at(kind: str) -> None:
    optimizer = {"kind": kind, "momentum_form": "running_mean"}
    trainer = Trainer(load_preset("xor").with_changes({"training": {"optimizer": optimizer}}))
    trainer.advance_op()
    snapshot = trainer.snapshot()
    for place in range(1, len(snapshot.trace.ops)):
        explanation = explain(snapshot, place)
        assert all(line.result.value is None for line in explanation.lines(0, 5))


def test_weights_of_after_the_update_are_not_put_into_sums() -> None:
    trainer = Trainer(load_preset("worked-example"))
    trainer.advance_step()
    assert explain(trainer.snapshot(), 1).lines(0, 1)[0].terms == ()


@pytest.mark.parametrize("hidden", UNITS)
def test_a_run_that_diverges_is_explained_without_errors(hidden: str) -> None:
    changes = {"training.optimizer.learning_rate": 1e80}
    layers = ((3, hidden), (2, hidden), (1, "linear"))
    trainer = Trainer(small_spec(layers, "mean_squared_error", changes))
    for _ in range(4 * len(trainer.program.ops)):
        trainer.advance_op()
        snapshot = trainer.snapshot()
        explanation = explain(snapshot, max(0, snapshot.trace.position - 1))
        for line in explanation.lines(0, 50):
            assert all(plain(term) for term in line.terms)
