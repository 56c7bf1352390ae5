"""The heart of a session: pipeline and guide as one function of the recorded inputs.

The live session and the replay both feed a `SessionCore`, and that is why a replay gives
the same numbers bit for bit: there is no other way in, no clock and no timer in here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.guides.leader import Leader
from biofeedback.guides.pacer import PacerChange
from biofeedback.runtime.snapshot import BASELINE
from biofeedback.samples import Chunk, Command, Input, Metric, Result, Role, StreamInfo, StreamKind
from biofeedback.signal.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from biofeedback.guides.leader import Led
    from biofeedback.signal.arousal import ArousalNode
    from biofeedback.signal.baseline import Baseline, BaselineProgress

__all__ = ["PACER_STREAM", "SessionCore"]

PACER_STREAM = StreamInfo(
    sensor_id="guide",
    kind=StreamKind.PACER,
    channels=("in_s", "hold_in_s", "out_s", "hold_out_s", "step", "fraction"),
)
PARTNER_PACER_STREAM = replace(PACER_STREAM, sensor_id="guide-partner", role=Role.PARTNER)


class SessionCore:
    """Takes inputs in order, gives results in order.

    Parameters
    ----------
    on_failure
        Called once if the pipeline fails, a bug of ours. From then on there are no measures,
        for they could not be trusted, and the guide goes on. Without it the error is raised.
    on_guide_failure
        Called if a guide fails, a bug of ours, or cannot be begun as it was asked for. It is over
        then: the pacer stands still. Without it the error is raised.
    is_live
        As for `Pipeline`.
    """

    def __init__(
        self,
        on_failure: Callable[[Exception], None] | None = None,
        *,
        on_guide_failure: Callable[[Exception], None] | None = None,
        is_live: bool = True,
    ) -> None:
        self._on_failure = on_failure
        self._on_guide_failure = on_guide_failure
        self._pipeline = Pipeline(is_live=is_live)
        self._is_computing = True
        self._leader = Leader()
        # Asked for by commands alone, for to ask for it is to make the person known to the pipeline.
        self._arousal: ArousalNode | None = None

    @property
    def leader(self) -> Leader:
        """Who leads, to read how far it is."""
        return self._leader

    @property
    def pending_beats(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """``(t_s, rr_ms)`` of beats that arrived but are not confirmed, by sensor id."""
        return self._pipeline.pending_beats

    def push(self, item: Input) -> tuple[Result | PacerChange, ...]:
        """Take one input.

        The guide is advanced to the moment of the input first, so that the pacer's changes
        reach the pipeline before the beats they lead; then it hears what was computed.
        """
        if isinstance(item, Command):
            if item.name.startswith(f"{BASELINE}-"):
                return self.advance(item.t_s) + self._computed(partial(self._tell_baseline, item))
            return self._led(item.t_s, partial(self._leader.command, item))
        if item.stream.role is Role.PARTNER:
            self._leader.know_partner(item.stream.sensor_id)
        before = self.advance(item.arrival_s)
        found = self._computed(partial(self._pipeline.push, item))
        metrics = [result for result in found if isinstance(result, Metric)]
        sense = partial(self._leader.sense, metrics, item.arrival_s)
        return before + found + self._led(item.arrival_s, sense)

    def advance(self, t_s: float) -> tuple[Led, ...]:
        """Let the guide's time pass without an input."""
        return self._led(t_s, partial(self._leader.advance, t_s))

    def finish(self, t_s: float) -> tuple[Result | PacerChange, ...]:
        """End the session: confirm the beats that still wait for their neighbours."""
        return self.advance(t_s) + self._computed(self._pipeline.finish)

    @property
    def baseline_progress(self) -> BaselineProgress | None:
        """How far getting to know what is usual is, ``None`` while it is not under way."""
        return self._arousal.baseline_progress if self._arousal else None

    def take_recorded(self) -> Baseline | None:
        """Return a baseline that was recorded since the last call."""
        return self._arousal.take_recorded() if self._arousal else None

    def _tell_baseline(self, command: Command) -> tuple[Result, ...]:
        self._arousal = arousal = self._pipeline.arousal()
        match command.name.removeprefix(f"{BASELINE}-"):
            case "begin":
                arousal.begin_baseline(command.t_s)
            case "end":
                arousal.end_baseline(command.t_s)
            case "pause":
                arousal.pause_baseline()
            case "resume":
                arousal.resume_baseline(command.t_s)
            case _:
                msg = f"unknown command {command.name!r}"
                raise ValueError(msg)
        return ()

    def _computed(self, work: Callable[[], tuple[Result, ...]]) -> tuple[Result, ...]:
        if not self._is_computing:
            return ()
        try:
            return work()
        except Exception as error:
            if self._on_failure is None:
                raise
            self._is_computing = False
            self._on_failure(error)
            return ()

    def _led(self, t_s: float, work: Callable[[], tuple[Led, ...]]) -> tuple[Led, ...]:
        try:
            led = work()
        except Exception as error:
            if self._on_guide_failure is None:
                raise
            led = self._leader.give_up(t_s)
            self._on_guide_failure(error)
        return self._feed_pacer(led)

    def _feed_pacer(self, led: tuple[Led, ...]) -> tuple[Led, ...]:
        for item in led:
            if isinstance(item, PacerChange):
                self._computed(partial(self._pipeline.push, _pacer_chunk(item)))
        return led


def _pacer_chunk(change: PacerChange) -> Chunk:
    segment = change.segment
    if segment is None:
        row = [nan] * len(PACER_STREAM.channels)
    else:
        row = [*segment.pattern.parts_s, float(segment.step), segment.fraction]
    stream = PACER_STREAM if change.role is Role.CLIENT else PARTNER_PACER_STREAM
    return Chunk(stream, np.array([change.t_s]), np.array([row]), change.t_s)
