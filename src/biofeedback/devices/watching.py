"""Which of a sensor's streams have gone quiet, and when to look again."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from biofeedback.devices.driver import Conversation, Watch
    from biofeedback.devices.intake import Intake
    from biofeedback.kinds import StreamKind

__all__ = ["Watching"]

# A sensor that names no stream while it is set going is let go after this long.
_START_S: Final = 30.0
# Streams that may be silent for so many times longer than another do not tell that a link is dead.
_ALIKE: Final = 2.0
# A stream that is set going in vain gets longer each time, up to this.
_MAX_PATIENCE: Final = 8


class Watching:
    """The watchdogs of one sensor: one a stream.

    A link on which every stream that spoke is overdue is dead, whatever the system says of it: half-dead
    links are silent without ever reporting a loss. A stream that is overdue while others speak
    is set going again.

    Parameters
    ----------
    conversation
        Whose `watches` say what is expected.
    intake
        Knows when each kind of sample last came.
    """

    def __init__(self, conversation: Conversation, intake: Intake) -> None:
        self._conversation = conversation
        self._intake = intake
        self._since_s = 0.0
        self._packet_s: float | None = None
        self._revived: dict[StreamKind, tuple[float, int]] = {}
        self._has_started = False

    def begin(self, now_s: float) -> None:
        """Begin to wait on a new connection."""
        self._since_s = now_s
        self._packet_s = None
        self._revived.clear()
        self._has_started = False

    def started(self, now_s: float) -> None:
        """Count from now on: what was to be said has been said."""
        self._has_started = True
        if self._packet_s is None:
            self._since_s = now_s

    def packet(self, arrival_s: float) -> None:
        """Take note that something came."""
        self._packet_s = arrival_s

    def revived(self, kind: StreamKind, now_s: float) -> None:
        """Take note that a stream was set going again."""
        _, n_before = self._revived.get(kind, (0.0, 0))
        self._revived[kind] = (now_s, n_before + 1)

    @property
    def has_started(self) -> bool:
        """Whether all was said to the sensor that sets it going."""
        return self._has_started

    @property
    def has_heard(self) -> bool:
        """Whether samples of any watched stream came over this connection."""
        return any(self._heard_s(watch) is not None for watch in self._conversation.watches)

    def silent(self, now_s: float) -> tuple[StreamKind, ...] | None:
        """Return the streams that are overdue while others speak; ``None`` if nothing does."""
        watches = self._conversation.watches
        if not watches:
            return () if now_s < self._due_without_s() else None
        overdue = tuple(watch for watch in watches if now_s >= self._due_s(watch))
        # A stream that has long to come at first must not hide that the others died.
        spoke = [watch for watch in watches if self._heard_s(watch) is not None] or watches
        if overdue and all(watch in overdue for watch in spoke):
            return None
        if overdue and now_s >= self._dead_s():
            return None
        # One of several falls due before the others when a link dies: it is asked for again
        # only when another has spoken since.
        latest_s = self._latest_s()
        return tuple(
            watch.kind
            for watch in overdue
            if latest_s is None or latest_s >= min(self._due_s(watch), now_s)
        )

    def due_s(self, now_s: float) -> float:
        """Return when to look again."""
        watches = self._conversation.watches
        if not watches:
            return self._due_without_s()
        dues = [*(self._due_s(watch) for watch in watches), self._dead_s()]
        return min((due_s for due_s in dues if due_s > now_s), default=now_s + 1.0)

    def _due_without_s(self) -> float:
        return (self._since_s if self._packet_s is None else self._packet_s) + _START_S

    def _latest_s(self) -> float | None:
        """When anything last spoke over this connection."""
        heard = [self._heard_s(watch) for watch in self._conversation.watches]
        return max((heard_s for heard_s in heard if heard_s is not None), default=None)

    def _dead_s(self) -> float:
        """When the link is dead if nothing speaks; never while nothing has spoken yet."""
        watches = self._conversation.watches
        silences_s = [each.silence_s for each in watches if self._heard_s(each) is not None]
        latest_s = self._latest_s()
        if latest_s is None:
            return inf
        # Pulse intervals may be silent for half a minute; those beside them tell sooner.
        return latest_s + max(each_s for each_s in silences_s if each_s <= _ALIKE * min(silences_s))

    def _heard_s(self, watch: Watch) -> float | None:
        heard_s = self._intake.heard_s(watch.kind)
        if not self._conversation.has_signal and self._packet_s is not None:
            # It speaks, if only to say that it feels nothing.
            heard_s = self._packet_s
        return heard_s if heard_s is not None and heard_s >= self._since_s else None

    def _due_s(self, watch: Watch) -> float:
        heard_s = self._heard_s(watch)
        revived_s, n_revived = self._revived.get(watch.kind, (self._since_s, 0))
        if heard_s is not None and heard_s >= revived_s:
            return heard_s + watch.silence_s
        patience = min(1 << max(n_revived - 1, 0), _MAX_PATIENCE)
        return revived_s + watch.first_s * patience
