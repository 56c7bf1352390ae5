"""Estimates the pace at which the heart swings widest, and how far that can be trusted.

The swing at a pace
-------------------
Of the breaths led at one pace, the waves of each two in a row are averaged, phase and all: what the
heart does by itself averages out, and a person who drifts slowly against the pacer loses little by
it, as they would over a whole minute. Of these swings the upper half counts. A lapse of attention
only ever makes the swing smaller, and no breathing sensor is needed to leave it out.

The curve
---------
Swings y at rates r are taken to follow a resonator, the simplest curve with one top,

    y = A g(r; f, Q) exp(-k (h - mean h)) + e,    g = 1 / sqrt(1 + Q² (r / f - f / r)²)

with h the mean heart rate at that pace. As somebody is more stirred up, the heart beats faster and
swings less (Grossman and Taylor 2007, Biol. Psychol. 74:263-285), and an assessment lasts long
enough for that to change; k, 0 to 9 % a beat, is found with the rest. All of f, Q, A and k are
weighed on a grid by how well they explain the swings. Beforehand f is thought to lie about 5.7
breaths a minute, SD 0.7 (adults: Vaschillo et al. 2002; Lehrer and Gevirtz 2014; a little wider than
they tell, so as not to lean on it), Q between 0.5 and 2.0, A and k anywhere in their range. What is left is the belief in each f. The pace that is told is
the one at which the least of the swing is expected to be lost.

Errors
------
The standard error of y is that of the swings about each other, of those that count, of all paces
together, for their number; to it comes 8 % of the swing for what changes from pace to pace and is
no chance: depth of breath, arousal. Factor and share were set so that 80 % intervals hold the truth
of about four in five of 120 simulated people, and do so in 120 others (79 to 88 %).

What it comes to, on those 240 with a strap alone, whose minds wander and whose arousal drifts: the
pace is off by 0.35 to 0.37 a minute on average (within 0.5 in three of four) and costs 2.6 to 3 % of the
swing, where six a minute for everybody would cost 4.6 %. A fit to the one-minute swing
(`rsa_bpm`) costs 5.7 %: each lapse of attention takes a whole minute with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.guides.limits import AUTOMATIC_HIGHEST_PER_MIN, AUTOMATIC_LOWEST_PER_MIN
from biofeedback.guides.resonance_result import CurvePoint, ResonanceResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.guides.swing_listening import BreathSwing

__all__ = [
    "LEAST_PAIRS",
    "USUAL_PER_MIN",
    "USUAL_SD_PER_MIN",
    "SwingAtRate",
    "resonance_from",
    "swing_at_rate",
]

LEAST_PAIRS = 5
"""Of two breaths in a row each: with fewer there is no swing for a pace."""

USUAL_PER_MIN, USUAL_SD_PER_MIN = 5.7, 0.7
"""Where resonance is thought to lie beforehand, and its standard deviation."""

_COUNTING_SHARE = 0.5
# Two breaths that are led one after the other meet to the last bits.
_TOUCHING_S = 1e-3

_RATES = np.arange(4.3, 7.3001, 0.05)
_QS = np.array([0.5, 0.8, 1.1, 1.5, 2.0])
_LOSSES = np.array([0.0, 0.03, 0.06, 0.09])
# Of the largest swing seen: a resonator's top lies above what was tried, never far.
_HEIGHTS = np.exp(np.linspace(np.log(0.75), np.log(1.7), 24))

_NOISE_FACTOR = 3.2
_CHANGING_SHARE = 0.08
_LEAST_NOISE_BPM = 0.5

_LEAST_POINTS, _LEAST_SPAN_PER_MIN = 3, 0.9
# A swing that is there adds up over two breaths; what is no swing with the breath does not, and
# sums and differences are alike.
_ADDS_UP = 1.3
_SMALLEST_SWING_BPM = 1.0
_NOTHING_BPM = 1e-6

_INSIDE = 0.8
_CLEAR_WITHIN_PER_MIN = 1.2
_AS_GOOD = 0.02
_FLAT_LOSS = 0.05
_NEIGHBOUR_PER_MIN = 0.5


@dataclass(frozen=True, slots=True)
class SwingAtRate:
    """The swing at one pace.

    Parameters
    ----------
    rate_per_min
        Mean pace.
    swing_bpm
        Mean of the swings that count.
    spread_bpm
        Their standard deviation.
    n_pairs
        Of two breaths in a row, counting or not.
    heart_rate_bpm
        Mean heart rate.
    adding_up
        Median of the sums of two breaths in a row over that of their differences: 1 where
        nothing swings with the breath.
    """

    rate_per_min: float
    swing_bpm: float
    spread_bpm: float
    n_pairs: int
    heart_rate_bpm: float
    adding_up: float


def swing_at_rate(swings: Sequence[BreathSwing]) -> SwingAtRate | None:
    """Return the swing of breaths that were led at one pace, or nearly so.

    Parameters
    ----------
    swings
        In order. Pairs are made of neighbours without a break between them.

    Returns
    -------
    SwingAtRate or None
        ``None`` with fewer than `LEAST_PAIRS`.
    """
    sums, differences, rates, hearts = [], [], [], []
    for one, next_one in pairwise(swings):
        if abs(next_one.begin_g_s - one.end_g_s) > _TOUCHING_S:
            continue
        if one.wave_bpm is None or next_one.wave_bpm is None:
            continue
        sums.append(abs(one.wave_bpm + next_one.wave_bpm) / 2.0)
        differences.append(abs(one.wave_bpm - next_one.wave_bpm) / 2.0)
        rates.append(120.0 / (one.period_s + next_one.period_s))
        hearts.append((one.heart_rate_bpm + next_one.heart_rate_bpm) / 2.0)
    if len(sums) < LEAST_PAIRS:
        return None
    counting = np.sort(sums)[::-1][: max(round(_COUNTING_SHARE * len(sums)), 1)]
    return SwingAtRate(
        float(np.mean(rates)),
        float(np.mean(counting)),
        float(np.std(counting)),
        len(sums),
        float(np.mean(hearts)),
        float(np.median(sums) / max(np.median(differences), _NOTHING_BPM)),
    )


def resonance_from(
    found: Sequence[SwingAtRate],
    *,
    lowest_per_min: float = AUTOMATIC_LOWEST_PER_MIN,
    widest_minute_per_min: float = nan,
    usual_per_min: float = USUAL_PER_MIN,
    usual_sd_per_min: float = USUAL_SD_PER_MIN,
    least_span_per_min: float = _LEAST_SPAN_PER_MIN,
    least_adding_up: float = _ADDS_UP,
) -> ResonanceResult:
    """Return what the swings at several paces say.

    Parameters
    ----------
    found
        One for each pace, in any order.
    lowest_per_min
        No slower pace is told: the slowest that the person may be led at.
    widest_minute_per_min
        As in the result.
    usual_per_min, usual_sd_per_min
        What is thought beforehand, as after an earlier result.
    least_span_per_min
        Nothing is told where the paces lie nearer together than this.
    least_adding_up
        Nothing is told where breaths add up less than this, on average over the paces.
    """
    points = sorted(found, key=lambda point: -point.rate_per_min)
    if not points:
        return ResonanceResult(Verdict.NO_MEASURE)
    errors_bpm = _errors_bpm(points)
    curve = tuple(
        CurvePoint(point.rate_per_min, point.swing_bpm, error_bpm)
        for point, error_bpm in zip(points, errors_bpm, strict=True)
    )
    nothing = ResonanceResult(Verdict.TOO_FEW, curve)
    span_per_min = points[0].rate_per_min - points[-1].rate_per_min
    if len(points) < _LEAST_POINTS or span_per_min < least_span_per_min:
        return nothing
    if not _swings(points, least_adding_up):
        return replace(nothing, verdict=Verdict.NO_SWING)
    belief = _belief(points, np.array(errors_bpm), usual_per_min, usual_sd_per_min)
    return _told(belief, curve, lowest_per_min, widest_minute_per_min)


def _errors_bpm(points: Sequence[SwingAtRate]) -> tuple[float, ...]:
    spread_bpm = sqrt(float(np.mean([point.spread_bpm**2 for point in points])))
    noise_bpm = max(_NOISE_FACTOR * spread_bpm, _LEAST_NOISE_BPM)
    changing_bpm = _CHANGING_SHARE * float(np.mean([point.swing_bpm for point in points]))
    return tuple(hypot(noise_bpm / sqrt(point.n_pairs), changing_bpm) for point in points)


def _swings(points: Sequence[SwingAtRate], least_adding_up: float) -> bool:
    swing_bpm = float(np.mean([point.swing_bpm for point in points]))
    adding_up = float(np.mean([point.adding_up for point in points]))
    return swing_bpm >= _SMALLEST_SWING_BPM and adding_up >= least_adding_up


def _resonator(
    rate_per_min: float | NDArray[np.float64],
    resonance_per_min: float | NDArray[np.float64],
    q: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    off = q * (rate_per_min / resonance_per_min - resonance_per_min / rate_per_min)
    shape: NDArray[np.float64] = 1.0 / np.sqrt(1.0 + np.square(off))
    return shape


def _belief(
    points: Sequence[SwingAtRate],
    errors_bpm: NDArray[np.float64],
    usual_per_min: float,
    usual_sd_per_min: float,
) -> NDArray[np.float64]:
    """Return how much each resonance and sharpness is believed, shape ``(n_rates, n_qs)``."""
    rates, qs, heights, losses = np.meshgrid(
        _RATES,
        _QS,
        _HEIGHTS * float(np.mean([point.swing_bpm for point in points])),
        _LOSSES,
        indexing="ij",
        sparse=True,
    )
    mean_heart_bpm = float(np.mean([point.heart_rate_bpm for point in points]))
    log_belief = -0.5 * np.square((rates - usual_per_min) / usual_sd_per_min)
    for point, error_bpm in zip(points, errors_bpm.tolist(), strict=True):
        stirred = np.exp(-losses * (point.heart_rate_bpm - mean_heart_bpm))
        expected = heights * _resonator(point.rate_per_min, rates, qs) * stirred
        log_belief = log_belief - 0.5 * np.square((point.swing_bpm - expected) / error_bpm)
    belief = np.exp(log_belief - log_belief.max()).sum(axis=(2, 3))
    normal: NDArray[np.float64] = belief / belief.sum()
    return normal


def _told(
    belief: NDArray[np.float64],
    curve: tuple[CurvePoint, ...],
    lowest_per_min: float,
    widest_minute_per_min: float,
) -> ResonanceResult:
    # Expected loss at each rate: over all resonances and sharpnesses that are believed in.
    shapes = _resonator(
        _RATES[:, None, None], _RATES[None, :, None], _QS[None, None, :]
    )  # rate, resonance, Q
    losses = 1.0 - np.einsum("rfq,fq->r", shapes, belief)
    may_tell = (lowest_per_min - 1e-9 <= _RATES) & (_RATES <= AUTOMATIC_HIGHEST_PER_MIN + 1e-9)
    resonance = float(_RATES[may_tell][np.argmin(losses[may_tell])])
    least = float(losses[may_tell].min())
    of_rate = belief.sum(axis=1)
    cumulated = np.cumsum(of_rate) - of_rate / 2.0
    tails = (1.0 - _INSIDE) / 2.0
    low, high = np.interp([tails, 1.0 - tails], cumulated, _RATES).tolist()
    mean = float(of_rate @ _RATES)
    # The interval belongs to the pace that is told, also where that is the slowest allowed.
    low, high = min(low, resonance), max(high, resonance)

    def lost(rate_per_min: float) -> float:
        return float(np.interp(rate_per_min, _RATES, losses)) - least

    as_good = _RATES[may_tell & (losses <= least + _AS_GOOD)]
    verdict = Verdict.CLEAR
    if high - low > _CLEAR_WITHIN_PER_MIN:
        is_flat = max(lost(low), lost(high)) <= _FLAT_LOSS
        verdict = Verdict.FLAT if is_flat else Verdict.UNSURE
    return ResonanceResult(
        verdict,
        curve,
        resonance,
        low,
        high,
        sqrt(float(of_rate @ np.square(_RATES - mean))),
        float(as_good.min()),
        float(as_good.max()),
        100.0 * lost(resonance - _NEIGHBOUR_PER_MIN),
        100.0 * lost(resonance + _NEIGHBOUR_PER_MIN),
        widest_minute_per_min,
    )
