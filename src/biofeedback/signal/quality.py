"""How far a measure over heartbeats can be trusted, and the words for it.

Two things take trust away: beats that had to be corrected, and time without beats. Up to 5 %
corrected is good, up to 15 % is low, beyond 20 % there is no number to show. Beyond 15 % of
the window missing there is none either, and how long until there is can be told.

References
----------
Tarvainen et al. (2014), Comput. Methods Programs Biomed. 113:210 (5 % corrected).
Vest et al. (2018), Physiol. Meas. 39:105004, PhysioNet Cardiovascular Signal Toolbox: windows
with over 15 % missing or over 20 % rejected beats are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GOOD_SHARE", "MAX_CORRECTED_SHARE", "MAX_MISSING_SHARE", "Trust", "trust_in"]

GOOD_SHARE = 0.05
MAX_CORRECTED_SHARE = 0.20
MAX_MISSING_SHARE = 0.15

_CORRECTED = "some heartbeats had to be corrected"
_TOO_MANY = "too many heartbeats had to be corrected"
_PART_MISSING = "some heartbeats are missing"


@dataclass(frozen=True, slots=True)
class Trust:
    """Quality 0 to 1, why it is below 1, and whether the number may be shown."""

    quality: float
    reason: str
    is_shown: bool


def trust_in(corrected_share: float, missing_share: float = 0.0) -> Trust:
    """Judge a window.

    Parameters
    ----------
    corrected_share
        Corrected beats over all beats, 0 to 1.
    missing_share
        Time without beats over the length of the window, 0 to 1.
    """
    if corrected_share > MAX_CORRECTED_SHARE:
        return Trust(0.0, _TOO_MANY, is_shown=False)
    quality = max(1.0 - corrected_share - missing_share, 0.0)
    reason = ""
    if corrected_share > GOOD_SHARE:
        reason = _CORRECTED
    elif missing_share > GOOD_SHARE:
        reason = _PART_MISSING
    return Trust(quality, reason, missing_share <= MAX_MISSING_SHARE)
