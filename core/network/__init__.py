"""What a network is: its parameters, activations, losses and start values."""
