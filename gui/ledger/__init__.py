"""The parts of the parameter table."""
