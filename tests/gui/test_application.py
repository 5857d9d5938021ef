"""The window is drawn into a picture, and Qt's remarks about itself are kept from the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from core import FileError, Trainer
from core.presets import load_preset
from gui import application
from gui.application import save_screenshot
from gui.theme import ThemePreference, apply_theme


def test_what_qt_says_of_its_offscreen_platform_is_not_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for message in ("This plugin does not support raise()", "something real"):
        application._print_qt_message(None, None, message)  # type: ignore[arg-type]
    assert capsys.readouterr().err == "something real\n"


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "dark")


@pytest.mark.usefixtures("themed")
@pytest.mark.parametrize(("theme", "is_light"), [("dark", False), ("light", True)])
def test_the_window_is_drawn_with_the_state_of_the_run(
    tmp_path: Path, theme: ThemePreference, is_light: bool
) -> None:
    trainer = Trainer(load_preset("spiral"))
    path = tmp_path / "window.png"
    save_screenshot(trainer, path, theme)
    before = QImage(str(path))
    assert (before.width(), before.height()) == (1280, 800)
    assert (before.pixelColor(640, 796).lightness() > 128) == is_light
    trainer.advance_steps(50)
    save_screenshot(trainer, path, theme)
    assert QImage(str(path)) != before


@pytest.mark.usefixtures("themed")
@pytest.mark.parametrize("name", ["no such folder/window.png", "window.nosuchformat"])
def test_a_picture_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(FileError, match="cannot be written") as refusal:
        save_screenshot(Trainer(load_preset("xor")), path)
    assert str(path) in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1
    assert not path.exists()
