"""What NeuroKit2 says of the same recording, beside our own numbers.

Both are given the same intervals, exactly as the sensor sent them, or the same waveform, so
that what differs is the method. Where the methods differ by design the reason is told; where
they do not, the numbers should agree.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from biofeedback.errors import BiofeedbackError
from biofeedback.kinds import StreamKind
from biofeedback.samples import Beat, BeatOrigin, Chunk
from biofeedback.signal.measures import MEASURES
from biofeedback.signal.offline import intervals_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Opinion", "second_opinion"]

_SAME = ""
_HRV: dict[str, tuple[str, str]] = {
    "mean_rr_ms": ("HRV_MeanNN", _SAME),
    "rmssd_ms": ("HRV_RMSSD", _SAME),
    "sdnn_ms": ("HRV_SDNN", _SAME),
    "pnn50_pct": ("HRV_pNN50", "it divides by the number of intervals, we by that of differences"),
    "pnn20_pct": ("HRV_pNN20", "it divides by the number of intervals, we by that of differences"),
    "sd1_ms": ("HRV_SD1", _SAME),
    "sd2_ms": ("HRV_SD2", _SAME),
    "lf_power_ms2": (
        "HRV_LF",
        (
            "it resamples at 100 Hz, does not detrend and cuts the record in halves; we resample "
            "at 4 Hz, detrend by smoothness priors and take windows of 300 s"
        ),
    ),
    "hf_power_ms2": ("HRV_HF", "as for LF"),
    "lf_hf_ratio": ("HRV_LFHF", "as for LF"),
    "sample_entropy": ("HRV_SampEn", _SAME),
    "dfa_alpha1": (
        "HRV_DFA_alpha1",
        "it takes boxes of 4 to 11 beats that overlap, we 4 to 16 that do not",
    ),
    "triangular_index": ("HRV_HTI", "it bins by its own rule, we by 1/128 s"),
}
# It leaves gaps out of differences, and not out of these.
_ACROSS_GAPS = frozenset({"sample_entropy", "sd2_ms"})
_GAPS = "it joins what lies before and after a gap"
_EDA_WHY = "it counts what is at least a tenth of the largest response, we what is over 0.03 µS"
_MIN_WAVEFORM_S = 20.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """One measure, ours and theirs.

    ``why`` says in words why they differ by design; it is empty where they should agree.
    """

    name: str
    ours: float
    theirs: float
    why: str

    @property
    def difference_pct(self) -> float:
        """Theirs against ours, in percent of ours; ``nan`` where one is missing."""
        return 100.0 * (self.theirs - self.ours) / self.ours if self.ours else nan


def second_opinion(
    beats: Sequence[Beat], chunks: Iterable[Chunk], ours: Mapping[str, tuple[float, float]]
) -> tuple[Opinion, ...]:
    """Let NeuroKit2 measure a recording.

    Parameters
    ----------
    beats
        Of one sensor, as the pipeline gave them.
    chunks
        The recording's samples.
    ours
        Our own measures over the intervals as sent, by name, as ``(value, quality)``.

    Returns
    -------
    tuple of Opinion
        One for each measure that both have.

    Raises
    ------
    BiofeedbackError
        If NeuroKit2 is not installed.
    """
    try:
        import neurokit2  # noqa: PLC0415 - it takes 4 s to load, and few ask for it
    except ImportError as error:
        msg = "The second opinion needs the package neurokit2. Please install it and try again."
        raise BiofeedbackError(msg) from error
    theirs: dict[str, tuple[float, str]] = {}
    signals = _signals(chunks)
    with warnings.catch_warnings():
        # It warns of short records and divides by zero on its way; what counts is the result.
        warnings.simplefilter("ignore")
        theirs |= _of_intervals(neurokit2, beats)
        theirs |= _of_skin(neurokit2, signals)
        theirs |= _of_breath(neurokit2, signals)
        theirs |= _of_ecg(neurokit2, signals, beats)
    return tuple(
        Opinion(name, ours[name][0], *theirs[name])
        for name in MEASURES
        if name in theirs and name in ours
    )


def _of_intervals(neurokit2: Any, beats: Sequence[Beat]) -> dict[str, tuple[float, str]]:  # noqa: ANN401 - it has no types
    tachogram = intervals_of(beats, corrected=False)
    if tachogram.rr_ms.size < 10:
        return {}
    given = {"RRI": tachogram.rr_ms, "RRI_Time": tachogram.t_s}
    found: dict[str, float] = {}
    for measure, options in (
        ("hrv_time", {}),
        ("hrv_frequency", {"normalize": False}),
        ("hrv_nonlinear", {}),
    ):
        try:
            table = getattr(neurokit2, measure)(given, **options)
        except (ValueError, IndexError, TypeError, ZeroDivisionError):
            # Too short for it, or too uneven: then it has no opinion.
            continue
        found |= {str(name): float(table[name].iloc[0]) for name in table.columns}
    has_gaps = not bool(tachogram.follows[1:].all())
    return {
        name: (found[theirs], why or (_GAPS if has_gaps and name in _ACROSS_GAPS else _SAME))
        for name, (theirs, why) in _HRV.items()
        if theirs in found
    }


def _of_skin(
    neurokit2: Any,  # noqa: ANN401 - it has no types
    signals: Mapping[StreamKind, tuple[NDArray[np.float64], float]],
) -> dict[str, tuple[float, str]]:
    if StreamKind.EDA not in signals:
        return {}
    values, rate_hz = signals[StreamKind.EDA]
    try:
        table, _ = neurokit2.eda_process(values, sampling_rate=rate_hz)
    except (ValueError, IndexError, TypeError, ZeroDivisionError):
        return {}
    minutes = values.size / rate_hz / 60.0
    return {
        "scl_microsiemens": (float(table["EDA_Tonic"].mean()), "its level is a slow filter’s"),
        "scr_per_min": (float(table["SCR_Peaks"].sum()) / minutes, _EDA_WHY),
    }


def _of_breath(
    neurokit2: Any,  # noqa: ANN401 - it has no types
    signals: Mapping[StreamKind, tuple[NDArray[np.float64], float]],
) -> dict[str, tuple[float, str]]:
    if StreamKind.RESPIRATION not in signals:
        return {}
    values, rate_hz = signals[StreamKind.RESPIRATION]
    try:
        table, _ = neurokit2.rsp_process(values, sampling_rate=rate_hz)
    except (ValueError, IndexError, TypeError, ZeroDivisionError):
        return {}
    rate = float(table["RSP_Rate"].mean())
    return {"breaths_per_min": (rate, "it averages the rate over time, we count breaths")}


def _of_ecg(
    neurokit2: Any,  # noqa: ANN401 - it has no types
    signals: Mapping[StreamKind, tuple[NDArray[np.float64], float]],
    beats: Sequence[Beat],
) -> dict[str, tuple[float, str]]:
    if StreamKind.ECG not in signals or not any(beat.origin is BeatOrigin.ECG for beat in beats):
        return {}
    values, rate_hz = signals[StreamKind.ECG]
    try:
        _, found = neurokit2.ecg_peaks(
            neurokit2.ecg_clean(values, sampling_rate=rate_hz), sampling_rate=rate_hz
        )
    except (ValueError, IndexError, TypeError, ZeroDivisionError):
        return {}
    peaks = np.asarray(found["ECG_R_Peaks"])
    if peaks.size < 3:
        return {}
    rate = 60.0 * rate_hz * (peaks.size - 1) / float(peaks[-1] - peaks[0])
    return {"heart_rate_bpm": (rate, "from the R-peaks that it finds itself")}


def _signals(chunks: Iterable[Chunk]) -> dict[StreamKind, tuple[NDArray[np.float64], float]]:
    """Put the regular waveforms together, of each kind the first stream's, gaps left out."""
    parts: dict[StreamKind, list[NDArray[np.float64]]] = {}
    chosen: dict[StreamKind, Any] = {}
    for chunk in chunks:
        stream = chunk.stream
        if stream.rate_hz is None or chosen.setdefault(stream.kind, stream) != stream:
            continue
        parts.setdefault(stream.kind, []).append(chunk.values[:, 0])
    signals = {}
    for kind, pieces in parts.items():
        values = np.concatenate(pieces)
        values = values[np.isfinite(values)]
        rate_hz = chosen[kind].rate_hz
        if isfinite(rate_hz) and values.size > _MIN_WAVEFORM_S * rate_hz:
            signals[kind] = (values, rate_hz)
    return signals
