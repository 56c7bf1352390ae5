"""Five minutes with five sensors at once, in which things go wrong: nothing is lost.

An hour with more than forty faults is ``python -m benchmarks.faults``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.sessions.library import Library
from helpers.faults import KINDS
from helpers.listening import on_a_loop
from helpers.session_plans import HOUR, SHORT, SHORT_S, live_through
from sessions.made_up import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.bluez import BluezStandIn


def test_nothing_is_lost_doubled_or_unnamed_whatever_goes_wrong(
    bluez: BluezStandIn, tmp_path: Path
) -> None:
    async def main() -> None:
        with Library.open(tmp_path / "own" / "test.biofeedback", KEY) as library:
            report = await live_through(bluez, SHORT, SHORT_S, library, tmp_path / "export")

        assert report.misses == []
        assert report.live.n_samples == report.recorded.n_samples > 120_000
        assert report.live.n_holes > 50
        assert len(report.reconnects) > 15

    on_a_loop(main())


def test_the_hour_has_every_kind_of_fault() -> None:
    assert {plan.kind for plan in HOUR} == set(KINDS)
    assert len(HOUR) >= 40
