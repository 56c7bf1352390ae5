"""The breath's line: each point once, holes left open, a range that rarely moves."""

from __future__ import annotations

from math import pi, sin

from biofeedback.ui.widgets.breath_line import BreathLine


def breath(start_s: float, end_s: float, size: float = 1.0) -> tuple[tuple[float, float], ...]:
    n_points = round((end_s - start_s) * 8)
    times_s = [start_s + place / 8 for place in range(n_points)]
    return tuple((t_s, 100.0 + size * sin(2 * pi * t_s / 10.0)) for t_s in times_s)


def drawn(line: BreathLine, until_s: float = 100.0) -> list[list[tuple[float, float]]]:
    return list(line.paths(until_s))


def test_all_is_drawn_at_first_and_afterwards_only_what_is_new() -> None:
    line = BreathLine()
    assert not line
    assert line.set_points(breath(0.0, 20.0))
    (run,) = drawn(line)
    assert len(run) == 160
    assert all(0.0 <= height <= 1.0 for _, height in run)
    assert not line.set_points(breath(0.0, 21.0))
    (more,) = drawn(line)
    # From where the line had ended.
    assert [t_s for t_s, _ in more] == [19.875 + place / 8 for place in range(9)]
    assert drawn(line) == []


def test_what_is_ahead_of_the_picture_waits_for_it() -> None:
    line = BreathLine()
    line.set_points(breath(0.0, 20.0))
    (run,) = drawn(line, 15.0)
    assert run[-1][0] == 15.0
    (more,) = drawn(line)
    assert (more[0][0], more[-1][0]) == (15.0, 19.875)


def test_a_hole_stays_a_hole() -> None:
    line = BreathLine()
    line.set_points((*breath(0.0, 10.0), *breath(14.0, 20.0)))
    runs = drawn(line)
    assert [run[0][0] for run in runs] == [0.0, 14.0]


def test_a_deeper_breath_is_drawn_anew_with_room_to_spare() -> None:
    line = BreathLine()
    line.set_points(breath(0.0, 20.0))
    drawn(line)
    deeper = (*breath(0.0, 20.0), *breath(20.0, 30.0, size=3.0))
    assert line.set_points(deeper)
    line.restart()
    assert all(0.0 <= height <= 1.0 for run in drawn(line) for _, height in run)


def test_another_sensor_begins_with_a_range_of_its_own() -> None:
    line = BreathLine()
    line.set_points(breath(0.0, 60.0))
    drawn(line)
    assert line.set_points(((30.0, 0.0), (30.5, 1.0)))
    line.restart()
    (run,) = drawn(line)
    assert run[0][1] < 0.2
    assert run[1][1] > 0.8


def test_a_sensor_that_is_let_go_leaves_no_line() -> None:
    line = BreathLine()
    line.set_points(breath(0.0, 20.0))
    assert line.set_points(())
    assert not line
    assert drawn(line) == []
