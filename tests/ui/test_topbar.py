"""Sensors and record are told in words, beside their dots."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.pacing import PRESETS
from biofeedback.runtime.output_plan import Reach
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import LinkState, Metric
from biofeedback.sessions.recorder import RecorderStatus
from biofeedback.settings import Preferences
from biofeedback.ui import theme
from biofeedback.ui.messages import window_words
from biofeedback.ui.sensor_chip import signal_quality
from ui.engine_double import SKIN, STRAP, EngineDouble, streaming

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


@pytest.fixture
def live(shell: Shell, engine: EngineDouble) -> Shell:
    engine.begin(PLAN)
    engine.live(402.4, led_s=402.4)
    shell.tick()
    return shell


def tell(shell: Shell, engine: EngineDouble) -> None:
    engine.t_s += 1.0
    shell.tick()


def test_chip_says_name_state_and_battery(live: Shell) -> None:
    assert [chip.text for chip in live.topbar.chips] == ["Polar H10 5C2A  signal good · 82 %"]


def test_reconnecting_says_which_try(live: Shell, engine: EngineDouble) -> None:
    lost = streaming(STRAP, 403.0, state=LinkState.RECONNECTING, attempt=2, battery_pct=None)
    engine.change(sensors={STRAP.sensor_id: lost})
    tell(live, engine)

    assert live.topbar.chips[0].text == "Polar H10 5C2A  reconnecting · try 2"


def test_sensor_that_was_removed_has_no_chip(live: Shell, engine: EngineDouble) -> None:
    engine.change(
        sensors={
            STRAP.sensor_id: streaming(STRAP, 403.0, state=LinkState.STOPPED),
            SKIN.sensor_id: streaming(SKIN, 403.0),
        }
    )
    tell(live, engine)
    assert [chip.text for chip in live.topbar.chips] == ["Simulated skin  connected · 82 %"]
    engine.change(sensors={})
    tell(live, engine)
    assert live.topbar.chips == ()


def test_recording_says_since_when(live: Shell, engine: EngineDouble) -> None:
    assert live.topbar.record_chip.text == f"{window_words.RECORDING}  06:42"


def test_trouble_with_the_record_is_said_in_the_recorders_words(
    live: Shell, engine: EngineDouble
) -> None:
    full = RecorderStatus(is_saving=False, saved_until_s=400.0, message="The disk is full.")
    engine.change(recorder=full)
    tell(live, engine)

    assert live.topbar.record_chip.text == "Not saving  The disk is full."


def test_session_without_a_library_says_it_is_not_recorded(
    live: Shell, engine: EngineDouble
) -> None:
    engine.change(recorder=None)
    tell(live, engine)

    assert live.topbar.record_chip.text == window_words.NOT_RECORDING
    engine.end()
    tell(live, engine)
    assert live.topbar.record_chip.isHidden()


def test_sensors_keep_their_words_beside_trouble_with_the_record(
    live: Shell, engine: EngineDouble
) -> None:
    """However long the recorder's sentence: it is said in full below, the sensors' is not."""
    belt = replace(SKIN, sensor_id="belt", name="Simulated breathing belt")
    words = "The disk is full. Please free some space. The session goes on, and is kept in memory."
    engine.live(402.4, sensors=(STRAP, SKIN, belt))
    full = RecorderStatus(is_saving=False, saved_until_s=400.0, message=words)
    engine.change(recorder=full)
    tell(live, engine)
    assert len(live.topbar.chips) == 3
    assert all(chip.maximumWidth() >= 140 for chip in live.topbar.chips)
    assert live.topbar.record_chip.maximumWidth() >= 240


def test_what_a_shortened_name_leaves_is_given_to_the_others(
    shell: Shell, engine: EngineDouble
) -> None:
    """No name is cut within a word beside a chip that is half empty."""
    sensors = tuple(
        replace(sensor, sensor_id=name, name=f"Simulated {name}")
        for sensor, name in ((STRAP, "strap"), (SKIN, "skin conductance"), (SKIN, "breathing belt"))
    )
    engine.live(402.4, sensors=sensors)
    shell.resize(960, 640)
    tell(shell, engine)
    QApplication.processEvents()
    chips = shell.topbar.chips
    assert sum(chip.short_width() for chip in chips) > sum(chip.width() for chip in chips)
    assert all(chip.width() >= chip.least_width() for chip in chips)


def test_sensor_in_trouble_is_named_first_where_there_is_no_room_for_all(
    live: Shell, engine: EngineDouble
) -> None:
    """Bare dots would say nothing: the others are counted, and told to a screen reader."""
    belt = replace(SKIN, sensor_id="belt", name="Simulated breathing belt")
    engine.live(402.4, sensors=(STRAP, SKIN, belt))
    lost = streaming(belt, 403.0, state=LinkState.RECONNECTING, attempt=1)
    engine.change(sensors={**engine.snapshot().sensors, "belt": lost})
    live.prefer(Preferences(theme="dark", sound=False, text_scale=2.0))
    tell(live, engine)
    visible = [chip for chip in live.topbar.chips if chip.isVisible()]
    assert [chip.text.split("  ")[0] for chip in visible] == ["Simulated breathing belt"]
    assert visible[0].maximumWidth() >= theme.px(130)
    assert live.topbar._more.text == "2 more"
    assert "Polar H10 5C2A  signal good" in live.topbar._more.accessibleName()
    live.prefer(Preferences(theme="dark", sound=False))
    tell(live, engine)
    assert all(chip.isVisible() for chip in live.topbar.chips)
    assert not live.topbar._more.isVisible()


def test_pages_name_gives_way_to_the_sensors(live: Shell, engine: EngineDouble) -> None:
    """With large text there is no room for both, and the rail says which page it is."""
    live.show_page(live.pages.sessions)
    assert live.topbar._title.isVisible()
    live.prefer(Preferences(theme="dark", sound=False, text_scale=2.0))
    tell(live, engine)
    assert not live.topbar._title.isVisible()
    live.prefer(Preferences(theme="dark", sound=False))
    tell(live, engine)
    assert live.topbar._title.isVisible()


def test_pipelines_own_word_on_quality_counts(engine: EngineDouble) -> None:
    """A weak signal with one measure that is still good is a weak signal."""
    engine.live(90.0)
    own = Metric(90.0, "quality", 0.3, "", 60.0, 1.0, source=STRAP.sensor_id)
    engine.change(qualities={STRAP.sensor_id: own})
    assert signal_quality(engine.snapshot(), STRAP.sensor_id) == 0.3
    chest = replace(own, name="breaths_per_min", quality=0.7, source=f"{STRAP.sensor_id}/ecg")
    engine.change(qualities={}, metrics={"x": chest})
    assert signal_quality(engine.snapshot(), STRAP.sensor_id) == 0.7
    assert signal_quality(engine.snapshot(), SKIN.sensor_id) is None


def test_chip_gives_its_reason_to_those_who_ask(live: Shell, engine: EngineDouble) -> None:
    own = Metric(90.0, "ecg_quality", 0.3, "", 10.0, 1.0, reason="much muscle in the ECG")
    engine.change(qualities={STRAP.sensor_id: replace(own, source=f"{STRAP.sensor_id}/ecg")})
    tell(live, engine)
    (chip,) = live.topbar.chips
    assert chip.text == "Polar H10 5C2A  signal weak · 82 %"
    assert chip.toolTip().endswith("much muscle in the ECG")
    assert chip.accessibleDescription() == "much muscle in the ECG"


def test_chip_of_the_skin_shows_its_level(live: Shell, engine: EngineDouble) -> None:
    level = Metric(402.0, "scl_microsiemens", 4.21, "µS", 30.0, 0.9, source=SKIN.sensor_id)
    engine.live(403.0, sensors=(SKIN,))
    engine.change(metrics={"scl_microsiemens": level})
    tell(live, engine)
    assert live.topbar.chips[0].text == "Simulated skin  signal good · 4.2 µS"


def test_chip_says_that_the_partner_wears_it(live: Shell, engine: EngineDouble) -> None:
    engine.change(partner_sensors=frozenset({STRAP.sensor_id}))
    tell(live, engine)
    assert live.topbar.chips[0].text == "Polar H10 5C2A  signal good · on my partner"


def test_line_says_that_measures_are_sent_and_how_far(live: Shell, engine: EngineDouble) -> None:
    sign = live.topbar.sending_sign
    assert not sign.isVisible()
    engine.reach = Reach.COMPUTER
    tell(live, engine)
    assert sign.isVisible()
    assert sign.accessibleName() == "Sent to programs here"
    engine.reach = Reach.NETWORK
    tell(live, engine)
    assert sign.accessibleName() == "Sent to the network"
    assert "anyone could read it" in sign.accessibleDescription()
    assert sign.width() >= sign.sizeHint().width(), "beside one sensor there is room for words"
    engine.reach = Reach.NOWHERE
    tell(live, engine)
    assert not sign.isVisible()


def test_line_says_that_what_should_be_sent_is_not(live: Shell, engine: EngineDouble) -> None:
    engine.in_the_way_of_outlets = "There is no computer studio.local."
    tell(live, engine)
    assert live.topbar.sending_sign.accessibleName() == "Not sent"
    assert live.topbar.sending_sign.accessibleDescription() == "There is no computer studio.local."
    engine.end()
    tell(live, engine)
    assert not live.topbar.sending_sign.isVisible(), "without a session nothing is to be sent"


@pytest.mark.parametrize(("width", "scale"), [(960, 1.0), (1280, 2.0), (960, 2.0)])
def test_sign_of_sending_is_never_left_out_nor_in_the_way(
    live: Shell, engine: EngineDouble, app: QApplication, width: int, scale: float
) -> None:
    theme.apply(app, "dark", scale)
    live.rail.dress()
    live.resize(width, 640)
    engine.live(
        410.0, sensors=(STRAP, SKIN, replace(SKIN, sensor_id="b"), replace(SKIN, sensor_id="c"))
    )
    engine.reach = Reach.NETWORK
    tell(live, engine)
    QApplication.processEvents()
    sign, bar = live.topbar.sending_sign, live.topbar
    assert sign.isVisible()
    assert sign.width() >= sign.short_width()
    assert sign.geometry().left() > bar.record_chip.geometry().right()
    assert sign.geometry().right() < bar.pause_button.geometry().left()
    assert bar.pause_button.geometry().right() < bar.width()
