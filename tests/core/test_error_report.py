"""The report of an unexpected error says what whoever mends it has to know, and no more."""

from __future__ import annotations

import platform
from pathlib import Path

import numpy as np
import pytest

from core import ExperimentSpec
from core.error_report import error_report, write_report
from core.presets import load_preset

TRACE = "Traceback (most recent call last):\nRuntimeError: the disk is on fire\n"


def test_it_holds_versions_machine_traceback_and_specification() -> None:
    report = error_report(
        TRACE, load_preset("xor"), version="9.8.7", libraries={"Qt": "6.1", "PySide6": "6.2"}
    )
    for part in (
        "Nablascope 9.8.7",
        f"Python {platform.python_version()}",
        f"NumPy {np.__version__}",
        "Qt 6.1",
        "PySide6 6.2",
        platform.system(),
        "RuntimeError: the disk is on fire",
    ):
        assert part in report
    text = report.partition("Specification\n")[2]
    assert 'kind = "xor"' in text


def test_without_a_run_it_says_so() -> None:
    assert error_report(TRACE, None, version="1").endswith("Specification\nnone\n")


def test_data_in_the_specification_do_not_swell_it() -> None:
    rows = [[float(i), float(-i)] for i in range(5000)]
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "inline", "inputs": rows, "targets": [[i % 2] for i in range(5000)]},
            "network": {"layers": [{"units": 1, "activation": "sigmoid"}]},
        }
    )
    report = error_report(TRACE, spec, version="1")
    assert len(report) < 25_000
    assert "characters more" in report


def test_each_report_is_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    paths = {write_report(text) for text in ("one ∇", "two")}
    assert {path.read_text("utf-8") for path in paths} == {"one ∇", "two"}
