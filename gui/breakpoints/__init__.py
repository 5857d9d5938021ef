"""The parts of the dialog in which breakpoints are listed, added and removed."""
