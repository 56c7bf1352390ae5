"""A Go Direct belt through the real bleak: what is asked at the start, and what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.driver import Advertised, Facts, Stamp
from biofeedback.devices.drivers.vernier.commands import Command
from biofeedback.devices.drivers.vernier.driver import NO_ANSWER, NOT_A_BELT, VernierDriver
from biofeedback.devices.drivers.vernier.packets import COMMAND, KIND_REPLY, RESPONSE, SERVICE
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamKind
from helpers.bluez_peripheral import Char
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.vernier_bench import NO_READING, forces
from helpers.vernier_peripheral import BELT, BeltPeripheral, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.bluez import BluezStandIn

START_ORDER = [
    Command.INIT,
    Command.STATUS,
    Command.SENSORS,
    *[Command.SENSOR] * 4,
    Command.PERIOD,
    Command.START,
]


def test_belt_is_known_by_its_name_and_other_go_direct_sensors_are_left_alone() -> None:
    driver = VernierDriver()

    assert driver.kinds(Advertised("GDX-RB 0K2002Z5", (SERVICE,))) == (
        StreamKind.RESPIRATION,
        StreamKind.OTHER,
    )
    for name in ("GDX-FOR 0A1", "GDX-EKG 0U1000S2", "", "Polar H10 5C2A91B3"):
        assert driver.kinds(Advertised(name, (SERVICE,))) == ()
    assert driver.services == (SERVICE,)
    assert driver.driver_id == "vernier"


def test_breath_of_a_belt_comes_in_newtons_through_the_real_radio(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral())

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            assert belt.commands == START_ORDER
            assert (belt.period_us, belt.sensors) == (100_000, 0b110)
            for i in range(20):
                belt.measure([(8.0 + i, 0.0 if i < 10 else 6.0)])
            await bench.idle()
            breath = bench.frames_of(StreamKind.RESPIRATION)
            assert forces(breath) == [8.0 + i for i in range(20)]
            assert breath[0].stream.channels == ("belt_newton",)
            assert breath[0].stream.rate_hz == 10.0
            assert [each.stamp for each in breath] == [
                Stamp((i + 1) / 10, clock="sample count") for i in range(20)
            ]
            rates = bench.frames_of(StreamKind.OTHER)
            assert [each.values.tolist() for each in rates] == [[[0.0]], [[6.0]]]
            assert rates[0].stream.channels == ("belt_breaths_per_min",)
            assert rates[0].stream.rate_hz is None
            assert bench.errors == []
            assert bench.conversation.facts == Facts(battery_pct=80)
            assert bench.conversation.message == ""
            assert [each.kind for each in bench.conversation.watches] == [StreamKind.RESPIRATION]
        assert not belt.is_measuring
        assert belt.commands[-2:] == [Command.STOP, Command.DISCONNECT]
        assert belt.is_told_good_bye
        assert belt.n_bad_commands == 0

    on_a_loop(scenario())


def test_answers_longer_than_a_notification_are_put_together(bluez: BluezStandIn) -> None:
    """At the smallest MTU the description of a sensor takes eight notifications."""
    belt = bluez.add(BeltPeripheral(mtu=23))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)] * 2)
            await bench.idle()
            assert forces(bench.frames) == [8.0, 8.0]
            assert bench.clock.now_s() == 0.0

    on_a_loop(scenario())


def test_belt_that_was_left_measuring_is_stopped_first_and_its_old_samples_left_out(
    bluez: BluezStandIn,
) -> None:
    """They are of another period, and come before the first answer."""
    belt = bluez.add(BeltPeripheral(is_measuring=True))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            assert belt.commands[:3] == [Command.INIT, Command.STOP, Command.STATUS]
            assert bench.frames == []
            belt.measure([(8.0, NO_READING)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]

    on_a_loop(scenario())


@pytest.mark.parametrize(
    "command",
    [Command.STATUS, Command.SENSORS, Command.SENSOR, Command.PERIOD, Command.START, Command.STOP],
)
def test_belt_that_leaves_one_question_open_measures_all_the_same(
    command: Command, bluez: BluezStandIn
) -> None:
    belt = bluez.add(BeltPeripheral(mute=frozenset({command})))
    # It obeys without a word.
    belt.is_measuring = command is Command.STOP

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.is_measuring = True
            belt.sensors = 0b110
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]
            assert 3.0 <= bench.clock.now_s() <= 12.0

    on_a_loop(scenario())


def test_belt_that_never_answers_is_told_in_words(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral(mute=frozenset(Command)))

    async def scenario() -> None:
        with pytest.raises(SensorRefusedError) as refused:
            async with talking(VernierDriver(), belt):
                pytest.fail("it did not answer")
        assert str(refused.value) == NO_ANSWER

    on_a_loop(scenario())
    assert belt.commands[:2] == [Command.INIT, Command.INIT]


class Thermometer(BeltPeripheral):
    def services(self) -> list[tuple[str, list[Char]]]:
        return [(SERVICE, [Char(COMMAND, ["write-without-response"])])]


@pytest.mark.parametrize(
    "belt",
    [BeltPeripheral(quantities=(Quantity(1, "Temperature", "°C"),)), Thermometer()],
    ids=["no force", "nothing to listen to"],
)
def test_what_measures_no_force_is_no_belt(belt: BeltPeripheral, bluez: BluezStandIn) -> None:
    bluez.add(belt)

    async def scenario() -> None:
        with pytest.raises(SensorRefusedError) as refused:
            async with talking(VernierDriver(), belt):
                pytest.fail("it is no belt")
        assert str(refused.value) == NOT_A_BELT

    on_a_loop(scenario())


def test_force_is_found_by_its_unit_and_a_slow_belt_keeps_its_pace(bluez: BluezStandIn) -> None:
    """Sensor 0 stands for nothing, as some firmware lists it; the rate excludes the force."""
    belt = bluez.add(
        BeltPeripheral(
            quantities=(
                Quantity(0, "", "N", identifier=0),
                Quantity(3, "Force", "N", shortest_period_us=200_000, excludes=1 << 5),
                Quantity(5, "Respiration Rate", "bpm"),
            )
        )
    )

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            assert (belt.period_us, belt.sensors) == (200_000, 1 << 3)
            belt.measure([(8.0,), (9.0,)])
            await bench.idle()
            (frame,) = bench.frames
            assert frame.stream.rate_hz == 5.0
            assert frame.stamp == Stamp(0.4, clock="sample count")
            assert frame.values.tolist() == [[8.0], [9.0]]

    on_a_loop(scenario())


class Mumbling(BeltPeripheral):
    """A belt of whose descriptions some answers are damaged on their way."""

    def __init__(self, numbers: Iterable[int], times: int) -> None:
        super().__init__()
        self.left = dict.fromkeys(numbers, times)

    def send_packet(self, kind: int, body: bytes) -> None:
        if kind == KIND_REPLY and body[0] == Command.SENSOR and self.left.get(body[2], 0):
            self.left[body[2]] -= 1
            self.send(RESPONSE, bytes.fromhex("98080000") + b"lost")
            return
        super().send_packet(kind, body)


@pytest.mark.parametrize(("times", "n_asked"), [(1, 5), (9, 2)], ids=["once", "always"])
def test_belt_whose_description_is_damaged_is_still_a_belt(
    times: int, n_asked: int, bluez: BluezStandIn
) -> None:
    belt = bluez.add(Mumbling([1], times))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]
            # Well before its silence would end the link.
            assert bench.clock.now_s() <= 6.0

    on_a_loop(scenario())
    assert belt.commands.count(Command.SENSOR) == n_asked
    assert belt.sensors == 0b110


def test_all_quantities_of_a_real_belt_are_listed() -> None:
    """The mask recorded from a GDX-RB."""
    assert sum(1 << each.number for each in BELT) == 54
