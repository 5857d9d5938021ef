"""Signals and paint events by the thousand, in a process of their own.

Some versions of the bindings lose a reference to None, True or False with each call and abort the
process after a few hundred; only a process that lives through thousands shows that these do not.
"""

from __future__ import annotations

import os
import subprocess
import sys

COUNT = 5_000
PROGRAM = f"""
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

class Sender(QObject):
    flagged = Signal(bool)
    handed = Signal(object)

class Receiver(QWidget):
    received = painted = 0

    @Slot(bool)
    def on_flagged(self, flag: bool) -> None:
        self.received += flag

    @Slot(object)
    def on_handed(self, value: object) -> None:
        self.received += value is None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.drawLine(0, 0, 8, 8)
        painter.end()
        self.painted += 1

application = QApplication([])
sender, receiver = Sender(), Receiver()
sender.flagged.connect(receiver.on_flagged)
sender.handed.connect(receiver.on_handed)
receiver.resize(8, 8)
receiver.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
receiver.show()
application.processEvents()
receiver.received = receiver.painted = 0
for _ in range({COUNT}):
    sender.flagged.emit(True)
    sender.handed.emit(None)
    receiver.repaint()
print(receiver.received, receiver.painted)
"""


def test_process_lives_through_thousands_of_signals_and_paint_events() -> None:
    result = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stderr == ""
    assert result.returncode == 0
    assert result.stdout.split() == [str(2 * COUNT), str(COUNT)]
