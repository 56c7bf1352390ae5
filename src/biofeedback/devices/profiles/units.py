"""The kinds of values a profile can name, their units, and how they become the app's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from biofeedback.devices.scaling import scaled
from biofeedback.kinds import StreamKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["KINDS", "Conversion", "Kind", "channel_keys", "channel_names", "conversion_of", "slug"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a reading becomes one in the app's own unit.

    ``value * factor + shift``, or ``factor / value`` where the sensor measures the inverse, as
    resistance instead of conductance. ``channel`` names the column, with the unit.
    """

    channel: str
    factor: float = 1.0
    shift: float = 0.0
    is_inverse: bool = False

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convert readings of any shape; `nan` where no finite number comes of it."""
        return scaled(values, self.factor, self.shift, is_inverse=self.is_inverse)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value: the stream it belongs to, and its units. No units: any will do."""

    stream: StreamKind
    units: dict[str, Conversion]


_SC = "sc_microsiemens"
_MICROVOLTS = {
    spelling: factor
    for factor, spellings in ((1.0, ("uV", "µV", "μV")), (1e3, ("mV",)), (1e6, ("V",)))
    for spelling in spellings
}
_MS = {"ms": 1.0, "s": 1e3, "1/1024 s": 1000 / 1024}
_G = {"g": 1.0, "mg": 1e-3, "m/s2": 1 / 9.80665, "m/s²": 1 / 9.80665}
_CELSIUS: Final = {
    **dict.fromkeys(("C", "°C", "degC"), Conversion("skin_celsius")),
    **dict.fromkeys(("F", "°F", "degF"), Conversion("skin_celsius", 5 / 9, -160 / 9)),
    "K": Conversion("skin_celsius", 1.0, -273.15),
}


def _scaled(channel: str, factors: dict[str, float]) -> dict[str, Conversion]:
    return {unit: Conversion(channel, factor) for unit, factor in factors.items()}


def _arbitrary(channel: str) -> dict[str, Conversion]:
    return dict.fromkeys(("a.u.", "au"), Conversion(channel))


# The unit a kind is kept in stands first.
KINDS: Final[dict[str, Kind]] = {
    "eda": Kind(
        StreamKind.EDA,
        {
            **_scaled(
                _SC,
                {"uS": 1.0, "µS": 1.0, "μS": 1.0, "nS": 1e-3, "mS": 1e3, "S": 1e6},
            ),
            "ohm": Conversion(_SC, 1e6, is_inverse=True),
            "kOhm": Conversion(_SC, 1e3, is_inverse=True),
            "MOhm": Conversion(_SC, 1.0, is_inverse=True),
        },
    ),
    "ecg": Kind(StreamKind.ECG, _scaled("ecg_microvolts", _MICROVOLTS)),
    "ppg": Kind(StreamKind.PPG, _arbitrary("ppg_au")),
    "resp": Kind(
        StreamKind.RESPIRATION,
        {**_arbitrary("belt_au"), **_scaled("belt_newton", {"N": 1.0, "mN": 1e-3})},
    ),
    "temp": Kind(StreamKind.TEMPERATURE, _CELSIUS),
    "emg": Kind(StreamKind.EMG, {**_scaled("emg_microvolts", _MICROVOLTS), **_arbitrary("emg_au")}),
    "acc_x": Kind(StreamKind.ACCELERATION, _scaled("acc_x_g", _G)),
    "acc_y": Kind(StreamKind.ACCELERATION, _scaled("acc_y_g", _G)),
    "acc_z": Kind(StreamKind.ACCELERATION, _scaled("acc_z_g", _G)),
    "rr": Kind(StreamKind.RR, _scaled("rr_ms", _MS)),
    "pp": Kind(StreamKind.PP, _scaled("pp_ms", _MS)),
    "hr": Kind(StreamKind.HEART_RATE, _scaled("sensor_heart_rate_bpm", {"bpm": 1.0, "1/min": 1.0})),
    "other": Kind(StreamKind.OTHER, {}),
}


def conversion_of(kind: str, unit: str, label: str = "") -> Conversion:
    """Return how readings of a kind in a unit become the app's own.

    Raises
    ------
    KeyError
        If there is no such kind, or it has no such unit.
    """
    units = KINDS[kind].units
    if not units:
        return Conversion("_".join(part for part in (slug(label) or "value", slug(unit)) if part))
    return units[unit]


def slug(text: str) -> str:
    """Return a text in small letters, digits and _, as the name of a channel has them."""
    spelled = text.replace("µ", "u").replace("μ", "u").replace("%", "pct").replace("°", "")
    return re.sub(r"[^a-z0-9]+", "_", spelled.lower()).strip("_")


def channel_keys(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the keys by which the channels of one source are told apart: ``ppg``, ``ppg_2``."""
    return tuple(
        kind if kind not in kinds[:place] else f"{kind}_{1 + kinds[:place].count(kind)}"
        for place, kind in enumerate(kinds)
    )


def channel_names(channels: Sequence[str]) -> tuple[str, ...]:
    """Return the names of one stream's columns, each its own: ``ppg_au``, ``ppg_2_au``."""
    names: list[str] = []
    for channel in channels:
        name, place = channel, 1
        while name in names:
            place += 1
            stem, _, unit = channel.rpartition("_")
            name = f"{stem}_{place}_{unit}" if stem else f"{channel}_{place}"
        names.append(name)
    return tuple(names)
