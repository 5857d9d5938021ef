"""Random runs: settings that nobody has chosen to prove a point.

Half are drawn freely; half are a library run with two things drawn anew, so that every kind of
trouble comes up often enough to be counted.
"""

from __future__ import annotations

import copy

import numpy as np

from tests.diagnosis.runs import Run, load_runs

DATA = ("xor", "circles", "moons", "spirals", "gaussians", "digits", "plane", "wave")
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "elu", "linear")


def draw_runs(count: int, seed: int) -> list[Run]:
    """Return ``count`` random runs, the same for the same seed."""
    random = np.random.default_rng(seed)
    library = load_runs()
    drawn = []
    for index in range(count):
        run = _varied(random, library) if index % 2 else _free(random)
        run["id"] = f"r{seed}-{index:03d}"
        drawn.append(run)
    return drawn


def _free(random: np.random.Generator) -> Run:
    data = _data(random)
    depth = int(random.choice([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16], p=_shares(11)))
    width = int(random.choice([4, 6, 8, 12, 16, 24, 32, 48, 64]))
    activation = str(random.choice(ACTIVATIONS, p=[0.15, 0.2, 0.3, 0.1, 0.1, 0.05, 0.1]))
    return {
        "dataset": data,
        "net": {"hidden": [width] * depth, "activation": activation, **_start(random)},
        "loss": _loss(data),
        "optimizer": _rule(random),
        "batch_size": int(random.choice([4, 16, 32, 32, 64, 300])),
        "steps": int(random.choice([600, 800, 800, 1200, 2000])),
        "seed": int(random.integers(1e6)),
    }


def _varied(random: np.random.Generator, library: list[Run]) -> Run:
    run = copy.deepcopy(library[random.integers(len(library))])
    for key in ("labels", "allowed", "target"):
        run.pop(key)
    run["seed"] = int(random.integers(1e6))
    run["dataset"]["seed"] = int(random.integers(1e6))
    for what in random.choice(["rate", "depth", "width", "data", "rule", "spread"], 2, False):
        if what == "rate":
            run["optimizer"]["lr"] *= float(10 ** random.uniform(-0.7, 0.7))
        elif what == "depth" and run["net"]["hidden"]:
            hidden = run["net"]["hidden"]
            run["net"]["hidden"] = [hidden[0]] * max(1, len(hidden) + int(random.integers(-2, 4)))
        elif what == "width":
            factor = float(2 ** random.uniform(-1, 1))
            run["net"]["hidden"] = [max(2, round(n * factor)) for n in run["net"]["hidden"]]
        elif (
            what == "data" and "x_scale" not in run["dataset"] and run["dataset"]["n_train"] >= 100
        ):
            run["dataset"] = _data(random)
            run["loss"] = _loss(run["dataset"])
        elif what == "rule":
            run["optimizer"] = _rule(random)
        elif what == "spread" and run["net"].get("init_value"):
            run["net"]["init_value"] *= float(10 ** random.uniform(-0.4, 0.4))
    return run


def _data(random: np.random.Generator) -> Run:
    name = str(random.choice(DATA))
    noise = {"xor": 0.4, "gaussians": 0.4, "digits": 1.0, "spirals": 0.03, "moons": 0.18}
    data: Run = {
        "name": name,
        "noise": round(noise.get(name, 0.08) * float(random.uniform(0.5, 1.5)), 3),
        "n_train": 300,
        "n_val": 200,
        "seed": int(random.integers(1e6)),
    }
    if name == "gaussians":
        data["classes"] = int(random.integers(3, 7))
    if name == "spirals":
        data["turns"] = 0.9
    if random.random() < 0.08:
        data["label_noise"] = round(float(random.uniform(0.05, 0.2)), 2)
    if random.random() < 0.1:
        data["n_train"] = int(random.choice([25, 30, 40]))
    columns = 64 if name == "digits" else 2
    if random.random() < 0.1:
        data["x_scale"] = [round(float(10 ** random.uniform(-1, 2)), 3) for _ in range(columns)]
        data["x_shift"] = [float(random.choice([0, 0, 20, 100]))] * columns
    return data


def _loss(data: Run) -> str:
    return {"gaussians": "ce", "digits": "ce", "plane": "mse", "wave": "mse"}.get(
        data["name"], "bce"
    )


def _start(random: np.random.Generator) -> Run:
    init = str(
        random.choice(
            ["xavier", "he", "lecun", "normal", "constant", "zeros"],
            p=[0.32, 0.32, 0.06, 0.24, 0.03, 0.03],
        )
    )
    start: Run = {"init": init, "bias_init": 0.0}
    if init == "normal":
        start["init_value"] = round(float(10 ** random.uniform(-2, 0.4)), 4)
    if init == "constant":
        start["init_value"] = round(float(10 ** random.uniform(-2, 0)), 4)
    if random.random() < 0.08:
        start["bias_init"] = float(random.choice([-3, -1, -0.5, 0.5, 1]))
    return start


def _rule(random: np.random.Generator) -> Run:
    name = str(random.choice(["sgd", "sgd", "momentum", "rmsprop", "adam", "adam"]))
    typical = {"sgd": 0.1, "momentum": 0.02, "rmsprop": 0.003, "adam": 0.005}[name]
    return {"name": name, "lr": float(f"{typical * 10 ** random.normal(0, 0.8):.3g}")}


def _shares(count: int) -> list[float]:
    weights = np.linspace(2.0, 0.6, count)
    weights[0] = 0.3
    return list(weights / weights.sum())
