"""Options that several commands share, and what they mean."""

from __future__ import annotations

from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.library import Common
from biofeedback.pacing import PRESETS, BreathPattern

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Breath",
    "EventsPath",
    "Headless",
    "LibraryPath",
    "Minutes",
    "PassphraseFile",
    "Preset",
    "Rate",
    "SamplingRate",
    "Seconds",
    "breath_pattern",
    "common_of",
    "duration_of",
    "guide_options",
    "positive",
    "sampling_rate_of",
]

LibraryPath = Annotated[
    Path | None,
    typer.Option("--library", metavar="PATH", help="The library's file, instead of the usual one."),
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", metavar="PATH", help="A file whose first line is the passphrase."
    ),
]
Headless = Annotated[
    bool, typer.Option("--headless", help="Stay in the terminal even where there is a screen.")
]
Minutes = Annotated[float | None, typer.Option("--minutes", help="How long, in minutes.")]
Seconds = Annotated[float | None, typer.Option("--seconds", help="How long, in seconds.")]
EventsPath = Annotated[
    str | None,
    typer.Option(
        "--events", metavar="PATH|-", help="Write one JSON object a line for everything measured."
    ),
]
Preset = Annotated[
    str | None, typer.Option("--preset", help="The breath: " + ", ".join(PRESETS) + ".")
]
Breath = Annotated[
    str | None,
    typer.Option(
        "--breath", metavar="IN,HOLD,OUT,HOLD", help="The breath in seconds, such as 4,0,6,0."
    ),
]
SamplingRate = Annotated[
    float | None,
    typer.Option("--rate", metavar="HZ", help="Sampling rate, where a file does not say it."),
]
Rate = Annotated[
    float | None, typer.Option("--rate", help="The breath as breaths a minute, 3 to 12.")
]


def common_of(
    ctx: typer.Context,
    library: Path | None = None,
    passphrase_file: Path | None = None,
    *,
    headless: bool = False,
) -> Common:
    """Join what stood before the command with what stood behind it; behind wins."""
    before = ctx.find_object(Common) or Common()
    return Common(
        library or before.library,
        passphrase_file or before.passphrase_file,
        headless or before.headless,
    )


def duration_of(minutes: float | None, seconds: float | None, *, default_s: float | None) -> float:
    """Return the length asked for in seconds.

    Raises
    ------
    typer.BadParameter
        If both or neither are given, or it is not above zero.
    """
    if minutes is not None and seconds is not None:
        msg = "give --minutes or --seconds, not both"
        raise typer.BadParameter(msg)
    if minutes is None and seconds is None:
        if default_s is None:
            msg = "say how long, with --minutes or --seconds"
            raise typer.BadParameter(msg)
        return default_s
    length_s = seconds if minutes is None else 60.0 * minutes
    assert length_s is not None  # noqa: S101 - one of the two was given
    if not 0 < length_s < inf:
        msg = "the length must be above 0"
        raise typer.BadParameter(msg)
    return length_s


def guide_options(written: Sequence[str]) -> dict[str, float | str]:
    """Return options of a guide, each written as ``name=value``.

    Raises
    ------
    typer.BadParameter
        If one is not written so.
    """
    options: dict[str, float | str] = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not (name and equals):
            msg = f"give --option as name=value, not {each!r}"
            raise typer.BadParameter(msg)
        try:
            number = float(value)
        except ValueError:
            options[name] = value
            continue
        if not isfinite(number):
            msg = f"{name} must be a number that has an end"
            raise typer.BadParameter(msg)
        options[name] = number
    return options


def breath_pattern(preset: str | None, breath: str | None, rate: float | None) -> BreathPattern:
    """Return the breath asked for, the gentle one by default.

    Raises
    ------
    typer.BadParameter
        If more than one is given, or it is no breath of 3 to 12 a minute.
    """
    if sum(choice is not None for choice in (preset, breath, rate)) > 1:
        msg = "give one of --preset, --breath and --rate"
        raise typer.BadParameter(msg)
    try:
        if breath is not None:
            parts = [float(part) for part in breath.split(",")]
            if len(parts) != 4:
                msg = "give four numbers: in,hold,out,hold"
                raise typer.BadParameter(msg)
            return BreathPattern(*parts)
        if rate is not None:
            return BreathPattern.at_rate(rate)
        return PRESETS[preset or "gentle"]
    except KeyError:
        msg = f"no preset {preset!r}; there are {', '.join(PRESETS)}"
        raise typer.BadParameter(msg) from None
    except (ValueError, ZeroDivisionError) as error:
        raise typer.BadParameter(str(error)) from None


def sampling_rate_of(rate_hz: float | None) -> float | None:
    """Return a sampling rate as given, if it can be one."""
    return positive(rate_hz, "--rate")


def positive(value: float | None, option: str) -> float | None:
    """Return the number as given, if it is one above 0."""
    if value is not None and not 0 < value < inf:
        msg = f"{option} is a number above 0."
        raise typer.BadParameter(msg)
    return value
