"""Why something was decided is one glance away, and adapting one press from being off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.samples import Decision
from biofeedback.ui.why_line import WhyLine
from ui.led import FEEL, SETTLING

WAITED = Decision(100.0, "grounding", "next", "waited")


@pytest.fixture
def line() -> WhyLine:
    made = WhyLine(says_when=True)
    made.show()
    return made


def test_latest_decision_is_told_with_how_long_ago(line: WhyLine) -> None:
    line.tell(FEEL, (SETTLING, WAITED), 142.0)
    assert line.text == "Going on by itself after a while. You can step back."
    assert line._when.text() == "40 s ago"
    line.tell(FEEL, (SETTLING, WAITED), 230.0)
    assert line._when.text() == "2 min ago"


def test_earlier_ones_are_told_on_demand_newest_first(line: WhyLine) -> None:
    many = [replace(WAITED, t_s=float(t_s), reason="half-here") for t_s in range(10)]
    line.tell(FEEL, (*many, SETTLING, WAITED), 142.0)
    assert line.earlier == ""
    line.earlier_button.click()
    line.tell(FEEL, (*many, SETTLING, WAITED), 142.0)
    told = line.earlier.splitlines()
    assert told[0].endswith("your skin conductance is still settling.")
    assert len(told) == 6
    line.earlier_button.click()
    line.tell(FEEL, (*many, SETTLING, WAITED), 142.0)
    assert line.earlier == ""


def test_one_that_is_past_is_told_on_demand_only(line: WhyLine) -> None:
    line.tell(FEEL, (SETTLING,), 142.0, since_s=100.0)
    assert line.text == ""
    line.earlier_button.click()
    line.tell(FEEL, (SETTLING,), 142.0, since_s=100.0)
    assert "still settling" in line.earlier


@pytest.mark.parametrize(("word", "text"), [("keep", "Don't adapt"), ("adapt", "Adapt again")])
def test_adapting_is_switched_by_one_button(line: WhyLine, word: str, text: str) -> None:
    heard: list[str] = []
    line.asked.connect(lambda each, _: heard.append(each))
    line.tell(replace(FEEL, can=(word,)), (), 10.0)
    assert line.adapt_button.text() == text
    line.adapt_button.click()
    assert heard == [word]


def test_guide_that_does_not_adapt_offers_no_switch(line: WhyLine) -> None:
    line.tell(replace(FEEL, can=("next",)), (SETTLING,), 70.0)
    assert not line.adapt_button.isVisible()


def test_of_a_recording_nothing_can_be_asked(line: WhyLine) -> None:
    line.be_read_only()
    line.tell(FEEL, (SETTLING,), 70.0)
    assert not line.adapt_button.isVisible()
    assert line.text != ""


def test_it_speaks_another_language(line: WhyLine) -> None:
    line.set_language("de")
    line.tell(FEEL, (SETTLING,), 62.0)
    assert line._when.text() == "gerade eben"
    assert line.adapt_button.text() == "Nicht anpassen"
