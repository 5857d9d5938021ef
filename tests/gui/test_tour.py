"""The tour: shown at the first start, skipped by a key, in nobody's way, found in the menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.settings import VARIABLE, are_kept, settings
from gui.theme import apply_theme
from gui.tour.placing import place_bubble
from gui.tour.stops import STOPS
from tests.gui.driver import Driver

PUBLISHED = ("Play", "Step batch", "Step counter", "Learning rate", "Activation", "Optimizer")


def rectangle(driver: Driver, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(driver.window, QPoint(0, 0)), widget.size())


def test_it_comes_by_itself_at_the_first_start_only(driver: Driver) -> None:
    tour = driver.window.tour
    tour.begin_at_first_start()
    assert tour.bubble.isVisible()
    # The first key still starts the run; the next Tab leads to the bubble.
    assert QApplication.focusWidget() is driver.window.transport.play
    driver.key(driver.window.transport.play, Qt.Key.Key_Tab)
    assert tour.bubble.go_on.hasFocus()
    driver.press("Skip")
    assert not tour.bubble.isVisible()
    tour.begin_at_first_start()
    assert not tour.bubble.isVisible()


def test_it_does_not_come_where_nothing_is_remembered(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    driver.window.tour.begin_at_first_start()
    assert not driver.window.tour.bubble.isVisible()


def test_settings_lie_in_the_file_that_the_variable_names(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.ini"
    monkeypatch.setenv(VARIABLE, str(path))
    remembered = settings()
    remembered.setValue("tour/seen", "yes")
    remembered.sync()
    assert path.is_file()
    assert settings().value("tour/seen") == "yes"
    assert are_kept()
    monkeypatch.setenv(VARIABLE, "")
    assert settings().value("tour/seen") is None
    assert not are_kept()


def test_it_is_walked_by_keys_there_and_back(driver: Driver, qtbot: QtBot) -> None:
    play = driver.window.transport.play
    play.setFocus()
    driver.trigger("Help", "Tour")
    bubble = driver.window.tour.bubble
    titles = [bubble.title()]
    qtbot.waitUntil(bubble.go_on.hasFocus)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.keyClick(bubble.go_on, key)
        titles.append(bubble.title())
    assert titles == [stop.title for stop in STOPS[:4]]
    qtbot.keyClick(bubble.go_on, Qt.Key.Key_Tab)
    assert bubble.back.hasFocus()
    qtbot.keyClick(bubble.back, Qt.Key.Key_Return)
    assert bubble.title() == STOPS[2].title
    bubble.go_on.setFocus()
    for _ in range(3):
        qtbot.keyClick(bubble.go_on, Qt.Key.Key_Return)
    assert bubble.go_on.text() == "Done"
    qtbot.keyClick(bubble.go_on, Qt.Key.Key_Return)
    assert not bubble.isVisible()
    assert play.hasFocus()


def test_escape_skips_it_wherever_the_focus_is(driver: Driver) -> None:
    for focused in (driver.window.tour.bubble.go_on, driver.window.network.canvas):
        driver.window.tour.begin()
        driver.key(focused, Qt.Key.Key_Escape)
        assert not driver.window.tour.bubble.isVisible()


def test_every_bubble_lies_in_the_window_and_points_at_what_it_is_about(driver: Driver) -> None:
    bubble = driver.window.tour.bubble
    sizes = [(1120, 700), (1280, 800), (1920, 1080)]
    for stop, size in ((stop, size) for size in sizes for stop in STOPS):
        driver.window.resize(*size)
        if not bubble.isVisible():
            driver.window.tour.begin()
        assert bubble.title() == stop.title
        widget, part = stop.target(driver.window)
        target = QRect(widget.mapTo(driver.window, part.topLeft()), part.size())
        assert driver.window.rect().contains(bubble.geometry())
        assert not bubble.box().intersects(target), stop.title
        # Nothing but the rim of the transport bar lies between them.
        near = bubble.geometry().adjusted(-4, -20, 4, 4)
        assert near.intersects(target), stop.title
        driver.click(bubble.go_on)


def test_a_bubble_is_read_aloud_and_covers_nothing_that_runs_the_network(driver: Driver) -> None:
    driver.window.tour.begin()
    bubble = driver.window.tour.bubble
    assert not bubble.geometry().intersects(rectangle(driver, driver.window.transport))
    assert bubble.accessibleName() == f"Tour, 1 of 6: {STOPS[0].title}"
    assert bubble.accessibleDescription() == STOPS[0].text
    buttons = bubble.findChildren(QAbstractButton)
    assert all(button.text() and button.toolTip() for button in buttons)
    for name in PUBLISHED:
        widget = driver.find(QWidget, name)
        assert widget is not None, name
        assert not bubble.geometry().intersects(rectangle(driver, widget)), name
    play = driver.window.transport.play
    assert driver.window.childAt(play.mapTo(driver.window, play.rect().center())) is play
    driver.run_until(5)
    driver.pause()
    assert bubble.isVisible()


def test_a_bubble_follows_what_it_points_at(driver: Driver) -> None:
    tour = driver.window.tour
    tour.begin()
    for _ in range(5):
        driver.click(tour.bubble.go_on)
    driver.click(tour.bubble.back)
    driver.click(tour.bubble.back)
    before = tour.bubble.box()
    driver.window.resize(1600, 1000)
    driver.settle()
    assert tour.bubble.box() != before
    assert driver.window.rect().contains(tour.bubble.geometry())


def test_what_is_hidden_is_told_of_without_pointing(driver: Driver) -> None:
    driver.window.session.step("op")
    driver.settle()
    assert not driver.window.network.isVisible()
    driver.window.tour.begin()
    for _ in STOPS:
        assert driver.window.rect().contains(driver.window.tour.bubble.box())
        driver.click(driver.window.tour.bubble.go_on)


def test_no_word_of_a_bubble_is_cut_in_large_type(driver: Driver, qapp: QApplication) -> None:
    apply_theme(qapp, "high_contrast", font_scale=1.5)
    driver.window.resize(1920, 1080)
    driver.window.tour.begin()
    bubble = driver.window.tour.bubble
    for _ in STOPS:
        QApplication.processEvents()
        for part in bubble.findChildren(QWidget):
            if part.isVisible():
                needed = part.heightForWidth(part.width()) if part.hasHeightForWidth() else 0
                assert part.height() >= needed
                assert bubble.rect().contains(part.geometry())
        driver.click(bubble.go_on)


AREA = QRect(0, 60, 1000, 600)
SIZE = QSize(300, 120)


@pytest.mark.parametrize(
    ("target", "side"),
    [
        (QRect(100, 300, 50, 50), "right"),
        (QRect(100, 10, 50, 40), "below"),
        (QRect(900, 300, 80, 50), "below"),
        (QRect(750, 60, 250, 600), "left"),
        (QRect(0, 520, 1000, 140), "above"),
        (QRect(0, 60, 1000, 600), "none"),
    ],
)
def test_a_bubble_stands_where_there_is_room(target: QRect, side: str) -> None:
    place = place_bubble(target, SIZE, AREA, 12)
    assert place.side == side
    assert AREA.contains(place.rect)
    assert place.rect.size() == SIZE
