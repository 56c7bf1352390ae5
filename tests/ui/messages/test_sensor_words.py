"""How a sensor is doing is told in a few words for every state it can be in."""

from __future__ import annotations

from dataclasses import replace

from biofeedback.devices.self_check import Check
from biofeedback.devices.stream_words import STREAM_WORDS
from biofeedback.samples import LinkState, StreamHealth, StreamKind
from biofeedback.ui.messages import sensor_words
from ui.engine_double import STRAP, streaming


def test_every_state_of_a_sensor_has_words() -> None:
    for state in LinkState:
        words = sensor_words.link(streaming(STRAP, 0.0, state=state), None)
        assert words
        assert words != state.value or state is LinkState.CONNECTING


def test_reconnecting_says_which_try() -> None:
    status = streaming(STRAP, 0.0, state=LinkState.RECONNECTING, attempt=2)

    assert sensor_words.link(status, None) == "reconnecting, try 2"


def test_sensor_without_intervals_is_named_as_such() -> None:
    assert sensor_words.link(replace(streaming(STRAP, 0.0), has_rr=False), 0.9) == "heart rate only"


def test_kinds_begin_with_heart_rate() -> None:
    words = sensor_words.kinds((StreamKind.RR, StreamKind.HEART_RATE))

    assert words == "Heart rate, beat-to-beat intervals"
    assert sensor_words.kinds((StreamKind.EDA,)) == "Skin conductance"
    assert sensor_words.kinds((StreamKind.ACCELERATION, StreamKind.ECG)) == "ECG, movement"
    assert all(sensor_words.kinds((kind,)) for kind in StreamKind)
    assert sensor_words.kinds((StreamKind.OTHER, StreamKind.RESPIRATION)) == "Breathing"


def test_every_kind_of_stream_has_a_name() -> None:
    """But for what is usual for a person: that is remembered, and no sensor's."""
    assert set(STREAM_WORDS) == set(StreamKind)


def test_streaming_sensor_is_told_by_its_signal_once_that_is_known() -> None:
    status = streaming(STRAP, 0.0)

    assert sensor_words.link(status, None) == "connected"
    assert sensor_words.link(status, 0.6) == "signal fair"


def test_radio_strength_has_a_true_minus_sign() -> None:
    assert sensor_words.radio(-61) == "−61 dBm"


def test_silence_is_told_by_a_time_that_the_person_sees() -> None:
    """A session's clock stands on the screen; before one there is only how long it is."""
    lost = sensor_words.silent(402.3, 416.0, is_lost=True, is_timed=True)
    assert lost == "out of range since 06:42"
    assert (
        sensor_words.silent(402.3, 416.0, is_lost=True, is_timed=False) == "out of range for 14 s"
    )
    assert sensor_words.silent(402.3, 416.0, is_lost=False, is_timed=True) == "nothing since 06:42"
    assert sensor_words.gap(14.2) == "gap of 14 s so far"


def test_every_state_has_words_on_its_card_that_begin_with_a_capital() -> None:
    for state in LinkState:
        words = sensor_words.on_card(streaming(STRAP, 0.0, state=state), None)
        assert words[0].isupper()
    lost = streaming(STRAP, 0.0, state=LinkState.RECONNECTING)
    assert sensor_words.on_card(lost, 0.9) == "Not connected"
    assert sensor_words.on_card(streaming(STRAP, 0.0), 0.9) == "Signal good"


def test_counts_are_told_in_their_number() -> None:
    assert sensor_words.lost(1, "beat") == "1 beat lost"
    assert sensor_words.lost(0, "beat") == "0 beats lost"
    assert sensor_words.unreadable(2) == "2 packets unreadable"
    assert sensor_words.rate(129.97) == "130 samples a second"
    assert sensor_words.rate(0.25) == "0.2 samples a second"


def test_strength_is_told_to_who_does_not_know_dbm() -> None:
    told = [sensor_words.strength(dbm) for dbm in (-50, -72, -95)]
    assert told == ["−50 dBm, strong", "−72 dBm, fair", "−95 dBm, weak"]


def test_health_tells_what_is_known_and_nothing_else() -> None:
    known = StreamHealth(StreamKind.ECG, 130.02, 11.6, 73, 2, -4.2, 18.0)
    assert sensor_words.health(known) == (
        "ECG: 130.0 samples a second, 73 lost, 2 too late, packets 12 ms uneven, clock −4 ppm, "
        "times known to 18 ms"
    )
    assert sensor_words.health(StreamHealth(StreamKind.RR)) == "Beat-to-beat intervals: 0 lost"


def test_all_that_is_well_is_said_so() -> None:
    well = Check("Bluetooth", is_well=True, words="works.")
    assert sensor_words.checked((well,)).splitlines()[-1] == sensor_words.ALL_WELL
    not_well = Check("Bluetooth", is_well=False, words="No.", steps=("Do.",))
    assert sensor_words.ALL_WELL not in sensor_words.checked((well, not_well))


def test_battery_that_is_not_known_is_not_told() -> None:
    status = streaming(STRAP, 0.0)

    assert sensor_words.battery(replace(status, battery_pct=82)) == "82 %"
    assert sensor_words.battery(replace(status, battery_pct=None)) == ""
