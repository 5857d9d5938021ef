"""The house is one tower: imports only go down, the core knows no Qt, and no file grows too long.

The rules are functions over a folder, so that each is also tried on a small tree that breaks it.
"""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QT = {"PySide6", "shiboken6", "pyqtgraph"}
RUNNER = "core.training.runner"
RUNNER_OWNER = "gui.session"
LONGEST_FILE = 400

# From the roof down; groups on one floor do not import each other. The package core itself hands
# out the names of its parts, and the files that lie directly in core/ are what the parts stand on.
FLOORS = (
    {"main"},
    {"gui"},
    {"core"},
    {"core.explain"},
    {"core.training"},
    {"core.diagnosis"},
    {"core.step"},
    {"core.network", "core.data"},
    {"foundation"},
    {"core.errors"},
)
FLOOR_OF = {group: floor for floor, groups in enumerate(FLOORS) for group in groups}


def source_files(root: Path) -> Iterator[Path]:
    yield from root.glob("main.py")
    for package in ("core", "gui"):
        yield from sorted((root / package).rglob("*.py"))


def dotted_name(path: Path, root: Path) -> str:
    """Return the name that a file has as a module: core/step/__init__.py is core.step."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def nodes_that_run(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a syntax tree without what stands under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from nodes_that_run(child)


def imported_names(
    path: Path, root: Path, walk: Callable[[ast.AST], Iterator[ast.AST]]
) -> Iterator[tuple[str, str | None]]:
    """Yield the module and, for ``from module import name``, the name of every import."""
    package = path.relative_to(root).parent.parts
    for node in walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from ((module, alias.name) for alias in node.names)


def read_imports(
    root: Path, walk: Callable[[ast.AST], Iterator[ast.AST]] = ast.walk
) -> dict[str, set[str]]:
    """Return for every module under ``root`` the modules that it imports in the nodes walked."""
    raw = {
        dotted_name(path, root): set(imported_names(path, root, walk))
        for path in source_files(root)
    }
    return {
        importer: {module for pair in pairs for module in reached(pair, raw, frozenset())}
        for importer, pairs in raw.items()
    }


def reached(
    pair: tuple[str, str | None],
    raw: Mapping[str, set[tuple[str, str | None]]],
    seen: frozenset[tuple[str, str | None]],
) -> set[str]:
    """Return the modules behind one import: also those from which a package hands a name on."""
    module, name = pair
    if name is not None and f"{module}.{name}" in raw:
        return {f"{module}.{name}"}
    if name is None or module not in raw or pair in seen:
        return {module}
    sources = [source for source in raw[module] if source[1] == name]
    return {module}.union(*(reached(source, raw, seen | {pair}) for source in sources))


def group_of(module: str) -> str:
    """Return the group that stands on a floor of its own: core.step.program is of core.step."""
    parts = module.split(".")
    if parts[0] != "core" or len(parts) == 1:
        return parts[0]
    package = ".".join(parts[:2])
    return package if package in FLOOR_OF or len(parts) > 2 else "foundation"


def qt_in_core(imports: Mapping[str, set[str]]) -> list[str]:
    return [
        f"{importer} imports {module}"
        for importer, modules in imports.items()
        for module in sorted(modules)
        if importer.split(".")[0] == "core" and module.split(".")[0] in QT
    ]


def arrows_not_down(imports: Mapping[str, set[str]]) -> list[str]:
    """Return the imports that go up or sideways, and the packages that have no floor."""
    complaints = {
        f"{module} has no floor in the tower"
        for module in imports
        if group_of(module) not in FLOOR_OF
    }
    for importer, modules in imports.items():
        above = group_of(importer)
        for module in modules & imports.keys():
            below = group_of(module)
            if above != below and FLOOR_OF.get(above, 0) >= FLOOR_OF.get(below, 0):
                complaints.add(f"{importer} imports {module}")
    return sorted(complaints)


def cycle(root: Path) -> list[str]:
    """Return the modules of an import cycle, or nothing; imports for annotations never run."""
    imports = read_imports(root, nodes_that_run)
    own = {importer: modules & imports.keys() for importer, modules in imports.items()}
    try:
        graphlib.TopologicalSorter(own).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def panels_that_reach_the_runner(imports: Mapping[str, set[str]]) -> list[str]:
    return [
        importer
        for importer, modules in imports.items()
        if importer.split(".")[0] == "gui" and importer != RUNNER_OWNER and RUNNER in modules
    ]


def long_files(root: Path) -> list[str]:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in source_files(root)}
    return [
        f"{path.relative_to(root).as_posix()} has {length} lines"
        for path, length in lengths.items()
        if length > LONGEST_FILE
    ]


@cache
def imports_of_the_program() -> dict[str, set[str]]:
    return read_imports(ROOT)


def test_core_imports_no_qt() -> None:
    assert qt_in_core(imports_of_the_program()) == []


def test_imports_only_go_down_the_tower() -> None:
    assert arrows_not_down(imports_of_the_program()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycle(ROOT) == []


def test_only_the_session_imports_the_runner() -> None:
    assert panels_that_reach_the_runner(imports_of_the_program()) == []


def test_no_file_is_longer_than_it_should_be() -> None:
    assert long_files(ROOT) == []


def test_the_tree_that_is_walked_is_the_program() -> None:
    assert {"core.errors", "core.spec", "core.step", "gui"} <= imports_of_the_program().keys()


SOUND_TREE = {
    "main.py": "from gui.session import Session",
    "gui/__init__.py": "",
    "gui/session.py": "from PySide6.QtCore import QObject\nfrom core.training.runner import Runner",
    "gui/panel.py": "from core import Snapshot",
    "core/__init__.py": "from core.training import Runner, Snapshot",
    "core/errors.py": "",
    "core/spec.py": "from core.errors import SpecError",
    "core/rules.py": "",
    "core/network/__init__.py": "",
    "core/network/layers.py": "from core.spec import ExperimentSpec",
    "core/data/__init__.py": "",
    "core/step/__init__.py": "from core.network import layers",
    "core/step/program.py": "from . import operations",
    "core/step/operations.py": "import numpy",
    "core/training/__init__.py": "from .runner import Runner\nfrom .snapshot import Snapshot",
    "core/training/runner.py": "from core.training.snapshot import Snapshot",
    "core/training/snapshot.py": (
        "from ..step.program import Program\nif TYPE_CHECKING:\n    from .runner import Runner"
    ),
}


def write_tree(root: Path, changes: dict[str, str]) -> Path:
    """Write the sound tree with ``changes``, a mapping from path to source."""
    for name, source in (SOUND_TREE | changes).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    return root


def complaints_about(root: Path) -> list[str]:
    """Return what all the rules find, the cycle's modules in alphabetical order."""
    imports = read_imports(root)
    return [
        *qt_in_core(imports),
        *arrows_not_down(imports),
        *sorted(set(cycle(root))),
        *panels_that_reach_the_runner(imports),
        *long_files(root),
    ]


def test_a_sound_tree_has_no_complaints(tmp_path: Path) -> None:
    assert complaints_about(write_tree(tmp_path, {})) == []


@pytest.mark.parametrize(
    ("path", "source", "complaints"),
    [
        (
            "core/step/program.py",
            "def paint():\n    from PySide6.QtGui import QColor",
            ["core.step.program imports PySide6.QtGui"],
        ),
        ("core/rules.py", "import pyqtgraph as pg", ["core.rules imports pyqtgraph"]),
        (
            "core/step/program.py",
            "from core.training.snapshot import Snapshot",
            [
                "core.step.program imports core.training.snapshot",
                "core.step.program",
                "core.training.snapshot",
            ],
        ),
        (
            "core/data/sets.py",
            "from ..network import layers",
            ["core.data.sets imports core.network.layers"],
        ),
        ("core/network/names.py", "import core.data", ["core.network.names imports core.data"]),
        ("core/rules.py", "from gui import panel", ["core.rules imports gui.panel"]),
        ("core/errors.py", "from core import rules", ["core.errors imports core.rules"]),
        ("core/plots/curves.py", "", ["core.plots.curves has no floor in the tower"]),
        (
            "core/step/operations.py",
            "from .program import Program",
            ["core.step.operations", "core.step.program"],
        ),
        ("gui/panel.py", "from core.training.runner import Runner", ["gui.panel"]),
        ("gui/panel.py", "from core.training import runner", ["gui.panel"]),
        ("gui/panel.py", "from core import Runner", ["gui.panel"]),
        ("gui/panel.py", "\n" * 401, ["gui/panel.py has 401 lines"]),
    ],
)
def test_a_tree_that_breaks_a_rule_is_complained_of(
    tmp_path: Path, path: str, source: str, complaints: list[str]
) -> None:
    assert complaints_about(write_tree(tmp_path, {path: source})) == complaints
