from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.clock import FakeClock
from biofeedback.devices.connection import Radio
from biofeedback.devices.driver import Characteristic, DecodeError, uuid_of
from biofeedback.devices.profiles.conversation import ProfileDriver
from biofeedback.devices.profiles.decoding import SourceDecoder
from biofeedback.devices.profiles.presentation_format import (
    PRESENTATION_FORMAT,
    USER_DESCRIPTION,
    PresentationFormat,
    decode_presentation_format,
    encode_presentation_format,
    profile_of,
    source_of,
)
from biofeedback.devices.profiles.profile import Mode, Profile
from biofeedback.errors import SensorRefusedError
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.profile_peripheral import AnnouncedBoard

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn

ANY = (uuid_of(0x1801),)
UUID = "f00d0002-0000-4000-8000-000000000001"
CHAR = Characteristic("service", UUID, ("notify",))
SIEMENS, OHM, CELSIUS, FAHRENHEIT, VOLT = 0x272B, 0x272A, 0x272F, 0x27AC, 0x2728


@pytest.mark.parametrize(
    ("descriptor", "expected"),
    [
        # uint16, 10^-8, siemens: hundredths of a microsiemens.
        ("06 f8 2b 27 01 00 00", PresentationFormat("u16", -8, SIEMENS)),
        ("10 00 2a 27 01 00 00", PresentationFormat("i32", 0, OHM)),
        ("14 fa 2b 27 01 06 01", PresentationFormat("f32", -6, SIEMENS)),
        ("0f fe 2f 27 01 00 00", PresentationFormat("i24", -2, CELSIUS)),
    ],
)
def test_a_descriptor_is_decoded(descriptor: str, expected: PresentationFormat) -> None:
    """Expected values by hand from the Core Specification and Assigned Numbers."""
    raw = bytes.fromhex(descriptor)
    assert decode_presentation_format(raw) == expected
    assert encode_presentation_format(expected)[:4] == raw[:4]


@pytest.mark.parametrize(
    "descriptor",
    [
        "",
        "06 f8 2b 27 01 00",
        "06 f8 2b 27 01 00 00 00",
        # Boolean, 12 bits, a text, reserved; an exponent that no sensor has.
        "01 f8 2b 27 01 00 00",
        "05 f8 2b 27 01 00 00",
        "19 f8 2b 27 01 00 00",
        "ff f8 2b 27 01 00 00",
        "06 80 2b 27 01 00 00",
    ],
)
def test_a_descriptor_of_no_number_is_refused(descriptor: str) -> None:
    with pytest.raises(DecodeError):
        decode_presentation_format(bytes.fromhex(descriptor))


@given(st.binary(max_size=9))
def test_any_descriptor_is_decoded_or_refused(raw: bytes) -> None:
    try:
        presentation = decode_presentation_format(raw)
    except DecodeError:
        return
    source = source_of(CHAR, presentation)
    if source is not None:
        SourceDecoder(source, "board")


@pytest.mark.parametrize(
    ("presentation", "label", "packet", "channel", "expected"),
    [
        (PresentationFormat("u16", -8, SIEMENS), "", b"\x90\x01", "sc_microsiemens", 4.0),
        (PresentationFormat("f32", -6, SIEMENS), "", struct.pack("<f", 4), "sc_microsiemens", 4.0),
        (PresentationFormat("u16", 3, OHM), "Skin", b"\xfa\0", "sc_microsiemens", 4.0),
        (PresentationFormat("i16", -2, CELSIUS), "", b"\x16\x0d", "skin_celsius", 33.5),
        (PresentationFormat("i16", -1, FAHRENHEIT), "", b"\xda\3", "skin_celsius", 37.0),
        (PresentationFormat("i16", -6, VOLT), "ECG lead I", b"\xe8\3", "ecg_microvolts", 1000.0),
        (PresentationFormat("i16", -6, VOLT), "EMG left", b"\xe8\3", "emg_microvolts", 1000.0),
        # What it is a voltage of, nobody says: it is kept as such.
        (PresentationFormat("u16", -3, VOLT), "Battery", b"\xe8\3", "battery_v", 1.0),
    ],
)
def test_a_value_is_what_its_descriptor_says(
    presentation: PresentationFormat, label: str, packet: bytes, channel: str, expected: float
) -> None:
    source = source_of(CHAR, presentation, label)
    assert source is not None
    (frame,) = SourceDecoder(source, "board").push(packet)
    assert frame.stream.channels == (channel,)
    assert frame.values[0, 0] == pytest.approx(expected, rel=1e-12)


def test_a_unit_that_is_no_reading_of_ours_is_none() -> None:
    assert source_of(CHAR, PresentationFormat("u16", 0, 0x2701)) is None


def board() -> AnnouncedBoard:
    def said(presentation: PresentationFormat, label: bytes = b"") -> dict[str, bytes]:
        told = {PRESENTATION_FORMAT: encode_presentation_format(presentation)}
        return told | ({USER_DESCRIPTION: label} if label else {})

    def uuid(number: int) -> str:
        return UUID.replace("f00d0002", f"f00d{number:04x}")

    return AnnouncedBoard(
        announced={
            uuid(2): (
                ["notify"],
                said(PresentationFormat("u16", -8, SIEMENS), b"Left\x01 hand\0x"),
            ),
            uuid(3): (["read"], said(PresentationFormat("i16", -2, CELSIUS))),
            # A second of a kind, one that tells nothing, one that tells nonsense, a battery.
            uuid(4): (["notify"], said(PresentationFormat("u16", -6, SIEMENS))),
            uuid(5): (["notify"], {}),
            uuid(6): (["notify"], {PRESENTATION_FORMAT: b"\1\2"}),
            uuid_of(0x2A19): (["read"], said(PresentationFormat("u8", 0, 0x27AD))),
            uuid(7): (["write"], said(PresentationFormat("u16", -6, OHM))),
        },
        values={uuid(3): b"\x16\x0d"},
    )


async def asked(board_: AnnouncedBoard) -> Profile | None:
    def nothing(*_: object) -> None:
        return None

    link = await Radio().connect(board_.address, FakeClock(), ANY, nothing, nothing, nothing)
    try:
        return await profile_of(link, board_.name)
    finally:
        await link.close()


def test_a_board_that_announces_its_values_needs_no_profile(bluez: BluezStandIn) -> None:
    """From its descriptors to readings, over the real bleak."""

    async def main() -> None:
        peripheral = bluez.add(board())
        profile = await asked(peripheral)
        assert profile is not None
        assert (profile.profile_id, profile.name) == ("my-board-announced", "My board")
        eda, temperature = profile.sources
        assert (eda.mode, eda.channels[0].label) == (Mode.NOTIFY, "Left hand")
        assert (temperature.mode, temperature.poll_hz) == (Mode.POLL, 1.0)
        async with talking(ProfileDriver(profile), peripheral) as bench:
            peripheral.send(UUID, b"\x90\x01")
            await bench.until(lambda: len(bench.frames) == 2)
            readings = {
                frame.stream.channels[0]: float(frame.values[0, 0]) for frame in bench.frames
            }
            assert readings == pytest.approx({"sc_microsiemens": 4.0, "skin_celsius": 33.5})

    on_a_loop(main())


def test_a_board_that_announces_nothing_gives_no_profile(bluez: BluezStandIn) -> None:
    async def main() -> None:
        peripheral = bluez.add(AnnouncedBoard(announced={UUID: (["notify"], {})}))
        assert await asked(peripheral) is None

    on_a_loop(main())


def test_a_descriptor_that_may_not_be_read_is_left_out() -> None:
    class Shy:
        characteristics = (Characteristic("s", UUID, ("notify",), (PRESENTATION_FORMAT,)),)

        async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
            raise SensorRefusedError

    assert asyncio.run(profile_of(Shy())) is None  # type: ignore[arg-type]  # all that is asked
