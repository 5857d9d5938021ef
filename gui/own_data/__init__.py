"""The parts of the dialog in which the columns of a data file are chosen."""
