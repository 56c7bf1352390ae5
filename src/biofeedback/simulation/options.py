"""Who is simulated and what goes wrong, as one line of text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite
from typing import TYPE_CHECKING

from biofeedback.simulation.body import Person
from biofeedback.simulation.client import Stress
from biofeedback.simulation.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT_SEED", "Faults", "person_from", "read_options"]

# An ordinary person: a clear swing with slow breaths, skin that responds, calm that comes.
DEFAULT_SEED = 4
_STRESS_LENGTH_S = 30.0


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong on the way from the body to the computer. All zero: nothing does.

    Parameters
    ----------
    ectopic_pct
        Beats in a hundred that come early.
    missed_pct
        Beats in a hundred that the strap does not see.
    extra_pct
        Beats in a hundred before which it sees one that is none.
    motion_per_min
        Movements a minute, each 2 to 6 s.
    dropout_every_s
        Time from the start to the first loss of the link, and from each to the next.
    dropout_s
        How long the link stays lost.
    late_ms
        Up to how much longer than usual a packet is on its way.
    muscle_per_min
        Stretches of tense muscle a minute that are heard in the electrocardiogram.
    pops_per_min
        Jumps of an electrode a minute.
    lead_off_per_min
        Times a minute that an electrode loses the skin, each 2 to 6 s.
    hum_microvolts, hum_hz
        Amplitude and frequency of the hum of the mains.
    postures_per_min
        Changes of posture a minute.
    lights_per_min
        Changes of the light on an optical sensor a minute, each 2 to 6 s.
    """

    ectopic_pct: float = 0.0
    missed_pct: float = 0.0
    extra_pct: float = 0.0
    motion_per_min: float = 0.0
    dropout_every_s: float = 0.0
    dropout_s: float = 10.0
    late_ms: float = 0.0
    muscle_per_min: float = 0.0
    pops_per_min: float = 0.0
    lead_off_per_min: float = 0.0
    hum_microvolts: float = 0.0
    hum_hz: float = 50.0
    postures_per_min: float = 0.0
    lights_per_min: float = 0.0

    @classmethod
    def from_options(cls, options: Mapping[str, float | str]) -> Faults:
        """Return the faults among the options that `read_options` gave."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: float(options[name]) for name in names if name in options})


# Smallest and largest value of each option.
_RANGES: dict[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "follow": (0, 1),
    "stress_every_s": (0, 86400),
    "stress_s": (1, 3600),
    "coupled_bpm": (0, 10),
    "person": (1, 2),
    "ectopic_pct": (0, 50),
    "missed_pct": (0, 50),
    "extra_pct": (0, 50),
    "motion_per_min": (0, 20),
    "dropout_every_s": (0, 86400),
    "dropout_s": (1, 3600),
    "late_ms": (0, 10000),
    "muscle_per_min": (0, 20),
    "pops_per_min": (0, 20),
    "lead_off_per_min": (0, 20),
    "hum_microvolts": (0, 2000),
    "hum_hz": (45, 65),
    "postures_per_min": (0, 20),
    "lights_per_min": (0, 20),
}
_WHOLE = frozenset({"seed", "follow", "person"})
_SCENARIO = "scenario"
# Lengths, each of which must be shorter than the time after which it comes again.
_WITHIN = (("stress_s", "stress_every_s"), ("dropout_s", "dropout_every_s"))
_LENGTHS = {"stress_s": _STRESS_LENGTH_S, "dropout_s": Faults().dropout_s}


def read_options(text: str) -> dict[str, float | str]:
    """Read ``seed=7&ectopic_pct=1`` and the like; empty text gives no options.

    Raises
    ------
    ValueError
        In words fit to be shown, if an option is unknown, given twice, no number, or out of
        its range.
    """
    options: dict[str, float | str] = {}
    for part in text.split("&") if text else ():
        name, _, written = part.partition("=")
        if name not in _RANGES and name != _SCENARIO:
            known = ", ".join((_SCENARIO, *_RANGES))
            raise ValueError(f"There is no option “{name}”. There are: {known}.")
        if name in options:
            raise ValueError(f"The option “{name}” stands there twice. Please give it once.")
        options[name] = _scenario(written) if name == _SCENARIO else _number(name, written)
    for length, every in _WITHIN:
        every_s = float(options.get(every, 0.0))
        if 0 < every_s <= float(options.get(length, _LENGTHS[length])):
            raise ValueError(f"“{length}” must be shorter than “{every}”.")
    _check_person(options)
    return options


def _scenario(written: str) -> str:
    if written not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise ValueError(f"There is no scenario “{written}”. There are: {known}.")
    return written


def _check_person(options: Mapping[str, float | str]) -> None:
    if "person" not in options:
        return
    if _SCENARIO not in options:
        msg = "“person” needs a “scenario” that it is a person of."
        raise ValueError(msg)
    n_people = len(SCENARIOS[str(options[_SCENARIO])].parts)
    if int(options["person"]) > n_people:
        raise ValueError(f"The scenario “{options[_SCENARIO]}” has one person only.")


def _number(name: str, written: str) -> float:
    low, high = _RANGES[name]
    kind = "whole number" if name in _WHOLE else "number"
    try:
        number = float(written)
    except ValueError:
        number = float("nan")
    is_fit = isfinite(number) and low <= number <= high
    if not is_fit or (name in _WHOLE and not number.is_integer()):
        raise ValueError(f"“{name}” needs a {kind} from {low:g} to {high:.10g}.")
    return number


def person_from(options: Mapping[str, float | str]) -> Person:
    """Return the person that the options describe."""
    every_s = float(options.get("stress_every_s", 0.0))
    length_s = float(options.get("stress_s", _STRESS_LENGTH_S))
    scenario = SCENARIOS.get(str(options.get(_SCENARIO, "")))
    part = None if scenario is None else scenario.parts[int(options.get("person", 1)) - 1]
    return Person(
        seed=int(options.get("seed", DEFAULT_SEED if part is None else part.seed)),
        follows_pacer=bool(options.get("follow", 1.0)),
        stress=Stress(every_s, length_s) if every_s > 0 else None,
        coupled_bpm=float(
            options.get("coupled_bpm", 0.0 if scenario is None else scenario.coupled_bpm)
        ),
        part=part,
    )
