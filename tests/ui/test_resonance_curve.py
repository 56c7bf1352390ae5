"""What an assessment found is shown with its uncertainty, and a pace is kept only when asked."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import pytest

from biofeedback.guides.resonance_result import (
    CurvePoint,
    ResonanceResult,
    Verdict,
    result_from,
)
from biofeedback.ui.messages import summary_words
from biofeedback.ui.resonance_curve import ResonanceCard, ResonanceCurve, result_sentences
from biofeedback.ui.resonance_line import line_through
from ui.conftest import until
from ui.engine_double import EngineDouble, a_summary

if TYPE_CHECKING:
    from biofeedback.sessions.library import Library
    from biofeedback.settings import Preferences
    from biofeedback.ui.shell import Shell

RESULT = ResonanceResult(
    Verdict.CLEAR,
    tuple(
        CurvePoint(rate, swing, error)
        for rate, swing, error in ((6.5, 9.1, 0.7), (6.0, 11.8, 0.6), (5.5, 13.2, 0.8),
                                   (5.0, 12.1, 0.7), (4.5, 8.9, 0.9))
    ),
    resonance_per_min=5.62,
    low_per_min=5.3,
    high_per_min=6.0,
    good_low_per_min=5.2,
    good_high_per_min=6.1,
)  # fmt: skip


def test_words_name_the_range_that_is_as_good() -> None:
    first, second = result_sentences(RESULT)
    assert first == (
        "All paces together say: your heart rate swings widest at about 5.6 breaths a minute. "
        "Anything between 5.2 and 6.1 is as good."
    )
    assert second.endswith("between 5.3 and 6.0.")


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_words_and_only_a_number_can_be_used(verdict: Verdict) -> None:
    result = RESULT if verdict.is_told else ResonanceResult(verdict, RESULT.curve)
    card = ResonanceCard()
    card.show()
    card.show_result(replace(result, verdict=verdict))
    assert card.text
    assert card.use_button.isVisible() is verdict.is_told
    assert "nan" not in card.text


def test_without_an_assessment_there_is_no_card() -> None:
    card = ResonanceCard()
    card.show()
    card.show_result(RESULT)
    card.show_result(None)
    assert not card.isVisible()


@pytest.mark.parametrize(
    "curve",
    [
        (),
        (CurvePoint(6.0, 10.0, nan),),
        (CurvePoint(6.0, 0.0, 0.0), CurvePoint(5.0, 0.0, 0.0)),
        RESULT.curve,
    ],
)
def test_any_curve_can_be_painted(curve: tuple[CurvePoint, ...]) -> None:
    widget = ResonanceCurve()
    widget.resize(460, 170)
    widget.show_result(replace(RESULT, curve=curve))
    assert not widget.grab().isNull()


def test_uncertainty_is_part_of_the_picture() -> None:
    widget = ResonanceCurve()
    widget.resize(460, 170)
    widget.show_result(RESULT)
    sure = widget.grab().toImage()
    wide = tuple(replace(point, error_bpm=3.0) for point in RESULT.curve)
    widget.show_result(replace(RESULT, curve=wide))
    assert widget.grab().toImage() != sure
    assert "5.5: 13.2 bpm" in widget.accessibleDescription()


def test_drawing_says_what_the_words_say_where_one_pace_measured_wider() -> None:
    """The number that is told is where the line has its top, and the legend says why."""
    result = replace(RESULT, resonance_per_min=5.3)
    widest = max(result.curve, key=lambda point: point.swing_bpm)
    assert widest.rate_per_min == 5.5
    line = line_through(result.curve, result.resonance_per_min, 4.3, 6.7)
    assert max(line, key=lambda spot: spot[1])[0] == 5.3
    card = ResonanceCard()
    card.show()
    card.show_result(result)
    assert "at about 5.3" in card.text
    assert "top at 5.3" in card.legend
    assert "by chance" in card.legend
    assert "top at 5.3" in card.curve.accessibleDescription()


def test_pace_is_kept_when_the_person_wants_it(shell: Shell, engine: EngineDouble) -> None:
    kept: list[Preferences] = []
    shell._keep = lambda preferences: bool(kept.append(preferences)) or True  # type: ignore[func-returns-value]  # a list's append, on purpose
    page = shell.pages.summary
    shell.show_page(page)
    page.show_summary(a_summary(result=RESULT))
    assert kept == []
    assert page.result.use_button.text() == "Use 5.6 from now on"
    page.result.use_button.click()
    assert not page.result.use_button.isVisible()
    assert 60.0 / sum(kept[-1].pattern_s) == pytest.approx(5.6)
    assert shell.pages.practice.plan().pattern.breaths_per_min == pytest.approx(5.6)
    assert page.result._said.text() == summary_words.USED


def test_result_that_is_used_is_kept_in_the_library(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    shell.use_library(library)
    page = shell.pages.summary
    shell.show_page(page)
    page.show_summary(a_summary(result=RESULT))
    page.result.use_button.click()
    until(lambda: library.resonances.latest() is not None)
    latest = library.resonances.latest()
    assert latest is not None
    again = result_from(latest.facts)
    assert again.resonance_per_min == RESULT.resonance_per_min
    assert again.curve == RESULT.curve
