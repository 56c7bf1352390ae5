"""What is said after the end has figures as people read them, and no score."""

from __future__ import annotations

from biofeedback.guides.resonance_result import Verdict
from biofeedback.ui.messages import summary_words


def test_what_was_found_names_pace_and_range() -> None:
    assert summary_words.result_words(5.62, 5.2, 6.1) == (
        "All paces together say: your heart rate swings widest at about 5.6 breaths a minute. "
        "Anything between 5.2 and 6.1 is as good."
    )
    assert summary_words.result_range(5.31, 6.04).endswith("between 5.3 and 6.0.")
    assert summary_words.use_pace(5.62) == "Use 5.6 from now on"


def test_every_verdict_without_a_number_has_its_own_words() -> None:
    untold = {verdict.value for verdict in Verdict if not verdict.is_told}
    assert set(summary_words.RESULT_UNTOLD) == untold
