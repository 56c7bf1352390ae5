from __future__ import annotations

import asyncio
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Advertised, DecodeError
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamKind
from breath_strap.driver import (
    CHARGING,
    NO_ANSWER,
    NO_PULL,
    NOT_A_STRAP,
    SAID_NO,
    BreathStrapConversation,
    BreathStrapDriver,
)
from breath_strap.packets import CONTROL, DATA, SERVICE
from fake_peer import FakePeer

if TYPE_CHECKING:
    from biofeedback.devices.driver import Driver

# That it is assigned is a test by itself: mypy compares it with the protocol.
DRIVER: Driver = BreathStrapDriver()


def started(
    answer: bytes | None = b"\x01\x00", notifying: tuple[str, ...] = (CONTROL, DATA)
) -> tuple[BreathStrapConversation, FakePeer]:
    """Start a conversation with a strap that gives an answer, and return both."""
    conversation = BreathStrapDriver().open("strap")
    clock = FakeClock()

    def on_write(characteristic: str, payload: bytes) -> None:
        if answer is not None and payload == b"\x01":
            assert not list(conversation.take(characteristic, answer, clock.now_s()))

    peer = FakePeer(notifying, on_write)

    async def main() -> None:
        starting = asyncio.ensure_future(conversation.start(peer, clock))
        # Longer than it waits for anything.
        await clock.advance(10.0)
        await starting

    asyncio.run(main())
    return conversation, peer


@pytest.mark.parametrize(
    ("advertised", "is_strap"),
    [
        (Advertised("Breath Strap 7"), True),
        (Advertised("", (SERVICE,)), True),
        (Advertised("Kitchen lamp"), False),
        (Advertised(""), False),
    ],
)
def test_a_strap_is_known_by_its_name_or_service(advertised: Advertised, *, is_strap: bool) -> None:
    assert DRIVER.kinds(advertised) == ((StreamKind.RESPIRATION,) if is_strap else ())


def test_it_is_started_before_its_samples_are_asked_for() -> None:
    _, peer = started()
    assert peer.done == [("subscribe", CONTROL), ("write", CONTROL, b"\x01"), ("subscribe", DATA)]


@pytest.mark.parametrize(
    ("answer", "words"),
    [(None, NO_ANSWER), (b"\x02\x00", NO_ANSWER), (b"\x01\x01", CHARGING), (b"\x01\x09", SAID_NO)],
)
def test_a_strap_that_does_not_start_says_what_to_do(answer: bytes | None, words: str) -> None:
    with pytest.raises(SensorRefusedError) as caught:
        started(answer)
    assert str(caught.value) == words


def test_another_device_of_that_name_is_refused() -> None:
    with pytest.raises(SensorRefusedError, match=NOT_A_STRAP):
        started(notifying=())


def test_a_packet_becomes_a_frame_with_the_count_of_its_last_sample() -> None:
    """Samples 5, 6 and 7, of 10, 11 and 12 N: 7 / 25 Hz = 0.28 s."""
    conversation, _ = started()
    (frame,) = conversation.take(DATA, bytes.fromhex("05 00 03 e8 03 4c 04 b0 04"), 2.0)

    assert frame.stream.channels == ("belt_newton",)
    assert frame.values.tolist() == [[10.0], [11.0], [12.0]]
    assert frame.stamp is not None
    assert frame.stamp.t_s == pytest.approx(0.28)


def test_the_count_begins_anew_after_65535() -> None:
    """Samples 65535 and 0: the last one has number 0."""
    conversation, _ = started()
    (frame,) = conversation.take(DATA, bytes.fromhex("ff ff 02 e8 03 e8 03"), 2.0)

    assert frame.stamp is not None
    assert frame.stamp.t_s == 0.0
    assert frame.stamp.wrap_s == pytest.approx(65536 / 25)


def test_a_strap_that_feels_nothing_asks_to_be_fastened() -> None:
    conversation, _ = started()
    conversation.take(DATA, bytes.fromhex("00 00 02 00 80 00 80"), 1.0)
    assert (conversation.has_signal, conversation.message) == (False, NO_PULL)

    conversation.take(DATA, bytes.fromhex("02 00 02 00 80 e8 03"), 1.1)
    assert (conversation.has_signal, conversation.message) == (True, "")


@pytest.mark.parametrize("characteristic", [CONTROL, DATA])
def test_bytes_without_sense_are_refused_and_change_nothing(characteristic: str) -> None:
    conversation, _ = started()
    with pytest.raises(DecodeError):
        conversation.take(characteristic, b"\x01", 1.0)
    assert (conversation.has_signal, conversation.message) == (True, "")


def test_what_others_send_is_left_to_others() -> None:
    conversation, _ = started()
    assert conversation.take("00002a19-0000-1000-8000-00805f9b34fb", b"\x50", 1.0) == ()


def test_it_is_stopped_and_set_going_again_by_a_word() -> None:
    conversation, peer = started()
    peer.done.clear()

    asyncio.run(conversation.revive(peer, StreamKind.RESPIRATION))
    asyncio.run(conversation.stop(peer))

    assert peer.done == [("write", CONTROL, b"\x01"), ("write", CONTROL, b"\x02")]
    assert conversation.ended() == ()


def test_the_app_finds_the_driver_once_the_package_is_installed() -> None:
    """Left out where the tests run without an installation."""
    announced = entry_points(group="biofeedback.drivers")
    if "breath-strap" not in announced.names:
        pytest.skip("the package is not installed")
    assert announced["breath-strap"].load() is BreathStrapDriver
