"""What befalls a simulated person is seen by the app's own measures, from their sensors alone."""

from __future__ import annotations

import pytest

from biofeedback.clock import FakeClock
from biofeedback.kinds import StreamKind
from biofeedback.samples import Chunk, Metric, StreamInfo
from biofeedback.signal.pipeline import Pipeline
from biofeedback.simulation.body import body_of
from biofeedback.simulation.client import BELT_RATE_HZ, EDA_RATE_HZ
from biofeedback.simulation.options import person_from, read_options

STRAP = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
SKIN = StreamInfo("skin", StreamKind.EDA, ("sc_microsiemens",), EDA_RATE_HZ)
BELT = StreamInfo("belt", StreamKind.RESPIRATION, ("belt_au",), BELT_RATE_HZ)


def zones(scenario: str, end_s: int) -> dict[float, float]:
    """Zone of arousal by time, against the person's own first minutes."""
    client = body_of(person_from(read_options(f"scenario={scenario}")), FakeClock()).client
    pipeline = Pipeline()
    found: dict[float, float] = {}
    for second in range(1, end_s + 1):
        made = client.advance(float(second))
        for stream, t_s, values in (
            (STRAP, made.beat_t_s, made.rr_ms),
            (SKIN, made.eda_t_s, made.eda_microsiemens),
            (BELT, made.belt_t_s, made.belt_au),
        ):
            if not t_s.size:
                continue
            for result in pipeline.push(Chunk(stream, t_s, values[:, None], float(second))):
                if isinstance(result, Metric) and result.name == "arousal_zone":
                    found[result.t_s] = result.value
    return found


@pytest.mark.parametrize(
    ("scenario", "end_s", "within_until_s", "zone_at"),
    [
        ("hard-memory", 830, 720.0, {815.0: 1.0}),
        ("shutting-down", 690, 300.0, {385.0: 1.0, 660.0: -1.0}),
    ],
)
def test_the_measured_zone_follows_what_befalls(
    scenario: str, end_s: int, within_until_s: float, zone_at: dict[float, float]
) -> None:
    """Within the window before; above it in a surge, below it in a shutdown."""
    zone = zones(scenario, end_s)

    before = {value for t_s, value in zone.items() if 200.0 < t_s <= within_until_s}
    assert before == {0.0}
    assert {t_s: zone[t_s] for t_s in zone_at} == zone_at
