"""Every guide has its place, and what sensors tell of is known by what they send."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.words import LANGUAGES
from biofeedback.runtime.snapshot import SessionState, Snapshot
from biofeedback.samples import LinkState, SensorStatus, StreamHealth, StreamKind
from biofeedback.ui.guide_shelf import GROUPS, SIGNALS, grouped, place_of, signals_present
from biofeedback.ui.messages.guide_words import guide_page_words


def sensor(*kinds: StreamKind, state: LinkState = LinkState.STREAMING) -> Snapshot:
    streams = tuple(StreamHealth(kind) for kind in kinds)
    status = SensorStatus(1.0, "one", "One", state, streams=streams)
    return Snapshot(1.0, SessionState.READY, sensors={"one": status})


def test_every_guide_of_ours_has_a_group_of_its_own_kind() -> None:
    assert [name for name in GUIDES if place_of(name).group == "more"] == []


def test_groups_hold_every_guide_once_in_order() -> None:
    groups = grouped(GUIDES)
    assert sorted(name for names in groups.values() for name in names) == sorted(GUIDES)
    assert list(groups) == [group for group in GROUPS if group in groups]
    assert groups["breathing"][0] == "breathing"


def test_a_variant_stands_beside_its_kind_and_a_stranger_at_the_end() -> None:
    assert place_of("resonance-stepped") == place_of("resonance")
    assert grouped(("juggling", "breathing")) == {
        "breathing": ("breathing",),
        "more": ("juggling",),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_and_signal_has_a_word(language: str) -> None:
    words = guide_page_words(language)
    assert set(words.groups) == set(GROUPS)
    assert set(words.signals) == set(SIGNALS)
    assert {signal for name in GUIDES for signal in place_of(name).signals} <= set(SIGNALS)


@pytest.mark.parametrize(
    ("kind", "signal"),
    [
        (StreamKind.RR, "heart"),
        (StreamKind.PPG, "heart"),
        (StreamKind.EDA, "skin"),
        (StreamKind.RESPIRATION, "breath"),
        (StreamKind.EMG, "muscle"),
    ],
)
def test_signal_is_there_when_a_sensor_sends_it(kind: StreamKind, signal: str) -> None:
    assert signals_present(sensor(kind)) == {signal}
    assert signals_present(sensor(kind, state=LinkState.SILENT)) == set()
    assert signals_present(sensor(kind, state=LinkState.STOPPED)) == set()


def test_signal_is_there_before_its_stream_was_first_reported() -> None:
    snapshot = sensor()
    status = replace(snapshot.sensors["one"], has_rr=True)
    assert signals_present(replace(snapshot, sensors={"one": status})) == {"heart"}
    traces = {"one": (StreamKind.EDA, ())}
    assert signals_present(replace(snapshot, traces=traces)) == {"skin"}


def test_what_says_nothing_of_these_helps_nobody() -> None:
    assert signals_present(sensor(StreamKind.ACCELERATION, StreamKind.TEMPERATURE)) == set()
