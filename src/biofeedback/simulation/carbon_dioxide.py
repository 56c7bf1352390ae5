"""Carbon dioxide in the breath: what breathing more than the body needs does to it.

One store that breathing empties and the body fills::

    ventilation     V = f (Vt - Vd)                       litres a minute
    store           dP/dt = (P0 M / M0 - P V / V0) / tau

``V0`` is the person's own ventilation at rest and ``P0`` the pressure there; in the end ``P``
goes as ``1 / V``. The drive to breathe lets nobody rise far above ``P0``. The depth of breath is
read in litres, ``Vd`` is the dead space of an adult. Metabolism ``M`` grows a little with
arousal, so that a quickened breath is in part needed.

References
----------
Szulczewski (2019), PLoS ONE 14:e0218550 (below 30 mmHg in 6 of 16 people in their first ten
minutes at 6 a minute).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.simulation.parameters import ClientParameters

__all__ = ["DEAD_SPACE_L", "CarbonDioxide"]

DEAD_SPACE_L = 0.15
# People at rest do not breathe too little: the drive to breathe sees to that.
_MOST_ABOVE_MMHG = 5.0
# The body's stores empty within minutes; the time is of the right order, not more.
_STORE_S = 150.0
# More metabolism at full arousal, as a share of that at rest.
_AROUSAL_METABOLISM = 0.3
# Symptoms begin where hypocapnia does, by the source above, and are full this much lower.
_SYMPTOMS_MMHG, _SYMPTOM_SPAN_MMHG = 30.0, 10.0


class CarbonDioxide:
    """End-tidal pressure of carbon dioxide, step by step.

    Parameters
    ----------
    parameters
        The person.
    step_s
        Time between steps.

    Attributes
    ----------
    mmhg : float
        The present pressure.
    """

    def __init__(self, parameters: ClientParameters, step_s: float) -> None:
        rest = parameters.arousal_baseline
        rate_per_min = parameters.free_breaths_per_min + parameters.arousal_breaths_per_min * rest
        rest_l_per_min = rate_per_min * (parameters.free_tidal_volume - DEAD_SPACE_L)
        self._rest_need_l_per_min = rest_l_per_min / (1.0 + _AROUSAL_METABOLISM * rest)
        self._step_s = step_s
        self._rest_mmhg = self.mmhg = parameters.rest_co2_mmhg

    @property
    def symptoms(self) -> float:
        """Lightness of head and tingling: 0 (none) to 1."""
        return min(max((_SYMPTOMS_MMHG - self.mmhg) / _SYMPTOM_SPAN_MMHG, 0.0), 1.0)

    def step(self, moved_cycles: float, tidal_volume: float, arousal: float) -> None:
        """Move one step on.

        Parameters
        ----------
        moved_cycles
            Share of a breath in this step.
        tidal_volume
            Depth of the breath in litres.
        arousal
            0 to 1.
        """
        air_l = moved_cycles * max(tidal_volume - DEAD_SPACE_L, 0.0)
        rest_l = self._rest_need_l_per_min * self._step_s / 60.0
        made = self._rest_mmhg * (1.0 + _AROUSAL_METABOLISM * arousal)
        change_mmhg = (made - self.mmhg * air_l / rest_l) * self._step_s / _STORE_S
        self.mmhg = min(max(self.mmhg + change_mmhg, 0.0), self._rest_mmhg + _MOST_ABOVE_MMHG)
