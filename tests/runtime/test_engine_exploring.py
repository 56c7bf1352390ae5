"""The engine looks for everything, listens to one device, and learns what was described."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.connection import Radio
from biofeedback.devices.exploring import Exploration
from biofeedback.devices.profiles.drafting import Draft, draft_to_profile
from biofeedback.devices.profiles.keeping import keep_profile
from biofeedback.devices.profiles.library import own_folder
from biofeedback.devices.profiles.profile import Match
from biofeedback.devices.profiles.writing import write_profile
from biofeedback.devices.registry import Registry
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.runtime.engine import Engine
from biofeedback.samples import LinkState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from biofeedback.clock import Clock

BOARD = SensorInfo("board", "Board", "A0:00:00:00:00:07", Origin.BLUETOOTH, ())
WAIT_S = 10.0


class SlowRegistry(Registry):
    """Scans until it is let, and listens until it is stopped."""

    def __init__(self) -> None:
        super().__init__(Radio(), Catalogue())
        self.calls: list[str] = []
        self.let = asyncio.Event()
        self.n_scans = 0
        self.let_go = asyncio.Event()
        self.let_go.set()

    async def scan(
        self,
        seconds: float,
        clock: Clock,
        on_found: Callable[[tuple[SensorInfo, ...]], None] | None = None,
        *,
        everything: bool = False,
    ) -> tuple[SensorInfo, ...]:
        name = "everything" if everything else "sensors"
        self.n_scans += 1
        assert self.n_scans == 1, "two scans at once"
        self.calls.append(name)
        found = (BOARD,) if everything else ()
        assert on_found is not None
        on_found(found)
        try:
            await self.let.wait()
        finally:
            self.n_scans -= 1
            self.calls.append(f"{name} ended")
        return found

    async def explore(
        self, info: SensorInfo, clock: Clock, tell: Callable[[Exploration], None]
    ) -> None:
        self.calls.append(f"listen to {info.sensor_id}")
        tell(Exploration(info, LinkState.WAITING, "Connected."))
        try:
            await asyncio.Event().wait()
        finally:
            await self.let_go.wait()
            self.calls.append(f"let go of {info.sensor_id}")


@pytest.fixture
def registry() -> SlowRegistry:
    return SlowRegistry()


@pytest.fixture
def engine(registry: SlowRegistry) -> Iterator[Engine]:
    made = Engine(clock_factory=FakeClock, registry=registry, tick=False)
    made.start()
    yield made
    made.stop()


def settle(engine: Engine) -> None:
    """Let the engine do all that it was asked for."""

    async def some_turns() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    asyncio.run_coroutine_threadsafe(some_turns(), engine.loop).result(WAIT_S)


def test_a_look_for_other_things_takes_the_place_of_the_one_under_way(
    engine: Engine, registry: SlowRegistry
) -> None:
    engine.look()
    settle(engine)
    engine.look()
    engine.look(everything=True)
    settle(engine)
    assert registry.calls == ["sensors", "sensors ended", "everything"]
    assert engine.nearby().sensors == (BOARD,)
    engine.look()
    settle(engine)
    # What nobody knows is no longer listed.
    assert engine.nearby().sensors == ()
    engine.loop.call_soon_threadsafe(registry.let.set)
    settle(engine)
    assert engine.nearby().state == "done"


def test_listening_ends_the_look_that_holds_the_radio_and_keeps_what_it_found(
    engine: Engine, registry: SlowRegistry
) -> None:
    engine.look(everything=True)
    settle(engine)
    engine.explore(BOARD)
    settle(engine)
    assert registry.calls == ["everything", "everything ended", "listen to board"]
    assert (engine.nearby().state, engine.nearby().sensors) == ("done", (BOARD,))
    known = engine.exploration()
    assert known is not None
    assert known.info == BOARD
    engine.stop_exploring()
    settle(engine)
    assert engine.exploration() is None
    assert registry.calls[-1] == "let go of board"


def test_one_device_is_let_go_before_the_next_is_listened_to(
    engine: Engine, registry: SlowRegistry
) -> None:
    for _ in range(2):
        engine.explore(BOARD)
        settle(engine)
    assert registry.calls == ["listen to board", "let go of board", "listen to board"]


def test_a_device_chosen_again_and_again_is_let_go_first(
    engine: Engine, registry: SlowRegistry
) -> None:
    registry.let_go.clear()
    for _ in range(4):
        engine.explore(BOARD)
        settle(engine)
    assert registry.calls == ["listen to board"]
    engine.loop.call_soon_threadsafe(registry.let_go.set)
    settle(engine)
    settle(engine)
    assert registry.calls == ["listen to board", "let go of board", "listen to board"]


def test_a_profile_that_was_just_written_is_known_to_the_next_look(
    engine: Engine, registry: SlowRegistry
) -> None:
    assert registry.catalogue.driver("profile-mine") is None
    draft = Draft("f00d0002-0000-4000-8000-000000000001", match=Match(name_prefixes=("Board",)))
    profile = draft_to_profile(draft, [b"\1\0", b"\2\0"], "mine")
    keep_profile(profile, write_profile(profile), own_folder(), replaces=False)
    engine.reload_drivers()
    engine.look()
    for _ in range(200):
        settle(engine)
        if registry.calls:
            break
        threading.Event().wait(0.02)
    # The look waited for it.
    assert registry.calls == ["sensors"]
    assert registry.catalogue.driver("profile-mine") is not None
