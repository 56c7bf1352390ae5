"""A profile is written whole, and takes no other's place unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.profiles.drafting import Draft, draft_to_profile
from biofeedback.devices.profiles.keeping import keep_profile, taken_by, write_text
from biofeedback.devices.profiles.library import ProfileLibrary
from biofeedback.devices.profiles.problem import ProfileError
from biofeedback.devices.profiles.profile import Match
from biofeedback.devices.profiles.writing import write_profile

if TYPE_CHECKING:
    from pathlib import Path

UUID = "f00d0002-0000-4000-8000-000000000001"
PROFILE = draft_to_profile(
    Draft(UUID, name="My board", match=Match(name_prefixes=("Board",))), [b"\1\0", b"\2\0"]
)
TEXT = write_profile(PROFILE)


def test_what_is_kept_is_found_by_the_library(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    path = keep_profile(PROFILE, TEXT, folder, replaces=False)
    assert path == folder / "my-board.toml"
    entry = ProfileLibrary(folder).find("my-board")
    assert entry is not None
    assert (entry.profile, entry.path) == (PROFILE, path)
    assert [each.name for each in folder.iterdir()] == ["my-board.toml"]


def test_another_is_only_replaced_when_that_is_wanted(tmp_path: Path) -> None:
    elsewhere = tmp_path / "otherwise-named.toml"
    elsewhere.write_text(TEXT, encoding="utf-8")
    assert taken_by(PROFILE, tmp_path) == elsewhere
    assert keep_profile(PROFILE, TEXT, tmp_path, replaces=False) is None
    assert elsewhere.exists()
    path = keep_profile(PROFILE, TEXT, tmp_path, replaces=True)
    assert [each for each in tmp_path.iterdir() if each.suffix == ".toml"] == [path]


def test_a_folder_that_cannot_be_written_to_is_told_in_words(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(ProfileError, match="could not be written"):
        keep_profile(PROFILE, TEXT, blocked, replaces=False)
    with pytest.raises(ProfileError, match=r"mine\.toml: It could not be written"):
        write_text(TEXT, blocked / "mine.toml")
