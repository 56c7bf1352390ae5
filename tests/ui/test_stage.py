"""Disc, numbers and wave show the same moment, and honest numbers."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import Metric
from biofeedback.settings import Preferences
from biofeedback.ui.messages import reading_words
from biofeedback.ui.messages.lead_words import lead_words
from ui.conftest import until
from ui.engine_double import SKIN, STRAP, EngineDouble, metrics, streaming

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell
    from biofeedback.ui.widgets.reading import Reading
    from biofeedback.ui.widgets.small_reading import SmallReading

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


def test_disc_follows_the_engines_pacer(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    for t_s in (1.0, 3.9, 7.0):
        engine.t_s = t_s
        shell.tick()
        pacer = engine.snapshot().pacer
        assert pacer is not None
        assert shell.pages.practice.stage.disc.breath_depth == pacer.at(t_s).depth


def test_disc_pauses_in_the_language_it_leads_in(shell: Shell, engine: EngineDouble) -> None:
    shell.prefer(shell.preferences.changed(guide_language="de"))
    engine.begin(PLAN)
    shell.tick()
    QTest.keyClick(shell, Qt.Key.Key_Space)
    shell.tick()
    disc = shell.pages.practice.stage.disc
    assert disc.is_still
    assert disc.word == lead_words("de").paused
    # Gone on, and before the next breath begins.
    stage = shell.pages.practice.stage
    stage.show_moment(engine.snapshot(), engine.now_s(), SessionState.RUNNING, None)
    assert disc.is_still
    assert disc.word == lead_words("de").ready


def readings(shell: Shell) -> dict[str, str]:
    shown = every_reading(shell)
    return {name: reading.text for name, reading in shown.items()}


def every_reading(shell: Shell) -> dict[str, Reading | SmallReading]:
    readings = shell.pages.practice.stage.readings
    return {**readings.large, **readings.small}


def test_numbers_are_shown_with_their_units(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(90.0)
    shell.tick()

    shown = readings(shell)
    assert shown["coherence"] == "72"
    assert shown["heart_rate_bpm"] == "64"
    assert shown["rsa_bpm"] == "13.4"
    assert shown["rmssd_ms"] == "49 ms"
    assert every_reading(shell)["scl_microsiemens"].isHidden()


def test_silent_sensor_makes_its_numbers_missing_and_no_others(
    shell: Shell, engine: EngineDouble
) -> None:
    """The strap was last heard 6 s ago, the skin sensor just now."""
    engine.begin(PLAN)
    engine.live(90.0, sensors=(STRAP, SKIN))
    skin = Metric(90.0, "scl_microsiemens", 4.2, "µS", 30.0, 0.9, source=SKIN.sensor_id)
    engine.change(
        metrics={**metrics(90.0), "scl_microsiemens": skin},
        last_data_s={STRAP.sensor_id: 84.0, SKIN.sensor_id: 89.9},
    )
    shell.tick()

    shown = readings(shell)
    assert {shown[name] for name in metrics(0.0)} == {reading_words.MISSING}
    assert every_reading(shell)["heart_rate_bpm"].note.startswith("nothing from the")
    assert shown["scl_microsiemens"] == "4.20 µS"


def test_five_seconds_without_data_are_no_silence_yet(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(90.0)
    engine.change(last_data_s={STRAP.sensor_id: 85.1})
    shell.tick()

    assert readings(shell)["heart_rate_bpm"] == "64"


def test_warming_up_says_how_long(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(24.0)
    waiting = replace(metrics(24.0)["coherence"], value=nan, quality=0.0, wait_s=40.0)
    engine.change(metrics={"coherence": waiting})
    shell.tick()

    coherence = every_reading(shell)["coherence"]
    assert (coherence.text, coherence.note) == (reading_words.MISSING, "not yet, 40 s to go")


def test_strap_without_intervals_gives_heart_rate_only(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(90.0)
    engine.change(
        sensors={STRAP.sensor_id: streaming(STRAP, 90.0, has_rr=False)},
        metrics={"heart_rate_bpm": metrics(90.0)["heart_rate_bpm"]},
    )
    shell.tick()

    assert readings(shell)["heart_rate_bpm"] == "64"
    for name in ("coherence", "rsa_bpm", "rmssd_ms"):
        assert every_reading(shell)[name].note == reading_words.HEART_RATE_ONLY


def test_numbers_can_be_hidden_and_stay_hidden(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(90.0)
    shell.tick()
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    stage = shell.pages.practice.stage
    # Qt shows a button that a key presses as pressed for a tenth of a second.
    until(lambda: stage.are_numbers_hidden)
    engine.live(95.0)
    shell.tick()

    assert not any(reading.isVisible() for reading in every_reading(shell).values())
    assert "bpm" not in stage._wave_title.text()
    assert shell.pages.replay.stage.are_numbers_hidden
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    until(every_reading(shell)["coherence"].isVisible)


def test_swing_waits_for_paced_breaths_when_a_heart_sensor_is_on(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.live(20.0)
    engine.change(metrics={"heart_rate_bpm": metrics(20.0)["heart_rate_bpm"]})
    shell.tick()
    notes = {name: reading.note for name, reading in every_reading(shell).items()}
    assert notes["rsa_bpm"] == reading_words.WITH_THE_PACER
    assert notes["rmssd_ms"] == reading_words.NOT_YET
    engine.change(metrics={}, sensors={})
    shell.tick()
    assert every_reading(shell)["rsa_bpm"].note == reading_words.NO_SENSOR_FOR_IT


def test_side_columns_leave_the_disc_the_largest_share(shell: Shell) -> None:
    stage = shell.pages.practice.stage
    for width in (960, 1280, 1920):
        shell.resize(width, 800)
        shell.grab()
        assert stage.disc.width() > max(stage._left.width(), stage._right.width())


def test_large_text_is_not_cut_off_in_a_small_window(shell: Shell, engine: EngineDouble) -> None:
    """The columns scroll up and down alone: what is beside their edge could not be reached."""
    shell.prefer(Preferences(theme="dark", sound=False, text_scale=2.0))
    shell.resize(960, 640)
    shell.show_page(shell.pages.practice)
    engine.begin(PLAN)
    engine.live(90.0)
    shell.tick()
    stage = shell.pages.practice.stage

    def fits() -> bool:
        columns = zip((stage._left, stage._right), stage._contents, strict=True)
        return all(
            content.minimumSizeHint().width() <= column.viewport().width()
            for column, contents in columns
            for content in contents
            if column.isVisible()
        )

    until(fits)
    assert shell.width() == 960
    assert stage.geometry().right() <= shell.width()
    assert stage.readings.isVisible()
    assert stage._left.isAncestorOf(stage.readings), "beside both the disc would be a spot"
    room = stage._left.height()
    assert min(stage.disc.width(), stage.disc.height()) > 0.9 * room
    shell.prefer(Preferences(theme="dark", sound=False))
    until(lambda: stage._right.isAncestorOf(stage.readings))
    assert stage.disc.geometry().right() < stage._right.geometry().left()


@pytest.mark.parametrize(("share", "is_shown"), [("nothing", False), ("body-state", True)])
def test_line_of_one_heart_is_shown_to_two_only_if_both_agreed(
    shell: Shell, engine: EngineDouble, share: str, is_shown: bool
) -> None:
    stage = shell.pages.practice.stage
    engine.begin(SessionPlan("together", PRESETS["gentle"], 600.0, {"share": share}))
    engine.live(90.0)
    shell.tick()
    QApplication.processEvents()
    assert stage.wave.isVisible() is is_shown
    words = [each.text() for each in stage.findChildren(QLabel) if each.isVisible()]
    assert any("Heart rate" in each for each in words) is is_shown
    engine.begin(PLAN)
    engine.live(91.0)
    shell.tick()
    assert stage.wave.isVisible(), "of one person alone it is there again"
