"""Measures are sent to other programs when that is switched on, and at no other time."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.osc.output import OscOutput
from biofeedback.runtime.output_plan import Reach
from biofeedback.runtime.outputs import OutputPlan, Outputs
from biofeedback.samples import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.samples import Event

RATE = Metric(5.0, "heart_rate_bpm", 61.5, "bpm", 5.0, 1.0, source="strap")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A program that listens to OSC on this computer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(5.0)
        yield opened


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def later(t_s: float) -> Metric:
    return Metric(t_s, "heart_rate_bpm", 60.0 + t_s, "bpm", 5.0, 1.0, source="strap")


def test_nothing_is_sent_until_it_is_switched_on_nor_after(listener: socket.socket) -> None:
    async def main() -> None:
        outputs = Outputs(lambda: 0.0)
        outputs.take(later(1.0))
        await outputs.use(OutputPlan(osc=str(port_of(listener))))
        assert outputs.trouble == ""
        assert outputs.reach is Reach.COMPUTER
        assert not outputs.is_to_try_again
        outputs.take(later(2.0))
        outputs.take(later(3.0))
        first = listener.recv(2048)
        assert first.startswith(b"/biofeedback/hr\x00")
        await outputs.close()
        outputs.take(later(4.0))
        listener.settimeout(0.0)
        waiting = []
        while True:
            try:
                waiting.append(listener.recv(2048))
            except BlockingIOError:
                break
        told = [struct.unpack(">f", each[-4:])[0] for each in (first, *waiting) if b"/hr" in each]
        assert 62.0 in told
        assert not {61.0, 64.0} & set(told)

    asyncio.run(main())


@pytest.mark.parametrize("place", ["192.0.2.1:9000", "at home", "99999", "0"])
def test_what_stands_in_the_way_is_told_in_words(place: str) -> None:
    async def main() -> None:
        outputs = Outputs(lambda: 0.0)
        await outputs.use(OutputPlan(osc=place))
        assert outputs.trouble.endswith(".")
        assert "--" not in outputs.trouble, "a window has no options"
        assert outputs.reach is Reach.NOWHERE
        outputs.take(RATE)
        await outputs.use(OutputPlan())
        assert outputs.trouble == ""

    asyncio.run(main())


def test_a_stream_of_the_lab_network_is_opened_and_closed() -> None:
    pylsl = pytest.importorskip("pylsl")
    del pylsl

    async def main() -> None:
        outputs = Outputs(lambda: 5.0)
        await outputs.use(OutputPlan(lsl=True))
        assert outputs.trouble == ""
        outputs.take(RATE)
        await outputs.use(OutputPlan(lsl=True, osc=""))
        await outputs.close()

    asyncio.run(main())


class Broken:
    """An output with a bug."""

    is_closed = False

    def take(self, event: Event) -> None:
        raise ZeroDivisionError

    def close(self) -> None:
        self.is_closed = True
        raise ZeroDivisionError


def test_an_output_that_fails_takes_no_other_with_it(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Broken()
    monkeypatch.setattr(Outputs, "_lsl", lambda _: broken)

    async def main() -> None:
        outputs = Outputs(lambda: 0.0)
        await outputs.use(OutputPlan(lsl=True, osc=str(port_of(listener))))
        outputs.take(later(1.0))
        outputs.take(later(2.0))
        assert listener.recv(2048).startswith(b"/biofeedback/hr")
        assert outputs.trouble.startswith("Measures are no longer sent")
        await outputs.close()
        assert outputs.trouble == ""
        assert broken.is_closed

    asyncio.run(main())
    assert len([each for each in caplog.messages if "an output failed" in each]) == 1


def test_what_cannot_be_opened_for_a_reason_of_our_own_is_told_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Outputs, "_osc", lambda _: int("nine"))

    async def main() -> None:
        outputs = Outputs(lambda: 0.0)
        await outputs.use(OutputPlan(osc="9000"))
        assert "app's own" in outputs.trouble

    asyncio.run(main())


def test_the_end_does_not_wait_for_a_name_that_is_looked_up(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A computer that is not there may take half a minute; the session does not stop either."""
    is_looking, may_answer, was_closed = (threading.Event() for _ in range(3))
    port = port_of(listener)

    class Late(OscOutput):
        def close(self) -> None:
            super().close()
            was_closed.set()

    def slow(_: Outputs) -> OscOutput:
        is_looking.set()
        assert may_answer.wait(20.0)
        return Late(port=port)

    monkeypatch.setattr(Outputs, "_osc", slow)

    async def main() -> None:
        outputs = Outputs(lambda: 0.0)
        using = asyncio.create_task(outputs.use(OutputPlan(osc="studio.local")))
        assert await asyncio.to_thread(is_looking.wait, 20.0)
        outputs.take(later(1.0))
        await asyncio.wait_for(outputs.close(), 5.0)
        assert using.cancelled()
        # What opens after all is let go of at once.
        may_answer.set()
        assert await asyncio.to_thread(was_closed.wait, 20.0)
        for thread in threading.enumerate():
            if thread.name == "biofeedback-outputs":
                thread.join()

    asyncio.run(main())


def test_a_computer_that_is_not_there_yet_is_sent_to_once_it_is(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is looked up anew: it may have been switched on later than the session began."""
    look_up = socket.getaddrinfo
    is_there = threading.Event()

    def found(host: str, *more: object, **named: object) -> object:
        if host == "studio.local" and not is_there.is_set():
            raise socket.gaierror
        return look_up("127.0.0.1", *more, **named)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(socket, "getaddrinfo", found)

    async def main() -> None:
        outputs = Outputs(lambda: 0.0)
        await outputs.use(OutputPlan(osc=f"studio.local:{port_of(listener)}", network=True))
        assert "no computer studio.local" in outputs.trouble
        await outputs.try_again()
        assert "no computer studio.local" in outputs.trouble
        is_there.set()
        await outputs.try_again()
        assert outputs.trouble == ""
        assert outputs.reach is Reach.NETWORK
        assert not outputs.is_to_try_again
        outputs.take(later(2.0))
        assert listener.recv(2048).startswith(b"/biofeedback/hr")
        await outputs.close()

    asyncio.run(main())


def test_what_is_not_wanted_any_more_is_not_tried_again() -> None:
    async def main() -> None:
        outputs = Outputs(lambda: 0.0)
        await outputs.use(OutputPlan(osc="at home"))
        assert outputs.is_to_try_again
        await outputs.use(OutputPlan())
        assert not outputs.is_to_try_again

    asyncio.run(main())
