"""The parts of the stage: where everything stands, what is written there, and the paint."""
