"""Layers change one thing at a time, and start weights stay where they still have a place."""

from __future__ import annotations

import numpy as np
import pytest

from core import ExperimentSpec, Trainer
from core.errors import SpecError
from core.presets import load_preset
from core.spec import LayerSpec
from core.training.layer_changes import (
    change_activation,
    change_dropout,
    change_hidden_activation,
    change_hidden_count,
    change_hidden_dropout,
    change_hidden_normalization,
    change_hidden_units,
    change_normalization,
    change_residual,
    change_units,
    insert_layer,
)

SPEC = ExperimentSpec.from_dict(
    {
        "data": {"kind": "circle", "samples": 20},
        "network": {
            "layers": [
                {"units": 2, "activation": "relu", "weights": [[1.0, 2.0], [3.0, 4.0]]},
                {"units": 3, "biases": [0.1, 0.2, 0.3]},
                {"units": 1, "activation": "sigmoid", "weights": [[1.0, 2.0, 3.0]]},
            ]
        },
    }
)


def layers_of(spec: ExperimentSpec) -> list[tuple[int, str]]:
    return [(layer.units, layer.activation) for layer in spec.network.layers]


def test_one_layer_gets_another_width() -> None:
    changed = SPEC.with_changes(change_units(SPEC, 1, 5))
    assert layers_of(changed) == [(2, "relu"), (5, "tanh"), (1, "sigmoid")]


def test_start_values_go_with_their_shape_and_stay_elsewhere() -> None:
    first, second, output = SPEC.with_changes(change_units(SPEC, 1, 5)).network.layers
    assert first.weights == ((1.0, 2.0), (3.0, 4.0))
    assert second.biases is None
    assert output.weights is None


def test_one_layer_gets_another_activation_and_keeps_its_start_values() -> None:
    changed = SPEC.with_changes(change_activation(SPEC, 1, "gelu"))
    assert layers_of(changed) == [(2, "relu"), (3, "gelu"), (1, "sigmoid")]
    assert changed.network.layers[1].biases == (0.1, 0.2, 0.3)


def test_all_hidden_layers_change_together_and_the_output_does_not() -> None:
    wide = SPEC.with_changes(change_hidden_units(SPEC, 4))
    assert layers_of(wide) == [(4, "relu"), (4, "tanh"), (1, "sigmoid")]
    same = SPEC.with_changes(change_hidden_activation(SPEC, "elu"))
    assert layers_of(same) == [(2, "elu"), (3, "elu"), (1, "sigmoid")]


def test_more_hidden_layers_repeat_the_last_and_fewer_lose_it() -> None:
    more = SPEC.with_changes(change_hidden_count(SPEC, 4))
    assert layers_of(more) == [(2, "relu"), *[(3, "tanh")] * 3, (1, "sigmoid")]
    fewer = SPEC.with_changes(change_hidden_count(SPEC, 1))
    assert layers_of(fewer) == [(2, "relu"), (1, "sigmoid")]
    none = SPEC.with_changes(change_hidden_count(SPEC, 0))
    assert layers_of(none) == [(1, "sigmoid")]
    assert layers_of(none.with_changes(change_hidden_count(none, 1)))[1:] == [(1, "sigmoid")]


@pytest.mark.parametrize(
    ("after", "layers"),
    [
        (0, [(2, "relu"), (2, "relu"), (3, "tanh")]),
        (1, [(2, "relu"), (2, "relu"), (3, "tanh")]),
        (2, [(2, "relu"), (3, "tanh"), (3, "tanh")]),
    ],
)
def test_an_inserted_layer_is_like_the_one_before_it(
    after: int, layers: list[tuple[int, str]]
) -> None:
    assert layers_of(SPEC.with_changes(insert_layer(SPEC, after))) == [*layers, (1, "sigmoid")]


def test_an_inserted_layer_has_no_start_values_and_takes_none_that_still_fit() -> None:
    first, inserted, second, output = SPEC.with_changes(insert_layer(SPEC, 1)).network.layers
    assert first.weights == ((1.0, 2.0), (3.0, 4.0))
    assert (inserted.weights, inserted.biases) == (None, None)
    assert second.biases == (0.1, 0.2, 0.3)
    assert output.weights == ((1.0, 2.0, 3.0),)


def test_a_layer_between_inputs_and_output_is_the_usual_one() -> None:
    bare = SPEC.with_changes(change_hidden_count(SPEC, 0))
    inserted, output = bare.with_changes(insert_layer(bare, 0)).network.layers
    assert inserted == LayerSpec()
    assert (output.units, output.activation) == (1, "sigmoid")


def test_a_layer_inserted_in_mid_run_is_drawn_and_all_others_keep_their_weights() -> None:
    layers = [{"units": 2}, {"units": 3}, {"units": 1, "activation": "sigmoid"}]
    trainer = Trainer(SPEC.with_changes({"network.layers": layers}))
    trainer.advance_steps(5)
    before = [(layer.W.copy(), layer.b.copy()) for layer in trainer.network.layers]
    trainer.change(insert_layer(trainer.spec, 1))
    after = [(layer.W, layer.b) for layer in trainer.network.layers]
    assert trainer.step == 5
    assert after[1][0].shape == (2, 2)
    for old, new in ((0, 0), (1, 2), (2, 3)):
        for kept, found in zip(before[old], after[new], strict=True):
            np.testing.assert_array_equal(found, kept)


def test_every_change_can_be_made_in_the_middle_of_a_run() -> None:
    trainer = Trainer(SPEC)
    for changes in (
        change_hidden_count(SPEC, 3),
        change_hidden_count(SPEC, 0),
        change_hidden_units(SPEC, 7),
        change_hidden_activation(SPEC, "relu"),
        insert_layer(SPEC, 2),
    ):
        trainer.advance_step()
        trainer.change(changes)
        trainer.advance_step()
    assert trainer.halted is None


def test_a_layer_inserted_before_fixed_start_values_keeps_the_run() -> None:
    trainer = Trainer(load_preset("worked-example"))
    trainer.advance_step()
    trainer.change(insert_layer(trainer.spec, 1))
    assert trainer.step == 1


def test_a_technique_is_changed_in_one_layer_or_in_all_hidden_ones() -> None:
    cases = (
        (change_normalization(SPEC, 1, "batch"), "normalization", ["none", "batch", "none"]),
        (change_normalization(SPEC, -1, "layer"), "normalization", ["none", "none", "layer"]),
        (change_hidden_normalization(SPEC, "layer"), "normalization", ["layer", "layer", "none"]),
        (change_dropout(SPEC, 0, 0.5), "dropout", [0.5, 0.0, 0.0]),
        (change_hidden_dropout(SPEC, 0.25), "dropout", [0.25, 0.25, 0.0]),
    )
    for changes, name, values in cases:
        assert [layer[name] for layer in changes["network"]["layers"]] == values
    with pytest.raises(SpecError, match="residual: needs as many units as inputs"):
        SPEC.with_changes(change_residual(1, True))


def residual_spec() -> ExperimentSpec:
    """Return a 2-4-4-4-1 network whose second and third hidden layers add their input."""
    plain = {"units": 4, "activation": "relu"}
    added = {**plain, "residual": True}
    return ExperimentSpec.from_dict(
        {
            "data": {"kind": "circle", "samples": 20},
            "network": {"layers": [plain, added, added, {"units": 1, "activation": "sigmoid"}]},
        }
    )


def shortcuts(spec: ExperimentSpec) -> list[bool]:
    return [layer.residual for layer in spec.network.layers]


def test_a_layer_whose_input_has_another_width_no_longer_adds_it_and_the_title_says_so() -> None:
    trainer = Trainer(residual_spec())
    trainer.change(change_units(trainer.spec, 1, 5))
    assert shortcuts(trainer.spec) == [False, False, False, False]
    assert trainer.snapshot().undo == "layers 4-5-4-1, residual off"
    trainer.undo()
    assert shortcuts(trainer.spec) == [False, True, True, False]


def test_shortcuts_that_still_fit_stay() -> None:
    spec = residual_spec()
    for change in (
        change_hidden_units(spec, 7),
        change_hidden_count(spec, 2),
        change_hidden_count(spec, 5),
        insert_layer(spec, 2),
    ):
        changed = spec.with_changes(change)
        assert all(shortcuts(changed)[1:-1])
        Trainer(changed).advance_step()


def test_a_first_layer_that_added_the_inputs_does_not_when_it_grows() -> None:
    change = {"network.layers[0].units": 2, "network.layers[0].residual": True}
    spec = SPEC.with_changes({**change, "network.layers[1].biases": None})
    assert shortcuts(spec.with_changes(change_units(spec, 0, 3)))[0] is False
    assert shortcuts(spec.with_changes(change_units(spec, 1, 3)))[0] is True
