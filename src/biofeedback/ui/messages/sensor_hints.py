"""What makes a weak signal better, by what the signal is and by what is known to stand in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.kinds import StreamKind

if TYPE_CHECKING:
    from collections.abc import Collection

STRAP = "Wet the electrodes and tighten the strap a little."
DRY = "The electrodes look dry: a drop of water helps."
ARMBAND = "Wear it snug on bare skin; an armband sits better a little higher."
SKIN = "Let the electrodes sit firmly on skin that is clean and not too dry."
BELT = "Wear the belt a little tighter, where your breath moves most."
MUSCLE = "Clean the skin, and press the electrodes flat along the muscle."
CLOSER = "Bring it closer to the computer: parts of the signal do not arrive."
STILL = "Rest for a moment: movement covers the signal."

# What the pipeline says of a signal, known by a few of its words, and what helps. The first that
# fits holds.
_BY_REASON = (
    ("mains power", "Move away from chargers and mains cables; a laptop may run on its battery."),
    ("electrode may be off", STRAP),
    ("dry or loose", DRY),
    ("lost touch with your skin", DRY),
    ("upper end", "The skin is very moist there: dry it a little, or choose another place."),
    ("moved on your skin", "Rest the hand that wears it: each pull on the electrodes shows."),
    ("muscles or movement", STILL),
    ("movement shifts", STILL),
    ("peaks are cut off", "Settle the electrodes anew, with a little less pressure."),
    ("the light is too", "Let it lie flat on the skin, shaded from bright light."),
    ("cold fingers", "Warm your hands, and wear it a little looser."),
    ("finger may be moving", "Rest the hand or arm that wears it: snug, not tight."),
    ("sensor may be off the skin", ARMBAND),
    ("may have moved", "Settle it where your breath moves most; it finds the new place by itself."),
    ("something else than breath", STILL),
    ("no breathing movement", BELT),
    ("did not arrive", CLOSER),
    ("parts of the signal are missing", CLOSER),
    ("comes in pieces", CLOSER),
    ("the same number", "Switch the sensor off and on again."),
    ("stronger than the sensor", "Rest the muscle for a moment, and settle the electrodes anew."),
)
# For these nothing can be done about the wearing; what it is is said instead.
_AS_IT_IS = ("too seldom", "faster than it says", "something other", "learning")

_BY_MEASURE = {
    "ecg_quality": STRAP,
    "pulse_quality": ARMBAND,
    "skin_quality": SKIN,
    "breath_quality": BELT,
    "muscle_quality": MUSCLE,
}
_BY_KIND = {
    StreamKind.ECG: STRAP,
    StreamKind.PPG: ARMBAND,
    StreamKind.PP: ARMBAND,
    StreamKind.RR: STRAP,
    StreamKind.EDA: SKIN,
    StreamKind.RESPIRATION: BELT,
    StreamKind.EMG: MUSCLE,
}


def hint(measure: str, reason: str, kinds: Collection[StreamKind]) -> str:
    """Return one sentence on what makes a weak signal better.

    Parameters
    ----------
    measure
        What said that it is weak, as in `biofeedback.signal.measures`: ``skin_quality``.
    reason
        Why, in the pipeline's words; may be empty.
    kinds
        What the sensor measures.

    Returns
    -------
    str
        The reason itself where wearing the sensor otherwise would change nothing; empty where
        nothing is known.
    """
    for words, helps in _BY_REASON:
        if words in reason:
            return helps
    if any(words in reason for words in _AS_IT_IS):
        return f"{reason[:1].upper()}{reason[1:]}."
    if (helps := _BY_MEASURE.get(measure, "")) != "":
        return helps
    return next((helps for kind, helps in _BY_KIND.items() if kind in kinds), "")
