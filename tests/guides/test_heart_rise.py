"""How far heart rate has risen: over three breaths, at rest, without a hole."""

from __future__ import annotations

from math import inf, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.body import Body
from biofeedback.guides.heart_rise import HeartRise
from biofeedback.samples import Metric


class Heard:
    """Tells a heart rate every second."""

    def __init__(self) -> None:
        self.rise = HeartRise()
        self.rise.begin(0.0)
        self.body = Body()
        self.t_s = 0.0

    def tell(self, for_s: int, bpm: float, *, swing: float = 0.0, moving_g: float = 0.0) -> Heard:
        for _ in range(for_s):
            self.t_s += 1.0
            value = bpm + swing * sin(2 * pi * self.t_s / 10.0)
            for name, what in (("heart_rate_bpm", value), ("movement_g", moving_g)):
                self.body.take(Metric(self.t_s, name, what, "", 5.0, 1.0), self.t_s)
            self.rise.sense(self.t_s, self.body)
        return self

    @property
    def bpm(self) -> float | None:
        return self.rise.rise_bpm(self.t_s)


def test_it_is_the_last_half_minute_above_the_first() -> None:
    heard = Heard().tell(60, 66.0).tell(30, 72.0)
    assert heard.bpm == pytest.approx(6.0, abs=0.3)


@given(swing=st.floats(0.0, 15.0))
def test_the_swing_with_the_breath_is_no_rise(swing: float) -> None:
    heard = Heard()
    highest = -inf
    for _ in range(120):
        heard.tell(1, 66.0, swing=swing)
        highest = max(highest, heard.bpm or 0.0)
    assert highest <= 0.05 * swing + 1e-9


def test_it_is_not_known_in_the_first_half_minute() -> None:
    assert Heard().tell(38, 66.0).bpm is None


def test_a_body_in_motion_tells_nothing() -> None:
    assert Heard().tell(60, 66.0).tell(40, 90.0, moving_g=0.2).bpm is None


def test_after_a_hole_half_a_minute_is_needed_again() -> None:
    heard = Heard().tell(60, 66.0)
    heard.t_s += 20.0
    assert heard.tell(25, 76.0).bpm is None
    assert heard.tell(10, 76.0).bpm == pytest.approx(10.0)


def test_after_a_question_it_is_measured_anew() -> None:
    heard = Heard().tell(60, 66.0).tell(40, 72.0)
    heard.rise.compare_from_now()
    assert heard.bpm == pytest.approx(0.0)


def test_another_guide_begins_with_another_first_half_minute() -> None:
    heard = Heard().tell(60, 66.0)
    heard.rise.begin(heard.t_s)
    assert heard.tell(60, 80.0).bpm == pytest.approx(0.0)
