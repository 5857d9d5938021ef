"""The yardstick: a network as textbooks write it.

Every expression makes a fresh array, and the slopes are sigma'(z), as the equation says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


def sigmoid(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z: Floats) -> Floats:
    """Return the slope of the sigmoid at z."""
    return sigmoid(z) * (1 - sigmoid(z))


def tanh_prime(z: Floats) -> Floats:
    """Return the slope of tanh at z."""
    return 1 - np.tanh(z) ** 2


def relu(z: Floats) -> Floats:
    """Return max(0, z)."""
    return np.maximum(0, z)


def relu_prime(z: Floats) -> Floats:
    """Return the slope of ReLU at z."""
    return (z > 0).astype(z.dtype)


def softmax(z: Floats) -> Floats:
    """Return the share of each output (columns) in every row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


ACTIVATION = {"tanh": np.tanh, "sigmoid": sigmoid, "relu": relu, "softmax": softmax}
SLOPE = {"tanh": tanh_prime, "sigmoid": sigmoid_prime, "relu": relu_prime}


class TextbookNetwork:
    """Dense layers, cross-entropy and SGD or Adam; one row a sample."""

    def __init__(
        self,
        weights: list[Floats],
        biases: list[Floats],
        kinds: list[str],
        rate: float,
        *,
        adam: bool = False,
    ) -> None:
        """Copy ``weights`` (n_in, n_out) and ``biases`` (n_out,); ``kinds`` are activations."""
        self.weights = [w.copy() for w in weights]
        self.biases = [b.copy() for b in biases]
        self.kinds = kinds
        self.rate = weights[0].dtype.type(rate)
        self.adam = adam
        self.t = 0
        self.moments = {
            name: [(np.zeros_like(p), np.zeros_like(p)) for p in parameters]
            for name, parameters in (("w", weights), ("b", biases))
        }

    def step(self, x: Floats, y: Floats) -> float:
        """Do one forward and backward pass and one update; return the mean loss before it."""
        inputs, sums = [x], []
        for w, b, kind in zip(self.weights, self.biases, self.kinds, strict=True):
            z = inputs[-1] @ w + b
            sums.append(z)
            inputs.append(ACTIVATION[kind](z))
        a = inputs[-1]
        if self.kinds[-1] == "softmax":
            loss = -np.mean(np.sum(y * np.log(a), axis=1))
        else:
            loss = -np.mean(np.sum(y * np.log(a) + (1 - y) * np.log(1 - a), axis=1))
        delta = (a - y) / len(x)
        gradients = []
        for layer in reversed(range(len(self.weights))):
            gradients.append((inputs[layer].T @ delta, delta.sum(axis=0)))
            if layer:
                back = delta @ self.weights[layer].T
                delta = back * SLOPE[self.kinds[layer - 1]](sums[layer - 1])
        self.t += 1
        for layer, (dw, db) in enumerate(reversed(gradients)):
            self.weights[layer] = self.weights[layer] - self.update("w", layer, dw)
            self.biases[layer] = self.biases[layer] - self.update("b", layer, db)
        return float(loss)

    def update(self, name: str, layer: int, gradient: Floats) -> Floats:
        """Return what is to be subtracted from the weights ("w") or biases ("b") of a layer."""
        if not self.adam:
            return self.rate * gradient
        m, v = self.moments[name][layer]
        m = 0.9 * m + 0.1 * gradient
        v = 0.999 * v + 0.001 * gradient**2
        self.moments[name][layer] = m, v
        m_hat = m / (1 - 0.9**self.t)
        v_hat = v / (1 - 0.999**self.t)
        return self.rate * m_hat / (np.sqrt(v_hat) + 1e-8)
