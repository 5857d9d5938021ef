"""The parts of the command palette: which commands there are, which are meant, how they look."""
