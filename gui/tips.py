"""One sentence for each control that is known by its accessible name, with the unit where one is.

Controls whose words depend on the run write their tooltip themselves. A sentence serves every
control whose name begins with a key that ends in "of" or a colon ("Units of" all layers).
"""

from __future__ import annotations

SENTENCES = {
    "Hidden layers": "how many layers lie between the inputs and the output layer",
    "Units of": "how many units this layer has",
    "Activation of": "the function that follows z = W a + b in this layer",
    "Activation": "the function that follows z = W a + b in all hidden layers",
    "Initializer": "how the first weights are drawn; another one starts the run anew",
    "Loss": "what training makes small; the mean over the samples",
    "Optimizer": "the rule that turns a gradient into an update",
    "Learning rate": "how far a step goes against the gradient; has no unit, counts at once",
    "Learning rate slider": "how far a step goes against the gradient; logarithmic",
    "Seed": "the number that all random draws follow from; another one starts the run anew",
    "Points": "which rows of the data are drawn over the map",
    "Rows shown": "which rows of the data are listed",
    "Right column: Output": "show what the network answers",
    "Right column: Trace": "show the operations of the step, one by one",
    "Right column: Warnings": "show what has been found wrong, and what mends it",
    "Breakpoint when": "what has to happen for training to pause",
    "Layer": "the layer that is watched, or any",
    "Low": "pause where the RMS of a layer's gradient is smaller than this",
    "High": "pause where the RMS of a layer's gradient is larger than this; empty for no limit",
    "Factor": "pause where the loss is so many times the median of the last 32 batches",
    "Step": "pause once this many updates are done",
    "Rows: Training rows": "send the rows through that the network learns from",
    "Rows: Batch at hand": "send the rows of this step through",
    "Use of the column:": "whether the network learns from it, predicts it, or never sees it",
    "Task:": "whether the target is a class or a number",
    "Missing values:": "what becomes of rows in which a cell is empty",
    "A click adds:": "what a click on the map adds, or whether it erases",
    "View: Chart": "show the signals as curves",
    "View: Table": "show the signals as numbers",
    "Over time: Weights": "show where the weights and biases of every layer have been",
    "Over time: Gradients": "show how large the gradient entries of every layer have been",
    "Axis: Values": "put values with their signs on the axis; every layer has its own",
    "Axis: Sizes, log": "put absolute values on a logarithmic axis that all layers share",
    "Shown as: Chart": "show the moments as a picture",
    "Shown as: Table": "show the moments as numbers",
}


def tip(name: str) -> str:
    """Return name and sentence for the control called ``name``, or "" if none is known."""
    known = [
        key
        for key in SENTENCES
        if name == key or (key.endswith((" of", ":")) and name.startswith(key))
    ]
    return f"{name}: {SENTENCES[max(known, key=len)]}" if known else ""
