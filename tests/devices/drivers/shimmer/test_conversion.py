from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.drivers.shimmer.conversion import (
    RANGE_KOHM,
    Contact,
    SkinConductance,
    word_of,
)

RATE_HZ = 32.0
OPEN, FULL = 683, 4095


def word(resistor: int, adc: int) -> int:
    return resistor << 14 | adc


def readings(*words: int) -> list[float]:
    return [float(each) for each in SkinConductance(RATE_HZ).push(np.array(words, np.uint16))]


@pytest.mark.parametrize(
    ("resistor", "adc", "expected_kohm"),
    [
        # By hand from R = Rf / (adc * 3.0 / 4095 / 0.5 - 1).
        (0, 2048, 40.2 / (2048 * 3.0 / 4095 / 0.5 - 1)),
        # 1 V: as much over the skin as over the resistor.
        (0, 1365, 40.2),
        (1, 2048, 287.0 / (2048 * 3.0 / 4095 / 0.5 - 1)),
        (2, 2048, 1000.0 / (2048 * 3.0 / 4095 / 0.5 - 1)),
        (3, 2048, 3300.0 / (2048 * 3.0 / 4095 / 0.5 - 1)),
    ],
)
def test_each_resistor_has_its_formula(resistor: int, adc: int, expected_kohm: float) -> None:
    assert readings(word(resistor, adc))[0] == pytest.approx(1000 / expected_kohm, rel=1e-12)


@pytest.mark.parametrize("resistor", range(4))
def test_the_range_of_each_resistor_is_read_throughout(resistor: int) -> None:
    low_kohm, high_kohm = RANGE_KOHM[resistor]
    kohm = np.linspace(low_kohm * 1.01, high_kohm * 0.99, 200)
    words = [word_of(1000 / each, resistor) for each in kohm]
    # A converter step is at most 1 % where the resistor is at the end of its range.
    assert readings(*words) == pytest.approx((1000 / kohm).tolist(), rel=0.01)


@pytest.mark.parametrize(
    ("resistor", "adc"),
    # The counts at which the sensor's firmware goes on to the next resistor.
    [(0, 1120), (1, 3960), (1, 1490), (2, 3700), (2, 1630), (3, 3930)],
)
def test_skin_between_two_resistors_has_a_reading_with_either(resistor: int, adc: int) -> None:
    assert np.isfinite(readings(word(resistor, adc))[0])


@pytest.mark.parametrize(
    ("resistor", "adc"),
    [
        (0, 0),
        (0, OPEN),
        (1, OPEN - 1),
        (2, 700),
        (3, OPEN),
        (3, OPEN - 1),  # the formula gives a negative resistance
        (3, 1100),  # 5.4 megohm, more than it can tell
        (0, FULL),
        (1, FULL),
    ],
)
def test_outside_what_the_resistor_can_measure_there_is_no_reading(resistor: int, adc: int) -> None:
    assert np.isnan(readings(word(resistor, adc))[0])


def test_bits_that_mean_nothing_leave_no_reading() -> None:
    assert np.isnan(readings(word(1, 2048) | 0x1000, word(1, 2048) | 0x2000)).all()


def test_after_a_change_of_resistor_the_amplifier_settles_first() -> None:
    """40 ms are two samples at 32 Hz."""
    one, two = word(1, 2048), word(2, 2048)
    values = readings(one, one, two, two, two, two, one, one, one)
    assert np.isnan(values).tolist() == [False, False, True, True, False, False, True, True, False]


def test_settling_goes_on_in_the_next_notification() -> None:
    skin = SkinConductance(RATE_HZ)
    one, two = word(1, 2048), word(2, 2048)
    got = [float(skin.push(np.array([each], np.uint16))[0]) for each in (one, two, two, two)]
    assert np.isnan(got).tolist() == [False, True, True, False]


def test_a_second_without_a_reading_is_the_electrodes() -> None:
    skin = SkinConductance(RATE_HZ)
    off = np.full(8, word(3, OPEN), np.uint16)
    skin.push(np.full(8, word(3, 2048), np.uint16))
    told = []
    for words in (off, off, off, off, np.array([word(3, 2048)], np.uint16)):
        skin.push(words)
        told.append(skin.contact)
    assert told == [Contact.SKIN] * 3 + [Contact.NOTHING, Contact.SKIN]


def test_electrodes_that_touch_are_told_from_electrodes_in_the_air() -> None:
    skin = SkinConductance(RATE_HZ)
    skin.push(np.full(40, word(0, FULL), np.uint16))
    assert skin.contact is Contact.EACH_OTHER


def test_after_a_reset_nothing_is_left_of_what_came() -> None:
    skin = SkinConductance(RATE_HZ)
    skin.push(np.full(40, word(3, OPEN), np.uint16))
    skin.reset()
    assert skin.contact is Contact.SKIN
    assert np.isfinite(skin.push(np.array([word(1, 2048)], np.uint16))).all()


@given(st.lists(st.integers(0, 0xFFFF), max_size=80), st.integers(1, 7))
def test_how_words_are_cut_leaves_no_trace(words: list[int], n_piece: int) -> None:
    whole = SkinConductance(RATE_HZ)
    pieces = SkinConductance(RATE_HZ)
    array = np.array(words, dtype=np.uint16)
    cut = [pieces.push(array[i : i + n_piece]) for i in range(0, array.size, n_piece)]
    assert np.array_equal(whole.push(array), np.concatenate([[], *cut]), equal_nan=True)
    assert whole.contact is pieces.contact


@given(st.integers(0, 0xFFFF))
def test_a_reading_is_a_skin_or_none(any_word: int) -> None:
    value = readings(any_word)[0]
    assert np.isnan(value) or 1000 / 4700 <= value <= 1000 / 8


@given(st.floats(1000 / 4600, 1000 / 8.2))
def test_a_conductance_comes_back_to_a_converter_step(conductance_us: float) -> None:
    encoded = word_of(conductance_us)
    step_us = 1000 * 6 / 4095 / (40.2, 287.0, 1000.0, 3300.0)[encoded >> 14]
    assert readings(encoded)[0] == pytest.approx(conductance_us, abs=0.51 * step_us)


@pytest.mark.parametrize("nonsense", [-0.1, nan, -inf])
def test_no_word_is_made_of_nonsense(nonsense: float) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        word_of(nonsense)


def test_nothing_gives_nothing() -> None:
    assert SkinConductance(RATE_HZ).push(np.empty(0, np.uint16)).size == 0
