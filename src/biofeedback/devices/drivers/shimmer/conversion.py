"""From a Shimmer's GSR word to microsiemens, and to what the electrodes touch.

The skin lies in the feedback of an amplifier that holds 0.5 V on it; one of four resistors
sets its gain. A word of 16 bits tells the resistor (bits 14 and 15) and the output as the
converter saw it (bits 0 to 11, 3 V full scale)::

    V    = adc * 3.0 / 4095
    R    = Rf / (V / 0.5 - 1)      Rf = 40.2, 287, 1000, 3300 kOhm
    µS   = 1000 / R in kOhm        so 0 µS at 0.5 V, adc 683

References
----------
Shimmer, GSR+ Expansion Board User Guide (resistors, formula and the four ranges); Shimmer,
LogAndStream firmware (when it goes from one range to the next).
"""

from __future__ import annotations

from enum import Enum
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RANGE_KOHM", "Contact", "SkinConductance", "word_of"]

FEEDBACK_KOHM: Final = (40.2, 287.0, 1000.0, 3300.0)
# The skin that each resistor is meant for.
RANGE_KOHM: Final = ((8.0, 63.0), (63.0, 220.0), (220.0, 680.0), (680.0, 4700.0))

_REFERENCE_V = 0.5
_FULL_SCALE_V = 3.0
_ADC_MAX = 4095
_ADC_BITS = 0x0FFF
_UNUSED_BITS = 0x3000

# The sensor stays with a resistor until it is well past its range, so that it does not flutter
# between two: 287 kOhm serves from 60 to 243 kOhm of skin. Held to the ranges themselves, a
# hand of 4.3 µS would have no reading. At the outer ends there is no next resistor.
_SLACK = 1.25
_LOW_KOHM = (RANGE_KOHM[0][0], *(low / _SLACK for low, _ in RANGE_KOHM[1:]))
_HIGH_KOHM = (*(high * _SLACK for _, high in RANGE_KOHM[:-1]), RANGE_KOHM[-1][1])

_FEEDBACK = np.array(FEEDBACK_KOHM)
_MIN_US = 1000 / np.array(_HIGH_KOHM)
_MAX_US = 1000 / np.array(_LOW_KOHM)
# Of one converter step over 0.5 V, for each resistor.
_US_PER_STEP = 1000 * _FULL_SCALE_V / _ADC_MAX / _REFERENCE_V / _FEEDBACK
_US_AT_ZERO = -1000 / _FEEDBACK

# After a change of resistor the amplifier swings for about so long.
SETTLING_S: Final = 0.040
# Without a reading for so long it is the electrodes and no change of range.
LASTING_S: Final = 1.0


class Contact(Enum):
    """What the electrodes touch, as far as the readings tell."""

    SKIN = "skin"
    NOTHING = "nothing"
    EACH_OTHER = "each other"


class SkinConductance:
    """The readings of one stream of words.

    Parameters
    ----------
    rate_hz
        Samples a second.

    Attributes
    ----------
    contact : Contact
        What the electrodes touch; changes away from skin only after a second without a reading.
    """

    def __init__(self, rate_hz: float) -> None:
        self._n_settling = ceil(SETTLING_S * rate_hz)
        self._n_lasting = ceil(LASTING_S * rate_hz)
        self.reset()

    def reset(self) -> None:
        """Begin anew: what comes next does not follow on what came."""
        self._range: int | None = None
        self._since_change = self._n_settling
        self._n_missing = 0
        self.contact = Contact.SKIN

    def push(self, words: NDArray[np.uint16]) -> NDArray[np.float64]:
        """Convert words as they came.

        Parameters
        ----------
        words
            Shape ``(n_samples,)``.

        Returns
        -------
        ndarray
            Microsiemens, same shape; ``nan`` where there is no reading: outside what the
            resistor can measure, at the end of the converter, while the amplifier settles after
            a change of resistor, or with bits set that mean nothing.
        """
        if words.size == 0:
            return np.empty(0)
        ranges = (words >> 14).astype(np.intp)
        adc = words & _ADC_BITS
        readings = adc * _US_PER_STEP[ranges] + _US_AT_ZERO[ranges]
        is_low = readings < _MIN_US[ranges]
        is_high = (readings > _MAX_US[ranges]) | (adc == _ADC_MAX)
        is_missing = is_low | is_high | ((words & _UNUSED_BITS) != 0)
        is_settling = self._settling(ranges)
        readings[is_missing | is_settling] = np.nan
        self._judge(is_missing, is_settling, is_high)
        return readings

    def _settling(self, ranges: NDArray[np.intp]) -> NDArray[np.bool_]:
        before = ranges[0] if self._range is None else self._range
        has_changed = ranges != np.concatenate(([before], ranges[:-1]))
        place = np.arange(ranges.size)
        changed_at = np.where(has_changed, place, -self._since_change)
        since = place - np.maximum.accumulate(changed_at)
        self._range = int(ranges[-1])
        self._since_change = min(int(since[-1]) + 1, self._n_settling)
        result: NDArray[np.bool_] = since < self._n_settling
        return result

    def _judge(
        self,
        is_missing: NDArray[np.bool_],
        is_settling: NDArray[np.bool_],
        is_high: NDArray[np.bool_],
    ) -> None:
        readings = np.flatnonzero(~is_missing & ~is_settling)
        if readings.size:
            self.contact = Contact.SKIN
            self._n_missing = int(is_missing.size - 1 - readings[-1])
        else:
            self._n_missing = min(self._n_missing + is_missing.size, self._n_lasting)
        if self._n_missing >= self._n_lasting:
            self.contact = Contact.EACH_OTHER if is_high[-1] else Contact.NOTHING


def word_of(conductance_us: float, resistor: int | None = None) -> int:
    """Return the word that a sensor sends for a conductance: the inverse of the conversion.

    Parameters
    ----------
    conductance_us
        Microsiemens, 0 for electrodes in the air.
    resistor
        0 to 3; that of the range it lies in if not given.

    Raises
    ------
    ValueError
        If it is below zero or no number.
    """
    if not conductance_us >= 0:
        msg = f"a conductance is at least 0, not {conductance_us}"
        raise ValueError(msg)
    if resistor is None:
        uppermost = (1000 / high for _, high in RANGE_KOHM[:-1])
        resistor = sum(1 for limit in uppermost if conductance_us < limit)
    volt = _REFERENCE_V * (1 + conductance_us * FEEDBACK_KOHM[resistor] / 1000)
    adc = round(min(volt, _FULL_SCALE_V) * _ADC_MAX / _FULL_SCALE_V)
    return resistor << 14 | adc
