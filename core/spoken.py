"""Keys of the specification as they are said in sentences: ``cross_entropy`` is cross-entropy."""

from __future__ import annotations

_NAMES = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "sgd": "SGD",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "xavier_normal": "Xavier normal",
    "xavier_uniform": "Xavier uniform",
    "he_normal": "He normal",
    "he_uniform": "He uniform",
    "lecun_normal": "LeCun normal",
    "lecun_uniform": "LeCun uniform",
}


def spoken(key: str) -> str:
    """Return what ``key`` is called within a sentence."""
    if key == "forward_forward":
        return "forward-forward"
    return _NAMES.get(key) or key.replace("_", " ").replace("cross entropy", "cross-entropy")


def capital(words: str) -> str:
    """Return ``words`` as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def counted(number: int, noun: str) -> str:
    """Return ``1 unit`` or ``2,000 units``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
