"""The end of a step: what is counted, recorded and moved on once its update has been made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.training import changing, stopping

if TYPE_CHECKING:
    from core.training.trainer import Trainer


def finish_step(trainer: Trainer, loss: float) -> None:
    """Count the step of ``trainer`` whose last op has run, with its batch loss, and go on."""
    assembly, recorder = trainer.assembly, trainer.recorder
    feed, hyper, shaping = assembly.feed, assembly.hyper, assembly.shaping
    trainer.step = step = trainer.step + 1
    if hyper.follows_steps:
        hyper.seek(step)
    trainer.last_loss = loss
    recorder.log.add_loss(step, loss)
    if shaping.clips:
        recorder.clipped = recorder.clipped.after(shaping.has_clipped)
    ended = feed.advance()
    is_recorded = ended or step >= recorder.next_step
    if is_recorded:
        recorder.record(step, ended, trainer.shown)
    if feed.batch_size != trainer.shown.workspace.batch_size:
        trainer.station = assembly.station()
    if step >= trainer.timeline.next_due:
        changing.pass_keyframe(trainer)
    if is_recorded and recorder.has_waited(step):
        stopping.stop_early(trainer)
