"""The words of a worksheet: the facts on top and one plain sentence for every op."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import msgspec

from core.explain.setting import setting_of
from core.spec import LayerSpec, OptimizerSpec, TrainingSpec
from core.spoken import capital, spoken
from core.step.hyperparameters import effective_eps, effective_weight_decay
from core.step.normalization import EPS
from core.training.snapshot import OpInfo, Snapshot

_MOMENTUM = (("μ", "momentum"),)
_SETTINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "sgd": (),
    "momentum": _MOMENTUM,
    "nesterov": _MOMENTUM,
    "adagrad": (("ε", "eps"),),
    "rmsprop": (("α", "alpha"), ("ε", "eps")),
    "adam": (("β₁", "beta1"), ("β₂", "beta2"), ("ε", "eps")),
    "adamw": (("β₁", "beta1"), ("β₂", "beta2"), ("ε", "eps"), ("λ", "weight_decay")),
}

STATE_SYMBOLS = {
    "momentum": ("v",),
    "nesterov": ("v",),
    "adagrad": ("s",),
    "rmsprop": ("s",),
    "adam": ("m", "v"),
    "adamw": ("m", "v"),
}

_SENTENCES = {
    "z": "Weigh the inputs of each unit, add them up and add its bias.",
    "a": "Put each sum through the activation.",
    "loss": "Measure how far the answer is from its target.",
    "slope": "Find the slope of each activation at its sum.",
    "da": "Carry the error back through the weights it came through.",
    "dz": "Multiply the error of each unit by the slope of its activation.",
    "dW": "Multiply the error of each unit by what came in; the error itself is its bias's.",
    "dx": "Carry the error back to the inputs.",
    "mean": "Take the mean of the sums over the units.",
    "var": "Take the mean of the squared distances from it.",
    "zhat": "Take the mean off each sum and divide by the deviation.",
    "s": "Scale each normalized sum and shift it.",
    "h": "Multiply each answer by its mask.",
    "r": "Add the layer's input to its answer.",
    "da_mask": "Multiply each error by the mask.",
    "half": "Round each number to half precision.",
    "dgamma": "Multiply the error by the normalized sum for the scale; the error itself is that of "
    "the shift.",
    "dz_norm": "Carry the error back through the normalization.",
}

_UPDATE_SENTENCES = {
    "penalized": "Add the L1 penalty: its strength, with the sign of each weight.",
    "clamped": "Cut every entry that is larger than τ down to it, with its sign.",
    "rescaled": "Find the length of the whole gradient; where it is more than τ, shorten it to τ.",
    "decayed": "Add the L2 penalty: its strength times each weight.",
    "update": "Find how far each parameter moves.",
    "parameters": "Subtract that from each parameter: the network has learned one step.",
}


def facts_of(snapshot: Snapshot) -> tuple[str, ...]:
    """Return structure, loss, step and optimizer of the step on show, a line each."""
    spec, trace, layout = snapshot.spec, snapshot.trace, snapshot.layout
    widths = "-".join(str(width) for width in layout.widths)
    alike = [
        (words, len(list(run))) for words, run in groupby(map(_layer_in_words, spec.network.layers))
    ]
    kinds = ", ".join(
        f"{count} × {words}" if count > 2 else ", ".join([words] * count) for words, count in alike
    )
    training = spec.training
    rows = len(trace.rows)
    batch = "one sample" if rows == 1 else f"a batch of {rows} samples"
    facts = [
        f"Network {widths}, activations from the first layer on: {kinds}.",
        f"Loss: {spoken(training.loss)}. Step {trace.step + 1}, {batch}.",
        f"Optimizer: {_optimizer(trace.optimizer)}.",
    ]
    if shaping := _shaping(trace.training):
        facts.append(f"On its way to the optimizer the gradient meets {shaping}.")
    if rows > 1:
        facts.append(
            f"x, y, z, a and their derivatives are those of sample {trace.sample + 1}; the loss "
            "and the gradients dW and db are those of the whole batch."
        )
    facts += _technique_facts(spec.network.layers, rows)
    return tuple(facts)


def _shaping(training: TrainingSpec) -> str:
    """Return penalties and clipping with their numbers, in their order; "" without any."""
    known = (
        ("L1 with λ₁", training.l1),
        ("clipping by value at τ", training.clip_value),
        ("clipping by norm at τ", training.clip_norm),
        ("L2 with λ₂", training.l2),
    )
    return ", ".join(f"{name} = {_setting(value)}" for name, value in known if value)


def _layer_in_words(layer: LayerSpec) -> str:
    words = spoken(layer.activation)
    words += f" behind {layer.normalization} normalization" if layer.normalization != "none" else ""
    words += f" with dropout {layer.dropout:g}" if layer.dropout else ""
    return words + (" and a residual connection" if layer.residual else "")


def _technique_facts(layers: Sequence[LayerSpec], rows: int) -> list[str]:
    """Return what of normalization and dropout cannot be worked out on this sheet."""
    facts = []
    if any(layer.normalization == "batch" for layer in layers):
        facts.append(
            "Mean and variance of batch normalization, and dγ and dβ, are those of the whole batch."
            if rows > 1
            else "With one row batch normalization uses its running mean and variance."
        )
    if any(layer.normalization != "none" for layer in layers):
        facts.append(f"In every normalization ε = {_setting(EPS)}.")
    if any(layer.dropout for layer in layers):
        facts.append("The masks of dropout are drawn anew in every step.")
    return facts


def _optimizer(optimizer: OptimizerSpec) -> str:
    """Return rule and settings, by the symbols of its formulas."""
    effective = msgspec.structs.replace(
        optimizer, eps=effective_eps(optimizer), weight_decay=effective_weight_decay(optimizer)
    )
    fields = (("η", "learning_rate"), *_SETTINGS[optimizer.kind])
    settings = [
        f"{symbol}\u00a0=\u00a0{_setting(getattr(effective, field))}" for symbol, field in fields
    ]
    return f"{capital(spoken(optimizer.kind))}, " + ", ".join(settings)


def _setting(value: float) -> str:
    """Write a setting as shortly as it goes, with a real minus sign: ``1e−8``."""
    return re.sub(r"e-0*", "e−", f"{value:g}")


def memory_fact(kind: str, updates: int) -> str:
    """Return what a rule with a memory starts this step from; "" for one that has none."""
    names = STATE_SYMBOLS.get(kind, ())
    if not names:
        return ""
    are = " and ".join(names) + (" are" if len(names) > 1 else " is")
    count = f"This is update t = {updates + 1} of this optimizer"
    if updates:
        return f"{count}; {are} not 0 at its start: read off the values before it in the program."
    return f"{count}; {are} 0 at its start."


def sentence_of(snapshot: Snapshot, op: OpInfo) -> str:
    """Return what an op does in plain words."""
    kind, layers = setting_of(snapshot).kind_of(op), snapshot.layout.layer_count
    kind = {"dz_fused": "dz", "dz_softmax": "dz", "da_output": "da"}.get(kind, kind)
    batch = len(snapshot.trace.rows)
    if op.phase == "update":
        return _UPDATE_SENTENCES.get(op.name, "Update the optimizer's memory.")
    if op.name == "loss" and batch > 1:
        return f"Measure how far the answers are from their targets, as the mean of all {batch}."
    if kind == "dz" and "y" in op.reads:
        return "Subtract the target from the answer: loss and output activation cancel to that."
    if kind == "da" and op.layer == layers:
        return "Find how the loss changes with the network's answer."
    if kind in ("dW", "dgamma") and batch > 1:
        return f"{_SENTENCES[kind]} All {batch} samples of the batch add up."
    if kind == "da" and len(op.reads) > 2 and "y" not in op.reads:
        return f"{_SENTENCES[kind]} What comes back on the shortcut is added."
    return _SENTENCES[kind]
