"""The parts of the confusion panel: the matrix and its geometry."""
