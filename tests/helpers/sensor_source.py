"""What a sensor sends on and on: streams of notifications, each sample with its number in it.

A `Source` is one stream of notifications of one sensor. It samples on a clock of its own, a
little fast or slow, whether anyone listens or not, and sends while the sensor has been told to.
Every notification says which samples are in it, so that what became of them can be judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from biofeedback.samples import StreamKind

    from .bluez_peripheral import Peripheral

__all__ = [
    "DELAY_S",
    "Notification",
    "Numbered",
    "RegularSource",
    "Source",
    "Span",
    "Track",
]

# What a notification takes from the sensor to the program.
DELAY_S = 0.02


@dataclass(frozen=True)
class Track:
    """The samples of one stream: when each is taken, and what is in it.

    Attributes
    ----------
    kind
        Which stream.
    t_s
        From numbers to true times.
    values
        From numbers to what the app must make of them, shape ``(n,)`` or ``(n, n_channels)``.
    off_s
        How far a time may be off where the app states no alignment of its own.
    """

    kind: StreamKind
    t_s: Callable[[NDArray[np.int64]], NDArray[np.float64]]
    values: Callable[[NDArray[np.int64]], NDArray[np.float64]]
    off_s: float = 0.0


class Span(NamedTuple):
    """Bytes of a stream of bytes, from its beginning in one go of the sensor."""

    go: int
    begin: int
    end: int


class Notification(NamedTuple):
    """What goes over the air at once.

    ``numbers`` are those of the samples in it, by stream; ``spans`` where its bytes stand in a
    stream of bytes, in which a frame may begin in one notification and end in the next.
    """

    t_s: float
    uuid: str
    payload: bytes
    numbers: tuple[tuple[StreamKind, range], ...] = ()
    spans: tuple[Span, ...] = ()


class Source(Protocol):
    """One stream of notifications of one sensor."""

    @property
    def peripheral(self) -> Peripheral:
        """Whose."""
        ...

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The streams that are in it."""
        ...

    def is_start(self, written: bytes) -> bool:
        """Whether a write to the sensor asks for this."""
        ...

    def due_s(self) -> float:
        """When the next notification is sent."""
        ...

    def send(self) -> list[Notification]:
        """Return what is sent then; nothing while nobody wants it."""
        ...

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        """Return the numbers of the samples in what came over one connection, in order."""
        ...


class Numbered:
    """Every notification says itself which samples are in it."""

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        """Return the numbers of the samples in what came over one connection, in order."""
        numbers: dict[StreamKind, list[int]] = {}
        for each in came:
            for kind, these in each.numbers:
                numbers.setdefault(kind, []).extend(these)
        return numbers


class RegularSource(Numbered):
    """Samples at an even pace, a fixed number a notification."""

    def __init__(self, rate_hz: float, n_each: int, drift_ppm: float, begin_s: float) -> None:
        self.rate_hz = rate_hz * (1 + drift_ppm * 1e-6)
        self._begin_s = begin_s
        self._n_each = n_each
        self._next = 0

    def times_s(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return when samples are taken."""
        result: NDArray[np.float64] = self._begin_s + np.asarray(numbers) / self.rate_hz
        return result

    def time_s(self, number: int) -> float:
        """Return when one sample is taken."""
        return self._begin_s + number / self.rate_hz

    def due_s(self) -> float:
        """When the next notification is sent."""
        return self.time_s(self._next + self._n_each - 1) + DELAY_S

    def take(self) -> range:
        """Return the numbers of the next notification's samples, and go on."""
        taken = range(self._next, self._next + self._n_each)
        self._next = taken.stop
        return taken
