"""The dialog of own data alone: uses of columns by keys and clicks, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.data.loading import Choice, Plan, propose, read_table
from gui.panels.own_data_dialog import OwnDataDialog
from gui.theme import apply_theme

LEFT = Qt.MouseButton.LeftButton
# 20 rows; one length and one colour are missing.
ROWS = "id;length;colour;note;species\n" + "".join(
    f"{i};{'' if i == 3 else f'{i},5'};{'' if i == 5 else ('red', 'blue')[i % 2]};word {i};"
    f"{('rose', 'iris', 'tulip')[i % 3]}\n"
    for i in range(1, 21)
)
USES = {
    "id": "Left out",
    "length": "Input",
    "colour": "Input",
    "note": "Left out",
    "species": "Target",
}

Used = list[tuple[Choice, Plan]]


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> OwnDataDialog:
    """Return the dialog on the table above, with what is proposed."""
    apply_theme(qapp, "dark")
    shown = OwnDataDialog()
    qtbot.addWidget(shown)
    show(shown, tmp_path, ROWS)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    return shown


def show(dialog: OwnDataDialog, folder: Path, text: str) -> None:
    file = folder / "flowers.csv"
    file.write_text(text)
    table = read_table(file)
    dialog.show_table(table, propose(table), 0.2)


def uses(dialog: OwnDataDialog) -> dict[str, str]:
    """Return what stands under the name of every column."""
    model = dialog.columns.columns
    heads = [
        str(model.headerData(column, Qt.Orientation.Horizontal)).split("\n")[0]
        for column in range(model.columnCount())
    ]
    return {name: str(model.data(model.index(0, column))) for column, name in enumerate(heads)}


def keys(qtbot: QtBot, dialog: OwnDataDialog, *pressed: Qt.Key) -> None:
    for key in pressed:
        qtbot.keyClick(dialog.columns, key)


def press(qtbot: QtBot, dialog: OwnDataDialog, name: str) -> None:
    button = next(
        b for b in dialog.findChildren(QAbstractButton) if name in (b.accessibleName(), b.text())
    )
    qtbot.mouseClick(button, LEFT)


def test_what_is_proposed_and_what_comes_of_it_can_be_read(dialog: OwnDataDialog) -> None:
    assert uses(dialog) == USES
    assert dialog.outcome() == (
        "2 inputs → 3 after one-hot, 3 classes (iris, rose, tulip), 16 training + 4 test rows"
    )
    model = dialog.columns.columns
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(5)]
    assert heads == [
        "id\nnumber",
        "length\nnumber, 1 missing",
        "colour\ntext, 2 kinds, 1 missing",
        "note\ntext, 20 kinds",
        "species\ntext, 3 kinds",
    ]


def test_columns_get_their_use_by_keys(qtbot: QtBot, dialog: OwnDataDialog) -> None:
    used: Used = []
    dialog.used.connect(lambda choice, plan: used.append((choice, plan)))
    keys(qtbot, dialog, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_L)
    assert uses(dialog) == USES | {"colour": "Left out"}
    keys(qtbot, dialog, Qt.Key.Key_Left, Qt.Key.Key_T)
    # Lengths are a target of numbers; the former target is an input now.
    assert uses(dialog) == USES | {"colour": "Left out", "length": "Target", "species": "Input"}
    assert dialog.task.selected_key() == "regression"
    keys(qtbot, dialog, Qt.Key.Key_Left, Qt.Key.Key_I)
    assert uses(dialog)["id"] == "Input"
    # One length is missing, and a target cannot be filled in.
    assert dialog.outcome().startswith('line 4, column "length": the value is missing; leave such')
    keys(qtbot, dialog, Qt.Key.Key_Return)
    assert not used
    press(qtbot, dialog, "Missing values: Leave rows out")
    assert dialog.outcome() == (
        "2 inputs → 4 after one-hot, numbers to fit, 15 training + 4 test rows"
    )
    keys(qtbot, dialog, Qt.Key.Key_Return)
    ((choice, plan),) = used
    assert choice == Choice("length", ("id", "species"), "regression", "drop")
    assert (plan.width, plan.row_count) == (4, 19)
    assert not dialog.isVisible()


def test_columns_get_their_use_by_clicks(qtbot: QtBot, dialog: OwnDataDialog) -> None:
    view = dialog.columns
    place = view.visualRect(view.model().index(2, 1)).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    assert view.current_name() == "length"
    press(qtbot, dialog, "Use of the column: Left out")
    assert uses(dialog) == USES | {"length": "Left out"}
    view.choose(4)
    press(qtbot, dialog, "Use of the column: Left out")
    assert dialog.outcome() == "no column is the target; choose one"
    assert not dialog.use.isEnabled()
    press(qtbot, dialog, "Use of the column: Target")
    assert dialog.use.isEnabled()


def test_a_target_of_texts_has_classes_only(qtbot: QtBot, dialog: OwnDataDialog) -> None:
    assert not dialog.task.segment("regression").isEnabled()
    assert dialog.task.segment("regression").toolTip() == "Not now: the target holds texts."
    assert dialog.standardize.toolTip().endswith("\nNot now: the target is classes.")
    keys(qtbot, dialog, *[Qt.Key.Key_Left] * 4, Qt.Key.Key_T)
    assert dialog.task.segment("regression").isEnabled()
    assert "Not now" not in dialog.task.segment("regression").toolTip()
    assert "Not now" not in dialog.standardize.toolTip()
    press(qtbot, dialog, "Task: Classification")
    assert "20 classes" in dialog.outcome()


def test_missing_values_are_asked_about_only_where_some_are(
    qtbot: QtBot, dialog: OwnDataDialog, tmp_path: Path
) -> None:
    assert dialog.missing.isEnabled()
    show(dialog, tmp_path, "a,b\n1.5,2.5\n2.5,4.5\n")
    assert not dialog.missing.isEnabled()
    assert dialog.missing.toolTip().startswith("Not now: no value")
    assert dialog.outcome() == "1 input, numbers to fit, 2 training + 0 test rows"


def test_a_long_name_ends_in_dots_and_is_whole_where_the_pointer_rests(
    dialog: OwnDataDialog, tmp_path: Path
) -> None:
    name = "the mean temperature of the greenhouse between six and nine in the morning"
    show(dialog, tmp_path, f"{name},y\n1.5,2.5\n2.5,4.5\n")
    dialog.columns.choose(0)
    header = dialog.columns.horizontalHeader()
    short, kind = str(dialog.columns.columns.headerData(0, Qt.Orientation.Horizontal)).split("\n")
    assert short.endswith("…")
    assert name.startswith(short.removesuffix("…"))
    assert kind == "number"
    assert header.fontMetrics().horizontalAdvance(short) < header.sectionSize(0)
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        words = dialog.columns.columns.headerData(0, Qt.Orientation.Horizontal, role)
        assert words == f"{name}: number"


def test_everything_is_named_and_reached_by_tab(qtbot: QtBot, dialog: OwnDataDialog) -> None:
    stops: list[QWidget] = []
    dialog.columns.setFocus()
    for _ in range(12):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in stops:
            break
        stops.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    names = [
        stop.accessibleName() or (stop.text() if isinstance(stop, QAbstractButton) else "")
        for stop in stops
    ]
    assert set(names) == {
        "Columns and first rows",
        "Use of the column: Target",
        "Task: Classification",
        "Missing values: Fill in",
        "The first line holds names",
        "Use these data",
        "Cancel",
    }
