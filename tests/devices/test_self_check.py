"""What a look at the computer finds, and the steps that mend it on each system."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock, SystemClock
from biofeedback.devices.catalogue import ENTRY_POINTS, Catalogue
from biofeedback.devices.radio_error import RadioProblem
from biofeedback.devices.registry import Registry
from biofeedback.devices.self_check import (
    Check,
    check_bluetooth,
    check_drivers,
    fixes,
    is_blocked,
)
from helpers.bluez import BluezStandIn
from helpers.listening import on_a_loop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("problem", list(RadioProblem))
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_problem_has_steps_on_every_system(problem: RadioProblem, platform: str) -> None:
    steps = fixes(problem, platform)

    assert steps
    assert len(set(steps)) == len(steps)
    is_terminal_talk = any("sudo" in step or "bluetoothctl" in step for step in steps)
    assert platform == "linux" or not is_terminal_talk or problem is RadioProblem.TOO_OLD


def look(rfkill: Path, seconds: float = 0.0) -> Check:
    found: list[Check] = []

    async def main() -> None:
        clock = FakeClock() if seconds == 0.0 else SystemClock()
        found.append(await check_bluetooth(Registry(), clock, seconds, rfkill))

    on_a_loop(main())
    return found[0]


def test_a_radio_that_works_is_well(bluez: BluezStandIn, tmp_path: Path) -> None:
    bluez.add_strap()

    check = look(tmp_path, seconds=0.3)

    assert check.is_well
    assert check.words.startswith("works; 1 sensor seen")
    assert check.steps == ()


def test_a_radio_that_is_off_is_told_with_what_mends_it(
    bluez: BluezStandIn, tmp_path: Path
) -> None:
    bluez.set_powered(False)

    check = look(tmp_path)
    assert not check.is_well
    assert "switched off" in check.words
    assert "work without it" in check.words
    assert check.steps == fixes(RadioProblem.SWITCHED_OFF)

    radio = tmp_path / "rfkill0"
    radio.mkdir()
    (radio / "type").write_text("bluetooth\n", encoding="ascii")
    (radio / "hard").write_text("1\n", encoding="ascii")
    assert "switch or key on the computer itself" in look(tmp_path).steps[0]


@pytest.mark.parametrize(
    ("kind", "hard", "blocked"),
    [("bluetooth", "1", True), ("bluetooth", "0", False), ("wlan", "1", False)],
)
def test_a_hard_switch_is_told_by_linux(
    tmp_path: Path, kind: str, hard: str, *, blocked: bool
) -> None:
    radio = tmp_path / "rfkill3"
    radio.mkdir()
    (radio / "type").write_text(kind, encoding="ascii")
    (radio / "hard").write_text(hard, encoding="ascii")

    assert is_blocked(tmp_path) is blocked


def test_an_odd_folder_blocks_nothing(tmp_path: Path) -> None:
    assert not is_blocked(tmp_path / "nowhere")
    (tmp_path / "rfkill0").mkdir()
    assert not is_blocked(tmp_path)


def test_a_driver_that_cannot_be_used_is_told() -> None:
    from importlib.metadata import EntryPoint

    async def main() -> None:
        odd = EntryPoint("odd", "nowhere:at_all", ENTRY_POINTS)
        check = check_drivers(Registry(catalogue=Catalogue(plug_ins=[odd])))
        assert not check.is_well
        assert "“odd”" in check.words
        assert check_drivers(Registry(catalogue=Catalogue(plug_ins=()))).is_well

    asyncio.run(main())
