"""Two people have a disc each where each has a pacer, and see that they pace together, no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.pacing import PRESETS, BreathPattern, PacerSegment
from biofeedback.runtime.snapshot import SessionPlan, SessionState, Snapshot
from biofeedback.samples import GuideState, Metric
from biofeedback.settings import Preferences
from biofeedback.ui.widgets.pacer_disc import PacerDisc
from biofeedback.ui.widgets.pair_discs import PairDiscs, SharedShape

OWN = PacerSegment(0.0, BreathPattern.at_rate(5.5))
TOGETHER = Snapshot(
    20.0,
    SessionState.RUNNING,
    plan=SessionPlan("together", PRESETS["gentle"]),
    guide=GuideState(0.0, "together", "in", 4.0, 6.0, "breathe"),
    partner_pacer=OWN,
)


@pytest.fixture
def pair() -> PairDiscs:
    made = PairDiscs(PacerDisc())
    made.prefer(Preferences())
    made.resize(600, 400)
    made.show()
    return made


def test_one_person_sees_one_disc(pair: PairDiscs) -> None:
    alone = replace(TOGETHER, plan=SessionPlan("breathing", PRESETS["gentle"]), guide=None)
    pair.lead_partner(alone, 20.0, SessionState.RUNNING)
    assert not pair.partner.isVisible()
    assert not pair.shape.isVisible()
    assert pair.own_words(("Breathe in", "let it come")) == ("Breathe in", "let it come")


def test_partner_with_a_pacer_has_a_disc_that_follows_it(pair: PairDiscs) -> None:
    pair.lead_partner(TOGETHER, 20.0, SessionState.RUNNING)
    assert pair.partner.isVisible()
    assert pair.partner.breath_depth == pytest.approx(OWN.at(20.0).depth)
    assert pair.own_words(("Breathe in", "let it come")) == ("Breathe in", "You")


def test_both_stand_still_in_the_pause_of_either(pair: PairDiscs) -> None:
    pair.lead_partner(TOGETHER, 20.0, SessionState.RUNNING)
    depth = pair.partner.breath_depth
    pair.lead_partner(TOGETHER, 22.0, SessionState.PAUSED)
    assert pair.partner.is_still
    stopped = replace(TOGETHER, partner_pacer=None)
    pair.lead_partner(stopped, 24.0, SessionState.PAUSED)
    assert (pair.partner.isVisible(), pair.partner.breath_depth) == (True, depth)


def test_two_who_share_a_pacer_share_the_disc(pair: PairDiscs) -> None:
    pair.lead_partner(replace(TOGETHER, partner_pacer=None), 20.0, SessionState.RUNNING)
    assert not pair.partner.isVisible()
    assert pair.shape.isVisible()


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.9, "closely"),
        (0.5, "partly"),
        (0.1, "each in your own time"),
        (None, "comes with paced breaths"),
    ],
)
def test_shape_is_named_as_pacing_together(share: float | None, words: str) -> None:
    shape = SharedShape()
    shape.show_share(share)
    assert shape.text == words
    assert shape.accessibleName() == f"Pacing together: {words}"


def test_shape_follows_the_measure_while_it_is_fresh(pair: PairDiscs) -> None:
    metric = Metric(18.0, "pacing_together", 0.84, "", 60.0, 0.9, source="together")
    shown = replace(TOGETHER, metrics={"pacing_together": metric})
    pair.lead_partner(shown, 20.0, SessionState.RUNNING)
    assert pair.shape.text == "closely"
    pair.lead_partner(shown, 60.0, SessionState.RUNNING)
    assert pair.shape.text == "comes with paced breaths"


def test_closer_circles_overlap_more() -> None:
    shape = SharedShape()
    shape.resize(300, 64)
    shape.show()
    pictures = []
    for share in (0.0, 0.5, 1.0):
        shape.show_share(share)
        pictures.append(shape.grab().toImage())
    assert len({bytes(picture.constBits()) for picture in pictures}) == 3
