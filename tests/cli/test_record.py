"""``biofeedback record`` with a baseline, and with a second person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

import pytest

from biofeedback import settings
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import Chunk, Role, StreamKind
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from cli.conftest import Said


class Command(Protocol):
    def __call__(self, *arguments: str) -> Said: ...


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    key = tmp_path / "key"
    key.write_text("a few words\n", encoding="utf-8")
    return ["--library", str(tmp_path / "l.db"), "--passphrase-file", str(key)]


def test_quiet_minutes_are_kept_as_usual_and_hold_in_the_next_session(
    biofeedback: Command, options: list[str], tmp_path: Path
) -> None:
    """Three minutes at 64 times their speed, and a few seconds that begin with what they found."""
    fast = ["--clock-speed", "64", *options]
    said = biofeedback("record", "--sensor", "simulated", "--baseline", "--seconds", "200", *fast)
    assert said.code == 0, said.err
    assert "of quiet time" in said.out
    assert "Kept as what is usual for you, taken once so far." in said.out
    said = biofeedback("record", "--sensor", "simulated", "--seconds", "10", *fast)
    assert said.code == 0, said.err
    assert "usual" not in said.out.splitlines()[-1]
    with Library.open(tmp_path / "l.db", passphrase_key("a few words")) as library:
        (row,) = library.baselines.of()
        assert 50.0 < row.values["heart_rate_bpm_median"] < 90.0
        newest, oldest = library.sessions()
        assert (newest.guide, oldest.guide) == ("", "baseline")
        kinds = [chunk.stream.kind for chunk in library.load(newest.session_id).events(Chunk)]
        assert kinds.count(StreamKind.BASELINE) == 1
        for session in (newest, oldest):
            assert replay_findings(library.load(session.session_id)) == []


def test_too_few_quiet_minutes_are_kept_as_a_session_and_no_more(
    biofeedback: Command, options: list[str], tmp_path: Path
) -> None:
    arguments = ["--sensor", "simulated", "--baseline", "--seconds", "30", "--clock-speed", "32"]
    said = biofeedback("record", *arguments, *options)
    assert said.code == 0, said.err
    assert "Another time is as good" in said.out
    with Library.open(tmp_path / "l.db", passphrase_key("a few words")) as library:
        assert library.baselines.of() == ()
        assert len(library.sessions()) == 1


def test_a_baseline_is_taken_without_a_guide(biofeedback: Command, options: list[str]) -> None:
    said = biofeedback(
        "record", "--sensor", "simulated", "--baseline", "--guide", "breathing", *options
    )
    assert said.code == 2
    assert "without a guide" in said.err


def test_a_second_persons_sensor_is_recorded_as_theirs(
    biofeedback: Command, options: list[str], tmp_path: Path
) -> None:
    events = tmp_path / "events.jsonl"
    said = biofeedback(
        "record", "--sensor", "simulated", "--partner-sensor", "simulated:strap?seed=9",
        "--seconds", "90", "--guide", "breathing", "--clock-speed", "32",
        "--events", str(events), *options,
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "Pacing together" in said.out
    with Library.open(tmp_path / "l.db", passphrase_key("a few words")) as library:
        (row,) = library.sessions()
        session = library.load(row.session_id)
        roles = {chunk.stream.sensor_id: chunk.stream.role for chunk in session.events(Chunk)}
        assert roles == {"simulated-strap": Role.CLIENT, "simulated-strap-9": Role.PARTNER}
        assert replay_findings(session) == []
    lines = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    sources = {line["source"] for line in lines if line["type"] == "beat"}
    assert sources == {"simulated-strap", "simulated-strap-9"}


@pytest.mark.parametrize("share", ["nothing", "body-state"])
def test_two_who_keep_their_bodies_to_themselves_see_their_pacing_only(
    biofeedback: Command, options: list[str], share: str
) -> None:
    said = biofeedback(
        "record", "--sensor", "simulated", "--partner-sensor", "simulated:strap?seed=9",
        "--seconds", "90", "--guide", "together", "--option", f"share={share}",
        "--clock-speed", "32", *options,
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "Pacing together" in said.out
    agreed = share == "body-state"
    assert ("Heart rate" in said.out) is agreed
    assert ("Coherence" in said.out) is agreed


def test_a_sensor_is_worn_by_one_person_only(biofeedback: Command, options: list[str]) -> None:
    said = biofeedback(
        "record", "--sensor", "simulated", "--partner-sensor", "simulated:strap",
        "--seconds", "5", *options,
    )  # fmt: skip
    assert said.code != 0
    assert "named twice" in said.err


@pytest.mark.parametrize("guide", ["grounding", "none"])
@pytest.mark.parametrize(
    "agreed", ["check_ins=maybe", "adapts=nein", "usual_heart_bpm=500", "offer=nosuch"]
)
def test_what_cannot_be_agreed_on_is_said_before_anything_begins(
    biofeedback: Command, options: list[str], guide: str, agreed: str
) -> None:
    chosen = ["--guide", guide, "--option", agreed, "--seconds", "5", "--clock-speed", "64"]
    said = biofeedback("record", "--sensor", "simulated", *chosen, *options)
    assert said.code == 2
    assert agreed.partition("=")[2] in said.err


@pytest.mark.parametrize("guide", ["breathing", "resonance", "together"])
def test_slow_breathing_is_led_for_twenty_minutes_at_most(
    biofeedback: Command, options: list[str], guide: str
) -> None:
    """It is said, and not cut short without a word."""
    length = ["--guide", guide, "--minutes", "20.1", "--clock-speed", "64"]
    said = biofeedback("record", "--sensor", "simulated", *length, *options)
    assert said.code == 2
    assert "20 minutes at most" in said.err


@pytest.mark.parametrize(("n_led", "n_told"), [(0, 1), (1, 0)])
def test_a_long_first_time_is_led_as_asked_and_said_to_be_long(
    biofeedback: Command, options: list[str], tmp_path: Path, n_led: int, n_told: int
) -> None:
    assert settings.save(settings.Preferences(n_led=n_led))
    length = ["--guide", "breathing", "--minutes", "5.1", "--clock-speed", "64"]
    said = biofeedback("record", "--sensor", "simulated", *length, *options)
    assert said.code == 0, said.err
    assert said.out.count("The first time 5 minutes are plenty") == n_told
    with Library.open(tmp_path / "l.db", passphrase_key("a few words")) as library:
        (row,) = library.sessions()
        assert row.duration_s >= 306.0
