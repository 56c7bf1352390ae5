"""``biofeedback analyze`` with several files, good and bad, under any name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.conftest import Said

    Command = Callable[..., Said]

RR = "\n".join(["812", "798", "830"] * 20)


def test_a_bad_file_does_not_cost_the_good_ones(biofeedback: Command, tmp_path: Path) -> None:
    good, bad, last = (tmp_path / name for name in ("good.txt", "bad.txt", "last.txt"))
    good.write_text(RR, encoding="utf-8")
    bad.write_text("", encoding="utf-8")
    last.write_text(RR, encoding="utf-8")
    said = biofeedback("analyze", "--json", str(good), str(bad), str(last))
    assert said.code == 1
    assert [one["file"] for one in json.loads(said.out)] == [str(good), str(last)]
    assert "bad.txt" in said.err


def test_a_name_in_brackets_is_shown_as_it_is(biofeedback: Command, tmp_path: Path) -> None:
    file = tmp_path / "rest [red].txt"
    file.write_text(RR, encoding="utf-8")
    said = biofeedback("analyze", str(file))
    assert said.code == 0
    assert "[red]" in "".join(said.out.split("\n"))


def test_segments_windows_and_a_second_opinion_are_told(
    biofeedback: Command, tmp_path: Path
) -> None:
    file = tmp_path / "rest.txt"
    file.write_text("\n".join(["812", "798", "830", "845", "820"] * 80), encoding="utf-8")
    asked = ("--segment", "1:00-2:00", "--window", "120", "--step", "60", "--second-opinion")

    said = biofeedback("analyze", "--json", *asked, str(file))
    shown = biofeedback("analyze", *asked, str(file))

    (plain,) = json.loads(said.out)
    assert [(s["start_s"], s["end_s"]) for s in plain["segments"]] == [(60.0, 120.0)]
    assert [w["start_s"] for w in plain["windows"]] == [0.0, 60.0, 120.0, 180.0]
    assert plain["windows"][0]["measures"]["rmssd_ms"] > 0
    rmssd = next(one for one in plain["second_opinion"] if one["name"] == "rmssd_ms")
    assert abs(rmssd["difference_pct"]) < 1e-4
    for words in ("1:00 to 2:00", "2:00 to 4:00", "NeuroKit2"):
        assert words in shown.out


def test_a_table_of_waveforms_needs_its_rate(biofeedback: Command, tmp_path: Path) -> None:
    file = tmp_path / "skin.csv"
    file.write_text("EDA\n" + "2.50\n2.51\n2.52\n2.51\n" * 100, encoding="utf-8")

    without = biofeedback("analyze", str(file))
    with_rate = biofeedback("analyze", "--rate", "8", str(file))

    assert (without.code, with_rate.code) == (1, 0)
    assert "--rate" in without.err
    assert "Skin conductance level" in with_rate.out
    replayed = biofeedback("replay", "--headless", "--speed", "max", "--rate", "8", str(file))
    assert replayed.code == 0
    assert "Replayed 50 s" in replayed.out


def test_why_something_was_not_measured_is_said(biofeedback: Command, tmp_path: Path) -> None:
    file = tmp_path / "skin.csv"
    file.write_text("EDA\n" + "0.0\n" * 800, encoding="utf-8")

    said = biofeedback("analyze", "--rate", "8", str(file))

    assert "Skin conductance level: not measured; " in said.out


def test_what_is_no_stretch_or_length_is_wrong_usage(biofeedback: Command, tmp_path: Path) -> None:
    file = tmp_path / "rest.txt"
    file.write_text(RR, encoding="utf-8")
    for wrong in (
        ("--segment", "60"),
        ("--segment", "60-30"),
        ("--segment", "a-b"),
        ("--window", "0"),
        ("--step", "-1"),
        ("--rate", "nan"),
    ):
        said = biofeedback("analyze", *wrong, str(file))
        assert said.code == 2, wrong
        assert "Traceback" not in said.err
