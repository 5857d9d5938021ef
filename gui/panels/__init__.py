"""The panels of the window: each shows snapshots and tells by signals what the user asks for.

One file is one panel; the parts that it is made of are in a package of the subject, such as
``gui.loss`` or ``gui.trace``.
"""
