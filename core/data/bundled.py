"""The real data sets that ship with the program: digits, iris, wine and breast cancer.

Each is read whole from ``resources/datasets`` and kept for the next time; origin and licence are in
the README there. The names of features and classes are written here, in the order of the columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from core.data.arrays import as_inputs, as_targets
from core.data.resources import resource_path
from core.data.table import Table


@dataclass(frozen=True)
class _File:
    """How one file is to be read: the last column is the class index, the others are features."""

    path: str
    header_lines: int
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    target_name: str
    image_shape: tuple[int, int] | None = None


_CELL_MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
_FILES = {
    "digits": _File(
        path="digits.csv.gz",
        header_lines=0,
        feature_names=tuple(f"pixel {row},{column}" for row in range(8) for column in range(8)),
        class_names=tuple("0123456789"),
        target_name="digit",
        image_shape=(8, 8),
    ),
    "iris": _File(
        path="iris.csv",
        header_lines=1,
        feature_names=("sepal length", "sepal width", "petal length", "petal width"),
        class_names=("setosa", "versicolor", "virginica"),
        target_name="species",
    ),
    "wine": _File(
        path="wine.csv",
        header_lines=1,
        feature_names=(
            "alcohol",
            "malic acid",
            "ash",
            "alcalinity of ash",
            "magnesium",
            "total phenols",
            "flavanoids",
            "nonflavanoid phenols",
            "proanthocyanins",
            "color intensity",
            "hue",
            "OD280/OD315",
            "proline",
        ),
        class_names=("cultivar 1", "cultivar 2", "cultivar 3"),
        target_name="cultivar",
    ),
    "breast_cancer": _File(
        path="breast_cancer.csv",
        header_lines=1,
        feature_names=tuple(
            f"{statistic} {measure}"
            for statistic in ("mean", "error of", "worst")
            for measure in _CELL_MEASURES
        ),
        class_names=("malignant", "benign"),
        target_name="diagnosis",
    ),
}
BUNDLED = tuple(_FILES)


@cache
def load_bundled(kind: str) -> Table:
    """Return all rows of the bundled set ``kind`` (one of ``BUNDLED``)."""
    file = _FILES[kind]
    rows = np.loadtxt(
        resource_path("datasets", file.path), delimiter=",", skiprows=file.header_lines
    )
    return Table(
        as_inputs(rows[:, :-1], "data.inputs"),
        as_targets(rows[:, -1], "data.targets"),
        name=kind,
        task="classification",
        feature_names=file.feature_names,
        class_names=file.class_names,
        target_name=file.target_name,
        image_shape=file.image_shape,
    )
