"""What goes wrong in a run: statistics of the layers, findings and the rules that raise them."""
