"""The tone is continuous, silent in holds, and a function of the pacer alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.pacing import PRESETS, BreathPattern, BreathStep, PacerSegment
from biofeedback.ui.tone import FADE_S, HIGH_HZ, LOW_HZ, ToneStream, bell, tone

RATE_HZ = 8000.0
BOX = PacerSegment(0.0, BreathPattern(4.0, 4.0, 4.0, 4.0))
# A sine of the highest pitch with its overtone moves by less than this from sample to sample.
STEEPEST = 2 * np.pi * HIGH_HZ * (1 + 2 * 0.16) / RATE_HZ

segments = st.builds(
    lambda name, start, step, fraction: PacerSegment(start, PRESETS[name], step, fraction),
    st.sampled_from(sorted(PRESETS)),
    st.floats(-100, 100),
    st.sampled_from(list(BreathStep)),
    st.floats(0, 0.99),
)


def test_holds_are_silent() -> None:
    for start_s in (4.0, 12.0):
        held = tone(BOX, start_s + 0.001, round(3.998 * RATE_HZ), RATE_HZ)
        assert np.abs(held).max() < 1e-6


def test_each_step_swells_from_silence_and_dies_away() -> None:
    for start_s in (0.0, 8.0):
        sound = np.abs(tone(BOX, start_s, round(4 * RATE_HZ), RATE_HZ))
        assert sound[:80].max() < 0.01
        assert sound[-80:].max() < 0.01
        assert sound[14_000:18_000].max() > 0.7


def test_pitch_rises_with_the_in_breath_and_falls_with_the_out_breath() -> None:
    """Counted by crossings of zero, a second each: at the start, in the middle, at the end."""

    def pitch_hz(t_s: float) -> float:
        part = tone(BOX, t_s, round(RATE_HZ), RATE_HZ)
        return float(np.count_nonzero(np.diff(np.signbit(part)))) / 2

    inward = [pitch_hz(t) for t in (0.1, 1.5, 2.9)]
    outward = [pitch_hz(t) for t in (8.1, 9.5, 10.9)]
    assert inward == sorted(inward)
    assert outward == sorted(outward, reverse=True)
    assert pytest.approx(LOW_HZ, rel=0.1) == inward[0]
    assert pytest.approx(HIGH_HZ, rel=0.1) == inward[2]


@settings(deadline=None)
@given(segments, st.floats(0, 300), st.integers(2, 4000))
def test_no_sample_jumps(segment: PacerSegment, t_s: float, n_samples: int) -> None:
    sound = tone(segment, t_s, n_samples, RATE_HZ)

    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 1.0
    assert np.abs(np.diff(sound)).max() < STEEPEST


@settings(deadline=None)
@given(segments, st.floats(0, 300), st.integers(1, 2000), st.integers(1, 2000))
def test_it_does_not_matter_how_it_is_cut(
    segment: PacerSegment, t_s: float, first: int, second: int
) -> None:
    whole = tone(segment, t_s, first + second, RATE_HZ)
    parts = np.concatenate(
        (tone(segment, t_s, first, RATE_HZ), tone(segment, t_s + first / RATE_HZ, second, RATE_HZ))
    )

    np.testing.assert_allclose(parts, whole, atol=1e-6)


def played(stream: ToneStream, *parts: tuple[PacerSegment | None, float, float]) -> np.ndarray:
    """Return blocks of 20 ms one after the other: what, from when, for how many seconds."""
    n_samples = round(0.02 * RATE_HZ)
    blocks = [
        stream.block(segment, start_s + 0.02 * block, n_samples, 1.0)
        for segment, start_s, length_s in parts
        for block in range(round(length_s / 0.02))
    ]
    return np.concatenate(blocks)


def test_pause_in_the_loudest_moment_makes_no_click() -> None:
    sound = played(ToneStream(RATE_HZ), (BOX, 1.9, 0.2), (None, 2.1, 0.2))

    assert np.abs(np.diff(sound)).max() < STEEPEST + 1 / (FADE_S * RATE_HZ)
    assert np.abs(sound[round((0.2 + FADE_S) * RATE_HZ) :]).max() == 0.0


def test_change_of_pace_in_mid_breath_makes_no_click() -> None:
    slower = BOX.changed(2.1, PRESETS["slow"])
    sound = played(ToneStream(RATE_HZ), (BOX, 1.9, 0.2), (slower, 2.1, 0.2))

    assert np.abs(np.diff(sound)).max() < STEEPEST + 1 / (FADE_S * RATE_HZ)


def test_change_of_volume_is_spread_over_a_block() -> None:
    stream = ToneStream(RATE_HZ)
    played(stream, (BOX, 1.9, 0.1))
    sound = stream.block(BOX, stream.next_s, 160, 0.0)

    assert np.abs(np.diff(sound)).max() < STEEPEST
    assert sound[-1] == 0.0


def test_a_bell_begins_softly_and_dies_away() -> None:
    """Nothing of it in its first millisecond, all but nothing four seconds on, never loud."""
    at_s = np.arange(40_000) / 8000.0
    wave = bell(at_s)
    assert abs(wave[:8]).max() < 0.02
    assert 0.15 < abs(wave).max() < 0.45
    assert abs(wave[32_000:]).max() < 0.01


def test_a_bell_goes_on_over_blocks_and_is_over_at_once_when_hushed() -> None:
    stream = ToneStream(8000.0)
    stream.block(None, 0.0, 80, 1.0)
    stream.ring()
    pieces = [stream.block(None, 0.01 * n, 80, 1.0) for n in range(1, 60)]
    assert np.allclose(np.concatenate(pieces), bell(np.arange(80 * 59) / 8000.0))
    stream.hush()
    assert abs(stream.block(None, 0.6, 400, 1.0)[-200:]).max() == 0.0
    assert abs(stream.block(None, 0.65, 400, 1.0)).max() == 0.0
