"""The section Data: which set, how noisy and large, and which inputs are made of it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from core.spec import DataSpec
from core.training.fitting import (
    BUNDLED_SETS,
    DEFAULT_FEATURES,
    TWO_INPUT_SETS,
    change_for_data_set,
    change_for_features,
)
from core.training.snapshot import Snapshot
from gui.controls.control_section import ControlSection
from gui.controls.feature_chips import FeatureChips
from gui.controls.names import DATA_SETS, data_set_name
from gui.controls.settled_slider import SettledSlider
from gui.controls.thumbnails import thumbnail
from gui.numbers import format_count, format_percent
from gui.widgets.labeled_slider import LabeledSlider, linear_stops
from gui.widgets.thumbnail_grid import ThumbnailGrid

SAMPLES = (20, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000)
TEST_SHARES = linear_stops(0.0, 0.9, 0.05)
NOISES = linear_stops(0.0, 0.5, 0.01)
# Data that came from outside: only one of them is there at a time.
GIVEN = ("inline", "file")
VALUE_PIXELS = 38


class DataSection(ControlSection):
    """The data of a run.

    Attributes:
        sets: the pictures of the data sets.
        noise, samples, test_share: sliders, shown where they apply.
        features: the chips, shown for sets of two inputs.
        own: the button that opens data of the user.

    Signals:
        own_data_requested: the user wants to choose a data file.
        columns_requested: the user wants to choose the columns of the present one anew.
    """

    own_data_requested = Signal()
    columns_requested = Signal()

    def __init__(self) -> None:
        """Make all rows."""
        super().__init__("Data")
        self.sets = ThumbnailGrid(name="Data set")
        kinds = (*TWO_INPUT_SETS, *BUNDLED_SETS)
        for kind in kinds:
            self.sets.add(kind, DATA_SETS[kind], thumbnail(kind))
        for kind in GIVEN:
            self.sets.add(kind, DATA_SETS[kind], thumbnail(kind), cell=len(kinds) + 1)
        self.own = self.sets.add_button("Open data…", thumbnail("open"), cell=len(kinds))
        self.own.setToolTip("Open data… (Ctrl+D)\nLearn from a table of your own.")
        self.noise = LabeledSlider("Noise", NOISES, mark="live", value_width=VALUE_PIXELS)
        self.samples = SettledSlider("Samples", SAMPLES, format_count, VALUE_PIXELS)
        self.test_share = SettledSlider("Test share", TEST_SHARES, _percent, VALUE_PIXELS)
        self.features = FeatureChips()
        for row in (self.sets, self.noise, self.samples, self.test_share, self.features):
            self.body.addWidget(row)
        self.sets.selected.connect(self._on_set)
        self.own.clicked.connect(self.own_data_requested)
        self.sets.thumbnail("file").clicked.connect(self.columns_requested)
        self.noise.value_changed.connect(self._on_noise)
        self.samples.settled.connect(self._on_samples)
        self.test_share.settled.connect(self._on_test_share)
        self.features.chosen.connect(self._on_features)
        self.features.refused.connect(self.refused)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the data settings and only the rows that apply to the set."""
        super().show_snapshot(snapshot)
        data = snapshot.spec.data
        self.set_fact(data_set_name(data))
        for kind in GIVEN:
            self.sets.thumbnail(kind).setEnabled(data.kind == kind)
            self.sets.thumbnail(kind).setVisible(data.kind == kind)
        if data.path is not None:
            words = f"Own data: {data.path}\nChoose its columns anew."
            self.sets.thumbnail("file").setToolTip(words)
        self.sets.set_selected(data.kind)
        is_drawn = data.kind in TWO_INPUT_SETS
        for row in (self.noise, self.samples):
            row.setVisible(is_drawn)
        self.test_share.setVisible(data.test_inputs is None)
        self.features.setVisible(_is_plane(data))
        self.noise.set_value(data.noise)
        self.samples.set_value(data.samples)
        self.test_share.set_value(data.test_fraction)
        self.features.set_features(data.features or DEFAULT_FEATURES)

    @Slot(str)
    def _on_set(self, kind: str) -> None:
        self.request(change_for_data_set, kind)

    @Slot(float)
    def _on_noise(self, noise: float) -> None:
        self.change_requested.emit({"data": {"noise": noise}})

    @Slot(float)
    def _on_samples(self, samples: float) -> None:
        self.change_requested.emit({"data": {"samples": round(samples)}})

    @Slot(float)
    def _on_test_share(self, share: float) -> None:
        self.change_requested.emit({"data": {"test_fraction": share}})

    @Slot(list)
    def _on_features(self, features: list[str]) -> None:
        self.request(change_for_features, features)


def _is_plane(data: DataSpec) -> bool:
    if data.kind == "inline":
        return data.inputs is not None and len(data.inputs[0]) == 2
    return data.kind in TWO_INPUT_SETS


def _percent(share: float) -> str:
    return format_percent(share, decimals=0)
