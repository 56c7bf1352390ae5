"""Tags are times where they go on as the datagrams arrive, and nothing where they do not."""

from __future__ import annotations

from collections.abc import Callable

from biofeedback.devices.osc.time_tags import TagJudge

NTP_S = 3_990_000_000.0


def judged(tag: Callable[[float], float], n_datagrams: int = 20) -> bool | None:
    judge = TagJudge()
    for i in range(n_datagrams):
        arrival_s = 100.0 + 0.1 * i + 0.02 * (i % 3)
        judge.see(("/x",), tag(0.1 * i), arrival_s)
    return judge.verdict


def test_a_clock_that_goes_on_is_believed() -> None:
    assert judged(lambda t_s: NTP_S + t_s) is True


def test_a_moment_ahead_is_as_good() -> None:
    assert judged(lambda t_s: NTP_S + t_s + 5.0) is True


def test_the_same_moment_for_ever_is_no_clock() -> None:
    assert judged(lambda t_s: NTP_S) is False


def test_a_clock_of_another_pace_is_none() -> None:
    assert judged(lambda t_s: NTP_S + 2.0 * t_s) is False


def test_the_verdict_takes_a_second() -> None:
    assert judged(lambda t_s: NTP_S + t_s, n_datagrams=10) is None
    assert judged(lambda t_s: NTP_S + t_s, n_datagrams=12) is True


def test_too_few_datagrams_to_judge_are_not_waited_for() -> None:
    judge = TagJudge()
    judge.see(("/x",), NTP_S, 100.0)
    assert judge.due_s == 103.0
    assert not judge.overdue(102.9)
    assert judge.overdue(103.0)
    assert judge.verdict is False


def test_signals_of_one_moment_may_come_one_by_one() -> None:
    judge = TagJudge()
    for i in range(15):
        for address in ("/x", "/y"):
            judge.see((address,), NTP_S + 0.1 * i, 100.0 + 0.1 * i)
    assert judge.verdict is True


def test_a_clock_that_is_set_later_is_believed_no_more() -> None:
    judge = TagJudge()
    for i in range(20):
        judge.see(("/x",), NTP_S + 0.1 * i, 100.0 + 0.1 * i)
    assert judge.verdict is True
    judge.see(("/x",), NTP_S + 60.0, 102.0)
    assert judge.verdict is False


def test_a_doubled_datagram_does_not_discredit_a_clock() -> None:
    judge = TagJudge()
    for i in range(20):
        judge.see(("/x",), NTP_S + 0.1 * i, 100.0 + 0.1 * i)
    judge.see(("/x",), NTP_S + 1.9, 101.9)
    judge.see(("/x",), NTP_S + 1.7, 101.95)
    assert judge.verdict is True
