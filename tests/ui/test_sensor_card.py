"""A card tells each state of its sensor, what would help, and what can be done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel

from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, Wave
from biofeedback.samples import LinkState, Metric, SensorStatus, StreamHealth, StreamKind
from biofeedback.ui.messages import sensor_hints, sensor_words, wave_words
from biofeedback.ui.sensor_card import About, SensorCard
from ui.engine_double import SKIN, STRAP, EngineDouble, streaming

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)
NONE_OWN: frozenset[str] = frozenset()


def card_of(engine: EngineDouble, status: SensorStatus, info: SensorInfo = STRAP) -> SensorCard:
    made = SensorCard(status)
    made.resize(1200, 120)
    tell(made, engine, status, info)
    return made


def tell(
    card: SensorCard,
    engine: EngineDouble,
    status: SensorStatus,
    info: SensorInfo = STRAP,
    *,
    steps: bool = False,
) -> None:
    about = About.of(info, NONE_OWN)
    card.tell(status, engine.snapshot(), engine.t_s, about)
    card.draw(status, engine.snapshot(), engine.t_s, steps=steps)


def weak(name: str, value: float, reason: str = "") -> Metric:
    return Metric(19.0, name, value, "", 60.0, 1.0, 0.0, reason)


def test_good_signal_needs_no_words(engine: EngineDouble) -> None:
    engine.live(20.0)
    card = card_of(engine, streaming(STRAP, 20.0))

    assert (card.state, card.message) == ("Signal good", "")
    assert card.accessibleName() == "Polar H10 5C2A. Signal good"
    assert card.strip.words == ""
    assert card.leave_button.accessibleName() == "Disconnect Polar H10 5C2A"


@pytest.mark.parametrize(
    ("name", "quality", "reason", "state", "message"),
    [
        ("quality", 0.4, "some heartbeats had to be corrected", "Signal weak", sensor_hints.STRAP),
        ("ecg_quality", 0.6, "the electrodes may be dry or loose", "Signal fair", sensor_hints.DRY),
        ("skin_quality", 0.9, "part of it is missing", "Signal good", ""),
    ],
)
def test_weak_signal_comes_with_what_makes_it_better_and_on_asking_why(
    engine: EngineDouble, name: str, quality: float, reason: str, state: str, message: str
) -> None:
    engine.live(20.0)
    engine.change(qualities={STRAP.sensor_id: weak(name, quality, reason)})
    card = card_of(engine, streaming(STRAP, 20.0))

    assert (card.state, card.message) == (state, message)
    assert card._state.toolTip() == card._state.accessibleDescription() == (message and reason)


def test_sensors_own_word_goes_before_a_hint(engine: EngineDouble) -> None:
    engine.live(20.0)
    engine.change(qualities={STRAP.sensor_id: weak("quality", 0.4)})
    card = card_of(engine, streaming(STRAP, 20.0, message="the ECG comes in half a minute"))

    assert card.message == "The ECG comes in half a minute"


def test_lost_sensor_is_out_of_range_since_a_time_of_the_session(engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(14.4, led_s=14.4)
    engine.t_s = 28.0
    lost = streaming(
        STRAP, 28.0, state=LinkState.RECONNECTING, attempt=2, message="Bring it closer."
    )
    card = card_of(engine, lost)

    assert (card.state, card.message) == ("Not connected", "Bring it closer.")
    assert card.strip.words == "out of range since 00:14"
    assert card.facts == ["reconnecting, try 2", "gap of 14 s so far", "the recording goes on"]
    assert card._bar.value() == 0
    assert card.leave_button.accessibleName() == "Forget Polar H10 5C2A"
    tell(card, engine, streaming(STRAP, 28.5))
    assert card.strip.words == "nothing since 00:14" or card.strip.words == ""
    engine.live(29.0)
    tell(card, engine, streaming(STRAP, 29.0))
    assert (card.state, card.strip.words, card.message) == ("Signal good", "", "")


def test_before_a_session_it_is_told_for_how_long(engine: EngineDouble) -> None:
    engine.live(14.4)
    engine.t_s = 28.0
    card = card_of(engine, streaming(STRAP, 28.0, state=LinkState.RECONNECTING))
    assert card.strip.words == "out of range for 14 s"


def test_after_a_pause_it_is_told_for_how_long(engine: EngineDouble) -> None:
    """The time that is shown stands still in pauses: a time of the session would be another."""
    engine.begin(PLAN)
    engine.live(34.4, led_s=20.4)
    engine.t_s = 48.0
    card = card_of(engine, streaming(STRAP, 48.0, state=LinkState.RECONNECTING))
    assert card.strip.words == "out of range for 14 s"


def test_connected_sensor_that_says_nothing_is_not_called_good(engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(20.4, led_s=20.4)
    engine.t_s = 30.0
    card = card_of(engine, streaming(STRAP, 20.0))

    assert card.state == sensor_words.SILENT
    assert card.strip.words == "nothing since 00:20"


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_can_be_shown_before_anything_was_heard(
    engine: EngineDouble, state: LinkState
) -> None:
    engine.t_s = 3.0
    card = card_of(engine, streaming(STRAP, 3.0, state=state))
    assert card.state
    assert card.strip.words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LinkState.STREAMING, sensor_words.DISCONNECT),
        (LinkState.SILENT, sensor_words.DISCONNECT),
        (LinkState.SEARCHING, sensor_words.FORGET),
        (LinkState.REFUSED, sensor_words.FORGET),
        (LinkState.UNAVAILABLE, sensor_words.FORGET),
    ],
)
def test_button_lets_go_of_what_is_connected_and_forgets_what_is_not(
    engine: EngineDouble, state: LinkState, words: str
) -> None:
    engine.live(20.0)
    heard: list[str] = []
    card = card_of(engine, streaming(STRAP, 20.0, state=state))
    card.disconnected.connect(lambda each: heard.append(f"Disconnect {each}"))
    card.forgotten.connect(lambda each: heard.append(f"Forget {each}"))
    assert card.leave_button.text() == words
    card.leave_button.click()
    assert heard == [f"{words} {STRAP.sensor_id}"]


def test_simulated_sensor_is_never_forgotten(engine: EngineDouble) -> None:
    engine.live(20.0, sensors=(SKIN,))
    lost = streaming(SKIN, 20.0, state=LinkState.RECONNECTING)
    assert card_of(engine, lost, SKIN).leave_button.text() == sensor_words.DISCONNECT


def test_sensor_of_heart_rate_only_claims_no_intervals_and_waits_for_none(
    engine: EngineDouble,
) -> None:
    engine.live(20.0)
    engine.change(beats=(), hearts={}, pending=())
    card = card_of(engine, streaming(STRAP, 20.0, has_rr=False))

    assert card.state == "Heart rate only"
    assert card._measures.text() == "Heart rate"
    assert card.strip.words == wave_words.WAVE_WITHOUT_RR


def test_where_a_stream_of_the_network_comes_from_is_told() -> None:
    lsl = replace(SKIN, origin=Origin.LSL)
    assert About.of(lsl, NONE_OWN).measures == "Skin conductance · on this computer"
    far = replace(SKIN, origin=Origin.OSC, address="osc:0.0.0.0:7000?network=1")
    assert About.of(far, NONE_OWN).measures == "Skin conductance · on your network"
    own = replace(STRAP, driver="profile-diy-eda")
    assert About.of(own, frozenset({"profile-diy-eda"})).measures == ("From your profile “diy-eda”")
    assert About.of(own, NONE_OWN).measures == "Heart rate, beat-to-beat intervals"
    assert About.of(None, NONE_OWN) == About()


def test_how_each_stream_comes_in_is_told_on_asking(engine: EngineDouble) -> None:
    engine.live(20.0)
    streams = (StreamHealth(StreamKind.ECG, 130.0, 11.0, 73),)
    card = card_of(engine, streaming(STRAP, 20.0, streams=streams))
    told = "ECG: 130.0 samples a second, 73 lost, packets 11 ms uneven"

    assert card._facts.toolTip() == card._facts.accessibleDescription() == told
    assert card._facts.accessibleName() == ", ".join(card.facts)


def wave(end_s: float) -> Wave:
    t_s = np.arange(end_s - 8.0, end_s, 1 / 130.0)
    return Wave(StreamKind.ECG, t_s, 500.0 * np.sin(7 * t_s))


def hear(engine: EngineDouble, now_s: float, wave_end_s: float) -> None:
    """Let the strap's line reach up to a time."""
    engine.t_s = now_s
    engine.change(
        t_s=now_s,
        waves={STRAP.sensor_id: wave(wave_end_s)},
        last_data_s={STRAP.sensor_id: now_s},
    )


def test_wave_moves_evenly_although_it_comes_in_pieces(engine: EngineDouble) -> None:
    """Its right edge goes on by the time that passed, and what is drawn reaches it."""
    engine.live(20.0)
    card = card_of(engine, streaming(STRAP, 20.0))
    edges = []
    for step in range(60):
        now_s = 20.0 + 0.1 * step
        # A packet of 73 samples each 0.56 s, half a second late.
        hear(engine, now_s, now_s - 0.5 - now_s % 0.56)
        tell(card, engine, streaming(STRAP, now_s))
        edges.append((card.strip._end_s, card.strip._runs[-1][0][-1]))
    settled = np.array(edges[20:])
    assert np.diff(settled[:, 0]) == pytest.approx(0.1, abs=0.06)
    assert (settled[:, 0] - settled[:, 1]).max() < 0.2


def test_with_less_motion_the_line_steps_once_a_second(engine: EngineDouble) -> None:
    engine.live(20.0)
    card = card_of(engine, streaming(STRAP, 20.0))
    drawn = []
    for step in range(31):
        now_s = 20.0 + 0.1 * step
        hear(engine, now_s, now_s)
        tell(card, engine, streaming(STRAP, now_s), steps=True)
        drawn.append(card.strip._end_s)
    assert len(set(drawn)) == 4
    assert max(np.diff(sorted(set(drawn)))) == pytest.approx(1.0, abs=0.11)


@pytest.mark.parametrize("width", [1200, 700])
def test_parts_of_a_card_do_not_overlap(engine: EngineDouble, width: int) -> None:
    """What it sends stands beside its name, or under it where there is little width."""
    engine.live(20.0)
    card = card_of(engine, streaming(STRAP, 20.0, message="Wet the electrodes. " * 3))
    card.resize(width, 300)
    card.show()
    QApplication.processEvents()
    parts = [card._about, card.strip, card._facts, card._controls]
    boxes = [part.geometry() for part in parts]
    assert (card.strip.y() > card._about.y()) is (width == 700)
    for place, box in enumerate(boxes):
        assert card.rect().contains(box)
        assert not any(box.intersects(other) for other in boxes[place + 1 :])
    labels = card.findChildren(QLabel)
    assert all(each.height() >= each.heightForWidth(each.width()) for each in labels if each.text())
