"""Numbers are out of sight until asked for, and honest then."""

from __future__ import annotations

from biofeedback.runtime.snapshot import SessionState, Snapshot
from biofeedback.samples import Metric
from biofeedback.ui.small_numbers import SmallNumbers


def at(t_s: float, heard_s: float) -> Snapshot:
    return Snapshot(
        t_s,
        SessionState.RUNNING,
        metrics={
            "heart_rate_bpm": Metric(heard_s, "heart_rate_bpm", 64.2, "bpm", 10.0, 0.9, source="a"),
            "scl_microsiemens": Metric(heard_s, "scl_microsiemens", 4.216, "µS", 5.0, 0.9,
                                       source="a"),
        },
        last_data_s={"a": heard_s},
    )  # fmt: skip


def test_they_are_shown_when_asked_for() -> None:
    numbers = SmallNumbers()
    numbers.show()
    numbers.tell(at(10.0, 9.5), 10.0)
    assert not numbers.readings["heart_rate_bpm"].isVisible()
    numbers.toggle.click()
    numbers.tell(at(10.0, 9.5), 10.0)
    assert numbers.readings["heart_rate_bpm"].isVisible()
    assert numbers.readings["heart_rate_bpm"].text == "64 bpm"
    assert numbers.readings["scl_microsiemens"].text == "4.22 µS"
    numbers.toggle.click()
    assert not numbers.readings["heart_rate_bpm"].isVisible()


def test_sensor_that_is_silent_gives_no_number() -> None:
    numbers = SmallNumbers()
    numbers.show_numbers(are_shown=True)
    numbers.tell(at(40.0, 9.5), 40.0)
    heart = numbers.readings["heart_rate_bpm"]
    assert (heart.text, heart.note) == ("–", "nothing from the sensor for 30 s")
    assert numbers.readings["breaths_per_min"].note == "no sensor for it"


def test_button_says_what_it_does_in_the_language_of_the_guide() -> None:
    numbers = SmallNumbers()
    numbers.set_language("de")
    assert numbers.toggle.accessibleName() == "Zahlen zeigen"
    assert numbers.toggle.shortcut().toString() == "Ctrl+H"


def test_numbers_have_the_decimal_sign_of_the_guides_language() -> None:
    numbers = SmallNumbers()
    numbers.show_numbers(are_shown=True)
    numbers.set_language("de")
    numbers.tell(at(10.0, 9.5), 10.0)
    assert numbers.readings["scl_microsiemens"].text == "4,22 µS"
