"""How far measures go is told by what was asked for, never farther."""

from __future__ import annotations

import pytest

from biofeedback.runtime.output_plan import OutputPlan, Reach


@pytest.mark.parametrize(
    ("plan", "reach"),
    [
        (OutputPlan(), Reach.NOWHERE),
        (OutputPlan(network=True), Reach.NOWHERE),
        (OutputPlan(lsl=True), Reach.COMPUTER),
        (OutputPlan(lsl=True, network=True), Reach.NETWORK),
        (OutputPlan(osc="9000", network=True), Reach.COMPUTER),
        (OutputPlan(osc="192.0.2.7:9000"), Reach.NOWHERE),
        (OutputPlan(osc="192.0.2.7:9000", network=True), Reach.NETWORK),
        (OutputPlan(osc="localhost", lsl=True), Reach.COMPUTER),
        (OutputPlan(osc="at home", network=True), Reach.NOWHERE),
    ],
)
def test_reach_is_the_farthest_of_what_is_sent(plan: OutputPlan, reach: Reach) -> None:
    assert plan.reach is reach
