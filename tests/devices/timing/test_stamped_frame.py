"""Whether one stamped frame follows another."""

from __future__ import annotations

from dataclasses import replace

from biofeedback.devices.timing.stamped_frame import StampedFrame
from helpers.stamped_stream import ecg_stream, frame_of

PERIOD_S = 1 / 130.0


def came(t_s: float, arrival_s: float, wrap_s: float | None = None) -> StampedFrame:
    return StampedFrame(frame_of(ecg_stream(), 0, 65), arrival_s, t_s, wrap_s, "clock")


def test_a_frame_follows_that_is_as_much_later_as_it_has_samples() -> None:
    # Whenever it arrived: a stall holds several.
    assert came(7.0, 10.0).is_followed_by(came(7.5, 60.0), PERIOD_S)
    assert not came(7.0, 10.0).is_followed_by(came(7.0, 10.5), PERIOD_S)
    assert not came(7.5, 10.0).is_followed_by(came(7.0, 10.5), PERIOD_S)


def test_a_frame_follows_that_is_as_much_later_as_it_came_later() -> None:
    assert came(7.0, 10.0).is_followed_by(came(9.0, 12.1), PERIOD_S)
    assert came(7.0, 10.0).is_followed_by(came(9.0, 12.1), None)
    assert not came(7.0, 10.0).is_followed_by(came(90.0, 12.1), PERIOD_S)


def test_what_may_just_be_late_follows_by_its_samples_alone() -> None:
    late = replace(came(9.0, 12.1), is_overlapping=True)

    assert not came(7.0, 10.0).is_followed_by(late, PERIOD_S)


def test_a_frame_follows_over_the_end_of_a_turn() -> None:
    assert came(15.8, 10.0, 16.0).is_followed_by(came(0.3, 10.5, 16.0), PERIOD_S)
