"""How a sensor is doing is told in a few words for every state it can be in."""

from __future__ import annotations

from dataclasses import replace

from biofeedback.devices.stream_words import STREAM_WORDS
from biofeedback.samples import LinkState, StreamKind
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


def test_every_kind_of_stream_has_a_name() -> None:
    """But for what is usual for a person: that is remembered, and no sensor's."""
    assert set(STREAM_WORDS) == set(StreamKind)


def test_streaming_sensor_is_told_by_its_signal_once_that_is_known() -> None:
    status = streaming(STRAP, 0.0)

    assert sensor_words.link(status, None) == "connected"
    assert sensor_words.link(status, 0.6) == "signal fair"


def test_radio_strength_has_a_true_minus_sign() -> None:
    assert sensor_words.radio(-61) == "−61 dBm"


def test_silence_is_told_with_its_beginning() -> None:
    assert sensor_words.silent_since(402.3) == "nothing since 06:42"


def test_battery_that_is_not_known_is_not_told() -> None:
    status = streaming(STRAP, 0.0)

    assert sensor_words.battery(replace(status, battery_pct=82)) == "82 %"
    assert sensor_words.battery(replace(status, battery_pct=None)) == ""
