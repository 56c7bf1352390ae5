"""Five minutes with five sensors at once, in which things go wrong: nothing is lost.

An hour with more than forty faults is ``python -m benchmarks.faults``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.samples import GapReason
from biofeedback.sessions.library import Library
from helpers.fault import Plan
from helpers.faults import KINDS, happen
from helpers.listening import on_a_loop
from helpers.living_through import live_through
from helpers.long_session import everyone, worn
from helpers.session_judge import judge
from helpers.session_plans import HOUR, SHORT, SHORT_S
from sessions.made_up import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.samples import Chunk, Gap
    from helpers.bluez import BluezStandIn
    from helpers.fault import Fault


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
    assert {plan.kind for plan in HOUR} == KINDS
    assert len(HOUR) >= 40


def test_the_judge_sees_what_is_lost_doubled_moved_or_unnamed(bluez: BluezStandIn) -> None:
    async def main() -> None:
        people = everyone(60.0)
        async with worn(bluez, people) as session:
            faults = [happen(session, Plan("link_cut", 10.0, "belt"))]
            await session.go_on(20.0)
        chunks, gaps, statuses = session.heard.chunks, session.heard.gaps, session.heard.statuses

        def wrong(chunks: list[Chunk], gaps: list[Gap], faults: list[Fault]) -> list[str]:
            return judge(people, chunks, gaps, statuses, faults).wrong

        assert wrong(chunks, gaps, faults) == []
        at = len(chunks) // 2
        moved = replace(chunks[at], t_s=chunks[at].t_s + 0.5)
        assert wrong([*chunks[:at], *chunks[at + 1 :]], gaps, faults)
        assert wrong([*chunks[:at], chunks[at], *chunks[at:]], gaps, faults)
        assert wrong([*chunks[:at], moved, *chunks[at + 1 :]], gaps, faults)
        assert wrong(chunks, [], faults)
        assert wrong(chunks, [*gaps, *gaps], faults)
        assert wrong(chunks, gaps, [])
        assert wrong(chunks, [replace(gap, reason=GapReason.CLOCK) for gap in gaps], faults)

    on_a_loop(main())
