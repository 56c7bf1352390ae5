"""What a session came to, in plain words about the body."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.kinds import GapReason, LinkState
from biofeedback.runtime.guide_log import guide_name, has_pacer
from biofeedback.runtime.snapshot import BASELINE, hides_bodies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from biofeedback.guides.resonance_result import ResonanceResult
    from biofeedback.runtime.gap_log import SensorGaps
    from biofeedback.runtime.live import LiveSession
    from biofeedback.runtime.session_log import SessionLog
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.signal.baseline import Baseline

__all__ = ["Summary", "SummaryCard", "following_time_s", "length_in_words", "part_min", "summarize"]

# Coherence is power at one rhythm over all power: from a half on, most of what the heart
# rate does is that one swing.
FOLLOWING_COHERENCE = 0.5
# Less of one kind of breathing than this is not worth words: each practice ends with a little of
# one's own. In a short session less is told than in a long one.
_TOLD_NATURAL_S, _TOLD_SHARE = 30.0, 0.2
_LEAST_PACED_S = 10.0
# Coherence describes the 64 s before it and is published every 5 s.
_COHERENCE_WINDOW_S = 64.0
_COHERENCE_STEP_S = 5.0
# Start and end are told as the mean of a minute, or of a quarter of a short session.
_EDGE_S = 60.0
_MIN_EDGE_BEATS = 5
# A length is told in seconds below this, and in minutes from it on.
_SECONDS_BELOW_S = 90
_ABOUT_USUAL = "These quiet minutes tell what is usual for you."
_NOT_ENOUGH = "Fewer than three quiet minutes came together this time. Another time is as good."
# What a person would say of a sensor that gave nothing, in the order in which it is told.
_MISSED = {
    GapReason.LINK: "was away for",
    GapReason.RADIO: "was away while Bluetooth was off, for",
    GapReason.ASLEEP: "was away while the computer slept, for",
    GapReason.SILENCE: "was quiet for",
    GapReason.CONTACT: "felt no skin for",
    GapReason.PACKETS: "lost a little on the way:",
    GapReason.CLOCK: "began anew and missed",
}
# A sensor that is told to be fine may have sent its last packet a while ago.
_AWAY_S = 5.0
_THERE = frozenset({LinkState.STREAMING, LinkState.WAITING, LinkState.STOPPED})
_PRIVATE = (
    "How each body was is not shown here: you agreed to see only the common time. "
    "It is in the record."
)
_NO_ANSWER = "The disk did not answer in time. The last part of the session may not be saved."


@dataclass(frozen=True, slots=True)
class SummaryCard:
    """One figure of the summary: ``Heart rate``, ``67 → 63 bpm``, ``start to end``."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What the end screen tells.

    ``heart_rate_bpm`` has shape ``(n_points,)`` like ``t_s`` and is ``nan`` in each gap.
    """

    session_id: str
    title: str
    headline: str
    cards: tuple[SummaryCard, ...]
    t_s: NDArray[np.float64]
    heart_rate_bpm: NDArray[np.float64]
    notes: tuple[str, ...]
    duration_s: float
    is_kept: bool
    # What was found to be usual for the person, to be kept if they wish.
    baseline: Baseline | None = None
    # What each sensor missed, and why.
    gaps: tuple[SensorGaps, ...] = ()
    # What guides did, a sentence each.
    did: tuple[str, ...] = ()
    # What was found of the pace at which the heart swings widest.
    result: ResonanceResult | None = None
    # Whether a guide led at all, and the distress, 0 to 10, that was told before.
    is_led: bool = False
    distress_before: float = nan
    # Which guides led, for how long, and how much of that the breath was left to the person.
    guides: tuple[str, ...] = ()
    led_s: float = 0.0
    natural_s: float = 0.0
    # Mean heart rate at the start and at the end; ``nan`` where it is not known.
    edges_bpm: tuple[float, float] = (nan, nan)

    @property
    def tells_natural(self) -> bool:
        """Whether it is worth words that the breath was left to the person for a while."""
        return tells_natural(self.led_s, self.natural_s)

    @property
    def paced_s(self) -> float:
        """Seconds for which a pacer led, 0 where that was for a moment alone."""
        paced_s = self.led_s - self.natural_s
        return paced_s if paced_s >= _LEAST_PACED_S else 0.0


def tells_natural(led_s: float, natural_s: float) -> bool:
    """Whether it is worth words that of so many seconds so many were without a pacer."""
    return natural_s >= min(_TOLD_NATURAL_S, _TOLD_SHARE * led_s) and natural_s > 0


def length_in_words(seconds: float) -> str:
    """Return ``45 seconds``, ``1 minute``, ``10 minutes`` or ``1 h 5 min``."""
    whole = round(seconds)
    if whole < _SECONDS_BELOW_S:
        return "1 second" if whole == 1 else f"{whole} seconds"
    minutes = round(whole / 60)
    return f"{minutes} minutes" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def summarize(session: LiveSession, last: Snapshot) -> Summary:
    """Return the summary of a session that ended.

    Parameters
    ----------
    session
        The session.
    last
        Its last snapshot.
    """
    log = session.log
    # Both look at it together: it keeps to what they agreed to show each other.
    is_private = hides_bodies(session.plan)
    t_s, rate = (np.empty(0), np.empty(0)) if is_private else log.curve()
    for array in (t_s, rate):
        array.setflags(write=False)
    gaps = session.gaps.told()
    names = {status.sensor_id: status.name for status in session.sensors()}
    recorder = session.recorder
    guide = session.plan.guide if session.plan else ""
    guides = log.guides.guides or ((guide,) if guide not in {"", BASELINE} else ())
    length_s = log.guides.led_s(last.t_s) if guides else last.t_s
    length = length_in_words(length_s)
    led = _names_in_words(guides)
    natural_s = min(log.guides.natural_s(last.t_s), length_s)
    headline = _headline(log, length_s, natural_s, guides, is_private=is_private)
    if guide == BASELINE:
        headline = _ABOUT_USUAL if session.baseline else _NOT_ENOUGH
    return Summary(
        session_id="" if recorder is None else recorder.session_id,
        title=f"{length} {_of(guides, length_s, natural_s)} {led}"
        if guides
        else f"{length} recorded",
        headline=headline,
        cards=() if is_private else _cards(log),
        t_s=t_s,
        heart_rate_bpm=rate,
        notes=(
            *([_PRIVATE] if is_private else ()),
            *_notes(log, last, is_private=is_private),
            *_missed_notes(gaps, names),
            *_away_notes(last),
        ),
        duration_s=last.t_s,
        is_kept=_is_kept(last),
        baseline=session.baseline,
        gaps=gaps,
        did=log.guides.sentences(),
        result=None if is_private else _result(log),
        is_led=bool(log.guides.guides),
        distress_before=_distress_before(session, log),
        guides=log.guides.guides,
        led_s=length_s,
        natural_s=natural_s,
        edges_bpm=(nan, nan)
        if is_private
        else _edges(np.array(log.t_s), np.array(log.heart_rate_bpm)) or (nan, nan),
    )


def _names_in_words(names: Sequence[str]) -> str:
    """Return ``paced breathing``, or ``paced breathing and grounding``."""
    words = [guide_name(name) for name in names]
    return " and ".join(word[:1].lower() + word[1:] for word in words)


def _result(log: SessionLog) -> ResonanceResult | None:
    from biofeedback.guides.resonance_result import result_of  # noqa: PLC0415 - rarely there

    return None if log.guides.result is None else result_of((log.guides.result,))


def _distress_before(session: LiveSession, log: SessionLog) -> float:
    """Return what was told before beginning, else first on the way; ``nan`` if it never was."""
    told = session.plan.options.get("distress_before") if session.plan else None
    return float(told) if isinstance(told, float | int) else log.guides.distress_before


def _is_kept(last: Snapshot) -> bool:
    """Whether all of it is saved, and not only that the recorder knows of no trouble.

    A disk that never answers raises no error; the recorder gives up waiting for it.
    """
    recorder = last.recorder
    return recorder is not None and recorder.is_saving and recorder.saved_until_s >= last.t_s


def _headline(
    log: SessionLog,
    length_s: float,
    natural_s: float,
    guides: Sequence[str],
    *,
    is_private: bool = False,
) -> str:
    length = length_in_words(length_s)
    is_paced = len(guides) == 1 and has_pacer(guides[0])
    if guides and length_s <= 0:
        return f"The session ended before the {'pacer' if is_paced else 'guide'} began."
    if guides and not is_paced:
        return f"You took {length} for {_names_in_words(guides)}."
    led = _paced_words(length_s, natural_s) if is_paced else f"{length} recorded."
    if is_private:
        return led
    if not log.n_beats:
        rate = "Your sensor told your heart rate, and no single beats."
        return f"{led} {rate if log.n_rates else 'No heartbeats came in.'}"
    return _following(log, length_s, natural_s, led) if is_paced and log.coherence else led


def _of(guides: Sequence[str], length_s: float, natural_s: float) -> str:
    """Return ``of``, or where a pacer did not lead all of the time ``with``."""
    return "with" if has_pacer(guides[0]) and tells_natural(length_s, natural_s) else "of"


def _paced_words(length_s: float, natural_s: float) -> str:
    """Say for how long the pacer led, and for how long the breath was left as it came."""
    paced_s = length_s - natural_s
    if not tells_natural(length_s, natural_s):
        return f"You breathed with the pacer for {length_in_words(paced_s)}."
    if paced_s < _LEAST_PACED_S:
        return f"You breathed as it came for {length_in_words(length_s)}."
    return (
        f"You breathed with the pacer for {_part_in_words(paced_s)}, "
        f"and as it came for {_part_in_words(natural_s)}."
    )


def _part_in_words(seconds: float) -> str:
    """Return a part of a session as exactly as is needed for the parts to make up the whole."""
    is_short = round(seconds) < _SECONDS_BELOW_S
    return length_in_words(seconds) if is_short else f"{part_min(seconds)} minutes"


def _following(log: SessionLog, length_s: float, natural_s: float, led: str) -> str:
    """Say for how long the heart followed the breath, led or not."""
    following_s = min(following_time_s(log.coherence_t_s, log.coherence), length_s)
    if following_s < _COHERENCE_STEP_S:
        return f"{led} Your heart rate kept its own rhythm."
    if length_s < 120:
        followed = f"{round(following_s)} of {round(length_s)} seconds."
    else:
        followed = f"{part_min(following_s)} of {part_min(length_s)} minutes."
    # Without natural breathing in it, the time of the two is the same.
    own = f"{led} " if tells_natural(length_s, natural_s) else ""
    return f"{own}Your heart followed your breath for {followed}"


def following_time_s(t_s: Sequence[float], coherence: Sequence[float]) -> float:
    """Return for how long the heart rate swung mostly at one rhythm.

    Each value stands for the 5 s that are new in it; the first one, and the first after a
    gap, for its whole window.

    Parameters
    ----------
    t_s, coherence
        Time and value (0 to 1) of each coherence, equally long.
    """
    total_s = 0.0
    before_s = float("-inf")
    for now_s, value in zip(t_s, coherence, strict=True):
        is_next = now_s - before_s < 1.5 * _COHERENCE_STEP_S
        if value >= FOLLOWING_COHERENCE:
            total_s += _COHERENCE_STEP_S if is_next else _COHERENCE_WINDOW_S
        before_s = now_s
    return total_s


def part_min(seconds: float) -> str:
    """Return minutes, in tenths as long as they are few."""
    minutes = seconds / 60
    return (
        f"{minutes:.0f}"
        if minutes >= 5 or abs(minutes - round(minutes)) < 0.05
        else f"{minutes:.1f}"
    )


def _cards(log: SessionLog) -> tuple[SummaryCard, ...]:
    cards = []
    edges = _edges(np.array(log.t_s), np.array(log.heart_rate_bpm))
    if edges is not None:
        cards.append(
            SummaryCard("Heart rate", f"{edges[0]:.0f} → {edges[1]:.0f} bpm", "start to end")
        )
    if log.swing_bpm:
        first, last = log.swing_bpm[0], log.swing_bpm[-1]
        cards.append(
            SummaryCard("Swing per breath", f"{first:.1f} → {last:.1f} bpm", "first to last minute")
        )
    if log.coherence:
        middle = 100 * float(np.median(log.coherence))
        cards.append(SummaryCard("Coherence", f"{middle:.0f} %", "middle of all values"))
    if log.n_beats:
        share = 100 * log.n_corrected / log.n_beats
        cards.append(
            SummaryCard("Beats corrected", f"{share:.1f} %", f"{log.n_corrected} of {log.n_beats}")
        )
    return tuple(cards)


def _edges(t_s: NDArray[np.float64], rate: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return mean heart rate of the first and of the last stretch."""
    if t_s.size < 2 * _MIN_EDGE_BEATS:
        return None
    edge_s = min(_EDGE_S, (t_s[-1] - t_s[0]) / 4)
    first = rate[t_s <= t_s[0] + edge_s]
    last = rate[t_s >= t_s[-1] - edge_s]
    if min(first.size, last.size) < _MIN_EDGE_BEATS:
        return None
    return float(first.mean()), float(last.mean())


def _notes(log: SessionLog, last: Snapshot, *, is_private: bool) -> tuple[str, ...]:
    notes = []
    if log.n_gaps:
        times = "once" if log.n_gaps == 1 else f"{log.n_gaps} times"
        notes.append(f"The heart signal was interrupted {times}. Gaps are left open.")
    if log.n_pauses:
        times = "once" if log.n_pauses == 1 else f"{log.n_pauses} times"
        notes.append(f"You paused {times}.")
    if last.recorder is not None and not _is_kept(last):
        notes.append(last.recorder.message or _NO_ANSWER)
        if last.recorder.saved_until_s > 0:
            notes.append(f"Its first {length_in_words(last.recorder.saved_until_s)} are kept.")
    elif last.recorder is None:
        notes.append("This session was not kept.")
    waiting = [m for m in last.metrics.values() if not isfinite(m.value) and m.reason]
    # Why one is missing tells of a body: how its heart beats, or its breath goes.
    if waiting and not log.coherence and not is_private:
        notes.append(f"Some measures are missing: {waiting[0].reason}.")
    return tuple(notes)


def _missed_notes(gaps: Sequence[SensorGaps], names: Mapping[str, str]) -> Iterator[str]:
    """Say how long each sensor was missing. What was shorter than a second is not worth a line."""
    for reason, words in _MISSED.items():
        for each in gaps:
            if each.reason is reason and each.lost_s >= 1.0:
                times = "once" if each.n_times == 1 else f"{each.n_times} times"
                name = names.get(each.sensor_id, each.sensor_id)
                yield f"{name} {words} {length_in_words(each.lost_s)} in all ({times})."


def _away_notes(last: Snapshot) -> Iterator[str]:
    """Say what was gone at the end: such a stretch is no gap, for nothing came after it."""
    for sensor_id, status in last.sensors.items():
        away_s = last.t_s - last.last_data_s.get(sensor_id, last.t_s)
        if status.state not in _THERE and away_s >= _AWAY_S:
            yield f"{status.name} was away for the last {length_in_words(away_s)}."
