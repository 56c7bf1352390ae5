"""What is said with one Polar sensor: its heart rate, and what its measurement service has.

The features are read before the control point is subscribed to, for some systems hand the reply
of a read over as an indication as well. What a sensor offers decides, not its name: an H9 has no
measurement service and is a plain strap. One measurement that is refused takes no other down.
"""

from __future__ import annotations

from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.heart_rate import (
    DEVICE_INFORMATION,
    HEART_RATE_MEASUREMENT,
    decode_text,
)
from biofeedback.devices.drivers.heart_rate_driver import (
    RATE_ONLY,
    SILENCE_S,
    HeartRateConversation,
)
from biofeedback.devices.drivers.polar.control_point import (
    CONTROL_POINT,
    MEASUREMENT_DATA,
    Measurement,
    Operation,
    Status,
    decode_features,
    decode_stopped,
    is_answer,
    is_stopped,
)
from biofeedback.devices.drivers.polar.exchange import Exchange
from biofeedback.devices.drivers.polar.settings import (
    choose,
    decode_settings,
    encode_settings,
    true_rate_hz,
)
from biofeedback.devices.drivers.polar.status_words import (
    NOT_TOLD,
    PULSES_LEFT_OUT,
    ended_by_itself,
    no_answer,
    not_understood,
    refused,
    waiting_for,
)
from biofeedback.devices.drivers.polar.streams import KINDS, PolarStreams
from biofeedback.devices.radio_error import NeedsPairingError
from biofeedback.errors import SensorError, SensorRefusedError
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Delivery, Facts, Peer, Watch
    from biofeedback.devices.drivers.polar.control_point import Answer
    from biofeedback.devices.drivers.polar.settings import Setting

__all__ = ["PolarConversation"]

_MEASUREMENTS: Final = {kind: measurement for measurement, kind in KINDS.items()}
# Whatever tells more of the heart than its rate.
_OF_THE_HEART: Final = frozenset({Measurement.ECG, Measurement.PPG, Measurement.PPI})
# Those that are slow to come, the slower first; the others are there at once.
_SLOW: Final = (Measurement.ECG, Measurement.PPI)
# What passes: such a refusal is no last word.
_FOR_NOW: Final = frozenset({Status.ALREADY_IN_STATE, Status.INVALID_STATE, Status.IN_CHARGER})

# Between the stop of what another program left running and the new start.
_RESTART_S: Final = 1.0
# A stop is asked while someone waits for the sensor to be let go.
_STOP_ANSWER_S: Final = 1.0


class PolarConversation:
    """What is said with one Polar sensor.

    Parameters
    ----------
    sensor_id
        Which its streams carry.
    want
        What is wanted of the measurement service; heart rate and intervals always come.
    """

    def __init__(self, sensor_id: str, want: frozenset[StreamKind]) -> None:
        self._want = want
        self._heart = HeartRateConversation(sensor_id)
        self._has_heart = True
        # When the heart rate last came, and when anything did.
        self._heart_s = self._latest_s = -inf
        self._streams = PolarStreams(sensor_id)
        self._exchange: Exchange | None = None
        self._firmware = ""
        # By measurement why it is missing, in words.
        self._missing: dict[Measurement, str] = {}
        self._is_told = True

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Heart rate, and each stream that the sensor said yes to, or may yet."""
        heart = self._heart.watches if self._has_heart else ()
        return (*heart, *self._streams.watches)

    @property
    def has_signal(self) -> bool:
        """False while the sensor says itself that it sees no heart.

        What it said before its heart rate fell silent says nothing of now.
        """
        is_said = self._latest_s - self._heart_s < SILENCE_S
        return self._heart.has_signal or not is_said

    @property
    def message(self) -> str:
        """What the person should know or do now; several sentences where several things ail."""
        if not self.has_signal:
            return self._heart.message
        streams = self._streams
        words = [ended_by_itself(KINDS[each]) for each in streams.ended_by_themselves]
        waited_for = [
            each for each in _SLOW if each in streams.waited_for and each not in self._missing
        ]
        words += [waiting_for(KINDS[each]) for each in waited_for[:1]]
        if not self._is_told:
            words.append(NOT_TOLD)
        words += [text for each, text in self._missing.items() if each not in streams.flowing]
        if streams.are_pulses_left_out:
            words.append(PULSES_LEFT_OUT)
        has_more = not _OF_THE_HEART.isdisjoint(streams.started)
        if self._heart.has_signal and not (self._heart.message == RATE_ONLY and has_more):
            words.append(self._heart.message)
        return " ".join(filter(None, words))

    @property
    def facts(self) -> Facts:
        """What the heart rate tells besides its samples."""
        return self._heart.facts

    @property
    def n_pulses_left_out(self) -> int:
        """Pulse-to-pulse intervals that movement or lost contact made worthless."""
        return self._streams.n_pulses_left_out

    async def start(self, peer: Peer, clock: Clock) -> None:
        """Ask for the heart rate, then for each stream that is offered and wanted.

        Raises
        ------
        NeedsPairingError
            If the sensor wants to be paired first.
        SensorError
            If there is no heart rate and no measurement service either, or the link has gone.
        """
        offered = {each.uuid for each in peer.characteristics}
        has_service = {CONTROL_POINT, MEASUREMENT_DATA} <= offered
        self._has_heart = HEART_RATE_MEASUREMENT in offered or not has_service
        if self._has_heart:
            await self._heart.start(peer, clock)
        if not has_service or not self._want:
            return
        try:
            features = decode_features(await peer.read(CONTROL_POINT))
            await peer.subscribe(CONTROL_POINT)
            await peer.subscribe(MEASUREMENT_DATA)
        except NeedsPairingError:
            raise
        except (DecodeError, SensorRefusedError):
            self._is_told = False
            return
        self._exchange = Exchange(peer, clock)
        if Measurement.PPG in features:
            with suppress(SensorRefusedError):
                self._firmware = decode_text(await peer.read(DEVICE_INFORMATION["firmware"]))
        wanted = [each for each in KINDS if each in features and KINDS[each] in self._want]
        for i, measurement in enumerate(wanted):
            if not await self._begin(self._exchange, measurement):
                # Each further question would be waited for as long, and in vain.
                for unasked in wanted[i + 1 :]:
                    self._missing[unasked] = no_answer(KINDS[unasked])
                return

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> tuple[Delivery, ...]:
        """Understand one notification of the heart rate, the control point, or the data.

        Raises
        ------
        DecodeError
            If the bytes make no sense. Nothing has changed then.
        """
        delivered: tuple[Delivery, ...] = ()
        if characteristic == MEASUREMENT_DATA:
            delivered = self._streams.take(payload, arrival_s)
        elif characteristic == CONTROL_POINT:
            self._take_indication(payload)
        else:
            delivered = self._heart.take(characteristic, payload, arrival_s)
            self._heart_s = arrival_s
        self._latest_s = arrival_s
        return delivered

    async def revive(self, peer: Peer, kind: StreamKind) -> None:
        """Stop and start one stream, or ask for the heart rate anew."""
        measurement = _MEASUREMENTS.get(kind)
        if measurement is None:
            await self._heart.revive(peer, kind)
        elif self._exchange is not None and measurement in self._streams.started:
            await self._exchange.ask(Operation.STOP, measurement)
            await self._begin(self._exchange, measurement)

    async def stop(self, peer: Peer) -> None:
        """Stop every stream that was started: an H10 else goes on until its battery is empty."""
        exchange = self._exchange
        if exchange is not None:
            for measurement in self._streams.started:
                with suppress(SensorError):
                    await exchange.ask(Operation.STOP, measurement, wait_s=_STOP_ANSWER_S)
            for characteristic in (MEASUREMENT_DATA, CONTROL_POINT):
                with suppress(SensorError):
                    await peer.unsubscribe(characteristic)
        if self._has_heart:
            await self._heart.stop(peer)

    def ended(self) -> tuple[Delivery, ...]:
        """Return what is still held. All streams are asked for anew on the next connection."""
        self._exchange = None
        self._missing.clear()
        self._is_told = True
        return (*self._heart.ended(), *self._streams.forget())

    async def _begin(self, exchange: Exchange, measurement: Measurement) -> bool:
        """Start one stream, or note why it is missing; False if the sensor is silent."""
        self._missing.pop(measurement, None)
        kind = KINDS[measurement]
        try:
            settings: Mapping[Setting, tuple[float, ...]] = {}
            # Pulse intervals have nothing to be set, and refuse to be asked.
            if measurement is not Measurement.PPI:
                answer = await exchange.ask(Operation.GET_SETTINGS, measurement)
                if answer is None or answer.status != Status.OK:
                    return self._note_missing(measurement, answer)
                settings = choose(measurement, decode_settings(answer.parameters))
            self._streams.begin(measurement, true_rate_hz(measurement, settings, self._firmware))
            request = encode_settings(settings)
            answer = await exchange.ask(Operation.START, measurement, request)
            if answer is not None and answer.status == Status.ALREADY_IN_STATE:
                # Left running, perhaps with other settings, by a program that did not end well.
                await exchange.ask(Operation.STOP, measurement)
                await exchange.pause(_RESTART_S)
                answer = await exchange.ask(Operation.START, measurement, request)
            if answer is None or answer.status != Status.OK:
                return self._note_missing(measurement, answer)
        except NeedsPairingError:
            raise
        except (DecodeError, SensorRefusedError):
            self._streams.refused(measurement, for_now=False)
            self._missing[measurement] = not_understood(kind)
        return True

    def _note_missing(self, measurement: Measurement, answer: Answer | None) -> bool:
        kind = KINDS[measurement]
        if answer is None:
            self._streams.unanswered(measurement)
            self._missing[measurement] = no_answer(kind)
            return False
        self._streams.refused(measurement, for_now=answer.status in _FOR_NOW)
        self._missing[measurement] = refused(kind, answer.status)
        return True

    def _take_indication(self, payload: bytes) -> None:
        """Take what the control point says; a read's reply is handed over as well by some."""
        if is_stopped(payload):
            self._streams.ended_by_sensor(decode_stopped(payload))
        elif is_answer(payload):
            exchange = self._exchange
            answer = None if exchange is None else exchange.take(payload)
            if (
                answer is not None
                and answer.operation == Operation.START
                and answer.status == Status.OK
            ):
                # At once, for the first frame may follow before whoever asked is awake.
                self._streams.granted(answer.measurement, answer.parameters)
