"""How far arousal has risen: over most of the window, by several readings, from like inputs."""

from __future__ import annotations

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.arousal_rise import ENOUGH_QUALITY, ArousalRise
from biofeedback.guides.body import Body
from biofeedback.samples import Metric

ANY = -10.0


class Heard:
    """Tells readings one after another, 5 s apart."""

    def __init__(self, over_s: float = 120.0) -> None:
        self.rise = ArousalRise(over_s)
        self.rise.begin(0.0)
        self.body = Body()
        self.t_s = 0.0

    def tell(self, *values: float, quality: float = 0.7) -> Heard:
        for value in values:
            self.t_s += 5.0
            self.body.take(Metric(self.t_s, "arousal", value, "", 60.0, quality), self.t_s)
            self.rise.sense(self.t_s, self.body)
        return self

    def z(self, least_z: float = ANY) -> float | None:
        return self.rise.rise_z(self.t_s, least_z)


def test_a_rise_is_from_the_lowest_level_to_the_present_one() -> None:
    heard = Heard().tell(*[0.0] * 12).tell(*[1.0, 1.5, 2.0, 2.5])
    assert heard.z() == pytest.approx(1.75)  # the middle of the last four


def test_what_the_window_holds_of_the_time_before_does_not_count() -> None:
    """Calm before, wound up from the guide's first readings on: no rise in the guide."""
    heard = Heard().tell(*[-2.0] * 8)
    assert heard.z() is None
    assert heard.tell(*[1.0] * 10).z() == 0.0


@given(at=st.integers(12, 28), wild=st.floats(-3.0, 3.0))
def test_one_wild_reading_is_no_rise(at: int, wild: float) -> None:
    values = [0.0] * 30
    values[at] = wild
    heard = Heard()
    for value in values:
        heard.tell(value)
        assert heard.z() in {None, 0.0}


def test_a_rise_slower_than_its_time_is_not_told_in_full() -> None:
    """By 1 in 240 s, seen over 120 s: half of it."""
    heard = Heard().tell(*[step / 48 for step in range(60)])
    assert heard.z() == pytest.approx(0.5, abs=0.05)


def test_other_inputs_make_another_index_and_no_rise() -> None:
    """A skin sensor begins to speak: quality goes up by its weight, and the index jumps."""
    heard = Heard().tell(*[-1.5] * 16, quality=0.5).tell(*[0.5] * 3, quality=0.65)
    assert heard.z() is None
    assert heard.tell(*[0.5] * 3, quality=0.65).z() == 0.0


def test_a_hole_begins_it_anew_and_silence_is_not_known() -> None:
    heard = Heard().tell(*[0.0] * 16)
    heard.tell(*[nan] * 6)
    assert heard.z() is None
    heard.tell(*[2.0] * 3)
    assert heard.z() is None
    assert heard.tell(2.0).z() == 0.0


def test_poor_readings_are_passed_over() -> None:
    assert Heard().tell(*[0.0, 2.0] * 12, quality=ENOUGH_QUALITY - 0.01).z() is None


def test_below_the_least_level_there_is_no_rise_to_speak_of() -> None:
    heard = Heard().tell(*[-2.0] * 12, *[0.0] * 4)
    assert heard.z(ANY) == pytest.approx(2.0)
    assert heard.z(0.5) is None


def test_from_a_check_in_on_it_is_measured_anew() -> None:
    heard = Heard().tell(*[0.0] * 12, *[1.0] * 4)
    heard.rise.compare_from_now()
    assert heard.z() == 0.0
    assert heard.tell(*[1.5] * 4).z() == pytest.approx(0.5)
