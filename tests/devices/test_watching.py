"""When a stream counts as quiet, and when a whole link does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from biofeedback.devices.driver import Watch
from biofeedback.devices.watching import Watching
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from biofeedback.devices.driver import Conversation
    from biofeedback.devices.intake import Intake

HEART, ECG = StreamKind.HEART_RATE, StreamKind.ECG
BOTH = (Watch(HEART, 5.0, 5.0), Watch(ECG, 45.0, 3.0))


@dataclass
class Heard:
    """Stands for a conversation and its intake: what is watched, and when it last came."""

    watches: tuple[Watch, ...] = BOTH
    has_signal: bool = True
    at_s: dict[StreamKind, float] = field(default_factory=dict)

    def heard_s(self, kind: StreamKind) -> float | None:
        return self.at_s.get(kind)


def watching(heard: Heard) -> Watching:
    made = Watching(cast("Conversation", heard), cast("Intake", heard))
    made.begin(100.0)
    made.started(100.0)
    return made


def test_a_stream_has_its_own_time_until_its_first_sample() -> None:
    heard = Heard()
    made = watching(heard)
    heard.at_s[HEART] = 104.0

    assert made.silent(108.9) == ()
    assert made.due_s(104.0) == 109.0
    heard.at_s[HEART] = 144.0
    assert made.silent(144.9) == ()
    assert made.silent(145.0) == ()
    heard.at_s[HEART] = 145.0
    assert made.silent(145.0) == (ECG,)


def test_a_stream_that_stops_is_told_while_the_others_speak() -> None:
    heard = Heard(at_s={HEART: 120.0, ECG: 118.0})
    made = watching(heard)

    assert made.silent(120.9) == ()
    heard.at_s[HEART] = 121.0
    assert made.silent(121.0) == (ECG,)


def test_a_stream_that_is_overdue_is_left_alone_until_another_speaks() -> None:
    """When a link dies the streams fall due one after the other."""
    heard = Heard(at_s={HEART: 120.9, ECG: 120.0})
    made = watching(heard)

    assert made.silent(123.5) == ()
    assert made.due_s(123.5) == 125.9
    assert made.silent(125.9) is None


def test_a_stream_that_is_seldom_heard_does_not_hide_that_the_link_is_dead() -> None:
    seldom = Watch(StreamKind.PP, 60.0, 30.0)
    heard = Heard((*BOTH, seldom), at_s={HEART: 120.0, ECG: 120.5, StreamKind.PP: 119.0})
    made = watching(heard)

    assert made.silent(125.4) == ()
    assert made.silent(125.5) is None


def test_a_stream_that_was_asked_for_again_does_not_hide_that_the_link_is_dead() -> None:
    heard = Heard(at_s={HEART: 130.0, ECG: 118.0})
    made = watching(heard)
    made.revived(ECG, 121.5)

    assert made.silent(134.9) == ()
    assert made.silent(135.0) is None


def test_a_link_on_which_all_is_quiet_is_dead() -> None:
    heard = Heard(at_s={HEART: 120.0, ECG: 120.0})
    made = watching(heard)

    assert made.silent(123.0) == ()
    assert made.silent(125.0) is None


def test_a_stream_that_never_came_does_not_hide_that_the_others_died() -> None:
    heard = Heard(at_s={HEART: 110.0})
    made = watching(heard)

    assert made.silent(114.9) == ()
    assert made.silent(115.0) is None


def test_what_came_over_an_earlier_link_does_not_count() -> None:
    heard = Heard(at_s={HEART: 99.0, ECG: 99.0})
    made = watching(heard)

    assert not made.has_heard
    assert made.silent(104.9) == ()
    assert made.silent(105.0) == (HEART,)


def test_a_stream_that_was_set_going_again_gets_its_time_anew_and_longer_each_time() -> None:
    heard = Heard(at_s={HEART: 1000.0})
    made = watching(heard)

    waits = []
    now_s = 145.0
    for _ in range(6):
        made.revived(ECG, now_s)
        due_s = made._due_s(BOTH[1])
        waits.append(due_s - now_s)
        now_s = due_s
    assert waits == [45.0, 90.0, 180.0, 360.0, 360.0, 360.0]


def test_a_sensor_that_feels_nothing_speaks_by_its_packets() -> None:
    heard = Heard(has_signal=False, at_s={HEART: 110.0})
    made = watching(heard)
    made.packet(160.0)

    assert made.silent(162.0) == ()
    assert made.silent(165.0) is None


def test_a_sensor_that_names_no_stream_is_let_go_in_the_end() -> None:
    made = watching(Heard(watches=()))

    assert made.silent(129.0) == ()
    assert made.due_s(100.0) == 130.0
    assert made.silent(130.0) is None
    made.packet(128.0)
    assert made.silent(130.0) == ()
    assert made.due_s(130.0) == 158.0
