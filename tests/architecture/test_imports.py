"""The import contracts and banned names hold, and each was seen to bite."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["name"] for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
BANNED = set(PYPROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"])

DOWN = "Imports point down only"
SIMULATION = "Only simulated sensors use the simulation"
QT = "Qt only in ui"
SECRETS = "Encryption and the keychain only in sessions"

# A file, what it imports, and the contract that must refuse it.
OFFENDERS = [
    ("signal/offender.py", "import biofeedback.runtime.session", DOWN),
    ("signal/offender.py", "import biofeedback.devices.sensor", DOWN),
    ("devices/offender.py", "import biofeedback.sessions.store", DOWN),
    ("simulation/offender.py", "import biofeedback.devices.sensor", DOWN),
    ("guides/offender.py", "import biofeedback.analysis", DOWN),
    ("runtime/offender.py", "def later():\n    import biofeedback.ui.theme", DOWN),
    ("errors.py", "import biofeedback.clock", DOWN),
    ("offender.py", "", DOWN),  # a new part must be given its place among the layers
    ("runtime/offender.py", "import biofeedback.simulation.client", SIMULATION),
    ("devices/drivers/offender.py", "from biofeedback.simulation import client", SIMULATION),
    ("runtime/offender.py", "import PySide6.QtCore", QT),
    ("signal/offender.py", "def later():\n    import pyqtgraph", QT),
    ("ui/offender.py", "import sqlcipher3", SECRETS),
    ("runtime/offender.py", "import keyring", SECRETS),
]

# Who may use a banned name, by saying so in the line that does.
DOORS = {
    "clock.py": {"time", "datetime"},
    "devices/connection.py": {"bleak"},
    "devices/link.py": {"bleak"},
    "devices/world_error.py": {"bleak"},
    "sessions/keys.py": {"keyring"},
    "sessions/store.py": {"sqlcipher3"},
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=folder,
        # Ahead of the installed package, so that a copy of it is looked at and not the original.
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def verdicts(output: str) -> dict[str, str]:
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)", output, flags=re.MULTILINE))


def test_every_contract_is_kept() -> None:
    result = lint_imports(ROOT / "src")
    assert result.returncode == 0, result.stdout
    assert verdicts(result.stdout) == dict.fromkeys(CONTRACTS, "KEPT")


@pytest.mark.parametrize(("file", "code", "contract"), OFFENDERS)
def test_contract_refuses_an_offending_module(
    tmp_path: Path, file: str, code: str, contract: str
) -> None:
    package = tmp_path / "biofeedback"
    shutil.copytree(
        ROOT / "src" / "biofeedback", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    path = package / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}\n{code}\n", encoding="utf-8")
    result = lint_imports(tmp_path)

    assert result.returncode == 1
    # A new top-level module is refused before the verdicts, with its name.
    assert verdicts(result.stdout).get(contract) == "BROKEN", result.stdout


def test_every_contract_has_an_offender() -> None:
    assert {contract for _, _, contract in OFFENDERS} == CONTRACTS


def ruff_findings(code: str) -> str:
    result = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--select", "TID251", "--no-cache"),
            *("--config", ROOT / "pyproject.toml"),
            *("--stdin-filename", "src/biofeedback/signal/offender.py", "-"),
        ],
        input=code,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in {0, 1}, result.stderr
    return result.stdout if result.returncode else ""


@pytest.mark.parametrize("name", sorted(BANNED))
def test_banned_name_is_found_where_it_is_used(name: str) -> None:
    module, _, attribute = name.partition(".")
    if attribute:
        used = f"import {module}\n\n{name}()\n"
    else:
        used = f"def later() -> None:\n    import {module}.part\n"
    assert f"`{name}` is banned" in ruff_findings(used)


def test_harmless_code_passes_the_same_check() -> None:
    assert ruff_findings("import time\n\ntime.strftime('%Y')\n") == ""


def test_only_the_named_doors_take_leave_to_use_a_banned_name() -> None:
    package = ROOT / "src" / "biofeedback"
    doors = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"noqa:.*TID251", path.read_text(encoding="utf-8"))
    }
    assert doors <= set(DOORS)


@pytest.mark.parametrize("file", sorted(DOORS))
def test_a_door_opens_to_its_own_names_alone(file: str) -> None:
    path = ROOT / "src" / "biofeedback" / file
    if not path.exists():
        pytest.fail(f"{file} is gone: take it off the list")
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.search(r"noqa:.*TID251", line):
            assert any(name in line for name in DOORS[file]), line
