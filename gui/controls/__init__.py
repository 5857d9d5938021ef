"""The parts of the controls column: sections and rows that show a spec and ask for changes."""
