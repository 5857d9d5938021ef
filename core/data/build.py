"""From the ``data`` section of a specification to the ``Dataset`` of a run.

The order is the same for every source: rows, split, derived features, standardization with the
training rows' statistics. Everything random is a function of the seed. Targets are standardized
only where that is asked for, and where they are numbers to fit.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from core.data.arrays import FloatArray, IndexArray, as_inputs, as_targets
from core.data.bundled import BUNDLED, load_bundled
from core.data.dataset import DOMAIN, Dataset, check_row_count
from core.data.features import InputTransform, Standardizer, check_features
from core.data.generators import CLASSIFICATION, REGRESSION, Draw, generate
from core.data.loading import Choice, read_table, rows_of
from core.data.table import Table
from core.errors import SpecError
from core.random_streams import random_stream
from core.spec import DataSpec


def build_dataset(data: DataSpec, seed: int, shuffle: bool = True) -> Dataset:
    """Return the data set that ``data`` describes.

    ``shuffle`` False splits in order: the first rows are the training rows.

    Raises:
        SpecError: features that do not fit the set, or a kind that cannot be built.
        DataError: inline rows that do not fit each other, or a file that cannot be used.
    """
    table = _load(data, seed, shuffle)
    # Those of a file are its columns.
    features = data.features or () if data.kind != "file" else ()
    if features:
        check_features(features, table.inputs.shape[1])
    raw, targets = table.inputs, table.targets
    raw_test, test_targets = table.test_inputs, table.test_targets
    if raw_test is None:
        train, test = split_rows(len(raw), data.test_fraction, seed, shuffle)
        if len(test):
            raw_test, test_targets = raw[test], targets[test]
        raw, targets = raw[train], targets[train]

    # Absurdly large numbers overflow here; Dataset refuses what is not finite in one line.
    with np.errstate(over="ignore", invalid="ignore"):
        transform = InputTransform(features)
        if data.normalize:
            transform = InputTransform(features, Standardizer.fit(transform(raw)))
        inputs = transform(raw)
        test_inputs = None if raw_test is None else transform(raw_test)
        task, target_name = data.task or table.task, table.target_name
        if data.standardize_target and task == "regression":
            scale = Standardizer.fit(targets)
            targets = scale(targets)
            test_targets = None if test_targets is None else scale(test_targets)
            target_name = f"{target_name}, standardized"

    has_map = _within_square(raw) and (raw_test is None or _within_square(raw_test))
    return Dataset(
        inputs,
        targets,
        task,
        test_inputs,
        test_targets,
        feature_names=features or table.feature_names,
        class_names=table.class_names,
        target_name=target_name,
        name=table.name,
        points=raw if has_map else None,
        test_points=raw_test if has_map else None,
        image_shape=table.image_shape,
        transform=transform,
        raw_inputs=raw,
        raw_test_inputs=raw_test,
    )


def split_rows(
    count: int, test_fraction: float, seed: int, shuffle: bool
) -> tuple[IndexArray, IndexArray]:
    """Return the sorted indices of training and test rows of ``count``; one always trains.

    With the same seed the test rows of a smaller fraction are among those of a larger one.
    """
    tested = tested_rows(count, test_fraction)
    if not shuffle:
        return np.arange(count - tested), np.arange(count - tested, count)
    order = random_stream(seed, "split").permutation(count)
    return np.sort(order[tested:]), np.sort(order[:tested])


def tested_rows(count: int, test_fraction: float) -> int:
    """Return how many of ``count`` rows are test rows."""
    return min(int(count * test_fraction + 0.5), count - 1)


def _load(data: DataSpec, seed: int, shuffle: bool) -> Table:
    if data.kind in CLASSIFICATION or data.kind in REGRESSION:
        return generate(data.kind, Draw(seed, data.samples, data.noise, data.classes, data.arms))
    if data.kind in BUNDLED:
        return load_bundled(data.kind)
    if data.kind == "inline":
        return _inline_table(data)
    if data.kind == "file":
        choice = Choice(data.target or "", data.features, data.task, data.missing)
        split = partial(split_rows, test_fraction=data.test_fraction, seed=seed, shuffle=shuffle)
        return rows_of(read_table(data.path or "", data.header), choice, split)
    raise SpecError("data.kind", f"{data.kind!r} cannot be built")


def _inline_table(data: DataSpec) -> Table:
    inputs = as_inputs(data.inputs or (), "data.inputs")
    targets = as_targets(data.targets or (), "data.targets")
    check_row_count("targets", targets, inputs)
    test_inputs = test_targets = None
    if data.test_inputs is not None and data.test_targets is not None:
        test_inputs = as_inputs(data.test_inputs, "data.test_inputs", inputs.shape[1])
        test_targets = as_targets(data.test_targets, "data.test_targets", targets.shape[1])
    return Table(inputs, targets, "inline", None, test_inputs, test_targets)


def _within_square(rows: FloatArray) -> bool:
    return rows.shape[1] == 2 and bool(np.abs(rows).max() <= DOMAIN)
