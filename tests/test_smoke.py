"""The program started as a user starts it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 60

# Drives the window from inside its own event loop: finds widgets by the names that outside
# programs rely on, presses them, and closes the window.
DRIVER = """
import sys, time
from PySide6.QtCore import QTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

def named(name, kind=QWidget):
    for widget in QApplication.allWidgets():
        if isinstance(widget, kind) and widget.isVisible():
            text = widget.text() if hasattr(widget, "text") else ""
            if name in (widget.accessibleName(), text):
                return widget
    return None

def steps():
    return int(named("Step counter").text().replace(",", ""))

def wait(condition, what):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, what
        QTest.qWait(10)

def choose(name, key):
    combo = named(name, QComboBox)
    combo.setFocus()
    texts = [combo.itemText(i).lower() for i in range(combo.count())]
    assert key in texts, texts
    while combo.currentText().lower() != key:
        QTest.keyClick(combo, Qt.Key.Key_Down if texts.index(key) > combo.currentIndex()
                       else Qt.Key.Key_Up)

def press(name):
    QTest.mouseClick(named(name, QAbstractButton), Qt.MouseButton.LeftButton)

def drive():
    try:
        wait(lambda: named("Step counter") and steps() == 0, "no window")
        press("Step batch")
        wait(lambda: steps() == 1, "Step batch did nothing")
        press("Play")
        wait(lambda: steps() > 50, "Play did nothing")
        rate = named("Learning rate", QLineEdit)
        rate.setFocus()
        rate.selectAll()
        QTest.keyClicks(rate, "0.004")
        QTest.keyClick(rate, Qt.Key.Key_Return)
        choose("Optimizer", "adam")
        choose("Activation", "relu")
        wait(lambda: window().session.snapshot.learning_rate == 0.004, "rate not taken")
        spec = lambda: window().session.snapshot.spec
        wait(lambda: spec().training.optimizer.kind == "adam", "optimizer not taken")
        wait(lambda: {l.activation for l in spec().network.layers[:-1]} == {"relu"}, "activation")
        before = steps()
        wait(lambda: steps() > before, "training did not go on")
        press("Pause")
        wait(lambda: named("Play", QAbstractButton) is not None, "no pause")
        print("driven")
    except BaseException as error:
        print("failed:", error)
    finally:
        window().close()

def window():
    return next(w for w in QApplication.topLevelWidgets() if hasattr(w, "session"))

real_exec = QApplication.exec
def exec_and_drive(*_):
    QTimer.singleShot(0, drive)
    return real_exec()
QApplication.exec = exec_and_drive
sys.argv = ["main.py"]
import main
sys.exit(main.main([]))
"""


# Lets a slot fail in the middle of the loop and closes the window while the dialog is open.
ACCIDENT = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

def fail():
    raise RuntimeError("the disk is on fire")

def look():
    shown = [type(w).__name__ for w in QApplication.topLevelWidgets() if w.isVisible()]
    if "ErrorDialog" not in shown:
        QTimer.singleShot(20, look)
        return
    print(*sorted(shown))
    next(w for w in QApplication.topLevelWidgets() if hasattr(w, "session")).close()

real_exec = QApplication.exec
def exec_with_accident(*_):
    QTimer.singleShot(0, fail)
    QTimer.singleShot(0, look)
    return real_exec()
QApplication.exec = exec_with_accident
sys.argv = ["main.py"]
import main
sys.exit(main.main([]))
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def test_window_trains_steps_pauses_takes_live_changes_and_closes_cleanly() -> None:
    done = run("-c", DRIVER)
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("driven", "", 0)


def test_an_error_opens_a_dialog_and_the_window_still_ends_the_program(tmp_path: Path) -> None:
    done = run("-c", ACCIDENT, XDG_DATA_HOME=str(tmp_path))
    assert (done.stdout.strip(), done.returncode) == ("ErrorDialog MainWindow", 0)
    assert "Traceback" not in done.stderr
    if sys.platform == "linux":
        (saved,) = tmp_path.rglob("interrupted-run.toml")
        assert 'kind = "spiral"' in saved.read_text("utf-8")


def test_headless_digits_reach_95_percent_with_metrics_findings_and_screenshot(
    tmp_path: Path,
) -> None:
    metrics, findings, picture = (tmp_path / n for n in ("m.jsonl", "f.json", "window.png"))
    done = run(
        "main.py",
        "--headless",
        "--preset",
        "digits",
        "--steps",
        "2000",
        "--metrics",
        str(metrics),
        "--findings",
        str(findings),
        "--screenshot",
        str(picture),
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert "test accuracy" in done.stdout
    lines = [json.loads(line) for line in metrics.read_text().splitlines()]
    keys = ["step", "epoch", "loss", "test_loss", "accuracy", "test_accuracy", "learning_rate"]
    assert all(list(line) == keys for line in lines)
    assert lines[-1]["step"] == 2000
    assert lines[-1]["test_accuracy"] >= 0.95
    assert json.loads(findings.read_text()) == []
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_findings_of_a_deep_sigmoid_network_are_written(tmp_path: Path) -> None:
    findings = tmp_path / "findings.json"
    done = run(
        "main.py",
        *("--headless", "--preset", "deep-sigmoid", "--steps", "600"),
        *("--findings", str(findings)),
    )
    assert done.returncode == 0
    (finding,) = json.loads(findings.read_text())
    assert (finding["kind"], finding["layer"]) == ("vanishing", 1)
    assert finding["remedies"]


def test_mistakes_give_one_line_and_exit_code_2(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[training]\nbatch_size = 0\n")
    for arguments, fragment in (
        (["--nonsense"], "--nonsense"),
        (["--headless"], "--preset"),
        (["--headless", "--preset", "none", "--steps", "1"], "none"),
        (["--headless", "--spec", str(tmp_path / "missing.toml"), "--steps", "1"], "missing.toml"),
        (["--headless", "--spec", str(broken), "--steps", "1"], "training.batch_size"),
        (["--headless", "--preset", "xor", "--steps", "x"], "--steps"),
        (["--headless", "--preset", "xor", "--steps", "0"], "--steps"),
        (["--headless", "--preset", "xor"], "--steps"),
        (
            ["--headless", "--preset", "xor", "--steps", "1", "--metrics", "/no/such/folder/m"],
            "--metrics",
        ),
    ):
        done = run("main.py", *arguments)
        assert done.returncode == 2, arguments
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert fragment in done.stderr
        assert "Traceback" not in done.stderr


def test_without_a_display_it_says_how_to_go_on() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if sys.platform == "linux":
        assert done.returncode == 2
        assert "--headless" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_presets_and_version_are_listed() -> None:
    listed = run("main.py", "--list-presets").stdout
    expected = (
        "worked-example one-neuron chain-rule xor circle spiral moons three-classes digits iris "
        "regression-sine linear-on-circle deep-sigmoid deep-relu"
    )
    for key in expected.split():
        assert any(line.split()[0] == key for line in listed.splitlines()), key
    assert run("main.py", "--version").stdout.startswith("nablascope ")
