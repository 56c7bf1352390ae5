"""Which way the pulses of a sensor point: more light for more blood, or less.

The rise of the pressure in an artery is steeper than its fall, and its summit sharper than its
valley. What is learnt once stays, unless much speaks against it.

References
----------
Elgendi (2016), Bioengineering 3:21 (skewness of good pulses is positive).
Allen (2007), Physiol. Meas. 28:R1-R39 (steep rise, slow fall).
"""

from __future__ import annotations

from math import log

__all__ = ["PulseDirection"]

# Sensors that pass only what is fast have falls as steep as rises, wristbands broad summits:
# together, steepness first, the two are right about each.
_SKEW_WEIGHT = 0.25
_CLEAR = 0.3
_CONTRARY = 1.0
_MOST = 3.0
# When nothing is clear, the balance after so many looks decides.
_N_LOOKS = 6


class PulseDirection:
    """Weighs evidence."""

    def __init__(self) -> None:
        self._evidence = 0.0
        self._n_looks = 0
        self.sign = 0
        """1 for pulses that point up, -1 down, 0 while it is not known."""

    def weigh(self, sign: int, rise: float, fall: float, skewness: float) -> None:
        """Take in what a few pulses show.

        Parameters
        ----------
        sign
            1 where they were looked for as rises, -1 as falls.
        rise, fall
            Usual steepest slope in that direction and back, both over 0.
        skewness
            Of the height, as it came.
        """
        evidence = self._evidence + sign * log(rise / fall) + _SKEW_WEIGHT * skewness
        self._evidence = min(max(evidence, -_MOST), _MOST)
        self._n_looks += 1
        is_clear = abs(self._evidence) >= _CLEAR or self._n_looks >= _N_LOOKS
        if self.sign == 0 and is_clear:
            self.sign = 1 if self._evidence >= 0.0 else -1
        elif self.sign * self._evidence < -_CONTRARY:
            self.sign = -self.sign
