"""Starts the installed program: the commands ``nablascope`` and ``nablascope-cli`` come here.

In the wheel ``main.py``, ``core``, ``gui`` and ``resources`` lie beside this file. They import
each other by the names that they have in the source tree, so this folder is the first place to look
for them. That concerns the program's own process alone: what is installed is one package, and no
other program meets the names ``core`` and ``gui``.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the program and return its exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
