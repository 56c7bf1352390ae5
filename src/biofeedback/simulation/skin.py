"""The skin: a slow conductance level, and responses on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, pi, sin
from typing import TYPE_CHECKING

from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from biofeedback.simulation.parameters import ClientParameters

__all__ = ["Skin", "SkinResponse", "response_shape"]

_LEVEL_LAG_S = 30.0
# The level drifts up and down about this slowly, so that it stays in range for hours.
_DRIFT_PERIOD_S = 1500.0
_MAX_RESPONSE_MICROSIEMENS = 3.0


def response_shape(t_s: float, rise_s: float, decay_s: float) -> float:
    """Return a skin conductance response of height 1 at a time after its onset.

    The Bateman function ``exp(-t / decay) - exp(-t / rise)`` over its maximum (Benedek and
    Kaernbach 2010, J. Neurosci. Methods 190:80); 0 before the onset.

    Parameters
    ----------
    t_s
        Seconds since the onset.
    rise_s, decay_s
        Time constants, ``rise_s`` the smaller.
    """
    if t_s <= 0:
        return 0.0
    return (exp(-t_s / decay_s) - exp(-t_s / rise_s)) / _height(rise_s, decay_s)


def _peak_s(rise_s: float, decay_s: float) -> float:
    return log(decay_s / rise_s) * rise_s * decay_s / (decay_s - rise_s)


def _height(rise_s: float, decay_s: float) -> float:
    peak_s = _peak_s(rise_s, decay_s)
    return exp(-peak_s / decay_s) - exp(-peak_s / rise_s)


@dataclass(frozen=True, slots=True)
class SkinResponse:
    """One response as it truly was, alone: where several overlap, their sum is measured."""

    onset_s: float
    peak_s: float
    amplitude_microsiemens: float


class Skin:
    """Conductance from arousal.

    Responses come at random at a rate that grows with arousal, ``r0 + r1 a^1.5`` a minute.

    Parameters
    ----------
    parameters
        The person.
    seed
        For times and heights of the responses and the drift.
    step_s
        Time between steps.
    start_arousal
        Arousal until now, the baseline if not given.
    """

    def __init__(
        self,
        parameters: ClientParameters,
        seed: int,
        step_s: float,
        start_arousal: float | None = None,
    ) -> None:
        self._parameters = parameters
        self._step_s = step_s
        self._rng = rng_for(seed, "skin")
        self._drift_rad = float(self._rng.uniform(0.0, 2 * pi))
        slope_per_s = parameters.scl_drift_microsiemens_per_min / 60.0
        self._drift_microsiemens = slope_per_s * _DRIFT_PERIOD_S / (2 * pi)
        self._lagged_arousal = (
            parameters.arousal_baseline if start_arousal is None else start_arousal
        )
        self._until_next = float(self._rng.exponential())
        self._evoked_s: list[float] = []
        # Decaying parts of all responses so far, at `_parts_s`: one pair is enough for any number.
        self._parts_s = 0.0
        self._slow = 0.0
        self._fast = 0.0
        self._upcoming: list[SkinResponse] = []

    def evoke(self, onset_s: float) -> None:
        """Let a response begin at a time to come: something was felt."""
        self._evoked_s.append(onset_s)

    def step(
        self, t_s: float, arousal: float, shutdown: float = 0.0, shutdown_scr_per_min: float = 0.0
    ) -> tuple[SkinResponse, ...]:
        """Move one step on and return the responses that begin in it.

        Parameters
        ----------
        t_s
            Time at the end of the step.
        arousal
            0 to 1.
        shutdown, shutdown_scr_per_min
            Depth of a shutdown, 0 to 1, and how many responses a minute it leaves.
        """
        person = self._parameters
        self._lagged_arousal += (arousal - self._lagged_arousal) * self._step_s / _LEVEL_LAG_S
        rate_per_s = (person.scr_per_min + person.arousal_scr_per_min * arousal**1.5) / 60.0
        if shutdown > 0:
            rate_per_s += shutdown * min(shutdown_scr_per_min / 60.0 - rate_per_s, 0.0)
        onsets_s = [onset_s for onset_s in self._evoked_s if onset_s <= t_s]
        if onsets_s:
            self._evoked_s = [onset_s for onset_s in self._evoked_s if onset_s > t_s]
        self._until_next -= rate_per_s * self._step_s
        while self._until_next <= 0:
            onsets_s.append(t_s + self._until_next / rate_per_s)
            self._until_next += float(self._rng.exponential())
        if not onsets_s:
            return ()
        begun = tuple(self._response(onset_s) for onset_s in sorted(onsets_s))
        self._upcoming.extend(begun)
        return begun

    def _response(self, onset_s: float) -> SkinResponse:
        person = self._parameters
        spread = exp(person.scr_ln_sd * float(self._rng.standard_normal()))
        return SkinResponse(
            onset_s,
            onset_s + _peak_s(person.scr_rise_s, person.scr_decay_s),
            min(person.scr_median_microsiemens * spread, _MAX_RESPONSE_MICROSIEMENS),
        )

    def level_microsiemens(self, t_s: float) -> float:
        """Return the tonic level."""
        drift = 1.0 + sin(2 * pi * t_s / _DRIFT_PERIOD_S + self._drift_rad)
        return (
            self._parameters.scl_microsiemens
            + self._parameters.arousal_scl_microsiemens * self._lagged_arousal
            + self._drift_microsiemens * drift
        )

    def conductance_microsiemens(self, t_s: float) -> float:
        """Return level and responses together; ask in the order of time, none twice."""
        rise_s, decay_s = self._parameters.scr_rise_s, self._parameters.scr_decay_s
        passed_s = t_s - self._parts_s
        self._slow *= exp(-passed_s / decay_s)
        self._fast *= exp(-passed_s / rise_s)
        self._parts_s = t_s
        waiting: list[SkinResponse] = []
        for response in self._upcoming:
            age_s = t_s - response.onset_s
            if age_s < 0:
                waiting.append(response)
                continue
            scale = response.amplitude_microsiemens / _height(rise_s, decay_s)
            self._slow += scale * exp(-age_s / decay_s)
            self._fast += scale * exp(-age_s / rise_s)
        self._upcoming = waiting
        return self.level_microsiemens(t_s) + self._slow - self._fast
