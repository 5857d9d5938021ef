"""What forward-forward takes: digits, a softmax, and layers that hand on directions alone."""

from __future__ import annotations

from msgspec.structs import replace

from core.spec import LayerSpec
from core.spoken import spoken
from core.training.fit_output import sketch_of, usual_layer
from core.training.fit_parts import Proposals, Wish, with_layers, with_output, with_training

WHY = "Forward-forward writes labels into digits and lets plain hidden layers tell them apart."


def plain_digits(wish: Wish) -> Proposals:
    """Where forward-forward was chosen everything follows; else backpropagation takes its place."""
    wanted = wish.wanted
    if wish.spec.training.gradient_source == wanted.training.gradient_source:
        yield with_training(wanted, gradient_source="backpropagation"), WHY, "Take backpropagation"
        return
    final, words = wanted, []
    if final.data.kind != "digits":
        data = replace(final.data, kind="digits", features=None, task=None)
        if final.data.kind in ("inline", "file"):
            data = type(data)(kind="digits")
        final = replace(final, data=data)
        words.append("Take the data set Digits")
    if final.training.loss != "cross_entropy" or words:
        layer = usual_layer(sketch_of(final), "cross_entropy")
        if final.training.loss != "cross_entropy":
            words.append(f"Take {spoken('cross_entropy')}")
        final = with_output(final, layer, "cross_entropy")
    if final.training.gradient_storage != "same":
        final = with_training(final, gradient_storage="same")
        words.append("Store gradients as computed")
    *hidden, output = final.network.layers
    plain = [_plain(layer) for layer in (*(hidden or [LayerSpec()]), output)]
    if not hidden:
        words.append("Take a hidden layer")
    elif plain != [*hidden, output]:
        words.append("Take plain layers")
    final = with_layers(final, plain)
    first, *rest = words or ["Take plain layers"]
    yield final, WHY, " and ".join((first, *(word[:1].lower() + word[1:] for word in rest)))


def _plain(layer: LayerSpec) -> LayerSpec:
    return replace(layer, normalization="none", dropout=0.0, residual=False)
