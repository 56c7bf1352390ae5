"""``biofeedback profile``, as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

from helpers.profile_texts import RING, changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Said

    Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the person a folder of their own for profiles, and stand in another."""
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return tmp_path / "data" / "profiles"


def test_profiles_are_listed_with_what_they_measure(biofeedback: Command) -> None:
    said = biofeedback("profile", "list")
    assert said.code == 0
    lines = said.out.splitlines()
    assert [line.split()[0] for line in lines[:5]] == [
        *("anr-m40", "diy-eda-binary", "diy-eda-text", "movisens-edamove", "nuanic-ring"),
    ]
    assert "muscle tension" in lines[0]
    assert "comes with the app" in lines[0]
    assert "arduino-int, esp32-tutorial, hm10-text" in said.out
    assert said.err == ""


def test_the_way_from_a_template_to_a_profile_of_ones_own(biofeedback: Command, own: Path) -> None:
    """Make one, break it, mend it, add it, see it listed and printed."""
    said = biofeedback("profile", "new", "arduino-int", "--to", "board.toml")
    assert said.code == 0
    path = Path("board.toml")
    text = path.read_text(encoding="utf-8")
    assert "→" in text
    assert biofeedback("profile", "new", "arduino-int", "--to", "board.toml").code == 1

    path.write_text(changed('unit = "counts" ', 'units = "counts"', text), encoding="utf-8")
    said = biofeedback("profile", "check", "board.toml")
    assert said.code == 1
    assert "board.toml, line 21: “units” is no key of [[stream.channel]]." in said.err
    assert "Did you mean “unit”?" in said.err

    path.write_text(text, encoding="utf-8")
    said = biofeedback("profile", "check", "board.toml")
    assert (said.code, said.err) == (0, "")
    assert "board.toml: all right." in said.out
    assert "1 self-test came out" in said.out

    said = biofeedback("profile", "add", "board.toml")
    assert said.code == 0
    assert (own / "my-arduino.toml").read_text(encoding="utf-8") == text
    said = biofeedback("profile", "add", "board.toml")
    assert said.code == 1
    assert "--replace" in said.err
    assert biofeedback("profile", "add", "board.toml", "--replace").code == 0
    assert [path.name for path in own.iterdir()] == ["my-arduino.toml"]

    assert "your own" in biofeedback("profile", "list").out
    assert biofeedback("profile", "show", "my-arduino").out == text


def test_a_wrong_profile_is_not_added(biofeedback: Command, own: Path) -> None:
    Path("ring.toml").write_text(changed("[4.0] }", "[5.0] }"), encoding="utf-8")
    said = biofeedback("profile", "add", "ring.toml")
    assert said.code == 1
    assert "Self-test 1: “eda” should be [5] and comes to [4]" in said.err
    assert not own.exists()


def test_every_fault_of_every_file_is_told(biofeedback: Command) -> None:
    Path("a.toml").write_text(changed("watchdog_s", "watchdog"), encoding="utf-8")
    Path("b.toml").write_text(RING, encoding="utf-8")
    Path("c.toml").write_text("schema = [", encoding="utf-8")
    said = biofeedback("profile", "check", "a.toml", "b.toml", "c.toml", "none.toml")
    assert said.code == 1
    assert [line.split(":")[0] for line in said.err.splitlines()] == [
        "a.toml, line 9",
        "c.toml",
        "none.toml",
    ]
    assert said.out.startswith("b.toml: all right.")


def test_a_profile_that_went_wrong_is_named_in_the_list(biofeedback: Command, own: Path) -> None:
    own.mkdir(parents=True)
    (own / "ring.toml").write_text(changed("watchdog_s", "watchdog"), encoding="utf-8")
    said = biofeedback("profile", "list", "--json")
    assert said.code == 0
    assert "a-ring" not in {row["id"] for row in json.loads(said.out)}
    assert said.err.startswith("Not used: ring.toml, line 9: “watchdog”")


def test_one_of_the_apps_can_be_changed_for_ones_own(biofeedback: Command) -> None:
    biofeedback("profile", "new", "nuanic-ring", "--to", "ring.toml")
    text = Path("ring.toml").read_text(encoding="utf-8")
    Path("ring.toml").write_text(changed("rate_hz = 16", "rate_hz = 8", text), encoding="utf-8")
    assert biofeedback("profile", "add", "ring.toml").code == 0
    rows = json.loads(biofeedback("profile", "list", "--json").out)
    assert [row["is_own"] for row in rows if row["id"] == "nuanic-ring"] == [True]


@pytest.mark.parametrize("command", [("show", "x"), ("new", "x"), ("watch", "y", "--profile", "x")])
def test_a_profile_that_there_is_none_of_is_told(
    biofeedback: Command, command: tuple[str, ...]
) -> None:
    said = biofeedback("profile", *command)
    assert said.code == 1
    assert "no profile “x”" in said.err
    assert "profile list" in said.err
