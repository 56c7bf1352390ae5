from __future__ import annotations

import pytest

from biofeedback.samples import RRFlag
from biofeedback.simulation.heartbeats import Heartbeats
from biofeedback.simulation.options import Faults
from biofeedback.simulation.strap import StrapSensing

BEATS = [(0.9 * k, 0.9) for k in range(2001)]


def test_without_early_beats_they_are_the_body_s() -> None:
    """One each, at its time."""
    heartbeats = Heartbeats(1, 0.0)
    beats = [one for t_s, rr_s in BEATS for one in heartbeats.after(t_s, rr_s)]

    assert [(one.t_s, one.rr_s) for one in beats] == BEATS
    assert not any(one.is_ectopic for one in beats)


def test_an_early_beat_takes_the_place_of_one() -> None:
    """As many beats as before, in order; it is 15 to 35 % early and the next keeps its time."""
    heartbeats = Heartbeats(1, 5.0)
    beats = [one for t_s, rr_s in BEATS for one in heartbeats.after(t_s, rr_s)]
    early = [k for k, one in enumerate(beats) if one.is_ectopic]

    assert len(early) > 60
    for k in early[:-1]:
        share = (beats[k].t_s - beats[k - 1].t_s) / 0.9
        assert 0.65 <= share <= 0.85
        assert beats[k + 1].t_s - beats[k - 1].t_s == pytest.approx(1.8)


def test_they_are_the_early_beats_of_the_strap() -> None:
    """At the same times where the rhythm is steady, to the jitter of the strap."""
    heartbeats = Heartbeats(3, 5.0)
    beats = [one for t_s, rr_s in BEATS for one in heartbeats.after(t_s, rr_s)]
    early_s = [one.t_s for one in beats if one.is_ectopic]
    strap = StrapSensing(3, Faults(ectopic_pct=5.0)).sense(
        (t_s, rr_s * 1000) for t_s, rr_s in BEATS[1:]
    )
    strap_s = [one.t_s for one in strap if one.flag is RRFlag.ECTOPIC]

    assert early_s[: len(strap_s)] == pytest.approx(strap_s, abs=0.006)
