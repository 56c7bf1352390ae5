from __future__ import annotations

from math import floor

import pytest

from biofeedback.devices.lsl.clock_offset import ClockOffset


class Clocks:
    """Two clocks of one oscillator, read one after the other."""

    def __init__(self) -> None:
        self.t_s = 50.0
        self.session_ahead_s = 1000.0
        # How long each reading takes, the last for ever.
        self.delays_s = [0.0]

    def _pass(self) -> None:
        self.t_s += self.delays_s[0]
        if len(self.delays_s) > 1:
            self.delays_s.pop(0)

    def session_s(self) -> float:
        self._pass()
        return self.t_s + self.session_ahead_s

    def lsl_s(self) -> float:
        self._pass()
        return self.t_s


def test_the_offset_is_the_difference_of_the_two() -> None:
    clocks = Clocks()
    assert ClockOffset(clocks.session_s, clocks.lsl_s).offset_s == 1000.0


def test_of_several_readings_the_quickest_counts() -> None:
    clocks = Clocks()
    # Interrupted between the two clocks, then twice on the other side, then not at all.
    clocks.delays_s = [0.0, 0.2, 0.0, 0.0, 0.0, 0.3, 0.0, 0.4, 0.0, 0.0]
    assert ClockOffset(clocks.session_s, clocks.lsl_s).offset_s == pytest.approx(1000.0, abs=1e-9)


def test_a_slow_reading_changes_nothing() -> None:
    clocks = Clocks()
    offset = ClockOffset(clocks.session_s, clocks.lsl_s)
    clocks.delays_s = [0.0, 0.5, 0.0, 0.0]
    assert offset.measure() == 0.0
    assert offset.offset_s == 1000.0


def test_a_sleep_of_the_computer_is_followed_and_told() -> None:
    clocks = Clocks()
    offset = ClockOffset(clocks.session_s, clocks.lsl_s)
    clocks.session_ahead_s += 60.0
    assert offset.measure() == 60.0
    assert offset.offset_s == 1060.0
    assert offset.measure() == 0.0


def test_a_clock_that_goes_in_steps_is_seen_through() -> None:
    clocks = Clocks()
    fine_s = clocks.session_s
    offset = ClockOffset(lambda: floor(fine_s() * 64.0) / 64.0, clocks.lsl_s)
    errors_s = []
    for _ in range(500):
        clocks.t_s += 0.0513
        offset.measure()
        errors_s.append(offset.offset_s - 1000.0)
    assert max(abs(error_s) for error_s in errors_s[50:]) <= 0.0021
    # It settles, and does not swing with the steps.
    assert len(set(errors_s[250:])) == 1


def test_a_slow_drift_is_followed() -> None:
    clocks = Clocks()
    offset = ClockOffset(clocks.session_s, clocks.lsl_s)
    for _ in range(5000):
        clocks.t_s += 0.1
        clocks.session_ahead_s += 0.1 * 50e-6
        offset.measure()
    assert offset.offset_s == pytest.approx(clocks.session_ahead_s, abs=0.003)


def test_a_sleep_is_followed_even_while_readings_are_slow() -> None:
    clocks = Clocks()
    offset = ClockOffset(clocks.session_s, clocks.lsl_s)
    clocks.session_ahead_s += 60.0
    clocks.delays_s = [0.0, 0.5, 0.0, 0.0]
    assert offset.measure() == pytest.approx(60.0)
