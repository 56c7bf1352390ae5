"""The readings and the body's state: what each is, what it is worth, why there is none."""

from __future__ import annotations

from math import ceil, isnan
from typing import TYPE_CHECKING

from biofeedback.ui.messages.time_words import duration

if TYPE_CHECKING:
    from biofeedback.samples import Metric

COHERENCE = "Coherence"
HEART_RATE = "Heart rate"
SWING = "Swing per breath"
RMSSD = "RMSSD"
PULSE_VARIABILITY = "Pulse variability"
HEART_RATE_OF_PULSE = "Heart rate, from the pulse"
SKIN = "Skin conductance"
BREATHS = "Breathing"
RESPONSES = "Skin responses"
TENSION = "Tension of rest"
ADHERENCE = "With the pacer"
MOVEMENT = "Movement"
PACING = "Pacing together"
MOVING = "Moving together"
MOVING_MORE = "more than chance"
MOVING_BY_CHANCE = "no more than chance"
MISSING = "–"
NOT_YET = "not yet"
WITH_THE_PACER = "comes with paced breaths"
NO_SENSOR_FOR_IT = "no sensor for it"
HEART_RATE_ONLY = "this sensor gives heart rate only"
COHERENCE_ABOUT = "How much of the last 64 s of heart rate moves in one even wave"
HEART_RATE_ABOUT = "Heartbeats a minute"
SWING_ABOUT = "How far the heart rate rises and falls with each breath"
RMSSD_ABOUT = "How much the time from beat to beat changes"
BREATHS_ABOUT = "Breaths a minute, as measured"
RESPONSES_ABOUT = "How often the skin's conductance rose for a moment, in a minute"
TENSION_ABOUT = "How tense the muscle is; 100 % is your own rest"
ADHERENCE_ABOUT = "How much of your breathing goes with the pacer"
MOVEMENT_ABOUT = "Movement blurs what other sensors feel"
PACING_ABOUT = (
    "How closely you both keep the pacer's time. Both of you follow it: this tells that and "
    "nothing more"
)
MOVING_ABOUT = (
    "Whether your heart rates rise and fall together. It says nothing about how you are with "
    "each other"
)
SKIN_ABOUT = "How well the skin conducts; it rises with sweat"
BODY_STATE = "Body state"
BODY_STATE_ABOUT = "How active the body is, beside what is usual for you"
STATE_UNKNOWN = "Can't tell yet"
STATE_NO_SENSOR = "sensors of heart and skin can tell, together"
STATE_BELOW_QUESTION = "how is it for you just now?"
STATES = {
    0.0: "Within your window",
    1.0: "Above your window",
    -1.0: "Lower than usual for you",
}
# Below the first a signal is called fair, below the second weak.
GOOD_QUALITY, FAIR_QUALITY = 0.8, 0.5
# Mean acceleration: breathing and heartbeats move a sitting person by less than the first; from
# the second on other sensors feel it.
STILL_G, MUCH_MOVEMENT_G = 0.05, 0.2


def quality(value: float) -> str:
    """Return a quality from 0 to 1 in words."""
    if value >= GOOD_QUALITY:
        return "signal good"
    return "signal fair" if value >= FAIR_QUALITY else "signal weak"


def reading_note(
    metric: Metric | None, *, silent_s: float, has_rr: bool | None, absent: str
) -> str:
    """Return what stands under a number: why it is missing, or how far it can be trusted.

    Parameters
    ----------
    metric
        The measure, ``None`` when nothing gives it.
    silent_s
        For how long its sensor has sent nothing, 0 while it does.
    has_rr
        False when the only heart sensor gives no beat-to-beat intervals and the measure
        needs them; ``None`` when that does not matter or is not known.
    absent
        What to say while nothing gives the measure.
    """
    if silent_s > 0:
        return f"nothing from the sensor for {duration(silent_s)}"
    if has_rr is False:
        return HEART_RATE_ONLY
    if metric is None:
        return absent
    if isnan(metric.value):
        if metric.wait_s > 0:
            return f"not yet, {duration(ceil(metric.wait_s))} to go"
        return metric.reason or NOT_YET
    words = quality(metric.quality)
    if metric.window_s > 0 and not metric.reason:
        words = f"last {metric.window_s:.0f} s · {words}"
    return f"{words}: {metric.reason}" if metric.reason else words


def movement(mean_g: float) -> str:
    """Return how much somebody moves, in words."""
    if mean_g < STILL_G:
        return "still"
    return "a little" if mean_g < MUCH_MOVEMENT_G else "much"
