"""Steps wait, lengthen, repeat, are said in another way or left out, and always come to an end."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.guide import WORDS, Scene
from biofeedback.guides.step import Step
from biofeedback.guides.step_vocabulary import STEP_QUESTIONS, STEP_REASONS
from biofeedback.guides.stepping import Stepping
from helpers.guide_alone import Alone

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = (
    Step("arrive", 10.0, is_aside=True),
    Step("see", 40.0, n_asked=5, n_ways=3),
    Step("feel", 30.0, n_ways=2, asks_after="how-present"),
    Step("fetch", 20.0, 10.0, 60.0, may_wait=True),
    Step("tense", 6.0, 6.0, 6.0),
    Step("rate", 30.0, 30.0, 30.0, is_aside=True, asks="distress"),
)
# 10 + 40 + 30 and 12 for the question + 60 of waiting + 6 + 30
UNTOUCHED_S = 188.0


def led(steps: Sequence[Step] = STEPS) -> Alone:
    return Alone(Stepping(steps))


def scene(alone: Alone) -> Scene:
    return alone.guide.scene


# By waiting alone.


def test_somebody_who_only_listens_is_led_to_the_end() -> None:
    alone, seen = led(), [("arrive", 0.0)]
    while not alone.guide.is_over:
        alone.until(alone.guide.due_g_s)
        if scene(alone).stage != seen[-1][0]:
            seen.append((scene(alone).stage, alone.g_s))
    assert seen == [
        ("arrive", 0.0),
        ("see", 10.0),
        ("feel", 50.0),
        ("fetch", 92.0),
        ("tense", 152.0),
        ("rate", 158.0),
    ]
    assert alone.g_s == UNTOUCHED_S
    assert alone.reasons == ["waited"]


def test_places_count_only_the_steps_that_have_one() -> None:
    places = []
    alone = led()
    while not alone.guide.is_over:
        places.append((scene(alone).place, scene(alone).n_places))
        alone.say(alone.g_s, "next")
    assert places == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4), (4, 4)]


def test_a_step_that_joins_shares_the_place_of_the_one_before() -> None:
    steps = [Step("tense-hand", 6.0), Step("let-go-hand", 30.0, joins=True), Step("face", 6.0)]
    alone, places = led(steps), []
    while not alone.guide.is_over:
        places.append((scene(alone).place, scene(alone).n_places))
        alone.say(alone.g_s, "next")
    assert places == [(1, 2), (1, 2), (2, 2)]


def test_a_guide_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Stepping(())


# The person's words.


def test_next_leads_to_the_end_at_once() -> None:
    alone = led()
    for _ in STEPS:
        assert not alone.guide.is_over
        alone.say(1.0, "next")
    assert alone.guide.is_over


def test_back_leads_to_the_step_before_and_at_the_first_has_no_effect() -> None:
    alone = led()
    before = scene(alone)
    assert "back" not in before.can
    alone.say(3.0, "back")
    assert scene(alone) == before
    alone.say(4.0, "next").say(5.0, "back")
    assert scene(alone).stage == "arrive"
    assert scene(alone).until_g_s == 15.0


def test_more_counts_and_the_last_goes_on() -> None:
    alone = led().until(10.0)
    for n_found in range(1, 5):
        alone.say(10.0 + 2 * n_found, "more")
        assert (scene(alone).stage, scene(alone).count) == ("see", n_found)
    alone.say(20.0, "more")
    assert scene(alone).stage == "feel"
    assert (scene(alone).count, scene(alone).n_asked) == (0, 0)


def test_whoever_counts_is_given_time_for_what_is_left() -> None:
    """Eight seconds a thing: the second is found at 48 s, so there is time until 72 s."""
    alone = led().say(20.0, "more").say(48.0, "more")
    assert scene(alone).until_g_s == 72.0
    alone.until(72.0)
    assert scene(alone).stage == "feel"


def test_again_begins_the_step_anew() -> None:
    alone = led().say(20.0, "more").say(30.0, "again")
    assert (scene(alone).stage, scene(alone).count, scene(alone).until_g_s) == ("see", 0, 70.0)


def test_longer_gives_half_of_the_usual_time_as_often_as_it_is_asked_for() -> None:
    alone = led().until(10.0)
    for n_times in range(1, 6):
        alone.say(12.0, "longer")
        assert scene(alone).until_g_s == 50.0 + 20.0 * n_times


def test_other_says_it_in_the_next_way_and_what_was_found_stays_found() -> None:
    alone = led().say(20.0, "more")
    ways = [scene(alone.say(22.0, "other")).way for _ in range(3)]
    assert ways == [1, 2, 0]
    assert scene(alone).count == 1
    assert scene(alone).until_g_s == 62.0


def test_a_fixed_step_gives_no_more_time_and_can_be_left() -> None:
    alone = led().until(152.0)
    assert scene(alone).stage == "tense"
    assert set(scene(alone).can) == {"next", "back", "again", "keep"}
    alone.say(153.0, "longer")
    assert scene(alone).until_g_s == 158.0


def test_a_step_that_waits_goes_on_when_the_person_does() -> None:
    alone = led().until(100.0)
    assert scene(alone).stage == "fetch"
    assert scene(alone).until_g_s == 152.0
    assert scene(alone.say(101.0, "next")).stage == "tense"


def test_the_last_step_waits_for_the_answer_to_an_offer() -> None:
    alone = led().until(160.0)
    assert (scene(alone).stage, scene(alone).until_g_s) == ("rate", UNTOUCHED_S)
    alone.say(170.0, "ease", reason="said-worse", offer_s=30.0)
    assert scene(alone).until_g_s >= 200.0
    # Without one it is as long as ever, and so is a step that another follows.
    untouched = led().until(160.0).say(170.0, "ease", reason="said-worse", offer_s=0.0)
    assert scene(untouched).until_g_s == UNTOUCHED_S
    tensing = led().until(154.0).say(155.0, "ease", reason="said-worse", offer_s=30.0)
    assert scene(tensing).stage == "rate"


def test_made_easier_a_step_with_one_way_is_given_time_and_not_called_another() -> None:
    alone = led().until(100.0).say(100.0, "ease", reason="said-worse", offer_s=0.0)
    assert scene(alone).stage == "fetch"
    assert alone.turns[-1].decision == "longer"
    assert alone.reasons[-1] == "eased-time"
    assert led().until(20.0).say(20.0, "ease", reason="said-worse").reasons[-1] == "eased"


# Questions.


def asked_how_present() -> Alone:
    alone = led().until(80.0)
    assert (scene(alone).stage, scene(alone).asks) == ("feel", "how-present")
    return alone


def test_after_a_step_the_question_waits_a_little_and_lets_itself_be_left_out() -> None:
    assert scene(asked_how_present().until(91.9)).stage == "feel"
    assert scene(asked_how_present().until(92.0)).stage == "fetch"
    assert scene(asked_how_present().say(81.0, "next")).stage == "fetch"


def test_here_goes_on_half_here_stays_longer_and_far_away_repeats_in_another_way() -> None:
    here = asked_how_present().say(83.0, "answer", question="how-present", word="here")
    assert (scene(here).stage, here.reasons) == ("fetch", [])
    half = asked_how_present().say(83.0, "answer", question="how-present", word="half")
    assert (scene(half).stage, scene(half).until_g_s) == ("feel", 98.0)
    assert half.reasons == ["half-here"]
    far = asked_how_present().say(83.0, "answer", question="how-present", word="far")
    assert (scene(far).stage, scene(far).way, scene(far).until_g_s) == ("feel", 1, 113.0)
    assert far.reasons == ["far-away"]
    # It is asked once, however often the step comes.
    assert scene(far.until(113.0)).stage == "fetch"


def test_an_answer_to_what_is_not_asked_is_without_effect() -> None:
    alone = led().until(20.0)
    before = scene(alone)
    alone.say(21.0, "answer", question="how-present", word="far")
    alone.say(22.0, "answer", question="", word="yes")
    assert scene(alone) == before


def test_a_step_that_asks_is_over_with_the_answer() -> None:
    alone = led().until(160.0)
    assert scene(alone).asks == "distress"
    assert alone.say(161.0, "answer", question="distress", points=3.0).guide.is_over


# The body.


def test_a_step_lasts_longer_while_the_skin_settles_twice_and_never_past_its_limit() -> None:
    alone = led().steadily(200.0, scr_per_min=14.0, scl_microsiemens=6.0)
    longer = [turn for turn in alone.turns if turn.reason == "skin-settling"]
    assert {turn.decision for turn in longer} == {"longer"}
    assert longer[0].facts["scr_per_min"] == 14.0
    # Only what has its place and its length among the steps: see and feel.
    assert len(longer) == 4
    # 14 s twice for what takes 40 s.
    see = led().steadily(70.0, scr_per_min=14.0)
    assert scene(see).until_g_s == 10.0 + 40.0 + 28.0


def test_a_body_that_does_not_settle_is_not_kept_forever() -> None:
    """Each of eight steps could take more time twice; six times in all is enough."""
    steps = [Step(f"step-{place}", 20.0) for place in range(8)]
    alone = led(steps).steadily(600.0, scr_per_min=20.0)
    assert alone.reasons == ["skin-settling"] * 6
    assert alone.g_s == pytest.approx(8 * 20.0 + 6 * 7.0, abs=1.0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"arousal": 1.9}, "arousal-settling"), ({"scr_per_min": 9.0}, "skin-settling")],
)
def test_it_says_what_is_settling(values: dict[str, float], reason: str) -> None:
    assert led().steadily(50.0, **values).reasons[0] == reason


def test_it_says_that_the_heart_comes_down() -> None:
    alone = led()
    for second in range(1, 49):
        alone.sense(float(second), heart_rate_bpm=100.0 - 0.2 * second)
    assert alone.reasons == ["heart-settling"]


def test_a_calm_body_changes_nothing() -> None:
    alone = led().steadily(
        300.0, scr_per_min=2.0, scl_microsiemens=5.0, heart_rate_bpm=66.0, arousal=0.1
    )
    assert alone.g_s == pytest.approx(UNTOUCHED_S, abs=1.0)
    assert alone.reasons == ["waited"]


def test_a_fixed_step_is_fixed_for_the_body_too() -> None:
    alone = Alone(Stepping([STEPS[4]])).steadily(10.0, every_s=0.5, scr_per_min=20.0)
    assert alone.turns == []
    assert alone.g_s == pytest.approx(6.0, abs=0.5)


def test_a_sensor_that_is_lost_leaves_the_usual_times() -> None:
    alone = led().steadily(20.0, scr_per_min=15.0)
    assert alone.end_s() == UNTOUCHED_S


def rising(alone: Alone, until_g_s: float) -> Alone:
    while alone.g_s < until_g_s and not alone.guide.is_over:
        alone.sense(alone.g_s + 1.0, arousal=0.04 * alone.g_s)
    return alone


def test_arousal_that_rises_in_a_step_leads_to_a_question_and_yes_to_another_way() -> None:
    alone = rising(led().until(10.0), 30.0)
    assert scene(alone).asks == "other-way"
    assert alone.reasons == ["arousal-rising"]
    assert alone.turns[0].decision == "ask"
    assert float(alone.turns[0].facts["by_z"]) > 0.5
    alone.say(31.0, "answer", question="other-way", word="yes")
    assert (scene(alone).stage, scene(alone).way, scene(alone).asks) == ("see", 1, "")
    assert alone.reasons[-1] == "other-wanted"


def test_arousal_that_comes_up_from_far_below_asks_for_nothing() -> None:
    alone = led().until(10.0)
    for second in range(11, 50):
        alone.sense(float(second), arousal=-2.0 + 0.05 * (second - 11))
    assert alone.reasons == []


def test_who_says_this_is_fine_is_not_asked_again() -> None:
    alone = rising(led().until(10.0), 30.0)
    until_g_s = scene(alone).until_g_s
    alone.say(31.0, "answer", question="other-way", word="this-is-fine")
    assert (scene(alone).way, scene(alone).asks) == (0, "")
    assert scene(alone).until_g_s == until_g_s
    assert rising(alone, 300.0).reasons.count("arousal-rising") == 1


def test_a_question_that_nobody_answers_goes_by_itself_and_comes_twice_at_most() -> None:
    alone = rising(led().until(10.0), 30.0)
    asked_s = scene(alone).until_g_s
    alone.until(60.0)
    assert scene(alone).asks == ""
    assert asked_s >= 50.0
    assert rising(alone, 400.0).reasons.count("arousal-rising") <= 2


def test_whoever_goes_on_quickly_gets_shorter_steps_but_never_too_short() -> None:
    def third(n_quick: int) -> Alone:
        steps = [Step("see", 40.0), Step("feel", 40.0), Step("hear", 40.0)]
        alone = led(steps)
        alone.steadily(10.0, scr_per_min=1.0)
        alone.say(10.0, "next") if n_quick > 0 else alone.until(40.0)
        since_s = alone.g_s
        alone.say(since_s + 10.0, "next") if n_quick > 1 else alone.until(since_s + 40.0)
        return alone.steadily(alone.g_s + 5.0, scr_per_min=1.0)

    quick = third(2)
    assert quick.reasons == ["quick"]
    assert scene(quick).until_g_s == pytest.approx(20.0 + 32.0)
    once = third(1)
    assert once.reasons == []


def test_without_measures_quickness_changes_nothing() -> None:
    """Adaptation is off: the leader tells of no measures, and times are fixed."""
    alone = led([Step("see", 40.0), Step("feel", 40.0), Step("hear", 40.0)])
    alone.say(5.0, "next").say(10.0, "next")
    assert alone.end_s() == 50.0
    assert alone.turns == []


# From the leader.


def test_made_easier_there_is_another_way_nothing_to_count_and_no_question() -> None:
    alone = led().say(20.0, "more").say(25.0, "ease", reason="said-worse")
    assert alone.reasons == ["eased"]
    assert (scene(alone).way, scene(alone).n_asked, scene(alone).count) == (1, 0, 0)
    assert "more" not in scene(alone).can
    assert scene(alone).until_g_s == 65.0
    rising(alone, 200.0)
    assert "arousal-rising" not in alone.reasons
    assert led().say(20.0, "ease").until(90.0).guide.scene.stage == "fetch"


def test_made_easier_a_few_seconds_of_effort_are_left_at_once() -> None:
    alone = led().until(153.0).say(153.0, "ease", reason="heart-fast")
    assert scene(alone).stage == "rate"


class Inward(Stepping):
    """Steps that lead inwards, with one that leads out again."""

    _way_out = "out"

    def __init__(self) -> None:
        names = ("arrive", "inwards", "further", "out")
        super().__init__([Step(name, 100.0, n_ways=2) for name in names])


def test_what_is_still_too_much_when_it_was_made_easier_is_led_out_of() -> None:
    alone = Alone(Inward()).say(20.0, "ease").say(110.0, "ease")
    assert alone.reasons == ["eased", "eased-again"]
    assert (scene(alone).stage, scene(alone).until_g_s) == ("out", 210.0)
    assert alone.until(210.0).guide.is_over


def test_an_offer_that_waits_is_not_cut_off_by_the_end() -> None:
    alone = Alone(Inward()).say(20.0, "ease").say(110.0, "ease", offer_s=120.0)
    assert scene(alone).until_g_s == 235.0


def test_whoever_was_led_out_may_step_back() -> None:
    alone = Alone(Inward()).say(20.0, "ease").say(110.0, "ease").say(115.0, "back")
    assert scene(alone).stage == "further"
    assert alone.say(116.0, "ease").guide.scene.stage == "out"


def test_the_same_word_twice_in_a_moment_leads_nobody_out() -> None:
    alone = Alone(Inward()).say(20.0, "ease").say(20.4, "ease").say(49.0, "ease")
    assert scene(alone).stage == "arrive"
    assert set(alone.reasons) == {"eased"}


@pytest.mark.parametrize("first_s", [200.0, 305.0])
def test_on_the_way_out_nothing_is_made_longer(first_s: float) -> None:
    alone = Alone(Inward()).say(first_s, "ease").until(350.0)
    until_g_s = scene(alone).until_g_s
    assert scene(alone).stage == "out"
    assert alone.say(350.0, "ease").guide.scene.until_g_s == until_g_s


def test_after_a_pause_there_is_time_to_find_back() -> None:
    alone = led().until(48.0).say(48.0, "resumed")
    assert scene(alone).until_g_s == pytest.approx(48.0 + 40.0 * 2 / 3)
    assert alone.reasons == ["after-pause"]
    early = led().until(12.0).say(12.0, "resumed")
    assert (scene(early).until_g_s, early.reasons) == (50.0, [])


def test_after_a_pause_what_was_measured_before_it_counts_no_more() -> None:
    alone = led().steadily(12.0, arousal=0.0).say(12.0, "resumed")
    alone.steadily(40.0, arousal=0.9)
    assert "arousal-rising" not in alone.reasons


# Whatever happens.

_measures = st.fixed_dictionaries(
    {},
    optional={
        "arousal": st.floats(-3.0, 3.0),
        "scr_per_min": st.floats(0.0, 25.0),
        "scl_microsiemens": st.floats(1.0, 20.0),
        "heart_rate_bpm": st.floats(45.0, 140.0),
    },
)
_words = st.sampled_from([*WORDS, "ease", "resumed", "here", "half", "far", "yes", "this-is-fine"])
_acts = st.lists(st.tuples(st.floats(0.1, 20.0), st.one_of(_measures, _words)), max_size=60)


def acted(alone: Alone, after_s: float, what: Any) -> None:
    g_s = alone.g_s + after_s
    if isinstance(what, dict):
        alone.sense(g_s, **what)
    elif what in {*WORDS, "ease", "resumed"}:
        alone.say(g_s, what)
    else:
        alone.until(g_s)
        alone.say(g_s, "answer", question=scene(alone).asks, word=what)


@given(acts=_acts, measures=_measures)
@settings(max_examples=150, deadline=None)
def test_it_ends_within_its_bound_and_never_counts_too_much(
    acts: list[tuple[float, Any]], measures: dict[str, float]
) -> None:
    alone = led()
    n_said = 0
    for after_s, what in acts:
        n_said += not isinstance(what, dict)
        acted(alone, after_s, what)
        now = scene(alone)
        assert 0 <= now.count <= now.n_asked
        assert 0 <= now.place <= now.n_places == 4
        assert now.asks in {"", "distress", *STEP_QUESTIONS}
        assert alone.guide.is_over or alone.guide.due_g_s > alone.g_s
    # Whatever the body does from here on: each step to its limit, a question after each, and
    # what the person asked for.
    bound_s = alone.g_s + sum(step.most_s + 12.0 for step in STEPS) + 40.0 * n_said
    alone.steadily(bound_s, every_s=2.0, **measures)
    assert alone.guide.is_over
    assert set(alone.reasons) <= set(STEP_REASONS)


@given(acts=_acts)
@settings(max_examples=100, deadline=None)
def test_every_word_that_can_be_said_changes_something(acts: list[tuple[float, Any]]) -> None:
    alone = led()
    for after_s, what in acts:
        acted(alone, after_s, what)
    alone.until(alone.g_s + 0.5)
    if alone.guide.is_over:
        return
    for word in WORDS:
        other = deepcopy(alone)
        other.say(other.g_s, word)
        is_changed = other.guide.is_over or scene(other) != scene(alone)
        assert is_changed == (word in scene(alone).can), word
