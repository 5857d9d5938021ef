"""Labelled runs: small networks on drawn data, as plain mappings, and the experiment of each.

A run names its data set, network, loss, optimizer, batch size, length and seed. Data are drawn
here with NumPy's own generator, so that they are the same whatever the program's data sets become,
and go into the specification inline.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np

from core import ExperimentSpec

Run = dict[str, Any]

LIBRARY = Path(__file__).with_name("runs.json")
INITIALIZERS = {"xavier": "xavier_normal", "he": "he_normal", "lecun": "lecun_normal"}
LOSSES = {
    "bce": ("binary_cross_entropy", "sigmoid"),
    "ce": ("cross_entropy", "softmax"),
    "mse": ("mean_squared_error", "linear"),
}


def load_runs(path: Path = LIBRARY) -> list[Run]:
    """Return the runs of a file: a list, or a mapping with the list under ``configs``."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return list(found["configs"] if isinstance(found, dict) else found)


def draw_data(data: Run) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (N, D) and targets: (N,) classes, or (N, 1) numbers of a regression."""
    random = np.random.default_rng(data["seed"])
    count, noise = data["n_train"] + data["n_val"], data["noise"]
    name = data["name"]
    if name == "xor":
        corner = random.integers(0, 2, (count, 2))
        inputs = 2.0 * corner - 1 + random.normal(0, noise, (count, 2))
        targets = corner[:, 0] ^ corner[:, 1]
    elif name == "circles":
        targets = random.integers(0, 2, count)
        angle = random.uniform(0, 2 * np.pi, count)
        radius = 1.4 * np.where(targets == 0, 1.0, 0.45)
        inputs = radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
        inputs += random.normal(0, noise, (count, 2))
    elif name == "moons":
        targets = random.integers(0, 2, count)
        angle = random.uniform(0, np.pi, count)
        upper = np.column_stack((np.cos(angle), np.sin(angle)))
        lower = np.column_stack((1 - np.cos(angle), 0.5 - np.sin(angle)))
        inputs = 1.5 * (np.where(targets[:, None] == 0, upper, lower) - (0.5, 0.25))
        inputs += random.normal(0, noise, (count, 2))
    elif name == "spirals":
        turns = data.get("turns", 1.0)
        targets = random.integers(0, 2, count)
        angle = np.sqrt(random.uniform(0.02, 1, count)) * turns * 2 * np.pi
        radius = 1.8 * angle / (turns * 2 * np.pi)
        turned = angle + np.pi * targets
        inputs = radius[:, None] * np.column_stack((np.cos(turned), np.sin(turned)))
        inputs += random.normal(0, noise, (count, 2))
    elif name == "gaussians":
        classes = data.get("classes", 3)
        targets = random.integers(0, classes, count)
        angle = 2 * np.pi * targets / classes
        inputs = 1.4 * np.column_stack((np.cos(angle), np.sin(angle)))
        inputs += random.normal(0, noise, (count, 2))
    elif name == "digits":
        drawn = random.normal(0, 1, (10, 8, 8))
        across, down = np.roll(drawn, 1, 1), np.roll(drawn, 1, 2)
        drawn = (drawn + across + down + np.roll(drawn, (1, 1), (1, 2))) / 2
        targets = random.integers(0, 10, count)
        inputs = drawn[targets].reshape(count, 64) + random.normal(0, noise, (count, 64))
    else:
        inputs = random.uniform(-1.7, 1.7, (count, 2))
        values = {
            "plane": 0.7 * inputs[:, 0] - 0.5 * inputs[:, 1],
            "wave": np.sin(2 * inputs[:, 0]) * np.cos(inputs[:, 1]),
        }[name]
        targets = ((values + random.normal(0, noise, count)) * data.get("y_scale", 1.0))[:, None]
    if data.get("label_noise") and targets.ndim == 1:
        train = data["n_train"]
        drawn_anew = random.random(train) < data["label_noise"]
        labels = random.integers(0, int(targets.max()) + 1, train)
        targets[:train] = np.where(drawn_anew, labels, targets[:train])
    inputs = inputs * np.asarray(data.get("x_scale", 1.0)) + np.asarray(data.get("x_shift", 0.0))
    return inputs, targets


def class_count(run: Run) -> int:
    """Return the number of classes, 1 for a regression."""
    data = run["dataset"]
    if run["dataset"]["name"] in ("plane", "wave"):
        return 1
    return {"gaussians": data.get("classes", 3), "digits": 10}.get(data["name"], 2)


def experiment(run: Run) -> ExperimentSpec:
    """Return the specification of a run, its data inline."""
    data, net, rule = run["dataset"], run["net"], run["optimizer"]
    inputs, targets = draw_data(data)
    loss, output = LOSSES[run["loss"]]
    classes = class_count(run)
    units = {"bce": 1, "ce": classes}.get(run["loss"], classes if classes > 2 else 1)
    if classes > 1 and units > 1:
        targets = np.eye(classes)[targets]
    targets = targets.reshape(len(targets), -1).astype(float)
    train = data["n_train"]
    scale = net.get("init_value")
    optimizer = {
        "kind": rule["name"],
        "learning_rate": rule["lr"],
        **({"alpha": 0.9} if rule["name"] == "rmsprop" else {}),
    }
    hidden = [{"units": n, "activation": net["activation"]} for n in net["hidden"]]
    return ExperimentSpec.from_dict(
        {
            "seed": run["seed"],
            "data": {
                "kind": "inline",
                "normalize": bool(run.get("standardize")),
                "task": "regression" if classes == 1 else "classification",
                "inputs": inputs[:train].tolist(),
                "targets": targets[:train].tolist(),
                "test_inputs": inputs[train:].tolist(),
                "test_targets": targets[train:].tolist(),
            },
            "network": {
                "initializer": INITIALIZERS.get(net["init"], net["init"]),
                **({} if scale is None else {"initializer_scale": scale}),
                "initial_bias": net.get("bias_init", 0.0),
                "layers": [*hidden, {"units": units, "activation": output}],
            },
            "training": {
                "loss": loss,
                "batch_size": run["batch_size"],
                "steps": run["steps"],
                "optimizer": optimizer,
            },
        }
    )


def changed(run: Run, **parts: Run) -> Run:
    """Return a copy of ``run`` with ``parts`` merged over it, one level deep."""
    copied = copy.deepcopy(run)
    for name, value in parts.items():
        copied[name] = {**copied[name], **value} if isinstance(value, dict) else value
    return copied
