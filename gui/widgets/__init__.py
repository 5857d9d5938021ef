"""Controls that the panels share: each is one file, keyboard operable, and free of ``core``."""
