from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from biofeedback.devices.lsl.library import load, local_clock
from biofeedback.errors import SensorRefusedError

if TYPE_CHECKING:
    from pathlib import Path


def test_importing_the_package_loads_nothing_of_lsl() -> None:
    code = (
        "import sys, biofeedback.devices.lsl.inlets, biofeedback.devices.lsl.outlets\n"
        "assert 'pylsl' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_is_loaded_once_and_what_was_chosen_first_holds(pylsl: Any) -> None:
    assert load(network=False) is pylsl
    with pytest.raises(SensorRefusedError, match="start it again"):
        load(network=True)


def test_its_clock_goes_on(pylsl: Any) -> None:
    before_s = local_clock()
    assert pylsl.local_clock() >= before_s


@pytest.mark.parametrize("has_settings", [False, True])
def test_opened_to_the_network_it_stays_so_and_the_persons_own_settings_hold(
    tmp_path: Path, has_settings: bool
) -> None:
    if has_settings:
        (tmp_path / "lsl_api.cfg").write_text("[lab]\nSessionID=ours\n[log]\nlevel=-3\n")
    code = (
        "from biofeedback.devices.lsl.library import load\n"
        "from biofeedback.errors import SensorRefusedError\n"
        "pylsl = load(network=True)\n"
        "outlet = pylsl.StreamOutlet(pylsl.StreamInfo('x', 'ECG', 1, 10.0, 'float32', 'x'))\n"
        "print(outlet.get_info().session_id())\n"
        "try:\n"
        "    load(network=False)\n"
        "except SensorRefusedError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    session, words = done.stdout.splitlines()
    assert session == ("ours" if has_settings else "default")
    assert "start it again" in words
    assert not done.stderr


def test_where_it_cannot_be_loaded_the_person_is_told(tmp_path: Path) -> None:
    (tmp_path / "pylsl.py").write_text("raise RuntimeError('no liblsl')\n")
    code = (
        "from biofeedback.devices.lsl.library import load\n"
        "from biofeedback.errors import SensorRefusedError\n"
        "try:\n"
        "    load(network=False)\n"
        "except SensorRefusedError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "could not be loaded" in done.stdout
