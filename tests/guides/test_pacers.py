"""The pacers of one or two people follow the scene of a guide."""

from __future__ import annotations

from math import inf

from biofeedback.guides.guide import Scene
from biofeedback.guides.pacer import PacerChange
from biofeedback.guides.pacers import Pacers
from biofeedback.kinds import Role
from biofeedback.pacing import PRESETS, BreathPattern, BreathStep

GENTLE, EVEN = PRESETS["gentle"], PRESETS["even"]
ONE = Scene("breathe", pattern=GENTLE)
TWO = Scene("breathe", pattern=GENTLE, partner_pattern=EVEN)


def made() -> tuple[Pacers, list[PacerChange]]:
    told: list[PacerChange] = []
    return Pacers(told.append), told


def partners_pattern(pacers: Pacers) -> BreathPattern | None:
    segment = pacers.partner_segment
    return None if segment is None else segment.pattern


def test_it_begins_and_stops_as_the_scene_asks_and_tells_each_change_once() -> None:
    pacers, told = made()
    pacers.follow(1.0, Scene("listen"))
    pacers.follow(2.0, ONE)
    pacers.follow(3.0, ONE)
    assert (pacers.present_step, pacers.next_step_s) == (BreathStep.IN, 6.0)
    pacers.follow(4.0, Scene("natural"))
    assert [(change.t_s, change.segment is None) for change in told] == [(2.0, False), (4.0, True)]
    assert pacers.segment is None
    assert pacers.next_step_s == inf


def test_another_breath_waits_for_the_next_in_breath() -> None:
    pacers, told = made()
    pacers.follow(0.0, ONE)
    pacers.follow(1.0, Scene("breathe", pattern=EVEN))
    assert len(told) == 1
    is_in_next = [pacers.is_in_breath_next]
    pacers.step()
    is_in_next.append(pacers.is_in_breath_next)
    assert is_in_next == [False, True]
    pacers.breathe_in(10.0, Scene("breathe", pattern=EVEN))
    assert pacers.segment is not None
    assert (pacers.segment.t_s, pacers.segment.pattern) == (10.0, EVEN)
    pacers.step()
    pacers.breathe_in(20.0, Scene("breathe", pattern=EVEN))
    assert len(told) == 2


def test_one_that_a_person_chose_goes_on_from_where_the_breath_is() -> None:
    pacers, told = made()
    pacers.change(0.0, EVEN)
    assert told == []
    pacers.follow(0.0, ONE)
    pacers.change(2.0, EVEN)
    assert pacers.segment is not None
    assert pacers.segment.at(2.0).fraction == 0.5
    pacers.change(3.0, None)
    pacers.change(3.0, EVEN)
    assert len(told) == 2


def test_a_second_person_has_a_pacer_where_the_scene_has_one_and_both_stop_together() -> None:
    pacers, told = made()
    pacers.follow(0.0, TWO)
    assert [change.role for change in told] == [Role.CLIENT, Role.PARTNER]
    assert partners_pattern(pacers) == EVEN
    pacers.follow(2.0, Scene("breathe", pattern=GENTLE, partner_pattern=GENTLE))
    assert partners_pattern(pacers) == GENTLE
    pacers.follow(3.0, ONE)
    assert partners_pattern(pacers) is None
    assert pacers.segment is not None
    pacers.follow(4.0, TWO)
    pacers.stand_still(5.0)
    assert [(change.role, change.segment) for change in told[-2:]] == [
        (Role.CLIENT, None),
        (Role.PARTNER, None),
    ]
    n_told = len(told)
    pacers.stand_still(6.0)
    assert len(told) == n_told
