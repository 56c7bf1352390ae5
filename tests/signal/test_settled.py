"""What others said is asked for some seconds late, so that it does not depend on who was first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.signal.measures import measured, missing
from biofeedback.signal.settled import SETTLE_S, BreathRates, Movements

if TYPE_CHECKING:
    from biofeedback.samples import Metric


def rate(t_s: float, value: float, source: str = "belt", quality: float = 1.0) -> Metric:
    return measured(t_s, "breaths_per_min", value, source, quality=quality)


def test_a_rate_is_known_once_it_has_settled() -> None:
    rates = BreathRates()
    rates.take(rate(10.0, 12.0))
    rates.take(rate(14.0, 13.0))

    assert rates.at(10.0 + SETTLE_S - 0.1) is None
    assert rates.at(10.0 + SETTLE_S) == 12.0
    assert rates.at(14.0 + SETTLE_S) == 13.0


def test_an_old_rate_says_nothing_of_now() -> None:
    rates = BreathRates()
    rates.take(rate(10.0, 12.0))
    assert rates.at(60.0) is None


def test_what_sensors_say_together_comes_before_what_one_says() -> None:
    rates = BreathRates()
    rates.take(rate(10.0, 12.0))
    rates.take(rate(10.0, 11.0, source="together"))
    assert rates.at(20.0) == 11.0


def test_missing_and_doubtful_rates_are_not_taken() -> None:
    rates = BreathRates()
    rates.take(missing(10.0, "breaths_per_min", "belt", reason="so"))
    rates.take(rate(11.0, 12.0, quality=0.2))
    rates.take(measured(11.0, "rmssd_ms", 40.0, "strap"))
    assert rates.at(20.0) is None


def test_much_movement_is_remembered_for_a_while() -> None:
    movements = Movements()
    movements.take(measured(10.0, "movement_g", 0.5, "chest"))
    movements.take(measured(40.0, "movement_g", 0.01, "chest"))

    assert not movements.had_moved(10.0)
    assert movements.had_moved(10.0 + SETTLE_S)
    assert not movements.had_moved(40.0 + SETTLE_S)
