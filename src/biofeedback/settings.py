"""What the person prefers, as far as it is no secret: kept in one small TOML file.

Nothing measured, no answer of the person's and no passphrase is ever written here; of the check
before first use only whether guides are to be gentler, and not why. Own help lines stand here as
they were written, with any name in them, for whoever can read this file. It may be edited by
hand: a value that makes no sense falls back to its default, alone, and the file as it was is
kept beside it with ``.broken`` at the end of its name.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from pathlib import Path
from typing import Annotated, Literal, get_type_hints

import platformdirs

from biofeedback.kinds import Role, StreamKind

__all__ = [
    "HelpLine",
    "OwnBreath",
    "Preferences",
    "RememberedSensor",
    "ThemeName",
    "default_path",
    "library_path",
    "load",
    "save",
]

ThemeName = Literal["system", "dark", "light", "high-contrast"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RememberedSensor:
    """A sensor that was connected once, as much of it as is needed to find it again.

    What it measured is not here, nor who wore it: only the device, as it calls itself.

    Parameters
    ----------
    sensor_id, name, address, origin, kinds, driver
        As in `biofeedback.devices.sensor.SensorInfo`.
    role
        Whose body it was on, of two.
    options
        What else its origin needs to find it again, such as the name of a network stream.
    """

    sensor_id: str
    name: str
    address: str
    origin: str
    kinds: tuple[StreamKind, ...] = ()
    driver: str = ""
    role: Role = Role.CLIENT
    options: dict[str, float | str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OwnBreath:
    """A breath of the person's own, by the name they gave it: in, hold, out, hold in seconds."""

    name: str
    pattern_s: tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """Where to turn in need, as the person or their therapist wrote it down."""

    name: str
    number: str
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Every preference with its default.

    Parameters
    ----------
    theme
        Colors of the window; ``system`` follows the computer's.
    volume
        Of the breathing tone, 0 to 1.
    sound
        Whether the breathing tone plays at all.
    reduce_motion
        A slow change of brightness instead of a moving disc.
    numbers_hidden
        Whether the Practice screen leaves the numbers out.
    text_scale
        Size of all text, 1 is 15 pixels.
    preset
        Name of the last breath, empty for one of the person's own.
    pattern_s
        Its in, hold, out, hold in seconds.
    minutes
        Length of the last session; 0 for an open end.
    library_path
        Where the library is, empty for the usual place.
    use_keychain
        Whether the library's key is kept in the computer's keychain.
    connect_sensors
        Whether remembered sensors are connected when the window opens.
    lsl_in
        Whether sensors are looked for among streams of the lab network.
    lsl_out
        Whether what is measured is sent as such streams.
    osc_in_port
        The port on which a sensor of Open Sound Control is listened to; 0 for none.
    osc_out
        The place to which what is measured is sent as Open Sound Control, such as
        ``127.0.0.1:9000``; empty for none.
    open_to_network
        Whether other computers may take part in these four; else only this one.
    guide_language
        The language that guides speak.
    voice
        Whether the computer's voice speaks what guides say.
    eyes_closed
        Whether everything is told by ear, so that the screen is never needed.
    adapts
        Whether guides follow the body at all.
    offer
        The guide to offer when the body leaves its usual range for long; empty for none.
    offer_again_min
        After an offer was refused, minutes until the next at the earliest.
    is_checked
        Whether the short check before first use was gone through.
    is_gentle
        Whether that check asked for gentler limits: no holds, no slow extremes. Why is not kept.
    n_led
        How many times a guide was begun, as far as it matters: the first few are short.
    own_breaths
        Breaths of the person's own.
    help_place
        The place whose help lines are shown, by the code that the content has for it.
    help_lines
        Own help lines, shown above those, as the person wrote them.
    sensors
        Those that were connected, each once, the latest first: devices alone, without health
        data and without a person's name.
    """

    # Beside a number stand its lowest and highest value.
    theme: ThemeName = "system"
    volume: Annotated[float, (0.0, 1.0)] = 0.4
    sound: bool = True
    reduce_motion: bool = False
    numbers_hidden: bool = False
    text_scale: Annotated[float, (0.8, 2.0)] = 1.0
    preset: str = "gentle"
    pattern_s: tuple[float, float, float, float] = (4.0, 0.0, 6.0, 0.0)
    minutes: Annotated[int, (0, 120)] = 10
    library_path: str = ""
    use_keychain: bool = False
    connect_sensors: bool = True
    lsl_in: bool = False
    lsl_out: bool = False
    osc_in_port: Annotated[int, (0, 65_535)] = 0
    osc_out: str = ""
    open_to_network: bool = False
    guide_language: Literal["en", "de"] = "en"
    voice: bool = False
    eyes_closed: bool = False
    adapts: bool = True
    offer: str = "grounding"
    offer_again_min: Annotated[int, (5, 240)] = 10
    is_checked: bool = False
    is_gentle: bool = False
    n_led: Annotated[int, (0, 1000)] = 0
    own_breaths: tuple[OwnBreath, ...] = ()
    help_place: str = ""
    help_lines: tuple[HelpLine, ...] = ()
    sensors: tuple[RememberedSensor, ...] = ()

    @property
    def streams(self) -> tuple[bool, bool, int, str, bool]:
        """All that is said of other programs: what is taken from them and sent to them."""
        return (self.lsl_in, self.lsl_out, self.osc_in_port, self.osc_out, self.open_to_network)

    @property
    def has_streams(self) -> bool:
        """Whether anything is taken from other programs or sent to them."""
        return any(self.streams[:4])

    def changed(self, **changes: object) -> Preferences:
        """Return these preferences with some of them changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]  # named by callers


def default_path() -> Path:
    """Where the preferences are kept on this computer."""
    return platformdirs.user_config_path("biofeedback", appauthor=False) / "settings.toml"


def library_path(preferences: Preferences) -> Path:
    """Where the library of sessions is: as preferred, or the usual place of this computer."""
    if preferences.library_path:
        return Path(preferences.library_path).expanduser()
    return platformdirs.user_data_path("biofeedback", appauthor=False) / "library.biofeedback"


def load(path: Path | None = None) -> Preferences:
    """Read the preferences; never fails.

    Parameters
    ----------
    path
        The file, `default_path` unless given.

    Returns
    -------
    Preferences
        Defaults stand in for what is missing, unreadable or makes no sense. When something
        had to be left out, a copy of the file as it was is kept as ``NAME.broken``.
    """
    path = default_path() if path is None else path
    try:
        content = path.read_bytes()
    except OSError:
        return Preferences()
    # A first start has no file, and no time for these.
    import tomllib  # noqa: PLC0415 - as said above

    import msgspec  # noqa: PLC0415 - as said above

    try:
        written = tomllib.loads(content.decode())
    except ValueError:  # no TOML, or no text at all
        _keep_broken(path, content)
        return Preferences()
    kept: dict[str, object] = {}
    is_whole = True
    for name, kind in get_type_hints(Preferences, include_extras=True).items():
        if name not in written:
            continue
        if name == "sensors":
            kept[name], is_each = _sensors(written[name])
            is_whole = is_whole and is_each
            continue
        try:
            kept[name] = msgspec.convert(written[name], kind)
        except msgspec.ValidationError:
            is_whole = False
        else:
            low, high = next(iter(getattr(kind, "__metadata__", ())), (None, None))
            if low is not None and not low <= written[name] <= high:
                del kept[name]
                is_whole = False
    if not is_whole:
        _keep_broken(path, content)
    return Preferences().changed(**kept)


def _sensors(written: object) -> tuple[tuple[RememberedSensor, ...], bool]:
    """Return the sensors that make sense, each once, and whether all that is written does."""
    import msgspec  # noqa: PLC0415 - as said above

    if not isinstance(written, list):
        return (), False
    kept: dict[str, RememberedSensor] = {}
    for each in written:
        with contextlib.suppress(msgspec.ValidationError):
            sensor = msgspec.convert(each, RememberedSensor)
            if sensor.sensor_id and sensor.address:
                kept.setdefault(sensor.sensor_id, sensor)
    return tuple(kept.values()), len(kept) == len(written)


def save(preferences: Preferences, path: Path | None = None) -> bool:
    """Write the preferences in one step: a reader sees the old file or the new one.

    Parameters
    ----------
    preferences
        What to keep.
    path
        The file, `default_path` unless given. Its folder is made when missing.

    Returns
    -------
    bool
        False when the folder cannot be written; the app goes on with what it has.
    """
    import tempfile  # noqa: PLC0415 - not needed for the first picture

    path = default_path() if path is None else path
    text = "".join(
        f"{name} = {_toml(value)}\n" for name, value in dataclasses.asdict(preferences).items()
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    except OSError:
        return False
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        return False
    return True


def _keep_broken(path: Path, content: bytes) -> None:
    # A second copy would only be newer rubbish; a full disk must not stop the app.
    with contextlib.suppress(OSError):
        path.with_name(path.name + ".broken").write_bytes(content)


def _toml(value: object) -> str:
    """Write one value as TOML 1.0; the few kinds that `Preferences` has."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        # Names of options may be anything; those of fields need no quotes, and have them too.
        return "{" + ", ".join(f"{_toml(key)} = {_toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        if value and isinstance(value[0], dict):
            return "[\n" + "".join(f"  {_toml(part)},\n" for part in value) + "]"
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    # A basic string: quote, backslash and control characters are escaped, the rest stands.
    return (
        '"'
        + "".join(
            f"\\u{ord(character):04x}"
            if character in '"\\' or (not character.isprintable() and ord(character) < 0xA0)
            else character
            for character in str(value)
        )
        + '"'
    )
