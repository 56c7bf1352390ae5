"""What releasing the muscles is made of: groups of muscles, to be tensed and let go, or let go only.

Seven and sixteen groups, 5 to 7 s of tension and half a minute or more to notice, are those of
Bernstein and Borkovec (Progressive Relaxation Training, 1973) after Jacobson. The neck is pressed
back, not bent, and no group is arched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.step import Step

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["AREAS", "EVERY_STEP", "FORMS", "LOOSE", "SOFTENED", "TENSE", "release_steps"]

TENSE, LOOSE = "tense", "loose"

# Each group with the areas of the body that it touches.
_SEVEN = {
    "arm": ("arms",),
    "other-arm": ("arms",),
    "face": ("face",),
    "neck": ("neck",),
    "trunk": ("shoulders", "belly"),
    "leg": ("legs",),
    "other-leg": ("legs",),
}
_SIXTEEN = {
    "hand": ("arms",),
    "upper-arm": ("arms",),
    "other-hand": ("arms",),
    "other-upper-arm": ("arms",),
    "forehead": ("face",),
    "eyes-cheeks": ("face",),
    "jaw": ("face",),
    "neck": ("neck",),
    "shoulders": ("shoulders",),
    "belly": ("belly",),
    "thigh": ("legs",),
    "calf": ("legs",),
    "foot": ("legs",),
    "other-thigh": ("legs",),
    "other-calf": ("legs",),
    "other-foot": ("legs",),
}
AREAS = ("arms", "face", "neck", "shoulders", "belly", "legs")
"""What can be left out."""

FORMS = ("seven", "sixteen", "release-only")
"""Seven groups, sixteen, or seven that are only let go of."""

_ARRIVE = Step("arrive", 30.0, 30.0, 60.0, n_ways=2, is_aside=True)
_CLOSE = Step("whole-body", 60.0, 40.0, 90.0, n_ways=2, is_aside=True)
_END = Step("come-back", 25.0, 25.0, 40.0, is_aside=True)
# Told what comes before it is asked for: nobody is to be surprised by an effort.
_READY_S = 9.0
_TENSE_S = 6.0
_TENSE_LIGHT_S = 5.0
_LOOSE_S = {"seven": 35.0, "sixteen": 28.0}
_SOFTEN_S = 35.0


def _ready(group: str) -> Step:
    return Step(f"ready-{group}", _READY_S, _READY_S, _READY_S)


def _soften(group: str) -> Step:
    return Step(f"soften-{group}", _SOFTEN_S, 20.0, 70.0)


def _loose(form: str, way: int) -> Step:
    return Step(LOOSE, _LOOSE_S[form], 20.0, 60.0, n_ways=3, way=way, joins=True)


def _tense(seconds: float, *, is_light: bool) -> Step:
    return Step(TENSE, seconds, seconds, seconds, n_ways=2, way=int(is_light), joins=True)


SOFTENED: dict[str, Step] = {f"ready-{group}": _soften(group) for group in _SEVEN}
"""What takes the place of a group, by its first stage, when nothing more is to be tensed."""

EVERY_STEP: tuple[Step, ...] = (
    _ARRIVE,
    *(_ready(group) for group in {**_SEVEN, **_SIXTEEN}),
    *(_soften(group) for group in _SEVEN),
    _tense(_TENSE_S, is_light=False),
    _loose("seven", 0),
    _CLOSE,
    _END,
)
"""One step for each stage that there may be."""


def release_steps(
    form: str, leave_out: Collection[str] = (), *, is_light: bool = False, n_rounds: int = 1
) -> tuple[Step, ...]:
    """Return a whole practice.

    Parameters
    ----------
    form
        One of `FORMS`.
    leave_out
        Those of `AREAS` that are left alone: every group that touches one is.
    is_light
        Whether to tense only a little, and for less long.
    n_rounds
        How often each group is tensed, 1 or 2.
    """
    groups = _SIXTEEN if form == "sixteen" else _SEVEN
    kept = [group for group, areas in groups.items() if not set(areas) & set(leave_out)]
    steps: list[Step] = [_ARRIVE]
    if form == "release-only":
        steps += [_soften(group) for group in kept]
    else:
        tense = _tense(_TENSE_LIGHT_S if is_light else _TENSE_S, is_light=is_light)
        for number, group in enumerate(kept):
            steps.append(_ready(group))
            for turn in range(n_rounds):
                steps += [tense, _loose(form, (number + turn) % 3)]
    return (*steps, _CLOSE, _END)
