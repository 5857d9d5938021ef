"""A person brings data of their own: opens or drops a table, chooses columns, and gets a run."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from core import ExperimentSpec
from core.presets import load_preset
from gui.panels.own_data_dialog import OwnDataDialog
from tests.gui.driver import Driver

CONTROL = Qt.KeyboardModifier.ControlModifier
# 20 rows; one length and one colour are missing.
ROWS = "id;length;colour;note;species\n" + "".join(
    f"{i};{'' if i == 3 else f'{i},5'};{'' if i == 5 else ('red', 'blue')[i % 2]};word {i};"
    f"{('rose', 'iris', 'tulip')[i % 3]}\n"
    for i in range(1, 21)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text(ROWS)
    return path


HOW = Qt.DropAction.CopyAction
WITH = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drag(window: QWidget, mime: QMimeData) -> bool:
    """Drag something over the middle of the window; return whether it is ready to take it."""
    place: Any = QPointF(window.rect().center())
    try:
        enter = QDragEnterEvent(place, HOW, mime, *WITH)
    except TypeError:
        # Before Qt 6.12 it is a place in whole pixels.
        enter = QDragEnterEvent(place.toPoint(), HOW, mime, *WITH)
    QApplication.sendEvent(window, enter)
    return enter.isAccepted()


def drop(window: QWidget, *paths: Path) -> bool:
    """Drag files over the window and let them fall; return whether it was ready to take them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    is_ready = drag(window, mime)
    place = QPointF(window.rect().center())
    QApplication.sendEvent(window, QDropEvent(place, HOW, mime, *WITH, QEvent.Type.Drop))
    return is_ready


def opened(driver: Driver, file: Path) -> OwnDataDialog:
    """Drop a table and wait for the dialog."""
    assert drop(driver.window, file)
    return dialog(driver)


def dialog(driver: Driver) -> OwnDataDialog:
    driver.settle()
    found = driver.window.data.dialog
    assert found is not None
    assert found.isVisible()
    return found


def roles(shown: OwnDataDialog) -> dict[str, str]:
    """Return what stands under the name of every column."""
    model = shown.columns.columns
    heads = [
        str(model.headerData(column, Qt.Orientation.Horizontal)).split("\n")[0]
        for column in range(model.columnCount())
    ]
    return {name: str(model.data(model.index(0, column))) for column, name in enumerate(heads)}


def test_a_table_is_opened_looked_at_and_used(
    driver: Driver, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    before = driver.spec
    driver.key(driver.window.transport.play, Qt.Key.Key_D, CONTROL)
    shown = dialog(driver)
    assert roles(shown) == {
        "id": "Left out",
        "length": "Input",
        "colour": "Input",
        "note": "Left out",
        "species": "Target",
    }
    assert shown.outcome() == (
        "2 inputs → 3 after one-hot, 3 classes (iris, rose, tulip), 16 training + 4 test rows"
    )
    assert driver.spec is before
    driver.press("Use these data")
    after = driver.settle()
    assert not shown.isVisible()
    assert (after.spec.data.kind, after.spec.data.path) == ("file", str(file))
    assert (len(after.dataset.targets), after.layout.widths) == (16, (3, 8, 8, 3))
    assert after.dataset.feature_names == ("length", "colour=blue", "colour=red")
    assert driver.window.windowTitle() == "flowers.csv — Nablascope"
    assert "3 units (softmax), the loss cross-entropy" in driver.news


def test_one_undo_brings_back_the_run_that_was(driver: Driver, file: Path) -> None:
    for _ in range(3):
        driver.press("Step batch")
    before = driver.settle()
    opened(driver, file)
    driver.press("Use these data")
    driver.settle()
    driver.press("Step batch")
    assert driver.settle().step == 1
    assert driver.window.changes.undo.text() == "Undo data set flowers.csv"
    driver.trigger("Edit", "Undo data set flowers.csv")
    after = driver.settle()
    assert (after.spec, after.step) == (before.spec, 3)
    assert after.maps is not None
    assert before.maps is not None
    np.testing.assert_array_equal(after.maps.output, before.maps.output)
    driver.trigger("Edit", driver.window.changes.redo.text())
    assert driver.settle().dataset.name == "flowers.csv"


def test_cancelling_changes_nothing(driver: Driver, file: Path) -> None:
    before = driver.spec
    shown = opened(driver, file)
    driver.press("Cancel")
    assert not shown.isVisible()
    opened(driver, file)
    driver.key(shown.columns, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert driver.settle().spec is before


def test_the_first_line_can_be_a_row(driver: Driver, tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("sun,yes\nrain,no\nsun,no\nsnow,no\n")
    shown = opened(driver, path)
    assert not shown.header.isChecked()
    assert list(roles(shown)) == ["column 1", "column 2"]
    driver.click(shown.header)
    driver.settle()
    assert list(roles(shown)) == ["sun", "yes"]
    driver.click(shown.header)
    driver.settle()
    driver.press("Use these data")
    assert driver.settle().spec.data.header is False


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_the_dialog_opens_as_large_as_suits_the_window(
    driver: Driver, file: Path, width: int, height: int
) -> None:
    driver.window.resize(width, height)
    shown = opened(driver, file)
    assert 0.5 < shown.width() / width < 0.9
    assert 0.6 < shown.height() / height < 0.9


def test_the_picture_of_own_data_shows_the_present_choice_again(driver: Driver, file: Path) -> None:
    shown = opened(driver, file)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_L):
        driver.key(shown.columns, key)
    driver.press("Use these data")
    driver.settle()
    assert driver.window.controls.data.sets.selected_key() == "file"
    driver.press("Own data")
    assert dialog(driver).isVisible()
    assert roles(shown)["colour"] == "Left out"
    driver.press("Cancel")
    driver.press("Iris")
    iris = driver.settle().spec.data
    assert (iris.kind, iris.path, iris.target, iris.features) == ("iris", None, None, None)


def test_the_plus_among_the_data_sets_asks_for_a_file(
    driver: Driver, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    driver.press("Open data…")
    assert driver.settle().spec.data.kind == "spiral"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    driver.press("Open data…")
    assert dialog(driver).isVisible()
    assert driver.window.controls.data.sets.selected_key() == "spiral"


def test_a_table_opens_beside_a_run_and_the_run_goes_on(driver: Driver, file: Path) -> None:
    driver.run_until(5)
    drop(driver.window, file)
    driver.wait(lambda: (d := driver.window.data.dialog) is not None and d.isVisible())
    step = driver.snapshot.step
    driver.wait(lambda: driver.snapshot.step > step)
    driver.press("Cancel")
    driver.pause()


def test_a_dropped_specification_opens(driver: Driver, tmp_path: Path) -> None:
    path = tmp_path / "moons.toml"
    load_preset("moons").save(path)
    assert drop(driver.window, path)
    assert driver.settle().spec == load_preset("moons")
    assert driver.window.windowTitle() == "moons.toml — Nablascope"


def test_anything_else_that_is_dropped_is_one_line(driver: Driver, tmp_path: Path) -> None:
    before = driver.snapshot
    for paths in ((tmp_path / "cat.png",), (tmp_path / "a.csv", tmp_path / "b.csv")):
        drop(driver.window, *paths)
        assert "drop a table (.csv" in driver.news
    assert driver.settle() is before
    mime = QMimeData()
    mime.setText("words")
    assert not drag(driver.window, mime)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a,b\n1,2\n3\n", 'line 3, column 2 ("b"): missing'),
        ("", "is empty"),
        ("a\n1\n", "line 1: found one column"),
    ],
)
def test_a_bad_table_is_one_line_and_leaves_all_as_it_is(
    driver: Driver, tmp_path: Path, text: str, line: str
) -> None:
    before, path = driver.spec, tmp_path / "bad.csv"
    path.write_text(text)
    drop(driver.window, path)
    assert driver.settle().spec is before
    assert driver.news.startswith(f"{path}: {line}")
    assert driver.window.data.dialog is None


def test_data_that_fit_the_output_layer_leave_it(driver: Driver, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,b,y\n" + "".join(f"{i % 5},{i % 3},{i % 2}\n" for i in range(30)))
    before = driver.spec
    opened(driver, path)
    driver.press("Use these data")
    after = driver.settle()
    assert after.spec.network == before.network
    assert after.spec.training == before.training
    # Two columns of small numbers lie in the square of the output map.
    assert after.maps is not None


def test_own_data_are_saved_and_opened_again(
    driver: Driver, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(driver, file)
    driver.press("Use these data")
    saved = driver.settle().spec
    path = file.parent / "mine.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    driver.trigger("File", "Save")
    assert ExperimentSpec.load(path) == saved
    driver.trigger("Presets", "Handwritten digits")
    driver.settle()
    drop(driver.window, path)
    assert driver.settle().spec == saved


def test_the_same_choice_of_a_file_that_has_changed_begins_with_what_is_in_it(
    driver: Driver, file: Path
) -> None:
    opened(driver, file)
    driver.press("Use these data")
    driver.press("Step batch")
    before = driver.settle()
    file.write_text(ROWS + "21;2,5;red;word;rose\n" * 5)
    opened(driver, file)
    driver.press("Use these data")
    after = driver.settle()
    assert (after.spec, after.step) == (before.spec, 0)
    assert (len(before.dataset.inputs), len(after.dataset.inputs)) == (16, 20)


def test_a_file_that_is_gone_refuses_a_new_start_in_one_line(driver: Driver, file: Path) -> None:
    opened(driver, file)
    driver.press("Use these data")
    driver.settle()
    file.unlink()
    driver.enter("Seed", "5")
    assert driver.settle().spec.seed == 0
    assert driver.news == f"{file}: there is no such file"
    driver.press("Step batch")
    assert driver.settle().step == 1


def test_names_as_long_as_sentences_leave_room_for_the_network(
    driver: Driver, tmp_path: Path
) -> None:
    question = "How likely are you to recommend us to a friend or a colleague of yours"
    answers = [f"{word} come back under any circumstances whatsoever" for word in "abc"]
    rows = "".join(f"{i};{i * i};{answers[i % 3]}\n" for i in range(30))
    path = tmp_path / "survey.csv"
    path.write_text(f"{question};{question * 50};answer\n{rows}")
    opened(driver, path)
    driver.press("Use these data")
    assert driver.settle().spec.data.path == str(path)
    columns = driver.window.network.canvas.geometry_on_show().columns()
    for left, right in pairwise(columns):
        assert left.right < right.edge_left
    assert columns[-1].right < driver.window.network.canvas.width()


def test_a_file_that_goes_while_its_columns_are_chosen_is_refused_in_one_line(
    driver: Driver, file: Path
) -> None:
    opened(driver, file)
    file.unlink()
    driver.press("Use these data")
    assert driver.settle().spec.data.kind == "spiral"
    assert driver.news == f"{file}: there is no such file"


def test_large_numbers_to_fit_are_standardized_unless_one_decides_otherwise(
    driver: Driver, tmp_path: Path
) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("area,price\n" + "".join(f"{i},{100_000 + 777.5 * i}\n" for i in range(40)))
    shown = opened(driver, path)
    assert shown.standardize.isChecked()
    assert shown.outcome() == "1 input, standardized numbers to fit, 32 training + 8 test rows"
    driver.click(shown.standardize)
    assert shown.outcome() == "1 input, numbers to fit, 32 training + 8 test rows"
    driver.click(shown.standardize)
    driver.press("Use these data")
    after = driver.settle()
    assert after.spec.data.standardize_target
    assert abs(after.dataset.targets.mean()) < 1e-9
    driver.press("Own data")
    assert dialog(driver).standardize.isChecked()
    driver.press("Cancel")
