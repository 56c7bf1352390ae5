"""How old what is shown is, by the sensors it comes from."""

from __future__ import annotations

from biofeedback.runtime.snapshot import SessionState, Snapshot

SNAPSHOT = Snapshot(
    100.0,
    SessionState.RUNNING,
    last_data_s={"chest": 99.0, "skin": 90.0, "other": 99.9},
    partner_sensors=frozenset({"other"}),
)


def test_a_stream_was_heard_when_its_sensor_was() -> None:
    assert SNAPSHOT.last_heard_s("chest/ecg") == SNAPSHOT.last_heard_s("chest") == 99.0
    assert SNAPSHOT.last_heard_s("belt") is None


def test_what_several_say_together_is_as_new_as_the_newest_of_the_client() -> None:
    assert SNAPSHOT.last_heard_s("together") == 99.0
    assert Snapshot(0.0, SessionState.READY).last_heard_s("together") is None
