"""The parts of the samples panel: pages of rows, as pictures or as a table."""
