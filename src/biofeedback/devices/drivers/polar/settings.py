"""Settings of a stream: what a Polar sensor offers, and what is chosen of it.

In bytes a setting is ``id, count, values``; answers list all there is, a start names one of each.

====  ==================  =============================================
id    what                one value
====  ==================  =============================================
0     sample rate         u16, Hz
1     resolution          u16, bits
2     range               u16, in the unit of the measurement
3     range               u32, thousandths of the unit
4     channels            u8
5     conversion factor   f32, in the answer to a start alone
6     security            16 bytes, of recordings in the sensor
====  ==================  =============================================

References
----------
Polar Electro, Polar Measurement Data Specification for 3rd party (settings); Polar BLE SDK,
product documentation and known issues (sample rates of OH1 and early Verity Sense).
"""

from __future__ import annotations

import re
import struct
from enum import IntEnum
from math import isfinite
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.control_point import Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Setting",
    "choose",
    "decode_settings",
    "encode_settings",
    "factor_of",
    "true_rate_hz",
]

_SECURITY_N: Final = 16


class Setting(IntEnum):
    """What can be set of a stream."""

    SAMPLE_RATE = 0
    RESOLUTION = 1
    RANGE = 2
    RANGE_MILLI = 3
    CHANNELS = 4
    FACTOR = 5


_FORMATS: Final = {
    Setting.SAMPLE_RATE: "H",
    Setting.RESOLUTION: "H",
    Setting.RANGE: "H",
    Setting.RANGE_MILLI: "I",
    Setting.CHANNELS: "B",
    Setting.FACTOR: "f",
}
_SECURITY: Final = 6

# What is aimed at: enough for the measures, and little for the sensor's battery. The nearest
# that is offered is taken. A chest moves by thousandths of g, so a small range tells more; one
# of 2 g is cut off when its wearer sits down.
_AIMS: Final[dict[Measurement, dict[Setting, int]]] = {
    Measurement.ECG: {Setting.SAMPLE_RATE: 130, Setting.RESOLUTION: 14},
    Measurement.ACC: {
        Setting.SAMPLE_RATE: 50,
        Setting.RESOLUTION: 16,
        Setting.RANGE: 4,
        Setting.RANGE_MILLI: 4000,
        Setting.CHANNELS: 3,
    },
    Measurement.PPG: {Setting.SAMPLE_RATE: 55, Setting.RESOLUTION: 22, Setting.CHANNELS: 4},
    Measurement.SKIN_TEMPERATURE: {Setting.SAMPLE_RATE: 1, Setting.RESOLUTION: 32},
}


def decode_settings(parameters: bytes) -> dict[Setting, tuple[float, ...]]:
    """Decode the settings of an answer.

    Raises
    ------
    DecodeError
        If they end too soon, or one is unknown, so that its length is.
    """
    settings: dict[Setting, tuple[float, ...]] = {}
    offset = 0
    while offset < len(parameters):
        if offset + 2 > len(parameters):
            msg = "settings end too soon"
            raise DecodeError(msg)
        number, count = parameters[offset], parameters[offset + 1]
        offset += 2
        if number == _SECURITY:
            layout = f"<{count * _SECURITY_N}x"
        elif number < _SECURITY:
            layout = f"<{count}{_FORMATS[Setting(number)]}"
        else:
            msg = f"setting {number} is unknown"
            raise DecodeError(msg)
        end = offset + struct.calcsize(layout)
        if end > len(parameters):
            msg = "settings end too soon"
            raise DecodeError(msg)
        values = struct.unpack_from(layout, parameters, offset)
        if values:
            settings[Setting(number)] = values
        offset = end
    return settings


def encode_settings(settings: Mapping[Setting, tuple[float, ...]]) -> bytes:
    """Encode settings: the inverse of decoding.

    Raises
    ------
    ValueError
        If a value does not fit its field.
    """
    parts = []
    for setting, values in settings.items():
        numbers = values if setting is Setting.FACTOR else [int(value) for value in values]
        try:
            packed = struct.pack(
                f"<BB{len(values)}{_FORMATS[setting]}", setting, len(values), *numbers
            )
        except struct.error as error:
            msg = f"{setting.name} does not fit its field: {values}"
            raise ValueError(msg) from error
        parts.append(packed)
    return b"".join(parts)


def choose(
    measurement: Measurement, offered: Mapping[Setting, tuple[float, ...]]
) -> dict[Setting, tuple[float, ...]]:
    """Choose one value of each setting that is offered: the nearest to what is aimed at.

    Of two as near the larger; where nothing is aimed at, the largest.
    """
    aims = _AIMS.get(measurement, {})

    def distance(setting: Setting, value: float) -> tuple[float, float]:
        aim = aims.get(setting)
        return (0.0 if aim is None else abs(value - aim), -value)

    return {
        setting: (min(values, key=lambda value: distance(setting, value)),)
        for setting, values in offered.items()
        if setting is not Setting.FACTOR
    }


def factor_of(parameters: bytes) -> float:
    """Return what samples are to be multiplied by, from the answer to a start; 1 if untold.

    An H10 has no factor and ends its answer with bytes of no meaning.
    """
    try:
        factors = decode_settings(parameters).get(Setting.FACTOR, ())
    except DecodeError:
        return 1.0
    factor = factors[-1] if factors else 1.0
    return factor if isfinite(factor) and factor > 0.0 else 1.0


def true_rate_hz(
    measurement: Measurement, settings: Mapping[Setting, tuple[float, ...]], firmware: str
) -> float | None:
    """Return the rate that samples come at, which is not always the one that was set.

    Parameters
    ----------
    measurement, settings
        What was started.
    firmware
        As the sensor tells it, empty if it does not.

    Returns
    -------
    float or None
        ``None`` where no rate was set, or nobody can tell what it means.
    """
    rates_hz = settings.get(Setting.SAMPLE_RATE)
    if not rates_hz or rates_hz[0] <= 0:
        return None
    if measurement is Measurement.PPG:
        # Polar's list of known issues: an OH1 says 130 and means 135, a Verity Sense before
        # firmware 2.1.0 says 135 and means 55.
        if rates_hz[0] == 130:
            return 135.0
        version = tuple(int(part) for part in re.findall(r"\d+", firmware)[:3])
        if rates_hz[0] == 135 and version < (2, 1, 0):
            return 55.0 if version else None
    return float(rates_hz[0])
