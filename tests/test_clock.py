"""Session time: what a sleeper may rely on, under the fake clock and the computer's own."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.clock import Clock, FakeClock, SystemClock, utc_now

MOMENTS_S = st.floats(0.0, 100.0)


async def wake_log(clock: Clock, moments_s: list[float], log: list[tuple[int, float]]) -> None:
    async def sleeper(number: int, t_s: float) -> None:
        await clock.sleep_until(t_s)
        log.append((number, clock.now_s()))

    async with asyncio.TaskGroup() as group:
        for number, t_s in enumerate(moments_s):
            group.create_task(sleeper(number, t_s))


@given(st.lists(MOMENTS_S, max_size=20))
def test_fake_clock_wakes_each_sleeper_at_its_own_time_and_in_order(
    moments_s: list[float],
) -> None:
    log: list[tuple[int, float]] = []

    async def scenario() -> None:
        clock = FakeClock()
        task = asyncio.create_task(wake_log(clock, moments_s, log))
        await clock.advance(100.0)
        await task

    asyncio.run(scenario())

    assert [t_s for _, t_s in log] == sorted(moments_s)
    assert all(t_s == moments_s[number] for number, t_s in log)
    # Of two for the same moment the first to ask wakes first.
    assert log == sorted(log, key=lambda entry: (entry[1], entry[0]))


@given(st.lists(st.floats(0.01, 10.0), min_size=1, max_size=10))
def test_cutting_an_advance_into_parts_changes_nothing_for_the_sleepers(
    parts_s: list[float],
) -> None:
    moments_s = [0.5, 3.0, 3.0, 17.0, sum(parts_s) / 2]

    async def scenario(steps_s: list[float]) -> list[tuple[int, float]]:
        clock = FakeClock()
        log: list[tuple[int, float]] = []
        task = asyncio.create_task(wake_log(clock, moments_s, log))
        for step_s in steps_s:
            await clock.advance(step_s)
        await clock.advance(200.0)
        await task
        return log

    assert asyncio.run(scenario(parts_s)) == asyncio.run(scenario([sum(parts_s)]))


def test_fake_clock_keeps_no_more_sleepers_than_there_are() -> None:
    async def scenario() -> None:
        clock = FakeClock()
        patient = asyncio.create_task(clock.sleep_until(500.0))
        for number in range(1000):
            impatient = asyncio.create_task(clock.sleep_until(1000.0 + number))
            await asyncio.sleep(0)
            impatient.cancel()
            await asyncio.wait({impatient})
        assert len(clock._sleepers) < 30
        await clock.advance(500.0)
        assert patient.done()

    asyncio.run(scenario())


def test_fake_clock_stands_still_until_it_is_moved() -> None:
    async def scenario() -> None:
        clock = FakeClock(now_s=5.0)
        asleep = asyncio.create_task(clock.sleep_until(6.0))
        await clock.advance(0.999)
        assert not asleep.done()
        assert clock.now_s() == pytest.approx(5.999)
        await clock.advance(0.001)
        assert asleep.done()

    asyncio.run(scenario())


def test_one_who_sleeps_again_and_again_is_woken_each_time_within_one_advance() -> None:
    async def scenario() -> list[float]:
        clock = FakeClock()
        seen_s: list[float] = []

        async def tick() -> None:
            for second in range(1, 6):
                await clock.sleep_until(float(second))
                seen_s.append(clock.now_s())

        task = asyncio.create_task(tick())
        await clock.advance(10.0)
        await task
        return seen_s

    assert asyncio.run(scenario()) == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_moment_in_the_past_returns_at_once_but_gives_way_to_others() -> None:
    async def scenario() -> list[str]:
        clock = FakeClock(now_s=10.0)
        log: list[str] = []

        async def other() -> None:
            log.append("other")

        task = asyncio.create_task(other())
        await clock.sleep_until(3.0)
        log.append("slept")
        await task
        return log

    assert asyncio.run(scenario()) == ["other", "slept"]


def test_cancelled_sleeper_is_forgotten() -> None:
    async def scenario() -> float:
        clock = FakeClock()
        cancelled = asyncio.create_task(clock.sleep_until(1.0))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        await clock.advance(2.0)
        return clock.now_s()

    assert asyncio.run(scenario()) == 2.0


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_clock_that_would_stand_or_run_backwards_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be above 0"):
        SystemClock(speed)


def test_system_clock_starts_near_zero_and_never_goes_back() -> None:
    clock = SystemClock()
    readings_s = [clock.now_s() for _ in range(1000)]
    assert readings_s == sorted(readings_s)
    assert readings_s[0] >= 0.0


def test_system_clock_never_wakes_a_sleeper_early() -> None:
    async def scenario() -> None:
        clock = SystemClock()
        for step_s in (0.001, 0.005, 0.02):
            t_s = clock.now_s() + step_s
            await clock.sleep_until(t_s)
            assert clock.now_s() >= t_s

    asyncio.run(scenario())


def test_speed_makes_session_time_pass_faster_than_real_time() -> None:
    """60 session seconds at 1000 times speed: at least 0.06 s, and far below 60 s."""

    async def scenario() -> float:
        began_s = time.monotonic()
        clock = SystemClock(speed=1000.0)
        await clock.sleep_until(60.0)
        assert clock.now_s() >= 60.0
        return time.monotonic() - began_s

    assert 0.06 <= asyncio.run(scenario()) < 30.0


def test_wall_time_carries_its_zone() -> None:
    assert utc_now().tzinfo is UTC
