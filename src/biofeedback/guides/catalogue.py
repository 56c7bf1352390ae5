"""Every guide by its name. What one is made of is imported when it is first begun."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.guide import Guide, Vocabulary

__all__ = ["BREATHING", "GUIDES", "LED_BY_TIME", "make_guide", "vocabulary"]

BREATHING = "breathing"

# Module and class of each, in the order in which they are shown.
_PLACES: dict[str, tuple[str, str]] = {
    BREATHING: ("breathing", "Breathing"),
    "resonance": ("resonance", "Resonance"),
    "grounding": ("grounding", "Grounding"),
    "release": ("release", "Release"),
    "kindness": ("kindness", "Kindness"),
    "body-scan": ("body_scan", "BodyScan"),
    "check-in": ("check_in", "CheckIn"),
    "waves": ("waves", "Waves"),
    "resonance-stepped": ("resonance_stepped", "ResonanceStepped"),
    "resonance-sliding": ("resonance_sliding", "ResonanceSliding"),
    "together": ("together", "Together"),
}

GUIDES: tuple[str, ...] = tuple(_PLACES)
"""Names of all guides."""

LED_BY_TIME = frozenset({BREATHING, "resonance", "together"})
"""Those that lead for as long as a person chooses; the others come to an end of their own."""


def make_guide(name: str, options: Mapping[str, float | str]) -> Guide:
    """Return a guide that is about to begin.

    Parameters
    ----------
    name
        One of `GUIDES`.
    options
        The arguments of the command that begins it; what it does not know, it passes over.

    Raises
    ------
    ValueError
        If there is no such guide, or an option makes no sense.
    """
    if name not in _PLACES:
        msg = f"there is no guide {name!r}"
        raise ValueError(msg)
    module, made_by = _PLACES[name]
    make = getattr(import_module(f"biofeedback.guides.{module}"), made_by)
    return cast("Guide", make(options))


def vocabulary(name: str) -> Vocabulary:
    """Return every word that a guide may use."""
    module = import_module(f"biofeedback.guides.{_PLACES[name][0]}")
    return cast("Vocabulary", module.VOCABULARY)
