"""Rules that no guide may break, told anew from the record alone.

Nothing here uses the guides' own code for what it checks: the limits are written down once more,
the conditions of offers are worked out from the measures that were told. What is read of guides
are their words.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import inf, isfinite
from statistics import fmean, median
from typing import TYPE_CHECKING

from benchmarks.guides.told import known_before
from biofeedback.guides.words import (
    LANGUAGES,
    answer_words,
    guide_words,
    reason_sentence,
    stage_words,
)
from biofeedback.kinds import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.guides.told import Told
    from biofeedback.samples import GuideState

__all__ = ["RULES", "Broken", "broken", "zone_changes"]

# What adapts keeps within these; for nothing but what a person chose does anything go slower.
ADAPTIVE_PER_MIN = (4.5, 7.0)
# Protocols of assessments, which keep to themselves.
PROTOCOLS = {"resonance-stepped": (4.5, 6.5), "resonance-sliding": (4.25, 6.75)}
# A breath may be met where it is; nothing quicker is led.
QUICKEST_PER_MIN = 12.0
STEP_PER_MIN, STEP_S = 0.25, 90.0
# Guides that look for a pace by what they measure, and those that ease one that was chosen.
ADAPTIVE = frozenset({"resonance"})
MOVING = ADAPTIVE | {"breathing", "together"}
_CHOOSING = frozenset({"begin", "pace", "slower", "faster", "next", "go-on"})
# On the way from the breath that a person has, a little with each breath.
RAMP = "ramp"
OFFER_AFTER_S, OFFER_AGAIN_S, LEAST_AGAIN_S = 45.0, 600.0, 300.0
FRESH_S, HOLE_S, LEAST_QUALITY = 15.0, 15.0, 0.4
RISE_Z, RISE_S = 1.0, 120.0
HEART_BPM, HEART_S = 30.0, 60.0
_ROUNDING = 1e-6
_NOTHING_LED = frozenset({"paused", "ended"})


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that was broken: which, when, and by what."""

    rule: str
    t_s: float
    what: str


def broken(told: Told) -> tuple[Broken, ...]:
    """Return every rule that was broken in a session, in the order of `RULES`."""
    return tuple(
        Broken(rule, t_s, what) for rule, check in RULES.items() for t_s, what in check(told)
    )


def zone_changes(told: Told) -> int:
    """Return how often the zone changed, to and from "can't tell" included, the first not."""
    values = [heard.metric.value for heard in told.heard if heard.metric.name == "arousal_zone"]
    zones = [value if isfinite(value) else inf for value in values]
    while zones and zones[0] == inf:
        zones.pop(0)
    return sum(one != other for one, other in pairwise(zones))


# Paces.


def _guide_at(told: Told, t_s: float) -> tuple[str, str]:
    """Return guide and stage from a time on."""
    name = stage = ""
    for state in told.states:
        if state.t_s > t_s + _ROUNDING:
            break
        name, stage = state.guide, state.stage
    return name, stage


def _was_chosen(told: Told, t_s: float) -> bool:
    """Tell whether a person set the pace, or began the session, at this very moment."""
    return any(
        (command.name in _CHOOSING or command.arguments.get("word") in _CHOOSING)
        and abs(command.t_s - t_s) < _ROUNDING
        for command in told.commands
    )


def _slowest_chosen(told: Told) -> float:
    """Return the slowest pace that was ever chosen, as far as the commands tell."""
    slowest = ADAPTIVE_PER_MIN[0]
    for command in told.commands:
        parts = [
            command.arguments.get(name) for name in ("in_s", "hold_in_s", "out_s", "hold_out_s")
        ]
        seconds = [part for part in parts if isinstance(part, float | int)]
        if len(seconds) == len(parts):
            slowest = min(slowest, 60.0 / sum(seconds))
    return slowest


def _rates(told: Told) -> list[tuple[float, str]]:
    found = []
    slowest = _slowest_chosen(told)
    for change in told.changes:
        if change.segment is None:
            continue
        rate = change.segment.pattern.breaths_per_min
        guide, stage = _guide_at(told, change.t_s)
        low, high = min(slowest, ADAPTIVE_PER_MIN[0]), QUICKEST_PER_MIN
        if guide in PROTOCOLS:
            low, high = PROTOCOLS[guide]
        elif guide in ADAPTIVE and stage != RAMP:
            low, high = ADAPTIVE_PER_MIN
        if not low - _ROUNDING <= rate <= high + _ROUNDING:
            found.append((change.t_s, f"{guide}: {rate:.3f} a minute, not {low:g} to {high:g}"))
    return found


def _jumps(told: Told) -> list[tuple[float, str]]:
    """Find moves that nobody asked for by more than a quarter breath within 90 s."""
    found = []
    paces: list[tuple[float, float]] = []
    for change in told.changes:
        if change.role is not Role.CLIENT:
            continue
        guide, stage = _guide_at(told, change.t_s)
        is_led_on = guide in MOVING and stage != RAMP and not _was_chosen(told, change.t_s)
        if change.segment is None or not is_led_on:
            paces.clear()
            continue
        rate = change.segment.pattern.breaths_per_min
        if paces:
            # What held until now was the pace until this very moment.
            paces[-1] = (change.t_s, paces[-1][1])
        for t_s, other in paces:
            if change.t_s - t_s < STEP_S - _ROUNDING and abs(rate - other) > STEP_PER_MIN + 1e-3:
                found.append(
                    (change.t_s, f"from {other:.2f} to {rate:.2f} in {change.t_s - t_s:.0f} s")
                )
        paces.append((change.t_s, rate))
    return found


# Words.


def _words(told: Told) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []

    def check(t_s: float, what: str, say: Callable[[str], object]) -> None:
        for language in LANGUAGES:
            try:
                is_said = bool(say(language))
            except (KeyError, IndexError, ValueError, FileNotFoundError) as error:
                found.append((t_s, f"{what} in {language}: {type(error).__name__} {error}"))
                continue
            if not is_said:
                found.append((t_s, f"{what} in {language}: nothing"))

    for decision in told.decisions:
        what = f"reason {decision.reason!r} of {decision.guide!r}"
        if not decision.reason:
            found.append((decision.t_s, f"{decision.decision!r} of {decision.guide!r}: none"))
            continue
        check(decision.t_s, what, partial(reason_sentence, decision))
    for state in _news(told.states, lambda state: (state.guide, state.stage, state.way)):
        if state.stage:
            what = f"stage {state.stage!r}, way {state.way}, of {state.guide!r}"
            check(state.t_s, what, partial(stage_words, state))
    for state in _news(told.states, lambda state: (state.guide, state.asks)):
        if state.asks:
            what = f"question {state.asks!r} of {state.guide!r}"
            check(state.t_s, what, partial(answer_words, state))
    for state in _news(told.states, lambda state: state.offer):
        if state.offer:
            check(state.t_s, f"name of {state.offer!r}", partial(guide_words, state.offer))
    return found


def _news(states: Sequence[GuideState], key: Callable[[GuideState], object]) -> list[GuideState]:
    """Return the states that differ from the one before."""
    kept: list[GuideState] = []
    last: object = None
    for state in states:
        if key(state) != last:
            kept.append(state)
            last = key(state)
    return kept


# Standing still.


def _stops(told: Told) -> list[tuple[float, str]]:
    """Find a pause or an end after which a pacer went on."""
    found = []
    times = [change.t_s for change in told.changes]
    for command in told.commands:
        if command.name not in {"pause", "end"}:
            continue
        before = told.changes[: bisect_right(times, command.t_s + _ROUNDING)]
        last = {change.role: change for change in before}
        found += [
            (command.t_s, f"{command.name}: the pacer of the {role.value} went on")
            for role, change in last.items()
            if change.segment is not None
        ]
        if not any(state.t_s <= command.t_s + _ROUNDING for state in reversed(told.states)):
            found.append((command.t_s, f"{command.name}: nothing was told"))
    for state in told.states:
        if state.step in _NOTHING_LED:
            before = told.changes[: bisect_right(times, state.t_s + _ROUNDING)]
            client = [change for change in before if change.role is Role.CLIENT]
            if client and client[-1].segment is not None:
                found.append((state.t_s, f"{state.step}, and the pacer goes on"))
    return found


# Offers.


def _offers(told: Told) -> list[tuple[float, str]]:
    found = []
    agreed: dict[str, float | str] = {}
    for command in told.commands:
        if command.name == "begin":
            agreed = dict(command.arguments)
    again_s = max(float(agreed.get("offer_again_s", OFFER_AGAIN_S)), LEAST_AGAIN_S)
    offered_s: dict[str, float] = {}
    open_ = ""
    for state in _news(told.states, lambda state: (state.offer, state.asks)):
        t_s, offer = state.t_s, state.offer
        if open_ and offer != open_ and not _answered(told, t_s, "accept"):
            # Refused, or left unanswered: from here on it is not offered for as long as agreed.
            offered_s[open_] = t_s
        open_ = offer
        if not offer:
            continue
        reasons = [
            (place, decision.reason)
            for place, decision in enumerate(told.decisions)
            if decision.decision == "offer" and abs(decision.t_s - t_s) < _ROUNDING
        ]
        if not reasons:
            found.append((t_s, f"{offer}: offered without a reason"))
            continue
        place, reason = reasons[-1]
        wrong = _wrong_with(known_before(told, place), t_s, offer, reason, agreed)
        last_s = offered_s.get(offer, -inf)
        if reason != "therapist-agreed" and t_s - last_s < again_s - _ROUNDING:
            wrong = wrong or f"again after {t_s - last_s:.0f} s, agreed were {again_s:.0f} s"
        if offer == state.guide:
            wrong = wrong or "it leads already"
        if wrong:
            found.append((t_s, f"{offer} ({reason}): {wrong}"))
        offered_s[offer] = t_s
    return found


def _wrong_with(
    told: Told, t_s: float, offer: str, reason: str, agreed: dict[str, float | str]
) -> str:
    """Return what speaks against an offer, empty for nothing."""
    if reason.startswith("said-"):
        word = reason.removeprefix("said-")
        return "" if _answered(told, t_s, word) else f"nobody said {word!r}"
    if reason == "therapist-agreed":
        return "" if _answered(told, t_s, "accept") else "nobody agreed"
    if not _adapts(told, t_s, agreed):
        return "adapting was switched off"
    if reason == "zone-above":
        if offer != agreed.get("offer"):
            return f"agreed was {agreed.get('offer', 'none')!r}"
        after_s = float(agreed.get("offer_after_s", OFFER_AFTER_S))
        held_s = _above_s(told, t_s)
        return (
            ""
            if held_s >= after_s - _ROUNDING
            else f"above for {held_s:.0f} s, not {after_s:.0f} s"
        )
    if reason == "arousal-rose":
        rise_z = _rise_z(told, t_s)
        return "" if rise_z >= RISE_Z else f"arousal rose by {rise_z:.2f}"
    if reason == "heart-fast":
        usual = agreed.get("usual_heart_bpm")
        rise_bpm = _heart_rise_bpm(told, t_s, float(usual) if usual is not None else None)
        return "" if rise_bpm >= HEART_BPM - 1.0 else f"heart rate rose by {rise_bpm:.0f} bpm"
    return "no reason that was agreed on"


def _answered(told: Told, t_s: float, word: str) -> bool:
    return any(
        word in {command.name, command.arguments.get("word")} and abs(command.t_s - t_s) < _ROUNDING
        for command in told.commands
    )


def _adapts(told: Told, t_s: float, agreed: dict[str, float | str]) -> bool:
    adapts = bool(agreed.get("adapts", 1.0))
    for command in told.commands:
        if command.t_s <= t_s and command.name in {"keep", "adapt"}:
            adapts = command.name == "adapt"
    return adapts


def _known(told: Told, name: str, t_s: float, since_s: float = -inf) -> list[tuple[float, float]]:
    """Return time and value of what was known of a measure, good enough, oldest first."""
    return [
        (heard.metric.t_s, heard.metric.value)
        for heard in told.heard
        if heard.metric.name == name
        and since_s <= heard.t_s <= t_s + _ROUNDING
        and isfinite(heard.metric.value)
        and heard.metric.quality >= LEAST_QUALITY - _ROUNDING
    ]


def _above_s(told: Told, t_s: float) -> float:
    """Return for how long the zone has been above without a hole."""
    zones = _known(told, "arousal_zone", t_s)
    if not zones or zones[-1][1] != 1.0 or t_s - zones[-1][0] > FRESH_S:
        return 0.0
    since_s = newest_s = zones[-1][0]
    for at_s, zone in reversed(zones):
        if zone != 1.0 or since_s - at_s > HOLE_S:
            break
        since_s = at_s
    return newest_s - since_s


def _rise_z(told: Told, t_s: float) -> float:
    """Return by how much arousal is above its lowest of the last two minutes."""
    readings = [value for _, value in _known(told, "arousal", t_s, t_s - RISE_S - 20.0)]
    if not readings:
        return 0.0
    return max(readings[-4:]) - min(readings)


def _heart_rise_bpm(told: Told, t_s: float, usual_bpm: float | None) -> float:
    rates = _known(told, "heart_rate_bpm", t_s, t_s - HEART_S)
    if usual_bpm is None:
        every = _known(told, "heart_rate_bpm", t_s)
        first = [bpm for at_s, bpm in every if at_s <= every[0][0] + HEART_S]
        usual_bpm = median(first) if first else inf
    return fmean(bpm for _, bpm in rates) - usual_bpm if rates else 0.0


RULES: dict[str, Callable[[Told], list[tuple[float, str]]]] = {
    "rate within limits": _rates,
    "jump within limits": _jumps,
    "words in every language": _words,
    "still at once": _stops,
    "offer as agreed": _offers,
}
"""Each rule by its name, and what finds when it was broken and by what."""
