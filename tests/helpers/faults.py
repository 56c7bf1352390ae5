"""What goes wrong with sensors, at a time and for a while, and what a session may say of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from biofeedback.devices.drivers.polar.control_point import Measurement, Status
from biofeedback.samples import GapReason, StreamKind

from .bluez_error import FAILED
from .board_source import BoardSource
from .polar_peripheral import PolarPeripheral
from .polar_sources import HeartSource, PolarSource
from .sensor_source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from .long_session import LongSession, Worn
    from .sensor_source import Notification, Source

__all__ = ["KINDS", "Fault", "Plan", "happen"]

_ALL_STREAMS: Final = frozenset(StreamKind)


@dataclass(frozen=True)
class Plan:
    """One fault to come: what, when, to whom, and for how long where that has a meaning."""

    kind: str
    t_s: float
    name: str
    length_s: float = 0.0


@dataclass(frozen=True)
class Fault:
    """One fault that happened.

    Attributes
    ----------
    plan
        What it was.
    names
        The sensors that it concerns.
    kinds
        The streams of theirs that may have a hole.
    reasons
        What such a hole may be said to come of.
    until_s
        When such a hole has begun at the latest.
    there_s
        When the sensor could be had again; ``None`` where its connection stands.
    may_lose_nothing
        Whether a gap may be told though nothing is missing.
    """

    plan: Plan
    names: frozenset[str]
    reasons: frozenset[GapReason]
    until_s: float
    there_s: float | None = None
    kinds: frozenset[StreamKind] = _ALL_STREAMS
    may_lose_nothing: bool = False

    @property
    def name(self) -> str:
        """What it was, in words."""
        return f"{self.plan.kind} of {self.plan.name} at {self.plan.t_s:g} s"

    @property
    def begin_s(self) -> float:
        """When it began."""
        return self.plan.t_s

    def concerns(self, name: str, kind: StreamKind) -> bool:
        """Whether it may leave a hole in a stream of a sensor."""
        return name in self.names and kind in self.kinds


# How much later than a fault a hole may begin: with the next packets.
_SOON_S = 8.0


class _Doing:
    """Makes one fault happen."""

    def __init__(self, session: LongSession, plan: Plan) -> None:
        self.session = session
        self.plan = plan
        self.end_s = plan.t_s + plan.length_s
        self.everyone = frozenset(each.name for each in session.people)

    @property
    def worn(self) -> Worn:
        return self.session.worn(self.plan.name)

    def at_begin(self, act: Callable[[], object]) -> None:
        self.session.at(self.plan.t_s, act)

    def at_end(self, act: Callable[[], object]) -> None:
        self.session.at(self.end_s, act)

    def fault(
        self,
        *reasons: GapReason,
        there_s: float | None = None,
        is_everyones: bool = False,
        until_s: float | None = None,
        kinds: frozenset[StreamKind] = _ALL_STREAMS,
        may_lose_nothing: bool = False,
    ) -> Fault:
        return Fault(
            self.plan,
            self.everyone if is_everyones else frozenset({self.plan.name}),
            frozenset(reasons),
            self.plan.t_s + _SOON_S if until_s is None else until_s,
            there_s,
            kinds,
            may_lose_nothing,
        )

    def mangle(
        self, change: Callable[[Source, list[Notification]], list[Notification] | None]
    ) -> None:
        """Change what is sent from the fault's time on, until the change returns ``None``."""
        worn = self.worn

        def mangle(source: Source, sent: list[Notification]) -> list[Notification]:
            changed = change(source, sent)
            if changed is None:
                worn.mangle = None
                return sent
            return changed

        def begin() -> None:
            worn.mangle = mangle

        self.at_begin(begin)

    # The link.

    def link_lost(self) -> Fault:
        self.at_begin(self.worn.peripheral.lose_link)
        self.at_end(self.worn.peripheral.come_back)
        return self.fault(GapReason.LINK, there_s=self.end_s)

    def link_cut(self) -> Fault:
        self.at_begin(lambda: self.worn.peripheral.lose_link(is_near=True))
        return self.fault(GapReason.LINK, there_s=self.plan.t_s)

    def half_dead(self) -> Fault:
        peripheral = self.worn.peripheral
        first: list[int] = []

        def mute(_source: Source, _sent: list[Notification]) -> list[Notification] | None:
            first.append(peripheral.n_connects)
            return [] if peripheral.n_connects == first[0] else None

        self.mangle(mute)
        return self.fault(GapReason.SILENCE, there_s=self.plan.t_s)

    def refused(self) -> Fault:
        peripheral = self.worn.peripheral

        def begin() -> None:
            peripheral.refusal = (FAILED, "br-connection-unknown")
            peripheral.lose_link(is_near=True)

        def end() -> None:
            peripheral.refusal = None

        self.at_begin(begin)
        self.at_end(end)
        return self.fault(GapReason.LINK, there_s=self.end_s)

    def pairing(self) -> Fault:
        peripheral = self.worn.peripheral

        def begin() -> None:
            peripheral.needs_pairing = True
            peripheral.is_paired = False
            peripheral.lose_link(is_near=True)

        self.at_begin(begin)
        return self.fault(GapReason.LINK, there_s=self.plan.t_s)

    def rebooted(self) -> Fault:
        """The battery slips: the link goes, and the clock begins anew."""
        peripheral = self.worn.peripheral
        assert isinstance(peripheral, PolarPeripheral)

        def begin() -> None:
            peripheral.running.clear()
            peripheral.lose_link()
            for source in self.worn.sources:
                if isinstance(source, PolarSource):
                    source.reset_s = self.plan.t_s

        self.at_begin(begin)
        self.at_end(peripheral.come_back)
        return self.fault(GapReason.LINK, there_s=self.end_s)

    def stream_refused(self) -> Fault:
        """After a lost link the sensor does not want to start its ECG, for a while."""
        peripheral = self.worn.peripheral
        assert isinstance(peripheral, PolarPeripheral)

        def begin() -> None:
            peripheral.refusals[Measurement.ECG] = Status.INVALID_STATE
            peripheral.running.clear()
            peripheral.lose_link(is_near=True)

        self.at_begin(begin)
        self.at_end(peripheral.refusals.clear)
        return self.fault(GapReason.LINK, there_s=self.plan.t_s)

    # The computer.

    def adapter_off(self) -> Fault:
        self.at_begin(lambda: self.session.bluez.set_powered(False))
        self.at_end(lambda: self.session.bluez.set_powered(True))
        return self._of_radio()

    def adapter_pulled(self) -> Fault:
        self.at_begin(self.session.bluez.remove_adapter)
        self.at_end(self.session.bluez.add_adapter)
        return self._of_radio()

    def service_stopped(self) -> Fault:
        self.at_begin(self.session.bluez.stop_service)
        self.at_end(self.session.bluez.start_service)
        return self._of_radio()

    def service_crashed(self) -> Fault:
        self.at_begin(lambda: self.session.bluez.stop_service(crashes=True))
        self.at_end(self.session.bluez.start_service)
        return self._of_radio()

    def _of_radio(self) -> Fault:
        # Lost before the radio is seen to be gone, a link is just lost.
        return self.fault(GapReason.RADIO, there_s=self.end_s, is_everyones=True)

    # What is sent.

    def one_silent(self) -> Fault:
        """The first stream alone is silent, until it is asked for again."""
        first = self.worn.sources[0]
        assert isinstance(first, PolarSource)
        peripheral = first.peripheral
        running: list[object] = []

        def mute(source: Source, sent: list[Notification]) -> list[Notification] | None:
            if source is not first:
                return sent
            running.append(peripheral.running.get(first.measurement))
            return [] if running[-1] is running[0] else None

        self.mangle(mute)
        return self.fault(GapReason.SILENCE, kinds=frozenset({first.tracks[0].kind}))

    def garbage(self) -> Fault:
        noise = random.Random(round(self.plan.t_s))
        n_left = [8]

        def add(source: Source, sent: list[Notification]) -> list[Notification] | None:
            if n_left[0] == 0:
                return None
            n_left[0] -= bool(sent)
            # Of a heart rate any two bytes are a valid one: nothing tells that they are not.
            n_bytes = 1 if isinstance(source, HeartSource) else 11
            return [
                each
                for one in sent
                for each in (
                    one._replace(payload=noise.randbytes(n_bytes), numbers=(), spans=()),
                    one,
                )
            ]

        self.mangle(add)
        return self.fault()

    def truncated(self) -> Fault:
        n_left = [3]

        def cut(source: Source, sent: list[Notification]) -> list[Notification] | None:
            if n_left[0] == 0:
                return None
            if not sent or isinstance(source, HeartSource):
                return sent
            n_left[0] -= 1
            payload = sent[0].payload
            # Of a Polar frame no whole number of samples: nothing else would tell.
            n_kept = next(n for n in range(len(payload) // 2, 0, -1) if n % 3 == 2)
            return [sent[0]._replace(payload=payload[:n_kept], numbers=()), *sent[1:]]

        self.mangle(cut)
        return self.fault(GapReason.PACKETS)

    def flipped(self) -> Fault:
        """A byte is wrong that a checksum tells."""
        n_left = [3]

        def flip(source: Source, sent: list[Notification]) -> list[Notification] | None:
            if n_left[0] == 0:
                return None
            if not sent:
                return sent
            n_left[0] -= 1
            one = sent[0]
            at = 9 if isinstance(source, BoardSource) else 3
            payload = bytearray(one.payload)
            payload[at] ^= 0x15
            spans = tuple(
                half
                for span in one.spans
                for half in (
                    Span(span.go, span.begin, span.begin + at),
                    Span(span.go, span.begin + at + 1, span.end),
                )
            )
            return [one._replace(payload=bytes(payload), numbers=(), spans=spans), *sent[1:]]

        self.mangle(flip)
        return self.fault(GapReason.PACKETS)

    def dropped(self) -> Fault:
        """Notifications are lost on their way."""
        n_left = [3]

        def drop(_source: Source, sent: list[Notification]) -> list[Notification] | None:
            if n_left[0] == 0:
                return None
            n_left[0] -= bool(sent)
            return []

        self.mangle(drop)
        return self.fault(GapReason.PACKETS)

    def doubled(self) -> Fault:
        n_left = [8]

        def double(source: Source, sent: list[Notification]) -> list[Notification] | None:
            if n_left[0] == 0:
                return None
            n_left[0] -= bool(sent)
            if isinstance(source, HeartSource):
                return sent
            return [each for one in sent for each in (one, one)]

        self.mangle(double)
        return self.fault()

    def swapped(self) -> Fault:
        """Of the stream that is the fastest, every second packet comes right before its time."""
        n_left = [4]
        kept: list[Notification] = []
        first = self.worn.sources[0]

        def swap(source: Source, sent: list[Notification]) -> list[Notification] | None:
            if n_left[0] == 0 and not kept:
                return None
            if source is not first or not sent:
                return sent
            if not kept:
                kept.append(sent[0])
                return sent[1:]
            late = kept.pop()._replace(t_s=sent[-1].t_s + 0.001)
            n_left[0] -= 1
            return [*sent, late]

        self.mangle(swap)
        return self.fault()

    def stalled(self) -> Fault:
        """Nothing comes for some seconds, then all at once."""

        def hold(_source: Source, sent: list[Notification]) -> list[Notification] | None:
            if sent and sent[0].t_s >= self.end_s:
                return None
            return [each._replace(t_s=self.end_s) for each in sent]

        self.mangle(hold)
        # A rate has no time but its arrival: for so long there was none.
        return self.fault(
            GapReason.PACKETS, kinds=frozenset({StreamKind.HEART_RATE}), may_lose_nothing=True
        )

    def clock_jumped(self) -> Fault:
        """The sensor's clock begins anew while it goes on."""

        def begin() -> None:
            for source in self.worn.sources:
                if isinstance(source, PolarSource):
                    source.reset_s = self.plan.t_s

        self.at_begin(begin)
        return self.fault(GapReason.CLOCK, may_lose_nothing=True)

    def contact_lost(self) -> Fault:
        heart = next(each for each in self.worn.sources if isinstance(each, HeartSource))

        def begin() -> None:
            heart.has_contact = False

        def end() -> None:
            heart.has_contact = True

        self.at_begin(begin)
        self.at_end(end)
        return self.fault(
            GapReason.CONTACT, kinds=frozenset({StreamKind.RR, StreamKind.HEART_RATE})
        )

    def asleep(self) -> Fault:
        # The session itself lets the clock jump; all sensors miss what was sent meanwhile.
        return self.fault(GapReason.ASLEEP, is_everyones=True)


KINDS: Final = (
    "link_lost",
    "link_cut",
    "half_dead",
    "refused",
    "pairing",
    "rebooted",
    "stream_refused",
    "adapter_off",
    "adapter_pulled",
    "service_stopped",
    "service_crashed",
    "one_silent",
    "garbage",
    "truncated",
    "flipped",
    "dropped",
    "doubled",
    "swapped",
    "stalled",
    "clock_jumped",
    "contact_lost",
    "asleep",
)


def happen(session: LongSession, plan: Plan) -> Fault:
    """Have a fault happen when its time comes; `asleep` is for the session itself to do."""
    assert plan.kind in KINDS
    doing = _Doing(session, plan)
    fault: Fault = getattr(doing, plan.kind)()
    return fault
