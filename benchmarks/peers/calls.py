"""What is asked of each peer: one call, and what of its answer is read.

Run by the peers' own Python, so nothing of this project is imported here. Everything is called
the way its documentation says, without figures where they can be left out.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["CALLS", "Answer", "Call"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer's call gave.

    Parameters
    ----------
    measures
        Names of the measures that have a finite value.
    rmssd_ms
        RMSSD where it is among them.
    n_found
        R-peaks or skin conductance responses found, where the call finds such.
    """

    measures: tuple[str, ...] = ()
    rmssd_ms: float | None = None
    n_found: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a peer.

    Parameters
    ----------
    package
        Distribution that it belongs to.
    run
        Takes the values and their rate; this is what is timed.
    read
        Makes an `Answer` of what it returned; not timed.
    prepare
        Makes of the values what the call takes, where it takes something else; not timed.
    """

    package: str
    run: Callable[[Any, float], Any]
    read: Callable[[Any], Answer]
    prepare: Callable[[NDArray[np.float64], float], Any] | None = None


def _module(name: str) -> Any:  # noqa: ANN401 - the peers publish no types
    return importlib.import_module(name)


# --- Heart-rate variability: values are RR intervals in milliseconds ------------------------------

# Sample numbers at this rate hold the intervals of a strap exactly.
PEAK_RATE_HZ = 1024


def _peaks(rr_ms: NDArray[np.float64], _: float) -> NDArray[np.int64]:
    since_s = np.concatenate(([0.0], np.cumsum(rr_ms))) / 1000
    peaks: NDArray[np.int64] = np.rint(since_s * PEAK_RATE_HZ).astype(np.int64)
    return peaks


def _neurokit(name: str, peaks: NDArray[np.int64], _: float) -> Any:  # noqa: ANN401 - a data frame
    return getattr(_module("neurokit2"), name)(peaks, sampling_rate=PEAK_RATE_HZ)


def _pyhrv_numbers(rr_ms: NDArray[np.float64], _: float) -> dict[str, Any]:
    """Everything `pyhrv.hrv.hrv` computes, by the same functions, without its figures."""
    spectrum, nonlinear = _module("pyhrv.frequency_domain"), _module("pyhrv.nonlinear")
    found = dict(_module("pyhrv.time_domain").time_domain(nni=rr_ms, plot=False).as_dict())
    for method in (spectrum.welch_psd, spectrum.lomb_psd, spectrum.ar_psd):
        found |= method(nni=rr_ms, mode="dev")[0].as_dict()
    found |= nonlinear.poincare(nni=rr_ms, mode="dev").as_dict()
    found |= nonlinear.sample_entropy(nni=rr_ms).as_dict()
    found |= nonlinear.dfa(nn=rr_ms, mode="dev").as_dict()
    found |= nonlinear.lyapunov_exponent(nni=rr_ms).as_dict()
    return found


def _pyhrv(rr_ms: NDArray[np.float64], _: float) -> dict[str, Any]:
    found: dict[str, Any] = _module("pyhrv.hrv").hrv(nni=rr_ms, show=False).as_dict()
    _module("matplotlib.pyplot").close("all")
    return found


def _hrv_analysis(rr_ms: list[float], _: float) -> dict[str, Any]:
    package = _module("hrvanalysis")
    return {
        **package.get_time_domain_features(rr_ms),
        **package.get_geometrical_features(rr_ms),
        **package.get_frequency_domain_features(rr_ms),
        **package.get_csi_cvi_features(rr_ms),
        **package.get_poincare_plot_features(rr_ms),
        **package.get_sampen(rr_ms),
    }


def _heartpy_rr(rr_ms: NDArray[np.float64], _: float, *, spectrum: bool) -> dict[str, Any]:
    # Without dictionaries of its own a call returns what earlier ones left in its defaults.
    call = partial(_module("heartpy").process_rr, measures={}, working_data={})
    measures: dict[str, Any] = call(rr_ms, calc_freq=spectrum)[1]
    return measures


def _biosppy_hrv(rr_ms: NDArray[np.float64], _: float) -> dict[str, Any]:
    found = _module("biosppy.signals.hrv").hrv(rri=rr_ms, parameters="all", show=False)
    return dict(found.as_dict())


def _systole(name: str, rr_ms: NDArray[np.float64], _: float) -> Any:  # noqa: ANN401 - a data frame
    return getattr(_module("systole.hrv"), name)(rr_ms)


def _as_list(rr_ms: NDArray[np.float64], _: float) -> list[float]:
    values: list[float] = rr_ms.tolist()
    return values


# What pyHRV tells of its own settings stands among its measures.
_SETTINGS = ("_nfft", "_order", "_resampling_frequency", "_beats")


def _read_measures(found: Mapping[str, Any], rmssd: str | None) -> Answer:
    """Read a dictionary of measures; what is not a number is no measure."""
    finite = {}
    for name, value in found.items():
        if str(name).endswith(_SETTINGS):
            continue
        try:
            # Band measures come as one value a band.
            numbers = np.atleast_1d(np.asarray(value, dtype=np.float64))
        except (TypeError, ValueError):
            continue
        if numbers.size and all(isfinite(number) for number in numbers.ravel()[:16]):
            finite[str(name)] = float(numbers.ravel()[0])
    return Answer(tuple(finite), finite.get(rmssd) if rmssd else None)


def _read_row(found: Any, rmssd: str | None) -> Answer:  # noqa: ANN401 - a data frame
    """Read NeuroKit2's table of one row."""
    return _read_measures({name: found[name].iloc[0] for name in found.columns}, rmssd)


def _read_long(found: Any, rmssd: str | None) -> Answer:  # noqa: ANN401 - a data frame
    """Read systole's table of a row a measure."""
    return _read_measures(dict(zip(found["Metric"], found["Values"], strict=True)), rmssd)


# --- R-peaks: values are an ECG in microvolts -----------------------------------------------------


def _heartpy_ecg(values: NDArray[np.float64], rate_hz: float) -> dict[str, Any]:
    """As its guide for ECG says: filter, scale, process."""
    package = _module("heartpy")
    filtered = package.remove_baseline_wander(values, rate_hz)
    scaled = package.scale_data(filtered)
    working: dict[str, Any] = package.process(scaled, rate_hz, measures={}, working_data={})[0]
    return working


def _n_kept(working: Mapping[str, Any]) -> Answer:
    return Answer(n_found=int(np.sum(working["binary_peaklist"])))


# --- Skin conductance: values in microsiemens -----------------------------------------------------


def _n_responses(found: Any) -> Answer:  # noqa: ANN401 - a pair of tables
    return Answer(n_found=len(found[1]["SCR_Peaks"]))


CALLS: Mapping[str, Call] = {
    "neurokit2.hrv": Call(
        "neurokit2", partial(_neurokit, "hrv"), partial(_read_row, rmssd="HRV_RMSSD"), _peaks
    ),
    "neurokit2.hrv_time": Call(
        "neurokit2", partial(_neurokit, "hrv_time"), partial(_read_row, rmssd="HRV_RMSSD"), _peaks
    ),
    "neurokit2.hrv_frequency": Call(
        "neurokit2", partial(_neurokit, "hrv_frequency"), partial(_read_row, rmssd=None), _peaks
    ),
    "pyhrv.hrv": Call("pyhrv", _pyhrv, partial(_read_measures, rmssd="rmssd")),
    "pyhrv without figures": Call("pyhrv", _pyhrv_numbers, partial(_read_measures, rmssd="rmssd")),
    "hrvanalysis": Call(
        "hrv-analysis", _hrv_analysis, partial(_read_measures, rmssd="rmssd"), _as_list
    ),
    "heartpy.process_rr": Call(
        "heartpy", partial(_heartpy_rr, spectrum=True), partial(_read_measures, rmssd="rmssd")
    ),
    "biosppy.signals.hrv.hrv": Call(
        "biosppy", _biosppy_hrv, partial(_read_measures, rmssd="rmssd")
    ),
    "systole.hrv.all_domain": Call(
        "systole", partial(_systole, "all_domain"), partial(_read_long, rmssd="RMSSD")
    ),
    "systole.hrv.time_domain": Call(
        "systole", partial(_systole, "time_domain"), partial(_read_long, rmssd="RMSSD")
    ),
    "pyhrv.time_domain": Call(
        "pyhrv",
        lambda rr_ms, _: dict(
            _module("pyhrv.time_domain").time_domain(nni=rr_ms, plot=False).as_dict()
        ),
        partial(_read_measures, rmssd="rmssd"),
    ),
    "hrvanalysis.get_time_domain_features": Call(
        "hrv-analysis",
        lambda rr_ms, _: _module("hrvanalysis").get_time_domain_features(rr_ms),
        partial(_read_measures, rmssd="rmssd"),
        _as_list,
    ),
    "heartpy.process_rr without spectrum": Call(
        "heartpy",
        partial(_heartpy_rr, spectrum=False),
        partial(_read_measures, rmssd="rmssd"),
    ),
    "biosppy.signals.hrv.hrv of time": Call(
        "biosppy",
        lambda rr_ms, _: dict(
            _module("biosppy.signals.hrv").hrv(rri=rr_ms, parameters="time", show=False).as_dict()
        ),
        partial(_read_measures, rmssd="rmssd"),
    ),
    "systole.hrv.frequency_domain": Call(
        "systole", partial(_systole, "frequency_domain"), partial(_read_long, rmssd=None)
    ),
    "neurokit2.ecg_process": Call(
        "neurokit2",
        lambda values, rate_hz: _module("neurokit2").ecg_process(
            values, sampling_rate=round(rate_hz)
        ),
        lambda found: Answer(n_found=len(found[1]["ECG_R_Peaks"])),
    ),
    "neurokit2.ecg_clean and ecg_peaks": Call(
        "neurokit2",
        lambda values, rate_hz: _module("neurokit2").ecg_peaks(
            _module("neurokit2").ecg_clean(values, sampling_rate=round(rate_hz)),
            sampling_rate=round(rate_hz),
        ),
        lambda found: Answer(n_found=len(found[1]["ECG_R_Peaks"])),
    ),
    "biosppy.signals.ecg.ecg": Call(
        "biosppy",
        lambda values, rate_hz: _module("biosppy.signals.ecg").ecg(
            values, sampling_rate=rate_hz, show=False
        ),
        lambda found: Answer(n_found=len(found["rpeaks"])),
    ),
    "systole.detection.ecg_peaks": Call(
        "systole",
        lambda values, rate_hz: _module("systole.detection").ecg_peaks(
            values, sfreq=round(rate_hz), method="sleepecg"
        ),
        lambda found: Answer(n_found=int(np.sum(found[1]))),
    ),
    "heartpy.process": Call("heartpy", _heartpy_ecg, _n_kept),
    "neurokit2.eda_process": Call(
        "neurokit2",
        lambda values, rate_hz: _module("neurokit2").eda_process(
            values, sampling_rate=round(rate_hz)
        ),
        _n_responses,
    ),
    "biosppy.signals.eda.eda": Call(
        "biosppy",
        lambda values, rate_hz: _module("biosppy.signals.eda").eda(
            values, sampling_rate=rate_hz, show=False
        ),
        lambda found: Answer(n_found=len(found["peaks"])),
    ),
}
