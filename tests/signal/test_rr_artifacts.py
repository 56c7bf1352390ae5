"""Artifacts of simulated series with known truth, and the rules around them."""

from __future__ import annotations

import pickle
from itertools import pairwise
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from biofeedback.samples import Beat, RRFlag
from biofeedback.signal.rr_artifacts import RRCorrector
from helpers.simulated_rr import clean_rr_ms, damaged

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

REST = (14.0, 5.0, 65.0)
SLOW = (6.0, 16.0, 65.0)
# Breaths a minute, peak to trough in bpm, mean in bpm: the swings of a resonance session.
LARGE = [(6.0, swing, rate) for rate in (52.0, 60.0, 70.0) for swing in (8.0, 24.0, 32.0)]
FOUND = {RRFlag.MISSED, RRFlag.EXTRA, RRFlag.ECTOPIC, RRFlag.MISPLACED, RRFlag.OUT_OF_RANGE}
MOVED = {RRFlag.ECTOPIC, RRFlag.MISPLACED}


def corrected(
    rr_ms: list[float] | NDArray[np.float64], t_s: NDArray[np.float64] | None = None
) -> list[Beat]:
    if t_s is None:
        t_s = np.cumsum(rr_ms) / 1000
    corrector = RRCorrector("strap")
    beats: list[Beat] = []
    for at_s, interval_ms in zip(t_s, rr_ms, strict=True):
        beats += corrector.push(float(at_s), float(interval_ms))
    return beats + corrector.flush()


def rmssd_of(values: list[float] | NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(np.diff(values)))))


def swing(
    seed: int, minutes: float, breaths_per_min: float, swing_bpm: float, rate_bpm: float
) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return clean_rr_ms(rng, int(minutes * rate_bpm), breaths_per_min, swing_bpm, rate_bpm)


def results(
    kind: str, breathing: tuple[float, float, float], n_series: int
) -> tuple[float, float, float]:
    """Sensitivity, false flags per beat and mean RMSSD error over some series of 5 min."""
    n_true = n_hit = n_false = n_beats = 0
    errors = []
    wanted = {"missed": {RRFlag.MISSED}, "extra": {RRFlag.EXTRA}}.get(kind, MOVED)
    for seed in range(n_series):
        clean_ms = swing(seed, 5, *breathing)
        t_s, rr_ms, at_s = damaged(np.random.default_rng(1000 + seed), clean_ms, kind)
        beats = corrected(rr_ms, t_s)
        flagged = [b for b in beats if b.flag in FOUND]
        # Which of the beats around an extra one is the extra one cannot always be known.
        slack_s = 1.0 if kind == "extra" else 0.005
        n_true += at_s.size
        n_hit += sum(
            any(b.flag in wanted and abs(b.t_s - at) <= slack_s for b in flagged) for at in at_s
        )
        n_false += sum(np.abs(at_s - b.t_s).min() > 1.0 for b in flagged)
        n_beats += rr_ms.size
        kept = [b.corrected_rr_ms for b in beats if not isnan(b.corrected_rr_ms)]
        errors.append(abs(rmssd_of(kept) / rmssd_of(clean_ms) - 1))
    return n_hit / n_true, n_false / n_beats, float(np.mean(errors))


def false_flags(
    breathing: tuple[float, float, float], n_series: int, minutes: float = 5
) -> tuple[int, int]:
    """Flags on what has no artifact, and how many beats that was."""
    n_flags = n_beats = 0
    for seed in range(n_series):
        rr_ms = swing(seed, minutes, *breathing)
        n_flags += sum(b.flag is not RRFlag.NORMAL for b in corrected(rr_ms))
        n_beats += rr_ms.size
    return n_flags, n_beats


@pytest.mark.parametrize(
    ("kind", "breathing", "min_sensitivity", "max_error"),
    [
        ("missed", REST, 0.995, 0.02),
        ("missed", SLOW, 0.995, 0.03),
        ("extra", REST, 0.995, 0.02),
        ("extra", SLOW, 0.995, 0.03),
        ("ectopic", REST, 0.96, 0.05),
        ("ectopic", SLOW, 0.96, 0.09),
    ],
)
def test_artifacts_are_found_and_corrected(
    kind: str, breathing: tuple[float, float, float], min_sensitivity: float, max_error: float
) -> None:
    """With 3 % artifacts, at rest (14/min, 5 bpm) and slow (6/min, 16 bpm peak to trough).

    Bars: sensitivity missed and extra 99.5 %, ectopic 96 % (published: 100 and 96.96),
    specificity 99.9 %; RMSSD after correction within 2 % and 3 %, ectopic 5 % and 9 %.
    Measured: sensitivity 100 % for all, RMSSD error under 1 %; without correction it is 150
    to 600 %.
    """
    sensitivity, false_rate, error = results(kind, breathing, 20)

    assert sensitivity >= min_sensitivity
    assert false_rate <= 0.001
    assert error <= max_error


@pytest.mark.parametrize("kind", ["missed", "extra", "ectopic"])
@pytest.mark.parametrize("breathing", LARGE)
def test_artifacts_are_found_in_a_large_swing(
    kind: str, breathing: tuple[float, float, float]
) -> None:
    """Six breaths a minute, 8 to 32 bpm at 52, 60 and 70 bpm: nothing is hidden by the swing."""
    sensitivity, _, error = results(kind, breathing, 3)

    assert sensitivity >= 0.96
    assert error <= 0.03


@pytest.mark.parametrize("breathing", [REST, SLOW])
def test_small_shifts_do_little_harm(breathing: tuple[float, float, float]) -> None:
    """Beats 10 % out of place: found, and the error of RMSSD within 12 % (published: under 8)."""
    sensitivity, false_rate, error = results("shifted", breathing, 20)

    assert sensitivity >= 0.95
    assert false_rate <= 0.001
    assert error <= 0.12


def test_a_beat_a_little_out_of_place_is_told_from_an_early_one() -> None:
    """Ten per cent early is misplaced, a quarter early is ectopic."""
    beats = corrected([800.0] * 20 + [720.0, 880.0] + [800.0] * 20 + [600.0, 1000.0] + [800.0] * 5)

    assert [(i, b.flag) for i, b in enumerate(beats) if b.flag is not RRFlag.NORMAL] == [
        (20, RRFlag.MISPLACED),
        (42, RRFlag.ECTOPIC),
    ]
    assert [b.corrected_rr_ms for b in beats] == pytest.approx([800.0] * 49)


@pytest.mark.parametrize("breathing", LARGE)
def test_slow_breathing_is_no_artifact(breathing: tuple[float, float, float]) -> None:
    """Six breaths a minute swinging the heart by 8 to 32 bpm: at most 0.5 flags in 1000."""
    n_flags, n_beats = false_flags(breathing, 8)

    assert n_flags / n_beats <= 0.0005


def test_rest_is_no_artifact() -> None:
    """Fourteen breaths a minute, 5 bpm: at most one flag in 1000."""
    n_flags, n_beats = false_flags(REST, 12)

    assert n_flags / n_beats <= 0.001


@given(st.floats(45, 100), st.floats(4, 15), st.floats(0, 35), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_no_clean_swing_is_an_artifact(
    rate_bpm: float, breaths_per_min: float, swing_bpm: float, seed: int
) -> None:
    """Any swing that three beats a breath carry where it is slowest, and within range there.

    With fewer, one long interval is all that the slow half of a breath leaves, and nothing
    tells it from a missed beat.
    """
    slowest_bpm = rate_bpm - swing_bpm / 2 - 3.0
    assume(slowest_bpm > max(31.0, 3 * breaths_per_min))
    rr_ms = swing(seed, 1200 / rate_bpm, breaths_per_min, swing_bpm, rate_bpm)
    assume(rr_ms.max() <= 2000)
    n_flags = sum(b.flag is not RRFlag.NORMAL for b in corrected(rr_ms))

    assert n_flags <= 1


def test_early_beat_moves_itself_and_not_its_neighbour() -> None:
    """817, 644, 1079, 864: the true first beat stays, all others lie within 820 to 880.

    The second interval ends at the early beat; with the index one off, the first interval
    would be changed and a 970 ms interval would stay.
    """
    steady = [840.0 + 10 * (-1) ** i for i in range(20)]
    beats = corrected([*steady, 817, 644, 1079, 864, *steady])[20:24]

    assert [b.flag for b in beats] == ["normal", "ectopic", "normal", "normal"]
    assert beats[0].corrected_rr_ms == 817
    assert beats[1].corrected_rr_ms + beats[2].corrected_rr_ms == pytest.approx(644 + 1079)
    assert all(820 <= b.corrected_rr_ms <= 880 for b in beats[1:])
    assert [b.rr_ms for b in beats] == [817, 644, 1079, 864]


def test_early_beat_is_found_without_any_history() -> None:
    """The same four intervals alone: the rule for the start finds it too."""
    beats = corrected([817.0, 644.0, 1079.0, 864.0])

    assert [b.flag for b in beats] == ["normal", "ectopic", "normal", "normal"]
    assert beats[0].corrected_rr_ms == 817.0
    assert all(820 <= b.corrected_rr_ms <= 880 for b in beats[1:])


def test_missed_beats_are_put_back_in_equal_parts() -> None:
    """2400 ms among 800 ms is three beats, two of them put back, 0.8 s apart."""
    beats = corrected([800.0] * 20 + [2400.0] + [800.0] * 5)[20:23]

    assert [b.flag for b in beats] == ["inserted", "inserted", "missed"]
    assert [b.corrected_rr_ms for b in beats] == pytest.approx([800.0] * 3)
    assert [b.t_s for b in beats] == pytest.approx([16.8, 17.6, 18.4])
    assert isnan(beats[0].rr_ms)
    assert beats[2].rr_ms == 2400


def test_extra_beat_gives_its_interval_to_the_next() -> None:
    """800 cut into 744 and 56: the 56 ms interval is out of range, yet explained."""
    beats = corrected([800.0] * 20 + [744.0, 56.0] + [800.0] * 5)

    assert [b.flag for b in beats[20:22]] == ["extra", "normal"]
    assert isnan(beats[20].corrected_rr_ms)
    assert beats[21].corrected_rr_ms == 800
    assert beats[21].rr_ms == 56


def test_out_of_range_that_nothing_explains_breaks_the_series() -> None:
    """4 s among 800 ms is too long for missed beats: no corrected interval."""
    beats = corrected([800.0] * 20 + [4000.0] + [800.0] * 5)

    assert beats[20].flag is RRFlag.OUT_OF_RANGE
    assert isnan(beats[20].corrected_rr_ms)
    assert all(b.flag is RRFlag.NORMAL for b in [*beats[:20], *beats[21:]])


def test_no_interval_at_all_breaks_the_series() -> None:
    """A sensor that sends nan, zero or less, or years, is recorded so, and the rest goes on."""
    for bad_ms in (nan, 0.0, -5.0, 1.7e308):
        beats = corrected([800.0] * 5 + [bad_ms] + [800.0] * 5, np.linspace(0.8, 8.8, 11))

        assert beats[5].flag is RRFlag.OUT_OF_RANGE
        assert [b.flag for b in beats[6:]][1:] == ["normal"] * 4


def test_intervals_of_years_in_a_row_break_the_series_and_nothing_else() -> None:
    """Their sum is no number."""
    beats = corrected([1e308] * 4 + [800.0] * 5, np.linspace(0.8, 7.2, 9))

    assert [b.flag for b in beats[:4]] == [RRFlag.OUT_OF_RANGE] * 4
    assert [b.flag for b in beats[5:]] == [RRFlag.NORMAL] * 4


def test_first_beat_after_a_gap_stands() -> None:
    """Two seconds without a beat: everything before is confirmed, the next is flagged."""
    corrector = RRCorrector("strap")
    for i in range(10):
        corrector.push(0.8 * (i + 1), 800.0)
    assert [t_s for t_s, _ in corrector.pending] == pytest.approx([6.4, 7.2, 8.0])

    confirmed = corrector.push(8.0 + 2.8, 800.0)

    assert [b.t_s for b in confirmed] == pytest.approx([6.4, 7.2, 8.0])
    assert list(corrector.pending) == [(10.8, 800.0)]
    after = corrector.push(11.6, 800.0) + corrector.push(12.4, 800.0) + corrector.flush()
    assert [b.flag for b in after] == ["gap", "normal", "normal"]
    assert after[0].corrected_rr_ms == 800.0


def test_jump_of_the_heart_is_learnt() -> None:
    """From 60 to 100 bpm within four beats, and on: at most those four are touched."""
    rr_ms = [1000.0 + 10 * (-1) ** i for i in range(60)] + [900.0, 800.0, 700.0, 650.0]
    rr_ms += [600.0 + 10 * (-1) ** i for i in range(60)]

    beats = corrected(rr_ms)

    assert all(b.flag is RRFlag.NORMAL for b in beats[:60] + beats[64:])


def test_a_clear_step_of_the_heart_is_no_artifact() -> None:
    """From 80 to 100 bpm from one beat to the next, and on."""
    beats = corrected(
        [750.0 + 8 * (-1) ** i for i in range(40)] + [600.0 + 8 * (-1) ** i for i in range(40)]
    )

    assert sum(b.flag is not RRFlag.NORMAL for b in beats) <= 2


def test_every_second_beat_early() -> None:
    """Bigeminy: of two early beats within the look-ahead neither hides the other."""
    beats = corrected([800.0] * 30 + [560.0, 1040.0] * 6 + [800.0] * 10)

    assert sum(b.flag is RRFlag.ECTOPIC for b in beats) == 6
    assert [b.corrected_rr_ms for b in beats] == pytest.approx([800.0] * 52)


def test_beats_missed_in_a_row_are_all_put_back() -> None:
    """A moving strap sees every other beat for a while."""
    beats = corrected([800.0, 810.0, 790.0] * 10 + [1600.0] * 4 + [800.0] * 10)

    assert [b.flag for b in beats if b.rr_ms == 1600] == [RRFlag.MISSED] * 4
    assert all(750 <= b.corrected_rr_ms <= 850 for b in beats)


def test_noise_for_ten_seconds_leaves_the_rest_as_it_was() -> None:
    """Random intervals for forty beats between steady ones."""
    rng = np.random.default_rng(0)
    steady = [800.0 + 10 * (-1) ** i for i in range(60)]
    beats = corrected([*steady, *rng.uniform(100, 1200, 40), *steady])
    after = [b for b in beats if b.flag is not RRFlag.INSERTED][-55:]

    assert all(b.flag is RRFlag.NORMAL for b in beats[:55])
    assert all(b.flag is RRFlag.NORMAL for b in after)
    assert all(b.corrected_rr_ms == b.rr_ms for b in after)


def test_missed_beats_are_put_back_along_the_swing() -> None:
    """On a slope the two halves differ as their neighbours do."""
    falling = [900.0 - 20 * i for i in range(12)]
    beats = corrected(
        [900.0] * 20 + falling[:5] + [falling[5] + falling[6]] + falling[7:] + [660.0] * 5
    )
    kept = [b.corrected_rr_ms for b in beats]

    assert kept[20:32] == pytest.approx(falling, abs=1.0)


@pytest.mark.parametrize("kind", ["missed", "extra", "ectopic", "shifted"])
def test_correcting_keeps_the_time(kind: str) -> None:
    """What is found is put right between its neighbours: the record is as long as it was."""
    clean_ms = swing(3, 5, *SLOW)
    t_s, rr_ms, _ = damaged(np.random.default_rng(3), clean_ms, kind)
    kept_ms = [b.corrected_rr_ms for b in corrected(rr_ms, t_s) if not isnan(b.corrected_rr_ms)]

    assert sum(kept_ms) == pytest.approx(float(rr_ms.sum()), abs=1e-6)


@given(st.lists(st.floats(300, 2000), min_size=1, max_size=40))
@settings(max_examples=200, deadline=None)
def test_correcting_moves_time_by_no_more_than_what_was_wrong(rr_ms: list[float]) -> None:
    """Beats move between their neighbours; only a replaced interval changes the sum, by itself."""
    beats = corrected(rr_ms)
    lost_ms = sum(b.rr_ms for b in beats if b.flag is RRFlag.OUT_OF_RANGE)
    kept_ms = sum(b.corrected_rr_ms for b in beats if not isnan(b.corrected_rr_ms))
    changed_ms = sum(
        abs(b.corrected_rr_ms - b.rr_ms)
        for b in beats
        if b.flag in MOVED and not isnan(b.corrected_rr_ms)
    )

    assert abs(kept_ms + lost_ms - sum(rr_ms)) <= changed_ms + 1e-6


def test_each_beat_is_confirmed_by_the_third_after_it() -> None:
    """With artifacts or without: three beats, four where one of those was none."""
    clean_ms = swing(5, 5, *REST)
    for kind, most in (("missed", 3), ("ectopic", 3), ("extra", 4)):
        t_s, rr_ms, _ = damaged(np.random.default_rng(5), clean_ms, kind)
        corrector = RRCorrector("strap")
        came = {}
        for place, (at_s, interval_ms) in enumerate(zip(t_s.tolist(), rr_ms.tolist(), strict=True)):
            came[at_s] = place
            for beat in corrector.push(at_s, interval_ms):
                if beat.flag is not RRFlag.INSERTED:
                    assert place - came[beat.t_s] <= most


def test_state_does_not_grow() -> None:
    """Hours of beats with artifacts hold no more than minutes of them."""
    clean_ms = np.tile(swing(6, 5, *SLOW), 8)
    t_s, rr_ms, _ = damaged(np.random.default_rng(6), clean_ms, "extra")
    corrector = RRCorrector("strap")
    sizes: list[int] = []
    for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        corrector.push(at_s, interval_ms)
        if len(corrector.pending) == 3:
            sizes.append(len(pickle.dumps(corrector)))

    assert max(sizes[1000:]) <= 1.2 * max(sizes[300:600])


def test_real_slow_breathing_has_no_artifact(recordings: Path) -> None:
    """Ten minutes of a strap at 3.7 breaths a minute."""
    rr_ms = np.loadtxt(
        recordings / "polar_h10_dhyb" / "sample_data_ibi.csv", delimiter=",", usecols=1
    )

    assert all(b.flag is RRFlag.NORMAL for b in corrected(rr_ms))


def test_real_missed_beats_are_found_and_breathing_is_not(recordings: Path) -> None:
    """Forty minutes of a strap with six missed beats and leaps of the heart at each breath out."""
    path = recordings / "hrv_rhenanbartels" / "noisy_rri.hrm"
    rr_ms = np.array(path.read_text().split("[HRData]")[1].split(), dtype=float)
    beats = corrected(rr_ms)
    missed = [
        i
        for i, b in enumerate(b for b in beats if b.flag is not RRFlag.INSERTED)
        if b.flag is RRFlag.MISSED
    ]

    # The six intervals of twice their neighbours' length, and almost nothing else.
    assert missed == [222, 442, 486, 926, 1288, 2010]
    assert sum(b.flag in FOUND for b in beats) <= 8


@given(
    st.lists(
        st.one_of(st.floats(250, 2500), st.floats(780, 860), st.just(nan), st.floats(-10, 5000)),
        max_size=60,
    ),
    st.lists(st.floats(0, 3), max_size=60),
)
@settings(max_examples=300, deadline=None)
def test_every_beat_comes_out_once_and_as_sent(rr_ms: list[float], lags_s: list[float]) -> None:
    """Whatever is sent: same order, same raw values, few waiting, sane corrections."""
    t_s = 0.0
    sent = []
    corrector = RRCorrector("strap")
    beats: list[Beat] = []
    for i, interval_ms in enumerate(rr_ms):
        lag_s = lags_s[i] if i < len(lags_s) and lags_s[i] > 1 else 0.0
        t_s += (interval_ms / 1000 if interval_ms > 0 else 0.5) + lag_s
        sent.append((t_s, interval_ms))
        beats += corrector.push(t_s, interval_ms)
        assert len(corrector.pending) <= 3 + 4 * 4
    beats += corrector.flush()

    raw = [(b.t_s, b.rr_ms) for b in beats if b.flag is not RRFlag.INSERTED]
    assert len(raw) == len(sent)
    np.testing.assert_array_equal(np.ravel(raw), np.ravel(sent))
    assert all(first.t_s <= second.t_s for first, second in pairwise(beats))
    for beat in beats:
        if beat.flag in {RRFlag.EXTRA, RRFlag.OUT_OF_RANGE}:
            assert isnan(beat.corrected_rr_ms)
        else:
            assert 300 <= beat.corrected_rr_ms <= 2000
