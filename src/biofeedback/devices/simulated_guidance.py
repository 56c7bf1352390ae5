"""What a simulated person makes of a guide's state: which way it asks them to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.simulation.guidance import Guidance, Way

if TYPE_CHECKING:
    from biofeedback.samples import GuideState

__all__ = ["guidance_of"]

# Guides that lead the breath alone are followed by the pacer; waves stir up and settle in turn,
# and which of the two a person does is not the guide's to say.
_WAYS = {
    "grounding": Way.GROUNDING,
    "release": Way.MUSCLE,
    "kindness": Way.KINDNESS,
    "body-scan": Way.KINDNESS,
    "check-in": Way.KINDNESS,
}
# Stages of muscle release in which a muscle is tensed are called so, and how hard it is asked.
_TENSE_STAGE, _TENSE = "tense", 0.7
_STANDS_STILL = frozenset({"paused", "ended"})


def guidance_of(state: GuideState | None) -> Guidance | None:
    """Return what a guide asks of a person beside the breath, ``None`` while it asks nothing.

    Parameters
    ----------
    state
        What the guide asks for now; ``None`` where none leads.
    """
    if state is None or state.step in _STANDS_STILL:
        return None
    way = _WAYS.get(state.guide)
    if way is None:
        return None
    tenses = way is Way.MUSCLE and state.stage.startswith(_TENSE_STAGE)
    return Guidance(way, _TENSE if tenses else 0.0)
