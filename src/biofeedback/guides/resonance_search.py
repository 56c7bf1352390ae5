"""Where to lead next, to find the pace at which a heart swings widest: looks around, then settles.

At first it goes to and fro across what may still be the best pace, one standard deviation of the
belief to either side, slower first: from far away two paces tell far more about what lies
between than neighbours do, and the less is unknown, the less far it goes. After that it settles at
the pace that is expected to lose least, and looks once more beside it every five minutes.

A stay at one pace is read as its mean swing. The reading is `peak_to_trough_bpm`, not the lock-in
`rsa_bpm`: nobody keeps an even distance to a pacer, and where that distance wanders the lock-in
loses a part of the swing that has nothing to do with the pace. Between stays that are followed it
scatters by a fifth, the other by an eighth. What it reads too much of, because noise lifts the
highest and lowers the lowest rate, grows with the length of the breath and is taken back: 9 % at six
a minute and 6 % more for each breath a minute less.

Breaths that went astray are read, too, for a mind that wanders is the rule: what they took from the
swing is given back as far as `adherence` tells, up to a quarter, and they count for less. Where
nothing but the heart tells of the breath, less can be learned, and it goes less far to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot, inf, sqrt
from statistics import fmean
from typing import TYPE_CHECKING

from biofeedback.guides.limits import (
    AUTOMATIC_PAUSE_S,
    AUTOMATIC_STEP_PER_MIN,
    automatic_step,
)
from biofeedback.guides.resonance_belief import Resonance, ResonanceBelief

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

__all__ = ["MAX_AGE_S", "READING", "Look", "Search"]

READING = "peak_to_trough_bpm"
MAX_AGE_S = 25.0
"""How old a measure of each breath may be: a long breath lasts 15 s, and it is known later."""

_SETTLED_BREATHS = 6
_WINDOW_SLACK_S = 2.0
# Of one reading: what depth of breath and attention do to it, and what noise does.
_SHARE_ERROR, _ERROR_BPM = 0.13, 0.7
# More of it where the breath went astray, and what that took from the swing.
_ASTRAY_ERROR, _ASTRAY_LOSS = 0.15, 0.3
_EXCESS_AT_SIX, _EXCESS_PER_BREATH = 0.09, 0.06
_WINDOW_S = 60.0
# Readings of overlapping windows tell nearly the same.
_FRESH_SHARE = 0.8
_MAX_READINGS = 32
_AWAY_SDS, _AWAY_UNFELT_SDS = 1.0, 0.8
_TURN_PER_MIN = 0.12
_KNOWN_SD_PER_MIN = 0.2
_LONGEST_LOOK_S = 720.0
_LOOK_SHARE = 0.6
_AGAIN_S = 300.0
# Nearer than this to the best is there, and nothing to gain is no reason to move.
_THERE_PER_MIN = 0.13
_LEAST_GAIN = 0.003
_CLEAR_GAIN = 0.03
_COMPARABLE_S = 420.0


@dataclass(frozen=True, slots=True)
class Look:
    """What is worth doing after a stay.

    Parameters
    ----------
    to_per_min
        The pace to go to; the present one to stay.
    why
        ``wider``, ``look``, ``back``, ``settle``; ``found`` or ``no-difference`` to stay, empty
        to stay without a word.
    facts
        What it rests on.
    """

    to_per_min: float
    why: str
    facts: dict[str, float | str] = field(default_factory=dict)


class Search:
    """Reads stays, believes, and chooses.

    Parameters
    ----------
    belief
        What is known beforehand.
    lowest_per_min
        It never goes slower than this.
    duration_s
        How long the session lasts, ``inf`` for an open end: it looks around for 0.6 of it and
        12 minutes at most.
    """

    def __init__(
        self, belief: ResonanceBelief, lowest_per_min: float, duration_s: float = inf
    ) -> None:
        self._belief = belief
        self.lowest_per_min = lowest_per_min
        self._look_until_s = min(_LONGEST_LOOK_S, _LOOK_SHARE * duration_s)
        self._direction = -1.0
        self._began_s = 0.0
        self._read_t_s = -inf
        self._readings: list[float] = []
        self._errors: list[float] = []
        self._is_felt = False
        self._middle_s = 0.0
        self._last: tuple[float, float, float] | None = None  # when, pace, swing
        self._again_s = inf
        self._is_beside = False
        self._is_settled = False

    @property
    def known(self) -> Resonance:
        """What is known by now."""
        return self._belief.known()

    @property
    def is_settled(self) -> bool:
        """Whether it stays at the best pace, or only looks beside it."""
        return self._is_settled

    @property
    def swing_bpm(self) -> float | None:
        """The swing of this stay so far, ``None`` without a reading."""
        return fmean(self._readings) if self._readings else None

    def stay(self, g_s: float) -> None:
        """Begin anew at one pace: what was read before is of another time."""
        self._began_s = g_s
        self._readings.clear()
        self._errors.clear()

    def breathe(
        self, g_s: float, per_min: float, body: BodyNow, adherence: float, *, is_felt: bool
    ) -> None:
        """Read the newest swing as a breath begins.

        Parameters
        ----------
        g_s
            Guide time.
        per_min
            The pace that was led until now.
        body
            The measures.
        adherence
            How well the breath went with the pacer, 0 to 1.
        is_felt
            Whether a sensor feels the breath, so that this is no guess.
        """
        metric = body.metric(READING, max_age_s=MAX_AGE_S)
        if metric is None or metric.t_s <= self._read_t_s:
            return
        self._read_t_s = metric.t_s
        # It became known in the breath that just ended, and tells of those before it.
        ended_s = g_s - 60.0 / per_min
        if (
            ended_s - self._began_s < _SETTLED_BREATHS * 60.0 / per_min - _WINDOW_SLACK_S
            or ended_s - metric.window_s < self._began_s - _WINDOW_SLACK_S
            or len(self._readings) >= _MAX_READINGS
        ):
            return
        excess = max(_EXCESS_AT_SIX + _EXCESS_PER_BREATH * (6.0 - per_min), 0.0)
        self._is_felt = is_felt
        astray = 1.0 - adherence
        self._readings.append(metric.value / (1.0 + excess) / (1.0 - _ASTRAY_LOSS * astray))
        self._errors.append(_SHARE_ERROR + _ASTRAY_ERROR * astray)
        self._middle_s = (self._began_s + ended_s) / 2.0

    def choose(self, g_s: float, per_min: float) -> Look | None:
        """Learn from the stay and choose; ``None`` as long as there is too little to learn from.

        The stay is over with it, also where the answer is to stay.
        """
        if not self._readings or g_s - self._began_s < AUTOMATIC_PAUSE_S:
            return None
        swing_bpm = fmean(self._readings)
        n_windows = 1.0 + _FRESH_SHARE * (len(self._readings) - 1) / (per_min * _WINDOW_S / 60.0)
        error_bpm = hypot(_ERROR_BPM, fmean(self._errors) * swing_bpm) / sqrt(n_windows)
        self._belief.observe(self._middle_s, per_min, swing_bpm, error_bpm)
        look = self._next(g_s, per_min, swing_bpm)
        self._last = (self._middle_s, per_min, swing_bpm)
        self.stay(g_s)
        return look

    def _next(self, g_s: float, per_min: float, swing_bpm: float) -> Look:
        known = self._belief.known()
        gain = self._gain(per_min, swing_bpm)
        facts: dict[str, float | str] = {
            "from_per_min": per_min,
            "to_per_min": per_min,
            "swing_bpm": swing_bpm,
            "gain_pct": 100.0 * gain,
            "best_per_min": known.best_per_min,
            "low_per_min": known.low_per_min,
            "high_per_min": known.high_per_min,
        }
        if not self._is_settled and (
            g_s < self._look_until_s and known.sd_per_min > _KNOWN_SD_PER_MIN
        ):
            before = self._direction
            to = self._towards(per_min, self._edge(per_min, known))
            why = "look"
            if gain >= _CLEAR_GAIN and self._direction == before:
                why = "wider"
            elif gain <= -_CLEAR_GAIN and self._direction != before:
                why = "back"
            return Look(to, why, facts | {"to_per_min": to})
        return self._settle(g_s, per_min, known, facts)

    def _settle(
        self, g_s: float, per_min: float, known: Resonance, facts: dict[str, float | str]
    ) -> Look:
        best = max(known.best_per_min, self.lowest_per_min)
        to = self._towards(per_min, best)
        lost, kept = self._belief.lost_share(per_min), self._belief.lost_share(to)
        facts |= {"to_per_min": to, "gain_pct": 100.0 * (lost - kept)}
        if abs(best - per_min) >= _THERE_PER_MIN and lost - kept >= _LEAST_GAIN:
            self._is_beside = False
            return Look(to, "settle", facts)
        stays = facts | {"to_per_min": per_min, "gain_pct": 0.0}
        if not self._is_settled:
            self._is_settled = True
            self._again_s = g_s + _AGAIN_S
            return Look(per_min, "found", stays)
        if self._is_beside:
            self._is_beside = False
            return Look(per_min, "no-difference", stays)
        if g_s >= self._again_s:
            self._again_s = g_s + _AGAIN_S
            # To the side on which more of what may be true lies.
            middle = (known.low_per_min + known.high_per_min) / 2.0
            self._direction = 1.0 if middle > per_min else -1.0
            to = self._towards(per_min, per_min + self._direction)
            if to != per_min:
                self._is_beside = True
                return Look(to, "look", stays | {"to_per_min": to})
        return Look(per_min, "", stays)

    def _edge(self, per_min: float, known: Resonance) -> float:
        """Return the pace on the far side of what may be true; turn around where it is reached."""
        away = (_AWAY_SDS if self._is_felt else _AWAY_UNFELT_SDS) * known.sd_per_min
        edge = known.best_per_min + self._direction * away
        limit = self._towards(per_min, edge)
        if (edge - per_min) * self._direction <= _TURN_PER_MIN or limit == per_min:
            self._direction = -self._direction
            edge = known.best_per_min + self._direction * away
        return edge

    def _towards(self, per_min: float, to_per_min: float) -> float:
        to = automatic_step(per_min, max(to_per_min, min(self.lowest_per_min, per_min)))
        return per_min if abs(to - per_min) < AUTOMATIC_STEP_PER_MIN / 10.0 else to

    def _gain(self, per_min: float, swing_bpm: float) -> float:
        """Return by which share this stay's swing is wider than that of the one before."""
        if self._last is None:
            return 0.0
        last_s, last_per_min, last_bpm = self._last
        if last_per_min == per_min or self._middle_s - last_s > _COMPARABLE_S or last_bpm <= 0:
            return 0.0
        return swing_bpm / last_bpm - 1.0
