"""A heart that swings with whatever pacer leads, and is told of as the pipeline would tell it."""

from __future__ import annotations

from collections import deque
from math import cos, pi
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import Metric

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.guide_play import Play

__all__ = ["PacedHeart", "resonating"]

_STEP_S = 0.25
_WINDOW_S = 4.5
# A beat is confirmed by the beats after it.
_LATE_S = 3.0


def resonating(
    top_per_min: float, swing_bpm: float = 14.0, q: float = 1.5
) -> Callable[[float], float]:
    """Return the swing of a resonator by breaths a minute."""

    def swing(rate_per_min: float) -> float:
        off = q * (rate_per_min / top_per_min - top_per_min / rate_per_min)
        return float(swing_bpm / (1.0 + off * off) ** 0.5)

    return swing


class PacedHeart:
    """Lets a play's time pass and tells it heart rate, and adherence, once a second.

    Parameters
    ----------
    play
        The session.
    swing
        Trough to peak in bpm, by breaths a minute.
    noise_bpm
        Standard deviation of what the rate does by itself, from step to step.
    """

    def __init__(
        self,
        play: Play,
        swing: Callable[[float], float],
        *,
        noise_bpm: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.play = play
        self.swing = swing
        self.adherence: float | None = None
        self.is_heard = True
        self._noise_bpm = noise_bpm
        self._rng = np.random.default_rng(seed)
        n_kept = round((_WINDOW_S + _LATE_S) / _STEP_S)
        self._rates_bpm: deque[float] = deque(maxlen=n_kept)
        self._n_steps = 0

    def until(self, t_s: float) -> PacedHeart:
        """Live on."""
        play = self.play
        while (self._n_steps + 1) * _STEP_S <= t_s and not play.leader.has_ended:
            self._n_steps += 1
            now_s = self._n_steps * _STEP_S
            if now_s < play.t_s:
                continue
            play.advance(now_s)
            # The middle of a step stands for it.
            self._rates_bpm.append(self._rate_bpm(now_s - _STEP_S / 2.0))
            if self._n_steps % round(1.0 / _STEP_S) == 0:
                self._tell(now_s)
        return self

    def to_end(self, at_most_s: float = 3600.0) -> Play:
        """Live on to the end of the guide."""
        self.until(at_most_s)
        assert self.play.leader.has_ended, "it came to no end"
        return self.play

    def to_stage(self, stage: str, at_most_s: float = 3600.0) -> PacedHeart:
        """Live on until a stage begins."""
        while self.play.stage != stage and self.play.t_s < at_most_s:
            self.until(self.play.t_s + 1.0)
        assert self.play.stage == stage
        return self

    def _rate_bpm(self, t_s: float) -> float:
        rate_bpm = 65.0 + self._noise_bpm * float(self._rng.standard_normal())
        segment = self.play.leader.segment
        if segment is not None and t_s >= segment.t_s:
            pattern = segment.pattern
            turns = (t_s - segment.t_s) / pattern.period_s
            swing_bpm = self.swing(pattern.breaths_per_min)
            rate_bpm += swing_bpm / 2.0 * cos(2.0 * pi * (turns - 0.4))
        return rate_bpm

    def _tell(self, now_s: float) -> None:
        told = []
        end_s = now_s - _LATE_S
        n_steps = round(_WINDOW_S / _STEP_S)
        rates_bpm = list(self._rates_bpm)[:n_steps]
        if self.is_heard and len(self._rates_bpm) == self._rates_bpm.maxlen:
            mean_bpm = sum(rates_bpm) / n_steps
            told.append(
                Metric(end_s, "heart_rate_bpm", mean_bpm, "bpm", _WINDOW_S, 1.0, source="strap")
            )
        if self.adherence is not None and self.play.leader.segment is not None:
            told.append(Metric(end_s, "adherence", self.adherence, "", 45.0, 1.0, source="belt"))
        play = self.play
        play.news = play.leader.sense(told, now_s)
        play.out.extend(play.news)
