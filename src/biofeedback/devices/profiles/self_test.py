"""Runs the self-tests of a profile, so that a wrong one never reaches a sensor."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, isfinite, isnan
from typing import TYPE_CHECKING

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.profiles.decoding import ProfileDecoder
from biofeedback.devices.profiles.problem import Problem

if TYPE_CHECKING:
    from biofeedback.devices.driver import Frame
    from biofeedback.devices.profiles.profile import Profile, SelfTest

__all__ = ["Readings", "readings_of", "self_test_problems"]

# What people write down has four digits or so.
_RELATIVE = 5e-4
_ABSOLUTE = 1e-9
# A clock that counts from 1970 has 0.2 µs left in a number.
_TIME_S = 1e-6
_N_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Readings:
    """What some notifications came to.

    Parameters
    ----------
    values
        For each channel key its values, in the units the app keeps.
    time_s
        What the sensor's clock says of the last sample, ``None`` where it says nothing.
    refusals
        For each notification that was refused, why.
    """

    values: dict[str, tuple[float, ...]]
    time_s: float | None
    refusals: tuple[str, ...]


def readings_of(profile: Profile, characteristic: str, packets: tuple[bytes, ...]) -> Readings:
    """Decode notifications of one characteristic, the first of which begins a record."""
    decoder = ProfileDecoder(profile, "test")
    decoder.reset(is_start=True)
    source = decoder.sources[characteristic]
    values: dict[str, list[float]] = {key: [] for keys in source.keys for key in keys}
    keys_of = dict(zip((stream.kind for stream in source.streams), source.keys, strict=True))
    refusals = []
    last: Frame | None = None
    for packet in packets:
        before = source.n_refused
        try:
            frames = source.push(packet)
        except DecodeError as error:
            refusals.append(str(error))
            continue
        if source.n_refused > before:
            refusals.append("a part of it is no record")
        for frame in frames:
            last = frame
            for column, key in enumerate(keys_of[frame.stream.kind]):
                values[key] += frame.values[:, column].tolist()
    time_s = None if last is None or last.stamp is None else last.stamp.t_s
    return Readings({key: tuple(found) for key, found in values.items()}, time_s, tuple(refusals))


def self_test_problems(profile: Profile, file: str = "") -> tuple[Problem, ...]:
    """Run every self-test.

    Returns
    -------
    tuple of Problem
        Those that did not come out, each with the line of its test; empty when all did.
    """
    found = []
    for number, test in enumerate(profile.tests, 1):
        words = _failure(profile, test)
        if words:
            found.append(Problem(f"Self-test {number}: {words}", test.line, file))
    return tuple(found)


def _failure(profile: Profile, test: SelfTest) -> str:
    readings = readings_of(profile, test.characteristic, test.packets)
    if test.is_refused:
        if readings.refusals:
            return ""
        return "these bytes should be refused, and are understood. Check the layout."
    if readings.refusals:
        return f"{readings.refusals[0]}. Check the bytes and the layout."
    for key, expected in test.expect:
        got = readings.values[key]
        if len(got) != len(expected) or not all(map(_is_same, got, expected)):
            return (
                f"“{key}” should be {_listed(expected)} and comes to {_listed(got)}. Check the "
                "layout, the formula and the unit."
            )
    if test.time_s is not None and (
        readings.time_s is None or abs(readings.time_s - test.time_s) > _TIME_S
    ):
        told = "no time" if readings.time_s is None else f"{readings.time_s!r} s"
        return f"the time should be {test.time_s!r} s and comes to {told}. Check “timestamp”."
    return ""


def _is_same(got: float, expected: float) -> bool:
    if not isfinite(expected):
        return isnan(expected) and isnan(got)
    return isclose(got, expected, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)


def _listed(values: tuple[float, ...]) -> str:
    shown = ", ".join(f"{value:.6g}" for value in values[:_N_SHOWN])
    return f"[{shown}{', …' if len(values) > _N_SHOWN else ''}]"
