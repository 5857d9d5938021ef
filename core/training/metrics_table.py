"""The recorded evaluations of a run as comma-separated values, for other programs to read."""

from __future__ import annotations

import csv
import io
import math

from core.training.abscissa import ABSCISSAS, offered, positions
from core.training.log import Curves


def metrics_csv(curves: Curves, task: str) -> str:
    """Return one line an evaluation below the names of the columns.

    ``task`` names the score: accuracy of a "classification", R² ("r2") of a "regression". Numbers
    have all their digits; what was not measured is left empty. In very long runs neighbouring
    evaluations have been averaged, as in ``curves``.
    """
    score = "accuracy" if task == "classification" else "r2"
    keys = offered(curves)
    names = [ABSCISSAS[key].word for key in keys]
    columns = [positions(curves, key, curves.steps) for key in keys]
    for name, values in (
        ("train_loss", curves.train_loss),
        ("test_loss", curves.test_loss),
        (f"train_{score}", curves.train_score),
        (f"test_{score}", curves.test_score),
    ):
        names.append(name)
        columns.append(values)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_written(value) for value in row] for row in zip(*columns, strict=True))
    return text.getvalue()


def _written(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(float(value))
