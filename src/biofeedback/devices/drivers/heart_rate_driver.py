"""Every strap and band that sends the standard heart rate, and nothing more that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import Advertised, Connecting, Facts, Watch
from biofeedback.devices.drivers.heart_rate import (
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
    HeartRateStream,
)
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Peer
    from biofeedback.samples import Chunk

__all__ = [
    "NO_CONTACT",
    "NO_PULSE",
    "RATE_ONLY",
    "SILENCE_S",
    "HeartRateConversation",
    "HeartRateDriver",
]

# Straps notify once a second; half-dead links are silent without ever reporting a loss.
SILENCE_S: Final = 5.0

NO_CONTACT: Final = (
    "The sensor feels no skin. A little water on the electrodes and a snug fit often help."
)
NO_PULSE: Final = "Connected, but no heartbeat reaches the sensor yet. A closer fit often helps."
RATE_ONLY: Final = (
    "Heart rate only: this sensor sends no beat-to-beat intervals, so variability cannot be "
    "measured."
)

# Straps that do not always advertise the heart rate service, by how their names begin.
_NAMES: Final = ("polar h", "polar oh1", "polar sense", "tickr", "hrm", "movesense")


class HeartRateConversation:
    """What is said with one strap: nothing but that its heart rate is wanted.

    Parameters
    ----------
    sensor_id
        Which its streams carry.
    """

    def __init__(self, sensor_id: str) -> None:
        self._stream = HeartRateStream(sensor_id)

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The averaged rate, which each packet carries; intervals come with it or never."""
        return (Watch(StreamKind.HEART_RATE, SILENCE_S, SILENCE_S),)

    @property
    def has_signal(self) -> bool:
        """False while the strap reports no skin contact, or a rate of 0."""
        return self._stream.has_signal is not False

    @property
    def message(self) -> str:
        """What keeps the heartbeat from being heard, or that it comes without intervals."""
        if self._stream.has_contact is False:
            return NO_CONTACT
        if not self.has_signal:
            return NO_PULSE
        return RATE_ONLY if self._stream.has_rr is False else ""

    @property
    def facts(self) -> Facts:
        """Whether it sends intervals, and how many packets never came."""
        return Facts(has_rr=self._stream.has_rr, n_lost_packets=self._stream.n_lost_packets)

    async def start(self, peer: Peer, clock: Clock) -> None:  # noqa: ARG002 - it waits for nothing
        """Ask for the heart rate."""
        await peer.subscribe(HEART_RATE_MEASUREMENT)

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> tuple[Chunk, ...]:
        """Decode one notification; those of another characteristic carry nothing.

        Raises
        ------
        DecodeError
            As `HeartRateStream.push`.
        """
        if characteristic != HEART_RATE_MEASUREMENT:
            return ()
        return self._stream.push(payload, arrival_s)

    async def revive(self, peer: Peer, kind: StreamKind) -> None:  # noqa: ARG002 - one packet has all
        """Ask for the heart rate anew."""
        await peer.unsubscribe(HEART_RATE_MEASUREMENT)
        await peer.subscribe(HEART_RATE_MEASUREMENT)

    async def stop(self, peer: Peer) -> None:
        """Have no more of it, so that the strap may sleep."""
        await peer.unsubscribe(HEART_RATE_MEASUREMENT)

    def ended(self) -> tuple[Chunk, ...]:
        """Return the beats whose times were not settled yet."""
        beats = self._stream.flush()
        self._stream.reset()
        return beats


class HeartRateDriver:
    """Whatever offers the heart rate service of the Bluetooth SIG."""

    driver_id: Final = "heart-rate"
    services: Final = (HEART_RATE_SERVICE,)
    connecting: Final = Connecting()

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return rate and intervals for anything that offers the service, or is named like it.

        Whether it does send intervals shows only once it is worn.
        """
        is_known = advertised.name.casefold().startswith(_NAMES)
        if HEART_RATE_SERVICE in advertised.services or is_known:
            return (StreamKind.RR, StreamKind.HEART_RATE)
        return ()

    def open(self, sensor_id: str) -> HeartRateConversation:
        """Begin a conversation with one strap."""
        return HeartRateConversation(sensor_id)
