"""What the messages of an address are: built in for EmotiBit, written by the person for others.

A person's file has one table for each address::

    [[osc]]
    address = "/eSense/SkinResponse"
    kind = "eda"
    unit = "uS"
    rate_hz = 5

``address``    Exact, or with ``*`` for anything between two slashes.
``kind``       ``eda ecg ppg resp temp emg acc_x acc_y acc_z rr pp hr other``; a list of kinds of
               one stream where the arguments of a message are its channels, such as
               ``["acc_x", "acc_y", "acc_z"]``. Otherwise they are samples, the newest last.
``unit``       Any that a sensor profile knows; where there is only one it may be left out.
``rate_hz``    Samples a second. Without it each sample has the time at which it came.
``label``      For ``other`` what it is; for ``ppg`` which light.
``argument``   Only this one of the arguments is a sample, counted from 1; the others may be texts.

Everything else is refused, with the line and what would be right.

The built-in addresses are those of the EmotiBit Oscilloscope ("Working with EmotiBit data",
section OSC, and its ``oscOutputSettings.xml``, both of EmotiBit's documentation), whose file the
person may change, and ``/biofeedback/KIND`` for programs that people write themselves, with the
rate behind a colon: ``/biofeedback/ecg:250``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn

from biofeedback.devices.profiles.units import KINDS, Conversion, conversion_of, slug
from biofeedback.errors import SensorError
from biofeedback.kinds import StreamKind

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BUILT_IN", "MappingError", "Match", "Rule", "RuleBook", "read_rules"]

MAX_RATE_HZ: Final = 10_000.0
_MAX_RULES: Final = 256
_MAX_CHANNELS: Final = 16
_MAX_ARGUMENT: Final = 1024
_ADDRESS: Final = re.compile(r"/[!-~]{1,254}")
_KEYS: Final = ("address", "kind", "unit", "rate_hz", "label", "argument")
_BY_BEAT: Final = frozenset({StreamKind.RR, StreamKind.PP})
_HEADER: Final = re.compile(r"\s*\[\[\s*osc\s*\]\]")


class MappingError(SensorError):
    """A file of OSC addresses that cannot be used, with the line and what to do."""


@dataclass(frozen=True)
class Rule:
    """What the messages of one address are.

    Parameters
    ----------
    pattern
        The address; ``*`` stands for anything but a slash.
    kind
        The stream.
    conversions
        One where the arguments are samples, otherwise one for each argument.
    rate_hz
        ``None`` where values come irregularly.
    argument
        Which argument alone is a sample, from 1; ``None`` for all.
    family
        Values of one family are from one sensor.
    """

    pattern: str
    kind: StreamKind
    conversions: tuple[Conversion, ...]
    rate_hz: float | None = None
    argument: int | None = None
    family: str = "own"

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Names of the columns that it gives."""
        return tuple(conversion.channel for conversion in self.conversions)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        parts = (re.escape(part) for part in self.pattern.split("*"))
        return re.compile("([^/]*)".join(parts))

    def match(self, address: str) -> tuple[str, ...] | None:
        """Return what stands for each ``*``, ``None`` if it is another address."""
        found = self._regex.fullmatch(address)
        return None if found is None else found.groups()


@dataclass(frozen=True)
class Match:
    """The rule of an address, and which of several sensors of its family it names."""

    rule: Rule
    device: tuple[str, ...] = ()


def _rule(
    pattern: str, kind: str, rate_hz: float | None, family: str, unit: str = "", label: str = ""
) -> Rule:
    unit = unit or next(iter(KINDS[kind].units), "")
    conversion = conversion_of(kind, unit, label)
    if label and KINDS[kind].units:
        conversion = _labelled(conversion, label)
    return Rule(pattern, KINDS[kind].stream, (conversion,), rate_hz, family=family)


def _labelled(conversion: Conversion, label: str) -> Conversion:
    """Return it with the label in the channel's name: ``ppg_green_au``."""
    stem, _, unit = conversion.channel.rpartition("_")
    return replace(conversion, channel=f"{stem}_{slug(label)}_{unit}")


_EMOTIBIT = (
    # The name in the address, kind, rate (EmotiBit: "Data type sampling rates"), unit, label.
    # Of the lights the first that is there is the one that beats are looked for in.
    ("EDA", "eda", 15.0, "uS", ""),
    ("PPG:GRN", "ppg", 25.0, "", "green"),
    ("PPG:IR", "ppg", 25.0, "", "infrared"),
    ("PPG:RED", "ppg", 25.0, "", "red"),
    ("ACC:X", "acc_x", 25.0, "g", ""),
    ("ACC:Y", "acc_y", 25.0, "g", ""),
    ("ACC:Z", "acc_z", 25.0, "g", ""),
    ("THERM", "temp", None, "C", ""),
    ("TEMP", "temp", None, "C", ""),
    ("T1", "temp", None, "C", ""),
    ("HR", "hr", None, "bpm", ""),
    # Found in the pulse wave: intervals between pulses, not between heartbeats.
    ("BI", "pp", None, "ms", ""),
    ("IBI", "pp", None, "ms", ""),
    ("SCR:AMP", "other", None, "microsiemens", "scr amplitude"),
    ("SCR:RIS", "other", None, "s", "scr rise"),
    ("SCR:RISE", "other", None, "s", "scr rise"),
    ("SCR:FREQ", "other", None, "per min", "scr"),
)
_GENERIC_KINDS: Final = tuple(kind for kind in KINDS if kind != "other")
_GENERIC = re.compile(r"/biofeedback/(\w+)(?::(\d{1,5}(?:\.\d{1,3})?))?")

BUILT_IN: Final = tuple(
    _rule(f"{prefix}/{name}", kind, rate_hz, "EmotiBit", unit, label)
    for name, kind, rate_hz, unit, label in _EMOTIBIT
    for prefix in ("/EmotiBit/*", "/EmotiBit")
)
"""The addresses of EmotiBit, older versions' without a number included."""


class RuleBook:
    """Finds the rule of an address: the person's own first, then the built-in ones.

    Parameters
    ----------
    own
        From `read_rules`.
    """

    def __init__(self, own: Sequence[Rule] = ()) -> None:
        self.rules = (*own, *BUILT_IN)
        self._generic = {
            kind: _rule(f"/biofeedback/{kind}", kind, None, "biofeedback")
            for kind in _GENERIC_KINDS
        }

    @property
    def kinds(self) -> tuple[StreamKind, ...]:
        """All that could come, each kind once."""
        generic = (rule.kind for rule in self._generic.values())
        return tuple(dict.fromkeys([*(rule.kind for rule in self.rules), *generic]))

    def find(self, address: str) -> Match | None:
        """Return what an address means, ``None`` if nothing is known of it."""
        for rule in self.rules:
            device = rule.match(address)
            if device is not None:
                return Match(rule, device)
        found = _GENERIC.fullmatch(address)
        if found is None or found[1] not in self._generic:
            return None
        rate_hz = float(found[2]) if found[2] else None
        if rate_hz is not None and not 0.0 < rate_hz <= MAX_RATE_HZ:
            return None
        return Match(replace(self._generic[found[1]], rate_hz=rate_hz))

    def channels(self, rule: Rule) -> tuple[str, ...]:
        """Return all columns that a stream can have, in the order of the rules."""
        alike = [
            each for each in self.rules if (each.kind, each.family) == (rule.kind, rule.family)
        ]
        if rule.family == "biofeedback":
            alike = [each for each in self._generic.values() if each.kind == rule.kind]
        return tuple(dict.fromkeys(name for each in alike for name in each.channels))


def read_rules(text: str) -> tuple[Rule, ...]:
    """Read a person's file of addresses.

    Raises
    ------
    MappingError
        If anything in it is not as it should be. The words name the line.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"The file of OSC addresses is not valid TOML: {error}."
        raise MappingError(msg) from error
    listed = tables.pop("osc", [])
    if tables or not isinstance(listed, list) or not listed:
        msg = "The file of OSC addresses needs [[osc]] before each address, and nothing else."
        raise MappingError(msg)
    if len(listed) > _MAX_RULES:
        msg = f"The file of OSC addresses has more than {_MAX_RULES} addresses."
        raise MappingError(msg)
    rules = tuple(_Table(number, table, text).rule() for number, table in enumerate(listed))
    _refuse_clashes(rules)
    return rules


def _refuse_clashes(rules: Sequence[Rule]) -> None:
    patterns = [rule.pattern for rule in rules]
    for pattern in patterns:
        if patterns.count(pattern) > 1:
            msg = f"The OSC address {pattern} stands in the file twice. Leave one of them."
            raise MappingError(msg)
    rates: dict[StreamKind, float | None] = {}
    for rule in rules:
        if rates.setdefault(rule.kind, rule.rate_hz) != rule.rate_hz:
            msg = (
                f"The OSC addresses of one kind, here {rule.kind.value}, become one stream and "
                "need the same rate_hz."
            )
            raise MappingError(msg)


class _Table:
    """One table of the file, and where it stands."""

    def __init__(self, number: int, table: Any, text: str) -> None:  # noqa: ANN401 - what TOML held
        self._number = number
        self._table = table
        self._text = text

    def rule(self) -> Rule:
        table = self._table
        if not isinstance(table, dict):
            self._refuse("", "needs [[osc]] before it")
        for key in table:
            if key not in _KEYS:
                self._refuse(key, f"“{key}” is not known; there are {', '.join(_KEYS)}")
        kinds, is_list = self._kinds()
        conversions = tuple(self._conversion(kind) for kind in kinds)
        if len({conversion.channel for conversion in conversions}) < len(conversions):
            self._refuse("kind", "each kind in the list can stand there once")
        argument = self._argument(is_list=is_list)
        stream = KINDS[kinds[0]].stream
        rate_hz = self._rate_hz()
        if rate_hz is not None and stream in _BY_BEAT:
            self._refuse("rate_hz", f"{kinds[0]} comes with each beat: leave out rate_hz")
        return Rule(self._address(), stream, conversions, rate_hz, argument)

    def _address(self) -> str:
        address = self._table.get("address")
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            self._refuse("address", "address is the OSC address, such as “/eSense/EDA”")
        return address

    def _kinds(self) -> tuple[list[str], bool]:
        given = self._table.get("kind")
        kinds = given if isinstance(given, list) else [given]
        if not kinds or not all(isinstance(kind, str) and kind in KINDS for kind in kinds):
            self._refuse("kind", f"kind is one of {', '.join(KINDS)}, or a list of them")
        if len(kinds) > _MAX_CHANNELS or len({KINDS[kind].stream for kind in kinds}) > 1:
            self._refuse("kind", "the kinds in a list must belong to one stream")
        return kinds, isinstance(given, list)

    def _conversion(self, kind: str) -> Conversion:
        units = KINDS[kind].units
        unit = self._table.get("unit", next(iter(units)) if len(set(units.values())) == 1 else "")
        label = self._table.get("label", "")
        if not isinstance(label, str) or len(label) > 60:
            self._refuse("label", "label is a short text")
        if not isinstance(unit, str) or (units and unit not in units):
            self._refuse("unit", f"unit is one of {', '.join(units)} for {kind}")
        conversion = conversion_of(kind, unit, label)
        return _labelled(conversion, label) if slug(label) and units else conversion

    def _rate_hz(self) -> float | None:
        rate_hz = self._table.get("rate_hz")
        if rate_hz is None:
            return None
        is_number = isinstance(rate_hz, int | float) and not isinstance(rate_hz, bool)
        if not is_number or not 0 < rate_hz <= MAX_RATE_HZ:
            self._refuse("rate_hz", "rate_hz is how many samples come in a second")
        return float(rate_hz)

    def _argument(self, *, is_list: bool) -> int | None:
        argument = self._table.get("argument")
        if argument is None:
            return None
        is_number = isinstance(argument, int) and not isinstance(argument, bool)
        if not is_number or not 1 <= argument <= _MAX_ARGUMENT:
            self._refuse("argument", "argument is which value of a message, counted from 1")
        if is_list:
            self._refuse("argument", "argument and a list of kinds do not go together")
        return int(argument)

    def _refuse(self, key: str, words: str) -> NoReturn:
        raise MappingError(f"The file of OSC addresses, line {self._line(key)}: {words}.")

    def _line(self, key: str) -> int:
        """Return the line of a key, or where its table begins if the key is not there."""
        lines = self._text.splitlines()
        headers = [number for number, line in enumerate(lines, 1) if _HEADER.match(line)]
        if self._number >= len(headers):
            return 1  # written as one array: there is no line of its own
        start = headers[self._number]
        for number, line in enumerate(lines[start:], start + 1):
            if _HEADER.match(line):
                break
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                return number
        return start
