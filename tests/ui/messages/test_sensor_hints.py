"""For each thing that stands in a signal's way there is one thing that helps."""

from __future__ import annotations

import pytest

from biofeedback.kinds import StreamKind
from biofeedback.signal import chest_motion, ecg_quality, eda, emg, pulse_quality, respiration
from biofeedback.ui.messages import sensor_hints
from biofeedback.ui.messages.sensor_hints import hint

REASONS = {
    *(text for name, text in vars(ecg_quality.Fault).items() if name.isupper()),
    *(text for name, text in vars(pulse_quality.PulseFault).items() if name.isupper()),
    *eda._REASONS.values(),
    *(text for name, text in vars(emg).items() if name.isupper() and isinstance(text, str)),
    respiration._STILL,
    respiration._MOVED,
    respiration._PIECES,
    chest_motion._MOVED,
}
GENERAL = set(sensor_hints._BY_MEASURE.values())


def test_each_reason_the_pipeline_gives_has_a_hint_of_its_own_or_is_said_itself() -> None:
    """A hint for dry electrodes does not help against a charger beside the chair."""
    unanswered = {
        reason
        for reason in REASONS
        if " " in reason
        and hint("", reason, ()) == ""
        and "can be seen in the signal" not in reason
    }
    assert len(REASONS) > 20
    assert unanswered == set()


@pytest.mark.parametrize(
    ("measure", "reason", "words"),
    [
        ("ecg_quality", ecg_quality.Fault.HUM, "chargers"),
        ("ecg_quality", ecg_quality.Fault.LOOSE, "a drop of water helps"),
        ("skin_quality", next(iter(eda._REASONS.values())), "closer"),
        ("pulse_quality", pulse_quality.PulseFault.WEAK, "Warm your hands"),
        ("breath_quality", respiration._STILL, "tighter"),
        ("ecg_quality", ecg_quality.Fault.TOO_SPARSE, "measures too seldom"),
        ("muscle_quality", "", "press the electrodes flat"),
        ("quality", "some heartbeats had to be corrected", "tighten the strap"),
    ],
)
def test_hint_fits_what_is_known(measure: str, reason: str, words: str) -> None:
    assert words in hint(measure, reason, (StreamKind.RR,))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (StreamKind.RR, sensor_hints.STRAP),
        (StreamKind.PP, sensor_hints.ARMBAND),
        (StreamKind.EDA, sensor_hints.SKIN),
        (StreamKind.RESPIRATION, sensor_hints.BELT),
        (StreamKind.EMG, sensor_hints.MUSCLE),
        (StreamKind.OTHER, ""),
    ],
)
def test_without_a_reason_the_kind_of_sensor_tells_what_helps(kind: StreamKind, words: str) -> None:
    assert hint("", "", (kind,)) == words


def test_every_hint_is_one_line_and_one_sentence_or_two() -> None:
    texts = {*GENERAL, *(text for _, text in sensor_hints._BY_REASON)}
    assert all(len(text) <= 85 and text.endswith(".") and "\n" not in text for text in texts)
