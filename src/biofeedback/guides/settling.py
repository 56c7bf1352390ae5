"""Whether a body is still settling: skin, heart or arousal coming down, or still up.

The limits are our own: none of them is a finding about a person, they only decide whether a step
of a guide takes a few seconds more.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow

__all__ = ["Settling", "Sign"]

_BIN_S = 5.0
_N_BINS = 12
_FIRST_S = 60.0
# At rest the skin responds one to three times a minute (Braithwaite et al. 2013); twice that is
# more than rest, whoever it is.
_MANY_RESPONSES_PER_MIN = 6.0
_SHARE_OF_FIRST = 0.5
# Skin conductance drifts down by 1 to 3 % in half a minute in anybody who sits still.
_LEVEL_FALL = 0.03
# A calm heart wanders by about 2 bpm between two such stretches.
_HEART_FALL_BPM = 3.0
# Above this arousal counts as above the person's usual range (`arousal_zone`).
_AROUSAL_ABOVE_Z = 1.5
_AROUSAL_FALL_Z = 0.4
_AROUSAL_USUAL_Z = 0.5


@dataclass(frozen=True, slots=True)
class Sign:
    """What is still settling: a reason that has a sentence, and what it rests on."""

    reason: str
    facts: Mapping[str, float | str]


class _Trend:
    """Means of five seconds each over the last minute."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._heard_s = -1.0
        self._bins: deque[tuple[int, float, int]] = deque(maxlen=_N_BINS)

    def sense(self, g_s: float, body: BodyNow) -> float | None:
        """Take the newest value, once; return it if it is new."""
        metric = body.metric(self._name)
        if metric is None or metric.t_s <= self._heard_s:
            return None
        self._heard_s = metric.t_s
        place = int(g_s // _BIN_S)
        if self._bins and self._bins[-1][0] == place:
            _, total, n_values = self._bins.pop()
            self._bins.append((place, total + metric.value, n_values + 1))
        else:
            self._bins.append((place, metric.value, 1))
        return metric.value

    def forget(self) -> None:
        self._bins.clear()

    def mean(self, g_s: float, from_s: float, until_s: float) -> float | None:
        """Return the mean from ``from_s`` until ``until_s`` ago, ``None`` without values."""
        now = int(g_s // _BIN_S)
        first, last = now - round(from_s / _BIN_S), now - round(until_s / _BIN_S)
        total, n_values = 0.0, 0
        for place, one_total, one_n in self._bins:
            if first < place <= last:
                total, n_values = total + one_total, n_values + one_n
        return total / n_values if n_values else None


class Settling:
    """Follows a body through a guide. Its time is guide time; its state is bounded."""

    def __init__(self) -> None:
        self._responses = _Trend("scr_per_min")
        self._level = _Trend("scl_microsiemens")
        self._heart = _Trend("heart_rate_bpm")
        self._arousal = _Trend("arousal")
        self._first_from_s: float | None = None
        self._first_total = 0.0
        self._first_n = 0

    def sense(self, g_s: float, body: BodyNow) -> None:
        """Take what is new."""
        self._level.sense(g_s, body)
        self._heart.sense(g_s, body)
        self._arousal.sense(g_s, body)
        responses_per_min = self._responses.sense(g_s, body)
        if responses_per_min is None:
            return
        if self._first_from_s is None:
            self._first_from_s = g_s
        if g_s - self._first_from_s < _FIRST_S:
            self._first_total += responses_per_min
            self._first_n += 1

    def forget(self) -> None:
        """Forget the last minute, after a pause, but not what the first was like."""
        for trend in (self._responses, self._level, self._heart, self._arousal):
            trend.forget()

    def arousal_z(self, g_s: float) -> float | None:
        """Return the arousal of the last ten seconds, ``None`` while it is not known."""
        return self._arousal.mean(g_s, 10.0, 0.0)

    def sign(self, g_s: float) -> Sign | None:
        """Return what is still settling, the clearest first; ``None`` if nothing is known to."""
        return self._skin(g_s) or self._of_heart(g_s) or self._of_arousal(g_s)

    def _skin(self, g_s: float) -> Sign | None:
        responses = self._responses.mean(g_s, 10.0, 0.0)
        if responses is not None and self._first_n:
            first = self._first_total / self._first_n
            if responses >= _MANY_RESPONSES_PER_MIN and responses > _SHARE_OF_FIRST * first:
                return Sign("skin-settling", {"scr_per_min": responses, "first_per_min": first})
        now, before = self._level.mean(g_s, 10.0, 0.0), self._level.mean(g_s, 40.0, 30.0)
        if now is not None and before is not None and now < (1.0 - _LEVEL_FALL) * before:
            return Sign("skin-settling", {"scl_microsiemens": now, "before_microsiemens": before})
        return None

    def _of_heart(self, g_s: float) -> Sign | None:
        # Over 20 s each that are complete: the swing with the breath is no settling.
        now, before = self._heart.mean(g_s, 25.0, 5.0), self._heart.mean(g_s, 45.0, 25.0)
        if now is not None and before is not None and now <= before - _HEART_FALL_BPM:
            return Sign("heart-settling", {"heart_rate_bpm": now, "before_bpm": before})
        return None

    def _of_arousal(self, g_s: float) -> Sign | None:
        now, before = self.arousal_z(g_s), self._arousal.mean(g_s, 40.0, 30.0)
        if now is None:
            return None
        is_falling = (
            before is not None and now <= before - _AROUSAL_FALL_Z and now > _AROUSAL_USUAL_Z
        )
        if is_falling or now >= _AROUSAL_ABOVE_Z:
            return Sign("arousal-settling", {"arousal_z": now})
        return None
