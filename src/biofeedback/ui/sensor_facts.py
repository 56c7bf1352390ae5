"""What is known of how a sensor's signal comes in: a few facts to see, the rest on asking."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from biofeedback.kinds import LinkState, StreamKind
from biofeedback.runtime.snapshot import BASELINE, SessionState
from biofeedback.ui.messages import sensor_words
from biofeedback.ui.readings import STALE_S

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import SensorStatus

__all__ = ["facts", "has_plain_time", "health", "is_let_in", "is_under_way", "silence_s"]

_OF_BEATS = frozenset({StreamKind.RR, StreamKind.PP})
# How often these come says how fast the heart beats, and nothing of the sensor.
_BEAT_BY_BEAT = _OF_BEATS | {StreamKind.HEART_RATE}
_LET_IN = frozenset({LinkState.WAITING, LinkState.STREAMING, LinkState.SILENT})
# A link that is lost is told at once, a sensor that says nothing only after a while.
_LOST_S = 1.5
# The person sees the time led. Once it has stood still, other times are not those they see.
_PAUSED_S = 1.0
# A wave must be this long before its samples are counted.
_LEAST_WAVE_S = 2.0


def is_let_in(status: SensorStatus) -> bool:
    """Whether there is a connection to the sensor."""
    return status.state in _LET_IN


def is_under_way(snapshot: Snapshot) -> bool:
    """Whether a session runs, so that its time is known to the person."""
    return snapshot.state in {SessionState.RUNNING, SessionState.PAUSED}


def has_plain_time(snapshot: Snapshot) -> bool:
    """Whether the time of the session is the one that is shown: nothing was paused yet."""
    is_led = snapshot.plan is not None and snapshot.plan.guide not in {"", BASELINE}
    paused_s = snapshot.t_s - snapshot.led_s if is_led else 0.0
    return is_under_way(snapshot) and paused_s < _PAUSED_S


def silence_s(status: SensorStatus, snapshot: Snapshot, now_s: float) -> float:
    """Return for how long nothing came, 0 while that is nothing to speak of or was never other."""
    last_s = snapshot.last_data_s.get(status.sensor_id)
    if last_s is None:
        return 0.0
    silent_s = now_s - last_s
    is_lost = status.state not in {LinkState.STREAMING, LinkState.WAITING}
    return silent_s if silent_s > (_LOST_S if is_lost else STALE_S) else 0.0


def facts(status: SensorStatus, snapshot: Snapshot, now_s: float) -> list[str]:
    """Return a few short lines: of the link while it is lost, else of what comes over it.

    Parameters
    ----------
    status
        The sensor's.
    snapshot, now_s
        The session, and its time now.
    """
    silent_s = silence_s(status, snapshot, now_s)
    lines = _of_link(status)
    if is_under_way(snapshot) and (silent_s or not is_let_in(status)):
        if silent_s:
            lines.append(sensor_words.gap(silent_s))
        if snapshot.recorder is not None and snapshot.recorder.is_saving:
            lines.append(sensor_words.RECORDING_GOES_ON)
    elif is_let_in(status):
        lines += _of_streams(status, snapshot)
    if status.n_bad_packets:
        lines.append(sensor_words.unreadable(status.n_bad_packets))
    return lines


def _of_link(status: SensorStatus) -> list[str]:
    if status.state is LinkState.UNAVAILABLE:
        return [sensor_words.WAITING_FOR_BLUETOOTH]
    if status.state in {LinkState.RECONNECTING, LinkState.REFUSED}:
        return [sensor_words.link(status, None)]
    if not is_let_in(status):
        return []
    lines = []
    if status.battery_pct is not None:
        lines.append(sensor_words.battery_fact(status.battery_pct))
    if status.rssi_dbm is not None:
        lines.append(f"signal {sensor_words.radio(status.rssi_dbm)}")
    return lines


def _of_streams(status: SensorStatus, snapshot: Snapshot) -> list[str]:
    """Samples a second as measured, and what was lost."""
    lines = []
    rate_hz = _rate_hz(status, snapshot)
    if rate_hz is not None:
        lines.append(sensor_words.rate(rate_hz))
    n_samples = sum(each.n_lost for each in status.streams if each.kind not in _OF_BEATS)
    if n_samples:
        lines.append(sensor_words.lost(n_samples, "sample"))
    of_beats = [each.n_lost for each in status.streams if each.kind in _OF_BEATS]
    if of_beats and (sum(of_beats) or rate_hz is None):
        lines.append(sensor_words.lost(sum(of_beats), "beat"))
    elif status.n_lost_packets or (status.has_rr and rate_hz is None):
        lines.append(sensor_words.lost(status.n_lost_packets, "packet"))
    return lines


def _rate_hz(status: SensorStatus, snapshot: Snapshot) -> float | None:
    """How often the stream that is looked at is sampled, ``None`` where it comes irregularly."""
    wave = snapshot.waves.get(status.sensor_id)
    trace = snapshot.traces.get(status.sensor_id)
    shown = wave.kind if wave is not None else trace[0] if trace is not None else None
    rates = {each.kind: each.rate_hz for each in status.streams if isfinite(each.rate_hz)}
    if shown in rates:
        return rates[shown]
    if wave is not None and wave.t_s.size > 1:
        length_s = float(wave.t_s[-1] - wave.t_s[0])
        # Nothing lost meanwhile: else it would look as if the sensor were slower.
        if length_s >= _LEAST_WAVE_S and not status.streams and not _has_hole(wave.t_s):
            return (wave.t_s.size - 1) / length_s
    if shown is None:
        return next((rate for kind, rate in rates.items() if kind not in _BEAT_BY_BEAT), None)
    return None


def _has_hole(t_s: NDArray[np.float64]) -> bool:
    steps_s = t_s[1:] - t_s[:-1]
    return float(steps_s.max()) > 2.0 * float(steps_s.min())


def health(status: SensorStatus) -> str:
    """Return how each stream comes in, a line each; empty while nothing is known."""
    return "\n".join(sensor_words.health(each) for each in status.streams)
