"""Describing a new sensor: its three steps, and what is said in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.profiles.units import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE = "Describe a new sensor"
BACK = "Back to the sensors"
LEAD = (
    "For a sensor that the app does not know yet: choose it, show where its value lies in what "
    "it sends, and save that. Nothing is written to the sensor."
)

# 1
WHICH = "1   Which device"
DEVICE = "Device near you"
LISTEN = "Listen to it"
LOOK_AGAIN = "Look again"
LET_GO = "Let go of it"
NO_DEVICE = "none found yet"
LOOKING = "Looking for devices near you…"
NOTHING_NEAR = (
    "No device with a name is near. Switch it on, bring it closer, and look again. One that "
    "another phone or computer holds cannot be seen."
)
PICK_DEVICE = "Pick your device, then listen to it."
NOT_BY_ITSELF = (
    "Connected, but none of what it offers is sent by itself. It may have to be set going first: "
    "that can be written in a profile file, see its documentation."
)
ANNOUNCES = "It says itself what it sends: {what}. Begin with that, and look whether it is right."
USE_ANNOUNCED = "Use {what}"

# 2
WHAT_SENDS = "2   What it sends"
AFTER_DEVICE = "Choose a device first. What it sends appears here, byte by byte."
NOTHING_YET = "Nothing has come yet. Wear the sensor and switch it on; some begin only on the skin."
WHERE = "Where it sends"
PER_S = "{rate} packets a second"
BYTES_NAME = "What it sends, the newest packet last"
BYTES_HELP = (
    "Click on the byte where the value begins, or move it with the arrow keys. Below each byte: "
    "the higher the bar, the more often it changes; ↑ counts up."
)
COLUMNS_HELP = "Click on the column that holds the value, or move there with the arrow keys."
COUNTS = "{span} up by one with every packet: most likely a count of packets."
USE_COUNT = "Use it as the count"
CLOCKS = "{span} like a clock, in {unit}."
USE_CLOCK = "Use it as the clock"
CLOCK_UNITS: Final = {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}
COLUMN_AT = "The value stands in {place}: {raw}   →   {value}"
VALUE_AT = "The value begins at {place}: {raw}   →   {value}"
SPAN_VALUE, SPAN_COUNT, SPAN_CLOCK = "value", "count", "clock"

BEGINS = "Begins at byte"
COLUMN = "Column"
WRITTEN = "Written as"
ORDER = "Byte order"
ORDERS: Final = (("little", "low byte first (usual)"), ("big", "high byte first"))
HOW_MANY = "Values in a packet"
AS_MANY = "as many as fit"
MEASURES = "What it measures"
UNIT = "Unit of the value"
TIMES = "Multiplied by"
PLUS = "Then added"
RATE = "Values a second"
IRREGULAR = "irregular"
MEASURED = "measured: {rate}"
LOWEST, HIGHEST = "Lowest possible", "Highest possible"
ANY = "any"
COUNT, COUNT_AT = "Count of packets", "Count begins at byte"
CLOCK, CLOCK_AT, CLOCK_UNIT = "Clock", "Clock begins at byte", "Clock counts"
COUNT_COLUMN, CLOCK_COLUMN = "Column of the count", "Column of the clock"
NONE = "none"
SEPARATOR = "Columns end with"
SEPARATORS: Final = ((",", "a comma"), (";", "a semicolon"), ("tab", "a tab"), ("space", "spaces"))
LINES = "Each line ends with"
LINE_ENDS: Final = ((True, "a line feed"), (False, "the packet"))
KEY = "Name before the value"
NO_NUMBER = "“{text}” in “{field}” is no number. Write it like 0.01 or 1e-3."

TYPES: Final = {
    "u8": "whole number, 1 byte",
    "i8": "whole number with sign, 1 byte",
    "u16": "whole number, 2 bytes",
    "i16": "whole number with sign, 2 bytes",
    "u24": "whole number, 3 bytes",
    "i24": "whole number with sign, 3 bytes",
    "u32": "whole number, 4 bytes",
    "i32": "whole number with sign, 4 bytes",
    "u64": "whole number, 8 bytes",
    "i64": "whole number with sign, 8 bytes",
    "f32": "decimal number, 4 bytes",
    "f64": "decimal number, 8 bytes",
    "text": "numbers in a text",
}
KIND_WORDS: Final = {
    "eda": "skin conductance",
    "resp": "breathing",
    "emg": "muscle",
    "ecg": "ECG",
    "ppg": "pulse wave",
    "temp": "skin temperature",
    "rr": "beat-to-beat intervals",
    "pp": "pulse-to-pulse intervals",
    "hr": "heart rate",
    "acc_x": "movement, along x",
    "acc_y": "movement, along y",
    "acc_z": "movement, along z",
    "other": "another signal",
}
_UNIT_WORDS: Final = {
    "uS": "µS",
    "ohm": "Ω (ohm)",
    "kOhm": "kΩ",
    "MOhm": "MΩ",
    "uV": "µV",
    "a.u.": "no unit",
    "C": "°C",
    "F": "°F",
    "m/s2": "m/s²",
}
# As a device calls a value; longer, it is cut.
_N_LABEL: Final = 24
# Between groups of three digits, which a line must not be broken at.
_NARROW_SPACE: Final = "\N{NARROW NO-BREAK SPACE}"
# From here on a number is too long to be read digit by digit.
_LONGEST: Final = 1e9
_SHOWN_UNITS: Final = {
    "microsiemens": "µS",
    "microvolts": "µV",
    "celsius": "°C",
    "newton": "N",
    "au": "",
}

# 3
WHAT_MEANS = "3   What it means"
AFTER_PLACE = "Once it sends, its values are drawn here as you set them above."
TRACE_NAME = "The values so far"
NO_VALUE = "–"
SEEN = "between {low} and {high} in the last {seconds} s"
OUTSIDE = (
    "{count} of {total} readings are outside what is possible, and count as no reading. Look at "
    "the limits, and at whether the sensor sits well."
)
NOT_FINITE = "{count} of {total} readings are no number, and count as no reading."
NAME = "Name of the sensor"
PREFIX = "Recognised by a name that begins with"
PREFIX_HELP = "Shorten it so that others of its kind are recognised as well."
NO_PREFIX = "Say by which name it is recognised: how the device’s own name begins."
TRY = "Test it"
TESTING = "testing…"
SAVE = "Save"
EXPORT = "Export…"
EXPORT_TITLE = "Where to write the description"
TESTS_CAME_OUT = "{count} that came were kept as tests, and come out as then:"
TEST_ROW = "{raw}   →   {value}"
TAKEN = "You have a description “{name}” already. Replace it?"
REPLACE, NOT_NOW = "Replace it", "Not now"
SAVED = "Saved. “{name}” is on the Sensors page from now on."
EXPORTED = "Written to {path}."
TO_SENSORS = "To the sensors"

# A profile in a file
FILE = "A description in a file"
FILE_LEAD = (
    "What others have described, or what needs more than this page offers, such as several "
    "values or words that set the sensor going."
)
OPEN = "Open a profile file…"
OPEN_TITLE = "Which profile file"
FILES = "Profiles (*.toml);;All files (*)"
FILE_TEXT = "The description"
CHECK = "Check it"
CLOSE = "Close it"
ALL_RIGHT = "All right: “{name}” measures {what}; {count}."
PROBLEMS = "Not right yet. Press a line to go there."
GO_TO = "Line {line}"
LINE = "Line {line}: {words}"


def span(start: int, length: int, verbs: tuple[str, str]) -> str:
    """Return ``Byte 1 counts`` or ``Bytes 1–2 count``, counted from one.

    Parameters
    ----------
    start, length
        Counted from zero.
    verbs
        For one, and for several.
    """
    if length == 1:
        return f"Byte {start + 1} {verbs[0]}"
    return f"Bytes {start + 1}–{start + length} {verbs[1]}"


def place(start: int, *, is_text: bool) -> str:
    """Return where a value begins, in words."""
    if is_text:
        return f"column {start + 1}"
    return "the first byte" if start == 0 else f"byte {start + 1}"


def announced(kind: str, unit: str, label: str) -> str:
    """Return what a device says of one of its values: ``“hand”, skin conductance in µS``."""
    what = f"{KIND_WORDS[kind]} in {_UNIT_WORDS.get(unit, unit)}"
    short = label if len(label) <= _N_LABEL else f"{label[:_N_LABEL]}…"
    return f"“{short}”, {what}" if label else what


def units(kind: str) -> list[tuple[str, str]]:
    """Return the units of a kind and how they are shown, each meaning once."""
    shown: list[tuple[str, str]] = []
    known: list[object] = []
    for unit, conversion in KINDS[kind].units.items():
        if conversion not in known:
            known.append(conversion)
            shown.append((unit, _UNIT_WORDS.get(unit, unit)))
    return shown


def shown_unit(channel: str, own_unit: str) -> str:
    """Return the unit in which a channel is shown: ``µS`` for ``sc_microsiemens``."""
    word = channel.rpartition("_")[2]
    if word in _SHOWN_UNITS:
        return _SHOWN_UNITS[word]
    return word if word in {"g", "ms", "bpm"} else own_unit


def number(value: float) -> str:
    """Return a number with four digits, or whole and in groups where it is long.

    With a true minus sign.
    """
    size = abs(value)
    if size == 0:
        return "0"
    if 0.001 <= size < 100_000:
        n_decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
        words = f"{value:.{n_decimals}f}"
    elif 1.0 <= size < _LONGEST:
        words = f"{value:,.0f}".replace(",", _NARROW_SPACE)
    else:
        words = f"{value:.3g}"
    return words.replace("-", "−")


def with_unit(value: float, unit: str) -> str:
    """Return a number with its unit."""
    return f"{number(value)} {unit}".strip()


def per_s(rate_hz: float) -> str:
    """Return a rate with three digits."""
    return f"{rate_hz:.3g}"


def tests(count: int) -> str:
    """Return ``1 test came out`` or ``3 tests came out``."""
    return "1 test came out" if count == 1 else f"{count} tests came out"


def kept(count: int, *, is_text: bool) -> str:
    """Return ``3 packets`` or ``1 line``."""
    word = "line" if is_text else "packet"
    return f"{count} {word}{'' if count == 1 else 's'}"


def measured(kinds: Sequence[str]) -> str:
    """Return what channels measure, in words."""
    return ", ".join(dict.fromkeys(KIND_WORDS[kind] for kind in kinds))


def characteristic(uuid: str, n_packets: int) -> str:
    """Return how one of a device's places to send from is listed."""
    name = _KNOWN.get(uuid, "")
    if not name:
        is_short = uuid.endswith("-0000-1000-8000-00805f9b34fb")
        name = f"0x{uuid[4:8].upper()}" if is_short else f"{uuid[:13]}…{uuid[-4:]}"
    return f"{name}   ·   {SENDS if n_packets else SILENT}"


SENDS, SILENT = "sends", "nothing yet"
_KNOWN: Final = {
    "6e400003-b5a3-f393-e0a9-e50e24dcca9e": "Nordic UART",
    "0000ffe1-0000-1000-8000-00805f9b34fb": "HM-10 serial",
    "00002a37-0000-1000-8000-00805f9b34fb": "Heart rate",
    "00002a58-0000-1000-8000-00805f9b34fb": "Analog",
}
