from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sessions.formats.reading import read_text, series

if TYPE_CHECKING:
    from pathlib import Path


def test_times_of_beats_are_kept_with_their_gap(tmp_path: Path) -> None:
    """The fourth beat comes 10 s after the third, with an interval of 0.9 s."""
    text = "0.0 0.8\n0.9 0.9\n1.7 0.8\n11.7 0.9\n12.5 0.8\n13.4 0.9\n14.2 0.8\n"
    t_s, rr_ms = series(read_text(tmp_path, text))
    assert t_s.tolist() == [0.0, 0.9, 1.7, 11.7, 12.5, 13.4, 14.2]
    assert rr_ms.tolist() == [800.0, 900.0, 800.0, 900.0, 800.0, 900.0, 800.0]


@pytest.mark.parametrize(
    ("unit", "start"), [(1, 0.8), (1000, 800), (10**6, 0.8e6), (1, 1.7e9), (1000, 1.7e12)]
)
def test_times_in_any_unit_and_from_any_epoch(tmp_path: Path, unit: int, start: float) -> None:
    times_s = [0.8, 1.7, 2.5, 3.4, 4.2]
    text = "time,rr\n" + "".join(
        f"{start + (t_s - 0.8) * unit!r},{rr}\n"
        for t_s, rr in zip(times_s, [800, 900, 800, 900, 800], strict=True)
    )
    t_s, _ = series(read_text(tmp_path, text))
    assert t_s == pytest.approx(times_s, abs=1e-3)


def test_times_of_day_are_read(tmp_path: Path) -> None:
    text = "time;rr\n23:10:00,800;800\n23:10:01,700;900\n23:10:02,500;800\n23:10:12,500;900\n"
    text += "23:10:13,300;800\n23:10:14,200;900\n23:10:15,000;800\n"
    t_s, _ = series(read_text(tmp_path, text))
    assert t_s == pytest.approx([0.8, 1.7, 2.5, 12.5, 13.3, 14.2, 15.0], abs=1e-6)


def test_intervals_before_times_are_found(tmp_path: Path) -> None:
    t_s, rr_ms = series(read_text(tmp_path, "800 0.8\n900 1.7\n800 2.5\n900 3.4\n"))
    assert rr_ms.tolist() == [800.0, 900.0, 800.0, 900.0]
    assert t_s.tolist() == [0.8, 1.7, 2.5, 3.4]


def test_times_that_go_back_are_left_aside(tmp_path: Path) -> None:
    text = "time,rr\n5,800\n3,810\n9,790\n1,805\n"
    t_s, rr_ms = series(read_text(tmp_path, text))
    assert rr_ms.tolist() == [800.0, 810.0, 790.0, 805.0]
    assert t_s == pytest.approx(np.cumsum(rr_ms) / 1000)


def arrivals(lost: slice | None, seed: int = 3) -> tuple[list[float], list[int]]:
    """Intervals around 800 ms and when a radio delivered them, up to 0.4 s late."""
    rng = np.random.default_rng(seed)
    rr = rng.integers(700, 900, 200)
    arrival_s = np.cumsum(rr) / 1000 + rng.uniform(0.0, 0.4, 200)
    keep = np.ones(200, dtype=bool)
    if lost is not None:
        keep[lost] = False
    return np.sort(arrival_s)[keep].tolist(), rr[keep].tolist()


def test_jitter_of_arrival_opens_no_gap(tmp_path: Path) -> None:
    times, rr = arrivals(None)
    text = "".join(f"{t},{r}\n" for t, r in zip(times, rr, strict=True))
    t_s, rr_ms = series(read_text(tmp_path, text))
    assert rr_ms.tolist() == rr
    assert t_s == pytest.approx(np.cumsum(rr) / 1000)


def test_lost_intervals_open_a_gap_of_their_length(tmp_path: Path) -> None:
    """Ten of 0.8 s are lost: about 8 s, within the jitter of 0.4 s."""
    times, rr = arrivals(slice(100, 110))
    text = "".join(f"{t},{r}\n" for t, r in zip(times, rr, strict=True))
    t_s, rr_ms = series(read_text(tmp_path, text))
    gaps_s = np.diff(t_s) - rr_ms[1:] / 1000
    assert np.flatnonzero(gaps_s > 0.001).tolist() == [99]
    assert gaps_s[99] == pytest.approx(8.0, abs=1.0)


def test_a_radio_that_held_back_opens_no_gap(tmp_path: Path) -> None:
    """Four beats come at once, 3 s late; nothing is missing."""
    times, rr = arrivals(None)
    times[100:104] = [times[103] + 0.01 * i for i in range(4)]
    text = "".join(f"{t},{r}\n" for t, r in zip(times, rr, strict=True))
    t_s, _ = series(read_text(tmp_path, text))
    assert t_s == pytest.approx(np.cumsum(rr) / 1000)
