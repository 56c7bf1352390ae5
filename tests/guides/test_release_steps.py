"""Groups of muscles: those that touch what is left out are left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.release_steps import (
    AREAS,
    EVERY_STEP,
    FORMS,
    LOOSE,
    SOFTENED,
    TENSE,
    release_steps,
)

STAGES = {step.stage for step in EVERY_STEP}


@given(
    form=st.sampled_from(FORMS),
    leave_out=st.sets(st.sampled_from(AREAS)),
    is_light=st.booleans(),
    n_rounds=st.sampled_from([1, 2]),
)
def test_no_effort_comes_untold_or_without_letting_go(
    form: str, leave_out: set[str], is_light: bool, n_rounds: int
) -> None:
    steps = release_steps(form, leave_out, is_light=is_light, n_rounds=n_rounds)
    assert {step.stage for step in steps} <= STAGES
    for number, step in enumerate(steps):
        if step.stage == TENSE:
            assert steps[number - 1].stage.startswith("ready-") or steps[number - 1].stage == LOOSE
            assert steps[number + 1].stage == LOOSE
            assert 5.0 <= step.usual_s <= 7.0
    assert steps[0].stage == "arrive"
    assert steps[-1].stage == "come-back"
    if form == "release-only":
        assert TENSE not in {step.stage for step in steps}


def test_trunk_goes_where_either_of_its_areas_is_left_out() -> None:
    for area in ("shoulders", "belly"):
        assert "ready-trunk" not in {step.stage for step in release_steps("seven", [area])}


def test_each_of_the_seven_has_a_way_without_effort() -> None:
    ready = {s.stage for s in release_steps("seven") if s.stage.startswith("ready-")}
    assert set(SOFTENED) == ready
