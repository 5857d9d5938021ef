"""Who trains: the core's step, the whole trainer, and others doing the same work in their own way.

A contestant is made from a ``Problem`` and trains one epoch a call, from the same start values on
the same batches in the same order, in float32 on one thread. ``losses`` trains an epoch too and
returns what it cost, so that the work can be seen to be the same before it is timed. Of the
libraries scikit-learn comes with the benchmark's environment; PyTorch and JAX take part where they
can be imported.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from tests.benchmarks.textbook import TextbookNetwork
from tests.benchmarks.workloads import Problem


class Contestant(Protocol):
    """Trains epoch after epoch."""

    def epoch(self) -> None:
        """Train one epoch."""

    def losses(self) -> float:
        """Train one epoch and return the mean of its batch losses."""


class Step:
    """The program of one step, fed with one batch after the other: the work that all do."""

    def __init__(self, problem: Problem) -> None:
        """Stand at step 0."""
        trainer = problem.trainer()
        self._program, self._feed = trainer.program, trainer.assembly.feed
        self._loss = trainer.station.workspace.loss
        self._count = problem.workload.batches

    def epoch(self) -> None:
        run_step, advance = self._program.run_step, self._feed.advance
        for _ in range(self._count):
            run_step()
            advance()

    def losses(self) -> float:
        found = []
        for _ in range(self._count):
            self._program.run_step()
            self._feed.advance()
            found.append(float(self._loss))
        return float(np.mean(found))


class WholeTrainer:
    """What a user gets: evaluations, statistics, findings and keyframes on top of the steps."""

    def __init__(self, problem: Problem) -> None:
        """Stand at step 0."""
        self._trainer = problem.trainer()
        self._count = problem.workload.batches

    def epoch(self) -> None:
        self._trainer.advance_steps(self._count)

    def losses(self) -> float:
        return float(np.mean([self._trainer.advance_step() for _ in range(self._count)]))


class Textbook:
    """NumPy with a fresh array for every expression."""

    def __init__(self, problem: Problem) -> None:
        """Copy the start values."""
        w = problem.workload
        kinds = [w.hidden] * (len(w.widths) - 2) + [w.output]
        adam = w.optimizer == "adam"
        self._network = TextbookNetwork(
            problem.weights, problem.biases, kinds, w.learning_rate, adam=adam
        )
        self._batches = problem.batches()

    def epoch(self) -> None:
        for x, y in self._batches:
            self._network.step(x, y)

    def losses(self) -> float:
        return float(np.mean([self._network.step(x, y) for x, y in self._batches]))


class ScikitLearn:
    """MLPClassifier.partial_fit, an epoch a call."""

    def __init__(self, problem: Problem) -> None:
        """Let it make its arrays, and put in the start values."""
        from sklearn.neural_network import MLPClassifier

        w = problem.workload
        options = {"momentum": 0.0} if w.optimizer == "sgd" else {}
        self._model = model = MLPClassifier(
            w.widths[1:-1],
            activation={"sigmoid": "logistic"}.get(w.hidden, w.hidden),
            solver=w.optimizer,
            alpha=0.0,
            batch_size=w.batch_size,
            learning_rate_init=w.learning_rate,
            shuffle=False,
            **options,
        )
        softmax = w.output == "softmax"
        self._x = problem.inputs
        self._y = problem.targets.argmax(axis=1) if softmax else problem.targets[:, 0].astype(int)
        self._classes = np.arange(max(2, w.widths[-1]))
        with warnings.catch_warnings():
            # Fewer rows than a batch has are enough to make the arrays.
            warnings.simplefilter("ignore")
            model.partial_fit(self._x[:8], self._y[:8], classes=self._classes)
        for mine, start in ((model.coefs_, problem.weights), (model.intercepts_, problem.biases)):
            for array, values in zip(mine, start, strict=True):
                assert array.dtype == np.float32
                array[...] = values
        # Its state is that of another start: the next call makes a new one.
        del model._optimizer

    def epoch(self) -> None:
        self._model.partial_fit(self._x, self._y)

    def losses(self) -> float:
        self.epoch()
        return float(self._model.loss_)


class PyTorch:
    """Eager, with the fused optimizer."""

    def __init__(self, problem: Problem) -> None:
        """Copy the start values; all batches are tensors beforehand."""
        import torch
        from torch import nn

        torch.set_num_threads(1)
        w = problem.workload
        parts: list[Any] = []
        activation = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU}[w.hidden]
        for weights, biases in zip(problem.weights, problem.biases, strict=True):
            linear = nn.Linear(*weights.shape)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(weights.T.copy()))
                linear.bias.copy_(torch.from_numpy(biases))
            parts += [linear, activation()]
        self._model = nn.Sequential(*parts[:-1])
        softmax = w.output == "softmax"
        self._loss = nn.CrossEntropyLoss() if softmax else nn.BCEWithLogitsLoss()
        rule = torch.optim.SGD if w.optimizer == "sgd" else torch.optim.Adam
        self._optimizer = rule(self._model.parameters(), lr=w.learning_rate, fused=True)
        self._batches = [
            (torch.from_numpy(x), torch.from_numpy(y.argmax(axis=1) if softmax else y))
            for x, y in problem.batches()
        ]

    def _steps(self) -> Iterator[Any]:
        model, loss_of, optimizer = self._model, self._loss, self._optimizer
        for x, y in self._batches:
            optimizer.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            optimizer.step()
            yield loss

    def epoch(self) -> None:
        for _ in self._steps():
            pass

    def losses(self) -> float:
        return float(np.mean([loss.item() for loss in self._steps()]))


class Jax:
    """One jitted function a step."""

    def __init__(self, problem: Problem) -> None:
        """Copy the start values and compile."""
        import jax
        import jax.numpy as jnp

        w = problem.workload
        hidden = {"tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu}[w.hidden]
        softmax, rate = w.output == "softmax", w.learning_rate

        def loss_of(params: Any, x: Any, y: Any) -> Any:
            for weights, biases in params[:-1]:
                x = hidden(x @ weights + biases)
            weights, biases = params[-1]
            z = x @ weights + biases
            if softmax:
                return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(z), axis=1))
            return jnp.mean(jnp.sum(jnp.logaddexp(z, 0) - y * z, axis=1))

        def sgd(params: Any, state: Any, x: Any, y: Any) -> Any:
            loss, gradient = jax.value_and_grad(loss_of)(params, x, y)
            return jax.tree.map(lambda p, g: p - rate * g, params, gradient), state, loss

        def adam(params: Any, state: Any, x: Any, y: Any) -> Any:
            loss, gradient = jax.value_and_grad(loss_of)(params, x, y)
            t, m, v = state
            t = t + 1
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
            step = rate / (1 - 0.9**t)
            root = jnp.sqrt(1 - 0.999**t)
            params = jax.tree.map(
                lambda p, m, v: p - step * m / (jnp.sqrt(v) / root + 1e-8), params, m, v
            )
            return params, (t, m, v), loss

        pairs = zip(problem.weights, problem.biases, strict=True)
        self._params = [(jnp.array(weights), jnp.array(biases)) for weights, biases in pairs]
        zeros = jax.tree.map(jnp.zeros_like, self._params)
        self._state = (jnp.zeros((), jnp.float32), zeros, zeros) if w.optimizer == "adam" else ()
        self._step = jax.jit(adam if w.optimizer == "adam" else sgd)
        self._batches = [(jnp.array(x), jnp.array(y)) for x, y in problem.batches()]
        self._step(self._params, self._state, *self._batches[0])

    def _run(self) -> list[Any]:
        losses = []
        params, state = self._params, self._state
        for x, y in self._batches:
            params, state, loss = self._step(params, state, x, y)
            losses.append(loss)
        losses[-1].block_until_ready()
        params[0][0].block_until_ready()
        self._params, self._state = params, state
        return losses

    def epoch(self) -> None:
        self._run()

    def losses(self) -> float:
        return float(np.mean([float(loss) for loss in self._run()]))


OURS: dict[str, Callable[[Problem], Contestant]] = {"step": Step, "trainer": WholeTrainer}


def peers() -> dict[str, Callable[[Problem], Contestant]]:
    """Return the others that can take part here."""
    libraries: dict[str, tuple[str, Callable[[Problem], Contestant]]] = {
        "scikit-learn": ("sklearn", ScikitLearn),
        "PyTorch": ("torch", PyTorch),
        "JAX": ("jax", Jax),
    }
    present = {
        name: make for name, (module, make) in libraries.items() if find_spec(module) is not None
    }
    return {"textbook": Textbook, **present}


def keep_to_one_thread() -> None:
    """Tell JAX, before it is imported, to work on one thread; ``__main__`` tells BLAS."""
    os.environ.setdefault(
        "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    )
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
