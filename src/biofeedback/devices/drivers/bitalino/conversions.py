"""What the sensors that plug into a BITalino measure, from what its converter read.

With ``r`` the reading over the converter's whole range, 0 to 1, and 3.3 V that range:

==============  ====================================================  ==================
sensor          value                                                 range
==============  ====================================================  ==================
emg             (r - 0.5) * 3.3 V / 1009                              -1.64 to 1.64 mV
ecg             (r - 0.5) * 3.3 V / 1100                              -1.5 to 1.5 mV
eeg             (r - 0.5) * 3.3 V / 40000                             -41 to 41 µV
eda             r * 3.3 V / (0.132 V / µS)                            0 to 25 µS
eda-2013        1 / (1 - r) µS: the board before the (r)evolution     1 µS up
respiration     (r - 0.5) * 100, the stretch of a piezo belt          -50 to 50 %
pulse           r, a light sensor on a finger                         0 to 1
light           r * 100                                               0 to 100 %
acceleration    as read: one axis, to be calibrated by its owner
raw             as read
==============  ====================================================  ==================

References
----------
PLUX, BITalino (r)evolution data sheets of the EMG, ECG, EEG, EDA, LUX and PZT sensors; for the
older EDA sensor "Converting BITalino's output values into their real units" (PLUX, 2014).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from biofeedback.samples import StreamKind

__all__ = ["SENSORS", "Plugged"]

_VOLTS: Final = 3.3
_SIEMENS_VOLTS: Final = 0.132

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plugged:
    """A sensor that can be plugged in.

    Parameters
    ----------
    kind
        What it measures.
    channel
        The name of its channel, with its unit.
    convert
        From readings and the number of their bits to values.
    """

    kind: StreamKind
    channel: str
    convert: Callable[[Array, int], Array]


def _ratio(readings: Array, bits: int) -> Array:
    return readings / float(1 << bits)


def _amplified(gain: float) -> Callable[[Array, int], Array]:
    def microvolts(readings: Array, bits: int) -> Array:
        return (_ratio(readings, bits) - 0.5) * (_VOLTS / gain * 1e6)

    return microvolts


def _at_its_end(readings: Array, bits: int, values: Array) -> Array:
    """Take the largest reading for what it is: the value is beyond it, and not known."""
    return np.where(readings >= (1 << bits) - 1, np.nan, values)


def _eda(readings: Array, bits: int) -> Array:
    return _at_its_end(readings, bits, _ratio(readings, bits) * (_VOLTS / _SIEMENS_VOLTS))


def _eda_2013(readings: Array, bits: int) -> Array:
    return _at_its_end(readings, bits, 1.0 / (1.0 - _ratio(readings, bits)))


def _stretch(readings: Array, bits: int) -> Array:
    return (_ratio(readings, bits) - 0.5) * 100.0


def _percent(readings: Array, bits: int) -> Array:
    return _ratio(readings, bits) * 100.0


def _as_read(readings: Array, bits: int) -> Array:  # noqa: ARG001 - called like the others
    return readings


SENSORS: Final = {
    "emg": Plugged(StreamKind.EMG, "emg_microvolts", _amplified(1009)),
    "ecg": Plugged(StreamKind.ECG, "ecg_microvolts", _amplified(1100)),
    "eeg": Plugged(StreamKind.OTHER, "eeg_microvolts", _amplified(40_000)),
    "eda": Plugged(StreamKind.EDA, "sc_microsiemens", _eda),
    "eda-2013": Plugged(StreamKind.EDA, "sc_microsiemens", _eda_2013),
    "respiration": Plugged(StreamKind.RESPIRATION, "belt_au", _stretch),
    "pulse": Plugged(StreamKind.PPG, "ppg_au", _ratio),
    "light": Plugged(StreamKind.OTHER, "light_pct", _percent),
    "acceleration": Plugged(StreamKind.OTHER, "acc_raw", _as_read),
    "raw": Plugged(StreamKind.OTHER, "input_raw", _as_read),
}
