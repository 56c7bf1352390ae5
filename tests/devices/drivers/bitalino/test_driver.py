from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Advertised, DecodeError, Facts, Frame, Stamp
from biofeedback.devices.drivers.bitalino.driver import (
    COMMANDS,
    FRAMES,
    NOT_A_BOARD,
    SERVICE,
    BitalinoDriver,
)
from biofeedback.devices.drivers.bitalino.frames import encode_frame
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamKind
from helpers.bitalino_peripheral import BoardPeripheral
from helpers.bluez_peripheral import AttError, Char
from helpers.driver_bench import talking
from helpers.listening import on_a_loop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from biofeedback.devices.driver import Conversation
    from helpers.bluez import BluezStandIn

ECG_AND_EDA = {"A2": "ecg", "A3": "eda"}
EVERYTHING = (StreamKind.EMG, StreamKind.ECG, StreamKind.EDA, StreamKind.OTHER)


class Direct:
    """A board without a radio that says its version at once."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.written: list[bytes] = []

    characteristics = ()

    def can_notify(self, characteristic: str) -> bool:
        return characteristic == FRAMES

    async def subscribe(self, characteristic: str) -> None:
        assert characteristic == FRAMES

    async def unsubscribe(self, characteristic: str) -> None:
        raise AssertionError

    async def read(self, characteristic: str) -> bytes:
        raise AssertionError

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        raise AssertionError

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        assert response
        self.written.append(payload)
        if payload == b"\x07":
            for piece in (b"\x01\x02BITal", b"ino_v5.1\n"):
                assert tuple(self._conversation.take(FRAMES, piece, 0.0)) == ()


def started(channels: dict[str, str] = ECG_AND_EDA) -> Conversation:
    conversation = BitalinoDriver(channels).open("board")
    asyncio.run(conversation.start(Direct(conversation), FakeClock()))
    return conversation


def taken(conversation: Conversation, packets: Iterable[tuple[float, bytes]]) -> list[Frame]:
    frames = []
    for arrival_s, payload in packets:
        for each in conversation.take(FRAMES, payload, arrival_s):
            assert isinstance(each, Frame)
            frames.append(each)
    return frames


def packed(
    stream: bytes, size: int = 20, rate_bytes_s: float = 400.0
) -> Iterator[tuple[float, bytes]]:
    """Cut a stream into notifications, each when its last byte was made."""
    for i in range(0, len(stream), size):
        yield (i + size) / rate_bytes_s, stream[i : i + size]


def column(frames: Iterable[Frame], kind: StreamKind) -> list[float]:
    return [float(v) for each in frames if each.stream.kind is kind for v in each.values[:, 0]]


def test_board_is_known_by_its_name_or_without_one_by_its_service() -> None:
    driver = BitalinoDriver()

    assert driver.kinds(Advertised("BITalino-5C-2A", (SERVICE,))) == EVERYTHING
    assert driver.kinds(Advertised("BiTalino BLE")) == EVERYTHING
    assert driver.kinds(Advertised("", (SERVICE,))) == EVERYTHING
    assert driver.kinds(Advertised("muscleBAN BE", (SERVICE,))) == ()
    assert driver.kinds(Advertised("")) == ()
    assert BitalinoDriver(ECG_AND_EDA).kinds(Advertised("BITalino")) == (
        StreamKind.ECG,
        StreamKind.EDA,
    )
    assert driver.driver_id == "bitalino"
    assert driver.services == (SERVICE,)


def test_sensor_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="a board has sensors"):
        BitalinoDriver({"A1": "gsr"})


def test_samples_of_a_board_come_through_the_real_radio(bluez: BluezStandIn) -> None:
    board = bluez.add(BoardPeripheral())

    async def scenario() -> None:
        async with talking(BitalinoDriver(), board) as bench:
            assert board.writes == [
                (COMMANDS, each) for each in (b"\x00", b"\x07", b"\x83", b"\xfd")
            ]
            assert (board.rate_code, board.mask) == (2, 0b111111)
            assert bench.clock.now_s() == 0.0
            for i in range(41):
                board.sample([512, 512 + i, 41, 512, i, 16])
            board.flush(everything=True)
            await bench.idle()
            assert column(bench.frames, StreamKind.ECG) == [
                pytest.approx(i / 1024 * 3000) for i in range(40)
            ]
            assert column(bench.frames, StreamKind.EDA) == [pytest.approx(1.000977)] * 40
            other = bench.frames_of(StreamKind.OTHER)
            assert np.vstack([each.values for each in other])[:, 1].tolist() == list(range(40))
            assert other[0].stream.channels == ("eeg_microvolts", "acc_raw", "light_pct")
            assert bench.frames[-1].stamp == Stamp(0.4, clock="frame count")
            assert bench.errors == []
            assert bench.conversation.facts == Facts()
            assert (bench.conversation.message, bench.conversation.has_signal) == ("", True)
            assert {each.kind for each in bench.conversation.watches} == set(EVERYTHING)
        assert not board.is_live

    asyncio.run(scenario())


def test_board_that_was_left_live_is_stopped_and_its_old_frames_left_out(
    bluez: BluezStandIn,
) -> None:
    """They are of another set of inputs, and come before the answer to the first question."""
    board = bluez.add(BoardPeripheral(is_live=True, mask=0b11))
    for i in range(60):
        board.sample([100, i])

    async def scenario() -> None:
        async with talking(BitalinoDriver(ECG_AND_EDA), board) as bench:
            assert bench.frames == []
            for i in range(21):
                board.sample([512, i])
            board.flush(everything=True)
            await bench.idle()
            assert column(bench.frames, StreamKind.ECG) == [0.0] * 20
            assert bench.frames[-1].stamp == Stamp(0.2, clock="frame count")

    asyncio.run(scenario())


def test_board_that_does_not_say_its_version_is_started_all_the_same(bluez: BluezStandIn) -> None:
    board = bluez.add(BoardPeripheral(version=b""))

    async def scenario() -> None:
        async with talking(BitalinoDriver(ECG_AND_EDA), board) as bench:
            assert bench.clock.now_s() == pytest.approx(2.0)
            assert board.is_live

    asyncio.run(scenario())


class OldBoard(BoardPeripheral):
    def services(self) -> list[tuple[str, list[Char]]]:
        return [(SERVICE, [Char(COMMANDS, ["write"])])]


def test_board_without_frames_is_told_in_words(bluez: BluezStandIn) -> None:
    board = bluez.add(OldBoard())

    async def scenario() -> None:
        with pytest.raises(SensorRefusedError) as refused:
            async with talking(BitalinoDriver(), board):
                pytest.fail("it has nothing to send")
        assert str(refused.value) == NOT_A_BOARD

    asyncio.run(scenario())


class StubbornBoard(BoardPeripheral):
    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        raise AttError(0x03)


def test_board_that_takes_no_command_ends_the_start_as_a_refusal(bluez: BluezStandIn) -> None:
    """And stopping it, which it refuses as well, raises nothing."""
    board = bluez.add(StubbornBoard())

    async def scenario() -> None:
        with pytest.raises(SensorRefusedError):
            async with talking(BitalinoDriver(), board):
                pytest.fail("it cannot be started")

    asyncio.run(scenario())


def test_overflow_on_the_board_is_a_hole_in_the_count(bluez: BluezStandIn) -> None:
    """It drops 61 bytes: 15 frames of four, and the first byte of the next."""
    board = bluez.add(BoardPeripheral())

    async def scenario() -> None:
        async with talking(BitalinoDriver(ECG_AND_EDA), board) as bench:
            packets = []
            for i in range(300):
                board.sample([512, i])
                if i == 130:
                    board.drop(61)
                if i % 5 == 4 and not 110 < i < 130:
                    board_bytes = bytes(board._kept)
                    board.drop(len(board_bytes))
                    packets.append(((i + 1) / 100, FRAMES, board_bytes))
            await bench.play(packets)
            readings = [round(value / 25 * 1024) for value in column(bench.frames, StreamKind.EDA)]
            stamps = [each.stamp for each in bench.frames_of(StreamKind.EDA)]
            assert readings == sorted(set(readings))
            assert set(range(300)) - set(readings) == {*range(109, 127), 299}
            assert bench.conversation.facts.n_lost_packets == 18
            ends = [
                round(float(each.values[-1, 0]) / 25 * 1024) + 1
                for each in bench.frames_of(StreamKind.EDA)
            ]
            assert stamps == [Stamp(end / 100, clock="frame count") for end in ends]

    asyncio.run(scenario())


def test_silent_board_is_set_going_again(bluez: BluezStandIn) -> None:
    board = bluez.add(BoardPeripheral())

    async def scenario() -> None:
        async with talking(BitalinoDriver(ECG_AND_EDA), board) as bench:
            board.is_live = False
            await bench.work(bench.conversation.revive(bench.peer, StreamKind.ECG))
            for i in range(11):
                board.sample([512, i])
            board.flush(everything=True)
            await bench.idle()
            assert len(column(bench.frames, StreamKind.ECG)) == 10

    asyncio.run(scenario())


def test_board_starts_anew_after_its_link_was_lost(bluez: BluezStandIn) -> None:
    board = bluez.add(BoardPeripheral())

    async def scenario() -> None:
        async with talking(BitalinoDriver(ECG_AND_EDA), board) as bench:
            for i in range(12):
                board.sample([512, i])
            board.flush()
            await bench.idle()
            board.lose_link()
            await bench.until(lambda: bench.is_lost)
            conversation = bench.conversation
        board.come_back()
        async with talking(BitalinoDriver(ECG_AND_EDA), board) as bench:
            bench.conversation = conversation
            await bench.work(conversation.start(bench.peer, bench.clock))
            for i in range(21):
                board.sample([512, i])
            board.flush(everything=True)
            await bench.idle()
            assert len(column(bench.frames, StreamKind.EDA)) == 20
            assert bench.frames[-1].stamp == Stamp(0.2, clock="frame count")

    asyncio.run(scenario())


def test_frames_that_are_missing_stay_so_when_the_board_is_started_anew(
    bluez: BluezStandIn,
) -> None:
    board = bluez.add(BoardPeripheral())

    async def scenario() -> None:
        async with talking(BitalinoDriver(ECG_AND_EDA), board) as bench:
            for i in range(60):
                if i == 30:
                    board.flush(everything=True)
                board.sample([512, i])
                if i == 35:
                    board.drop(4 * 6)
            board.flush(everything=True)
            await bench.idle()
            tuple(bench.conversation.ended())
            n_lost = bench.conversation.facts.n_lost_packets
            assert n_lost >= 6
            await bench.work(bench.conversation.start(bench.peer, bench.clock))
            assert bench.conversation.facts.n_lost_packets == n_lost

    asyncio.run(scenario())


def test_frames_after_a_hole_are_not_lost_when_the_link_ends() -> None:
    conversation = started()
    frames = [encode_frame(i, [512, i]) for i in range(60)]

    first = taken(conversation, packed(b"".join(frames[:20])))
    first += taken(conversation, [(0.6, b"".join(frames[40:]))])
    rest = tuple(conversation.ended())

    assert column(first, StreamKind.EDA) == [pytest.approx(i / 1024 * 25) for i in range(19)]
    held = [each for each in rest if isinstance(each, Frame)]
    assert column(held, StreamKind.EDA) == [pytest.approx(i / 1024 * 25) for i in range(41, 59)]
    assert held[-1].stamp == Stamp(0.59, clock="frame count")
    assert tuple(conversation.ended()) == ()


@pytest.mark.parametrize(("characteristic", "payload"), [(FRAMES, b""), (COMMANDS, b"\x00" * 20)])
def test_what_a_board_never_sends_is_refused_and_changes_nothing(
    characteristic: str, payload: bytes
) -> None:
    conversation, undisturbed = started(), started()
    stream = b"".join(encode_frame(i, [512, i]) for i in range(60))
    frames: list[Frame] = []
    for each in packed(stream):
        with pytest.raises(DecodeError):
            conversation.take(characteristic, payload, 0.0)
        frames += taken(conversation, [each])

    expected = taken(undisturbed, packed(stream))
    assert column(frames, StreamKind.EDA) == column(expected, StreamKind.EDA)


@given(
    st.lists(
        st.one_of(
            st.binary(min_size=1, max_size=30),
            st.integers(0, 40).map(
                lambda first: b"".join(encode_frame(first + i, [512, 41]) for i in range(8))
            ),
        ),
        max_size=30,
    )
)
def test_no_bytes_crash_a_conversation_or_make_up_a_sample(pieces: list[bytes]) -> None:
    """All that comes out is what was in the good frames, but for the chance at a seam."""
    conversation = started()

    frames = taken(conversation, packed(b"".join(pieces), size=17))
    frames += [each for each in conversation.ended() if isinstance(each, Frame)]

    values = column(frames, StreamKind.EDA)
    assert sum(value != pytest.approx(1.000977) for value in values) <= 1
    assert len(values) <= sum(map(len, pieces)) / 4


def test_inputs_are_wired_as_the_person_says(bluez: BluezStandIn) -> None:
    """Inputs A2 and A3 are bits 1 and 2 of the start command, from its bit 2 on."""
    board = bluez.add(BoardPeripheral())
    driver = BitalinoDriver().configured({"a2": "ECG", "A3": "eda"})

    async def main() -> None:
        async with talking(driver, board) as bench:
            assert board.writes[-1] == (COMMANDS, bytes([0b00011001]))
            watched = {watch.kind for watch in bench.conversation.watches}
            assert watched == {StreamKind.ECG, StreamKind.EDA}

    on_a_loop(main())
    assert driver.kinds(Advertised("BITalino-12-34")) == (StreamKind.ECG, StreamKind.EDA)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"A7": "ecg"}, "inputs A1, A2, A3, A4, A5, A6, but no “A7”"),
        ({"A2": "heart"}, "“heart” is no sensor for an input. There are: emg, ecg"),
        ({"A2": "ecg", "a2": "eda"}, "A2 is named twice"),
    ],
)
def test_a_wiring_that_cannot_be_is_told_in_words(options: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        BitalinoDriver().configured(options)


def board_stream(first: int, last: int) -> bytes:
    return b"".join(encode_frame(number, [512, number % 1000]) for number in range(first, last))


def test_notification_that_is_handed_over_twice_is_taken_once() -> None:
    conversation = started()
    packets = list(packed(board_stream(0, 100)))
    frames = taken(conversation, (each for packet in packets for each in (packet, packet)))

    once = taken(started(), packets)
    assert column(frames, StreamKind.EDA) == column(once, StreamKind.EDA)
    assert conversation.facts.n_lost_packets == 0


def test_after_the_computer_slept_a_number_that_fits_by_chance_joins_nothing() -> None:
    """Numbers go to 16 only, so that one in 16 naps seems to have lost nothing."""
    conversation = started()
    before = taken(conversation, packed(board_stream(0, 100)))
    n_asleep = 16 * 1000
    later = [
        (arrival_s + n_asleep / 100.0, payload)
        for arrival_s, payload in packed(board_stream(100 + n_asleep, 300 + n_asleep))
    ]
    after = taken(conversation, later)

    kept = [round(value / 25 * 1024) for value in column(after, StreamKind.EDA)]
    assert len(column(before, StreamKind.EDA)) == 99
    # The last of before and the first of after might be made of pieces of two.
    assert kept[0] in {(101 + n_asleep) % 1000, (102 + n_asleep) % 1000}
    assert kept == [(number + n_asleep) % 1000 for number in range(300 - len(kept) - 1, 299)]
