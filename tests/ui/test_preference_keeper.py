"""What is preferred is kept at once, and a slider that is drawn is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.settings import Preferences
from biofeedback.ui.preference_keeper import PreferenceKeeper
from ui.conftest import until

if TYPE_CHECKING:
    from ui.engine_double import EngineDouble

USUAL = Preferences()


def test_a_choice_is_kept_at_once_with_what_still_waited(engine: EngineDouble) -> None:
    del engine  # there is an application
    kept: list[str] = []
    keeper = PreferenceKeeper(lambda: kept.append("kept"))
    louder = USUAL.changed(volume=0.8)
    keeper.take(USUAL, louder)
    assert kept == []
    keeper.take(louder, louder.changed(reduce_motion=True))
    assert kept == ["kept"]
    keeper.finish()
    assert kept == ["kept"], "nothing waits any more"


def test_loudness_is_kept_once_it_is_left_alone(engine: EngineDouble) -> None:
    del engine
    kept: list[float] = []
    volumes = [0.1, 0.2, 0.3]
    keeper = PreferenceKeeper(lambda: kept.append(volumes[-1]))
    for volume in volumes:
        keeper.take(USUAL, USUAL.changed(volume=volume))
    assert kept == []
    until(lambda: bool(kept))
    assert kept == [0.3]


def test_what_waits_is_kept_before_the_end(engine: EngineDouble) -> None:
    del engine
    kept: list[str] = []
    keeper = PreferenceKeeper(lambda: kept.append("kept"))
    keeper.finish()
    keeper.take(USUAL, USUAL.changed(volume=0.8))
    keeper.finish()
    assert kept == ["kept"]
