"""What a driver is: how a family of sensors is recognised, started, understood and stopped.

A `Driver` looks at what a device advertises and says what it measures. For each sensor that
is used it opens one `Conversation`, which lives as long as the sensor is wanted, over every
connection it takes. The supervisor connects, and per connection it

1. calls `Conversation.start` with a `Peer`, the door to the sensor's characteristics;
2. meanwhile and from then on hands every notification to `Conversation.take`, in order, with
   its arrival time, and delivers what comes back;
3. watches each stream of `Conversation.watches`, and calls `Conversation.revive` when one is
   silent while others speak; when all are silent it connects anew;
4. calls `Conversation.stop` while the link still stands, and `Conversation.ended` whenever it
   has gone, for whatever is still held.

`take` is plain code without a clock or a radio: bytes in, values out. A `Frame` carries the
samples of one packet with what the sensor itself says of their time; the supervisor fits that
to session time. A driver that knows better gives a `Chunk`, whose times stand.

A package of its own adds a driver by the entry point ``biofeedback.drivers``; see
docs/adding-a-sensor.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from biofeedback.samples import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.clock import Clock
    from biofeedback.samples import StreamInfo, StreamKind

__all__ = [
    "Advertised",
    "Characteristic",
    "ConfigurableDriver",
    "Connecting",
    "Conversation",
    "DecodeError",
    "Delivery",
    "Driver",
    "Facts",
    "Frame",
    "Peer",
    "Stamp",
    "Watch",
    "uuid_of",
]


class DecodeError(ValueError):
    """Bytes that are no valid value of their characteristic: counted, and otherwise left out."""


def uuid_of(assigned: int) -> str:
    """Return the full UUID of a number assigned by the Bluetooth SIG, in small letters."""
    return f"{assigned:08x}-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class Advertised:
    """What a device tells everyone near.

    Parameters
    ----------
    name
        Empty while it has not told one.
    services
        Full UUIDs in small letters.
    manufacturers
        Company identifiers of the manufacturer data.
    """

    name: str
    services: tuple[str, ...] = ()
    manufacturers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One characteristic that a connected device offers.

    ``properties`` are the words of the Bluetooth specification, such as ``notify``;
    ``descriptors`` full UUIDs.
    """

    service: str
    uuid: str
    properties: tuple[str, ...] = ()
    descriptors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """How long a stream may be silent.

    Parameters
    ----------
    kind
        Which stream.
    first_s
        From the start of the conversation to its first sample.
    silence_s
        From one sample to the next.
    """

    kind: StreamKind
    first_s: float
    silence_s: float


@dataclass(frozen=True, slots=True)
class Connecting:
    """How a sensor likes to be connected.

    Parameters
    ----------
    pair
        ``never``, ``if-needed`` (when it refuses otherwise) or ``always``.
    use_cached_services
        False for boards whose services change while their builder works on them.
    """

    pair: str = "if-needed"
    use_cached_services: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What a conversation knows besides samples.

    Parameters
    ----------
    has_rr
        Whether the sensor sends beat-to-beat intervals; ``None`` until it is known.
    n_lost_packets
        Packets that never came, so far as the driver itself can tell.
    battery_pct
        Where the sensor tells it in a way of its own; ``None`` otherwise.
    """

    has_rr: bool | None = None
    n_lost_packets: int = 0
    battery_pct: int | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The sensor's own time of the last sample of a frame.

    Parameters
    ----------
    t_s
        Seconds of the sensor's clock, or of its running count: number / nominal rate.
    wrap_s
        After so many seconds clock or count begin anew; ``None`` if never.
    clock
        Streams of one sensor that name the same clock share one fit. A count is a clock of
        its own: name it after its stream, with ``count`` at the end (``breath-count``), and
        losses are told to the sample.
    each_s
        The time of every sample of the frame, shape ``(n_samples,)``, where the sensor tells
        them; the last one is ``t_s``.
    """

    t_s: float
    wrap_s: float | None = None
    clock: str = ""
    each_s: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The samples of one stream that one packet carries, before they have a session time.

    Parameters
    ----------
    stream
        Which stream. ``rate_hz`` is the nominal rate; samples of a frame lie that far apart.
    values
        Shape ``(n_samples, n_channels)``, in the units of the channel names, the newest last.
        ``nan`` where the sensor sent something that is no reading.
    stamp
        What the sensor says of their time, ``None`` when it says nothing: then they are timed
        by their arrival and the nominal rate.
    """

    stream: StreamInfo
    values: NDArray[np.float64]
    stamp: Stamp | None = None


Delivery = Frame | Chunk


class Peer(Protocol):
    """A connected sensor, as a conversation reaches it.

    Every method may raise a `biofeedback.errors.SensorError`: `SensorRefusedError` where the
    sensor does not offer something or says no, `SensorNotFoundError` when the link has gone.
    """

    @property
    def characteristics(self) -> tuple[Characteristic, ...]:
        """All that it offers."""
        ...

    def can_notify(self, characteristic: str) -> bool:
        """Whether it offers to send this characteristic by itself."""
        ...

    async def read(self, characteristic: str) -> bytes:
        """Read a value."""
        ...

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        """Read a descriptor of a characteristic."""
        ...

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        """Write a value, and wait for the sensor to confirm it unless told otherwise."""
        ...

    async def subscribe(self, characteristic: str) -> None:
        """Have its notifications or indications handed to `Conversation.take` from now on."""
        ...

    async def unsubscribe(self, characteristic: str) -> None:
        """Have no more of them."""
        ...


class Conversation(Protocol):
    """What is said with one sensor, over all its connections."""

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The streams that are expected now; they may become more while it starts."""
        ...

    @property
    def has_signal(self) -> bool:
        """False while the sensor says itself that it sees nothing, such as off the skin."""
        ...

    @property
    def message(self) -> str:
        """What the person should know or do now, in plain words; empty when all is well.

        Asked for after each notification, as is `has_signal`.
        """
        ...

    @property
    def facts(self) -> Facts:
        """What it knows besides samples, as of now."""
        ...

    async def start(self, peer: Peer, clock: Clock) -> None:
        """Set the sensor going on a connection that has just been made.

        Notifications reach `take` meanwhile, so that it can wait for an answer; by the clock,
        which tests move. A later connection finds all as the last one left it: what no longer
        holds is to be forgotten here, or in `ended`. It is cancelled when the link goes.

        Raises
        ------
        SensorError
            When the sensor cannot be used; the supervisor lets go and tries again later.
        """
        ...

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> Iterable[Delivery]:
        """Understand one notification, of any characteristic that was subscribed to.

        An answer that `start` or `revive` waits for comes here, too.

        Parameters
        ----------
        characteristic
            Its full UUID in small letters.
        payload
            Its bytes.
        arrival_s
            When it came.

        Raises
        ------
        DecodeError
            If the bytes make no sense. Nothing has changed then, but that the rest of a message
            that was cut short may be waited for.
        """
        ...

    async def revive(self, peer: Peer, kind: StreamKind) -> None:
        """Set one stream going again that is silent while others speak.

        Where all are silent there is a new connection instead, and `start`.
        """
        ...

    async def stop(self, peer: Peer) -> None:
        """Leave the sensor as it was found: stop what was started, within three seconds."""
        ...

    def ended(self) -> Iterable[Delivery]:
        """Return what is still held, for the link has gone; the next begins after a gap."""
        ...


class Driver(Protocol):
    """A family of sensors that are spoken to in the same way."""

    @property
    def driver_id(self) -> str:
        """Short, in small letters, ``polar``, and the same for good: it is kept with sensors."""
        ...

    @property
    def services(self) -> tuple[str, ...]:
        """Services by which its sensors are known that are connected and do not advertise."""
        ...

    @property
    def connecting(self) -> Connecting:
        """How they like to be connected."""
        ...

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return what a device measures, empty if it is none of this family.

        It is asked of everything near, and the first driver that says yes has the device.
        """
        ...

    def open(self, sensor_id: str) -> Conversation:
        """Begin a conversation with one sensor; its streams carry the id."""
        ...


@runtime_checkable
class ConfigurableDriver(Driver, Protocol):
    """A driver for whose sensors a person can set something that no sensor tells.

    They write it behind the sensor's name, ``BITalino-12-34?A2=ecg&A3=eda``. A driver without
    anything to set has no such method.
    """

    def configured(self, options: Mapping[str, str]) -> Driver:
        """Return a driver of the same id that does as the person says.

        Parameters
        ----------
        options
            What was written, ``{"A2": "ecg", "A3": "eda"}``; at least one.

        Raises
        ------
        ValueError
            If there is no such option or value. The text is shown to the person: a sentence
            or two that say what there is.
        """
        ...
