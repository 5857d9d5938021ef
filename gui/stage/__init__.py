"""The parts of the stage: where everything stands, what is written there, paint and input."""
