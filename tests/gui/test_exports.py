"""Pictures and numbers taken out of the window: by menu, as image, drawing or table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.exporting import Exportable, image_of, is_exporting, save_svg
from gui.loss.legend import LossLegend
from gui.theme import apply_theme, current_theme
from tests.gui.driver import Driver, OpenWindow

SVG = "{http://www.w3.org/2000/svg}"

Answer = Callable[[Path | None], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answer the dialog for files with a path, or cancel it with None."""

    def prepare(path: Path | None) -> None:
        found = ("" if path is None else str(path), "")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: found)

    return prepare


@pytest.fixture
def trained(driver: Driver) -> Driver:
    driver.window.session.step("epoch")
    driver.settle()
    assert driver.snapshot.epoch == 1
    return driver


def export(driver: Driver, *path: str) -> None:
    driver.trigger("File", "Export", *path)


def count_color(image: QImage, color: object) -> int:
    pixels = image.convertToFormat(QImage.Format.Format_RGB32)
    values = np.frombuffer(pixels.constBits(), np.uint32) & 0xFFFFFF
    return int(np.count_nonzero(values == color.rgb() & 0xFFFFFF))  # type: ignore[attr-defined]


def plots(driver: Driver) -> dict[str, QWidget]:
    """Return what can be seen, by the name under which it is exported."""
    window = driver.window
    if window.steps.is_active:
        return {"Stage": window.steps.stage.canvas, "Waterfall": window.steps.waterfall.chart}
    return {
        "Network": window.network.canvas,
        "Loss": window.loss.plot,
        "Layers": window.gradients.ridges,
        "Output map": window.right.output.map,
    }


def check_pictures(driver: Driver, answer: Answer, folder: Path) -> None:
    """Export every plot in both ways and look at what comes of it."""
    for name, widget in plots(driver).items():
        path = folder / "picture.png"
        answer(path)
        export(driver, name, "Save as PNG…")
        assert driver.news == f"Saved to {path}"
        image = QImage(str(path))
        assert image.width() == 2 * widget.width()
        assert image.height() > 2 * widget.height()
        ground = count_color(image, current_theme().panel)
        assert 0 < ground < image.width() * image.height()

        path = folder / "drawing.svg"
        answer(path)
        export(driver, name, "Save as SVG…")
        root = ElementTree.parse(path).getroot()
        title = root.find(f"{SVG}title")
        assert title is not None
        assert title.text is not None
        assert title.text.startswith(name)
        assert QSvgRenderer(str(path)).isValid()
        assert name in words_in(root)


def words_in(root: ElementTree.Element) -> set[str]:
    texts = (text for node in root.iter(f"{SVG}text") for text in node.itertext())
    return {text.strip() for text in texts}


def test_every_plot_is_saved_sharper_than_it_is_shown_and_as_a_drawing(
    trained: Driver, answer: Answer, tmp_path: Path
) -> None:
    check_pictures(trained, answer, tmp_path)
    for name in ("Stage", "Waterfall"):
        export(trained, name, "Save as PNG…")
        assert trained.news == f"{name}: it is not on show, so there is nothing to export."
    trained.window.steps.toggle()
    trained.settle()
    check_pictures(trained, answer, tmp_path)


def test_plots_are_drawings_through_and_through(trained: Driver, tmp_path: Path) -> None:
    window, path = trained.window, tmp_path / "drawing.svg"
    for source, expected in (
        (window.loss.exportable(), {"train", "test", "step"}),
        (window.gradients.exportable(), {"Hidden 1", "RMS"}),
    ):
        before = source.widget.grab().toImage()
        save_svg(source, path)
        root = ElementTree.parse(path).getroot()
        assert not list(root.iter(f"{SVG}image"))
        assert list(root.iter(f"{SVG}polyline"))
        assert expected <= words_in(root)
        # What is on the screen is as it was.
        assert source.widget.grab().toImage() == before


def test_the_edges_of_the_diagram_stay_lines(trained: Driver, tmp_path: Path) -> None:
    path = tmp_path / "network.svg"
    save_svg(Exportable(trained.window.network.canvas, "Network"), path)
    root = ElementTree.parse(path).getroot()
    assert len(list(root.iter(f"{SVG}polyline"))) > 1000


def test_a_copied_image_is_on_the_clipboard(trained: Driver) -> None:
    export(trained, "Loss", "Copy image")
    image = QGuiApplication.clipboard().image()
    assert image.width() == 2 * trained.window.loss.plot.width()
    assert count_color(image, current_theme().text) > 100
    assert trained.news == "Loss copied as an image"


def test_the_focus_of_the_keyboard_is_no_part_of_a_picture(trained: Driver) -> None:
    plot = trained.window.loss.plot
    bare = image_of(trained.window.loss.exportable())
    plot.setFocus()
    trained.wait(plot.hasFocus)
    assert image_of(trained.window.loss.exportable()) == bare
    assert not is_exporting()


def test_a_picture_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    legend = LossLegend()
    qtbot.addWidget(legend)
    for theme in ("light", "dark"):
        apply_theme(qapp, theme)
        assert image_of(Exportable(legend, "Legend")).pixelColor(2, 2) == current_theme().panel


def test_the_right_button_offers_the_exports(trained: Driver, qapp: QApplication) -> None:
    for widget in (trained.window.network.canvas, trained.window.right.output.map):
        words = [action.text() for action in widget.actions()]
        assert {"Copy image", "Save as PNG…", "Save as SVG…"} <= set(words)
    ridges, menu = trained.window.gradients.ridges, trained.window.gradients.menu
    at = ridges.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    qapp.sendEvent(ridges, QContextMenuEvent(reason, at, ridges.mapToGlobal(at)))
    assert menu.isVisible()
    menu.close()


def test_metrics_are_saved_as_a_table(trained: Driver, answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    # The suffix comes by itself.
    answer(path.with_suffix(""))
    export(trained, "Metrics as CSV…")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    curves = trained.snapshot.curves
    assert [float(row["step"]) for row in rows] == curves.steps.tolist()
    assert [float(row["test_loss"]) for row in rows] == curves.test_loss.tolist()
    assert [row["epoch"] for row in rows] == ["0", "1"]


def test_what_cannot_be_written_is_told_in_one_line_and_what_is_cancelled_not_at_all(
    trained: Driver, answer: Answer, tmp_path: Path
) -> None:
    target = tmp_path / "missing" / "file.out"
    commands = (("Loss", "Save as PNG…"), ("Loss", "Save as SVG…"), ("Metrics as CSV…",))
    answer(target)
    for path in commands:
        export(trained, *path)
        assert trained.news.startswith(f"{target}: cannot be written")
        assert "\n" not in trained.news
    answer(None)
    news = trained.news
    for path in commands:
        export(trained, *path)
    assert trained.news == news


def test_the_confusion_matrix_can_be_exported(open_window: OpenWindow) -> None:
    driver = open_window("digits")
    driver.settle()
    image = image_of(Exportable(driver.window.confusion.matrix, "Confusion matrix"))
    assert count_color(image, current_theme().panel) < image.width() * image.height()


def test_the_charts_of_the_windows_can_be_exported_too(driver: Driver, tmp_path: Path) -> None:
    tools = driver.window.tools
    tools.open_check()
    tools.open_corridor()
    driver.wait(lambda: tools.check is not None and tools.check.isVisible())
    driver.settle()
    assert tools.check is not None
    assert tools.corridor is not None
    for place, chart in ((tools.check, tools.check.plot), (tools.corridor.chart,) * 2):
        assert "Save as SVG…" in [action.text() for action in place.actions()]
        save_svg(Exportable(chart, "Chart"), tmp_path / "chart.svg")
        root = ElementTree.parse(tmp_path / "chart.svg").getroot()
        assert len(words_in(root)) > 5
