"""What is told of a session at one moment: who leads, what it asks for, until when."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.samples import GuideState

if TYPE_CHECKING:
    from biofeedback.guides.companion import Companion
    from biofeedback.guides.led_guide import LedGuide
    from biofeedback.guides.pacers import Pacers

__all__ = ["state_at"]


def state_at(
    t_s: float,
    led: LedGuide,
    pacers: Pacers,
    companion: Companion,
    *,
    is_paused: bool,
    adapts: bool,
) -> GuideState:
    """Return what holds from a session time on, in a session that goes on.

    Parameters
    ----------
    t_s
        From when on, session time.
    led
        The guide, or none.
    pacers
        Where in a breath it is.
    companion
        Its question goes before the guide's own.
    is_paused
        Whether all stands still.
    adapts
        Whether the guide adapts: if it does not, ``keep`` is ``adapt``.
    """
    guide = led.guide
    if guide is None:
        step = "paused" if is_paused else "open"
        return GuideState(t_s, "", step, asks=companion.asks, offer=companion.offer)
    scene = guide.scene
    segment = pacers.segment
    stage_until_s = led.stage_until_s
    if is_paused:
        step, step_until_s = "paused", nan
    elif segment is None:
        step, step_until_s = "open", stage_until_s
    else:
        step, step_until_s = pacers.present_step.word, pacers.next_step_s
    return GuideState(
        t_s,
        led.name,
        step,
        step_until_s if isfinite(step_until_s) else nan,
        nan if segment is None else segment.pattern.breaths_per_min,
        scene.stage,
        stage_until_s if isfinite(stage_until_s) else nan,
        scene.place,
        scene.n_places,
        scene.count,
        scene.n_asked,
        scene.way,
        companion.asks or scene.asks,
        companion.offer,
        tuple("adapt" if word == "keep" and not adapts else word for word in scene.can),
    )
