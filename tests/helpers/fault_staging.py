"""What makes a fault happen when its time comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fault import ALL_STREAMS, Fault, Plan
from .polar_sources import PolarSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import GapReason, StreamKind

    from .long_session import LongSession, Worn
    from .sensor_source import Notification, Source

__all__ = ["Staging"]

# How much later than a fault a hole may begin: with the next packets.
SOON_S = 8.0


class Staging:
    """Makes one fault happen."""

    def __init__(self, session: LongSession, plan: Plan) -> None:
        self.session = session
        self.plan = plan
        self.end_s = plan.t_s + plan.length_s
        self.everyone = frozenset(each.name for each in session.people)

    @property
    def worn(self) -> Worn:
        """The sensor that it happens to."""
        return self.session.worn(self.plan.name)

    def at_begin(self, act: Callable[[], object]) -> None:
        """Do something when it begins."""
        self.session.at(self.plan.t_s, act)

    def at_end(self, act: Callable[[], object]) -> None:
        """Do something when it is over."""
        self.session.at(self.end_s, act)

    def fault(
        self,
        *reasons: GapReason,
        there_s: float | None = None,
        is_everyones: bool = False,
        kinds: frozenset[StreamKind] = ALL_STREAMS,
        may_lose_nothing: bool = False,
    ) -> Fault:
        """Return what is to be said of it: a hole may begin soon after it does, and why."""
        return Fault(
            self.plan,
            self.everyone if is_everyones else frozenset({self.plan.name}),
            frozenset(reasons),
            self.plan.t_s + SOON_S,
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

    def mangle_next(
        self,
        n_times: int,
        change: Callable[[Source, list[Notification]], list[Notification] | None],
    ) -> None:
        """Change what is sent the next few times; ``None`` is for what is not concerned."""
        n_left = n_times

        def some(source: Source, sent: list[Notification]) -> list[Notification] | None:
            nonlocal n_left
            if n_left == 0:
                return None
            changed = change(source, sent) if sent else None
            if changed is None:
                return sent
            n_left -= 1
            return changed

        self.mangle(some)

    def restart_clocks(self) -> None:
        """Let the sensor's own clock begin anew."""
        for source in self.worn.sources:
            if isinstance(source, PolarSource):
                source.reset_s = self.plan.t_s
