"""What things are called."""

from __future__ import annotations

import pytest

from gui.diagram.names import architecture, input_name, output_names, parameter_name
from tests.gui.diagram.runs import snapshot


@pytest.mark.parametrize(
    ("feature", "written"),
    [
        ("x1", "x₁"),
        ("x12", "x₁₂"),
        ("x1^2", "x₁²"),
        ("x1*x2", "x₁x₂"),
        ("sin(x2)", "sin x₂"),
        ("sepal length", "sepal length"),
        ("OD280/OD315", "OD280/OD315"),
    ],
)
def test_inputs_are_written_as_people_write_them(feature: str, written: str) -> None:
    assert input_name(feature) == written


def test_parameters_count_from_one() -> None:
    assert parameter_name("W", 3, 0, 4) == "W₃[1, 5]"
    assert parameter_name("b", 12, 2) == "b₁₂[3]"


def test_runs_of_equal_layers_are_told_shortly() -> None:
    assert architecture(snapshot("SPIRAL")) == "2-4-3-1"
    assert architecture(snapshot("LAYERS_128")) == "2-[2 × 127]-1"


def test_outputs_are_called_by_their_classes() -> None:
    assert output_names(snapshot("IRIS")) == ["setosa", "versicolor", "virginica"]
    assert output_names(snapshot("SPIRAL")) == ["ŷ"]
