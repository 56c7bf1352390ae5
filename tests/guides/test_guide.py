"""What holds for every guide, whatever body and person do: an end, limits, reasons, no surprise."""

from __future__ import annotations

from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.body import Nobody
from biofeedback.guides.catalogue import GUIDES, vocabulary
from biofeedback.guides.guide import WORDS, Guide, Scene
from biofeedback.guides.leader import Leader, Led
from biofeedback.guides.pacer import PacerChange, pattern_arguments
from biofeedback.guides.words import LANGUAGES, answer_words, reason_sentence, stage_words
from biofeedback.pacing import PRESETS
from biofeedback.samples import Command, Decision, GuideState, Metric, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

LENGTH_S = 1800.0
# No guide is longer than this by itself, rests and all.
LONGEST_S = 5400.0
MEASURES = {
    "arousal": (-3.0, 3.0),
    "arousal_zone": (-1.0, 1.0),
    "heart_rate_bpm": (45.0, 140.0),
    "rsa_bpm": (0.5, 25.0),
    "coherence": (0.0, 0.9),
    "adherence": (0.0, 1.0),
    "breaths_per_min": (4.0, 25.0),
    "scr_per_min": (0.0, 25.0),
    "scl_microsiemens": (1.0, 20.0),
    "emg_microvolts": (1.0, 100.0),
    "tension_pct": (80.0, 800.0),
    "movement_g": (0.0, 0.5),
    "pacing_together": (0.0, 1.0),
    "quality": (0.0, 1.0),
}
ANSWERS = ("good", "same", "worse", "dizzy", "yes", "no", "here", "far-away", "want-to-orient")

Action = tuple[float, str, Any]

_metrics = st.fixed_dictionaries(
    {},
    optional={
        name: st.tuples(st.floats(low, high), st.sampled_from([0.0, 0.4, 0.9, 1.0]))
        for name, (low, high) in MEASURES.items()
    },
)
_action = st.one_of(
    st.tuples(st.just("metrics"), _metrics),
    st.tuples(st.just("word"), st.sampled_from(["pause", "resume", "keep", "adapt", "accept"])),
    st.tuples(st.just("word"), st.sampled_from([*WORDS, "refuse"])),
    st.tuples(st.just("answer"), st.sampled_from(ANSWERS)),
    st.tuples(st.just("points"), st.integers(0, 10)),
)
_play = st.lists(
    st.tuples(st.sampled_from([0.5, 1.0, 3.0, 10.0, 30.0, 90.0]), _action), max_size=60
)


def begin(name: str, **options: float | str) -> Command:
    arguments = {**pattern_arguments(PRESETS["gentle"]), "guide": name, **options}
    return Command(0.0, "begin", arguments)


def played(
    name: str, actions: Sequence[tuple[float, tuple[str, Any]]], cut_s: float | None
) -> tuple[list[Led], Leader]:
    """Lead through random minutes, asked at each action alone or every ``cut_s`` as well."""
    leader, t_s = Leader(), 0.0
    out = list(leader.command(begin(name, offer="grounding", first=1.0, duration_s=LENGTH_S)))
    asked = ""
    for after_s, (kind, what) in actions:
        if cut_s is not None:
            n_cuts = int(after_s / cut_s)
            for cut in range(1, n_cuts + 1):
                out += leader.advance(t_s + cut * cut_s)
        t_s += after_s
        if kind != "word":
            # Nobody answers what is not asked any more: the question is that of this moment.
            out += leader.advance(t_s)
        asked = next((item.asks for item in reversed(out) if isinstance(item, GuideState)), "")
        if kind == "metrics":
            metrics = [
                Metric(t_s, measure, value, "", 60.0, quality, source="strap")
                for measure, (value, quality) in what.items()
            ]
            out += leader.sense(metrics, t_s)
        elif kind == "word":
            out += leader.command(Command(t_s, what))
        elif kind == "answer":
            out += leader.command(Command(t_s, "answer", {"question": asked, "word": what}))
        else:
            out += leader.command(
                Command(t_s, "answer", {"question": asked, "points": float(what)})
            )
    return out, leader


def is_over(leader: Leader) -> bool:
    return leader.has_ended


def states(out: Sequence[Led]) -> list[GuideState]:
    return [item for item in out if isinstance(item, GuideState)]


@pytest.mark.parametrize("name", GUIDES)
@given(actions=_play)
@settings(max_examples=25, deadline=None)
def test_whatever_happens_a_guide_ends_within_limits_and_gives_its_reasons(
    name: str, actions: Sequence[tuple[float, tuple[str, Any]]]
) -> None:
    out, leader = played(name, actions, None)
    now_s = sum(after_s for after_s, _ in actions)
    out += leader.command(Command(now_s, "resume"))
    out += leader.advance(now_s + LONGEST_S)
    if not is_over(leader):
        # It may wait for the person, and says so; then their words lead to its end.
        assert states(out)[-1].can, states(out)[-1]
        for step in range(60):
            if is_over(leader):
                break
            at_s = now_s + LONGEST_S + 200.0 * step
            out += leader.command(Command(at_s, "next"))
    assert is_over(leader), states(out)[-1]
    check_times(out)
    for item in out:
        if isinstance(item, PacerChange) and item.segment is not None:
            assert 3.0 <= item.segment.pattern.breaths_per_min <= 12.0
        if isinstance(item, GuideState):
            check_state(item)
        if isinstance(item, Decision):
            for language in LANGUAGES:
                assert reason_sentence(item, language)
            assert all(not isinstance(v, float) or isfinite(v) for v in item.facts.values())


def check_times(out: Sequence[Led]) -> None:
    times_s = [item.t_s for item in out]
    assert times_s == sorted(times_s)


def check_state(state: GuideState) -> None:
    assert set(state.can) <= {*WORDS, "keep", "adapt"}
    assert state.count <= state.n_asked
    assert 0 <= state.place <= state.n_places
    if state.step in {"paused", "open", "ended"}:
        assert isnan(state.breaths_per_min)
    if state.stage:
        assert 0 <= state.way < vocabulary(state.guide).stages[state.stage]
    for language in LANGUAGES:
        if state.stage:
            assert all(stage_words(state, language))
        if state.asks:
            question = answer_words(state, language)
            assert question is not None
            assert question.text


@pytest.mark.parametrize("name", GUIDES)
@given(actions=_play, cut_s=st.sampled_from([0.05, 0.7, 4.0]))
@settings(max_examples=8, deadline=None)
def test_a_guide_does_not_depend_on_when_it_is_asked(
    name: str, actions: Sequence[tuple[float, tuple[str, Any]]], cut_s: float
) -> None:
    """Live it is asked every 50 ms, in replay at inputs alone: both tell the same, bit for bit."""
    actions = actions[:25]
    once, _ = played(name, actions, None)
    often, _ = played(name, actions, cut_s)
    assert [repr(item) for item in often] == [repr(item) for item in once]


@pytest.mark.parametrize("name", GUIDES)
@given(actions=_play)
@settings(max_examples=15, deadline=None)
def test_pause_stands_still_and_end_is_over_in_every_state(
    name: str, actions: Sequence[tuple[float, tuple[str, Any]]]
) -> None:
    actions = actions[:30]
    _, leader = played(name, actions, None)
    now_s = sum(after_s for after_s, _ in actions)
    leader.command(Command(now_s, "resume"))
    if is_over(leader):
        return
    paused = leader.command(Command(now_s + 0.01, "pause"))
    assert leader.segment is None
    assert leader.partner_segment is None
    assert states(paused)[-1].step == "paused"
    assert leader.advance(now_s + 3600.0) == ()
    ended = leader.command(Command(now_s + 3600.0, "end"))
    assert is_over(leader)
    assert states(ended)[-1].step == "ended"
    assert leader.advance(inf) == ()


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_comes_to_its_end_without_a_sensor_and_without_a_word(name: str) -> None:
    """Eyes closed, hands still, nothing worn: waiting is enough."""
    leader = Leader()
    out = list(leader.command(begin(name, duration_s=LENGTH_S)))
    out += leader.advance(LONGEST_S)
    assert is_over(leader), states(out)[-1]


def test_a_guide_that_answers_nothing_stays_as_it_opened() -> None:
    guide = Guide(Scene("quiet"))
    nobody = Nobody()
    assert guide.wake(1.0, nobody) == guide.breathe(1.0, nobody) == guide.sense(1.0, nobody) == ()
    assert guide.hear(1.0, "next", {}, nobody) == ()
    assert guide.scene == Scene("quiet")
    assert guide.due_g_s == inf
    assert not guide.is_over


def test_roles_have_pacers_of_their_own() -> None:
    assert PacerChange(0.0, None).role is Role.CLIENT
