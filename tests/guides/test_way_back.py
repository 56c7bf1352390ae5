"""The time back between doses: in the window where it is known, else simply time."""

from __future__ import annotations

from math import inf

from biofeedback.guides.body import Body
from biofeedback.guides.way_back import WayBack
from biofeedback.samples import Metric


class Heard:
    """Tells a zone every 5 s."""

    def __init__(self, within_s: float = 60.0, rest_s: float = 90.0) -> None:
        self.back = WayBack(within_s, rest_s)
        self.body = Body()
        self.t_s = 0.0
        self.back.begin(0.0)

    def tell(self, for_s: float, zone: float, quality: float = 0.9) -> list[float]:
        """Return when it was enough."""
        enough = []
        for _ in range(int(for_s / 5.0)):
            self.t_s += 5.0
            self.body.take(Metric(self.t_s, "arousal_zone", zone, "", 60.0, quality), self.t_s)
            if self.back.sense(self.t_s, self.body):
                enough.append(self.t_s)
        return enough


def test_a_minute_within_without_a_break_is_enough() -> None:
    assert Heard().tell(100.0, 0.0)[0] == 65.0  # from the first reading on


def test_above_and_below_are_both_outside() -> None:
    for outside in (1.0, -1.0):
        heard = Heard()
        assert not heard.tell(50.0, 0.0)
        assert not heard.tell(10.0, outside)
        assert heard.back.is_outside
        assert not heard.tell(60.0, 0.0)
        assert heard.tell(5.0, 0.0)


def test_without_a_sensor_it_is_time_alone() -> None:
    back = WayBack(60.0, 90.0)
    assert back.due_g_s == inf
    back.begin(100.0)
    assert (back.due_g_s, back.is_by_time) == (190.0, True)
    back.lengthen(30.0)
    assert back.due_g_s == 220.0


def test_a_sensor_that_is_lost_gives_way_to_time_from_then_on() -> None:
    heard = Heard()
    heard.tell(40.0, 1.0)
    assert heard.back.due_g_s == 130.0
    heard.body.now_s = 100.0
    assert not heard.back.sense(100.0, heard.body)
    assert heard.back.zone is None


def test_a_hole_or_poor_readings_break_the_time_within() -> None:
    heard = Heard()
    heard.tell(50.0, 0.0)
    assert not heard.tell(5.0, 0.0, quality=0.2)
    assert not heard.tell(60.0, 0.0)
    heard = Heard()
    heard.tell(50.0, 0.0)
    heard.t_s += 20.0
    assert not heard.tell(60.0, 0.0)


def test_after_a_pause_it_is_counted_anew() -> None:
    heard = Heard()
    heard.tell(60.0, 0.0)
    heard.back.break_off(heard.t_s)
    assert not heard.tell(60.0, 0.0)
    assert heard.tell(5.0, 0.0)


def test_who_was_outside_before_a_pause_is_so_after_it_until_heard_of_or_silent() -> None:
    def resumed() -> Heard:
        heard = Heard()
        heard.tell(20.0, 1.0)
        heard.back.break_off(25.0)
        heard.t_s = 25.0
        return heard

    silent = resumed()
    assert silent.back.silent_g_s == 40.0
    outside = []
    for g_s in (25.0, 39.9, 40.0):
        silent.back.wait(g_s)
        outside.append(silent.back.is_outside)
    assert outside == [True, True, False]
    back_within = resumed()
    back_within.tell(5.0, 0.0)
    assert not back_within.back.is_outside


def test_what_was_within_before_the_dose_does_not_count() -> None:
    heard = Heard()
    heard.tell(100.0, 0.0)
    heard.back.begin(heard.t_s)
    assert not heard.tell(60.0, 0.0)
    assert heard.tell(5.0, 0.0)


def test_more_time_is_more_of_either() -> None:
    heard = Heard()
    heard.back.lengthen(30.0)
    assert heard.tell(120.0, 0.0)[0] == 95.0


def test_where_none_is_needed_none_is_counted() -> None:
    heard = Heard()
    heard.back.end()
    assert not heard.tell(200.0, 0.0)
    assert heard.back.due_g_s == inf


def test_a_body_outside_that_falls_silent_is_not_known_to_be_there() -> None:
    heard = Heard()
    heard.tell(10.0, 1.0)
    assert heard.back.silent_g_s == 25.0
    heard.back.wait(24.0)
    assert heard.back.zone == 1.0
    heard.back.wait(25.0)
    assert heard.back.silent_g_s == inf
    assert not heard.back.is_outside
