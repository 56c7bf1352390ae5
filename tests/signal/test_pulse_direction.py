"""Which way pulses point."""

from __future__ import annotations

import pytest

from biofeedback.signal.pulse_direction import PulseDirection


@pytest.mark.parametrize("sign", [1, -1])
def test_steeper_rises_mean_upright_whichever_way_was_looked(sign: int) -> None:
    upright, inverted = PulseDirection(), PulseDirection()
    upright.weigh(sign, *((2.0, 1.0) if sign == 1 else (1.0, 2.0)), 0.5)
    inverted.weigh(sign, *((1.0, 2.0) if sign == 1 else (2.0, 1.0)), -0.5)
    assert (upright.sign, inverted.sign) == (1, -1)


def test_what_is_not_clear_waits_and_is_then_decided() -> None:
    direction = PulseDirection()
    for _ in range(5):
        direction.weigh(1, 1.0, 1.0, -0.1)
        assert direction.sign == 0
    direction.weigh(1, 1.0, 1.0, -0.1)
    assert direction.sign == -1


def test_one_look_does_not_turn_what_is_known_but_many_do() -> None:
    direction = PulseDirection()
    for _ in range(20):
        direction.weigh(1, 2.0, 1.0, 0.0)
    direction.weigh(1, 1.0, 3.0, -1.0)
    assert direction.sign == 1
    for _ in range(10):
        direction.weigh(1, 1.0, 2.0, -0.5)
    assert direction.sign == -1
