"""Files, presets, themes and sizes of the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QFileDialog,
    QLabel,
    QWidget,
)

from core import ExperimentSpec
from core.presets import presets
from gui.theme import current_theme
from tests.gui.driver import Driver, OpenWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
SIZES = [(1120, 700), (1280, 800), (1440, 900), (1600, 1000), (1920, 1080)]

# Fits its own rules, but iris has four inputs: only the run can find out.
MISFIT = """
[data]
kind = "iris"
[[network.layers]]
units = 3
activation = "softmax"
weights = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
[training]
loss = "cross_entropy"
"""

Answer = Callable[[Path | None], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answer the dialogs for files with a path, or cancel them with None."""

    def prepare(path: Path | None) -> None:
        for name in ("getOpenFileName", "getSaveFileName"):
            found = ("" if path is None else str(path), "")
            monkeypatch.setattr(QFileDialog, name, lambda *_, found=found: found)

    return prepare


def press_control(driver: Driver, key: Qt.Key) -> None:
    driver.key(driver.window.transport.play, key, CONTROL)


def test_what_is_saved_opens_again(driver: Driver, answer: Answer, tmp_path: Path) -> None:
    driver.enter("Learning rate", "0.25")
    driver.press("Add a unit to hidden 1")
    saved = driver.settle().spec
    answer(tmp_path / "mine")
    press_control(driver, Qt.Key.Key_S)
    # A name without a suffix gets one.
    assert ExperimentSpec.load(tmp_path / "mine.toml") == saved
    assert driver.news == f"Saved to {tmp_path / 'mine.toml'}"
    driver.trigger("Presets", "Handwritten digits")
    assert driver.settle().spec != saved
    answer(tmp_path / "mine.toml")
    press_control(driver, Qt.Key.Key_O)
    assert driver.settle().spec == saved
    assert driver.window.windowTitle() == "mine.toml — Nablascope"


def test_saving_again_asks_for_no_name(driver: Driver, answer: Answer, tmp_path: Path) -> None:
    answer(tmp_path / "mine.json")
    driver.trigger("File", "Save as…")
    answer(None)
    driver.enter("Learning rate", "0.5")
    driver.settle()
    driver.trigger("File", "Save")
    again = ExperimentSpec.load(tmp_path / "mine.json")
    assert again.training.optimizer.learning_rate == 0.5


def test_what_is_saved_right_after_a_change_has_it(
    driver: Driver, answer: Answer, tmp_path: Path
) -> None:
    answer(tmp_path / "mine.toml")
    driver.enter("Learning rate", "0.5")
    driver.trigger("File", "Save")
    saved = ExperimentSpec.load(tmp_path / "mine.toml")
    assert saved.training.optimizer.learning_rate == 0.5
    assert saved == driver.settle().spec


def test_a_suffix_that_comes_by_itself_replaces_no_file_unasked(
    driver: Driver, answer: Answer, tmp_path: Path
) -> None:
    kept = {tmp_path / f"mine.{suffix}": suffix for suffix in ("toml", "csv", "pdf")}
    for path, text in kept.items():
        path.write_text(text)
    answer(tmp_path / "mine")
    for way, path in zip(
        (("Save as…",), ("Export", "Metrics as CSV…"), ("Worksheet as PDF…",)), kept, strict=True
    ):
        driver.trigger("File", *way)
        driver.settle()
        assert driver.news == f"{path}: is there already; choose this name to replace it"
    assert {path: path.read_text() for path in kept} == kept


def test_cancelled_dialogs_change_nothing(driver: Driver, answer: Answer) -> None:
    before = driver.snapshot
    answer(None)
    for words in ("Open…", "Save", "Save as…"):
        driver.trigger("File", words)
    assert driver.settle() is before
    assert driver.news == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[training]\nbatch_size = 0\n", "training.batch_size"),
        ("this is no TOML", "bad.toml"),
        (MISFIT, "network.layers[0].weights"),
    ],
)
def test_a_bad_file_is_one_line_and_changes_nothing(
    driver: Driver, answer: Answer, tmp_path: Path, text: str, place: str
) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    answer(good)
    driver.trigger("File", "Save")
    driver.press("Step batch")
    before = driver.settle()
    bad.write_text(text)
    answer(bad)
    press_control(driver, Qt.Key.Key_O)
    after = driver.settle()
    assert (after.spec, after.step) == (before.spec, 1)
    assert place in driver.news
    assert len(driver.news.splitlines()) == 1
    # Saving goes on to the file of the run that stayed.
    driver.trigger("File", "Save")
    assert driver.window.windowTitle() == "good.toml — Nablascope"
    assert bad.read_text() == text


NO_SPECIFICATIONS = {
    "garbage.toml": b"\x00\xff\xfe binary \x80\x81",
    "truncated.json": b'{"data": {"kind": "spi',
    "deep.json": b"[" * 100_000,
    "empty.toml": b"",
    "empty.json": b"",
    "list.json": b"[1, 2]",
    "huge.toml": b"#" + b" " * (16 * 2**20),
    "nul.toml": b"\x00" * 100,
}


def test_what_holds_no_specification_is_refused_in_one_line_and_changes_nothing(
    driver: Driver, answer: Answer, tmp_path: Path
) -> None:
    driver.press("Step batch")
    before = driver.settle()
    for name, content in NO_SPECIFICATIONS.items():
        (tmp_path / name).write_bytes(content)
    nowhere = ("missing.toml", ".", "a\0b.toml", "x" * 300 + ".toml")
    said = []
    for name in (*NO_SPECIFICATIONS, *nowhere):
        answer(tmp_path / name)
        press_control(driver, Qt.Key.Key_O)
        assert driver.settle() is before, name
        assert len(driver.news.splitlines()) == 1, name
        assert driver.window.files.path is None
        said.append(driver.news)
    assert len(set(said)) > len(nowhere)


def test_a_file_that_may_not_be_read_is_refused_in_one_line(
    driver: Driver, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    answer(tmp_path / "secret.toml")
    monkeypatch.setattr(Path, "open", forbid)
    press_control(driver, Qt.Key.Key_O)
    assert "cannot be read (Permission denied)" in driver.news


def test_a_file_that_cannot_be_written_is_one_line(
    driver: Driver, answer: Answer, tmp_path: Path
) -> None:
    answer(tmp_path / "no such folder" / "mine.toml")
    driver.trigger("File", "Save as…")
    assert "no such folder" in driver.news
    assert len(driver.news.splitlines()) == 1


def test_every_preset_opens_from_the_menu_and_trains(driver: Driver) -> None:
    for preset in presets():
        driver.trigger(*filter(None, ("Presets", preset.group, preset.title)))
        opened = driver.settle()
        assert (opened.spec, opened.step) == (ExperimentSpec.load(preset.path), 0)
        assert driver.window.windowTitle() == f"{preset.title} — Nablascope"
        driver.trigger("Run", "Step batch")
        assert driver.settle().step == 1
        driver.press("Right column: Trace")
        driver.window.right.select_tab("output")


def test_the_theme_changes_with_the_window_open(driver: Driver) -> None:
    pictures = []
    for words, name in (("Light", "light"), ("High contrast", "high_contrast"), ("Dark", "dark")):
        driver.trigger("View", "Theme", words)
        assert current_theme().name == name
        driver.press("Step batch")
        driver.settle()
        image = driver.window.grab().toImage()
        pictures.append(image.pixelColor(image.width() // 2, image.height() - 4).lightness())
    light, contrast, dark = pictures
    assert light > 200
    assert max(contrast, dark) < 60


def panels(driver: Driver) -> dict[str, QWidget]:
    window = driver.window
    every = {
        name: getattr(window, name)
        for name in ("transport", "controls", "network", "right", "loss", "gradients", "confusion")
    }
    every["status"] = window.status
    return {name: panel for name, panel in every.items() if panel.isVisible()}


def rectangle(driver: Driver, panel: QWidget) -> QRect:
    return QRect(panel.mapTo(driver.window, panel.rect().topLeft()), panel.size())


@pytest.mark.parametrize("preset", ["spiral", "digits", "regression-sine", "deep-sigmoid"])
@pytest.mark.parametrize("tab", ["output", "trace"])
def test_panels_lie_apart_inside_the_window_at_every_size(
    open_window: OpenWindow, preset: str, tab: str
) -> None:
    driver = open_window(preset)
    driver.window.right.select_tab(tab)
    for width, height in SIZES:
        driver.window.resize(width, height)
        driver.settle()
        rectangles = {name: rectangle(driver, panel) for name, panel in panels(driver).items()}
        assert len(rectangles) >= 6
        for name, one in rectangles.items():
            assert driver.window.rect().contains(one), (name, width, height)
            others = [other for key, other in rectangles.items() if key != name]
            assert not any(one.intersects(other) for other in others), (name, width, height)


@pytest.mark.parametrize("preset", ["spiral", "digits", "deep-sigmoid"])
def test_nothing_is_cut_off_at_the_edge_of_its_panel(open_window: OpenWindow, preset: str) -> None:
    driver = open_window(preset)
    for width, height in SIZES:
        driver.window.resize(width, height)
        driver.settle()
        for panel in panels(driver).values():
            parts: list[QLabel | QAbstractButton] = [
                *panel.findChildren(QLabel),
                *panel.findChildren(QAbstractButton),
            ]
            for part in parts:
                if part.isVisible() and not is_scrolled(part):
                    place = QRect(part.mapTo(panel, part.rect().topLeft()), part.size())
                    words = (part.text(), part.accessibleName(), width, height)
                    assert panel.rect().contains(place), words


def is_scrolled(widget: QWidget) -> bool:
    """Return whether ``widget`` lies in something that scrolls."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QAbstractScrollArea):
        parent = parent.parentWidget()
    return parent is not None


def test_the_window_does_not_get_smaller_than_its_panels(driver: Driver) -> None:
    driver.window.resize(300, 200)
    assert (driver.window.width(), driver.window.height()) == SIZES[0]
