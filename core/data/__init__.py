"""What a network learns from: data sets, their preparation, and the batches of an epoch."""

from core.data.batches import Batch, EpochBatches
from core.data.build import build_dataset
from core.data.dataset import CROSS_ENTROPIES, DOMAIN, Dataset, grid_points, resolved_task
from core.data.features import FEATURES, InputTransform, Standardizer
from core.data.resources import resource_path
from core.data.targets import (
    class_indices,
    encode_targets,
    has_independent_labels,
    predicted_classes,
    suitable_loss,
    suitable_output,
)

__all__ = [
    "CROSS_ENTROPIES",
    "DOMAIN",
    "FEATURES",
    "Batch",
    "Dataset",
    "EpochBatches",
    "InputTransform",
    "Standardizer",
    "build_dataset",
    "class_indices",
    "encode_targets",
    "grid_points",
    "has_independent_labels",
    "predicted_classes",
    "resolved_task",
    "resource_path",
    "suitable_loss",
    "suitable_output",
]
