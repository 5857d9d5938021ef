"""The network diagram, one idea a file: what is shown, where it lies, how it is painted and hit.

``canvas`` is the widget that joins the parts; nothing here knows the runner or starts a change.
"""
