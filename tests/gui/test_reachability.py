"""Everything that takes the focus has a name and a sentence, and the Tab key gets there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from core.data.resources import resource_path
from gui.help.gestures import GESTURES
from gui.help.shortcuts import actions_under
from tests.gui.driver import Driver, OpenWindow

MOST_STOPS = 200
SAME_EVERYWHERE = ("gui.widgets.", "gui.breakpoints.", "gui.places.", "gui.diagram.weight_box")


def takers(window: QWidget) -> list[QWidget]:
    """Return what takes the focus in ``window`` itself; what hands it on counts as its receiver."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and widget.isEnabled()
        and widget.window() is window
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
        and not is_part_of_a_taker(widget)
    ]


def is_part_of_a_taker(widget: QWidget) -> bool:
    """Return whether ``widget`` is the inside of a plot or of a number with a slider."""
    parent = widget.parentWidget()
    inside_a_view = parent is not None and parent.focusPolicy() == Qt.FocusPolicy.NoFocus
    return inside_a_view and type(widget) is QWidget


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def complaints_about(window: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} {name_of(widget)!r} has no {missing}"
        for widget in takers(window)
        for missing, found in (
            ("name", name_of(widget)),
            ("sentence", widget.toolTip() or widget.accessibleDescription()),
        )
        if not found
    ]


def stops_of_tab(qtbot: QtBot, window: QWidget) -> list[QWidget]:
    """Return where the Tab key leads, from where the focus is until it comes round."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    stops: list[QWidget] = []
    for _ in range(MOST_STOPS):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in stops:
            return stops
        stops.append(focused)
    pytest.fail("Tab never comes round")


def check(qtbot: QtBot, window: QWidget) -> None:
    assert complaints_about(window) == []
    stops = stops_of_tab(qtbot, window)
    missed = [name_of(widget) for widget in takers(window) if widget not in stops]
    # The slider of a number: the number itself is reached, and counts by the same keys.
    assert [name for name in missed if not name.endswith(" slider")] == []


@pytest.mark.parametrize("preset", ["spiral", "digits"])
def test_every_control_of_the_window_has_words_and_is_reached_by_tab(
    open_window: OpenWindow, qtbot: QtBot, preset: str
) -> None:
    driver = open_window(preset)
    for tab in ("output", "trace", "warnings"):
        driver.window.right.select_tab(tab)
        driver.settle()
        check(qtbot, driver.window)


def test_every_control_of_step_mode_has_words_and_is_reached_by_tab(
    driver: Driver, qtbot: QtBot
) -> None:
    driver.window.session.step("op")
    driver.settle()
    assert driver.window.steps.is_active
    check(qtbot, driver.window)


def opened(driver: Driver) -> Iterator[QDialog]:
    """Open the windows over the main one, each by its action."""
    tools = driver.window.tools
    shown: tuple[tuple[str, Callable[[], QDialog | None]], ...] = (
        ("Breakpoints…", lambda: tools.breakpoints),
        ("Gradient check…", lambda: tools.check),
        ("Ways to a gradient…", lambda: tools.ways),
        ("Signal corridor…", lambda: tools.corridor),
        ("Weights over time…", lambda: tools.distributions),
    )
    for words, window in shown:
        driver.trigger("Run", words)
        driver.settle()
        driver.wait(lambda window=window: window() is not None and window().isVisible())
        found = window()
        assert found is not None
        yield found
        found.close()
    driver.trigger("Help", "Find a command…")
    palette = driver.window.help.palette
    assert palette is not None
    yield palette
    palette.close()
    driver.window.data.open_path(resource_path("datasets", "iris.csv"))
    driver.wait(lambda: (data := driver.window.data.dialog) is not None and data.isVisible())
    data = driver.window.data.dialog
    assert data is not None
    yield data
    data.close()
    driver.trigger("Help", "Keys and pointer")
    help_window = driver.window.help.window_of_keys
    assert help_window is not None
    yield help_window
    help_window.close()


def test_every_control_of_the_other_windows_has_words_and_is_reached_by_tab(
    driver: Driver, qtbot: QtBot
) -> None:
    for window in opened(driver):
        check(qtbot, window)


def test_every_command_of_the_menu_has_a_sentence_and_keys_of_its_own(driver: Driver) -> None:
    menu = driver.window.transport.menu.menu()
    commands = [action for _, action in actions_under(menu)]
    assert len(commands) > 50
    silent = [a.text() for a in commands if not a.statusTip() and a.toolTip() == a.text()]
    assert silent == []
    keys = [a.shortcut().toString() for a in commands if not a.shortcut().isEmpty()]
    assert sorted(keys) == sorted(set(keys))


def test_buttons_of_the_transport_name_the_keys_that_do_the_same(driver: Driver) -> None:
    transport = driver.window.transport
    menu = transport.menu.menu()
    keys = {action.text(): action.shortcut().toString() for _, action in actions_under(menu)}
    for button, command in (
        (transport.play, "Run or pause"),
        (transport.reset, "Reset to the same start"),
        (transport.step, "Step batch"),
        (transport.back, "Back batch"),
        (transport.slow, "Slow motion"),
        (transport.granularity.segment("layer"), "Step layer"),
    ):
        assert f"({keys[command]})" in button.toolTip()
    driver.click(transport.granularity.segment("op"))
    assert f"({keys['Step op']})" in transport.step.toolTip()
    assert f"({keys['Back op']})" in transport.back.toolTip()


def test_help_tells_of_every_widget_that_answers_to_keys_and_of_no_other(driver: Driver) -> None:
    windows: list[QWidget] = [driver.window, *opened(driver)]
    answering = {
        widget.accessibleName()
        for window in windows
        for widget in window.findChildren(QWidget)
        if type(widget).__module__.startswith("gui.")
        # Parts that are the same everywhere have one line for all of them.
        and not type(widget).__module__.startswith(SAME_EVERYWHERE)
        and "keyPressEvent" in vars(type(widget))
    }
    told = {name for panel in GESTURES.values() for name in panel if name}
    assert answering - {"Learning rate slider"} <= told
    names = {w.accessibleName() for window in windows for w in window.findChildren(QWidget)}
    assert told <= names
