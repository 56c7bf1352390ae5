"""Notices in the body that what is led is too much.

Two rules, and both only ever make it easier: the heart beats far faster than at rest for a
minute although the person sits still, or arousal rises within two minutes that were to calm and
is above the usual range.
The limits are a choice on the side of care; neither is a finding about the person.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf, isfinite, nan
from statistics import fmean, median
from typing import TYPE_CHECKING

from biofeedback.guides.arousal_rise import ArousalRise
from biofeedback.guides.heart_rise import MOVING_G

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow

__all__ = ["POSSIBLE_BPM", "RISE_Z", "Finding", "TooMuch"]

RISE_BPM = 30.0
HELD_S = 60.0
RISE_Z = 1.0
OVER_S = 120.0
# Where the usual range ends (`biofeedback.signal.arousal_zone`). The index of someone at rest
# wanders by 1 within minutes; without this, every second person would be interrupted in vain.
LEAST_Z = 1.5
# Slow breathing alone swings heart rate by 20 bpm and more: means of a whole slow breath each.
_PARTS = 4
_LONGEST_HOLE_S = 10.0
_FIRST_S = 60.0
_LEAST_FIRST = 10

POSSIBLE_BPM = (30.0, 120.0)
"""The heart rates that are taken for those of rest."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was noticed: a reason that has a sentence, and what it rests on."""

    reason: str
    facts: Mapping[str, float | str]


class _FastHeart:
    """Whether the heart has been fast for a minute of sitting still."""

    def __init__(self, usual_bpm: float) -> None:
        self._usual_bpm = usual_bpm
        self._heard_t_s = -inf
        self._heard_s = -inf
        self._first: list[float] = []
        self._first_s = nan
        self._recent: deque[tuple[float, float]] = deque()

    def forget(self) -> None:
        self._recent.clear()

    def sense(self, c_s: float, body: BodyNow) -> Finding | None:
        movement_g = body.value("movement_g")
        metric = body.metric("heart_rate_bpm", max_age_s=_LONGEST_HOLE_S)
        if metric is None or (movement_g is not None and movement_g > MOVING_G):
            self.forget()
            return None
        if metric.t_s <= self._heard_t_s:
            return None
        self._heard_t_s = metric.t_s
        if c_s - self._heard_s > _LONGEST_HOLE_S:
            self.forget()
        self._heard_s = c_s
        self._learn(c_s, metric.value)
        self._recent.append((c_s, metric.value))
        while len(self._recent) > 1 and self._recent[1][0] <= c_s - HELD_S:
            self._recent.popleft()
        if not isfinite(self._usual_bpm) or c_s - self._recent[0][0] < HELD_S:
            return None
        if min(self._means(c_s)) <= self._usual_bpm + RISE_BPM:
            return None
        now_bpm = fmean(bpm for _, bpm in self._recent)
        return Finding("heart-fast", {"heart_rate_bpm": now_bpm, "usual_bpm": self._usual_bpm})

    def _learn(self, c_s: float, bpm: float) -> None:
        """Take the middle of the first minute for usual where nothing better is known."""
        if isfinite(self._usual_bpm):
            return
        if not self._first:
            self._first_s = c_s
        if c_s - self._first_s <= _FIRST_S:
            self._first.append(bpm)
        elif len(self._first) >= _LEAST_FIRST:
            self._usual_bpm = median(self._first)
        else:
            self._first.clear()

    def _means(self, c_s: float) -> list[float]:
        part_s = HELD_S / _PARTS
        parts: list[list[float]] = [[] for _ in range(_PARTS)]
        for heard_s, bpm in self._recent:
            # The oldest, which may be just over a minute old, belongs to the oldest part.
            parts[min(int((c_s - heard_s) / part_s), _PARTS - 1)].append(bpm)
        # No hole is as long as a part, so that none of them is empty.
        return [fmean(part) for part in parts]


class TooMuch:
    """Watches over one session; finds each thing once a guide.

    Parameters
    ----------
    usual_heart_bpm
        The person's own heart rate at rest, ``nan`` where it is not known: then the middle of the
        first minute of the session stands for it.

    Raises
    ------
    ValueError
        If that is no heart rate at rest.
    """

    def __init__(self, usual_heart_bpm: float = nan) -> None:
        low, high = POSSIBLE_BPM
        if isfinite(usual_heart_bpm) and not low <= usual_heart_bpm <= high:
            msg = f"a usual heart rate is {low:g} to {high:g} bpm, not {usual_heart_bpm:g}"
            raise ValueError(msg)
        self._heart = _FastHeart(usual_heart_bpm)
        self._rise = ArousalRise(OVER_S)
        self._is_led = self._calms = self._is_found = False

    def begin(self, c_s: float, *, is_led: bool, calms: bool) -> None:
        """Hear that another guide leads from now on.

        Parameters
        ----------
        c_s
            When.
        is_led
            Whether any does.
        calms
            Whether it is meant to calm.
        """
        self._is_led, self._calms, self._is_found = is_led, calms, False
        self.go_on(c_s)

    def go_on(self, c_s: float) -> None:
        """Hear that a pause is over."""
        self._heart.forget()
        self._rise.begin(c_s)

    def sense(self, c_s: float, body: BodyNow) -> Finding | None:
        """Return what was noticed, the first time in a guide."""
        fast = self._heart.sense(c_s, body)
        self._rise.sense(c_s, body)
        if self._is_found or not self._is_led:
            return None
        found = fast
        if found is None and self._calms:
            rise_z = self._rise.rise_z(c_s, LEAST_Z)
            if rise_z is not None and rise_z > RISE_Z:
                found = Finding("arousal-rose", {"rise_z": rise_z})
        self._is_found = found is not None
        return found
