"""Large text: in windows of usual size no word in a header, bar or row is cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from gui.theme import apply_theme
from gui.widgets.combo_box import ComboBox
from gui.widgets.segmented_control import Segment
from tests.gui.driver import Driver, OpenWindow


@pytest.fixture(autouse=True)
def _as_designed_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "dark")


def needed(widget: QWidget) -> int:
    """Return how wide the words of ``widget`` are."""
    if isinstance(widget, QLabel):
        return widget.fontMetrics().horizontalAdvance(widget.text())
    if isinstance(widget, ComboBox):
        return widget.fontMetrics().horizontalAdvance(widget.currentText())
    return widget.sizeHint().width()


def room(widget: QWidget) -> int:
    """Return how much of the width of ``widget`` can be seen or scrolled to."""
    seen, outer = QRect(QPoint(), widget.size()), widget
    corner = QPoint()
    while (parent := outer.parentWidget()) is not None and not outer.isWindow():
        corner += outer.pos()
        if isinstance(parent.parentWidget(), QScrollArea):
            break
        seen &= parent.rect().translated(-corner)
        outer = parent
    return seen.width()


def cut_words(driver: Driver) -> list[str]:
    QApplication.processEvents()
    widgets: list[QWidget] = [
        label
        for label in driver.window.findChildren(QLabel)
        if label.text() and not label.wordWrap()
    ]
    widgets += driver.window.findChildren(Segment)
    widgets += driver.window.findChildren(ComboBox)
    return [
        f"{type(widget).__name__} {getattr(widget, 'text', widget.accessibleName)()!r}"
        for widget in widgets
        if widget.isVisible() and room(widget) < needed(widget)
    ]


@pytest.mark.parametrize(
    ("preset", "width", "height", "scale"),
    [
        ("spiral", 1280, 800, 1.25),
        ("deep-sigmoid", 1280, 800, 1.25),
        ("spiral", 1920, 1080, 2.0),
        ("digits", 1920, 1080, 2.0),
    ],
)
def test_no_word_is_cut(
    open_window: OpenWindow,
    qapp: QApplication,
    preset: str,
    width: int,
    height: int,
    scale: float,
) -> None:
    driver = open_window(preset)
    apply_theme(qapp, "dark", font_scale=scale)
    driver.window.resize(width, height)
    driver.press("Step batch")
    driver.settle()
    assert cut_words(driver) == []
    driver.press("Right column: Trace")
    assert cut_words(driver) == []
    driver.key(driver.window.transport.play, Qt.Key.Key_F8)
    driver.settle()
    assert cut_words(driver) == []


def test_a_small_window_with_large_text_scrolls(
    open_window: OpenWindow, qapp: QApplication
) -> None:
    driver = open_window("xor")
    assert driver.window.workspace.visibleRegion().boundingRect() == driver.window.workspace.rect()
    apply_theme(qapp, "dark", font_scale=2.0)
    QApplication.processEvents()
    body = driver.window.workspace
    assert body.width() > driver.window.width()
    assert driver.find(QLabel, "Step counter") is not None
    assert not driver.window.transport.speed.isVisible()
    apply_theme(qapp, "dark")
    QApplication.processEvents()
    assert body.width() == driver.window.width()
    assert driver.window.transport.speed.isVisible()


def test_without_the_controls_a_small_window_with_large_text_scrolls_less(
    qapp: QApplication, driver: Driver
) -> None:
    apply_theme(qapp, "dark", font_scale=1.5)
    driver.window.resize(1280, 800)
    workspace = driver.window.workspace
    driver.wait(lambda: workspace.minimumWidth() > 1280)
    workspace.set_shown("controls", False)
    driver.wait(lambda: workspace.minimumWidth() <= 1280)
    assert all(place.right() <= workspace.width() for place in workspace.places().values())
