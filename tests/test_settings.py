"""Preferences survive anything that can happen to their file."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from biofeedback import settings
from biofeedback.kinds import Role, StreamKind
from biofeedback.settings import Preferences, RememberedSensor

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = Preferences()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def test_missing_file_gives_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "settings.toml") == DEFAULTS


def test_what_was_saved_is_loaded_from_the_usual_place() -> None:
    """The folder is made; the tests' own home keeps it away from the person's."""
    chosen = Preferences(theme="light", volume=0.25, preset="", pattern_s=(4.1, 0.0, 6.2, 0.5))

    assert settings.save(chosen)
    assert settings.load() == chosen
    assert settings.default_path().name == "settings.toml"


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.builds(
        Preferences,
        theme=st.sampled_from(["system", "dark", "light", "high-contrast"]),
        volume=st.floats(0, 1),
        text_scale=st.floats(0.8, 2.0),
        preset=st.text(st.characters(exclude_categories=["Cs"])),
        library_path=st.text(st.characters(exclude_categories=["Cs"])),
        minutes=st.integers(0, 120),
        pattern_s=st.tuples(*[st.floats(0, 60)] * 4),
        connect_sensors=st.booleans(),
        lsl_in=st.booleans(),
        lsl_out=st.booleans(),
        osc_in_port=st.integers(0, 65_535),
        osc_out=TEXTS,
        open_to_network=st.booleans(),
        sensors=st.lists(
            st.builds(
                RememberedSensor,
                sensor_id=TEXTS.filter(bool),
                name=TEXTS,
                address=TEXTS.filter(bool),
                origin=TEXTS,
                kinds=st.lists(st.sampled_from(StreamKind)).map(tuple),
                driver=TEXTS,
                role=st.sampled_from(Role),
                options=st.dictionaries(TEXTS, st.floats(-9, 9) | TEXTS),
            ),
            unique_by=lambda sensor: sensor.sensor_id,
            max_size=3,
        ).map(tuple),
    )
)
def test_any_preferences_survive_the_file(tmp_path: Path, chosen: Preferences) -> None:
    """Quotes, backslashes, control characters and every alphabet included."""
    path = tmp_path / "settings.toml"

    assert settings.save(chosen, path)
    assert settings.load(path) == chosen
    assert set(tomllib.loads(path.read_text())) == set(dataclasses.asdict(chosen))


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe\x00", b"[[[", b"volume"])
def test_unreadable_file_gives_defaults_and_is_kept_beside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)

    assert settings.load(path) == DEFAULTS
    assert (tmp_path / "settings.toml.broken").read_bytes() == content


def test_one_bad_value_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('volume = 7\ntheme = "light"\nminutes = "many"\nsomething_new = 1\n')

    assert settings.load(path) == Preferences(theme="light")
    assert (tmp_path / "settings.toml.broken").exists()


def test_other_programs_take_no_part_until_that_is_written(tmp_path: Path) -> None:
    """Nor by a value that makes no sense."""
    path = tmp_path / "settings.toml"
    path.write_text(
        'lsl_in = 1\nlsl_out = "yes"\nosc_in_port = 70000\nosc_out = 9000\n'
        'open_to_network = "true"\nvolume = 0.25\n'
    )

    assert settings.load(path) == Preferences(volume=0.25)
    off = (DEFAULTS.lsl_in, DEFAULTS.lsl_out, DEFAULTS.osc_in_port, DEFAULTS.osc_out)
    assert not any((*off, DEFAULTS.open_to_network))


def test_one_bad_sensor_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    good = '{sensor_id = "a", name = "Strap", address = "1", origin = "bluetooth", kinds = ["rr"]}'
    bad = (
        '{sensor_id = "b", name = "Strap"}',  # no address
        '{sensor_id = "c", name = "Cap", address = "3", origin = "lsl", kinds = ["thoughts"]}',
        '{sensor_id = "", name = "Strap", address = "4", origin = "bluetooth"}',
        good,  # twice
        '"strap"',
    )
    path.write_text(f"volume = 0.25\nsensors = [{', '.join((good, *bad))}]\n")
    strap = RememberedSensor(
        sensor_id="a", name="Strap", address="1", origin="bluetooth", kinds=(StreamKind.RR,)
    )

    assert settings.load(path) == Preferences(volume=0.25, sensors=(strap,))
    assert (tmp_path / "settings.toml.broken").exists()


@pytest.mark.parametrize("written", ['"many"', "7", "{a = 1}"])
def test_sensors_that_are_no_list_cost_nothing_else(tmp_path: Path, written: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"volume = 0.25\nsensors = {written}\n")

    assert settings.load(path) == Preferences(volume=0.25)


def test_whole_numbers_written_by_hand_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("volume = 1\ntext_scale = 2\npattern_s = [4, 0, 6, 0]\n")

    assert settings.load(path) == Preferences(volume=1.0, text_scale=2.0)
    assert not (tmp_path / "settings.toml.broken").exists()


def test_folder_that_cannot_be_made_is_told_not_raised(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")

    assert settings.save(DEFAULTS, tmp_path / "taken" / "settings.toml") is False
    assert settings.load(tmp_path / "taken" / "settings.toml") == DEFAULTS


def test_write_that_fails_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up as the new file is flushed: the old one stands, no rubbish is left."""
    path = tmp_path / "settings.toml"
    settings.save(Preferences(theme="dark"), path)

    def full_disk(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)

    assert settings.save(Preferences(theme="light"), path) is False
    assert settings.load(path).theme == "dark"
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


def test_library_is_where_it_is_preferred(tmp_path: Path) -> None:
    chosen = Preferences(library_path=str(tmp_path / "mine.biofeedback"))

    assert settings.library_path(chosen) == tmp_path / "mine.biofeedback"
    assert settings.library_path(DEFAULTS).name == "library.biofeedback"


def test_other_programs_take_part_only_where_something_is_switched_on() -> None:
    assert not Preferences().has_streams
    assert not Preferences(open_to_network=True).has_streams
    for change in ({"lsl_in": True}, {"lsl_out": True}, {"osc_in_port": 7000}, {"osc_out": "9000"}):
        changed = Preferences().changed(**change)
        assert changed.has_streams
        assert changed.streams != Preferences().streams
