"""What the heart did in each led breath, told by the moment at which it did it."""

from __future__ import annotations

from cmath import phase
from math import cos, pi, sin

import pytest

from biofeedback.guides.body import Body, Nobody
from biofeedback.guides.swing_listening import BreathSwing, HeartSample, SwingListening, wave_of
from biofeedback.samples import Metric

PERIOD_S = 10.0
SWING_BPM = 12.0


def mean_rate_bpm(begin_s: float, end_s: float, swing_bpm: float = SWING_BPM) -> float:
    """Mean over a window of 65 + swing / 2 sin(2 pi t / 10), with a drift of 0.1 bpm a second."""
    turn = 2.0 * pi / PERIOD_S
    area = (cos(turn * begin_s) - cos(turn * end_s)) / turn
    return 65.0 + 0.05 * (begin_s + end_s) + swing_bpm / 2.0 * area / (end_s - begin_s)


def heard(
    listening: SwingListening,
    from_s: int,
    until_s: int,
    *,
    late_s: float = 0.0,
    paused_s: float = 0.0,
    window_s: float = 4.5,
) -> list[BreathSwing]:
    """Tell the measure of each second of guide time; the session's clock is ``paused_s`` ahead."""
    body = Body()
    found: list[BreathSwing] = []
    for second in range(from_s, until_s + 1):
        end_s = second - late_s
        value = mean_rate_bpm(end_s - window_s, end_s)
        metric = Metric(end_s + paused_s, "heart_rate_bpm", value, "bpm", window_s, 1.0)
        body.take(metric, second + paused_s)
        found += listening.sense(float(second), body)
    return found


def led(n_breaths: int) -> SwingListening:
    listening = SwingListening()
    for breath in range(n_breaths):
        listening.breath(breath * PERIOD_S, PERIOD_S, is_first=breath == 0)
    return listening


@pytest.mark.parametrize("late_s", [0.0, 2.5, 9.0])
def test_a_swing_is_heard_at_its_full_size_however_late_it_is_told(late_s: float) -> None:
    """A mean over 4.5 of 10 s leaves 70 % of the wave; it is taken back, and so is a drift."""
    found = heard(led(3), 0, 45, late_s=late_s)
    assert [swing.begin_g_s for swing in found] == [0.0, 10.0, 20.0]
    for swing in found[1:]:
        assert swing.wave_bpm is not None
        assert abs(swing.wave_bpm) == pytest.approx(SWING_BPM, rel=0.01)
        assert phase(swing.wave_bpm) == pytest.approx(-pi / 2.0, abs=0.02)  # a sine


def test_each_breath_knows_for_how_long_breaths_have_been_led() -> None:
    assert [swing.led_s for swing in heard(led(3), 0, 45)] == [0.0, 10.0, 20.0]


def test_a_breath_that_is_cut_off_is_none() -> None:
    listening = led(3)
    listening.stop(25.0)
    assert len(heard(listening, 0, 45)) == 2


def test_what_was_measured_before_a_pause_does_not_count_after_it() -> None:
    """Told 8 s late, all that is heard in the first 8 s after a pause is of before it."""
    listening = led(2)
    heard(listening, 0, 14)
    listening.resumed(14.0)
    listening.breath(14.0, PERIOD_S, is_first=True)
    found = heard(listening, 15, 24, late_s=8.0, paused_s=60.0)
    assert found == []
    late = heard(listening, 25, 45, late_s=8.0, paused_s=60.0)
    assert [swing.begin_g_s for swing in late] == [14.0]
    assert late[0].led_s == 0.0


def test_a_breath_with_a_gap_in_it_has_no_wave() -> None:
    listening = led(2)
    found = heard(listening, 0, 12) + heard(listening, 18, 40)
    assert [swing.wave_bpm is None for swing in found] == [False, True]


def test_a_sensor_that_sends_its_own_averages_is_not_leant_on() -> None:
    assert heard(led(2), 0, 45, window_s=8.0) == []


def test_of_nobody_nothing_is_heard() -> None:
    assert led(1).sense(20.0, Nobody()) == ()


def test_a_measure_that_is_told_twice_counts_once() -> None:
    listening, body = led(1), Body()
    body.take(Metric(3.0, "heart_rate_bpm", 65.0, "bpm", 4.5, 1.0), 3.0)
    for g_s in (3.0, 3.5, 4.0, 30.0):
        assert listening.sense(g_s, body) == ()


def test_too_few_samples_give_no_wave() -> None:
    samples = [HeartSample(2.0 * place, 65.0 + sin(place), 4.5) for place in range(5)]
    assert wave_of(samples, 0.0, PERIOD_S) is None
