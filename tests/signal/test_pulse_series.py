"""Several in a row, all alike: what only pulses are."""

from __future__ import annotations

import numpy as np

from biofeedback.signal.pulse_series import Rise, alike_rises, rises_before
from biofeedback.signal.pulse_wave import PulseLobe

SHAPE = np.array([0.0, 1.0, 0.0])
OTHER = np.array([1.0, 0.0, 0.0])


def rise(top: float, size: float = 1.0, shape: np.ndarray = SHAPE) -> Rise:
    return Rise(PulseLobe(1, top, top, size, size), shape, size)


def row(tops: list[float], **changes: Rise) -> list[Rise]:
    return [changes.get(f"at_{top:g}", rise(top)) for top in tops]


FIVE = [100.0, 190.0, 285.0, 370.0, 460.0]


def test_five_alike_are_pulses_and_three_where_the_shape_is_known() -> None:
    assert alike_rises(row(FIVE), 500, None) == row(FIVE)
    assert alike_rises(row(FIVE[:4]), 400, None) == []
    assert alike_rises(row(FIVE[:3]), 300, SHAPE) == row(FIVE[:3])
    assert alike_rises(row(FIVE[:3]), 300, OTHER) == []


def test_one_unlike_uneven_or_of_another_size_is_enough_for_none() -> None:
    assert alike_rises(row(FIVE, at_285=rise(285, shape=OTHER)), 500, None) == []
    assert alike_rises(row([*FIVE[:2], 240.0, *FIVE[3:]]), 500, None) == []
    assert alike_rises(row(FIVE, at_190=rise(190, 2.6)), 500, None) == []
    assert alike_rises([], 500, None) == []


def test_small_waves_between_do_not_matter_and_large_ones_do() -> None:
    small = sorted([*row(FIVE), *(rise(top + 40, 0.4) for top in FIVE)], key=lambda r: r.lobe.top)
    large = sorted([*row(FIVE), *(rise(top + 22, 0.8) for top in FIVE)], key=lambda r: r.lobe.top)
    assert alike_rises(small, 500, None) == row(FIVE)
    assert alike_rises(large, 500, None) == []


def test_what_led_up_to_them_is_found_until_something_else() -> None:
    earlier = row([-170.0, -80.0, 10.0])
    assert rises_before(earlier[::-1], row(FIVE), SHAPE) == earlier
    broken = [earlier[0], rise(-80, shape=OTHER), earlier[2]]
    assert rises_before(broken[::-1], row(FIVE), SHAPE) == [earlier[2]]
    assert rises_before(row([-300.0]), row(FIVE), SHAPE) == []
