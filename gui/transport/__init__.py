"""The parts of the transport bar: the play button and the numbers of the run."""
