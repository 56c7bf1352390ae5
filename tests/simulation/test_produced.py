from __future__ import annotations

from dataclasses import fields

import numpy as np

from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.produced import Produced, Stretch


def test_an_empty_stretch_has_every_column() -> None:
    """So that stretches can be joined without a question."""
    produced = Stretch().produced()

    columns = [f.name for f in fields(Produced) if f.name != "responses"]
    assert all(getattr(produced, name).shape == (0,) for name in columns)
    assert produced.responses == ()


def test_rows_become_columns_in_order() -> None:
    lived = Stretch()
    lived.beats += [(1.0, 800.0), (1.9, 900.0)]
    lived.states += [(0.1, 0.2, 60.0, 0.0, 38.0, 0.5)]
    produced = lived.produced()

    assert produced.beat_t_s.tolist() == [1.0, 1.9]
    assert produced.rr_ms.tolist() == [800.0, 900.0]
    assert (produced.volume[0], produced.co2_mmhg[0], produced.tensing[0]) == (0.1, 38.0, 0.5)


def test_every_state_is_told_at_every_sample_of_the_belt() -> None:
    produced = VirtualClient.from_seed(4).advance(10.0)

    assert {
        getattr(produced, name).shape
        for name in ("volume", "arousal", "heart_rate_bpm", "shutdown", "co2_mmhg", "tensing")
    } == {(200,)}
    assert np.all(produced.shutdown == 0.0)
