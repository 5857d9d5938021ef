"""The parts of the warnings panel: cards with evidence and cures, trials, and the log."""
