"""All measures of one heart sensor, from its intervals, up to date at every confirmed beat.

Each interval that arrives goes through the artifact correction. What that confirms is
published beat by beat, and after it, once, the measures over windows that end at the newest
confirmed beat. Time-domain measures are kept in exact sums (`biofeedback.signal.time_domain`);
what needs a whole window at a time has a node of its own and is due every few seconds.
"""

from __future__ import annotations

from dataclasses import replace
from math import floor, inf, isnan, nan
from typing import TYPE_CHECKING

from biofeedback.kinds import BeatOrigin
from biofeedback.samples import Metric, RRFlag
from biofeedback.signal import nonlinear_node, spectrum_node
from biofeedback.signal.beat_rate import TOO_FEW, BeatRate
from biofeedback.signal.coherence import WINDOW_S as COHERENCE_WINDOW_S
from biofeedback.signal.coherence import CoherenceNode
from biofeedback.signal.corrected_share import CorrectedShare
from biofeedback.signal.coverage import Coverage
from biofeedback.signal.measures import MEASURES, missing
from biofeedback.signal.nonlinear_node import NonlinearNode
from biofeedback.signal.quality import Trust, trust_in
from biofeedback.signal.rr_artifacts import RRCorrector
from biofeedback.signal.spectrum import WINDOW_S as SPECTRUM_WINDOW_S
from biofeedback.signal.spectrum_node import SpectrumNode
from biofeedback.signal.swing import SwingNode
from biofeedback.signal.tachogram import ARTIFACTS, IntervalChain
from biofeedback.signal.time_domain import TimeDomainWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from biofeedback.samples import Beat
    from biofeedback.signal.breath_history import BreathHistory
    from biofeedback.signal.pacer_history import PacerHistory
    from biofeedback.signal.tachogram import Interval

__all__ = ["HEARD_OF_HEART", "NEEDS_INTERVALS", "HeartNode"]

_TOO_STEADY = "the heart's rhythm hardly moves just now"
_SHORT = "taken over a short time so far"
_PULSE_QUALITY = 0.8
_PULSE = "from the pulse: a little less exact than from the heartbeat itself"

# Nothing corrected, nothing missing: nearly every beat.
_FULL_TRUST = trust_in(0.0)

_MINUTE_S = 60.0
_TWO_MINUTES_S = 120.0
# Rates do not depend on how exactly each single beat was placed; these do.
_MINUTE_NAMES = (
    "mean_rr_ms",
    "rmssd_ms",
    "ln_rmssd",
    "pnn50_pct",
    "pnn20_pct",
    "sd1_ms",
    "sd2_ms",
    "sd2_sd1_ratio",
)
_TWO_MINUTES_NAMES = ("sdnn_ms",)
_AS_EXACT_FROM_PULSE = frozenset({"heart_rate_bpm", "mean_rr_ms", "corrected_pct", "quality"})
# Half a window is enough to begin with: RMSSD is usable from 30 s on, SDNN from 60 s.
_FIRST_WAIT_S = dict.fromkeys(_MINUTE_NAMES, 30.0) | dict.fromkeys(_TWO_MINUTES_NAMES, 60.0)
# Of a recording, how often the rate is told, and in how many of these times the variability.
# The rate is that of five beats, which a breath or two could hide from if it were told seldom.
RATE_EVERY_S = 2.5
_RATES_A_REVIEW = 2
# Beats are confirmed about so much later: those are reviewed that would be the newest live.
_CONFIRMED_S = 3.0
# What tells of arousal.
HEARD_OF_HEART = ("heart_rate_bpm", "rmssd_ms")
_COHERENCE_NAMES = ("coherence", "coherence_ratio")
# What a sensor that sends no intervals cannot give.
NEEDS_INTERVALS = (
    *_MINUTE_NAMES,
    *_TWO_MINUTES_NAMES,
    *_COHERENCE_NAMES,
    *spectrum_node.NAMES,
    *nonlinear_node.NAMES,
)


class HeartNode:
    """Beats and measures of one sensor.

    Parameters
    ----------
    source
        The sensor's id where the sensor sent the intervals, else the stream's.
    pacer
        What the pacer did, for the measures that lock on to it.
    origin
        What the beats were found in. From a pulse, measures of variability are those of the
        pulse rate, at a lower quality.
    breaths_per_min
        Gives the breathing rate at a time where a sensor measured it, else ``None``; then the
        pacer's is taken. It has to know a time before the beats of that time come.
    breaths
        The person's own breaths, on which the swing is told while no pacer leads; ``None``
        where no sensor could ever feel them.
    is_live
        False for a recording that will be measured as a whole. Then only what others listen to
        comes, `HEARD_OF_HEART`, every few seconds: all else is left to the functions for whole
        stretches.
    """

    def __init__(
        self,
        source: str,
        pacer: PacerHistory,
        origin: BeatOrigin = BeatOrigin.STRAP,
        breaths_per_min: Callable[[float], float | None] | None = None,
        breaths: BreathHistory | None = None,
        *,
        is_live: bool = True,
    ) -> None:
        self._source = source
        self._pacer = pacer
        self._origin = origin
        self._breaths_per_min = breaths_per_min
        self._breaths = breaths
        self._is_live = is_live
        self._next_measures_s = -inf
        self._n_reviews = -1
        self._corrector = RRCorrector(source)
        self._chain = IntervalChain()
        self._coverage = Coverage(_TWO_MINUTES_S)
        self._minute = TimeDomainWindow(_MINUTE_S)
        self._two_minutes = TimeDomainWindow(_TWO_MINUTES_S)
        windows_s = (
            _MINUTE_S,
            COHERENCE_WINDOW_S,
            _TWO_MINUTES_S,
            SPECTRUM_WINDOW_S,
            nonlinear_node.WINDOW_S,
        )
        self._corrected = {
            window_s: CorrectedShare(window_s)
            for window_s in (windows_s if is_live else windows_s[:1])
        }
        self._coherence = CoherenceNode(source)
        self._swing = SwingNode(source, pacer, breaths)
        self._spectrum = SpectrumNode(source, origin)
        self._nonlinear = NonlinearNode(source, origin)
        self._rate = BeatRate()
        self._first_t_s = nan

    @property
    def pending(self) -> tuple[tuple[float, float], ...]:
        """``(t_s, rr_ms)`` of beats that came and are not confirmed."""
        return self._corrector.pending

    def push(self, t_s: float, rr_ms: float) -> list[Beat | Metric]:
        """Take one interval; return what it confirms and the measures after it."""
        if isnan(self._first_t_s):
            self._first_t_s = t_s
        results = self._confirmed(self._corrector.push(t_s, rr_ms))
        if not results and isnan(self._coverage.now_s):
            # So that a screen can count down from the first beat on.
            return [
                missing(
                    self._first_t_s,
                    name,
                    self._source,
                    wait_s=_FIRST_WAIT_S.get(name, MEASURES[name].window_s),
                    origin=self._origin,
                )
                for name in ("heart_rate_bpm", *NEEDS_INTERVALS)
            ]
        return results

    def finish(self) -> list[Beat | Metric]:
        """Confirm what is pending: no beat will follow."""
        return self._confirmed(self._corrector.flush())

    def _confirmed(self, beats: list[Beat]) -> list[Beat | Metric]:
        if not beats:
            return []
        if self._origin is not BeatOrigin.STRAP:
            # The corrector judges intervals and does not know what they were found in.
            beats = [replace(beat, origin=self._origin) for beat in beats]
        results: list[Beat | Metric] = []
        for beat in beats:
            results.append(beat)
            results += self._beat(beat)
        t_s = beats[-1].t_s
        if t_s >= self._next_measures_s:
            if self._is_live:
                results += self._measures(t_s)
            else:
                results += self._heard(t_s)
        return results

    def _beat(self, beat: Beat) -> Iterable[Metric]:
        """Take a beat into all windows; return what the nodes make of it."""
        is_corrected = beat.flag in ARTIFACTS
        for corrected in self._corrected.values():
            corrected.add(beat.t_s, is_corrected=is_corrected)
        interval = self._chain.add(beat)
        if interval is None:
            if beat.flag is not RRFlag.OUT_OF_RANGE:
                return []
            self._rate.clear()
            if not self._is_live:
                return []
            return self._own(
                [
                    *self._coherence.lost(beat.t_s),
                    *self._spectrum.lost(beat.t_s),
                    *self._nonlinear.lost(beat.t_s, self._share(nonlinear_node.WINDOW_S)),
                ]
            )
        if self._coverage.cover(interval):
            self._minute.clear()
            self._two_minutes.clear()
        self._minute.add(interval)
        if self._is_live:
            self._two_minutes.add(interval)
        if not interval.follows:
            self._rate.clear()
        self._rate.add(interval.rr_ms, is_corrected=is_corrected)
        found = self._at(interval)
        return self._own(found) if found else found

    def _at(self, interval: Interval) -> list[Metric]:
        """Give an interval to every node that has its own window; return what is due there."""
        if not self._is_live:
            if self._pacer.is_empty and (self._breaths is None or self._breaths.is_empty):
                return []
            return self._swing.add(interval, self._trust(_MINUTE_S))
        results = self._coherence.add(interval, self._trust(COHERENCE_WINDOW_S))
        breaths_per_min = None
        if self._breaths_per_min is not None:
            breaths_per_min = self._breaths_per_min(interval.midpoint_s)
        results += self._swing.add(interval, self._trust(_MINUTE_S))
        if breaths_per_min is None and not self._pacer.is_empty:
            moment = self._pacer.at(interval.midpoint_s)
            if moment is not None:
                breaths_per_min = 60.0 / moment.period_s
        trust = self._trust(SPECTRUM_WINDOW_S)
        results += self._spectrum.add(interval, trust, breaths_per_min)
        results += self._nonlinear.add(interval, self._share(nonlinear_node.WINDOW_S))
        return results

    def _share(self, window_s: float) -> float:
        """Share of the beats of the last ``window_s`` that were corrected."""
        return self._corrected[window_s].share

    def _trust(self, window_s: float, missing_share: float = 0.0) -> Trust:
        """Trust in the last ``window_s``; what is missing is told by whoever has the intervals."""
        share = self._share(window_s)
        return trust_in(share, missing_share) if share or missing_share else _FULL_TRUST

    def _own(self, metrics: list[Metric]) -> list[Metric]:
        """Say of the nodes' measures what the beats were found in."""
        if self._origin is not BeatOrigin.PULSE:
            return [
                metric if metric.origin is self._origin else replace(metric, origin=self._origin)
                for metric in metrics
            ]
        return [
            replace(
                metric,
                origin=self._origin,
                quality=_PULSE_QUALITY * metric.quality,
                # A value that is missing has its own reason, or a time to wait.
                reason=metric.reason or ("" if isnan(metric.value) else _PULSE),
            )
            for metric in metrics
        ]

    def _measures(self, t_s: float) -> list[Metric]:
        self._coverage.advance(t_s)
        now_s = self._coverage.now_s
        self._minute.advance(now_s)
        self._two_minutes.advance(now_s)
        minute, two_minutes = self._minute.measures(), self._two_minutes.measures()
        minute_missing = self._coverage.share_missing(_MINUTE_S, self._minute.covered_s)
        results = [self._heart_rate(t_s)]
        results += self._windowed(
            t_s,
            _MINUTE_S,
            minute_missing,
            {
                "mean_rr_ms": minute.mean_rr_ms,
                "rmssd_ms": minute.rmssd_ms,
                "ln_rmssd": minute.ln_rmssd,
                "pnn50_pct": minute.pnn50_pct,
                "pnn20_pct": minute.pnn20_pct,
                "sd1_ms": minute.sd1_ms,
                "sd2_ms": minute.sd2_ms,
                "sd2_sd1_ratio": minute.sd2_sd1_ratio,
            },
        )
        results += self._windowed(
            t_s,
            _TWO_MINUTES_S,
            self._coverage.share_missing(_TWO_MINUTES_S, self._two_minutes.covered_s),
            {"sdnn_ms": two_minutes.sdnn_ms},
        )
        results += self._signal(t_s, minute_missing)
        return results

    def _heard(self, t_s: float) -> list[Metric]:
        """What others listen to; where it is missing, that all of the minute is, and why."""
        n_rates = floor((t_s + _CONFIRMED_S) / RATE_EVERY_S)
        self._next_measures_s = (n_rates + 1) * RATE_EVERY_S - _CONFIRMED_S
        n_reviews, self._n_reviews = self._n_reviews, n_rates // _RATES_A_REVIEW
        if self._n_reviews == n_reviews:
            return [self._heart_rate(t_s)]
        self._coverage.advance(t_s)
        now_s = self._coverage.now_s
        self._minute.advance(now_s)
        missing_share = self._coverage.share_missing(_MINUTE_S, self._minute.covered_s)
        rmssd_ms = self._minute.rmssd_ms
        results = [self._heart_rate(t_s)]
        found = self._windowed(t_s, _MINUTE_S, missing_share, {"rmssd_ms": rmssd_ms})
        if isnan(found[0].value):
            found = self._windowed(t_s, _MINUTE_S, missing_share, dict.fromkeys(_MINUTE_NAMES, nan))
        return results + found

    def _signal(self, t_s: float, missing_share: float) -> tuple[Metric, Metric]:
        """How good the beats of the last minute are."""
        share = self._share(_MINUTE_S)
        spanned_s = min(_MINUTE_S, t_s - self._first_t_s)
        return (
            self._measured(t_s, "corrected_pct", 100.0 * share, 1.0, "", spanned_s),
            self._measured(
                t_s,
                "quality",
                max(1.0 - share - missing_share, 0.0),
                1.0,
                self._trust(_MINUTE_S, missing_share).reason,
                spanned_s,
            ),
        )

    def _heart_rate(self, t_s: float) -> Metric:
        rate = self._rate.now()
        if isnan(rate.bpm):
            return self._missing(t_s, "heart_rate_bpm", reason=rate.reason)
        return self._measured(
            t_s, "heart_rate_bpm", rate.bpm, rate.quality, rate.reason, rate.window_s
        )

    def _windowed(
        self, t_s: float, window_s: float, missing_share: float, values: dict[str, float]
    ) -> list[Metric]:
        """Publish the measures of a window, or why they are missing."""
        least_s = _FIRST_WAIT_S[next(iter(values))]
        coverage = self._coverage
        wait_s = least_s if isnan(coverage.now_s) else coverage.wait_s(window_s, least_s)
        if wait_s > 0:
            return [self._missing(t_s, name, wait_s=wait_s) for name in values]
        trust = self._trust(window_s, missing_share)
        if not trust.is_shown:
            return [self._missing(t_s, name, reason=trust.reason) for name in values]
        spanned_s = min(coverage.spanned_s, window_s)
        quality = trust.quality * spanned_s / window_s
        reason = trust.reason or (_SHORT if spanned_s < window_s else "")
        return [
            self._missing(t_s, name, reason=_why_missing(name, values))
            if isnan(value)
            else self._measured(t_s, name, value, quality, reason, spanned_s)
            for name, value in values.items()
        ]

    def _measured(
        self, t_s: float, name: str, value: float, quality: float, reason: str, window_s: float
    ) -> Metric:
        if self._origin is BeatOrigin.PULSE and name not in _AS_EXACT_FROM_PULSE:
            quality *= _PULSE_QUALITY
            reason = reason or _PULSE
        # Not by `measured`: a dozen of these come with every beat.
        unit = MEASURES[name].unit
        return Metric(
            t_s, name, value, unit, window_s, quality, 0.0, reason, self._source, self._origin
        )

    def _missing(self, t_s: float, name: str, *, wait_s: float = 0.0, reason: str = "") -> Metric:
        return missing(t_s, name, self._source, wait_s=wait_s, reason=reason, origin=self._origin)


def _why_missing(name: str, values: dict[str, float]) -> str:
    """A logarithm or a ratio also needs a heart that moves at all."""
    is_derived = name in {"ln_rmssd", "sd2_sd1_ratio"}
    return _TOO_STEADY if is_derived and not isnan(values["rmssd_ms"]) else TOO_FEW
