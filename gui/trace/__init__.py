"""The parts of the trace panel: the list of ops, one op up close, and formulas."""
