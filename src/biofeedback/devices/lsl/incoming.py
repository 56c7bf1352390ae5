"""What comes of the samples of one stream of the network: chunks, gaps, and how it goes."""

from __future__ import annotations

from math import isfinite, nan, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.lsl.stamps import BeatTimes, EventTimes, RegularTimes
from biofeedback.kinds import GapReason, StreamKind
from biofeedback.samples import Chunk, Gap, StreamHealth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from biofeedback.devices.lsl.layout import Part
    from biofeedback.devices.lsl.stamps import Times

__all__ = ["Incoming"]

# A regular stream without a sample for so long, or for so many periods, has a gap.
_GAP_S: Final = 0.5
_GAP_PERIODS: Final = 5.0
# No sample comes from further ahead: the two clocks agree better than that.
_FUTURE_S: Final = 1.0
# No heart rests so long between beats, and none is reported so rarely.
_EVENT_GAP_S: Final = 5.0
# Half the round trip by which liblsl measures, at worst in a network that is used for this.
_ALIGNMENT_MS: Final = 1.0


class Incoming:
    """Turns samples of one stream of the network into ours, for one connection.

    Parameters
    ----------
    parts
        What the stream carries.
    earlier
        What the connection before brought, if there was one: its times are not gone back to,
        and between the two is a gap.
    """

    def __init__(self, parts: tuple[Part, ...], earlier: Incoming | None = None) -> None:
        before = {} if earlier is None else {tap.stream_id: tap for tap in earlier.taps}
        self.taps: list[_Tap] = [_Tap(part) for part in parts]
        for tap in self.taps:
            if tap.stream_id in before:
                tap.follow(before[tap.stream_id])

    def begin_anew(self, reason: GapReason) -> None:
        """Say that something lies between what came and what comes."""
        for tap in self.taps:
            tap.begin_anew(reason)

    def take(
        self, samples: NDArray[np.generic], t_s: NDArray[np.float64], arrival_s: float
    ) -> Iterator[Chunk | Gap]:
        """Give what comes of some samples, a gap before the chunk that ends it.

        Parameters
        ----------
        samples
            As they came, shape ``(n_samples, n_channels)``.
        t_s
            Session time by their stamps, shape ``(n_samples,)``.
        arrival_s
            When they came.
        """
        # A signalling nan, as damage may make one, is no reason to warn.
        with np.errstate(invalid="ignore"):
            numbers = samples.astype(np.float64)
        # One stamp of tomorrow must not make all that follows too late.
        t_s = np.where(t_s > arrival_s + _FUTURE_S, nan, t_s)
        for tap in self.taps:
            yield from tap.take(numbers, t_s, arrival_s)

    def health(self, *, is_timed: bool) -> tuple[StreamHealth, ...]:
        """How each stream came in since this was last asked.

        Parameters
        ----------
        is_timed
            Whether the sender's clock is known.
        """
        return tuple(tap.health(_ALIGNMENT_MS if is_timed else nan) for tap in self.taps)


class _Tap:
    """One of our streams within one of the network."""

    def __init__(self, part: Part) -> None:
        self._part = part
        rate_hz = part.stream.rate_hz
        self.times: Times
        if rate_hz is not None:
            self.times = RegularTimes(rate_hz)
            self._longest_s = max(_GAP_S, _GAP_PERIODS / rate_hz)
        else:
            is_beats = part.stream.kind is StreamKind.RR
            self.times = BeatTimes() if is_beats else EventTimes()
            self._longest_s = _EVENT_GAP_S
        self._reason: GapReason | None = None
        self._first_s = float("inf")
        self._begin_health()

    @property
    def stream_id(self) -> str:
        return self._part.stream.stream_id

    def follow(self, earlier: _Tap) -> None:
        self.times.last_s = earlier.times.last_s
        self.times.n_late = earlier.times.n_late
        self.begin_anew(GapReason.LINK)

    def begin_anew(self, reason: GapReason) -> None:
        self._reason = reason
        self.times.begin_anew()

    def take(
        self, samples: NDArray[np.float64], stamped_s: NDArray[np.float64], arrival_s: float
    ) -> Iterator[Chunk | Gap]:
        values = self._part.values(samples)
        before_s = self.times.last_s
        times_s, kept = self.times.of(stamped_s, values)
        if times_s.size == 0:
            return
        values = values[kept]
        lags_s = arrival_s - float(times_s[-1])
        self._n_samples += times_s.size
        self._n_lags += 1
        self._sum_s += lags_s
        self._sum_squared_s2 += lags_s * lags_s
        self._first_s = min(self._first_s, float(times_s[0]))
        steps_s = np.diff(times_s, prepend=before_s)
        starts = set(np.flatnonzero(steps_s > self._longest_s).tolist())
        if not isfinite(before_s):
            starts.discard(0)  # before the first there is nothing
        elif self._reason is not None:
            starts.add(0)
        begin = 0
        for start in sorted(starts):
            if start > begin:
                yield self._chunk(times_s[begin:start], values[begin:start], arrival_s)
            end_s = float(times_s[start])
            yield Gap(
                end_s,
                float(times_s[start - 1]) if start else before_s,
                self.stream_id,
                self._reason if start == 0 and self._reason is not None else GapReason.SILENCE,
            )
            begin = start
        self._reason = None
        yield self._chunk(times_s[begin:], values[begin:], arrival_s)

    def health(self, alignment_ms: float) -> StreamHealth:
        rate_hz = jitter_ms = nan
        length_s = self.times.last_s - self._first_s
        if self._part.stream.rate_hz is not None and self._n_samples > 1 and length_s > 0:
            rate_hz = (self._n_samples - 1) / length_s
        if self._n_lags > 1:
            mean_s = self._sum_s / self._n_lags
            spread_s2 = max(self._sum_squared_s2 / self._n_lags - mean_s * mean_s, 0.0)
            jitter_ms = 1000.0 * sqrt(spread_s2)
        self._begin_health()
        return StreamHealth(
            self._part.stream.kind,
            rate_hz=rate_hz,
            jitter_ms=jitter_ms,
            n_late=self.times.n_late,
            alignment_ms=alignment_ms,
        )

    def _begin_health(self) -> None:
        self._n_samples = self._n_lags = 0
        self._sum_s = self._sum_squared_s2 = 0.0
        self._first_s = float("inf")

    def _chunk(self, t_s: ArrayLike, values: ArrayLike, arrival_s: float) -> Chunk:
        return Chunk(self._part.stream, np.asarray(t_s), np.asarray(values), arrival_s)
