"""Do the numbers agree with PyTorch's? Networks trained side by side, in float64, for 200 steps.

Both begin with the same weights and see the same batches. Compared are the batch losses of all
steps, and the weights and running statistics at the end. A bias right before batch normalization
has a gradient of nothing but rounding, which optimizers that divide by the size of the gradient
make something of: it is left out of the comparison, and no output depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from core import Dataset, ExperimentSpec, Trainer
from core.network.network import Layer

STEPS = 200
LIMIT = 1e-9
ROWS, BATCH_SIZE = 240, 24
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {"learning_rate": 0.05},
    "momentum": {"learning_rate": 0.02, "momentum": 0.8, "dampening": 0.1},
    "nesterov": {"learning_rate": 0.02, "momentum": 0.8},
    "adagrad": {"learning_rate": 0.05},
    "rmsprop": {"learning_rate": 0.003, "alpha": 0.95},
    "adam": {"learning_rate": 0.01},
    "adamw": {"learning_rate": 0.01, "weight_decay": 0.05},
}
PENALTIES = {"l1": 1e-3, "l2": 1e-3}
CLIPPING = {"clip_value": 0.1, "clip_norm": 0.2}
SCHEDULES: dict[str, dict[str, Any]] = {
    "step": {"kind": "step", "step_size": 30, "gamma": 0.5},
    "exponential": {"kind": "exponential", "gamma": 0.99},
    "cosine": {"kind": "cosine", "total_steps": STEPS, "minimum": 0.001},
}
ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
# By loss: activation of the output and its units.
OUTPUTS = {
    "mean_squared_error": ("linear", 2),
    "binary_cross_entropy": ("sigmoid", 1),
    "cross_entropy": ("softmax", 3),
}


def cases() -> dict[str, ExperimentSpec]:
    """Return what is compared, by name: every option alone with Adam, and options together."""
    found: dict[str, ExperimentSpec] = {}
    for kind in OPTIMIZERS:
        found[kind] = experiment(kind)
        # AdamW decays by itself; PyTorch has no L2 beside it.
        extra = CLIPPING | (PENALTIES if kind != "adamw" else {"l1": 1e-3})
        found[f"{kind}, penalties, clipping"] = experiment(kind, training=extra)
        # L1 jumps where a weight crosses 0: beside a gradient of rounding the last bit decides.
        extra.pop("l1")
        for normalization in ("batch", "layer"):
            layer = {"normalization": normalization, "residual": True}
            found[f"{kind}, {normalization} normalization, residual, clipping"] = experiment(
                kind, layer, training=extra
            )
    for activation in ACTIVATIONS:
        found[f"adam, {activation}"] = experiment("adam", {"activation": activation})
    for loss in OUTPUTS:
        found[f"adam, {loss}"] = experiment("adam", loss=loss)
    for name, schedule in SCHEDULES.items():
        found[f"momentum, {name} schedule"] = experiment(
            "momentum", training={"schedule": schedule}
        )
    return found


def experiment(
    kind: str,
    layer: dict[str, Any] | None = None,
    loss: str = "binary_cross_entropy",
    training: dict[str, Any] | None = None,
) -> ExperimentSpec:
    """Return a network of three hidden layers; ``layer`` is what the second and third have."""
    activation, units = OUTPUTS[loss]
    first = {"units": 6, "activation": (layer or {}).get("activation", "tanh")}
    hidden = [first, {**first, **(layer or {})}, {**first, **(layer or {})}]
    return ExperimentSpec.from_dict(
        {
            "data": {"kind": "circle"},
            "network": {"layers": [*hidden, {"units": units, "activation": activation}]},
            "training": {
                "loss": loss,
                "batch_size": BATCH_SIZE,
                "shuffle": False,
                "optimizer": {"kind": kind, **OPTIMIZERS[kind]},
                **(training or {}),
            },
        }
    )


def main() -> None:
    """Print how far each case is apart, and which are further than the limit."""
    if find_spec("torch") is None:
        print("\nPyTorch is not installed, so its numbers are not compared.")
        return
    print(
        f"\nAgreement with PyTorch, float64, {STEPS} steps: largest difference of losses, weights"
    )
    missed = []
    for name, spec in cases().items():
        of_losses, of_weights = differences(spec)
        is_missed = not max(of_losses, of_weights) <= LIMIT
        print(f"  {name:<54}{of_losses:>9.1e}{of_weights:>9.1e}{'  MISSED' if is_missed else ''}")
        if is_missed:
            missed.append(name)
    print(f"Further apart than {LIMIT:g}: " + ("; ".join(missed) or "none"))


def differences(spec: ExperimentSpec) -> tuple[float, float]:
    """Train both; return the largest difference of the losses and that of the parameters."""
    draw = np.random.default_rng(1)
    width = spec.network.layers[-1].units
    inputs = draw.normal(size=(ROWS, 2))
    if spec.training.loss == "mean_squared_error":
        targets = draw.normal(size=(ROWS, width))
    else:
        targets = np.eye(max(2, width))[draw.integers(0, max(2, width), ROWS)][:, -width:]
    task = "regression" if spec.training.loss == "mean_squared_error" else "classification"
    trainer = Trainer(spec, Dataset(inputs, targets, task=task))
    peer = Peer(spec, trainer)
    losses = []
    for step in range(STEPS):
        start = step % (ROWS // BATCH_SIZE) * BATCH_SIZE
        rows = slice(start, start + BATCH_SIZE)
        losses.append(abs(trainer.advance_step() - peer.step(inputs[rows], targets[rows])))
    return max(losses), peer.distance(trainer)


class Peer:
    """The same network in PyTorch, with the start values of a trainer."""

    def __init__(self, spec: ExperimentSpec, trainer: Trainer) -> None:
        """Copy the weights."""
        import torch

        self._torch, self._training = torch, spec.training
        layers = trainer.network.layers
        # The output's sigmoid and softmax are part of PyTorch's losses.
        names = [*(layer.activation for layer in layers[:-1]), "linear"]
        self._kinds = [(name, layer.residual) for name, layer in zip(names, layers, strict=True)]
        self._linear = [_linear(torch, layer) for layer in layers]
        self._norms = [_norm(torch, layer) for layer in layers]
        self._weights = [linear.weight for linear in self._linear]
        others = [linear.bias for linear in self._linear]
        others += [p for norm in self._norms if norm is not None for p in norm.parameters()]
        self._all = [*self._weights, *others]
        decay = spec.training.optimizer.weight_decay or spec.training.l2
        groups = [{"params": self._weights, "weight_decay": decay}, {"params": others}]
        self._optimizer = _optimizer(torch, spec.training.optimizer, groups)
        self._schedule = _schedule(torch, spec.training.schedule, self._optimizer)

    def step(self, x: np.ndarray, y: np.ndarray) -> float:
        """Do one step and return the loss before it."""
        torch, training = self._torch, self._training
        self._optimizer.zero_grad()
        loss = self._loss(self._forward(torch.from_numpy(x)), torch.from_numpy(y))
        loss.backward()
        with torch.no_grad():
            for weight in self._weights:
                weight.grad += training.l1 * torch.sign(weight)
        if training.clip_value:
            torch.nn.utils.clip_grad_value_(self._all, training.clip_value)
        if training.clip_norm:
            torch.nn.utils.clip_grad_norm_(self._all, training.clip_norm)
        self._optimizer.step()
        if self._schedule is not None:
            self._schedule.step()
        return float(loss.item())

    def _forward(self, a: Any) -> Any:
        for (activation, residual), linear, norm in zip(
            self._kinds, self._linear, self._norms, strict=True
        ):
            z = linear(a)
            made = _ACTIVATIONS[activation](self._torch, z if norm is None else norm(z))
            a = made + a if residual else made
        return a

    def _loss(self, z: Any, y: Any) -> Any:
        functional = self._torch.nn.functional
        match self._training.loss:
            case "mean_squared_error":
                return functional.mse_loss(z, y)
            case "binary_cross_entropy":
                return functional.binary_cross_entropy_with_logits(z, y)
        return functional.cross_entropy(z, y.argmax(dim=1))

    def distance(self, trainer: Trainer) -> float:
        """Return the largest difference of any parameter or running statistic."""
        pairs = []
        for layer, linear, norm in zip(
            trainer.network.layers, self._linear, self._norms, strict=True
        ):
            pairs.append((layer.W, linear.weight))
            if layer.normalization != "batch":
                pairs.append((layer.b, linear.bias))
            if norm is not None:
                pairs += [(layer.gamma, norm.weight), (layer.beta, norm.bias)]
            if layer.running_var is not None:
                pairs += [(layer.running_var, norm.running_var)]
        return max(float(np.abs(mine - other.detach().numpy()).max()) for mine, other in pairs)


def _linear(torch: Any, layer: Layer) -> Any:
    linear = torch.nn.Linear(layer.W.shape[1], layer.W.shape[0], dtype=torch.float64)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(np.array(layer.W)))
        linear.bias.copy_(torch.from_numpy(np.array(layer.b)))
    return linear


def _norm(torch: Any, layer: Layer) -> Any:
    kinds = {"batch": torch.nn.BatchNorm1d, "layer": torch.nn.LayerNorm}
    kind = kinds.get(layer.normalization)
    return None if kind is None else kind(layer.units, dtype=torch.float64)


_ACTIVATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "linear": lambda _, z: z,
    "tanh": lambda torch, z: torch.tanh(z),
    "sigmoid": lambda torch, z: torch.sigmoid(z),
    "relu": lambda torch, z: torch.relu(z),
    "leaky_relu": lambda torch, z: torch.nn.functional.leaky_relu(z, 0.01),
    "elu": lambda torch, z: torch.nn.functional.elu(z),
    "gelu": lambda torch, z: torch.nn.functional.gelu(z, approximate="tanh"),
    "silu": lambda torch, z: torch.nn.functional.silu(z),
    "softplus": lambda torch, z: torch.nn.functional.softplus(z),
}


def _optimizer(torch: Any, spec: Any, groups: list[dict[str, Any]]) -> Any:
    rate = spec.learning_rate
    match spec.kind:
        case "sgd":
            return torch.optim.SGD(groups, lr=rate)
        case "momentum":
            return torch.optim.SGD(
                groups, lr=rate, momentum=spec.momentum, dampening=spec.dampening
            )
        case "nesterov":
            return torch.optim.SGD(groups, lr=rate, momentum=spec.momentum, nesterov=True)
        case "adagrad":
            return torch.optim.Adagrad(groups, lr=rate)
        case "rmsprop":
            return torch.optim.RMSprop(groups, lr=rate, alpha=spec.alpha)
    betas = (spec.beta1, spec.beta2)
    if spec.kind == "adam":
        return torch.optim.Adam(groups, lr=rate, betas=betas)
    return torch.optim.AdamW(
        [{"weight_decay": 0.0, **group} for group in groups], lr=rate, betas=betas
    )


def _schedule(torch: Any, spec: Any, optimizer: Any) -> Any:
    schedules = torch.optim.lr_scheduler
    match spec.kind:
        case "step":
            return schedules.StepLR(optimizer, spec.step_size, spec.gamma)
        case "exponential":
            return schedules.ExponentialLR(optimizer, spec.gamma)
        case "cosine":
            return schedules.CosineAnnealingLR(optimizer, spec.total_steps, spec.minimum)
    return None
