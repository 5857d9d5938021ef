"""What one training step is: a flat list of small operations over preallocated arrays."""
