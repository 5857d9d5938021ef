"""Claims about the bundled sets, against figures published for them."""

from __future__ import annotations

import numpy as np
import pytest

from core.data import resource_path
from core.data.bundled import BUNDLED, load_bundled


@pytest.mark.parametrize(
    ("kind", "rows", "features", "class_sizes"),
    [
        ("digits", 1797, 64, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
        ("iris", 150, 4, [50, 50, 50]),
        ("wine", 178, 13, [59, 71, 48]),
        ("breast_cancer", 569, 30, [212, 357]),
    ],
)
def test_sizes_are_the_published_ones(
    kind: str, rows: int, features: int, class_sizes: list[int]
) -> None:
    table = load_bundled(kind)
    assert table.inputs.shape == (rows, features)
    assert np.bincount(table.targets[:, 0].astype(int)).tolist() == class_sizes
    assert len(table.class_names) == len(class_sizes)
    assert len(set(table.feature_names)) == features
    assert table.task == "classification"


def test_iris_has_the_means_and_deviations_of_fishers_paper() -> None:
    iris = load_bundled("iris").inputs
    np.testing.assert_allclose(iris.mean(axis=0), [5.8433, 3.0573, 3.7580, 1.1993], atol=5e-5)
    np.testing.assert_allclose(iris.std(axis=0, ddof=1), [0.828, 0.436, 1.765, 0.762], atol=5e-4)


def test_named_columns_hold_what_their_names_say() -> None:
    wine = load_bundled("wine")
    by_name = dict(zip(wine.feature_names, wine.inputs.mean(axis=0), strict=True))
    assert by_name["alcohol"] == pytest.approx(13.0006, abs=1e-4)
    assert by_name["color intensity"] == pytest.approx(5.0581, abs=1e-4)
    assert by_name["proline"] == pytest.approx(746.893, abs=1e-3)
    cancer = load_bundled("breast_cancer")
    by_name = dict(zip(cancer.feature_names, cancer.inputs.mean(axis=0), strict=True))
    assert by_name["mean radius"] == pytest.approx(14.127, abs=1e-3)
    assert by_name["worst area"] == pytest.approx(880.583, abs=1e-3)
    # The larger nuclei are the malignant ones.
    malignant = cancer.targets[:, 0] == cancer.class_names.index("malignant")
    assert cancer.inputs[malignant, 0].mean() > cancer.inputs[~malignant, 0].mean() + 4


def test_digits_are_pictures_of_eight_by_eight_grey_values() -> None:
    digits = load_bundled("digits")
    assert digits.image_shape == (8, 8)
    assert (digits.inputs.min(), digits.inputs.max()) == (0.0, 16.0)
    # A zero is hollow, a one is not.
    pictures = digits.inputs.reshape(-1, 8, 8)
    centre = pictures[:, 3:5, 3:5].mean(axis=(1, 2))
    labels = digits.targets[:, 0]
    assert centre[labels == 0].mean() < 3 < 10 < centre[labels == 1].mean()


def test_every_file_is_listed_with_its_origin() -> None:
    text = resource_path("datasets", "README.md").read_text(encoding="utf-8")
    files = {path.name for path in resource_path("datasets").iterdir()} - {"README.md"}
    assert len(files) == len(BUNDLED)
    assert all(f"`{name}`" in text for name in files)
    assert "CC BY 4.0" in text
