"""Units as they stand in the descriptions of LSL streams, and what they come to in ours.

Spelled as the XDF meta-data conventions do (``microvolts``, ``degrees Celsius``), or as people
do: ``uV``, ``µS``, ``kOhm``. What is written in no such way is no unit we know, and is never
guessed at.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from biofeedback.devices.scaling import scaled
from biofeedback.kinds import StreamKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Conversion", "conversion", "unit_of"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How values of a stream become values of a channel of ours.

    Parameters
    ----------
    quantity
        The name of the channel without what it is of: ``microvolts``.
    factor, offset
        Ours is theirs times factor plus offset.
    is_reciprocal
        Ours is factor over theirs: conductance from resistance.
    is_assumed
        The stream names no unit; the usual one was taken.
    """

    quantity: str
    factor: float = 1.0
    offset: float = 0.0
    is_reciprocal: bool = False
    is_assumed: bool = False

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values in our unit; ``nan`` where they are no reading."""
        return scaled(values, self.factor, self.offset, is_inverse=self.is_reciprocal)


def _table(*rows: tuple[Conversion, str]) -> Mapping[str, Conversion]:
    return {_plain(word): made for made, words in rows for word in words.split(",")}


def _plain(unit: str) -> str:
    """A spelling without the accidents of capitals, blanks, and two code points for µ and Ω."""
    text = unicodedata.normalize("NFKC", unit).casefold().replace("μ", "u").replace("ω", "ohm")
    return "".join(text.split()).replace("⋅", "").replace("·", "")


_VOLTAGE: Final = _table(
    (Conversion("microvolts"), "microvolts,microvolt,uV,µVolts"),
    (Conversion("microvolts", 1e3), "millivolts,millivolt,mV"),
    (Conversion("microvolts", 1e6), "volts,volt,V"),
    (Conversion("microvolts", 1e-3), "nanovolts,nanovolt,nV"),
)
_CONDUCTANCE: Final = _table(
    (Conversion("microsiemens"), "microsiemens,micro siemens,uS,micromho,umho,micromhos"),
    (Conversion("microsiemens", 1e-3), "nanosiemens,nS"),
    (Conversion("microsiemens", 1e3), "millisiemens,mS"),
    (Conversion("microsiemens", 1e6), "siemens,S"),
    (Conversion("microsiemens", 1e6, is_reciprocal=True), "ohm,ohms,Ω"),
    (Conversion("microsiemens", 1e3, is_reciprocal=True), "kOhm,kOhms,kiloohm,kiloohms,kΩ"),
    # Capitals do not tell: of skin nobody means thousandths of an ohm.
    (Conversion("microsiemens", 1.0, is_reciprocal=True), "MOhm,MOhms,megaohm,megaohms,MΩ"),
)
_INTERVAL: Final = _table(
    (Conversion("ms"), "milliseconds,millisecond,ms,msec"),
    (Conversion("ms", 1e3), "seconds,second,s,sec"),
    (Conversion("ms", 1e-3), "microseconds,microsecond,us"),
)
_RATE: Final = _table(
    (Conversion("bpm"), "bpm,beats per minute,beats/min,beats/minute,1/min,/min,min-1"),
    (Conversion("bpm", 60.0), "Hz,hertz"),
)
_ACCELERATION: Final = _table(
    (Conversion("g"), "g,gs,gravity,standard gravity,g-force"),
    (Conversion("g", 1e-3), "mg,milli-g,millig"),
    (
        Conversion("g", 1.0 / 9.80665),
        "m/s2,m/s^2,m/s/s,ms-2,ms^-2,meters per second squared,metres per second squared",
    ),
)
_TEMPERATURE: Final = _table(
    (Conversion("celsius"), "degrees Celsius,degree Celsius,Celsius,°C,degC,C"),
    (Conversion("celsius", 1.0, -273.15), "kelvin,K"),
    (Conversion("celsius", 5.0 / 9.0, -160.0 / 9.0), "degrees Fahrenheit,Fahrenheit,°F,degF,F"),
)
_FORCE: Final = _table((Conversion("newton"), "newton,newtons,N"))

_TABLES: Final[Mapping[StreamKind, Mapping[str, Conversion]]] = {
    StreamKind.ECG: _VOLTAGE,
    StreamKind.EMG: _VOLTAGE,
    StreamKind.EDA: _CONDUCTANCE,
    StreamKind.RR: _INTERVAL,
    StreamKind.PP: _INTERVAL,
    StreamKind.HEART_RATE: _RATE,
    StreamKind.ACCELERATION: _ACCELERATION,
    StreamKind.TEMPERATURE: _TEMPERATURE,
    StreamKind.RESPIRATION: _FORCE,
    StreamKind.PPG: {},
}
# What a stream means that names no unit, as those of EmotiBit and of most Polar programs do.
_USUAL: Final[Mapping[StreamKind, str]] = {
    StreamKind.ECG: "microvolts",
    StreamKind.EMG: "microvolts",
    StreamKind.EDA: "microsiemens",
    StreamKind.RR: "milliseconds",
    StreamKind.PP: "milliseconds",
    StreamKind.HEART_RATE: "bpm",
    StreamKind.ACCELERATION: "g",
    StreamKind.TEMPERATURE: "degrees Celsius",
}
# Only the shape of these is used, so any unit will do.
_ANY_UNIT: Final = frozenset({StreamKind.RESPIRATION, StreamKind.PPG})
_ARBITRARY: Final = Conversion("au")
# Said by programs that have nothing to say.
_NO_UNITS: Final = frozenset({"", "none", "unknown", "n/a", "na", "-", "unit"})

# From the end of a channel's name to the XDF spelling of its unit.
_SPELLINGS: Final[Mapping[str, str]] = {
    "microvolts": "microvolts",
    "microsiemens": "microsiemens",
    "ms": "milliseconds",
    "s": "seconds",
    "bpm": "beats per minute",
    "g": "g",
    "celsius": "degrees Celsius",
    "newton": "newtons",
    "pct": "percent",
    "ms2": "milliseconds squared",
    "deg": "degrees",
    "min": "per minute",
    "au": "arbitrary",
}


def conversion(kind: StreamKind, unit: str) -> Conversion | None:
    """Return how values of a kind in a unit become ours.

    Parameters
    ----------
    kind
        What is measured.
    unit
        As the stream names it; empty where it names none.

    Returns
    -------
    Conversion or None
        ``None`` where the unit is not known and the values mean nothing without one.
    """
    table = _TABLES.get(kind)
    if table is None:
        return None
    plain = _plain(unit)
    if plain in table:
        return table[plain]
    if kind in _ANY_UNIT:
        return _ARBITRARY
    if plain not in _NO_UNITS:
        return None
    usual = table[_plain(_USUAL[kind])]
    return Conversion(usual.quantity, usual.factor, usual.offset, is_assumed=True)


def unit_of(channel: str) -> str:
    """Return the unit that a channel's or a measure's name carries, in the XDF spelling.

    ``microvolts`` for ``ecg_microvolts``; ``normalized`` for a name without one.
    """
    return _SPELLINGS.get(channel.rpartition("_")[2], "normalized")
