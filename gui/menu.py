"""The menu of the window: every command by name, with its keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from core.presets import GROUPS, presets
from core.training.commands import Granularity
from gui.actions import add_menu, allow, make_action
from gui.controls.training_section import NEW_START, SAME_START
from gui.recovery import recovery_path
from gui.slow_motion import SlowMotion
from gui.view_menu import add_view_menu

if TYPE_CHECKING:
    from gui.main_window import MainWindow

STEPS: tuple[tuple[Granularity, str, str], ...] = (
    ("op", "Run the next operation of the step.", "F7"),
    ("layer", "Run the operations of one layer.", "Shift+F7"),
    ("pass", "Run to the end of the forward or backward pass.", "F8"),
    ("batch", "Finish one step: forward, backward, update.", "F6"),
    ("epoch", "Train to the end of the epoch.", "Shift+F6"),
)
BACK_STEPS: tuple[tuple[Granularity, str, str], ...] = (
    ("op", "Go back to before the operation that was run last.", "Ctrl+F7"),
    ("layer", "Go back to before the operations of one layer.", "Ctrl+Shift+F7"),
    ("pass", "Go back to the start of the pass.", "Ctrl+F8"),
    ("batch", "Go back to the start of the step, or of the one before.", "Ctrl+F6"),
    ("epoch", "Go back to the start of the epoch, or of the one before.", "Ctrl+Shift+F6"),
)


def build_menu(window: MainWindow) -> QMenu:
    """Return the menu; its actions work by key wherever the focus is in ``window``."""
    menu = QMenu(window)
    menu.setAccessibleName("Menu")
    _add_file_menu(menu, window)
    _add_preset_menu(menu, window)
    _add_edit_menu(menu, window)
    _add_run_menu(menu, window)
    add_view_menu(menu, window)
    return menu


def close_menu(menu: QMenu, window: MainWindow) -> None:
    """Append to ``menu`` what stands below everything else."""
    menu.addSeparator()
    menu.addAction(
        make_action(window, "Quit", "Close the window and end the run.", "Ctrl+Q", window.close)
    )


def _add_file_menu(menu: QMenu, window: MainWindow) -> None:
    file_menu = add_menu(menu, "File")
    files, tools = window.files, window.tools
    for text, sentence, keys, command in (
        ("Open…", "Start anew with a specification.", "Ctrl+O", files.open_file),
        ("Open data…", "Learn from a table of your own.", "Ctrl+D", window.data.open_file),
    ):
        file_menu.addAction(make_action(window, text, sentence, keys, command))
    file_menu.addMenu(window.recent.menu)
    interrupted = make_action(
        window,
        "Open interrupted run",
        "Start anew with the settings that were saved when an error happened.",
        None,
        files.open_interrupted,
    )
    file_menu.addAction(interrupted)
    nothing = "no run was interrupted by an error"
    file_menu.aboutToShow.connect(lambda: allow(interrupted, recovery_path().is_file(), nothing))
    file_menu.addSeparator()
    for text, sentence, keys, command in (
        ("Save", "Save the specification.", "Ctrl+S", files.save_file),
        ("Save as…", "Save the specification elsewhere.", "Ctrl+Shift+S", files.save_file_as),
    ):
        file_menu.addAction(make_action(window, text, sentence, keys, command))
    file_menu.addSeparator()
    for text, sentence, solved in (
        ("Worksheet as PDF…", "Print the step of this sample with room for the numbers.", False),
        ("Solution as PDF…", "Print the step of this sample with all its numbers.", True),
    ):
        save = partial(tools.save_worksheet, solved)
        file_menu.addAction(make_action(window, text, sentence, None, save))
    _add_export_menu(file_menu, window)


def _add_export_menu(file_menu: QMenu, window: MainWindow) -> None:
    exports = window.exports
    export_menu = add_menu(file_menu, "Export")
    sentence = "Save the recorded losses and scores as a table."
    export_menu.addAction(
        make_action(window, "Metrics as CSV…", sentence, None, exports.save_metrics)
    )
    export_menu.addSeparator()
    menus = {name: add_menu(export_menu, name) for name in exports.actions()}
    for name, actions in exports.actions().items():
        menus[name].addActions(list(actions))

    def offer_what_is_on_show() -> None:
        for name, below in menus.items():
            allow(below.menuAction(), exports.is_on_show(name), "it is not on show")

    export_menu.aboutToShow.connect(offer_what_is_on_show)


def _add_preset_menu(menu: QMenu, window: MainWindow) -> None:
    preset_menu = add_menu(menu, "Presets")
    for group in ("", *GROUPS.values()):
        group_menu = add_menu(preset_menu, group) if group else preset_menu
        for preset in presets():
            if preset.group == group:
                opens = partial(window.files.open_preset, preset.key)
                action = make_action(window, preset.title, preset.sentence, None, opens)
                group_menu.addAction(action)


def _add_edit_menu(menu: QMenu, window: MainWindow) -> None:
    edit_menu = add_menu(menu, "Edit")
    for action in (window.changes.undo, window.changes.redo, window.offers.action):
        edit_menu.addAction(action)
    edit_menu.addSeparator()
    tools = window.tools
    for text, sentence, keys, show in (
        ("Preferences…", "Choose theme, text and motion.", "Ctrl+,", tools.open_preferences),
        (
            "Thresholds of the warnings…",
            "Choose from where on a warning is raised.",
            None,
            tools.open_thresholds,
        ),
    ):
        edit_menu.addAction(make_action(window, text, sentence, keys, show))


def _add_run_menu(menu: QMenu, window: MainWindow) -> None:
    run_menu = add_menu(menu, "Run")
    session = window.session
    run_menu.addAction(
        make_action(window, "Run or pause", "Train, or pause.", "F5", window.toggle_run)
    )
    slow = window.slow_motion
    for words, steps, command in (
        ("Step", STEPS, session.step),
        ("Back", BACK_STEPS, session.step_back),
    ):
        run_menu.addSeparator()
        for granularity, sentence, keys in steps:
            go = partial(_stop_and, slow, partial(command, granularity))
            run_menu.addAction(make_action(window, f"{words} {granularity}", sentence, keys, go))
    run_menu.addSeparator()
    run_menu.addAction(
        make_action(
            window,
            "Slow motion",
            "Play the operations one by one at reading speed, or stop.",
            "F9",
            lambda: slow.set_on(not slow.is_on),
        )
    )
    tools = window.tools
    for text, sentence, key, show in (
        ("Breakpoints…", "Pause before an update worth a look.", "Ctrl+B", tools.open_breakpoints),
        ("Gradient check…", "Compare with difference quotients.", "Ctrl+G", tools.open_check),
        ("Ways to a gradient…", "What each costs and brings.", "Ctrl+Shift+G", tools.open_ways),
        ("Gradient checkpointing…", "Memory for passes.", "Ctrl+Shift+K", tools.open_checkpointing),
        ("Signal corridor…", "Signals from layer to layer.", "Ctrl+I", tools.open_corridor),
        ("Weights over time…", "Where they have moved.", "Ctrl+Shift+H", tools.open_distributions),
    ):
        run_menu.addAction(make_action(window, text, sentence, key, show))
    run_menu.addSeparator()
    for words, (_, sentence, keys), begin in (
        ("Reset to the same start", SAME_START, session.reset),
        ("Reset to a new start", NEW_START, session.start_anew),
    ):
        go = partial(_stop_and, slow, begin)
        run_menu.addAction(make_action(window, words, sentence, keys, go))


def _stop_and(slow: SlowMotion, go: Callable[[], None]) -> None:
    """Do what the user asks for instead of what slow motion would do next."""
    slow.stop()
    go()
