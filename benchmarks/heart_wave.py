"""CPU of the heart wave scrolling at 60 frames a second, against the same in pyqtgraph."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.heart_rhythm import rr_intervals_ms
from benchmarks.result import Result, in_turns

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from biofeedback.runtime.snapshot import Snapshot

ROUNDS = 5
FRAMES_PER_S = 60
# Frames of one round: 10 s of session, which hold about 12 beats.
N_FRAMES = 600
WINDOW_S = 60.0
WIDTH, HEIGHT = 1100, 180
TARGET = 0.25
# Points a second of the smooth line that pyqtgraph is given, as fine as ours looks.
LINE_RATE_HZ = 10
N_PENDING = 2


class Film:
    """A session that has run for a while: its snapshot at every moment, a new one each beat."""

    def __init__(self) -> None:
        from biofeedback.pacing import PRESETS, PacerSegment
        from biofeedback.runtime.snapshot import HISTORY_S, SessionState, Snapshot
        from biofeedback.samples import Beat, RRFlag

        seconds = WINDOW_S + (ROUNDS + 3) * N_FRAMES / FRAMES_PER_S
        self.rr_ms = rr_intervals_ms(seconds)
        self.beat_s = np.cumsum(self.rr_ms) / 1000
        self.pacer = PacerSegment(0.0, PRESETS["gentle"])
        beats = [
            Beat(float(t_s), float(rr), float(rr), RRFlag.NORMAL, "strap")
            for t_s, rr in zip(self.beat_s, self.rr_ms, strict=True)
        ]
        self._snapshots: list[Snapshot] = []
        for count in range(1, len(beats) + 1):
            known = beats[: count - N_PENDING] if count > N_PENDING else []
            newest_s = beats[count - 1].t_s
            self._snapshots.append(
                Snapshot(
                    newest_s,
                    SessionState.RUNNING,
                    beats=tuple(beat for beat in known if beat.t_s > newest_s - HISTORY_S),
                    pending=tuple(
                        (beat.t_s, beat.rr_ms) for beat in beats[max(count - N_PENDING, 0) : count]
                    ),
                    pacer=self.pacer,
                    pacer_history=((0.0, inf, self.pacer),),
                )
            )

    def at(self, t_s: float) -> Snapshot:
        """Return the newest snapshot at a time."""
        return self._snapshots[int(np.searchsorted(self.beat_s, t_s, side="right")) - 1]


class Ours:
    """The app's own widget, driven as its screen drives it."""

    def __init__(self, film: Film) -> None:
        from biofeedback.ui.widgets.heart_wave import HeartWave

        self._film = film
        self._wave = HeartWave()
        self.widget: QWidget = self._wave

    def frame(self, t_s: float) -> None:
        """Show one moment."""
        self._wave.set_snapshot(self._film.at(t_s))
        self._wave.advance(t_s)


class Theirs:
    """The same two lines in a pyqtgraph plot, as lean as it can be told to be.

    Its pens are one pixel wide and without antialiasing, which costs it least; its data is set
    when a beat came, and between beats only its x axis scrolls.
    """

    def __init__(self, film: Film) -> None:
        import pyqtgraph as pg

        self._film = film
        self._plot = pg.PlotWidget()
        self._plot.hideAxis("left")
        self._plot.hideAxis("bottom")
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setYRange(50, 100, padding=0)
        self._heart = self._plot.plot(pen=pg.mkPen("r", width=1))
        self._pacer = self._plot.plot(pen=pg.mkPen("b", width=1))
        self.widget: QWidget = self._plot
        self._shown: Snapshot | None = None

    def frame(self, t_s: float) -> None:
        """Show one moment."""
        snapshot = self._film.at(t_s)
        if snapshot is not self._shown:
            self._shown = snapshot
            line_s = np.arange(t_s - WINDOW_S - 2, t_s, 1 / LINE_RATE_HZ)
            beat_s = np.array([beat.t_s for beat in snapshot.beats])
            rate_bpm = np.array([60_000 / beat.corrected_rr_ms for beat in snapshot.beats])
            self._heart.setData(line_s, np.interp(line_s, beat_s, rate_bpm))
            depth = [self._film.pacer.at(float(each_s)).depth for each_s in line_s]
            self._pacer.setData(line_s, 60 + 30 * np.array(depth))
        self._plot.setXRange(t_s - WINDOW_S, t_s, padding=0)


def run() -> list[Result]:
    """Let both scroll over the same seconds, a round each in turn."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from biofeedback.ui import app as ui_app

    app = ui_app.application()
    film = Film()
    sides: list[Ours | Theirs] = [Ours(film), Theirs(film)]
    for side in sides:
        side.widget.resize(WIDTH, HEIGHT)
        side.widget.show()
    app.processEvents()
    for side in sides:
        _see_it_painted(app, side)
    moments = [Moments(app), Moments(app)]
    ours_ms, theirs_ms = in_turns(
        [
            lambda: moments[0].cpu_ms_a_frame(sides[0]),
            lambda: moments[1].cpu_ms_a_frame(sides[1]),
        ],
        ROUNDS,
    )
    for side in sides:
        side.widget.close()
    return [
        Result(
            "heart wave at 60 frames a second",
            ours_ms,
            theirs_ms,
            "ms",
            TARGET,
            f"CPU of a frame of HeartWave, {WIDTH} x {HEIGHT}: line, pacer, newest beats, "
            "antialiased",
            "CPU of a frame of a pyqtgraph plot of the same size and lines, 1 px, not antialiased, "
            "x axis scrolling",
        )
    ]


def _see_it_painted(app: QApplication, side: Ours | Theirs) -> None:
    """Make sure that a side does paint what it is shown: a hidden widget would cost nothing."""
    pictures = set()
    for t_s in (WINDOW_S, WINDOW_S + 2.0, WINDOW_S + 4.0):
        side.frame(t_s)
        app.processEvents()
        pictures.add(bytes(side.widget.grab().toImage().constBits()))
    if len(pictures) != 3:
        msg = f"{type(side).__name__} does not move"
        raise RuntimeError(msg)


class Moments:
    """Frame times of one side, going on where its last round ended."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._start_s = WINDOW_S

    def cpu_ms_a_frame(self, side: Ours | Theirs) -> float:
        """Show the next frames one after the other; only the processor's time counts."""
        frames_s = self._start_s + np.arange(N_FRAMES + 1) / FRAMES_PER_S
        began_s = time.process_time()
        for _, t_s in pairwise(frames_s.tolist()):
            side.frame(t_s)
            self._app.processEvents()
        took_s = time.process_time() - began_s
        self._start_s = float(frames_s[-1])
        return took_s / N_FRAMES * 1000
