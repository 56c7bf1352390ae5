"""Body scan: an anchor of one's own to come back to, places left out, a short way to the end."""

from __future__ import annotations

import pytest

from biofeedback.guides.catalogue import make_guide
from helpers.guide_play import play


@pytest.mark.parametrize("anchor", ["hands", "feet", "sounds", "thing", "breath"])
def test_the_anchor_opens_comes_back_and_closes(anchor: str) -> None:
    told = play().begin("body-scan", anchor=anchor).advance(1800.0)
    assert told.leader.has_ended
    assert told.stages[1] == f"anchor-{anchor}"
    assert told.stages[-2] == f"return-{anchor}"
    others = {stage for stage in told.stages if stage.startswith(("anchor-", "return-"))}
    assert others == {f"anchor-{anchor}", f"return-{anchor}"}


def test_nobody_is_away_from_the_anchor_for_more_than_three_places() -> None:
    told = play().begin("body-scan").advance(1800.0)
    away = 0
    for stage in told.stages:
        away = away + 1 if stage.startswith("scan-") else 0
        assert away <= 3


def test_places_that_are_left_out_never_come() -> None:
    told = play().begin("body-scan", leave_out="belly,chest,seat").advance(1800.0)
    assert not {"scan-belly", "scan-chest", "scan-seat"} & set(told.stages)
    assert len([stage for stage in told.stages if stage.startswith("scan-")]) == 5


def test_with_every_place_left_out_the_anchor_is_enough() -> None:
    every = "feet,legs,seat,belly,chest,arms,shoulders,face"
    told = play().begin("body-scan", leave_out=every).advance(1800.0)
    assert told.stages == ["arrive", "anchor-hands", "whole", "return-hands", "close"]


def test_when_it_is_too_much_it_goes_to_the_anchor_and_then_ends() -> None:
    told = play().begin("body-scan", anchor="feet").advance(120.0)
    told.ease(121.0, "arousal")
    assert told.stage == "return-feet"
    assert told.reasons == ["back-to-anchor"]
    told.advance(600.0)
    assert told.stages[-1] == "close"
    assert told.leader.has_ended


def test_on_the_way_to_the_end_another_word_makes_it_no_longer() -> None:
    told = play().begin("body-scan").ease(121.0, "said-worse").ease(130.0, "said-worse")
    assert told.advance(145.9).stage == "return-hands"
    assert told.advance(146.1).stage == "close"
    assert told.ease(152.0, "said-worse").advance(166.1).leader.has_ended


def test_who_stepped_back_into_it_and_finds_it_too_much_again_comes_out_at_once() -> None:
    told = play().begin("body-scan").ease(121.0, "said-worse").word(125.0, "back")
    assert told.stage == "scan-legs"
    assert told.ease(160.0, "said-worse").stage == "close"


@pytest.mark.parametrize("options", [{"anchor": "moon"}, {"leave_out": "wings"}])
def test_nonsense_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no such anchor or place"):
        make_guide("body-scan", options)
