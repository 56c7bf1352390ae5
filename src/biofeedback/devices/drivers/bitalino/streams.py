"""Which streams come of the sensors that are plugged into a board, and their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.drivers.bitalino.conversions import SENSORS
from biofeedback.devices.drivers.bitalino.frames import frame_size, slot_bits
from biofeedback.samples import StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from biofeedback.devices.drivers.bitalino.frame_count import Counted

__all__ = ["BOARD_KIT", "INPUTS", "BoardStreams"]

INPUTS: Final = ("A1", "A2", "A3", "A4", "A5", "A6")

# As the sensors of the (r)evolution board kit are wired, where nobody has cut it apart.
BOARD_KIT: Final = {
    "A1": "emg",
    "A2": "ecg",
    "A3": "eda",
    "A4": "eeg",
    "A5": "acceleration",
    "A6": "light",
}


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """Where in a frame a sensor stands, and its value for each reading there can be."""

    slot: int
    values: NDArray[np.float64]


class BoardStreams:
    """The streams of one board: one for each kind, with a column for each of its sensors.

    Parameters
    ----------
    sensor_id
        The board's id.
    channels
        Which sensor is on which input: names of `conversions.SENSORS` by names of `INPUTS`.
        The first four inputs in use have 10 bits, any others 6.
    rate_hz
        Frames a second.

    Raises
    ------
    ValueError
        If there is none, or an input or a sensor that does not exist.
    """

    def __init__(self, sensor_id: str, channels: Mapping[str, str], rate_hz: float) -> None:
        unknown = [*(set(channels) - set(INPUTS)), *(set(channels.values()) - set(SENSORS))]
        if unknown or not channels:
            msg = f"a board has sensors {sorted(SENSORS)} on {INPUTS}, not {dict(channels)}"
            raise ValueError(msg)
        used = [name for name in INPUTS if name in channels]
        self.mask = sum(1 << INPUTS.index(name) for name in used)
        self.n_channels = len(used)
        self.frame_n = frame_size(len(used))
        self._rate_hz = rate_hz
        names: dict[StreamKind, list[str]] = {}
        self._columns: dict[StreamKind, list[_Column]] = {}
        for slot, name in enumerate(used):
            plugged = SENSORS[channels[name]]
            own = names.setdefault(plugged.kind, [])
            what, _, unit = plugged.channel.partition("_")
            is_taken = plugged.channel in own or channels[name] == "raw"
            own.append(f"{what}_{name.lower()}_{unit}" if is_taken else plugged.channel)
            bits = slot_bits(slot)
            self._columns.setdefault(plugged.kind, []).append(
                _Column(slot, plugged.convert(np.arange(1 << bits, dtype=np.float64), bits))
            )
        self.infos = {
            kind: StreamInfo(sensor_id, kind, tuple(own), rate_hz) for kind, own in names.items()
        }

    def frames(self, counted: Counted) -> list[Frame]:
        """Return the samples of a run, a frame for each stream."""
        readings = counted.run.values
        # One count for all streams: they are sampled together.
        stamp = Stamp(counted.n_frames / self._rate_hz, clock="frame count")
        frames = []
        for kind, columns in self._columns.items():
            values = np.empty((len(readings), len(columns)))
            for i, column in enumerate(columns):
                values[:, i] = column.values[readings[:, column.slot]]
            frames.append(Frame(self.infos[kind], values, stamp))
        return frames
