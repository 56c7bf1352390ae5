"""A Polar sensor for the stand-in of BlueZ: heart rate, battery, and the measurement service.

It answers its control point as the published specification says, one indication after another,
and packs samples into frames as its link allows::

    h10 = bluez.add(PolarPeripheral("Polar H10 5C2A91B3"))
    async with talking(PolarDriver(), h10) as bench:
        await bench.play(h10.packets(Measurement.ECG, microvolts, begin_s=20.0))

What goes wrong with it is set by its attributes, at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.drivers.heart_rate import (
    BATTERY_LEVEL,
    DEVICE_INFORMATION,
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
    encode_heart_rate,
)
from biofeedback.devices.drivers.polar.control_point import (
    CONTROL_POINT,
    MEASUREMENT_DATA,
    MEASUREMENT_SERVICE,
    Answer,
    Measurement,
    Operation,
    Status,
    encode_answer,
    encode_features,
    encode_stopped,
)
from biofeedback.devices.drivers.polar.encoder import (
    encode_compressed,
    encode_pulse_intervals,
    encode_raw,
)
from biofeedback.devices.drivers.polar.frames import (
    DELTA_LAYOUTS,
    HEADER_N,
    RAW_LAYOUTS,
    PulseInterval,
)
from biofeedback.devices.drivers.polar.settings import (
    Setting,
    decode_settings,
    encode_settings,
)

from .bluez_peripheral import AttError, Char, Peripheral

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike

__all__ = ["H10_RESET_NS", "PolarPeripheral", "verity_sense"]

# An H10's clock whenever it is switched on: 2019-01-01.
H10_RESET_NS = 599_616_000_000_000_000

_H10_SETTINGS: dict[Measurement, dict[Setting, tuple[float, ...]]] = {
    Measurement.ECG: {Setting.SAMPLE_RATE: (130,), Setting.RESOLUTION: (14,)},
    Measurement.ACC: {
        Setting.SAMPLE_RATE: (25, 50, 100, 200),
        Setting.RESOLUTION: (16,),
        Setting.RANGE: (2, 4, 8),
    },
}
_VERITY_SETTINGS: dict[Measurement, dict[Setting, tuple[float, ...]]] = {
    Measurement.PPG: {
        Setting.SAMPLE_RATE: (55,),
        Setting.RESOLUTION: (22,),
        Setting.CHANNELS: (4,),
    },
    Measurement.ACC: {
        Setting.SAMPLE_RATE: (52,),
        Setting.RESOLUTION: (16,),
        Setting.RANGE: (8,),
        Setting.CHANNELS: (3,),
    },
}
# The least ATT MTU with which frames are sent.
_MIN_MTU = 70


@dataclass(eq=False)
class PolarPeripheral(Peripheral):
    """An H10 unless told otherwise.

    Attributes
    ----------
    has_measurement_service
        False for an H9.
    settings
        What it offers of each measurement; those without any setting are offered as well if
        they are here.
    factors
        What the answer to a start tells to multiply samples by; nothing for others.
    refusals
        Status of the answer to a start, by measurement.
    running
        What it sends now, and with which settings; only a stop ends it, not the end of a link.
        Fill it before the connection, and it was left so by a program that crashed.
    echoes_reads
        Whether the reply of a read of the control point is handed over as a notification, too,
        as some systems do.
    answer_n
        Longest answer in bytes; longer ones come in parts.
    silent_on
        Operations that are never answered.
    write_errors
        ATT error of each write to the control point that is yet to come, 0 for none.
    firmware
        As the Device Information tells it.
    """

    name: str = "Polar H10 5C2A91B3"
    advertised_services: tuple[str, ...] = (HEART_RATE_SERVICE,)
    mtu: int = 232
    has_measurement_service: bool = True
    settings: dict[Measurement, dict[Setting, tuple[float, ...]]] = field(
        default_factory=lambda: dict(_H10_SETTINGS)
    )
    factors: dict[Measurement, float] = field(default_factory=dict)
    refusals: dict[Measurement, int] = field(default_factory=dict)
    running: dict[Measurement, dict[Setting, tuple[float, ...]]] = field(default_factory=dict)
    echoes_reads: bool = True
    answer_n: int = 229
    silent_on: set[Operation] = field(default_factory=set)
    write_errors: list[int] = field(default_factory=list)
    firmware: str = "5.0.0"
    clock_ns: int = H10_RESET_NS

    def services(self) -> list[tuple[str, list[Char]]]:
        """Heart rate, battery, information, and measurements."""
        table = [
            (HEART_RATE_SERVICE, [Char(HEART_RATE_MEASUREMENT, ["notify"])]),
            ("0000180f-0000-1000-8000-00805f9b34fb", [Char(BATTERY_LEVEL, ["read", "notify"])]),
            (
                "0000180a-0000-1000-8000-00805f9b34fb",
                [Char(DEVICE_INFORMATION["firmware"], ["read"])],
            ),
        ]
        if self.has_measurement_service:
            measurements = [
                Char(CONTROL_POINT, ["read", "write", "indicate"]),
                Char(MEASUREMENT_DATA, ["notify"]),
            ]
            table.append((MEASUREMENT_SERVICE, measurements))
        return table

    def on_read(self, uuid: str) -> bytes:
        """Tell the features, or something about itself."""
        if uuid == CONTROL_POINT:
            features = encode_features(self.settings)
            if self.echoes_reads:
                self.send(CONTROL_POINT, features)
            return features
        if uuid == BATTERY_LEVEL:
            return bytes([80])
        return self.firmware.encode() + b"\0"

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Take a request, and answer it by an indication."""
        assert uuid == CONTROL_POINT
        assert response, "the control point is written with response"
        if self.write_errors and (code := self.write_errors.pop(0)):
            raise AttError(code)
        operation, measurement = Operation(payload[0]), Measurement(payload[1])
        if operation in self.silent_on:
            return
        status, parameters = self._do(operation, measurement, payload[2:])
        self._answer(Answer(operation, measurement, status, parameters=parameters))

    def end_by_itself(self, *measurements: Measurement) -> None:
        """End streams, and say so."""
        for measurement in measurements:
            self.running.pop(measurement, None)
        self.send(CONTROL_POINT, encode_stopped(measurements))

    def _do(
        self, operation: Operation, measurement: Measurement, request: bytes
    ) -> tuple[int, bytes]:
        offered = self.settings.get(measurement)
        if offered is None:
            return Status.NOT_SUPPORTED, b""
        if operation is Operation.GET_SETTINGS:
            if not offered:
                return Status.INVALID_OPERATION, b""
            return Status.OK, encode_settings(offered)
        if operation is Operation.STOP:
            was_running = self.running.pop(measurement, None) is not None
            return (Status.OK if was_running else Status.ALREADY_IN_STATE), b""
        assert operation is Operation.START
        if measurement in self.refusals:
            return self.refusals[measurement], b""
        if self.mtu < _MIN_MTU:
            return Status.INVALID_MTU, b""
        if measurement in self.running:
            return Status.ALREADY_IN_STATE, b""
        asked = decode_settings(request)
        if asked.keys() != offered.keys() or any(
            len(values) != 1 or values[0] not in offered[setting]
            for setting, values in asked.items()
        ):
            return Status.INVALID_PARAMETER, b""
        self.running[measurement] = asked
        factor = self.factors.get(measurement)
        # An H10 ends its answer with a byte that means nothing.
        return Status.OK, b"\x01" if factor is None else encode_settings(
            {Setting.FACTOR: (factor,)}
        )

    def _answer(self, answer: Answer) -> None:
        room_n = self.answer_n - 5
        parts = [
            answer.parameters[start : start + room_n]
            for start in range(0, max(len(answer.parameters), 1), room_n)
        ]
        for i, part in enumerate(parts):
            one = Answer(
                answer.operation,
                answer.measurement,
                answer.status,
                has_more=i < len(parts) - 1,
                parameters=part,
            )
            self.send(CONTROL_POINT, encode_answer(one))

    # What it sends: arrival time, characteristic and bytes, for `Bench.play`.

    def frame_n(self, measurement: Measurement, kind: int, *, is_compressed: bool = False) -> int:
        """How many samples in full fit a frame of this link."""
        layout = (DELTA_LAYOUTS if is_compressed else RAW_LAYOUTS)[measurement, kind]
        return (self.mtu - 3 - HEADER_N) // (len(layout.channels) * layout.n_bits // 8)

    def packets(
        self,
        measurement: Measurement,
        numbers: ArrayLike,
        *,
        begin_s: float,
        rate_hz: float,
        kind: int = 0,
        is_compressed: bool = False,
        delay_s: float = 0.02,
    ) -> Iterator[tuple[float, str, bytes]]:
        """Yield samples in frames; the first sample is taken at ``begin_s``."""
        whole = np.asarray(numbers)
        encode = encode_compressed if is_compressed else encode_raw
        start = 0
        while start < len(whole):
            # Compressed, twice as many fit if all goes well.
            n = self.frame_n(measurement, kind, is_compressed=is_compressed) << is_compressed
            while True:
                part = whole[start : start + n]
                last_s = begin_s + (start + len(part) - 1) / rate_hz
                stamp_ns = self.clock_ns + round(last_s * 1e9)
                payload = encode(measurement, stamp_ns, kind, part)
                if len(payload) <= self.mtu - 3:
                    break
                n -= 1
            yield last_s + delay_s, MEASUREMENT_DATA, payload
            start += n

    def beats(
        self, rr_ticks: Sequence[int], *, begin_s: float
    ) -> Iterator[tuple[float, str, bytes]]:
        """Yield a heart rate packet a second, with one interval each."""
        for i, ticks in enumerate(rr_ticks):
            bpm = round(60 * 1024 / ticks)
            yield begin_s + i, HEART_RATE_MEASUREMENT, encode_heart_rate(bpm, (ticks,))

    def pulses(
        self, pp_ms: Sequence[int], *, begin_s: float, every_s: float = 5.0
    ) -> Iterator[tuple[float, str, bytes]]:
        """Yield the intervals of pulses from a time on, in frames of some seconds, without time."""
        t_s, due_s, batch = begin_s, begin_s + every_s, list[PulseInterval]()
        for each_ms in pp_ms:
            t_s += each_ms / 1000.0
            while t_s > due_s:
                if batch:
                    payload = encode_pulse_intervals(0, batch)
                    yield due_s, MEASUREMENT_DATA, payload
                batch, due_s = [], due_s + every_s
            batch.append(PulseInterval(each_ms, 10, round(60_000 / each_ms), has_contact=True))


def verity_sense() -> PolarPeripheral:
    """An optical band with compressed frames and a factor for its acceleration."""
    return PolarPeripheral(
        name="Polar Sense 0A1B2C3D",
        settings={**_VERITY_SETTINGS, Measurement.PPI: {}},
        factors={Measurement.ACC: 0.000244},
        firmware="2.2.6",
    )
