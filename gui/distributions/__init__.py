"""The parts of the window of weights and gradients over the run: a strip a layer, and the table."""
