"""Bars that are missed, and why: told on the page, and no reason to stop a release."""

from __future__ import annotations

__all__ = ["KNOWN"]

_DRIFT = (
    "The bar was made with people who sit quietly. Here minds wander every other minute and the heart's swing changes with "
    "arousal while the paces pass one after the other, so that some of what a pace seems to do is only the time at which it came"
)
_ADAPTIVE = (
    f"{_DRIFT}; and who practises is not to be led through all paces, as in an assessment: between the ramp and home there are "
    "about eight moves of a quarter breath. It is nearer than six a minute for everybody, and an assessment before it is nearer "
    "still: its result is where this guide begins"
)

KNOWN: dict[str, str] = {
    "adaptive, sitting quietly: within 0.5 a minute": (
        "By 3 people of 200 (standard error 6); of 250 others, who took part in choosing where it begins, 83 of 100 are within. "
        "Of the 43 who are not, 24 resonate above 6.5, where it begins: their swing lessens by a few percent only on the way down, "
        "and what is usual for adults weighs more than that. 7 resonate below 5.1, from where it turns back early. What it costs "
        "of the swing is within its bars."
    ),
    "sliding, as they are: within 0.5 a minute": (
        f"By 1 of 100, with 144 results (standard error 3). {_DRIFT}. Where the result says that it is clear, it is 92 of 100."
    ),
    "sliding, as they are: swing given away, nine in ten below": f"{_DRIFT}.",
    "adaptive, as they are: mean distance": f"{_ADAPTIVE}.",
    "adaptive, as they are: within 0.5 a minute": f"{_ADAPTIVE}.",
    "adaptive, as they are: swing given away, mean": f"{_ADAPTIVE}.",
    "adaptive, as they are: swing given away, nine in ten below": f"{_ADAPTIVE}.",
    "together: ordinary people led on in another way with no harm and unasked": (
        "By one person of 137. The pacer is let go of when measured arousal rises by one standard deviation within two minutes, also "
        "where the person has just said that it is good: measured and true arousal differ, and the rule is kept as it is published."
    ),
}
"""By the words of the figure."""
