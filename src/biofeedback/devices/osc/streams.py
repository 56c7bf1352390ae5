"""From datagrams to samples: what is taken, from whom, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from biofeedback.devices.driver import Stamp
from biofeedback.devices.osc.assembly import Arrived, Assembly, Values, assembly_of
from biofeedback.devices.osc.datagram import read_datagram
from biofeedback.devices.osc.time_tags import TagJudge
from biofeedback.devices.profiles.units import Conversion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from biofeedback.devices.osc.datagram import Message
    from biofeedback.devices.osc.mapping import Match, Rule, RuleBook
    from biofeedback.kinds import StreamKind

__all__ = ["OscStreams"]

# A sensor that is silent for this long may be followed by another.
CLAIM_S: Final = 10.0
_MAX_UNKNOWN: Final = 3
_MAX_SENDERS: Final = 32
_MAX_HELD: Final = 256
_MAX_REMEMBERED: Final = 1024
_MAX_TOLD_LENGTH: Final = 40


class _Claim(NamedTuple):
    owner: object
    until_s: float


class _Datagram(NamedTuple):
    messages: tuple[Message, ...]
    arrival_s: float
    sender: str


class OscStreams:
    """Takes the datagrams of one port.

    A port has one body: where two sensors send the same, the first is listened to for as long as
    it speaks, and the other is left out and counted.

    Parameters
    ----------
    sensor_id
        Which the streams carry.
    book
        What addresses mean.

    Attributes
    ----------
    n_bad : int
        Messages of a known address that do not hold what they should. Datagrams that cannot be
        read at all are not among them: `take` raises for those.
    n_taken : int
        Messages, or several of one address in one datagram, that were taken.
    n_left_out : int
        Messages from a second sensor.
    """

    def __init__(self, sensor_id: str, book: RuleBook) -> None:
        self._sensor_id = sensor_id
        self._book = book
        self._found: dict[str, Match | None] = {}
        self._assemblies: dict[StreamKind, tuple[Rule, Assembly]] = {}
        self._claims: dict[object, _Claim] = {}
        self._judges: dict[str, TagJudge] = {}
        self._held: list[_Datagram] = []
        self._unknown: dict[str, None] = {}
        self._n_bad = 0
        self.n_taken = 0
        self.n_left_out = 0
        self._left_out_s: float | None = None

    @property
    def n_bad(self) -> int:
        """Messages and values of a known address that cannot be what they should be."""
        return self._n_bad + sum(each.n_refused for _, each in self._assemblies.values())

    @property
    def unknown(self) -> tuple[str, ...]:
        """The first addresses of which nothing is known, shortened where they are long."""
        return tuple(self._unknown)

    def hears_several(self, now_s: float) -> bool:
        """Whether a second sensor sent something lately."""
        return self._left_out_s is not None and now_s - self._left_out_s < CLAIM_S

    def take(self, payload: bytes, arrival_s: float, sender: str = "") -> list[Arrived]:
        """Take one datagram.

        Parameters
        ----------
        payload
            Its bytes.
        arrival_s
            When it came, not before the last.
        sender
            The host it came from.

        Raises
        ------
        DecodeError
            If it cannot be read. Nothing has changed then.
        """
        datagram = _Datagram(read_datagram(payload), arrival_s, sender)
        judge = self._judge(sender)
        for tag_s, addresses in _by_tag(datagram.messages).items():
            judge.see(addresses, tag_s, arrival_s)
        if len(self._held) >= _MAX_HELD:
            judge.verdict = judge.verdict or False
        told = self.release(arrival_s)
        # What has tags waits until it is known what they are worth, and so does what follows it.
        if judge.due_s is not None:
            self._held.append(datagram)
            return told
        return [*told, *self._read(datagram)]

    def due_s(self) -> float | None:
        """Return when `release` gives something even if nothing comes; ``None`` if never."""
        dues = (self._judge(each.sender).due_s for each in self._held)
        return min((due_s for due_s in dues if due_s is not None), default=None)

    def release(self, now_s: float) -> list[Arrived]:
        """Return what was held until it was known whether time tags are times."""
        if not self._held:
            return []
        told: list[Arrived] = []
        still: list[_Datagram] = []
        for each in self._held:
            if self._judge(each.sender).overdue(now_s):
                told += self._read(each)
            else:
                still.append(each)
        self._held = still
        return told

    def ended(self) -> list[Arrived]:
        """Return all that is still held, and begin anew: nothing has come for a while."""
        told = [arrived for each in self._held for arrived in self._read(each)]
        for _, assembly in self._assemblies.values():
            told += assembly.flush()
        self._held = []
        self._judges.clear()
        self._claims.clear()
        self._unknown.clear()
        return told

    def _judge(self, sender: str) -> TagJudge:
        judge = self._judges.get(sender)
        if judge is None:
            if len(self._judges) >= _MAX_SENDERS:
                self._judges.pop(next(iter(self._judges)))
            judge = self._judges[sender] = TagJudge()
        return judge

    def _read(self, datagram: _Datagram) -> list[Arrived]:
        # Several messages of one address and time are one packet.
        packets: dict[tuple[str, float | None], tuple[Match, list[NDArray[np.float64]]]] = {}
        for message in datagram.messages:
            match = self._find(message.address)
            if match is None:
                self._note_unknown(message.address)
                continue
            values = _values(match.rule, message.arguments)
            if values is None:
                self._n_bad += 1
                continue
            key = (message.address, message.tag_s)
            packets.setdefault(key, (match, []))[1].append(values)
        told: list[Arrived] = []
        for (address, tag_s), (match, parts) in packets.items():
            values = parts[0] if len(parts) == 1 else np.concatenate(parts)
            told += self._push(datagram, address, tag_s, match, values)
        return told

    def _push(
        self,
        datagram: _Datagram,
        address: str,
        tag_s: float | None,
        match: Match,
        values: NDArray[np.float64],
    ) -> Iterable[Arrived]:
        rule, arrival_s, sender = match.rule, datagram.arrival_s, datagram.sender
        if not self._is_ours(match, address, sender, arrival_s):
            self.n_left_out += 1
            self._left_out_s = arrival_s
            return ()
        stamp = None
        if tag_s is not None and self._judge(sender).verdict:
            stamp = Stamp(tag_s, clock=f"osc {sender}")
        self.n_taken += 1
        _, assembly = self._assemblies[rule.kind]
        return assembly.push(Values(rule.channels, values, arrival_s, stamp))

    def _is_ours(self, match: Match, address: str, sender: str, now_s: float) -> bool:
        """Whether this is the sensor that is listened to; then it is for a while longer."""
        rule = match.rule
        known = self._assemblies.get(rule.kind)
        if known is not None:
            first, assembly = known
            if rule.rate_hz != first.rate_hz or not assembly.takes(rule.channels):
                return False
        claims: dict[object, object] = {
            rule.kind: (rule.family, sender, match.device),
            (rule.kind, rule.channels): (sender, address),
        }
        if match.device:
            claims[rule.family] = (sender, match.device)
        for what, owner in claims.items():
            claim = self._claims.get(what)
            if claim is not None and claim.owner != owner and now_s < claim.until_s:
                return False
        # No more of them than the book has rules, each with its kind and its family.
        for what, owner in claims.items():
            self._claims[what] = _Claim(owner, now_s + CLAIM_S)
        if known is None:
            columns = self._book.channels(rule)
            assembly = assembly_of(self._sensor_id, rule.kind, columns, rule.rate_hz)
            self._assemblies[rule.kind] = (rule, assembly)
        return True

    def _find(self, address: str) -> Match | None:
        if address not in self._found:
            if len(self._found) >= _MAX_REMEMBERED:
                self._found.clear()
            self._found[address] = self._book.find(address)
        return self._found[address]

    def _note_unknown(self, address: str) -> None:
        told = address[:_MAX_TOLD_LENGTH] + ("…" if len(address) > _MAX_TOLD_LENGTH else "")
        if len(self._unknown) < _MAX_UNKNOWN:
            self._unknown[told] = None


def _by_tag(messages: tuple[Message, ...]) -> dict[float, tuple[str, ...]]:
    """Return the addresses under each time tag, each once."""
    tagged: dict[float, dict[str, None]] = {}
    for message in messages:
        if message.tag_s is not None:
            tagged.setdefault(message.tag_s, {})[message.address] = None
    return {tag_s: tuple(addresses) for tag_s, addresses in tagged.items()}


def _values(rule: Rule, arguments: tuple[float | None, ...]) -> NDArray[np.float64] | None:
    """Return what a message holds, in the app's units; ``None`` if it is not as the rule says.

    Returns
    -------
    ndarray of float64, shape (n_samples, n_channels), or None
    """
    if rule.argument is not None:
        arguments = arguments[rule.argument - 1 : rule.argument]
    numbers = [number for number in arguments if number is not None]
    n_channels = len(rule.conversions)
    if not numbers or len(numbers) < len(arguments):
        return None
    if n_channels > 1 and len(numbers) != n_channels:
        return None
    rows = np.array(numbers).reshape(-1, n_channels)
    for place, conversion in enumerate(rule.conversions):
        # Most senders send in our units, and this is done a hundred times a second.
        if conversion != Conversion(conversion.channel):
            rows[:, place] = conversion.apply(rows[:, place])
    return rows
