"""The parts of the window that compares the ways to a gradient."""
