"""The presets that come with the program: specifications with a name and one sentence each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import UserError
from core.spec import ExperimentSpec

GROUPS = {"deep": "Deep networks", "fail": "What goes wrong", "twin": "Alarming, but sound"}
FOLDER = Path(__file__).resolve().parents[1] / "resources" / "presets"


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset file.

    Attributes:
        key: how it is called on the command line.
        title: its name.
        sentence: what it shows; the comment on the file's first line.
        path: where it lies.
    """

    key: str
    title: str
    sentence: str
    path: Path

    @property
    def group(self) -> str:
        """Return what it belongs to: one of ``GROUPS``, or "" for other examples."""
        return GROUPS.get(self.key.partition("-")[0], "")


@cache
def presets() -> tuple[Preset, ...]:
    """Return all presets, in the order of their keys."""
    found = []
    for path in sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem):
        text = path.read_text(encoding="utf-8")
        sentence = text.partition("\n")[0].removeprefix("#").strip()
        found.append(Preset(path.stem, tomllib.loads(text)["name"], sentence, path))
    return tuple(found)


def load_preset(key: str) -> ExperimentSpec:
    """Return the specification of a preset.

    Raises:
        UserError: there is no such preset; the line names those there are.
    """
    for preset in presets():
        if preset.key == key:
            return ExperimentSpec.load(preset.path)
    known = ", ".join(preset.key for preset in presets())
    raise UserError(f"there is no preset {key!r}; known presets: {known}")
