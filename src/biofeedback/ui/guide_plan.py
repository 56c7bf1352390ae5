"""What a session begins with beside the guide itself: first sessions, gentleness, agreed offers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.guides.catalogue import GUIDES, LED_BY_TIME, make_guide
from biofeedback.runtime.snapshot import begin_arguments
from biofeedback.ui.guide_shelf import place_of
from biofeedback.ui.session_length import N_FIRST, longest_min

if TYPE_CHECKING:
    from biofeedback.runtime.snapshot import SessionPlan
    from biofeedback.settings import Preferences

__all__ = ["can_begin", "is_for_later", "with_preferences"]


def is_for_later(guide: str, preferences: Preferences) -> bool:
    """Whether a guide leads the breath for longer than a first session may last.

    One of open length is made shorter instead; one with an end of its own would be cut off.
    """
    leads_breath = place_of(guide).group == "breathing"
    return preferences.n_led == 0 and leads_breath and guide not in LED_BY_TIME


def can_begin(plan: SessionPlan, preferences: Preferences) -> bool:
    """Whether a guide takes what was chosen, with what was agreed on beforehand."""
    if is_for_later(plan.guide, preferences):
        return False
    try:
        make_guide(plan.guide, begin_arguments(with_preferences(plan, preferences)))
    except ValueError:
        return False
    return True


def with_preferences(plan: SessionPlan, preferences: Preferences) -> SessionPlan:
    """Return a plan with what was agreed on beforehand.

    Parameters
    ----------
    plan
        What was chosen for this session; its own options stay as they are.
    preferences
        Whether guides follow the body, what is offered and how often, whether it is to be gentle,
        and whether this is one of the first times.
    """
    options: dict[str, float | str] = {"adapts": float(preferences.adapts)}
    # The file may have been written by hand: what is not there is not offered.
    if preferences.offer in GUIDES:
        options["offer"] = preferences.offer
        options["offer_again_s"] = preferences.offer_again_min * 60.0
    if preferences.n_led < N_FIRST:
        options["first"] = 1.0
    if preferences.is_gentle:
        options["gentle"] = 1.0
    duration_s = plan.duration_s
    if plan.guide in LED_BY_TIME:
        duration_s = min(duration_s, longest_min(preferences) * 60.0)
    return replace(plan, duration_s=duration_s, options={**options, **plan.options})
