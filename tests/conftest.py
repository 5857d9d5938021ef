"""What every test runs under: no screen, settings of its own, and nothing left behind.

A test that leaves a running thread, an active timer or a top-level widget fails, since it would
disturb the tests after it. Qt is looked at only where a test uses it; the core's tests need none
of it.
"""

from __future__ import annotations

import gc
import itertools
import os
import threading
from collections.abc import Generator, Iterator

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The tests' matrices are small: more threads for one product would only wait for each other.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")

JOIN_SECONDS = 2.0
_NUMBERS = itertools.count()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector thousands of tests: they all stay until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep programs that a test starts away from the settings of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            patch.setenv(variable, str(tmp_path_factory.mktemp(variable.lower())))
        yield


@pytest.fixture(autouse=True)
def _settings_of_its_own(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Give each test that uses Qt an empty folder for its settings."""
    if "qapp" not in request.fixturenames:
        return
    from PySide6.QtCore import QSettings

    # A numbered folder would be looked for among thousands, for every test anew.
    base = tmp_path_factory.getbasetemp() / "settings" / str(next(_NUMBERS))
    base.mkdir(parents=True)
    folder = str(base)
    monkeypatch.setenv("NABLASCOPE_SETTINGS", os.path.join(folder, "settings.ini"))
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for layout in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(layout, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a running thread, an active timer or a top-level widget."""
    uses_qt = "qapp" in request.fixturenames
    threads = set(threading.enumerate())
    objects = set(_living_qt_objects()) if uses_qt else set()
    yield
    leftovers = _new_threads(threads)
    if uses_qt:
        leftovers += _new_qt_objects(objects)
    if leftovers:
        pytest.fail("this test leaves behind: " + ", ".join(leftovers), pytrace=False)


def _new_threads(before: set[threading.Thread]) -> list[str]:
    """Describe the threads that outlive a test, once those about to end have had their time."""
    started = [thread for thread in threading.enumerate() if thread not in before]
    for thread in started:
        thread.join(JOIN_SECONDS)
    return [f"thread {thread.name!r}" for thread in started if thread.is_alive()]


def _new_qt_objects(before: set[object]) -> list[str]:
    """Describe the Qt objects that outlive a test, once deferred deletions are carried out."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        leftovers = [repr(item) for item in _living_qt_objects() if item not in before]
        if not leftovers:
            break
        # Widgets that hold each other in a circle die with the next collection.
        gc.collect()
    return leftovers


def _living_qt_objects() -> list[object]:
    """Return the active timers, the running threads and the top-level widgets known to Python."""
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QThread, QTimer
    from PySide6.QtWidgets import QApplication

    application = QCoreApplication.instance()
    main_thread = application.thread() if application else None
    # One look at each of thousands of wrappers; the questions are for the few that are left.
    watched = [
        item for item in shiboken6.getAllValidWrappers() if isinstance(item, (QTimer, QThread))
    ]
    living: list[object] = [
        item
        for item in watched
        if (item.isActive() if isinstance(item, QTimer) else item.isRunning())
        and item is not main_thread
    ]
    # A window's own menus and pop-ups go with it: they have a parent.
    living += [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]
    return living
