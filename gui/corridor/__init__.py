"""The parts of the signal corridor's window: chart, readout, table, and when they are renewed."""
