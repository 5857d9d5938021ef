"""What a run is: the trainer, its log, the pictures taken of it and the thread that drives it."""
