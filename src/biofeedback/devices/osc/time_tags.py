"""Whether the time tags of one sender's bundles are the times of its samples.

The specification says when a bundle is to take effect, and leaves open who sets that from what.
Most senders say "immediately"; some tag with their clock, some with a moment to come, some with
the same moment for ever. Tags are used where they go on as the datagrams arrive, for then they
are a clock; and no longer once they cease to.
"""

from __future__ import annotations

from typing import Final

__all__ = ["TagJudge"]

# Judged over so many datagrams and so long, and at the latest after that long.
_MIN_DATAGRAMS: Final = 5
_MIN_SPAN_S: Final = 1.0
_MAX_SPAN_S: Final = 3.0
# A network delays by less than this as a rule, and clocks drift by less than that share.
_MAX_OFF_S: Final = 0.3
_MAX_DRIFT: Final = 0.01
# What a trusted clock may be off at once: more is a clock that was set.
_MAX_JUMP_S: Final = 2.0
_FOLLOW: Final = 0.01


class TagJudge:
    """Follows one sender.

    Attributes
    ----------
    verdict : bool or None
        Whether its tags are times; ``None`` while that is open.
    """

    def __init__(self) -> None:
        self.verdict: bool | None = None
        self._first: tuple[float, float] | None = None
        self._last_tag_s = 0.0
        self._tags_s: dict[str, float] = {}
        self._n_datagrams = 0
        self._lead_s = 0.0

    def see(self, addresses: tuple[str, ...], tag_s: float, arrival_s: float) -> None:
        """Take note of the tag of a datagram, the addresses under it, and when it came."""
        lead_s = tag_s - arrival_s
        if self.verdict is False:
            return
        if self.verdict:
            if abs(lead_s - self._lead_s) > _MAX_JUMP_S:
                self.verdict = False
            self._lead_s += _FOLLOW * (lead_s - self._lead_s)
            return
        self._judge(addresses, tag_s, arrival_s)

    def _judge(self, addresses: tuple[str, ...], tag_s: float, arrival_s: float) -> None:
        self._n_datagrams += 1
        if self._first is None:
            self._first = (tag_s, arrival_s)
        first_tag_s, first_arrival_s = self._first
        span_s = arrival_s - first_arrival_s
        off_s = abs(tag_s - first_tag_s - span_s)
        goes_on = tag_s >= self._last_tag_s and all(
            tag_s > self._tags_s.get(address, 0.0) for address in addresses
        )
        if not goes_on or off_s > _MAX_OFF_S + _MAX_DRIFT * span_s:
            self.verdict = False
            return
        self._last_tag_s = tag_s
        # No more addresses than a datagram has messages, times the few datagrams of a verdict.
        self._tags_s.update(dict.fromkeys(addresses, tag_s))
        if self._n_datagrams >= _MIN_DATAGRAMS and span_s >= _MIN_SPAN_S:
            self.verdict = True
            self._lead_s = tag_s - arrival_s
        else:
            self.overdue(arrival_s)

    def overdue(self, now_s: float) -> bool:
        """Let a verdict fall that took too long; return whether there is one."""
        due_s = self.due_s
        if due_s is not None and now_s >= due_s:
            self.verdict = False
        return self.verdict is not None

    @property
    def due_s(self) -> float | None:
        """When the verdict falls at the latest, ``None`` if it has or nothing came."""
        if self.verdict is not None or self._first is None:
            return None
        return self._first[1] + _MAX_SPAN_S
