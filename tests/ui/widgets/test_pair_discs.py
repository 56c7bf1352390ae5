"""Two people have a disc each where each has a pacer, and see that they pace together, no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetrics

from biofeedback.guides.words import LANGUAGES
from biofeedback.pacing import PRESETS, BreathPattern, PacerSegment
from biofeedback.runtime.snapshot import SessionPlan, SessionState, Snapshot
from biofeedback.samples import GuideState, LinkState, Metric, SensorStatus
from biofeedback.settings import Preferences
from biofeedback.ui import theme
from biofeedback.ui.messages.lead_words import lead_words
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_closely_both_pace_has_room_for_all_its_words(language: str) -> None:
    shape = SharedShape()
    shape.set_language(language)
    metrics = QFontMetrics(theme.text_font(theme.BODY_PX))
    for share, can_come in ((None, False), (None, True), (0.1, True), (0.5, True), (0.9, True)):
        shape.show_share(share, can_come=can_come)
        circles_px = 4.4 * 0.36 * theme.px(64)
        assert circles_px + metrics.horizontalAdvance(shape.text) < shape.sizeHint().width()


@pytest.mark.parametrize(("age_s", "is_known"), [(10.0, True), (21.0, True), (40.0, False)])
def test_how_closely_both_pace_stands_until_the_next_can_be_there(
    pair: PairDiscs, age_s: float, is_known: bool
) -> None:
    closely = Metric(100.0 - age_s, "pacing_together", 0.99, "", 60.0, 1.0)
    led = replace(TOGETHER, metrics={"pacing_together": closely})
    pair.lead_partner(led, 100.0, SessionState.RUNNING)
    assert (pair.shape.text == lead_words("en").pacing_close) is is_known


@pytest.mark.parametrize(
    ("partners", "is_awaited"), [(frozenset(), False), ({"belt"}, True), ({"strap", "belt"}, False)]
)
def test_it_is_awaited_only_where_both_wear_a_sensor(
    pair: PairDiscs, partners: set[str], is_awaited: bool
) -> None:
    sensors = {
        each: SensorStatus(19.0, each, each, LinkState.STREAMING) for each in ("strap", "belt")
    }
    worn = replace(TOGETHER, sensors=sensors, partner_sensors=frozenset(partners))
    pair.lead_partner(worn, 20.0, SessionState.RUNNING)
    words = lead_words("en")
    assert pair.shape.text == (words.pacing_unknown if is_awaited else words.pacing_needs)


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


def test_disc_of_the_partner_speaks_the_language_of_the_guides(pair: PairDiscs) -> None:
    pair.prefer(Preferences().changed(guide_language="de"))
    pair.lead_partner(TOGETHER, 1.0, SessionState.RUNNING)
    assert pair.partner.word == "Einatmen"
    pair.lead_partner(TOGETHER, 22.0, SessionState.PAUSED)
    assert pair.partner.word == lead_words("de").paused


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
