"""The parts of the gradients panel: ridges of histograms, one row a layer, and their table."""
