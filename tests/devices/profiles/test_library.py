from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from biofeedback.devices.driver import Advertised
from biofeedback.devices.profiles.library import (
    ProfileLibrary,
    checked_profile,
    own_folder,
    template_files,
)
from biofeedback.devices.profiles.problem import ProfileError
from helpers.profile_texts import RING, all_shipped, changed


def test_what_comes_with_the_app_is_there_and_right(tmp_path: Path) -> None:
    library = ProfileLibrary(tmp_path / "none")
    assert [driver.profile.profile_id for driver in library.shipped()] == [
        "anr-m40",
        "diy-eda-binary",
        "diy-eda-text",
        "movisens-edamove",
        "nuanic-ring",
    ]
    assert library.own() == ()
    assert library.problems == ()
    assert {f"{driver.profile.profile_id}.toml" for driver in library.shipped()} < set(
        all_shipped()
    )


def test_templates_are_right_and_recognise_nothing_by_themselves(tmp_path: Path) -> None:
    assert set(template_files()) == {"arduino-int", "esp32-tutorial", "hm10-text"}
    for path in template_files().values():
        checked_profile(path)
    esp32 = Advertised("ESP32", ("4fafc201-1fb5-459e-8fcc-c5c9c331914b",))
    assert not any(driver.kinds(esp32) for driver in ProfileLibrary(tmp_path).shipped())


def test_a_wrong_profile_is_told_and_never_offered(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(RING, encoding="utf-8")
    (tmp_path / "unread.toml").write_text(changed("watchdog_s", "watchdog"), encoding="utf-8")
    (tmp_path / "untrue.toml").write_text(changed("[4.0] }", "[5.0] }"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    library = ProfileLibrary(tmp_path)
    assert [driver.driver_id for driver in library.own()] == ["profile-a-ring"]
    unread, untrue = library.problems
    assert unread.startswith("unread.toml, line 9: “watchdog” is no key of [connection]")
    assert untrue.startswith("untrue.toml, line ")
    assert "Self-test 1" in untrue


def test_the_persons_own_comes_before_what_comes_with_the_app(tmp_path: Path) -> None:
    own = changed('"a-ring"', '"nuanic-ring"')
    (tmp_path / "mine.toml").write_text(own, encoding="utf-8")
    library = ProfileLibrary(tmp_path)
    assert [driver.profile.name for driver in library.own()] == ["A ring"]
    assert "nuanic-ring" not in {d.profile.profile_id for d in library.shipped()}
    entry = library.find(" Nuanic-Ring ")
    assert entry is not None
    assert (entry.is_own, entry.path) == (True, tmp_path / "mine.toml")
    assert library.find("none") is None


def test_of_two_with_one_id_the_first_is_used_and_the_other_told(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(RING, encoding="utf-8")
    library = ProfileLibrary(tmp_path)
    assert len(library.own()) == 1
    (problem,) = library.problems
    assert problem.startswith("b.toml: It has the same id “a-ring” as a.toml")


def test_a_self_test_is_part_of_the_check(tmp_path: Path) -> None:
    path = tmp_path / "ring.toml"
    path.write_text(changed("[4.0] }", "[5.0] }"), encoding="utf-8")
    with pytest.raises(ProfileError, match="Self-test 1"):
        checked_profile(path)


def test_a_persons_own_are_with_what_the_app_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, appauthor: Path("/data", name))
    assert own_folder() == Path("/data/biofeedback/profiles")
    assert ProfileLibrary().folder == own_folder()
