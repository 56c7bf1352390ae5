"""A driver of another package, from its wheel to a recording: what docs/adding-a-sensor.md shows.

Nothing is installed into this environment: the wheel is built as an installer would, and unpacked
into a folder of its own that is put on the path.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.clock import FakeClock, SystemClock
from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.registry import Registry
from biofeedback.samples import Chunk, GapReason, LinkState, Packet, SensorStatus, StreamKind
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.bus import MISSING
from helpers.listening import Listener, WatchedClock, on_a_loop
from helpers.peripheral_play import Deed, Player, Sent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from biofeedback.devices.sensor import SensorInfo
    from simulated_strap import SimulatedStrap

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "breath_strap_plugin"
BREATH = (12.0 + np.sin(np.arange(1000) / 25.0 * 2.0 * np.pi / 5.0)).round(2)
PASSPHRASE = "bread in the morning"
WAIT_S = 30.0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as an installer lays it down, with what it announces."""
    folder = tmp_path_factory.mktemp("wheel")
    command = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    subprocess.run([sys.executable, "-c", command], cwd=EXAMPLE, check=True, timeout=WAIT_S)
    (wheel,) = folder.glob("*.whl")
    place = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


@pytest.fixture
def strap(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedStrap]:
    """A strap near, for this process and those that it starts."""
    if MISSING:
        pytest.skip(MISSING)
    from helpers.bluez import BluezStandIn

    monkeypatch.syspath_prepend(str(EXAMPLE / "tests"))
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.setenv("PYTHONPATH", str(installed))
    from simulated_strap import SimulatedStrap

    with BluezStandIn() as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        yield bluez.add(SimulatedStrap())


def biofeedback(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "biofeedback", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_its_own_tests_pass(installed: Path, tmp_path: Path) -> None:
    """As its author runs them, with this checkout's simulated Bluetooth."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=EXAMPLE,
        env={
            **os.environ,
            "PYTHONPATH": f"{installed}{os.pathsep}{ROOT / 'tests'}",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert MISSING or "skipped" not in done.stdout


@pytest.mark.usefixtures("strap")
def test_the_list_of_sensors_has_it_with_what_it_measures() -> None:
    out, err = biofeedback("sensors", "--seconds", "1", "--json").communicate(timeout=WAIT_S)

    assert err == ""
    (listed,) = [each for each in json.loads(out) if each["origin"] == "bluetooth"]
    assert listed["name"] == "Breath Strap 7"
    assert listed["measures"] == ["respiration"]


def test_it_is_recorded_sample_for_sample(strap: SimulatedStrap, tmp_path: Path) -> None:
    """By the command, on the computer's own time: five packets a second, until it has enough."""
    from breath_strap.packets import DATA, START, STOP

    library, passphrase_file = tmp_path / "library.db", tmp_path / "passphrase.txt"
    passphrase_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    recording = biofeedback(
        "record", "--headless", "--sensor", "Breath Strap 7", "--seconds", "4",
        "--library", str(library), "--passphrase-file", str(passphrase_file),
    )  # fmt: skip
    strap.wait_subscribed(DATA, WAIT_S)
    pause, clock = threading.Event(), SystemClock()
    for i in range(0, len(BREATH), 5):
        if recording.poll() is not None:
            break
        pause.wait(max(i / 25 - clock.now_s(), 0.0))  # what is waited for is real traffic
        strap.send(DATA, strap.packet(BREATH[i : i + 5].tolist()))
    _, err = recording.communicate(timeout=WAIT_S)
    assert recording.returncode == 0, err

    with Library.open(library, passphrase_key(PASSPHRASE), create=False) as opened:
        session = opened.load(opened.sessions()[0].session_id)
        chunks = list(session.events(Chunk))
        n_packets = sum(1 for each in session.events(Packet) if each.characteristic == DATA)
        states = {each.state for each in session.events(SensorStatus)}
    values = np.concatenate([chunk.values[:, 0] for chunk in chunks])
    t_s = np.concatenate([chunk.t_s for chunk in chunks])
    assert {chunk.stream.kind for chunk in chunks} == {StreamKind.RESPIRATION}
    assert 50 < len(values) <= 5 * n_packets
    # The session begins when samples come, which may be some after the first.
    assert any(np.allclose(values, BREATH[i : i + len(values)]) for i in range(100))
    np.testing.assert_allclose(np.diff(t_s), 0.04, atol=0.01)
    assert LinkState.STREAMING in states
    assert strap.commands == [START, STOP]


async def found(name: str) -> tuple[Registry, SensorInfo]:
    """Find the strap as a person's word for it does, once no other can turn up."""
    registry, clock = Registry(), WatchedClock()
    finding = asyncio.ensure_future(registry.find(name, clock, 10.0))
    await clock.asleep_until(2.0)
    await clock.advance(2.0)
    return registry, await finding


def values_of(heard: Listener) -> list[float]:
    return heard.values(StreamKind.RESPIRATION)


def test_a_lost_link_costs_what_was_not_sent_and_nothing_else(strap: SimulatedStrap) -> None:
    """The count begins anew with each start; the gap is named for what happened."""
    from breath_strap.packets import START

    def sent(newtons: Sequence[float], begin_s: float) -> Iterator[Sent]:
        return (Sent(t_s, strap, uuid, p) for t_s, uuid, p in strap.packets(newtons, begin_s))

    async def main() -> None:
        registry, info = await found("Breath Strap")
        assert info.driver == "breath-strap"
        heard, clock = Listener(), FakeClock()
        sensor = registry.open(info, lambda: None)
        async with Player(strap.bluez, clock) as player:
            running = asyncio.create_task(sensor.run(heard, clock))
            await player.heard.idle()
            await player.pass_to(1.0)
            await player.heard.idle()
            await player.play(sent(BREATH[:500].tolist(), 2.0))
            await player.play([Deed(23.0, lambda: strap.lose_link(is_near=True))])
            while heard.now().state is not LinkState.WAITING:
                await player.pass_to(clock.now_s() + 1.0)
                await player.heard.idle()
                assert clock.now_s() < 60.0
            await player.play(sent(BREATH[500:].tolist(), clock.now_s() + 0.5))
            running.cancel()
            for _ in range(3):
                await player.heard.idle()
                await player.pass_to(clock.now_s() + 1.0)
            await asyncio.wait({running}, timeout=30.0)

        np.testing.assert_allclose(values_of(heard), BREATH)
        (gap,) = heard.gaps
        assert gap.reason is GapReason.LINK
        assert strap.commands[:2] == [START, START]

    on_a_loop(main())


def test_a_loose_strap_says_so_and_its_samples_are_no_readings(strap: SimulatedStrap) -> None:
    from breath_strap.driver import NO_PULL
    from breath_strap.packets import DATA

    async def main() -> None:
        registry, info = await found("Breath Strap 7")
        heard, clock = Listener(), FakeClock()
        async with Player(strap.bluez, clock) as player:
            running = asyncio.create_task(registry.open(info, lambda: None).run(heard, clock))
            await player.heard.idle()
            await player.pass_to(1.0)
            await player.heard.idle()
            await player.play(
                Sent(2.0 + i / 5, strap, DATA, strap.packet([-327.68] * 5)) for i in range(20)
            )
            assert heard.now().state is LinkState.SILENT
            assert heard.now().message == NO_PULL
            running.cancel()
            for _ in range(3):
                await player.heard.idle()
                await player.pass_to(clock.now_s() + 1.0)
            await asyncio.wait({running}, timeout=30.0)
        assert len(values_of(heard)) == 100
        assert np.isnan(values_of(heard)).all()

    on_a_loop(main())


@pytest.mark.usefixtures("strap")
def test_it_stands_before_what_the_app_brings() -> None:
    ids = [driver.driver_id for driver in Catalogue().drivers]
    assert ids.index("breath-strap") < ids.index("polar")
