"""The wave shows what was measured where it was measured, and nothing where nothing was."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

from biofeedback.pacing import PRESETS, PacerSegment
from biofeedback.runtime.snapshot import SessionState, Snapshot
from biofeedback.samples import Beat, RRFlag
from biofeedback.ui import theme
from biofeedback.ui.widgets.heart_wave import HeartWave
from ui.engine_double import breathing_beats

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 600, 160
PER_S = WIDTH / 60.0


def beat(t_s: float, rr_ms: float, flag: RRFlag = RRFlag.NORMAL, corrected: float = inf) -> Beat:
    return Beat(t_s, rr_ms, rr_ms if corrected == inf else corrected, flag, "strap")


def a_wave() -> HeartWave:
    wave = HeartWave()
    wave.resize(WIDTH, HEIGHT)
    # Only one that is shown keeps its picture: another is dressed for each grab, and paints anew.
    wave.show()
    return wave


def snapshot(t_s: float, beats: tuple[Beat, ...], **changes: object) -> Snapshot:
    made = Snapshot(t_s, SessionState.RUNNING, beats=beats)
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of a test's choosing


def painted(wave: HeartWave) -> NDArray[np.uint8]:
    """Return red, green, blue of each pixel, shape (height, width, 3)."""
    image = wave.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    # A copy: the bits are the image's own, and it ends with this function.
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1).copy()
    return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


def near(picture: NDArray[np.uint8], color: str, within: int = 40) -> NDArray[np.bool_]:
    """Return which columns hold a pixel of a color, each channel ``within`` so much."""
    wanted = QColor(color)
    rgb = np.array([wanted.red(), wanted.green(), wanted.blue()])
    found: NDArray[np.bool_] = (np.abs(picture.astype(int) - rgb).max(axis=2) < within).any(axis=0)
    return found


def test_gap_stays_a_gap_on_the_screen() -> None:
    """Beats are missing from 30 to 40 s; at 70 s that is columns 200 to 300 of 600."""
    wave = a_wave()
    beats = breathing_beats(70.0, gap=(30.0, 40.0), source="strap")
    wave.set_snapshot(snapshot(70.0, beats))
    wave.advance(70.0)

    columns = near(painted(wave), theme.colors().heart)
    inside = [b for b in beats if b.t_s > 10.5]
    last_before = max(b.t_s for b in inside if b.t_s <= 30.0)
    first_after = min(b.t_s for b in inside if b.t_s >= 40.0)
    left, right = round((last_before - 10) * PER_S), round((first_after - 10) * PER_S)
    assert not columns[left + 3 : right - 2].any()
    assert columns[10 : left - 2].mean() > 0.95
    assert columns[right + 12 : -20].mean() > 0.95


def test_scrolled_picture_equals_one_painted_at_once() -> None:
    """A minute in frames of 16 ms, beats confirmed as they come, against one painting."""
    beats = breathing_beats(70.0, source="strap")
    segment = PacerSegment(0.0, PRESETS["gentle"])
    history = ((0.0, inf, segment),)

    def at(t_s: float) -> Snapshot:
        known = tuple(b for b in beats if b.t_s <= t_s)
        waiting = tuple((b.t_s, b.rr_ms) for b in known[-2:])
        return snapshot(t_s, known[:-2], pending=waiting, pacer_history=history)

    scrolled, fresh = a_wave(), a_wave()
    # The range is that of all beats from the start, so that both have the same.
    for wave in (scrolled, fresh):
        wave.set_snapshot(at(60.0))
    t_s = 60.0
    for frame in range(round(10.0 / 0.016) + 1):
        t_s = 60.0 + frame * 0.016
        if frame % 3 == 0:
            scrolled.set_snapshot(at(t_s))
        scrolled.advance(t_s)
    fresh.set_snapshot(at(t_s))
    fresh.advance(t_s)

    one, other = painted(scrolled).astype(int), painted(fresh).astype(int)
    differing = (np.abs(one - other).max(axis=2) > 60).mean()
    assert differing < 0.002


def test_what_came_while_another_page_was_shown_is_there_afterwards() -> None:
    """The page is left at 65 s and looked at again at 100 s."""
    beats = breathing_beats(100.0, source="strap")
    wave = a_wave()
    for t_s in (60.0, 65.0, 100.0):
        wave.set_snapshot(snapshot(t_s, tuple(b for b in beats if b.t_s <= t_s)))
        wave.advance(t_s)
    columns = near(painted(wave), theme.colors().heart)
    assert columns[10:-20].mean() > 0.95


def test_a_window_that_is_made_wider_shows_the_whole_minute() -> None:
    """It is painted at the new width before it hears of the next moment."""
    beats = breathing_beats(100.0, source="strap")
    wave = a_wave()
    wave.set_snapshot(snapshot(100.0, beats))
    wave.advance(100.0)
    wave.resize(2 * WIDTH, HEIGHT)
    wave.grab()
    wave.advance(100.5)
    columns = near(painted(wave), theme.colors().heart)
    assert columns[10:-60].mean() > 0.95


def test_pacer_is_dashed_beside_the_wave_and_absent_while_paused() -> None:
    """Led until 40 s, paused until 60 s, led again: at 70 s, columns 300 to 500 are empty."""
    first, second = PacerSegment(0.0, PRESETS["gentle"]), PacerSegment(60.0, PRESETS["gentle"])
    wave = a_wave()
    wave.set_snapshot(
        snapshot(
            70.0, (beat(69.0, 800.0),), pacer_history=((0.0, 40.0, first), (60.0, inf, second))
        )
    )
    wave.advance(70.0)

    # The line of the pacer lets a quarter of the ground through.
    columns = near(painted(wave), theme.colors().breath, within=60)
    assert not columns[302:498].any()
    assert 0.3 < columns[:298].mean() < 0.8, "dashed: neither empty nor a full line"
    assert columns[502:590].any()


def test_range_widens_at_once_and_never_cuts_a_beat() -> None:
    wave = a_wave()
    wave.set_snapshot(snapshot(10.0, (beat(8.0, 800.0), beat(8.8, 800.0))))
    low, high = wave.range_bpm
    assert low < 75.0 < high

    wave.set_snapshot(snapshot(11.0, (beat(8.0, 800.0), beat(8.8, 800.0), beat(9.3, 500.0))))
    low, high = wave.range_bpm
    assert low < 75.0
    assert high > 120.0


def test_new_session_starts_with_an_empty_wave() -> None:
    """Session time begins anew: what was drawn of the last one is gone."""
    wave = a_wave()
    wave.set_snapshot(snapshot(70.0, breathing_beats(70.0, source="strap")))
    wave.advance(70.0)
    wave.set_snapshot(snapshot(0.1, ()))
    wave.advance(0.1)

    assert wave.points == ()
    assert not near(painted(wave), theme.colors().heart).any()


def test_eight_hours_leave_no_more_behind_than_a_minute() -> None:
    wave = a_wave()
    rr_s, t_s = 0.9, 28_000.0
    while t_s < 28_800.0:
        recent = tuple(beat(t_s - rr_s * back, 900.0) for back in range(70, -1, -1))
        wave.set_snapshot(snapshot(t_s, recent))
        wave.advance(t_s)
        t_s += 9 * rr_s

    assert len(wave.points) < 90
