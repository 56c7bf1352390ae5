"""One rate of breathing from all that tell of it: belt, chest, and the heartbeat.

Every 5 s the newest word of each input is weighed by its quality and by how directly it feels
the breath. Inputs that agree are averaged, those that stand against them are left out and
lower the quality. Where none can tell, the answer is that it cannot be told. A belt of fair
quality feels the breath itself: then the rate is the belt's, and the others only second it.

Inputs come from several streams, which reach this at different times. What holds at ``T`` is
settled at ``T + 5 s``, from what is about times up to ``T`` and was known by ``T + 5 s`` of
the samples' time. So streams may run up to 5 s apart and the result stays the same.

References
----------
Chan, Ferdosi and Narasimhan (2013), IEEE EMBS Conf. (fusion of heart rhythm, R-wave height and
acceleration weighed by their qualities).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from math import ceil, isnan, nan, prod
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.kinds import StreamKind
from biofeedback.samples import Metric
from biofeedback.signal.beat_breathing import WINDOW_S as HEART_WINDOW_S
from biofeedback.signal.beat_breathing import BreathEstimate, HeartCue
from biofeedback.signal.measures import measured, missing

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HOP_S", "SETTLE_S", "TOGETHER", "BreathingFusion"]

HOP_S = 5.0
SETTLE_S = 5.0
TOGETHER = "together"

_NAME = "breaths_per_min"
# An estimate from the heart comes every 5 s, a beat or two late; two may be missed.
_ESTIMATE_HOLDS_S = 12.0
# A missing rate is said anew every second.
_SILENCE_HOLDS_S = 12.0
_FORGET_AFTER_S = 60.0
# Rates so near each other agree: the larger of a number and a share.
_AGREE_PER_MIN, _AGREE_SHARE = 1.5, 0.15
_FAIR_QUALITY = 0.5
_LEAST_QUALITY = 0.15

_HEART_ALONE = "breathing cannot be told from the heart alone just now"
_LISTENING = "listening to the heart for a minute"
_CANNOT = "breathing cannot be told just now"


class _Kind(IntEnum):
    """Kinds of input, the most direct first."""

    BELT = 0
    CHEST = 1
    AMPLITUDE = 2
    RHYTHM = 3


# How far the word of an input is trusted at its best.
_TRUST = {_Kind.BELT: 1.0, _Kind.CHEST: 0.8, _Kind.AMPLITUDE: 0.7, _Kind.RHYTHM: 0.5}
_WORDS = {
    _Kind.BELT: "the belt",
    _Kind.CHEST: "the chest’s movement",
    _Kind.AMPLITUDE: "the height of the heartbeat’s wave",
    _Kind.RHYTHM: "the heart’s rhythm",
}
_CUES = {HeartCue.AMPLITUDE: _Kind.AMPLITUDE, HeartCue.RHYTHM: _Kind.RHYTHM}
_OF_HEART = frozenset({_Kind.AMPLITUDE, _Kind.RHYTHM})


@dataclass(frozen=True, slots=True)
class _Word:
    """What one input said: a rate, or why there is none."""

    t_s: float
    known_s: float
    kind: _Kind
    per_min: float
    weight: float
    window_s: float
    holds_s: float
    wait_s: float
    reason: str


class _Verdict(NamedTuple):
    per_min: float
    quality: float
    agreeing: Sequence[_Word]
    others: Sequence[_Word]


class BreathingFusion:
    """Breathing rate of one person from all their sensors, at multiples of `HOP_S`."""

    def __init__(self) -> None:
        self._words: dict[tuple[_Kind, str], deque[_Word]] = {}
        # The next time to settle; nan until something was heard.
        self._due_s = nan
        self._settled_s = -1.0

    def add(self, known_s: float, said: Metric | BreathEstimate) -> None:
        """Take what one input says; measures other than the breathing rate are passed over.

        Parameters
        ----------
        known_s
            Time of the sample with which it became known.
        said
            ``breaths_per_min`` of a belt or a chest accelerometer (its source ends in
            ``/acceleration``), or an estimate from the heart. Each input's in order.
        """
        if isinstance(said, BreathEstimate):
            kind = _CUES[said.cue]
            word = _Word(
                said.t_s,
                known_s,
                kind,
                said.breaths_per_min,
                _TRUST[kind] * said.confidence,
                HEART_WINDOW_S,
                _ESTIMATE_HOLDS_S,
                said.wait_s,
                _LISTENING if said.wait_s else _HEART_ALONE,
            )
        elif said.name == _NAME and said.source != TOGETHER:
            of_chest = said.source.endswith(f"/{StreamKind.ACCELERATION}")
            kind = _Kind.CHEST if of_chest else _Kind.BELT
            word = _Word(
                said.t_s,
                known_s,
                kind,
                said.value,
                _TRUST[kind] * said.quality,
                said.window_s,
                # A rate holds until the next breath, and for three where none comes.
                _SILENCE_HOLDS_S if isnan(said.value) else said.window_s,
                said.wait_s,
                said.reason,
            )
        else:
            return
        self._words.setdefault((kind, said.source), deque()).append(word)

    def due(self, now_s: float) -> list[Metric]:
        """Return what has settled by now.

        Parameters
        ----------
        now_s
            Time of the newest sample of any of the streams.

        Returns
        -------
        list of Metric
            ``breaths_per_min`` with source ``together``, one for each `HOP_S`; none where
            a single belt is all there is, since its own measure says it already.
        """
        results: list[Metric] = []
        while self._words:
            if isnan(self._due_s):
                first_s = min(words[0].t_s for words in self._words.values())
                first_s = max(first_s, self._settled_s + HOP_S)
                due_s = ceil(first_s / HOP_S) * HOP_S
            else:
                due_s = self._due_s
            if now_s < due_s + SETTLE_S:
                break
            self._settled_s, self._due_s = due_s, due_s + HOP_S
            results += self._settle(due_s)
            self._forget(due_s)
        return results

    def _forget(self, end_s: float) -> None:
        for key, words in list(self._words.items()):
            # The newest that counted stays: it may hold for longer.
            while len(words) > 1 and words[1].known_s <= end_s:
                words.popleft()
            if words[-1].t_s <= end_s - _FORGET_AFTER_S:
                del self._words[key]
        if not self._words:
            self._due_s = nan

    def _settle(self, end_s: float) -> list[Metric]:
        newest: list[_Word] = []
        n_belts = 0
        for key in sorted(self._words):
            for word in reversed(self._words[key]):
                if word.t_s <= end_s and word.known_s <= end_s + SETTLE_S:
                    newest.append(word)
                    n_belts += key[0] is _Kind.BELT
                    break
        if not newest or (len(newest) == n_belts == 1):
            return []
        holding = [word for word in newest if end_s - word.t_s <= word.holds_s]
        speaking = [word for word in holding if word.weight > 0.0]
        verdict = _weighed(speaking) if speaking else None
        if verdict is None or verdict.quality < _LEAST_QUALITY:
            return [_unknown(end_s, holding)]
        return [
            measured(
                end_s,
                _NAME,
                verdict.per_min,
                TOGETHER,
                quality=verdict.quality,
                reason=_told_by(verdict),
                window_s=max(word.window_s for word in verdict.agreeing),
            )
        ]


def _weighed(speaking: Sequence[_Word]) -> _Verdict:
    """The inputs that agree with each other and weigh most together, and what they say."""

    def agreeing_with(one: _Word) -> list[_Word]:
        near = max(_AGREE_PER_MIN, _AGREE_SHARE * one.per_min)
        return [word for word in speaking if abs(word.per_min - one.per_min) <= near]

    fair_belts = [
        word for word in speaking if word.kind is _Kind.BELT and word.weight >= _FAIR_QUALITY
    ]
    groups = [agreeing_with(word) for word in fair_belts or speaking]
    # Of equal ones the first, which is the most direct.
    agreeing = max(groups, key=lambda group: sum(word.weight for word in group))
    voices = [word for word in agreeing if word in fair_belts] or agreeing
    per_min = voices[0].per_min
    if len(voices) > 1:
        weight = sum(word.weight for word in voices)
        per_min = sum(word.weight * word.per_min for word in voices) / weight
    others = [word for word in speaking if word not in agreeing]
    share = sum(word.weight for word in agreeing) / sum(word.weight for word in speaking)
    quality = share * (1.0 - prod(1.0 - min(word.weight, 1.0) for word in agreeing))
    return _Verdict(per_min, quality, agreeing, others)


def _list(words: Sequence[_Word]) -> str:
    names = list(dict.fromkeys(_WORDS[word.kind] for word in words))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _told_by(verdict: _Verdict) -> str:
    told = f"told by {_list(verdict.agreeing)}"
    return f"{told}; otherwise by {_list(verdict.others)}" if verdict.others else told


def _unknown(end_s: float, holding: Sequence[_Word]) -> Metric:
    """No rate, in the words of the most direct input that has any."""
    silent = [word for word in holding if not word.weight > 0.0]
    for word in silent:
        if word.kind not in _OF_HEART and word.reason and not word.wait_s > 0.0:
            return missing(end_s, _NAME, TOGETHER, reason=word.reason)
    waiting = [word for word in silent if word.wait_s > 0.0]
    if waiting:
        soonest = min(waiting, key=lambda word: word.t_s + word.wait_s)
        # Some of the wait may have passed since it was said.
        wait_s = max(soonest.t_s + soonest.wait_s - end_s, 0.0)
        return missing(end_s, _NAME, TOGETHER, wait_s=wait_s, reason=soonest.reason)
    is_heart_alone = all(word.kind in _OF_HEART for word in holding)
    return missing(end_s, _NAME, TOGETHER, reason=_HEART_ALONE if is_heart_alone else _CANNOT)
