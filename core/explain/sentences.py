"""One op in plain words: what it is called, and one or two sentences to read aloud.

The first sentence holds for every run; a second one says what stands out in the numbers at hand,
where something does.
"""

from __future__ import annotations

import numpy as np

from core.diagnosis.words import number
from core.explain.local_learning import SENTENCES as LOCAL_SENTENCES
from core.explain.local_learning import TITLES as LOCAL_TITLES
from core.explain.local_learning import pass_words
from core.explain.reading import Reading
from core.explain.rounding import is_first, what_is_lost
from core.explain.setting import Setting
from core.network.parameters import Floats
from core.step.half_precision import leaves_the_pass

# A slope below this share of the largest one possible lets hardly anything through.
SMALL_SHARE = 0.1
CLEAR_LEAD = 1.05

_TITLES = {
    "batch": "the batch comes in",
    "z": "weighted sums of {layer}",
    "a": "activations of {layer}",
    "loss": "how wrong the answer is",
    "da_output": "error at the network's answer",
    "slope": "slopes of the activations",
    "da": "error at {layer}",
    "dx": "error at the inputs",
    "dz": "error before the activation of {layer}",
    "dz_softmax": "error before the softmax",
    "dz_fused": "error before the output's activation",
    "dW": "gradient of the weights into {layer}",
    "central_differences": "the gradient by central differences",
    "evolution_strategies": "the gradient by evolution strategies",
    "random_search": "the gradient by random search",
    "mean": "mean of the sums of {layer}",
    "var": "variance of the sums of {layer}",
    "zhat": "normalized sums of {layer}",
    "s": "scaled sums of {layer}",
    "mask": "which units of {layer} are dropped",
    "h": "dropout of {layer}",
    "r": "the input joins the answer of {layer}",
    "da_mask": "error behind the dropout of {layer}",
    "dgamma": "gradient of scale and shift of {layer}",
    "dz_norm": "error before the normalization of {layer}",
    "running": "the running statistics follow the batch",
    "half": "what half precision keeps of it",
    "penalized": "the L1 penalty joins the gradient",
    "clamped": "the gradient is clipped entry by entry",
    "rescaled": "the gradient is clipped as a whole",
    "decayed": "the L2 penalty joins the gradient",
    "velocity": "velocity of every parameter",
    "square_sum": "sum of squared gradients",
    "square_mean": "mean of squared gradients",
    "m": "running mean of the gradients",
    "v": "running mean of squared gradients",
    "update": "how far each parameter moves",
    "parameters": "every parameter moves",
}
_SENTENCES = {
    "batch": "The samples of this batch enter the network. Their targets wait at its end.",
    "z": "Each unit multiplies every input by its weight, adds the products up and adds its bias.",
    "a": "What does each unit answer? The activation bends its weighted sum.",
    "a_linear": "This layer has no activation: each unit answers its weighted sum as it is.",
    "a_softmax": "The sums become shares: each is raised to a power of e and divided by the total, "
    "so together they make 1.",
    "loss": "How far is the answer from the target? The loss says it in one number.",
    "loss_entropy": "How surprised is the network by the target? The less it believed in it, "
    "the larger the loss.",
    "da_output": "How would the loss change with the network's answer? This is where the error "
    "starts its way back.",
    "slope": "How strongly does each unit's answer follow its sum? The error is multiplied "
    "by this slope on its way back.",
    "da": "How much did each unit contribute to the error? Its share is the errors of the layer "
    "after it, weighted by the connections they came through.",
    "da_one": "How much did each unit contribute to the error? Its share is the output's error, "
    "weighted by the connection it came through.",
    "dx": "How would the loss change with each input? The errors go back through the first "
    "weights.",
    "dz": "The error passes the activation: it is multiplied by the slope at each unit's sum.",
    "dz_softmax": "The shares hang together: raising one sum lowers all other answers. "
    "The Jacobian J holds all these slopes.",
    "dz_fused": "Two factors lead from the loss to the output's sum. Their product is simple: "
    "answer minus target.",
    "dW": "How should each weight change? The error after it, times the activation before it.",
    "dW_batch": "This sample adds error × activation. The batch's gradient is the sum over "
    "all {batch} samples.",
    "da_feedback": "How much is each unit blamed? The errors of the layer after it come back "
    "through fixed random numbers B, not through the weights.",
    "da_feedback_residual": "How much is each unit blamed? The error comes back on two ways: "
    "through fixed random numbers B, not the weights, and unchanged on the shortcut beside them.",
    "central_differences": "Every parameter is moved up a little and then down, one after the "
    "other: the loss is looked at twice for each of {parameters}.",
    "evolution_strategies": "{half} random directions are tried, each this way and that: the "
    "gradient is their mean, each weighted by how much it raises the loss.",
    "random_search": "{population} random directions are tried from here. The best one gives the "
    "direction, and how fast it lowers the loss gives the length.",
    "random_search_failed": "{population} random directions are tried from here. None lowers the "
    "loss, so nothing moves.",
    "da_residual": "The error comes back on two ways: through the weights of the layer after it, "
    "and unchanged on the shortcut beside them.",
    "mean_batch": "What does each unit's sum come to on average? The mean is taken over all "
    "{batch} samples of the batch.",
    "mean_layer": "What do this sample's sums come to on average? The mean is taken over the "
    "units of the layer.",
    "mean_running": "A batch of one row has no mean of its own that says anything: the running "
    "statistics are used.",
    "var_batch": "How far do the samples of the batch lie from the mean? The variance is the mean "
    "of the squared distances.",
    "var_layer": "How far do the layer's sums lie from their mean? The variance is the mean of the "
    "squared distances.",
    "var_running": "With one row the running variance is used in place of that of a batch.",
    "zhat": "Each sum is moved and stretched: the mean is taken off, and what is left is divided "
    "by the deviation. The small ε keeps the root from being 0.",
    "s": "Normalized sums would all look alike. The scale γ and the shift β, which are learned, "
    "give each unit its own range back.",
    "mask": "A lot is drawn for every unit and sample: with probability {rate:g} the unit is "
    "dropped in this step, else its answer is multiplied by {kept:.4g}.",
    "h": "Dropped units answer 0, the others a little more, so that the sum stays the same on "
    "average.",
    "r": "The layer's input is added to what the layer has made of it. The layer has to learn "
    "only what is to change.",
    "da_mask": "The error of a dropped unit ends here; that of the others is multiplied by the "
    "same factor as on the way forward.",
    "dgamma": "How should scale and shift change? The error times the normalized sum, and the "
    "error itself.",
    "dgamma_batch": "This sample adds error × normalized sum to the scale, and its error to the "
    "shift. The batch's gradients are the sums over all {batch} samples.",
    "dz_norm_batch": "Every sample has moved mean and variance. So what the errors of all samples "
    "have in common is taken off, and the rest is divided by the deviation.",
    "dz_norm_layer": "Every unit has moved mean and variance. So what the errors of all units have "
    "in common is taken off, and the rest is divided by the deviation.",
    "dz_norm_running": "The running statistics do not depend on this row: the error is only "
    "multiplied by γ and divided by the deviation.",
    "half": "The gradient is stored in half precision: three digits are kept, and nothing between "
    "0 and 6e−8.",
    "half_first": "The gradient is multiplied by the loss scale S and stored in half precision: "
    "three digits are kept, and nothing between 0 and 6e−8.",
    "half_last": "The gradient is stored in half precision, and divided by the loss scale S again.",
    "running": "Outside training no batch is at hand: there these running statistics are used. "
    "They move a tenth of the way to those of the batch.",
    "penalized": "L1 pulls every weight towards zero with the same strength, small ones too: many "
    "end there.",
    "clamped": "No entry may be larger than the limit τ, upwards or downwards. What is within it "
    "stays as it is, so the direction may turn.",
    "rescaled": "A gradient longer than the limit τ is shortened to it: all its entries are "
    "multiplied by the same k, so its direction stays.",
    "decayed": "L2 pulls every weight towards zero, the more strongly the larger it is.",
    "velocity": "The gradient joins what is left of earlier ones, like a push to a rolling ball.",
    "square_sum": "Squared gradients pile up over all steps: parameters that moved much get "
    "smaller steps.",
    "square_mean": "A running mean of squared gradients tells how large this parameter's "
    "gradients are as a rule.",
    "m": "A running mean of the gradients: the direction that recent steps agree on.",
    "v": "A running mean of squared gradients tells how large this parameter's gradients are "
    "as a rule.",
    "update_sgd": "The step is the gradient times the learning rate η.",
    "update_momentum": "The step is the velocity times the learning rate η.",
    "update_nesterov": "The step looks ahead: the gradient plus where the velocity will carry on.",
    "update_scaled": "The step is the gradient over its usual size: every parameter moves at "
    "a pace of its own.",
    "update_adam": "Both means start at zero and are too small at first: dividing by 1 − βᵗ "
    "makes up for it.",
    "parameters": "Every parameter goes one step downhill: the change is subtracted. "
    "The step is finished.",
}
_RULES = {"adagrad": "scaled", "rmsprop": "scaled", "adamw": "adam"}


def title(reading: Reading) -> str:
    """Return what the op is about: "error at the hidden units"."""
    words = (_TITLES | LOCAL_TITLES)[reading.kind]
    layer = layer_in_words(reading.op.layer, reading.setting)
    return words.format(layer=layer) + (pass_words(reading.op) if reading.setting.is_local else "")


def sentence(reading: Reading) -> str:
    """Return what the op does in plain words, and what stands out in its numbers."""
    setting, layer = reading.setting, reading.op.layer
    rate = setting.layers[layer - 1].dropout if layer else 0.0
    general = (_SENTENCES | LOCAL_SENTENCES)[_key(reading)].format(
        batch=setting.batch,
        parameters=f"{reading.layout.size:,} parameters",
        population=f"{setting.training.population:,}",
        half=f"{setting.training.population // 2:,}",
        rate=rate,
        kept=1 / (1 - rate),
    )
    special = _observation(reading)
    return f"{general} {special}" if special else general


def layer_in_words(layer: int, setting: Setting) -> str:
    """Return a layer as it is spoken of: "the hidden units", "hidden layer 2", "the output"."""
    if layer == setting.layer_count:
        return "the output"
    if layer == 0:
        return "the inputs"
    return "the hidden units" if setting.layer_count == 2 else f"hidden layer {layer}"


def _key(reading: Reading) -> str:
    kind, setting = reading.kind, reading.setting
    if kind == "a":
        own = f"a_{setting.activation(reading.op.layer)}"
        return own if own in _SENTENCES else kind
    if kind == "loss":
        return "loss_entropy" if setting.loss.endswith("cross_entropy") else kind
    if kind == "half":
        return _key_of_rounding(reading)
    if kind == "random_search":
        return "random_search_failed" if _has_failed(reading) else kind
    if kind == "da" and reading.op.reads[0][0] == "B":
        return "da_feedback" if len(reading.op.reads) == 2 else "da_feedback_residual"
    if kind in ("mean", "var", "dz_norm"):
        running = setting.uses_running(reading.op.layer)
        return f"{kind}_{'running' if running else setting.normalization(reading.op.layer)}"
    if kind == "da" and len(reading.op.reads) > 2:
        return "da_residual"
    if kind == "dgamma":
        return "dgamma_batch" if setting.batch > 1 else kind
    if kind == "da":
        return "da_one" if setting.widths[reading.op.layer + 1] == 1 else kind
    if kind == "dW":
        return "dW_batch" if setting.batch > 1 else kind
    if kind == "update":
        return f"update_{_RULES.get(setting.optimizer.kind, setting.optimizer.kind)}"
    return kind


def _observation(reading: Reading) -> str:
    """Return what stands out, or nothing; nothing either before the op has run."""
    written = reading.values.get(reading.op.writes[0])
    if written is None or not reading.has_run:
        return ""
    match reading.kind:
        case "da" if len(written) > 1:
            return _largest_share(reading, written)
        case "dz":
            return _held_back(reading.values.get(reading.op.reads[1]))
        case "a" if reading.setting.activation(reading.op.layer) == "relu":
            return _silent(written)
        case "clamped":
            return _cut(reading)
        case "rescaled":
            return _shortened(reading)
        case "mask":
            return _dropped(written)
        case "half":
            return what_is_lost(reading)
        case "dz_fused" | "da_output" if len(written) == 1 and written[0]:
            return f"The answer is too {'high' if written[0] > 0 else 'low'}."
    return ""


def _has_failed(reading: Reading) -> bool:
    """Return whether a random search has found nothing better."""
    found = [reading.values.get(name) for name in reading.op.writes]
    return reading.has_run and all(value is not None and not np.any(value) for value in found)


def _largest_share(reading: Reading, written: Floats) -> str:
    order = np.argsort(np.abs(written))
    first, second = abs(float(written[order[-1]])), abs(float(written[order[-2]]))
    if first <= second * CLEAR_LEAD:
        return ""
    unit = int(order[-1]) + 1
    has_one_way = len(reading.op.reads) == 2 and reading.op.reads[0][0] != "B"
    if has_one_way and reading.setting.widths[reading.op.layer + 1] == 1:
        return f"Unit {unit} gets most: its weight is the largest."
    return f"Unit {unit} gets most."


def _held_back(slope: Floats | None) -> str:
    if slope is None:
        return ""
    weak = np.flatnonzero(np.abs(slope) < SMALL_SHARE)
    if not len(weak):
        return ""
    share = float(slope[weak[0]])
    if len(weak) == 1:
        amount = "nothing" if share == 0 else "hardly anything"
        return f"Unit {weak[0] + 1} lets {amount} through."
    return f"{len(weak)} of {len(slope)} units let hardly anything through."


def _cut(reading: Reading) -> str:
    count, size = int(reading.values["cut"]), reading.layout.size
    if not count:
        return f"Here all {size:,} entries are within it."
    return f"Here {count:,} of {size:,} entries {'are' if count > 1 else 'is'} cut."


def _shortened(reading: Reading) -> str:
    norm, factor = float(reading.values["norm"]), float(reading.values["factor"])
    if factor == 1:
        return f"This one has length {number(norm, 3)} and stays as it is."
    return f"This one has length {number(norm, 3)}: k is {number(factor, 3)}."


def _key_of_rounding(reading: Reading) -> str:
    if is_first(reading.op, reading.setting):
        return "half_first"
    return "half_last" if leaves_the_pass(reading.op.writes[0]) else "half"


def _dropped(mask: Floats) -> str:
    count = int(np.sum(mask == 0))
    if not count:
        return "For this sample none is dropped."
    are = "is" if count == 1 else "are"
    return f"For this sample {count} of {len(mask)} {are} dropped."


def _silent(answers: Floats) -> str:
    count = int(np.sum(answers == 0))
    if not count:
        return ""
    units = "1 unit answers" if count == 1 else f"{count} units answer"
    return f"{units} 0, of {len(answers)}."
