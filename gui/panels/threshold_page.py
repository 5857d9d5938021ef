"""The page of the preferences about warnings: one row for each threshold, under its kind.

A row says what is compared and when that warns, takes another value, and puts the measured one
back. What is typed is checked by the field, and what it refuses is told as one line.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.diagnosis.thresholds import THRESHOLDS, Threshold
from gui.numbers import format_setting
from gui.places.scrolling import scrollable
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.threshold_keeper import ThresholdKeeper
from gui.widgets.icon_button import IconButton
from gui.widgets.number_field import NumberField
from gui.widgets.paragraph import Paragraph

FIELD_PIXELS = 92


class ThresholdRow(QObject):
    """One threshold.

    Attributes:
        field: its value.
        back: the button that puts the measured value back.

    Signals:
        wanted: the name and the value that the user wants.
    """

    wanted = Signal(str, float)

    def __init__(self, threshold: Threshold, parent: QObject) -> None:
        """Make the parts; ``place`` puts them into a grid."""
        super().__init__(parent)
        self.threshold = threshold
        default = format_setting(threshold.default)
        self._title = with_role(QLabel(threshold.title), "emphasis")
        self._sentence = Paragraph("caption", threshold.sentence)
        self.field = NumberField(threshold.low, threshold.high, name=threshold.title)
        self.field.setToolTip(f"{threshold.title}: {threshold.sentence} Measured: {default}.")
        self.field.setAccessibleDescription(f"{threshold.sentence} {threshold.unit}")
        self._title.setBuddy(self.field)
        self._unit = with_role(QLabel(), "caption")
        self.back = IconButton(
            "reset", f"{threshold.title}: back to the measured {default}", size=24
        )
        self.field.value_changed.connect(self._want)
        self.back.clicked.connect(partial(self._want, threshold.default))

    def place(self, grid: QGridLayout, row: int) -> None:
        """Put the parts into two lines of ``grid`` and leave a third one empty."""
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._title, row, 0)
        grid.addWidget(self.field, row, 1)
        grid.addWidget(self.back, row, 2)
        grid.addWidget(self._sentence, row + 1, 0, top)
        grid.addWidget(self._unit, row + 1, 1, 1, 2, top)

    def show_value(self, value: float) -> None:
        """Show the value in force, and whether it is the measured one."""
        is_own = value != self.threshold.default
        self.field.set_value(value)
        default = format_setting(self.threshold.default)
        origin = f"yours; as measured: {default}" if is_own else "as measured"
        self._unit.setText(f"{self.threshold.unit}\n{origin}")
        self.back.setEnabled(is_own)

    def restyle(self) -> None:
        """Take the size of the text."""
        self.field.setMinimumWidth(scaled(FIELD_PIXELS))

    @Slot(float)
    def _want(self, value: float, *_: object) -> None:
        self.wanted.emit(self.threshold.name, value)


class ThresholdPage(QWidget):
    """All thresholds.

    Attributes:
        rows: by name.

    Signals:
        refused: one line about what was typed and is no value; "" once it is forgiven.
    """

    refused = Signal(str)

    def __init__(self, keeper: ThresholdKeeper) -> None:
        """Show and change the thresholds of ``keeper``."""
        super().__init__()
        self._keeper = keeper
        self.rows = {each.name: ThresholdRow(each, self) for each in THRESHOLDS}
        self._contents = QWidget()
        self._grid = QGridLayout(self._contents)
        self._grid.setColumnStretch(0, 1)
        self._heads: list[QLabel] = []
        self._gaps: list[int] = []
        line = 0
        for kind, group in groupby(THRESHOLDS, lambda each: each.kind):
            head = with_role(QLabel(kind), "title")
            self._heads.append(head)
            self._grid.addWidget(head, line, 0, 1, 3)
            line += 1
            for each in group:
                self.rows[each.name].place(self._grid, line)
                self._gaps.append(line + 2)
                line += 3
        self._grid.setRowStretch(line, 1)
        self._area: QScrollArea = scrollable(self._contents)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        for row in self.rows.values():
            row.wanted.connect(self._change)
            row.field.refused.connect(self.refused)
            for part in (row.field, row.back):
                part.installEventFilter(self)
        keeper.changed.connect(self._show)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring what has the focus into view."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._area.ensureWidgetVisible(watched, 0, scaled(48))
        return super().eventFilter(watched, event)

    @Slot(str, float)
    def _change(self, name: str, value: float) -> None:
        self.refused.emit("")
        self._keeper.change(name, value)

    @Slot()
    def _show(self) -> None:
        for name, row in self.rows.items():
            row.show_value(getattr(self._keeper.current, name))

    @Slot()
    def _restyle(self) -> None:
        self._grid.setContentsMargins(0, 0, scaled(14), scaled(8))
        self._grid.setHorizontalSpacing(scaled(10))
        self._grid.setVerticalSpacing(scaled(2))
        for gap in self._gaps:
            self._grid.setRowMinimumHeight(gap, scaled(6))
        for head in self._heads:
            head.setContentsMargins(0, scaled(6), 0, scaled(2))
        for row in self.rows.values():
            row.restyle()
