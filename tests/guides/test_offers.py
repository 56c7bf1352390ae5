"""Offers keep to what was agreed on: when, how often, to whom; shown against an oracle of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.offers import Agreement
from helpers.guide_play import Play, play

QUALITIES = (nan, 0.2, 0.5, 0.9)
WORDS = ("accept", "refuse", "pause", "resume", "keep", "adapt", "yes-here", "far", "dizzy", "")


def watch(**options: float | str) -> Play:
    """A session that no guide leads, with an agreement."""
    return play().begin("", **{"offer": "grounding", **options})


def above(session: Play, for_s: float, zone: float = 1.0, quality: float = 0.9) -> Play:
    return session.steadily(session.t_s + for_s, quality=quality, arousal_zone=zone)


def offers(session: Play) -> list[float]:
    return [each.t_s for each in session.decisions if each.reason == "zone-above"]


def test_after_45_s_above_it_is_offered_once() -> None:
    session = above(watch(), 300.0)
    assert offers(session) == [50.0]  # the first reading at 5 s, 45 s of it at 50 s
    offered = next(state for state in session.states if state.asks)
    assert (offered.asks, offered.offer, offered.guide) == ("offer", "grounding", "")


def test_it_closes_by_itself_and_is_not_repeated_within_the_agreed_time() -> None:
    session = above(watch(), 640.0)
    assert offers(session) == [50.0]
    assert session.decided("no-answer").t_s == 80.0
    # Ten minutes after it was let be.
    above(session, 100.0)
    assert offers(session) == [50.0, 680.0]


def test_refused_is_refused_for_the_agreed_time() -> None:
    session = above(watch(offer_again_s=300.0), 60.0).command(62.0, "refuse")
    assert session.reasons[-1] == "offer-refused"
    assert not session.asks
    above(session, 290.0)
    assert offers(session) == [50.0]
    above(session, 30.0)
    assert len(offers(session)) == 2


def test_the_agreed_time_is_five_minutes_at_least() -> None:
    assert Agreement.of({"offer_again_s": 20.0}).again_s == 300.0


def test_accepted_it_begins_with_what_was_agreed() -> None:
    session = above(watch(offer_with_practice="orienting"), 60.0).command(62.0, "accept")
    assert session.reasons[-1] == "offer-accepted"
    assert session.state.guide == "grounding"
    # It ends, and the session goes on as it began.
    session.advance(400.0)
    assert [state.step for state in session.states[-2:]] == ["ended", "open"]
    assert session.state.guide == ""
    assert not session.leader.has_ended


def test_an_answer_does_what_accept_does() -> None:
    session = above(watch(), 60.0).answer(62.0, "accept")
    assert session.state.guide == "grounding"


def test_nothing_is_offered_that_was_not_agreed_on() -> None:
    assert not above(watch(offer=""), 900.0).decisions


def test_the_guide_that_runs_is_not_offered() -> None:
    session = play().begin("grounding", practice="orienting", offer="grounding")
    assert not offers(above(session, 170.0))


def test_a_hole_or_poor_signal_begins_the_stay_anew() -> None:
    session = above(watch(), 40.0)
    above(session, 10.0, quality=0.2)
    assert not offers(above(session, 45.0))
    session.advance(session.t_s + 20.0)
    assert not offers(above(session, 45.0))
    assert offers(above(session, 10.0))


def test_with_a_therapist_they_are_asked_first_and_the_client_decides() -> None:
    session = above(watch(offers_to="therapist"), 60.0)
    assert session.asks == "offer-therapist"
    session.command(62.0, "accept")
    assert (session.asks, session.state.offer, session.state.guide) == ("offer", "grounding", "")
    session.command(65.0, "accept")
    assert session.state.guide == "grounding"


def test_a_double_click_of_the_therapist_is_no_yes_of_the_client() -> None:
    session = above(watch(offers_to="therapist"), 60.0)
    session.command(62.0, "accept").command(62.3, "accept")
    assert (session.asks, session.state.guide) == ("offer", "")
    assert session.command(64.0, "refuse").state.guide == ""


def test_what_the_therapist_lets_be_the_client_never_sees() -> None:
    session = above(watch(offers_to="therapist"), 60.0).command(62.0, "refuse")
    above(session, 300.0)
    assert "offer" not in [state.asks for state in session.states]


def test_in_a_pause_the_client_is_heard_after_the_therapist_too() -> None:
    session = above(watch(offers_to="therapist"), 60.0).command(61.0, "pause")
    session.command(62.0, "accept").command(62.4, "accept")
    assert session.asks == "offer"
    assert session.command(64.0, "accept").command(90.0, "resume").state.guide == "grounding"


def test_below_is_only_a_question() -> None:
    session = above(watch(), 300.0, zone=-1.0)
    assert {each.reason for each in session.decisions} == {"zone-below", "no-answer"}
    assert {state.asks for state in session.states} == {"", "are-you-here"}
    assert session.state.guide == ""


def test_one_stay_below_is_asked_about_once() -> None:
    session = above(watch(), 900.0, zone=-1.0)
    assert len([each for each in session.decisions if each.reason == "zone-below"]) == 1


def test_who_is_here_is_not_asked_again_within_the_agreed_time() -> None:
    session = above(watch(), 10.0, zone=-1.0).answer(12.0, "here")
    for _ in range(8):
        above(session, 30.0, zone=0.0)
        above(session, 30.0, zone=-1.0)
    assert len([each for each in session.decisions if each.reason == "zone-below"]) == 1


def test_who_is_far_away_is_offered_to_look_around() -> None:
    session = above(watch(offer=""), 10.0, zone=-1.0).answer(12.0, "far-away")
    assert (session.asks, session.state.offer) == ("offer", "grounding")
    session.command(15.0, "accept")
    assert session.state.guide == "grounding"


def test_who_wants_to_look_around_does_so_at_once() -> None:
    session = above(watch(offer=""), 10.0, zone=-1.0).answer(12.0, "want-to-orient")
    assert session.state.guide == "grounding"
    assert session.reasons[-1] == "asked-to-orient"


def test_who_is_far_away_hears_something_where_nothing_may_be_offered() -> None:
    """In grounding itself, and soon after it was refused."""
    session = play().begin("grounding", offer="")
    above(session, 10.0, zone=-1.0).answer(12.0, "far-away")
    assert session.asks == ""
    assert session.reasons[-1] == "far-away-stay"
    session = above(watch(offer_after_s=20.0), 30.0).command(31.0, "refuse")
    above(session, 35.0, zone=-1.0)
    assert session.asks == "are-you-here"
    session.answer(session.t_s + 1.0, "far-away")
    assert session.asks == ""
    assert session.reasons[-1] == "far-away-stay"


def test_who_is_looking_around_already_is_told_so() -> None:
    session = play().begin("grounding", offer="")
    above(session, 10.0, zone=-1.0).answer(12.0, "want-to-orient")
    assert session.reasons[-1] == "orienting-already"
    assert session.state.guide == "grounding"


def test_everything_is_off_with_adaptation_off() -> None:
    session = watch(adapts=0.0)
    assert not above(above(session, 300.0), 300.0, zone=-1.0).decisions
    session = above(watch(), 60.0).command(62.0, "keep")
    assert not session.asks
    session.command(63.0, "adapt")
    assert len(offers(above(session, 300.0))) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"offer": "levitation"},
        {"offer_after_s": nan},
        {"offers_to": "everyone"},
        {"offer_with_practice": "dancing"},
    ],
)
def test_what_makes_no_sense_is_refused_before_it_begins(options: dict[str, float | str]) -> None:
    session = play()
    with pytest.raises(ValueError, match=r"no "):
        session.begin("", **{"offer": "grounding", **options})
    assert not session.begin("", offer="grounding").decisions


# The oracle: it looks at what was told and said alone, and knows nothing of how it is decided.


@dataclass
class Told:
    """What an onlooker noted down."""

    zones: list[tuple[float, float, float]] = field(default_factory=list)  # time, zone, quality
    breaks_s: list[float] = field(default_factory=list)  # pauses, other guides, adaptation
    adapts: bool = True
    is_paused: bool = False


def has_been_above(told: Told, now_s: float, after_s: float) -> bool:
    stay: list[float] = []
    for t_s, zone, quality in reversed(told.zones):
        if zone != 1.0 or not quality >= 0.4 or any(b > t_s for b in told.breaks_s):
            break
        if stay and stay[-1] - t_s > 15.0:
            break
        stay.append(t_s)
    return bool(stay) and now_s - stay[0] <= 15.0 and stay[0] - stay[-1] >= after_s


_events = st.lists(
    st.tuples(
        st.sampled_from([5.0, 5.0, 5.0, 20.0]),
        st.sampled_from([1.0] * 8 + [0.0, -1.0, nan]),
        st.sampled_from([0.9] * 8 + [0.2]),
        st.sampled_from([*[""] * 12, *WORDS]),
    ),
    min_size=40,
    max_size=150,
)


@given(
    events=_events,
    guide=st.sampled_from(["", "breathing", "grounding"]),
    offer=st.sampled_from(["", "grounding", "release"]),
    again_s=st.sampled_from([300.0, 400.0]),
    after_s=st.sampled_from([15.0, 45.0]),
)
@settings(max_examples=70, deadline=None)
def test_no_offer_lies_outside_the_agreed_conditions(
    events: list[tuple[float, float, float, str]],
    guide: str,
    offer: str,
    again_s: float,
    after_s: float,
) -> None:
    session = play().begin(guide, offer=offer, offer_again_s=again_s, offer_after_s=after_s)
    told, last_offer_s, n_known, led = Told(), -1e9, 0, guide
    for wait_s, zone, quality, word in events:
        t_s = session.t_s + wait_s
        is_asked_before = ""
        session.advance(t_s)
        if session.states:
            is_asked_before = session.asks
        if not isnan(zone):
            told.zones.append((t_s, zone, quality))
            session.metrics(t_s, quality=quality, arousal_zone=zone)
        for each in session.decisions[n_known:]:
            if each.decision != "offer" or each.reason != "zone-above":
                continue
            assert told.adapts
            assert offer
            assert led != offer
            assert each.facts["offer"] == offer
            assert is_asked_before == ""
            assert each.t_s - last_offer_s >= again_s
            assert has_been_above(told, each.t_s, after_s)
        for each in session.decisions[n_known:]:
            if each.decision == "offer" or each.reason == "offer-refused":
                last_offer_s = each.t_s
        n_known = len(session.decisions)
        say(session, t_s, word)
        was = (told.is_paused, told.adapts)
        told.is_paused = {"pause": True, "resume": False}.get(word, told.is_paused)
        told.adapts = {"keep": False, "adapt": True}.get(word, told.adapts)
        if was != (told.is_paused, told.adapts):
            told.breaks_s.append(t_s)
        for each in session.decisions[n_known:]:
            if each.decision == "offer" or each.reason == "offer-refused":
                last_offer_s = each.t_s
        n_known = len(session.decisions)
        now_led = session.states[-1].guide if session.states else guide
        if now_led != led:
            told.breaks_s.append(t_s)
            led = now_led


def say(session: Play, t_s: float, word: str) -> None:
    answers = {"yes-here": "here", "far": "far-away", "dizzy": "dizzy"}
    if word in answers:
        question = "how-is-it" if word == "dizzy" else "are-you-here"
        session.answer(t_s, answers[word], question)
    elif word:
        session.command(t_s, word)


def test_beside_a_guide_it_is_offered_in_its_place() -> None:
    session = above(play().begin("breathing", offer="grounding"), 60.0)
    assert (session.state.guide, session.state.offer) == ("breathing", "grounding")
    session.command(62.0, "accept")
    assert session.state.guide == "grounding"
