"""Of several sensors that give the same, a screen shows one: the best, and the client's."""

from __future__ import annotations

from math import nan

from biofeedback.runtime.sources import ShownHeart, ShownMeasures
from biofeedback.samples import Beat, BeatOrigin, Metric, RRFlag, sensor_of

NOBODY: frozenset[str] = frozenset()


def beat(t_s: float, source: str, origin: BeatOrigin = BeatOrigin.STRAP) -> Beat:
    return Beat(t_s, 1000.0, 1000.0, RRFlag.NORMAL, source, origin)


def metric(
    t_s: float, name: str, value: float, source: str, origin: BeatOrigin | None = None
) -> Metric:
    return Metric(t_s, name, value, "", 60.0, 0.9, source=source, origin=origin)


def test_an_ecg_comes_before_a_strap_and_a_strap_before_a_pulse() -> None:
    heart = ShownHeart()
    assert heart.source() is None
    heart.take(beat(1.0, "arm/ppg", BeatOrigin.PULSE))
    assert heart.source() == "arm/ppg"
    heart.take(beat(1.5, "strap"))
    assert heart.source() == "strap"
    heart.take(beat(2.0, "chest/ecg", BeatOrigin.ECG))
    assert heart.source() == "chest/ecg"


def test_of_two_straps_the_first_heard_stays() -> None:
    heart = ShownHeart()
    for t_s in range(1, 9):
        heart.take(beat(t_s + 0.3, "first"))
        heart.take(beat(t_s + 0.6, "second"))
    assert heart.source() == "first"
    assert heart.source(frozenset({"first"})) == "second"
    assert heart.beats(50.0) == {"first": (), "second": ()}


def test_a_heart_that_falls_silent_gives_way_and_comes_back() -> None:
    heart = ShownHeart()
    heart.take(beat(1.0, "chest/ecg", BeatOrigin.ECG))
    for t_s in range(2, 30):
        heart.take(beat(float(t_s), "strap"))
    assert heart.source() == "strap"
    assert [one.t_s for one in heart.beats(20.0)["strap"]] == [float(t) for t in range(20, 30)]
    heart.take(beat(30.0, "chest/ecg", BeatOrigin.ECG))
    assert heart.source() == "chest/ecg"
    assert [one.t_s for one in heart.beats(20.0)["chest/ecg"]] == [30.0]


def test_a_sensor_that_is_let_go_takes_all_its_streams_with_it() -> None:
    heart, measures = ShownHeart(), ShownMeasures()
    heart.take(beat(1.0, "chest/ecg", BeatOrigin.ECG))
    measures.take(metric(1.0, "ecg_quality", 0.9, "chest/ecg"))
    measures.take(metric(1.0, "movement_g", 0.01, "chest/acceleration"))
    measures.take(metric(1.0, "movement_g", 0.02, "wrist/acceleration"))
    for shown in (heart, measures):
        shown.forget("chest")
    assert heart.source() is None
    assert measures.shown(None, NOBODY) == {
        "movement_g": metric(1.0, "movement_g", 0.02, "wrist/acceleration")
    }
    assert measures.qualities() == {}
    assert sensor_of("chest/ecg") == "chest"


def test_measures_of_beats_are_of_the_heart_that_is_shown() -> None:
    measures = ShownMeasures()
    pulse = metric(9.0, "rmssd_ms", 40.0, "arm/ppg", BeatOrigin.PULSE)
    ecg = metric(9.5, "rmssd_ms", 42.0, "chest/ecg", BeatOrigin.ECG)
    measures.take(pulse)
    measures.take(ecg)
    assert measures.shown("chest/ecg", NOBODY)["rmssd_ms"] is ecg
    assert measures.shown("arm/ppg", NOBODY)["rmssd_ms"] is pulse
    assert measures.shown(None, NOBODY)["rmssd_ms"] is ecg


def test_what_several_say_of_the_breath_is_shown_once_they_say_it() -> None:
    measures = ShownMeasures()
    belt = metric(10.0, "breaths_per_min", 6.0, "belt")
    measures.take(belt)
    measures.take(metric(10.0, "breaths_per_min", nan, "together"))
    assert measures.shown(None, NOBODY)["breaths_per_min"] is belt
    together = metric(15.0, "breaths_per_min", 6.1, "together")
    measures.take(together)
    assert measures.shown(None, NOBODY)["breaths_per_min"] is together


def test_what_is_the_partners_is_on_no_screen_of_the_client() -> None:
    measures = ShownMeasures()
    hidden = frozenset({"other", "partner"})
    own = metric(60.0, "arousal_zone", 0.0, "together")
    for one in (
        metric(60.0, "arousal_zone", 1.0, "partner/together"),
        metric(60.0, "scl_microsiemens", 9.0, "other"),
        metric(60.0, "skin_quality", 0.4, "other"),
        own,
    ):
        measures.take(one)
    assert measures.shown(None, hidden) == {"arousal_zone": own}
    # How good the signal is can be told of every sensor.
    assert measures.qualities()["other"].value == 0.4


def test_a_sensors_quality_is_that_of_its_best_stream() -> None:
    measures = ShownMeasures()
    measures.take(metric(5.0, "breath_quality", 0.2, "chest/acceleration"))
    measures.take(metric(5.0, "ecg_quality", nan, "chest/ecg"))
    assert measures.qualities()["chest"].name == "breath_quality"
    measures.take(metric(10.0, "ecg_quality", 0.95, "chest/ecg"))
    assert measures.qualities()["chest"].name == "ecg_quality"
