"""The training core of Nablascope: NumPy and the standard library, no Qt.

These are the names that programs outside build on.
"""

from core.data import Dataset
from core.diagnosis.findings import Finding, Remedy
from core.errors import DataError, FileError, SpecError, UserError
from core.network.parameters import ParameterVector
from core.spec import ExperimentSpec
from core.step.operations import Op
from core.step.program import Program
from core.training.evaluation import Metrics
from core.training.keyframe import Keyframe
from core.training.snapshot import Snapshot
from core.training.trainer import Trainer

__version__ = "0.1.0"

__all__ = [
    "DataError",
    "Dataset",
    "ExperimentSpec",
    "FileError",
    "Finding",
    "Keyframe",
    "Metrics",
    "Op",
    "ParameterVector",
    "Program",
    "Remedy",
    "Snapshot",
    "SpecError",
    "Trainer",
    "UserError",
]
