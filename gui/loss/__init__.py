"""The parts of the loss panel: the plot, its axes and decoration, and what it reads out."""
