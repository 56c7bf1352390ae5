"""What ``biofeedback doctor`` says where things are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.conftest import Said

    Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def bare_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No message bus, so no Bluetooth; no screen."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def lines(said: Said) -> dict[str, tuple[str, str]]:
    """Verdict and words by what was looked at."""
    found = {}
    for line in said.out.splitlines():
        if line.startswith("        - "):
            continue  # a step that mends what was found above it
        verdict, rest = line[:4].strip(), line[4:].strip()
        name, _, words = rest.partition(": ")
        found[name] = (verdict, words)
    return found


def test_each_part_gets_a_verdict_and_what_to_do(biofeedback: Command, tmp_path: Path) -> None:
    said = biofeedback("doctor", "--library", str(tmp_path / "mine.biofeedback"))
    found = lines(said)

    assert said.code == 0
    assert list(found) == [
        "Bluetooth",
        "Sensor drivers",
        "Display",
        "Sound",
        "Storage",
        "Keychain",
    ]
    assert {verdict for verdict, _ in found.values()} <= {"ok", "look"}
    assert found["Bluetooth"][0] == "look"
    assert "recordings work without it" in found["Bluetooth"][1]
    assert found["Display"] == (
        "look",
        "no screen. The commands work in the terminal; the window needs a desktop.",
    )
    assert found["Storage"][0] == "ok"
    assert str(tmp_path) in found["Storage"][1]


def test_what_is_amiss_comes_with_the_steps_that_mend_it(
    biofeedback: Command, tmp_path: Path
) -> None:
    said = biofeedback("doctor", "--library", str(tmp_path / "x"))
    after = said.out.partition("Bluetooth: ")[2].splitlines()

    assert after[1].startswith("        - ")


def test_looking_makes_nothing(biofeedback: Command, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    biofeedback("doctor", "--library", str(folder / "mine.biofeedback"))
    assert not folder.parent.exists()


def test_strict_leaves_with_1_when_anything_is_amiss(biofeedback: Command, tmp_path: Path) -> None:
    assert biofeedback("doctor", "--strict", "--library", str(tmp_path / "x")).code == 1
