"""The breathing guide: exact steps, whenever it is asked; pauses; changes of pace."""

from __future__ import annotations

from math import inf, isnan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides import leader
from biofeedback.guides.guide import Guide, Scene, Turn
from biofeedback.guides.leader import Leader, Led
from biofeedback.guides.pacer import PacerChange, pattern_arguments, pattern_of
from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.samples import Command, GuideState
from helpers.guide_play import play

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

GENTLE = PRESETS["gentle"]


def begun(pattern: BreathPattern = GENTLE, *, t_s: float = 0.0, duration_s: float = inf) -> Leader:
    guide = Leader()
    # What the companion asks is its own matter; here only the breath counts.
    options = {"duration_s": duration_s, "check_ins": 0.0}
    guide.command(Command(t_s, "begin", {**pattern_arguments(pattern), **options}))
    return guide


def steps(results: tuple[Led, ...]) -> list[tuple[float, str]]:
    return [(item.t_s, item.step) for item in results if isinstance(item, GuideState)]


def test_steps_are_reported_at_their_exact_moments_however_late_the_call() -> None:
    """In for 4 s and out for 6 s: changes at 4, 10, 14 and 20 s, told at 21.7 s."""
    assert steps(begun().advance(21.7)) == [
        (4.0, "out"),
        (10.0, "in"),
        (14.0, "out"),
        (20.0, "in"),
    ]


def test_a_box_breath_has_all_four_steps() -> None:
    guide = begun(PRESETS["box"])
    assert steps(guide.advance(16.5)) == [
        (4.0, "hold-in"),
        (8.0, "out"),
        (12.0, "hold-out"),
        (16.0, "in"),
    ]


@given(cuts=st.lists(st.floats(0.0, 300.0), max_size=40), rate=st.floats(3.0, 12.0))
def test_steps_do_not_depend_on_when_the_guide_is_asked(cuts: list[float], rate: float) -> None:
    """The same 300 s asked for at once and in any pieces give the same steps, bit for bit."""
    pattern = BreathPattern.at_rate(rate)
    whole, cut = begun(pattern), begun(pattern)
    in_pieces: list[Led] = []
    for t_s in [*sorted(cuts), 300.0]:
        in_pieces.extend(cut.advance(t_s))
    assert steps(tuple(in_pieces)) == steps(whole.advance(300.0))


def test_pause_stands_still_at_once_and_resume_begins_a_new_in_breath() -> None:
    guide = begun()
    paused = guide.command(Command(5.0, "pause"))
    assert paused[-2:] == (PacerChange(5.0, None), paused[-1])
    assert steps(paused) == [(4.0, "out"), (5.0, "paused")]
    assert guide.segment is None
    assert guide.advance(60.0) == ()
    resumed = guide.command(Command(65.0, "resume"))
    assert steps(resumed) == [(65.0, "in")]
    assert steps(guide.advance(70.0)) == [(69.0, "out")]


def test_time_paused_does_not_count_as_led() -> None:
    """A minute's session, paused from 20 s to 50 s, ends at 90 s."""
    guide = begun(duration_s=60.0)
    guide.command(Command(20.0, "pause"))
    assert guide.led_s(45.0) == 20.0
    guide.command(Command(50.0, "resume"))
    assert guide.led_s(60.0) == 30.0
    late = guide.advance(1000.0)
    assert steps(late)[-1] == (90.0, "ended")
    assert PacerChange(90.0, None) in late
    assert guide.has_ended
    assert guide.led_s(1000.0) == 60.0


def test_a_change_of_pace_goes_on_from_where_the_breath_is() -> None:
    """1 s into an in-breath of 4 s, a quarter; in the new one of 5 s that leaves 3.75 s."""
    guide = begun()
    results = guide.command(
        Command(1.0, "pace", pattern_arguments(BreathPattern(5.0, 0.0, 5.0, 0.0)))
    )
    state = results[-1]
    assert isinstance(state, GuideState)
    assert state.step == "in"
    assert state.until_s == pytest.approx(4.75)
    assert guide.segment is not None
    assert guide.segment.at(1.0).depth == pytest.approx(0.1464466094)  # (1 - cos(pi / 4)) / 2


def test_a_pace_chosen_while_paused_shows_when_it_goes_on() -> None:
    guide = begun()
    guide.command(Command(3.0, "pause"))
    box = pattern_arguments(PRESETS["box"])
    assert guide.command(Command(4.0, "pace", box)) == ()
    guide.command(Command(5.0, "resume"))
    assert guide.segment is not None
    assert guide.segment.pattern == PRESETS["box"]


def test_commands_that_do_not_fit_are_without_effect() -> None:
    guide = Leader()
    for name in ("pause", "resume", "end"):
        assert guide.command(Command(0.0, name)) == ()
    guide = begun()
    assert steps(guide.command(Command(1.0, "end"))) == [(1.0, "ended")]
    for name in ("pause", "resume", "end", "begin"):
        assert guide.command(Command(2.0, name, pattern_arguments(GENTLE))) == ()


def test_an_unknown_command_is_a_bug_and_raises() -> None:
    with pytest.raises(ValueError, match="unknown command"):
        Leader().command(Command(0.0, "dance"))


def test_one_late_call_gives_the_steps_of_many() -> None:
    """A replay hears of a lost sensor's hour only at its end; live it passed in 50 ms ticks."""
    often, once = begun(), begun()
    ticked = [step for tick in range(1, 72_001) for step in steps(often.advance(tick * 0.05))]
    assert steps(once.advance(3600.0)) == ticked
    assert len(ticked) == 720  # two steps a breath, six breaths a minute


def test_no_step_begins_at_the_very_end() -> None:
    """A minute is six breaths of 10 s: the seventh in-breath would last no time."""
    told = steps(begun(duration_s=60.0).advance(100.0))
    assert told[-2:] == [(54.0, "out"), (60.0, "ended")]


def test_an_open_end_has_no_until_only_when_it_stands_still() -> None:
    guide = begun()
    paused = guide.command(Command(2.0, "pause"))[-1]
    assert isinstance(paused, GuideState)
    assert isnan(paused.until_s)
    assert isnan(paused.breaths_per_min)


def test_arguments_of_a_pattern_read_back() -> None:
    assert pattern_of(pattern_arguments(PRESETS["4-7-8"])) == PRESETS["4-7-8"]


def test_nothing_is_asked_of_whoever_has_begun_nothing() -> None:
    """What is usual may be known while it is found out anew, or while nothing is led yet."""
    told = play().steadily(60.0, arousal_zone=-1.0)
    assert told.out == []
    assert told.begin("breathing", 60.0).metrics(65.0, arousal_zone=-1.0).asks == "are-you-here"


def test_an_answer_that_is_none_is_without_effect() -> None:
    """To be answered are the questions that a guide has, by the answers that they have."""
    told = play().begin("check-in")
    while not told.asks:
        told.advance(told.t_s + 1.0)
    asked = told.asks
    for answer, question in (("banana", asked), ("here", "no-such-question"), (77.0, asked)):
        told.answer(told.t_s, answer, question)
        assert told.news == ()
        assert told.asks == asked


def test_the_end_of_a_session_is_that_of_a_guide_which_was_accepted_on_its_way_too() -> None:
    """Begun without a guide; a therapist ends it while the guide that was offered leads."""
    told = play().begin("", offer="grounding")
    told.metrics(1.0, arousal_zone=1.0)
    for t_s in range(6, 62, 5):
        told.metrics(float(t_s), arousal_zone=1.0)
    assert told.state.offer == "grounding"
    told.command(62.0, "accept").command(70.0, "end")
    assert told.leader.has_ended
    assert (told.state.guide, told.state.step) == ("grounding", "ended")
    assert told.advance(400.0).news == ()


def test_a_guides_question_behind_an_offer_is_put_when_that_is_over_for_as_long_as_it_has() -> None:
    """Its 30 s begin at 46 s, behind an offer of 40 s that nobody answers: 70 to 100 s are left."""
    told = play().begin("check-in", offer="kindness", offer_after_s=20.0)
    for t_s in (20.0, 25.0, 30.0, 35.0, 40.0):
        told.metrics(t_s, arousal_zone=1.0)
    assert told.asks == "offer"
    told.advance(60.0)
    assert (told.stage, told.asks) == ("one-word", "offer")
    assert isnan(told.state.stage_until_s)
    told.advance(70.0)
    assert (told.stage, told.asks) == ("one-word", "word-for-it")
    assert told.state.stage_until_s == 100.0
    assert told.advance(99.9).asks == "word-for-it"
    assert told.advance(100.0).stage == "distress-now"


def test_a_question_that_an_offer_comes_before_has_what_it_had_left() -> None:
    """Asked at 46 s, behind an offer from 61 s on; after a pause a step has 20 s at the least."""
    told = play().begin("check-in", usual_heart_bpm=60.0)
    for t_s in range(1, 62):
        told.metrics(float(t_s), heart_rate_bpm=100.0)
    assert next(state.t_s for state in told.states if state.asks == "offer") == 61.0
    told.command(70.0, "pause").command(80.0, "resume").advance(85.0)
    assert (told.stage, told.asks) == ("one-word", "offer")
    told.command(85.0, "refuse")
    assert told.asks == "word-for-it"
    assert told.state.stage_until_s == 105.0


class _Asking(Guide):
    """Leads a breath, and has had a question of its own from the first second on."""

    name = "breathing"

    def __init__(self) -> None:
        super().__init__(Scene("breathe", asks="natural-instead", pattern=GENTLE))

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        return (Turn("stay", "arrived", {"at_g_s": g_s}),)


def test_a_session_of_three_minutes_ends_after_three_however_much_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An offer of 30 s comes before the question of a guide whose pacer goes on meanwhile."""
    monkeypatch.setattr(leader, "make_guide", lambda *_: _Asking())
    told = play().begin("breathing", duration_s=180.0, usual_heart_bpm=60.0, check_ins=0.0)
    for t_s in range(1, 62):
        told.metrics(float(t_s), heart_rate_bpm=100.0)
    assert (told.t_s, told.asks) == (61.0, "offer")
    assert told.advance(85.0).leader.led_s(85.0) == 85.0
    told.advance(200.0)
    assert (told.state.step, told.state.t_s) == ("ended", 180.0)
    breaths = [one.facts["at_g_s"] for one in told.decisions if one.reason == "arrived"]
    assert breaths == [10.0 * n for n in range(1, 18)], "each at its own moment"


class _Sleepless(Guide):
    """Wants to be woken at once, always."""

    name = "breathing"

    def __init__(self) -> None:
        super().__init__(Scene("listen"))
        self.due_g_s = 1.0


def test_a_guide_that_does_not_go_on_is_a_bug_and_no_endless_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leader, "make_guide", lambda *_: _Sleepless())
    guide = begun()
    with pytest.raises(RuntimeError, match="does not go on"):
        guide.advance(2.0)
    assert steps(guide.give_up(2.0)) == [(2.0, "ended")]
    assert guide.has_ended
    assert guide.advance(20.0) == guide.give_up(20.0) == ()
