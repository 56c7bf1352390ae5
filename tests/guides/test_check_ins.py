"""When it is asked how it is: after a minute at first, then rarer, and when the body has risen."""

from __future__ import annotations

from itertools import pairwise
from math import inf

from biofeedback.guides.body import Body, Nobody
from biofeedback.guides.check_ins import CheckIns
from biofeedback.samples import Metric


def asked_at(check_ins: CheckIns, until_s: float, answer: str = "good") -> list[float]:
    """Ask when it is due, answer after 5 s, and return when that was."""
    times = []
    while check_ins.due_s <= until_s:
        due_s = check_ins.due_s
        times.append(due_s)
        check_ins.asked(due_s)
        if answer:
            check_ins.answered(due_s + 5.0, answer)
        else:
            check_ins.left_open()
    return times


def begun(*, is_first: bool = True) -> CheckIns:
    check_ins = CheckIns(is_first=is_first)
    check_ins.begin(0.0, is_on=True)
    return check_ins


def test_first_sessions_are_asked_after_a_minute_and_then_every_three() -> None:
    check_ins, body = begun(), Body()
    rise(check_ins, body, 1, 60, heart_rate_bpm=65.0)
    assert asked_at(check_ins, 700.0) == [60.0, 240.0, 420.0, 600.0]


def test_where_no_heart_is_watched_the_second_question_comes_sooner() -> None:
    assert asked_at(begun(), 700.0) == [60.0, 150.0, 330.0, 510.0, 690.0]


def test_later_ones_every_five_minutes() -> None:
    assert asked_at(begun(is_first=False), 1000.0) == [300.0, 600.0, 900.0]


def test_who_does_not_answer_is_asked_more_rarely() -> None:
    times = asked_at(begun(), 3600.0, answer="")
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == 900.0


def test_an_answer_brings_the_usual_time_back() -> None:
    check_ins = begun(is_first=False)
    check_ins.asked(300.0)
    check_ins.left_open()
    check_ins.asked(600.0)
    assert check_ins.due_s == 1200.0
    check_ins.answered(605.0, "good")
    check_ins.asked(1200.0)
    assert check_ins.due_s == 1500.0


def test_after_harder_it_is_asked_again_soon() -> None:
    check_ins = begun(is_first=False)
    check_ins.asked(300.0)
    check_ins.answered(305.0, "worse")
    assert check_ins.due_s == 425.0


def test_where_it_is_off_it_is_never_due() -> None:
    check_ins = CheckIns(is_first=True)
    check_ins.begin(0.0, is_on=False)
    check_ins.put_off(100.0, 30.0)
    check_ins.answered(100.0, "dizzy")
    assert check_ins.due_s == inf


def rise(check_ins: CheckIns, body: Body, from_s: int, until_s: int, **told: float) -> list[int]:
    """Tell the same every second, arousal every five, and return when a rise was found."""
    found = []
    for t_s in range(from_s, until_s):
        for name, value in told.items():
            if name != "arousal" or t_s % 5 == 0:
                body.take(Metric(t_s, name, value, "", 5.0, 0.9), t_s)
        if check_ins.sense(t_s, body):
            found.append(t_s)
    return found


def test_a_rise_of_arousal_above_usual_is_reason_to_ask() -> None:
    check_ins, body = begun(is_first=False), Body()
    assert not rise(check_ins, body, 1, 90, arousal=0.2)
    assert rise(check_ins, body, 90, 120, arousal=0.9)


def test_a_rise_far_below_usual_is_none() -> None:
    check_ins, body = begun(is_first=False), Body()
    assert not rise(check_ins, body, 1, 90, arousal=-2.0)
    assert not rise(check_ins, body, 90, 200, arousal=0.0)


def test_a_rise_of_heart_rate_is_reason_to_ask_too() -> None:
    check_ins, body = begun(is_first=False), Body()
    assert not rise(check_ins, body, 1, 90, heart_rate_bpm=65.0)
    found = rise(check_ins, body, 90, 140, heart_rate_bpm=71.0)
    assert found
    assert check_ins.sense(139.0, body)["rise_bpm"] >= 4.0


def test_the_body_does_not_ask_within_a_minute_of_the_last_question() -> None:
    check_ins, body = begun(is_first=False), Body()
    rise(check_ins, body, 1, 90, heart_rate_bpm=65.0)
    check_ins.asked(90.0)
    assert rise(check_ins, body, 90, 200, heart_rate_bpm=75.0)[0] == 150
    check_ins.answered(200.0, "good")
    assert not rise(check_ins, body, 200, 400, heart_rate_bpm=75.0)


def test_without_a_body_there_is_no_rise() -> None:
    assert not begun().sense(200.0, Nobody())
