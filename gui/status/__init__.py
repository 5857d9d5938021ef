"""The parts of the status bar: the state, the line of news and the badge."""
