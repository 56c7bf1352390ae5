"""What a session tells: each state once, and all in order."""

from __future__ import annotations

from biofeedback.guides.guide import Turn
from biofeedback.guides.pacer import PacerChange
from biofeedback.guides.told import Told
from biofeedback.samples import Decision, GuideState


def test_a_state_is_told_once_until_anything_but_its_time_is_another() -> None:
    """A rate that is missing is the same as one that is missing."""
    told = Told()
    told.state(GuideState(1.0, "grounding", "open", stage="see"))
    told.state(GuideState(2.0, "grounding", "open", stage="see"))
    told.state(GuideState(3.0, "grounding", "open", stage="see", count=1))
    assert [item.t_s for item in told.take()] == [1.0, 3.0]
    assert told.take() == ()


def test_nothing_is_told_where_nobody_leads_and_nothing_was_asked() -> None:
    told = Told()
    told.state(GuideState(1.0, "", "open"))
    assert told.take() == ()
    told.state(GuideState(2.0, "", "open", asks="offer", offer="grounding"))
    told.state(GuideState(3.0, "", "open"))
    assert [item.t_s for item in told.take()] == [2.0, 3.0]


def test_all_is_told_in_the_order_in_which_it_came() -> None:
    told = Told()
    told.decided(1.0, "waves", (Turn("stop", "stop-asked"), Turn("stay", "no-answer", {"n": 1.0})))
    told.pacer(PacerChange(1.0, None))
    told.ended(1.0, "waves")
    told.state(GuideState(1.0, "waves", "ended"))
    assert told.take() == (
        Decision(1.0, "waves", "stop", "stop-asked", {}),
        Decision(1.0, "waves", "stay", "no-answer", {"n": 1.0}),
        PacerChange(1.0, None),
        GuideState(1.0, "waves", "ended"),
    )
