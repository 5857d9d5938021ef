"""What pointer and keys do in each picture and table, as data: for people and screen readers.

Commands of the window are not here: their keys stand on their actions. A widget is named by its
accessible name; a test compares this table with the widgets that answer to pointer or keys.
"""

from __future__ import annotations

Line = tuple[str, str]

# Accessible name to pairs of gesture and effect, by the panel's title.
GESTURES: dict[str, dict[str, tuple[Line, ...]]] = {
    "Network": {
        "Network diagram": (
            ("Point", "read value, gradient and last update of a unit, a bias or a weight"),
            ("Click", "keep that reading; on a pill such as “25 more”: open the layer"),
            ("Right click", "choose the scale of the widths, copy or save the picture"),
            ("Arrow keys", "walk over units, biases and layers"),
            ("Page Up, Page Down", "walk over the weights into the selected unit"),
            ("+, −", "add a unit to the selected layer, or take one away"),
            ("Insert", "insert a layer after the selected one"),
            (
                "Return, F2, double click",
                "type a value for the selected weight or bias; open a pill",
            ),
            (
                "Drag up or down, Ctrl and wheel",
                "change the selected weight or bias; with Shift finely",
            ),
            ("Delete", "remove the layer of the selected unit"),
            ("T", "show the units as a table, or the diagram again"),
            ("Esc", "select nothing"),
            ("Space", "run or pause"),
        ),
        "Units of the network": (
            ("Return, double click", "type another bias or weight"),
            ("Ctrl+C", "copy the whole table"),
            ("T", "show the diagram again"),
        ),
    },
    "Output": {
        "Output map": (
            ("Point", "read the network's answer at that place"),
            ("Click", "choose the data point there and look at it everywhere"),
            ("Right click", "copy or save the picture"),
            ("Arrow keys", "move the cross; with Shift four steps at once"),
            ("Return", "choose the data point nearest to the cross"),
            ("Click or stroke with the brush", "add points; right click or Erase takes them away"),
        ),
        "Predicted against true": (
            ("Point, arrow keys", "read a row's prediction and true value"),
            ("Click, Return", "choose the row and look at it everywhere"),
        ),
        "Goodness of each label": (
            ("Point, arrow keys", "read what each hidden layer gives to a label"),
        ),
        "Samples": (
            ("Point", "read truth and prediction of a sample"),
            ("Click", "choose the sample and look at it everywhere"),
            ("Wheel, Page Up, Page Down", "turn the page"),
            ("Arrow keys", "choose the next sample"),
        ),
        "Confusion matrix, rows: truth, columns: predicted": (
            ("Point, arrow keys", "read how often one class was taken for another"),
            ("Right click", "copy or save the picture"),
        ),
    },
    "Loss": {
        "Loss over steps": (
            ("Point", "read every curve at that step"),
            ("Drag", "frame a part and look at it"),
            ("Shift and drag, or the middle button", "move the view"),
            ("Wheel", "look closer; over an axis, along it alone; with Shift, along the steps"),
            ("Double click, 0", "show all"),
            ("+, −", "look closer, look from farther"),
            ("Left, Right, Home, End", "read from value to value"),
            ("Up, Down, or Shift and an arrow key", "move the view"),
            ("T", "show the numbers as a table, or the plot again"),
            ("Esc", "read nothing"),
        ),
        "Losses by step": (("Ctrl+C", "copy the whole table"),),
    },
    "Trace": {
        "Operations of the step": (
            ("Click", "explain an operation; on a phase: fold it or open it"),
            ("Double click, Return", "take the run to that operation"),
            ("Left, Right", "fold a phase, open it"),
        ),
        "Operation": (
            ("Point", "light a number up wherever it occurs"),
            ("Wheel, Up, Down, Page Up, Page Down, Home, End", "go through the entries"),
        ),
    },
    "Step mode": {
        "Stage": (
            ("Point", "light a number up wherever it occurs"),
            ("Click", "choose a weight or a bias; on a layer's head: open the layer"),
            ("Arrow keys", "walk over numbers and edges"),
            ("Return", "choose the weight or bias that is pointed at"),
            ("O", "open the layer, or close it"),
            ("Esc", "point at nothing"),
        ),
        "Op tape": (
            ("Click", "take the run to that operation"),
            ("Left, Right", "walk over the operations; Return takes the run there"),
        ),
        "Factors of the gradient": (
            ("Point, arrow keys", "light a factor up wherever it occurs"),
            ("Right click", "copy or save the picture"),
        ),
        "Share of each sample": (
            ("Click", "look at the step of that sample"),
            ("Arrow keys", "walk over the samples; Return chooses one"),
        ),
        "Parameters": (
            ("Point", "light a parameter up wherever it occurs"),
            ("Click, Up, Down", "choose the parameter that is explained"),
        ),
    },
    "Windows": {
        "Commands": (
            ("Type", "find commands and presets by words or first letters"),
            ("Up, Down, Page Up, Page Down", "choose a command"),
            ("Return, click", "run it"),
            ("Esc", "close the palette"),
        ),
        "Signal corridor": (("Point, arrow keys", "read the signals of a layer"),),
        "Signals by layer": (("Ctrl+C", "copy the whole table"),),
        "Distributions over the run": (
            ("Point", "read a moment of a layer and the share of its entries below the pointer"),
            ("Arrow keys", "walk over the moments and layers"),
            ("Right click", "copy or save the picture"),
        ),
        "Distributions by layer and step": (("Ctrl+C", "copy the whole table"),),
        "Derivatives": (
            ("Click, Up, Down", "show how the error of a derivative follows the step h"),
        ),
        "Columns and first rows": (
            ("Click, Left, Right", "choose a column of a table that is opened"),
            ("I, T, L", "make it an input, the target, or leave it out"),
        ),
    },
    "Panels": {
        "": (
            ("Drag a head", "move the panel beside, onto or out of another place"),
            ("Right click on a head", "move, float or hide the panel"),
            (
                "Drag a gap, or its arrow keys",
                "give the panels beside it other sizes; Home undoes it",
            ),
        ),
    },
    "Controls": {
        "": (
            ("Return", "take what is typed"),
            ("Esc", "take the typing back"),
            ("Up, Down", "count up or down; on a learning rate: a tenth of a decade"),
            ("Page Up, Page Down", "a decade of a learning rate"),
            ("Wheel", "change a slider or a list that has the focus"),
        ),
    },
}


def how_to(name: str) -> str:
    """Return in a sentence or two what the widget with accessible name ``name`` answers to.

    Raises:
        KeyError: there is no such widget in the table.
    """
    lines = {name: lines for panel in GESTURES.values() for name, lines in panel.items()}[name]
    return " ".join(f"{gesture}: {effect}." for gesture, effect in lines)
