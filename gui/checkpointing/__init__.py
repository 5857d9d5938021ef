"""The parts of the window "Gradient checkpointing"."""
