"""Which wish of which panel goes to whom: panels know neither the session nor one another.

Here stands what needs nothing of the window itself; that it connects on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def connect_panels(window: MainWindow) -> None:
    """Connect the panels of ``window`` to those that carry out what they ask for."""
    _connect_transport(window)
    _connect_network(window)
    session, right = window.session, window.right
    right.output.edit_requested.connect(session.edit_points)
    right.samples.saliency_wanted.connect(session.look_at_saliency)
    window.gradients.quantity_requested.connect(session.look_at_quantity)
    warnings = right.warnings
    warnings.try_requested.connect(session.try_remedy)
    warnings.apply_requested.connect(session.cure)
    warnings.trial_ended.connect(session.end_trial)
    warnings.spot_chosen.connect(window.network.choose_spot)
    warnings.spot_chosen.connect(window.gradients.choose_spot)
    controls = window.controls
    controls.training.same_start_requested.connect(session.reset)
    controls.misfit.connect(window.offers.weigh)
    controls.data.own_data_requested.connect(window.data.open_file)
    controls.data.columns_requested.connect(window.data.open_present)
    window.drops.data_dropped.connect(window.data.open_path)
    window.drops.spec_dropped.connect(window.files.open_path)
    window.failure.reset_requested.connect(session.reset)


def _connect_transport(window: MainWindow) -> None:
    transport, session, slow_motion = window.transport, window.session, window.slow_motion
    transport.play_requested.connect(session.play)
    transport.pause_requested.connect(session.pause)
    transport.step_requested.connect(session.step)
    transport.back_requested.connect(session.step_back)
    transport.reset_requested.connect(session.reset)
    transport.speed_requested.connect(session.set_speed)
    for asked in (
        transport.play_requested,
        transport.pause_requested,
        transport.step_requested,
        transport.back_requested,
        transport.reset_requested,
        window.controls.training.same_start_requested,
    ):
        asked.connect(slow_motion.stop)
    transport.slow_motion_requested.connect(slow_motion.set_on)
    slow_motion.changed.connect(transport.slow.setChecked)


def _connect_network(window: MainWindow) -> None:
    network, layers = window.network, window.layers
    network.units_requested.connect(layers.change_units)
    network.layer_insert_requested.connect(layers.insert_layer)
    network.layer_count_requested.connect(layers.change_hidden_count)
    network.layer_removal_requested.connect(layers.remove_layer)
    network.activation_requested.connect(layers.change_activation)
    network.parameter_requested.connect(window.session.set_parameter)
