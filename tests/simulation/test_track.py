from __future__ import annotations

import numpy as np
import pytest

from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.guidance import Guidance, Way
from biofeedback.simulation.track import BodyTrack, SensedBlocks, joined


def test_blocks_come_when_the_body_has_lived_past_them() -> None:
    """Of a fifth of a second each, none within the lookahead, every sample once."""
    client, track = VirtualClient.from_seed(1), BodyTrack(50.0, 0.3, None)
    times: list[float] = []
    for step in range(200):
        now_s = (step + 1) / 10
        for t_s in track.blocks(client.advance(now_s)):
            assert t_s.size == 10
            assert t_s[-1] <= now_s - 0.3 + 1e-9
            times += t_s.tolist()

    assert times == [(k + 1) / 50 for k in range(len(times))]
    assert times[-1] > 19.4


def test_a_waveform_of_beats_begins_with_the_first_one() -> None:
    """A tenth of a second after the beat that began the first interval."""
    produced = VirtualClient.from_seed(1).advance(10.0)
    track = BodyTrack(100.0, 0.0, 0.1)
    first_s = float(next(iter(track.blocks(produced)))[0])
    beat_s = produced.beat_t_s[0] - produced.rr_ms[0] / 1000

    assert 0 < first_s - beat_s - 0.1 <= 0.0101


def test_breath_and_arousal_are_read_between_their_samples() -> None:
    """In the present block, from however short portions."""
    whole = VirtualClient.from_seed(2).advance(20.0)
    client, track = VirtualClient.from_seed(2), BodyTrack(130.0, 0.1, None)
    for step in range(200):
        for t_s in track.blocks(client.advance((step + 1) / 10)):
            assert track.volume_at(t_s) == pytest.approx(
                np.interp(t_s, whole.belt_t_s, whole.volume), abs=1e-12
            )
            assert track.arousal_at(t_s) == pytest.approx(
                np.interp(t_s, whole.belt_t_s, whole.arousal), abs=1e-12
            )


def test_an_hour_is_not_kept() -> None:
    """The latest seconds are, so that the cost of a second stays the same."""
    client, track = VirtualClient.from_seed(2), BodyTrack(50.0, 0.1, None)
    for second in range(300):
        for _ in track.blocks(client.advance(float(second + 1))):
            track.new_beats.clear()

    assert track._t_s.size < 100


def test_no_blocks_are_an_empty_array() -> None:
    """Which, as all of them, cannot be written to."""
    assert joined([]).size == 0
    assert not joined([np.ones(3)]).flags.writeable


def test_sensed_blocks_lie_end_to_end() -> None:
    blocks = SensedBlocks()
    assert [part.shape for part in blocks.whole()] == [(0,), (0,), (0,)]
    blocks.add(np.array([1.0, 2.0]), np.ones((2, 3)), np.array([False, True]))
    blocks.add(np.array([3.0]), np.zeros((1, 3)), np.array([True]))
    t_s, values, is_artifact = blocks.whole()
    assert t_s.tolist() == [1.0, 2.0, 3.0]
    assert values.tolist() == [[1.0] * 3, [1.0] * 3, [0.0] * 3]
    assert is_artifact.tolist() == [False, True, True]
    assert is_artifact.dtype == bool


def test_work_on_purpose_is_at_hand_beside_breath_and_arousal() -> None:
    """None of it in an ordinary life; all of it where it is asked for."""

    def asked(_: float) -> Guidance | None:
        return Guidance(Way.MUSCLE, tense=1.0)

    for guidance, level in ((None, 0.0), (asked, 1.0)):
        client, track = VirtualClient.from_seed(1), BodyTrack(50.0, 0.3, None)
        *_, last = track.blocks(client.advance(20.0, None, guidance))
        assert track.tensing_at(last) == pytest.approx(level, abs=1e-3)
