"""What keys and pointer do, and how it is found: the contents of the help window."""
