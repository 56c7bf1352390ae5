"""What a person says when they are asked: their state through their own words, with noise.

Answers are a function of the state at the moment of the question and of chance that belongs to
that question at that moment: asking one thing never changes what another would have brought.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import exp, nan
from typing import TYPE_CHECKING

from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from biofeedback.simulation.temperament import Temperament

__all__ = ["Answer", "Feeling", "Question", "answer_of"]

# Shares of discomfort. Invented: that each counts is known, how much is not.
_AROUSAL_DISCOMFORT, _AIR_DISCOMFORT, _EFFORT_DISCOMFORT = 0.6, 0.6, 0.5
_AIR_DISTRESS = 0.3
_LATENCY_LN_SD = 0.4
_SILENT, _SHUTDOWN_SILENT = 0.02, 0.3
# A change of about 2 points of 10 is a real one; by half of it a person says so.
_NOTICED_POINTS = 1.0
_DIZZY = 0.3


class Question(Enum):
    """What can be asked."""

    COMFORT = "comfort"
    DISTRESS = "distress"
    HOW_WAS_IT = "how-was-it"


@dataclass(frozen=True, slots=True)
class Feeling:
    """The state that answers come from, each 0 to 1.

    ``before`` is the distress, 0 to 10, that was felt when the present guide began.
    """

    arousal: float
    shutdown: float
    symptoms: float
    effort: float
    before: float = 0.0

    def distress(self, temperament: Temperament) -> float:
        """Return what is felt, 0 to 10, before it is put into a number."""
        awake = 10.0 * min(self.arousal + _AIR_DISTRESS * self.symptoms, 1.0)
        return awake + self.shutdown * (temperament.numb_distress - awake)

    def comfort(self, temperament: Temperament) -> float:
        """Return what is felt, 0 to 10, before it is put into a number."""
        discomfort = (
            _AROUSAL_DISCOMFORT * self.arousal
            + _AIR_DISCOMFORT * self.symptoms
            + _EFFORT_DISCOMFORT * self.effort
        )
        awake = 10.0 * max(1.0 - discomfort, 0.0)
        return awake + self.shutdown * (10.0 - temperament.numb_distress - awake)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said.

    Parameters
    ----------
    question
        What was asked.
    points
        A whole number from 0 to 10; ``nan`` where words are asked for, or none came.
    word
        ``better``, ``same``, ``worse`` or ``dizzy`` to `Question.HOW_WAS_IT`, else empty.
    latency_s
        Time from the question to the answer, or until the person let it be.
    is_given
        False if none came.
    """

    question: Question
    points: float
    word: str
    latency_s: float
    is_given: bool


def answer_of(
    question: Question, feeling: Feeling, temperament: Temperament, seed: int, step: int
) -> Answer:
    """Return what a person answers.

    Parameters
    ----------
    question
        What is asked.
    feeling
        Their state.
    temperament
        Their manner.
    seed
        The person's.
    step
        The moment, in steps of the body: asked again at the same one, they say the same.
    """
    rng = rng_for(seed, f"answer-{question.value}-{step}")
    wording, pace = rng.standard_normal(2).tolist()
    silent = _SILENT + _SHUTDOWN_SILENT * feeling.shutdown
    is_given = float(rng.uniform()) >= silent
    # Words come late in a shutdown, and somewhat late when wound up.
    slow = 1.0 + 2.0 * feeling.shutdown + 0.5 * feeling.arousal
    latency_s = temperament.answer_latency_s * slow * exp(_LATENCY_LN_SD * pace)
    off = temperament.answer_sd * wording
    if not is_given:
        return Answer(question, nan, "", latency_s, is_given=False)
    if question is Question.HOW_WAS_IT:
        # Comparing with a moment ago, everyone's own scale cancels out.
        change = feeling.distress(temperament) - feeling.before + off
        return Answer(question, nan, _word(change, feeling.symptoms), latency_s, is_given=True)
    if question is Question.COMFORT:
        felt = feeling.comfort(temperament) + temperament.comfort_bias
    else:
        felt = feeling.distress(temperament) + temperament.distress_bias
    points = float(min(max(round(felt + off), 0), 10))
    return Answer(question, points, "", latency_s, is_given=True)


def _word(change: float, symptoms: float) -> str:
    if symptoms >= _DIZZY:
        return "dizzy"
    if change >= _NOTICED_POINTS:
        return "worse"
    return "better" if change <= -_NOTICED_POINTS else "same"
