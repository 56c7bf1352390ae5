"""What the screens read: one frozen picture of the session, made anew after every input."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, isfinite
from typing import TYPE_CHECKING

from biofeedback.kinds import LinkState, sensor_of
from biofeedback.runtime.sources import TOGETHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.kinds import StreamKind
    from biofeedback.pacing import BreathPattern, PacerSegment
    from biofeedback.samples import Beat, Decision, GuideState, Metric, Scr, SensorStatus
    from biofeedback.sessions.recorder import RecorderStatus
    from biofeedback.signal.baseline import BaselineProgress

__all__ = [
    "BASELINE",
    "HISTORY_S",
    "N_DECISIONS",
    "WAVE_S",
    "SessionPlan",
    "SessionState",
    "Snapshot",
    "Wave",
    "begin_arguments",
    "hides_bodies",
    "plan_of",
    "shares_body_state",
]

# The guide of a session in which nothing leads: what is usual for a person is got to know. It
# is the first word of that session's commands as well.
BASELINE = "baseline"
# How much of the past a snapshot carries: the 60 s wave and a little to scroll in.
HISTORY_S = 66.0
# How much of a fast waveform: enough to see some beats in their true shape.
WAVE_S = 8.0
# How many of the guide's decisions it carries: why the pace moved is one glance away.
N_DECISIONS = 20
_BREATH = frozenset({"in_s", "hold_in_s", "out_s", "hold_out_s"})


class SessionState(StrEnum):
    """Where a session is."""

    READY = "ready"  # sensors may be streaming, nothing is recorded or led
    RUNNING = "running"
    PAUSED = "paused"  # guide and sound stand still; recording goes on
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What the person chose before beginning.

    Parameters
    ----------
    guide
        One of `biofeedback.guides.catalogue.GUIDES`, ``baseline`` to get to know what is usual, or
        empty to record without a guide.
    pattern
        The breath to begin with, where the guide leads one that is chosen.
    duration_s
        Length of the session; ``inf`` for an open end, or as long as the guide takes.
    options
        What else was chosen: the guide's own options, and what is watched over beside it.
    """

    guide: str
    pattern: BreathPattern
    duration_s: float = inf
    options: Mapping[str, float | str] = field(default_factory=dict)


def begin_arguments(plan: SessionPlan) -> dict[str, float | str]:
    """Return a plan as the arguments of the command that begins it."""
    from biofeedback.guides.pacer import pattern_arguments  # noqa: PLC0415 - not for the first picture

    arguments: dict[str, float | str] = {
        **pattern_arguments(plan.pattern),
        **plan.options,
        "guide": plan.guide,
    }
    if isfinite(plan.duration_s):
        arguments["duration_s"] = plan.duration_s
    return arguments


def shares_body_state(plan: SessionPlan) -> bool:
    """Return whether two people agreed that each may see how the other's body is."""
    return plan.guide == "together" and plan.options.get("share") == "body-state"


def hides_bodies(plan: SessionPlan | None) -> bool:
    """Return whether two people sit together who did not agree to show each other their bodies.

    Either may have gone over to another guide since: what was agreed on holds for the session.
    """
    return plan is not None and plan.guide == "together" and not shares_body_state(plan)


def plan_of(begin: Mapping[str, float | str]) -> SessionPlan:
    """Return the plan that `begin_arguments` wrote down; the inverse of it.

    Where no breath was written down, it is the gentle one.

    Raises
    ------
    ValueError
        If the breath is none that can be led.
    """
    from biofeedback.guides.pacer import pattern_of  # noqa: PLC0415 - not for the first picture
    from biofeedback.pacing import PRESETS  # noqa: PLC0415 - as above

    known = {*_BREATH, "guide", "duration_s"}
    options = {name: value for name, value in begin.items() if name not in known}
    duration_s = float(begin.get("duration_s", inf))
    has_breath = not _BREATH.isdisjoint(begin)
    pattern = pattern_of(begin) if has_breath else PRESETS["gentle"]
    return SessionPlan(str(begin.get("guide", "breathing")), pattern, duration_s, options)


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """The last `WAVE_S` of a fast waveform, as it was sent.

    ``t_s`` and ``values`` have shape ``(n_samples,)`` and are not writeable.
    """

    kind: StreamKind
    t_s: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The session at one moment. All times are session seconds.

    Parameters
    ----------
    t_s
        The moment.
    state
        Where the session is.
    plan
        What was chosen; ``None`` while ready.
    sensors
        The latest status of each sensor, by its id, in the order in which they were added.
    metrics
        The latest of each measure by name, of the client and of both together.
    qualities
        Each sensor's own measure of how good its signal is, by its id, where it has one.
    last_data_s
        When each sensor last delivered samples, by its id.
    beats
        Confirmed beats of the last `HISTORY_S`, oldest first, from the best heart sensor.
    hearts
        Confirmed beats of every heart sensor likewise, by sensor id.
    traces
        What every sensor of slow signals, as of skin or breath, measured, by its id: kind and points.
    waves
        The waveform of every sensor that sends one, by its id: an ECG, or else a pulse wave.
    pending
        ``(t_s, rr_ms)`` of beats that arrived but are not confirmed yet, two or three.
    pacer
        The segment in force, ``None`` when the pacer stands still.
    pacer_history
        ``(start_s, end_s, segment)`` of the last `HISTORY_S`, oldest first; the present one
        ends at ``inf``.
    breathing
        ``(t_s, belt)`` of the last `HISTORY_S`, thinned to 8 a second at most.
    scrs
        Skin conductance responses of the last `HISTORY_S`.
    partner_pacer
        The second person's own pacer, ``None`` where there is none or it stands still.
    partner_zone
        Whether the second person is within their usual range, as `arousal_zone`: only where both
        agreed beforehand that each may see it; else ``None``, whatever was measured.
    guide
        What the guide last asked for.
    decisions
        What the guide decided so far, oldest first, the newest `N_DECISIONS` of them.
    led_s
        Seconds led so far, pauses left out.
    recorder
        How the recording is doing; ``None`` when nothing is recorded.
    partner_sensors
        The ids of the sensors that the partner wears.
    baseline
        How far getting to know what is usual is; ``None`` while it is not under way.
    """

    t_s: float
    state: SessionState
    plan: SessionPlan | None = None
    sensors: Mapping[str, SensorStatus] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    qualities: Mapping[str, Metric] = field(default_factory=dict)
    last_data_s: Mapping[str, float] = field(default_factory=dict)
    beats: tuple[Beat, ...] = ()
    hearts: Mapping[str, tuple[Beat, ...]] = field(default_factory=dict)
    traces: Mapping[str, tuple[StreamKind, tuple[tuple[float, float], ...]]] = field(
        default_factory=dict
    )
    waves: Mapping[str, Wave] = field(default_factory=dict)
    pending: tuple[tuple[float, float], ...] = ()
    pacer: PacerSegment | None = None
    pacer_history: tuple[tuple[float, float, PacerSegment], ...] = ()
    breathing: tuple[tuple[float, float], ...] = ()
    scrs: tuple[Scr, ...] = ()
    partner_pacer: PacerSegment | None = None
    partner_zone: Metric | None = None
    guide: GuideState | None = None
    decisions: tuple[Decision, ...] = ()
    led_s: float = 0.0
    recorder: RecorderStatus | None = None
    partner_sensors: frozenset[str] = frozenset()
    baseline: BaselineProgress | None = None

    def last_heard_s(self, source: str) -> float | None:
        """Return when what a measure comes from was last heard, ``None`` if it never was.

        Parameters
        ----------
        source
            As in `Metric.source`; what several sensors say together is as new as the newest.
        """
        if source != TOGETHER:
            return self.last_data_s.get(sensor_of(source))
        heard = self.last_data_s.items()
        return max((t_s for each, t_s in heard if each not in self.partner_sensors), default=None)

    @property
    def present_sensors(self) -> dict[str, SensorStatus]:
        """The sensors that take part: all but those that were let go."""
        return {
            sensor_id: status
            for sensor_id, status in self.sensors.items()
            if status.state is not LinkState.STOPPED
        }

    @property
    def left_s(self) -> float:
        """Seconds of the plan still to go; ``inf`` for an open end or no plan."""
        return inf if self.plan is None else max(self.plan.duration_s - self.led_s, 0.0)
