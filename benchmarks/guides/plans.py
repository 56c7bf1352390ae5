"""What each guide is tried on: with which options, for how long, on whom, from which state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from benchmarks.guides.living import ALL, alone, lead
from benchmarks.guides.outcome import outcome_of
from biofeedback.guides.catalogue import GUIDES
from biofeedback.samples import Command
from biofeedback.simulation.episodes import Episode, EpisodeKind
from biofeedback.simulation.population import Individual, Response
from biofeedback.simulation.temperament import Temperament

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.guides.living import Lived
    from benchmarks.guides.outcome import Outcome

__all__ = [
    "ASSESSMENTS",
    "BREATH",
    "CALMING",
    "PLANS",
    "QUIET",
    "RELAXING",
    "USUAL",
    "Plan",
    "adverse_people",
    "live",
    "time_with_pauses_s",
]

ASSESSMENTS = ("resonance-stepped", "resonance-sliding")
"""They look for something, and are not meant to calm."""
BREATH = ("breathing", "resonance", "together")
"""They lead the breath, for as long as a person likes."""
CALMING = ("breathing", "resonance", "grounding", "release", "kindness", "body-scan", "check-in")
"""They are meant to calm, or may."""

QUIET, USUAL = "quiet", "usual"
"""Ways of looking for a pace: by people who sit quietly, and by people as they are."""

RELAXING = ("release", "kindness", "body-scan")
"""They ask to let go, which frightens some."""

# By so much above their baseline someone who comes from a hard day is wound up.
_WOUND_UP, _AT_MOST = 0.25, 0.8
_SURGE = Episode(EpisodeKind.SURGE, 60.0, 60.0, 0.8)
_LED_MIN, _RESONANCE_MIN, _LONGEST_MIN = 10.0, 15.0, 25.0
# Five paces of three minutes and as many rests, each pace once more where it was not followed.
_STEPPED_MIN = 30.0
# An adaptive guide looks for as long as a later session lasts.
_SEARCH_MIN = 20.0
_PAUSES_S = (31.7, 95.3, 200.1)
_PAUSED_S = 20.0
_PAUSED_MIN = 1.0
_PAUSES = tuple(
    Command(at_s, word)
    for pause_s in _PAUSES_S
    for at_s, word in ((pause_s, "pause"), (pause_s + _PAUSED_S, "resume"))
)
# Waves: a small dose is asked for so often, and stirs a little each time.
_DOSES_S, _DOSE_S, _DOSE_STRENGTH = (60.0, 240.0, 420.0), 30.0, 0.3
_WAVES_S = 900.0
_DOSES = (*(Command(at_s, "activate") for at_s in _DOSES_S), Command(_WAVES_S, "end"))
_STIRRED = tuple(Episode(EpisodeKind.SURGE, at_s, _DOSE_S, _DOSE_STRENGTH) for at_s in _DOSES_S)
# The people whom guiding harms in each way; they are looked for far beyond the population.
_N_ADVERSE, _ADVERSE_FROM = 30, 100_000
_PARTNERS_FROM = 200_000


@dataclass(frozen=True)
class Plan:
    """One way of trying one guide.

    Parameters
    ----------
    name
        Guide and way, as in the tables: ``breathing, wound up``.
    guide
        As in the catalogue.
    way
        ``wound up``, ``surge``, ``usual``, ``quiet``, ``bare`` (no sensor), ``paused``, and for those whom
        guiding harms ``adverse`` with what they wear and whether they answer.
    minutes
        For how long it is watched at most.
    options
        That it is begun with.
    n_people
        On so many of the population; ``None`` for all.
    sensors, commands, episodes, answers
        As for `benchmarks.guides.living.lead`.
    has_partner
        Whether another one of the population is led beside them.
    """

    name: str
    guide: str
    way: str
    minutes: float
    options: Mapping[str, float | str] = field(default_factory=dict)
    n_people: int | None = None
    sensors: tuple[str, ...] = ALL
    commands: tuple[Command, ...] = ()
    has_partner: bool = False
    episodes: tuple[Episode, ...] = ()
    answers: bool = True


def time_with_pauses_s(guide: str) -> float:
    """Return after how long the time of a guide that leads the breath is up, three pauses in."""
    return 60.0 * (_minutes(guide) + _PAUSED_MIN)


def _when(command: Command) -> float:
    return command.t_s


def _minutes(guide: str) -> float:
    if guide == "resonance":
        return _RESONANCE_MIN
    if guide == "resonance-stepped":
        return _STEPPED_MIN
    return _LED_MIN if guide in BREATH else _LONGEST_MIN


def _options(guide: str) -> dict[str, float | str]:
    options: dict[str, float | str] = {}
    if guide in BREATH:
        options["duration_s"] = 60.0 * _minutes(guide)
    if guide == "breathing":
        options |= {"preset": "gentle", "ramp": 1.0}
    if guide != "grounding":
        options["offer"] = "grounding"
    return options


def _quietly(options: Mapping[str, float | str]) -> dict[str, Any]:
    """Return what people who sit quietly are led with: nobody asks them anything.

    Nor is anything kept or worn that arousal is told from: theirs stays where it is, and chance in
    it that nobody may be asked about would let go of the pacer.
    """
    unasked = {**options, "check_ins": 0.0}
    return {
        "sensors": ("strap", "belt"),
        "answers": False,
        "options": unasked,
    }


def _plans(guide: str) -> list[Plan]:
    options, minutes = _options(guide), _minutes(guide)
    longer_min = minutes + _PAUSED_MIN
    # Whoever accepts another guide on the way is led to the end of that one.
    to_end_min = longer_min + (_LONGEST_MIN if guide in BREATH else 0.0)

    def plan(way: str, *, n_people: int | None = None, **changes: object) -> Plan:
        fields: dict[str, Any] = {
            "minutes": minutes,
            "options": options,
            "n_people": n_people,
            **changes,
        }
        return Plan(f"{guide}, {way}", guide, way, **fields)

    plans = [
        # Whoever has no sensor gets the same guide; and it is begun, paused and ended as any.
        plan("bare", n_people=10, sensors=(), minutes=to_end_min, commands=_PAUSES),
        plan("paused", n_people=5, minutes=longer_min, commands=_PAUSES),
    ]
    if guide in ASSESSMENTS:
        return [plan(USUAL), plan(QUIET, **_quietly(options)), *plans]
    if guide == "waves":
        # It waits for what two people say to it, and has no end but theirs.
        led: dict[str, Any] = {"commands": _DOSES, "episodes": _STIRRED}
        return [
            plan("led", **led),
            plan("bare", n_people=10, sensors=(), **led),
            plan("paused", n_people=5, commands=tuple(sorted((*_DOSES, *_PAUSES), key=_when))),
        ]
    if guide == "together":
        own = {**options, "pacers": "own", "partner_per_min": 5.5}
        return [
            plan("wound up", has_partner=True),
            plan("bare", n_people=10, sensors=(), minutes=to_end_min, commands=_PAUSES),
            plan(
                "paused",
                n_people=5,
                minutes=longer_min,
                commands=_PAUSES,
                options=own,
                has_partner=True,
            ),
        ]
    plans.insert(0, plan("wound up"))
    if guide == "resonance":
        search: dict[str, Any] = {
            "minutes": _SEARCH_MIN,
            "options": {**options, "duration_s": 60.0 * _SEARCH_MIN},
        }
        plans += [plan(USUAL, **search), plan(QUIET, **search | _quietly(search["options"]))]
    if guide in CALMING:
        plans.append(plan("surge", n_people=100, episodes=(_SURGE,)))
    first = {**options, "first": 1.0}
    if guide in RELAXING:
        plans.append(plan("adverse, first session", options=first))
    if guide in {"breathing", "resonance"}:
        plans += [
            plan("adverse, first session", options=first),
            plan("adverse, later session"),
            plan("adverse, sensors alone", options=first, answers=False),
            plan("adverse, answers alone", options=first, sensors=()),
        ]
    return plans


PLANS: tuple[Plan, ...] = tuple(plan for guide in GUIDES for plan in _plans(guide))
"""All that is tried."""


def adverse_people(n_each: int = _N_ADVERSE) -> tuple[Individual, ...]:
    """Return people whom guiding harms, so many of each sort, whatever their share of people."""
    wanted = {
        Response.BREATH_ANXIOUS: n_each,
        Response.RELAXATION_ANXIOUS: n_each,
        Response.OVER_BREATHER: n_each,
    }
    found: list[Individual] = []
    seed = _ADVERSE_FROM
    while any(wanted.values()):
        one = Individual.drawn(seed)
        seed += 1
        if wanted.get(one.response, 0):
            wanted[one.response] -= 1
            found.append(one)
    return tuple(found)


def quiet(who: Individual) -> Individual:
    """Return the same heart and lungs in somebody whose mind and arousal stay where they are."""
    settled = who.parameters.settled_arousal
    body = replace(who.parameters, arousal_baseline=settled, arousal_noise=0.0)
    return replace(who, response=Response.ORDINARY, parameters=body, temperament=Temperament())


def live(plan: Plan, who: Individual) -> Outcome:
    """Let someone live through a plan, and the same life without it where they are compared."""
    if plan.way == QUIET:
        who = quiet(who)
    baseline = who.parameters.arousal_baseline
    start = min(baseline + _WOUND_UP, _AT_MOST) if plan.way == "wound up" else None
    led = lead(
        who,
        plan.guide,
        plan.options,
        minutes=plan.minutes,
        sensors=plan.sensors,
        baseline=plan.way != QUIET,
        episodes=plan.episodes,
        start_arousal=start,
        answers=plan.answers,
        commands=plan.commands,
        partner=Individual.drawn(who.seed + _PARTNERS_FROM) if plan.has_partner else None,
    )
    other: Lived | None = None
    if plan.way not in {"paused", "bare", QUIET}:
        minutes = led.length_s / 60.0
        other = alone(who, minutes=minutes, episodes=plan.episodes, start_arousal=start)
    return outcome_of(plan.name, led, other)
