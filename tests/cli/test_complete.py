"""What a sensor delivered is all there: in the library, in its export and in its replay."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from biofeedback.samples import Chunk, Gap, StreamKind
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.complete import missing_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from biofeedback.samples import Event
    from cli.conftest import Said

    Command = Callable[..., Said]

SENSOR = "simulated:counter?dropout_every_s=20&dropout_s=3"


def numbered(events: Iterable[Event]) -> tuple[list[tuple[float, float]], list[Gap]]:
    samples: list[tuple[float, float]] = []
    gaps: list[Gap] = []
    for event in events:
        if isinstance(event, Chunk) and event.stream.kind is StreamKind.OTHER:
            samples += zip(event.t_s.tolist(), event.values[:, 0].tolist(), strict=True)
        elif isinstance(event, Gap):
            gaps.append(event)
    return samples, gaps


def ends(gaps: Iterable[Gap]) -> list[tuple[float, float]]:
    return [(gap.start_s, gap.t_s) for gap in gaps]


def test_every_numbered_sample_is_recorded_exported_and_replayed(
    biofeedback: Command, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("a quiet evening by the sea\n", encoding="utf-8")
    library = tmp_path / "own.db"
    options = ["--library", str(library), "--passphrase-file", str(words)]
    fast = ["--seconds", "65", "--clock-speed", "32", *options]
    said = biofeedback("record", "--sensor", SENSOR, *fast)
    assert said.code == 0, said.err
    (row,) = json.loads(biofeedback("sessions", "list", "--json", *options).out)

    key = passphrase_key(words.read_text(encoding="utf-8").strip())
    with Library.open(library, key) as opened:
        samples, gaps = numbered(opened.load(row["id"]).events(Chunk, Gap))
    assert len(samples) > 5000
    assert len(gaps) == 3
    assert missing_numbers(samples, ends(gaps)) == []

    out = tmp_path / "out"
    exported = biofeedback(
        "sessions", "export", row["id"], "--format", "csv", "--out", str(out), *options
    )
    assert exported.code == 0, exported.err
    (table,) = out.rglob("*other*.csv")
    with table.open(encoding="utf-8", newline="") as file:
        rows = [(float(line["t_s"]), float(line["sample_number"])) for line in csv.DictReader(file)]
    (gaps_table,) = out.rglob("gaps.csv")
    with gaps_table.open(encoding="utf-8", newline="") as file:
        named = [(float(line["start_s"]), float(line["t_s"])) for line in csv.DictReader(file)]
    assert [number for _, number in rows] == [number for _, number in samples]
    assert missing_numbers(rows, named) == []

    events = tmp_path / "replay.jsonl"
    replayed = biofeedback(
        "replay", row["id"], "--speed", "max", "--headless", "--events", str(events), *options
    )
    assert replayed.code == 0, replayed.err
    told = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    again = [(each["start_s"], each["t_s"]) for each in told if each["type"] == "gap"]
    assert again == ends(gaps)


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [([0, 1, 2, 3], []), ([0, 1, 3], [2]), ([0, 1, 1, 2], [2]), ([0, 2, 1, 3], [1, 3, 2])],
)
def test_the_check_sees_what_is_missing_doubled_or_out_of_order(
    numbers: list[int], wrong: list[int]
) -> None:
    assert missing_numbers([(0.01 * at, n) for at, n in enumerate(numbers)]) == wrong


def test_the_check_lets_a_named_gap_pass_and_no_other() -> None:
    samples = [(0.0, 0.0), (0.01, 1.0), (5.0, 500.0), (5.01, 501.0)]

    assert missing_numbers(samples, [(0.01, 5.0)]) == []
    assert len(missing_numbers(samples, [(0.01, 4.0)])) == 498
