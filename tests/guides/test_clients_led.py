"""Virtual clients led through real sessions, and that what checks those finds what it looks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from benchmarks.guides.checks import Broken, broken, zone_changes
from benchmarks.guides.living import Lived, alone, lead
from benchmarks.guides.outcome import handed_over_s
from benchmarks.guides.told import Heard

from biofeedback.guides.pacer import PacerChange
from biofeedback.kinds import Role
from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.samples import Command, Decision, GuideState, Metric
from biofeedback.simulation.population import Individual, Response

GENTLE: dict[str, float | str] = {"preset": "gentle", "duration_s": 240.0}


@dataclass(frozen=True)
class Session:
    """What is known of a session, one part of it given."""

    states: tuple[GuideState, ...] = ()
    decisions: tuple[Decision, ...] = ()
    changes: tuple[PacerChange, ...] = ()
    commands: tuple[Command, ...] = ()
    heard: tuple[Heard, ...] = ()


def paced(*rates: tuple[float, float]) -> tuple[PacerChange, ...]:
    return tuple(
        PacerChange(t_s, PacerSegment(t_s, BreathPattern.at_rate(rate))) for t_s, rate in rates
    )


def leading(guide: str, stage: str = "", **others: str) -> GuideState:
    return GuideState(0.0, guide, "in", stage=stage, **others)  # type: ignore[arg-type]


def rules(session: Session) -> set[str]:
    return {one.rule for one in broken(session)}


def zones(*values: float, from_s: float = 0.0, quality: float = 0.8) -> tuple[Heard, ...]:
    return tuple(
        Heard(
            from_s + 5.0 * n + 5.1,
            Metric(from_s + 5.0 * n, "arousal_zone", value, "", 60.0, quality),
        )
        for n, value in enumerate(values)
    )


def someone(response: Response) -> Individual:
    everyone = (Individual.drawn(seed) for seed in range(1000))
    return next(one for one in everyone if one.response is response)


# What is led.


def test_the_same_life_is_led_twice() -> None:
    """To the last bit: measures, states, answers and all."""
    who = Individual.drawn(2)
    one, other = (lead(who, "breathing", GENTLE, minutes=1.5, baseline=False) for _ in range(2))

    for name in ("states", "decisions", "changes", "said", "heard", "commands"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.arousal.tolist() == other.arousal.tolist()


def test_a_life_that_nobody_leads_is_the_life_left_alone() -> None:
    """Whatever is worn; so that what differs between the two is the guide's doing alone."""
    who = Individual.drawn(2)
    led = lead(who, "", {}, minutes=2.0, baseline=False, start_arousal=0.5)
    left = alone(who, minutes=2.0, start_arousal=0.5)

    assert led.arousal.tolist() == left.arousal.tolist()
    assert led.length_s == 120.0


def test_the_pacer_leads_the_client_and_the_record_tells_it() -> None:
    led = lead(Individual.drawn(2), "breathing", GENTLE, minutes=5.0, baseline=False)
    followed = led.followed_per_min[60:200]

    assert led.ended_s == 240.0
    assert led.pace_at(100.0) == pytest.approx(6.0)
    assert led.pace_at(239.9) is None or led.pace_at(239.9) == pytest.approx(6.0)
    assert np.nanmedian(followed) == pytest.approx(6.0, abs=0.05)
    assert broken(led) == ()


def test_what_is_usual_is_known_from_before_where_it_is_said_so() -> None:
    """Arousal is told within the first minute and a half, as with a baseline that was kept."""

    def first_s(*, baseline: bool) -> float:
        led = lead(Individual.drawn(2), "", {}, minutes=2.0, baseline=baseline)
        told = [one for one in led.heard if one.metric.name == "arousal"]
        return next((one.t_s for one in told if np.isfinite(one.metric.value)), np.inf)

    assert first_s(baseline=True) < 100.0
    assert first_s(baseline=False) == np.inf


def test_a_client_answers_what_is_asked_in_their_own_time() -> None:
    led = lead(
        Individual.drawn(2), "breathing", {**GENTLE, "first": 1.0}, minutes=1.5, baseline=False
    )
    first = led.said[0]

    assert first.question == "how-is-it"
    assert first.t_s == pytest.approx(60.0, abs=10.0)
    assert first.command is not None
    assert first.command in led.commands
    assert 0.5 < first.command.t_s - first.t_s < 30.0


def test_whoever_fears_the_breath_is_stirred_up_by_it() -> None:
    """By the same chance, with and without: the truth that detection is measured against."""
    who = someone(Response.BREATH_ANXIOUS)
    led = lead(who, "breathing", GENTLE, minutes=2.0, sensors=(), answers=False)
    left = alone(who, minutes=2.0)

    assert led.final_arousal > left.arousal_before(120.0) + 0.05


def test_whoever_wears_nothing_is_led_all_the_same() -> None:
    led = lead(Individual.drawn(2), "breathing", GENTLE, minutes=5.0, sensors=())

    assert led.heard == ()
    assert led.ended_s == 240.0
    assert np.nanmedian(led.followed_per_min[60:200]) == pytest.approx(6.0, abs=0.05)


def test_two_people_breathe_with_a_pacer_each() -> None:
    """And stand still together, whoever asked for it."""
    led = lead(
        Individual.drawn(2),
        "together",
        {**GENTLE, "pacers": "own", "partner_per_min": 5.0},
        minutes=3.0,
        sensors=("strap",),
        baseline=False,
        partner=Individual.drawn(3),
        commands=(Command(150.3, "pause"),),
    )

    assert np.nanmedian(led.followed_per_min[90:150]) == pytest.approx(6.0, abs=0.05)
    assert np.nanmedian(led.partner_followed_per_min[90:150]) == pytest.approx(5.0, abs=0.05)
    stopped = {change.role for change in led.changes if change.t_s == 150.3 and not change.segment}
    assert stopped == set(Role)
    assert broken(led) == ()


def test_a_guide_beside_the_breath_calms_too() -> None:
    """Grounding has no pacer; what it asks for reaches the client another way."""
    who = someone(Response.ORDINARY)
    led = lead(who, "grounding", {}, minutes=8.0, sensors=(), start_arousal=0.6)
    left = alone(who, minutes=8.0, start_arousal=0.6)

    assert led.changes == ()
    assert led.final_arousal < left.arousal_before(led.length_s)


def test_whoever_is_led_out_is_led_until_it_is_over() -> None:
    """It counts from the end on, and as asked for when a word led to it."""
    worse = {"question": "how-is-it", "word": "worse"}
    said = [Command(t_s, "answer", worse) for t_s in (40.0, 100.0)]
    led = lead(
        Individual.drawn(3), "kindness", {}, minutes=3.0, sensors=(), answers=False, commands=said
    )

    assert led.ended_s == pytest.approx(118.0)
    assert handed_over_s(led) == (led.ended_s, 100.0)


# What checks it.


def test_nothing_is_wrong_with_an_empty_session() -> None:
    assert broken(Session()) == ()


@pytest.mark.parametrize(
    ("guide", "rate", "is_within"),
    [
        ("resonance", 4.5, True),
        ("resonance", 4.4, False),
        ("resonance", 7.1, False),
        ("resonance-sliding", 4.25, True),
        ("resonance-stepped", 4.25, False),
        ("breathing", 4.4, False),
        ("breathing", 11.0, True),
    ],
)
def test_a_pace_outside_the_limits_is_found(guide: str, rate: float, is_within: bool) -> None:
    found = rules(Session(states=(leading(guide),), changes=paced((0.0, rate))))

    assert found == (set() if is_within else {"rate within limits"})


def test_a_person_may_choose_a_slower_pace() -> None:
    chosen = {"in_s": 4.0, "hold_in_s": 4.0, "out_s": 4.0, "hold_out_s": 4.0}
    session = Session(
        states=(leading("breathing"),),
        changes=paced((0.0, 3.75)),
        commands=(Command(0.0, "begin", chosen),),
    )

    assert broken(session) == ()


@pytest.mark.parametrize("guide", ["resonance", "breathing", "together"])
def test_a_jump_is_found_however_it_is_cut(guide: str) -> None:
    """Two moves of 0.2 within 90 s are one of 0.4; after 90 s they are two."""
    state = (leading(guide),)

    def moved(*rates: tuple[float, float]) -> set[str]:
        return rules(Session(states=state, changes=paced((0.0, 6.0), *rates)))

    assert moved((100.0, 5.8), (150.0, 5.6)) == {"jump within limits"}
    assert moved((100.0, 5.5)) == {"jump within limits"}
    assert moved((100.0, 5.75), (190.0, 5.5)) == set()


def test_a_jump_that_a_person_asked_for_is_none() -> None:
    session = Session(
        states=(leading("resonance"),),
        changes=paced((0.0, 6.0), (100.0, 5.0)),
        commands=(Command(100.0, "pace", {}),),
    )

    assert broken(session) == ()


def test_a_decision_without_words_is_found() -> None:
    unknown = Decision(1.0, "breathing", "slower", "because-of-the-weather")
    silent = Decision(2.0, "breathing", "slower", "")
    known = Decision(3.0, "", "keep", "asked-for")
    found = broken(Session(decisions=(unknown, silent, known)))

    assert {(one.rule, one.t_s) for one in found} == {
        ("words in every language", 1.0),
        ("words in every language", 2.0),
    }


def test_a_stage_and_a_question_without_words_are_found() -> None:
    states = (leading("grounding", "no-such-stage"), leading("", asks="no-such-question"))

    assert len(broken(Session(states=states))) == 4  # each in two languages


def test_a_pacer_that_goes_on_through_a_pause_is_found() -> None:
    paused = GuideState(10.0, "breathing", "paused")
    session = Session(
        states=(leading("breathing"), paused),
        changes=paced((0.0, 6.0)),
        commands=(Command(10.0, "pause"),),
    )

    assert rules(session) == {"still at once"}
    still = replace(session, changes=(*session.changes, PacerChange(10.0, None)))
    assert broken(still) == ()
    late = replace(session, changes=(*session.changes, PacerChange(10.2, None)))
    assert rules(late) == {"still at once"}


# Offers.


def offered(
    t_s: float, reason: str = "zone-above", *, heard: tuple[Heard, ...] = (), **arguments: float
) -> tuple[Broken, ...]:
    begin: dict[str, float | str] = {"offer": "grounding", "offer_after_s": 45.0, **arguments}
    asking = GuideState(t_s, "breathing", "in", asks="offer", offer="grounding")
    session = Session(
        states=(leading("breathing"), asking),
        decisions=(Decision(t_s, "breathing", "offer", reason, {"offer": "grounding"}),),
        commands=(Command(0.0, "begin", begin),),
        heard=heard,
    )
    return tuple(one for one in broken(session) if one.rule == "offer as agreed")


def test_an_offer_above_the_range_for_as_long_as_agreed_is_as_agreed() -> None:
    assert offered(50.2, heard=zones(*[1.0] * 10)) == ()


@pytest.mark.parametrize(
    "heard",
    [
        (),
        zones(*[0.0] * 10),
        zones(0.0, 0.0, *[1.0] * 8),
        zones(*[1.0] * 10, quality=0.2),
        zones(*[1.0] * 5) + zones(*[1.0] * 2, from_s=42.0),
    ],
    ids=["nothing known", "within", "not for long", "not to be trusted", "a hole"],
)
def test_an_offer_without_its_condition_is_found(heard: tuple[Heard, ...]) -> None:
    assert len(offered(50.2, heard=heard)) == 1


def test_an_offer_is_judged_by_what_was_known_when_it_was_made() -> None:
    """The second half of one packet says that they are within again, at the same moment."""
    above = zones(*[1.0] * 10)
    within = Metric(50.0, "arousal_zone", 0.0, "", 60.0, 0.8)
    assert offered(50.2, heard=(*above, Heard(50.2, within, n_decisions=1))) == ()
    assert len(offered(50.2, heard=(*above, Heard(50.2, within)))) == 1


def test_an_offer_while_adapting_is_off_is_found() -> None:
    assert len(offered(50.2, heard=zones(*[1.0] * 10), adapts=0.0)) == 1


def test_an_offer_for_what_nobody_said_is_found() -> None:
    assert len(offered(50.2, "said-worse")) == 1


def test_an_offer_for_a_rise_that_there_was_none_of_is_found() -> None:
    def index(t_s: float, value: float) -> Heard:
        return Heard(t_s, Metric(t_s, "arousal", value, "", 60.0, 0.8))

    flat = tuple(index(5.0 * n, 0.2) for n in range(25))
    rising = tuple(index(5.0 * n, 0.1 * n) for n in range(25))
    assert len(offered(121.0, "arousal-rose", heard=flat)) == 1
    assert offered(121.0, "arousal-rose", heard=rising) == ()


def test_the_same_offer_again_too_soon_is_found() -> None:
    def asking(t_s: float) -> tuple[GuideState, GuideState]:
        open_ = GuideState(t_s, "breathing", "in", asks="offer", offer="grounding")
        return open_, GuideState(t_s + 10.0, "breathing", "in")

    moments_s = (50.2, 300.2)
    session = Session(
        states=tuple(state for t_s in moments_s for state in asking(t_s)),
        decisions=tuple(Decision(t_s, "breathing", "offer", "zone-above") for t_s in moments_s),
        commands=(Command(0.0, "begin", {"offer": "grounding", "offer_after_s": 45.0}),),
        heard=zones(*[1.0] * 70),
    )
    (found,) = broken(session)

    assert (found.rule, found.t_s) == ("offer as agreed", 300.2)


@pytest.mark.parametrize(("again_s", "n_found"), [(655.0, 1), (660.2, 0)])
def test_the_agreed_time_counts_from_the_refusal(again_s: float, n_found: int) -> None:
    """Offered at 50.2 s, refused 10 s later: not before 660.2 s."""
    states = (
        GuideState(50.2, "breathing", "in", asks="offer", offer="grounding"),
        GuideState(60.2, "breathing", "in"),
        GuideState(again_s, "breathing", "in", asks="offer", offer="grounding"),
    )
    session = Session(
        states=states,
        decisions=tuple(
            Decision(t_s, "breathing", "offer", "zone-above") for t_s in (50.2, again_s)
        ),
        commands=(Command(0.0, "begin", {"offer": "grounding"}),),
        heard=zones(*[1.0] * 140),
    )
    assert len(broken(session)) == n_found


def test_changes_of_the_zone_are_counted_from_the_first_that_is_known() -> None:
    nan = float("nan")
    assert zone_changes(Session(heard=zones(nan, nan, 0.0, 0.0, 1.0, nan, 0.0))) == 3


def test_a_led_life_can_be_checked_as_it_is() -> None:
    """`Lived` has all that the rules ask for."""
    led = lead(Individual.drawn(3), "grounding", {}, minutes=1.0, sensors=())

    assert isinstance(led, Lived)
    assert broken(led) == ()
