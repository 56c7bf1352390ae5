"""Measures of the heart as they happen."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.samples import Beat, BeatOrigin, Breath, Metric, RRFlag
from biofeedback.signal import hrv
from biofeedback.signal.breath_history import BreathHistory
from biofeedback.signal.dfa import dfa_alpha
from biofeedback.signal.heart import HeartNode
from biofeedback.signal.measures import MEASURES
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.sample_entropy import sample_entropy
from helpers.simulated_rr import clean_rr_ms, swinging_rr_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Measures of every beat, and after how long each is there first.
FIRST_S = {
    "mean_rr_ms": 30.0,
    "rmssd_ms": 30.0,
    "ln_rmssd": 30.0,
    "pnn50_pct": 30.0,
    "pnn20_pct": 30.0,
    "sd1_ms": 30.0,
    "sd2_ms": 30.0,
    "sd2_sd1_ratio": 30.0,
    "sdnn_ms": 60.0,
}


def node(origin: BeatOrigin = BeatOrigin.STRAP) -> HeartNode:
    return HeartNode("strap", PacerHistory(), origin)


def run(
    t_s: NDArray[np.float64], rr_ms: NDArray[np.float64], heart: HeartNode | None = None
) -> tuple[list[Beat], list[Metric]]:
    heart = heart or node()
    beats: list[Beat] = []
    metrics: list[Metric] = []
    for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        for result in heart.push(at_s, interval_ms):
            if isinstance(result, Beat):
                beats.append(result)
            else:
                metrics.append(result)
    return beats, metrics


def last(metrics: list[Metric], name: str) -> Metric:
    return next(m for m in reversed(metrics) if m.name == name)


def ordinary(n_beats: int = 400, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rr_ms = clean_rr_ms(np.random.default_rng(seed), n_beats, 14.0, 5.0)
    return np.cumsum(rr_ms) / 1000, rr_ms


def test_windows_hold_exactly_their_seconds() -> None:
    """The last value of each measure equals the function over the beats of its window."""
    t_s, rr_ms = ordinary()
    _, metrics = run(t_s, rr_ms)

    end_s = last(metrics, "rmssd_ms").t_s
    assert end_s == pytest.approx(t_s[-4])
    kept = rr_ms[(t_s > end_s - 60) & (t_s <= end_s)]
    follows = np.arange(kept.size) > 0
    for name, function in {
        "rmssd_ms": hrv.rmssd_ms,
        "ln_rmssd": hrv.ln_rmssd,
        "pnn50_pct": hrv.pnn50_pct,
        "pnn20_pct": hrv.pnn20_pct,
        "sd1_ms": hrv.sd1_ms,
        "sd2_ms": hrv.sd2_ms,
        "sd2_sd1_ratio": hrv.sd2_sd1_ratio,
    }.items():
        assert last(metrics, name).value == pytest.approx(function(kept, follows), rel=1e-9)
        assert last(metrics, name).window_s == 60.0
    assert last(metrics, "mean_rr_ms").value == pytest.approx(kept.mean(), rel=1e-9)
    kept = rr_ms[(t_s > end_s - 120) & (t_s <= end_s)]
    assert last(metrics, "sdnn_ms").value == pytest.approx(np.std(kept, ddof=1), rel=1e-9)
    at_s = last(metrics, "dfa_alpha1").t_s
    kept = rr_ms[(t_s > at_s - 300) & (t_s <= at_s)]
    follows = np.arange(kept.size) > 0
    assert end_s - 5 < at_s <= end_s
    assert last(metrics, "dfa_alpha1").value == pytest.approx(dfa_alpha(kept, follows), rel=1e-9)
    assert last(metrics, "sample_entropy").value == pytest.approx(
        sample_entropy(kept, follows), rel=1e-12
    )
    kept = rr_ms[t_s <= end_s][-5:]
    assert last(metrics, "heart_rate_bpm").value == pytest.approx(60000 / kept.mean(), rel=1e-12)


def test_countdown_from_the_first_beat() -> None:
    """Each measure says at every beat how long it still takes, and then keeps its word."""
    t_s, rr_ms = ordinary()
    _, metrics = run(t_s, rr_ms)

    for name, first_s in FIRST_S.items():
        mine = [m for m in metrics if m.name == name]
        waiting = [m for m in mine if isnan(m.value)]
        assert mine[0].wait_s == first_s
        assert all(m.wait_s > 0 for m in waiting)
        first = next(m for m in mine if not isnan(m.value))
        assert waiting[-1].t_s + waiting[-1].wait_s <= first.t_s
        assert first.t_s - (waiting[-1].t_s + waiting[-1].wait_s) < 1.2
        assert not any(isnan(m.value) for m in mine[len(waiting) :])


def test_first_half_of_a_window_is_shown_as_that() -> None:
    """From 30 s on with the time it really covers, a quality that grows with it, and why."""
    t_s, rr_ms = ordinary()
    _, metrics = run(t_s, rr_ms)
    for name, first_s in FIRST_S.items():
        shown = [m for m in metrics if m.name == name and not isnan(m.value)]
        full = [m for m in shown if m.window_s == MEASURES[name].window_s]
        growing = shown[: len(shown) - len(full)]
        assert first_s <= growing[0].window_s < first_s + 1.3
        assert [m.window_s for m in growing] == pytest.approx([m.t_s for m in growing])
        assert all(m.quality == pytest.approx(m.t_s / (2 * first_s)) for m in growing)
        assert all("short" in m.reason for m in growing)
        assert all((m.quality, m.reason) == (1.0, "") for m in full[2:])


def test_beats_of_a_pulse_are_named_and_trusted_less() -> None:
    """The numbers stay; variability loses a fifth of its quality and says why, the rate does not."""
    t_s, rr_ms = ordinary()
    beats, metrics = run(t_s, rr_ms, node(BeatOrigin.PULSE))
    strap_beats, strap_metrics = run(t_s, rr_ms)

    assert {b.origin for b in beats} == {m.origin for m in metrics} == {BeatOrigin.PULSE}
    assert {m.origin for m in strap_metrics} == {b.origin for b in strap_beats}
    assert len(metrics) == len(strap_metrics)
    for mine, theirs in zip(metrics, strap_metrics, strict=True):
        assert (mine.name, mine.t_s, mine.wait_s) == (theirs.name, theirs.t_s, theirs.wait_s)
        assert mine.value == pytest.approx(theirs.value, rel=1e-12, nan_ok=True)
        exact = mine.name in {"heart_rate_bpm", "mean_rr_ms", "corrected_pct", "quality"}
        assert mine.quality == pytest.approx((1.0 if exact else 0.8) * theirs.quality)
        if not exact and not isnan(mine.value):
            assert mine.reason == (theirs.reason or mine.reason)
            assert theirs.reason or mine.reason.startswith("from the pulse")
        else:
            assert mine.reason == theirs.reason


def test_breathing_rate_that_was_measured_goes_before_the_pacers() -> None:
    """Breathing 15 a minute against a pacer of 6: HF is shown, as for a breath that lies in it."""
    pacer = PacerHistory()
    pacer.push(0.0, [4.0, 0.0, 6.0, 0.0, 0.0, 0.0])
    t_s, rr_ms = ordinary()
    for given, is_shown in ((lambda _: 15.0, True), (lambda _: None, False)):
        heart = HeartNode("strap", pacer, breaths_per_min=given)
        _, metrics = run(t_s, rr_ms, heart)
        assert isnan(last(metrics, "hf_power_ms2").value) is not is_shown


def test_heart_rate_needs_one_confirmed_beat() -> None:
    """The fourth beat confirms the first, and with it there is a rate."""
    t_s, rr_ms = ordinary(4)
    beats, metrics = run(t_s, rr_ms)
    assert len(beats) == 1
    assert last(metrics, "heart_rate_bpm").value == pytest.approx(60000 / rr_ms[0])


def test_gap_is_never_bridged() -> None:
    """5 s lost between 60 and 120 bpm: no difference of 500 ms appears in any measure."""
    rr_ms = np.array([1000.0, 1010.0] * 40 + [500.0, 505.0] * 70)
    t_s = np.cumsum(rr_ms) / 1000
    t_s[80:] += 5.0

    beats, metrics = run(t_s, rr_ms)

    assert [b.flag for b in beats if b.flag is not RRFlag.NORMAL] == [RRFlag.GAP]
    across = [m for m in metrics if m.name == "rmssd_ms" and t_s[80] < m.t_s < t_s[80] + 50]
    assert len(across) > 50
    assert all(5.0 <= m.value <= 10.0 for m in across)
    rate = next(m for m in metrics if m.name == "heart_rate_bpm" and m.t_s >= t_s[80])
    assert rate.value == pytest.approx(120.0)


def test_long_gap_hides_the_measures_and_says_how_long() -> None:
    """15 s of 60 s missing: not yet, and the wait is what is left to slide out."""
    t_s, rr_ms = ordinary(200)
    t_s = t_s.copy()
    t_s[120:] += 15.0
    _, metrics = run(t_s, rr_ms)

    at_s = t_s[124]
    after = next(m for m in metrics if m.name == "rmssd_ms" and m.t_s >= at_s)
    assert isnan(after.value)
    assert 40 < after.wait_s < 60
    back = next(m for m in metrics if m.name == "rmssd_ms" and m.t_s > at_s and not isnan(m.value))
    assert back.t_s == pytest.approx(after.t_s + after.wait_s, abs=1.2)
    assert last(metrics, "quality").quality == 1.0


def test_corrected_beats_lower_the_quality_and_then_hide() -> None:
    """One early beat in ten is low with words; one in four hides RMSSD, not the heart rate."""
    for every, shown in ((10, True), (4, False)):
        rr_ms = 850 + 10 * np.random.default_rng(1).standard_normal(200)
        rr_ms[20::every] -= 220
        rr_ms[21::every] += 220
        _, metrics = run(np.cumsum(rr_ms) / 1000, rr_ms)

        found = last(metrics, "rmssd_ms")
        share = last(metrics, "corrected_pct").value
        assert share == pytest.approx(100 / every, abs=2.5)
        assert "corrected" in found.reason
        assert isnan(found.value) is not shown
        if shown:
            assert found.quality == pytest.approx(1 - share / 100, abs=0.01)
            assert found.value < 40
        assert last(metrics, "heart_rate_bpm").value == pytest.approx(70.6, abs=2)
        assert last(metrics, "quality").value == pytest.approx(1 - share / 100, abs=0.02)


def test_artifacts_do_not_reach_the_measures() -> None:
    """The same heart with a missed, an extra and an early beat: RMSSD within 5 %."""
    t_s, rr_ms = ordinary(150)
    clean = last(run(t_s, rr_ms)[1], "rmssd_ms").value
    beats_s = np.concatenate(([0.0], t_s))
    beats_s[90] -= 0.25
    beats_s = np.sort(np.append(np.delete(beats_s, 110), beats_s[130] + 0.4))

    beats, metrics = run(beats_s[1:], np.diff(beats_s) * 1000)

    flags = {b.flag for b in beats}
    assert {RRFlag.ECTOPIC, RRFlag.MISSED, RRFlag.INSERTED, RRFlag.EXTRA} <= flags
    assert last(metrics, "rmssd_ms").value == pytest.approx(clean, rel=0.05)


def test_finish_confirms_what_waits() -> None:
    """After the last beat the three that wait come out, with the measures at the end."""
    t_s, rr_ms = ordinary(100)
    heart = node()
    beats, _ = run(t_s, rr_ms, heart)
    assert [rr for _, rr in heart.pending] == pytest.approx(rr_ms[-3:])

    results = heart.finish()

    assert [r.t_s for r in results if isinstance(r, Beat)] == pytest.approx(t_s[-3:])
    rate = next(r for r in results if isinstance(r, Metric) and r.name == "rmssd_ms")
    assert rate.t_s == t_s[-1]
    assert len(heart.pending) == 0
    assert len(beats) + 3 == 100


def test_swing_and_coherence_come_with_a_pacer() -> None:
    """14 bpm at six a minute, led: the swing is found, in phase, and coherence is high."""
    pacer = PacerHistory()
    pacer.push(0.0, [4.0, 0.0, 6.0, 0.0, 0.0, 0.0])
    t_s, rr_ms = swinging_rr_s(
        np.random.default_rng(0), 120, breaths_per_min=6, swing_bpm=14, peak_s=4.0, noise=0.3
    )

    _, metrics = run(t_s, rr_ms, HeartNode("strap", pacer))

    assert last(metrics, "rsa_bpm").value == pytest.approx(14, rel=0.05)
    assert last(metrics, "rsa_phase_deg").value == pytest.approx(0, abs=6)
    assert last(metrics, "coherence").value > 0.8


def test_swing_comes_on_the_persons_own_breath_without_a_pacer() -> None:
    """The same heart beside breaths that a sensor felt, each known 1 s after its end."""
    breaths = BreathHistory()
    for i in range(12):
        breaths.push(10.0 * i + 11.0, Breath(10.0 * i + 10.0, 10.0 * i, 10.0 * i + 4.0, "belt"))
    t_s, rr_ms = swinging_rr_s(
        np.random.default_rng(0), 120, breaths_per_min=6, swing_bpm=14, peak_s=4.0, noise=0.3
    )

    _, metrics = run(t_s, rr_ms, HeartNode("strap", PacerHistory(), breaths=breaths))

    assert last(metrics, "rsa_bpm").value == pytest.approx(14, rel=0.05)
    assert last(metrics, "rsa_phase_deg").value == pytest.approx(0, abs=6)
    assert 12 < last(metrics, "peak_to_trough_bpm").value < 16
    assert last(metrics, "swing_smoothness").value > 0.9


def test_run_of_impossible_intervals_hides_everything() -> None:
    """Half a minute of 250 ms noise: no measure goes on showing what it last had."""
    rng = np.random.default_rng(0)
    rr_ms = np.concatenate((850 + 10 * rng.standard_normal(120), rng.uniform(200, 290, 120)))
    _, metrics = run(np.cumsum(rr_ms) / 1000, rr_ms)

    for name in ("heart_rate_bpm", "rmssd_ms", "coherence", "sample_entropy", "lf_power_ms2"):
        found = last(metrics, name)
        assert isnan(found.value)
        assert found.t_s > 125
    assert last(metrics, "quality").value < 0.7


def test_steady_heart_has_no_logarithm_and_no_ratio() -> None:
    """RMSSD is 0, which is a value; its logarithm and the cloud's ratio are none, and say why."""
    rr_ms = np.full(100, 800.0)
    _, metrics = run(np.cumsum(rr_ms) / 1000, rr_ms)
    assert last(metrics, "rmssd_ms").value == 0.0
    for name in ("ln_rmssd", "sd2_sd1_ratio"):
        assert isnan(last(metrics, name).value)
        assert "hardly moves" in last(metrics, name).reason
