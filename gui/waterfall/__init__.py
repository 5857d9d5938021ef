"""The parts of the waterfall of a gradient."""
