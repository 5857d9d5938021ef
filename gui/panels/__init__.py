"""The panels of the window: each shows snapshots and tells by signals what the user asks for."""
