"""All that goes wrong with sensors, at a time and for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.samples import GapReason, StreamKind

from .fault_staging import Staging
from .link_faults import LINK_FAULTS
from .packet_faults import PACKET_FAULTS
from .polar_sources import HeartSource
from .radio_faults import RADIO_FAULTS

if TYPE_CHECKING:
    from .fault import Fault, Plan
    from .long_session import LongSession

__all__ = ["KINDS", "happen"]


def clock_jumped(staging: Staging) -> Fault:
    """The sensor's clock begins anew while it goes on."""
    staging.at_begin(staging.restart_clocks)
    return staging.fault(GapReason.CLOCK, may_lose_nothing=True)


def contact_lost(staging: Staging) -> Fault:
    heart = next(each for each in staging.worn.sources if isinstance(each, HeartSource))

    def begin() -> None:
        heart.has_contact = False

    def end() -> None:
        heart.has_contact = True

    staging.at_begin(begin)
    staging.at_end(end)
    return staging.fault(GapReason.CONTACT, kinds=frozenset({StreamKind.RR, StreamKind.HEART_RATE}))


def asleep(staging: Staging) -> Fault:
    # The session itself lets the clock jump; all sensors miss what was sent meanwhile.
    return staging.fault(GapReason.ASLEEP, is_everyones=True)


_FAULTS: Final = {
    each.__name__: each
    for each in (*LINK_FAULTS, *RADIO_FAULTS, *PACKET_FAULTS, clock_jumped, contact_lost, asleep)
}
KINDS: Final = frozenset(_FAULTS)


def happen(session: LongSession, plan: Plan) -> Fault:
    """Have a fault happen when its time comes; `asleep` is for the session itself to do."""
    return _FAULTS[plan.kind](Staging(session, plan))
