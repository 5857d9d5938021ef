"""The tour: six bubbles that point at what matters, shown once and to be found again."""
