"""The window: PySide6 and pyqtgraph over ``core``.

Panels show snapshots and send commands; nothing here computes what ``core`` could.
"""
